package raster

import (
	"image"
	"image/draw"

	"plumbline/internal/fault"
	"plumbline/internal/raster/photo"
	"plumbline/internal/raster/pyramid"
)

// picturePages lists the pages of a picture, of which a TIFF may have several.
// One that cannot be drawn does not keep the others from it.
func picturePages(data []byte, most int, limits photo.Limits) ([]Page, error) {
	n, err := photo.Pages(data)
	if err != nil {
		return nil, err
	}
	if n > most {
		return nil, fault.New(fault.TooLarge, "too-many-pages", "the file has too many pages")
	}
	pages := make([]Page, n)
	for i := range pages {
		pages[i].Kind = KindPicture
		w, h, err := photo.Size(data, i+1, limits)
		if err != nil && n == 1 {
			return nil, err
		}
		if err != nil {
			pages[i].Problem = fault.CodeOf(err)
		}
		pages[i].Width, pages[i].Height = float64(w), float64(h)
	}
	return pages, nil
}

// copyBlock copies the part of img from (x0, y0) into a block, white beyond
// the edge. draw knows the fast way for each kind that photo.Upright gives.
func copyBlock(block *image.RGBA, img image.Image, x0, y0 int) {
	at := image.Pt(x0, y0).Add(img.Bounds().Min)
	r := block.Rect.Intersect(img.Bounds().Sub(at))
	if r != block.Rect {
		pyramid.Whiten(block)
	}
	draw.Draw(block, r, img, at, draw.Src)
}

// fewColours reports whether a picture is a drawing rather than a photograph:
// a sample of its rows has no more than 256 colours, at 5 bits a channel.
func fewColours(img image.Image) bool {
	if _, grey := img.(*image.Gray); grey {
		return true
	}
	rgba, ok := img.(*image.RGBA)
	if !ok {
		return false
	}
	seen := map[uint16]struct{}{}
	step := max(1, rgba.Rect.Dy()/512)
	for y := 0; y < rgba.Rect.Dy(); y += step {
		row := rgba.Pix[y*rgba.Stride:][:4*rgba.Rect.Dx()]
		last := uint16(0xffff)
		for x := 0; x < len(row); x += 4 {
			k := uint16(row[x]>>3) | uint16(row[x+1]>>3)<<5 | uint16(row[x+2]>>3)<<10
			if k == last {
				continue
			}
			last = k
			seen[k] = struct{}{}
			if len(seen) > 256 {
				return false
			}
		}
	}
	return true
}

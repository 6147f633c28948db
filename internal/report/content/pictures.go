package content

import (
	"bytes"
	"context"
	"image"
	"image/jpeg"

	xdraw "golang.org/x/image/draw"

	"plumbline/internal/id"
	"plumbline/internal/tabular"
)

// What a workbook shows of photos: small pictures, of the first so many; the
// others it leads to alone.
const (
	MostBookPictures = 1000
	bookEdge         = 160 // pixels
)

// Load reads a photo as a JPEG.
type Load func(ctx context.Context, photo id.Photo) ([]byte, error)

// pictures puts small pictures of the first photos into a workbook, and counts
// those that could not be read.
func pictures(ctx context.Context, b *tabular.Book, items []Item, load Load, step func()) (all map[id.Photo]tabular.Picture, missing int, err error) {
	all = map[id.Photo]tabular.Picture{}
	for i := range items {
		for _, ph := range items[i].Photos {
			if len(all)+missing == MostBookPictures {
				return all, missing, nil
			}
			body, err := load(ctx, ph.ID)
			if err == nil {
				body, err = small(body)
			}
			if e := ctx.Err(); e != nil {
				return nil, 0, e
			}
			step()
			if err != nil {
				missing++
				continue
			}
			if all[ph.ID], err = b.Picture(body); err != nil {
				return nil, 0, err
			}
		}
	}
	return all, missing, nil
}

// small is a JPEG that fits into a cell. What is read was written by ourselves.
func small(body []byte) ([]byte, error) {
	img, err := jpeg.Decode(bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	w, h := img.Bounds().Dx(), img.Bounds().Dy()
	if most := max(w, h); most > bookEdge {
		to := image.NewRGBA(image.Rect(0, 0, max(1, w*bookEdge/most), max(1, h*bookEdge/most)))
		xdraw.ApproxBiLinear.Scale(to, to.Bounds(), img, img.Bounds(), xdraw.Src, nil)
		img = to
	}
	var out bytes.Buffer
	err = jpeg.Encode(&out, img, &jpeg.Options{Quality: 78})
	return out.Bytes(), err
}

// photosIn counts photos.
func photosIn(items []Item) (n int) {
	for i := range items {
		n += len(items[i].Photos)
	}
	return n
}

package raster

import (
	"bytes"
	"encoding/json"
	"image"
	_ "image/jpeg" // the tiles of pictures
	_ "image/png"  // the tiles of plans
	"io"
	"math"

	"golang.org/x/image/draw"
	"golang.org/x/image/math/f64"

	"plumbline/internal/fault"
	"plumbline/internal/raster/pmtiles"
	"plumbline/internal/raster/pyramid"
)

// Archive is an open tile archive of a sheet. It is safe for concurrent use if
// its reader is.
type Archive struct {
	Sheet Sheet
	tiles *pmtiles.Archive
}

// Open reads what a tile archive of size bytes says of itself.
func Open(r io.ReaderAt, size int64) (*Archive, error) {
	p, err := pmtiles.Open(r, size)
	if err != nil {
		return nil, fault.Wrap("raster.Open", err)
	}
	a := &Archive{tiles: p}
	if err := json.Unmarshal(p.Metadata, &a.Sheet); err != nil || !a.Sheet.valid() {
		return nil, fault.New(fault.Unreadable, "bad-tile-archive", "the archive is not one of a sheet").Because(err)
	}
	return a, nil
}

func (s Sheet) valid() bool {
	return s.Format == SheetFormat && s.TileSize == pyramid.TileSize &&
		s.Width > 0 && s.Height > 0 && s.Width <= 1<<30 && s.Height <= 1<<30 &&
		s.Frame.Width > 0 && s.Frame.Height > 0 && !math.IsInf(s.Frame.Width+s.Frame.Height, 0) &&
		s.MaxZoom == pyramid.MaxZoom(s.Width, s.Height)
}

// ContentType is the media type of the tiles.
func (a *Archive) ContentType() string { return a.tiles.Header.Type.ContentType() }

// Tile is the bytes of one tile; it reports false where the sheet has none.
func (a *Archive) Tile(z, x, y int) ([]byte, bool, error) {
	b, ok, err := a.tiles.Tile(z, x, y)
	return b, ok, fault.Wrap("raster.Tile", err)
}

// Rect is a part of a sheet's frame.
type Rect struct{ X, Y, W, H float64 }

// Limits of a cut-out, in pixels.
const (
	maxCutout = 4096
	maxMosaic = 100_000_000
)

// Cutout draws a part of the sheet, given in units of its frame, as a picture
// of w × h pixels, from the level of the archive that is just fine enough.
// What lies outside the sheet is white.
func (a *Archive) Cutout(r Rect, w, h int) (*image.RGBA, error) {
	bad := fault.New(fault.Invalid, "bad-cutout", "the part of the sheet is out of range")
	for _, v := range []float64{r.X, r.Y, r.W, r.H} {
		if math.IsNaN(v) || math.Abs(v) > 1e7 {
			return nil, bad
		}
	}
	if !(r.W > 0 && r.H > 0) || w < 1 || h < 1 || w > maxCutout || h > maxCutout {
		return nil, bad
	}
	z, sx, sy := a.level(math.Max(float64(w)/r.W, float64(h)/r.H))
	// The part in pixels of that level, with a margin for the resampling.
	lw, lh := int(math.Ceil(a.Sheet.Frame.Width*sx)), int(math.Ceil(a.Sheet.Frame.Height*sy))
	want := image.Rect(int(math.Floor(r.X*sx))-4, int(math.Floor(r.Y*sy))-4,
		int(math.Ceil((r.X+r.W)*sx))+4, int(math.Ceil((r.Y+r.H)*sy))+4).Intersect(image.Rect(0, 0, lw, lh))
	if want.Dx()*want.Dy() > maxMosaic {
		return nil, bad
	}
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	pyramid.Whiten(out)
	if want.Empty() {
		return out, nil
	}
	part, err := a.mosaic(z, want)
	if err != nil {
		return nil, err
	}
	fx, fy := float64(w)/(r.W*sx), float64(h)/(r.H*sy)
	draw.CatmullRom.Transform(out, f64.Aff3{fx, 0, -r.X * sx * fx, 0, fy, -r.Y * sy * fy}, part, part.Rect, draw.Over, nil)
	return out, nil
}

// level is the shallowest level with at least perUnit pixels for a unit of the
// frame, and its pixels for a unit in each direction.
func (a *Archive) level(perUnit float64) (z int, sx, sy float64) {
	s := a.Sheet
	sx, sy = float64(s.Width)/s.Frame.Width, float64(s.Height)/s.Frame.Height
	for z = s.MaxZoom; z > 0 && math.Min(sx, sy)/2 >= perUnit; z-- {
		sx, sy = sx/2, sy/2
	}
	return z, sx, sy
}

// mosaic puts the tiles of one level together.
func (a *Archive) mosaic(z int, r image.Rectangle) (*image.RGBA, error) {
	out := image.NewRGBA(r)
	pyramid.Whiten(out)
	for ty := r.Min.Y / pyramid.TileSize; ty*pyramid.TileSize < r.Max.Y; ty++ {
		for tx := r.Min.X / pyramid.TileSize; tx*pyramid.TileSize < r.Max.X; tx++ {
			b, ok, err := a.Tile(z, tx, ty)
			if err != nil {
				return nil, err
			}
			if !ok {
				continue
			}
			img, err := decodeTile(b)
			if err != nil {
				return nil, err
			}
			at := image.Rect(0, 0, pyramid.TileSize, pyramid.TileSize).Add(image.Pt(tx, ty).Mul(pyramid.TileSize))
			draw.Draw(out, at, img, image.Point{}, draw.Src)
		}
	}
	return out, nil
}

func decodeTile(b []byte) (image.Image, error) {
	bad := fault.New(fault.Unreadable, "bad-tile-archive", "a tile is damaged")
	c, _, err := image.DecodeConfig(bytes.NewReader(b))
	if err != nil || c.Width != pyramid.TileSize || c.Height != pyramid.TileSize {
		return nil, bad.Because(err)
	}
	img, _, err := image.Decode(bytes.NewReader(b))
	if err != nil {
		return nil, bad.Because(err)
	}
	return img, nil
}

package reported

import (
	"bytes"
	"context"
	"image"
	"image/jpeg"
	"io"
	"plumbline/internal/access"
	"plumbline/internal/blob"
	"plumbline/internal/db"
	"plumbline/internal/drawing"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/media"
	"plumbline/internal/point"
	"plumbline/internal/point/markup"
	"plumbline/internal/raster"
	"plumbline/internal/sheet"
	"slices"
)

// Thumb reads a small picture, with what is drawn on it.
func (s *Source) Thumb(ctx context.Context, g access.Grant, ph id.Photo) ([]byte, error) {
	var (
		p     media.Photo
		drawn markup.Layer
	)
	err := s.DB.Read(ctx, g.Scope(), func(tx *db.Tx) (err error) {
		if p, err = media.Get(tx, g.Project, ph); err != nil || p.Kind != point.Thing {
			return err
		}
		drawn, _, err = markup.Get(tx, id.Point(p.Thing), string(ph))
		return err
	})
	if err != nil {
		return nil, err
	}
	r, err := s.Photos.Thumb(ctx, g.Org, p)
	if err != nil {
		return nil, err
	}
	defer func() { _ = r.Close() }()
	small, err := io.ReadAll(blob.NewReader(r))
	if err != nil || len(drawn.Shapes) == 0 || p.Width == 0 {
		return small, err
	}
	img, err := jpeg.Decode(bytes.NewReader(small)) // as our own sandbox wrote it
	if err != nil {
		return nil, fault.Wrap("reported.Thumb", err)
	}
	over, err := markup.Flatten(img, float64(img.Bounds().Dx())/float64(p.Width), drawn.Shapes)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = jpeg.Encode(&out, over, &jpeg.Options{Quality: 88})
	return out.Bytes(), fault.Wrap("reported.Thumb", err)
}

// cutoutWidth is how much of a sheet a cut-out shows, in points of its frame:
// about a room and its neighbours on a plan at 1:100.
const cutoutWidth = 420.0

// Cutout draws the surroundings of a pin, with what is drawn on them for its point.
func (s *Source) Cutout(ctx context.Context, g access.Grant, of id.Point, which id.Sheet, x, y, aspect float64, width int) (image.Image, float64, float64, error) {
	_, sheets, err := s.Drawings.List(ctx, g)
	if err != nil {
		return nil, 0, 0, err
	}
	i := slices.IndexFunc(sheets, func(sh drawing.Sheet) bool { return sh.ID == which })
	if i < 0 {
		return nil, 0, 0, fault.New(fault.NotFound, "sheet-not-found", "there is no such sheet")
	}
	sh := sheets[i]
	r, err := s.Drawings.Archive(ctx, g, sh.Revision.ID)
	if err != nil {
		return nil, 0, 0, err
	}
	defer func() { _ = r.Close() }()
	archive, err := raster.Open(r, r.Size())
	if err != nil {
		return nil, 0, 0, err
	}
	back, ok := sh.Revision.Affine.Invert()
	if !ok {
		return nil, 0, 0, fault.New(fault.Unreadable, "bad-alignment", "the revision is not aligned")
	}
	w := min(cutoutWidth, sh.Frame.Width)
	pin := back.Apply(sheet.Point{X: x, Y: y})
	page := sheet.Frame{Width: archive.Sheet.Frame.Width, Height: archive.Sheet.Frame.Height}
	part := page.Around(pin, w, w/aspect)
	img, err := archive.Cutout(raster.Rect(part), width, max(1, int(float64(width)*part.H/part.W)))
	if err != nil {
		return nil, 0, 0, err
	}
	over, err := s.drawnOn(ctx, g, of, which, img, back, part)
	fx, fy := part.In(pin)
	return over, fx, fy, err
}

// drawnOn lays the mark-up of a point over a piece of its sheet; back leads from
// the sheet's frame to the page that the piece was cut from.
func (s *Source) drawnOn(ctx context.Context, g access.Grant, of id.Point, which id.Sheet, img image.Image, back sheet.Affine, part sheet.Rect) (image.Image, error) {
	var drawn markup.Layer
	err := s.DB.Read(ctx, g.Scope(), func(tx *db.Tx) (err error) {
		drawn, _, err = markup.Get(tx, of, string(which))
		return err
	})
	if err != nil || len(drawn.Shapes) == 0 {
		return img, err
	}
	scale := float64(img.Bounds().Dx()) / part.W
	for i := range drawn.Shapes {
		sh := &drawn.Shapes[i]
		for j := 0; j+1 < len(sh.At); j += 2 {
			at := back.Apply(sheet.Point{X: sh.At[j], Y: sh.At[j+1]})
			sh.At[j], sh.At[j+1] = at.X-part.X, at.Y-part.Y
		}
	}
	return markup.Flatten(img, scale, drawn.Shapes)
}

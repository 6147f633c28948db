package raster

import (
	"errors"
	"image"
	"io"
	"os"
	"runtime/debug"

	"plumbline/internal/raster/photo"
	"plumbline/internal/raster/pmtiles"
	"plumbline/internal/raster/pyramid"
	"plumbline/internal/sandbox"
)

type infoArgs struct {
	Cache     string `json:"cache"`
	MaxPages  int    `json:"maxPages"`
	MaxPixels int64  `json:"maxPixels"` // of a picture
}

type tileArgs struct {
	Cache         string  `json:"cache"`
	MaxPages      int     `json:"maxPages"`
	Page          int     `json:"page"`
	DPI           float64 `json:"dpi"`
	MaxPixels     int64   `json:"maxPixels"`
	PicturePixels int64   `json:"picturePixels"`
}

type photoArgs struct {
	Edge      int   `json:"edge"`
	MaxPixels int64 `json:"maxPixels"`
}

// Handlers are what the program offers as a sandbox child; main gives them to
// sandbox.Child.
func Handlers() map[string]sandbox.Handler {
	return map[string]sandbox.Handler{
		"drawing-info":  drawingInfo,
		"drawing-tile":  drawingTile,
		"drawing-words": drawingWords,
		"photo-clean":   photoClean,
		"photo-thumb":   photoThumb,
	}
}

func drawingInfo(t *sandbox.Task) (any, error) {
	var a infoArgs
	if err := t.Decode(&a); err != nil {
		return nil, err
	}
	in, err := t.File(0)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(in)
	if err != nil {
		return nil, err
	}
	if photo.Sniff(data) != photo.Unknown {
		return picturePages(data, a.MaxPages, pictureLimits(t, a.MaxPixels))
	}
	d, err := openPDF(data, a.Cache, t.Limits.Memory)
	if err != nil {
		return nil, err
	}
	return d.pages(a.MaxPages)
}

func drawingTile(t *sandbox.Task) (any, error) {
	var a tileArgs
	if err := t.Decode(&a); err != nil {
		return nil, err
	}
	var files [3]*os.File
	for i := range files {
		f, err := t.File(i)
		if err != nil {
			return nil, err
		}
		files[i] = f
	}
	data, err := io.ReadAll(files[0])
	if err != nil {
		return nil, err
	}
	s := Sheet{Format: SheetFormat, Page: a.Page, TileSize: pyramid.TileSize}
	w := pmtiles.NewWriter(files[2])
	var kind pmtiles.TileType
	if photo.Sniff(data) != photo.Unknown {
		kind, err = tilePicture(t, data, a, &s, w)
	} else {
		kind, err = tilePDF(t, data, a, &s, w)
	}
	if err != nil {
		return nil, err
	}
	return s, w.Finish(files[1], kind, s)
}

func tilePDF(t *sandbox.Task, data []byte, a tileArgs, s *Sheet, w *pmtiles.Writer) (pmtiles.TileType, error) {
	d, err := openPDF(data, a.Cache, t.Limits.Memory)
	if err != nil {
		return 0, err
	}
	frame, err := d.load(a.Page, a.MaxPages)
	if err != nil {
		return 0, err
	}
	if s.DPI, err = DPI(frame, a.DPI, a.MaxPixels); err != nil {
		return 0, err
	}
	s.Kind, s.Frame = KindPDF, frame
	s.Width, s.Height = pixels(frame, s.DPI)
	s.Scale = float64(s.Width) / frame.Width
	b, err := pyramid.New(s.Width, s.Height, pyramid.NewDrawing(), w.Add)
	if err != nil {
		return 0, err
	}
	err = pump(b, t.Progress, func(bx, by int, block *image.RGBA) error {
		return d.render(block, bx*pyramid.BlockSize, by*pyramid.BlockSize, s.Width, s.Height)
	})
	s.MaxZoom, s.Tiles = pyramid.MaxZoom(s.Width, s.Height), b.Emitted()
	return pmtiles.PNG, err
}

func tilePicture(t *sandbox.Task, data []byte, a tileArgs, s *Sheet, w *pmtiles.Writer) (pmtiles.TileType, error) {
	img, err := photo.Upright(data, a.Page, pictureLimits(t, min(a.PicturePixels, a.MaxPixels)))
	if err != nil {
		return 0, err
	}
	size := img.Bounds()
	s.Kind, s.Width, s.Height, s.Scale = KindPicture, size.Dx(), size.Dy(), 1
	s.Frame = Size{Width: float64(size.Dx()), Height: float64(size.Dy())}
	kind := pmtiles.JPEG
	var enc pyramid.Encoder = pyramid.Photo{Quality: 88}
	if f := photo.Sniff(data); (f == photo.PNG || f == photo.TIFF) && fewColours(img) {
		kind, enc = pmtiles.PNG, pyramid.NewDrawing()
	}
	b, err := pyramid.New(s.Width, s.Height, enc, w.Add)
	if err != nil {
		return 0, err
	}
	err = pump(b, t.Progress, func(bx, by int, block *image.RGBA) error {
		copyBlock(block, img, bx*pyramid.BlockSize, by*pyramid.BlockSize)
		return nil
	})
	s.MaxZoom, s.Tiles = pyramid.MaxZoom(s.Width, s.Height), b.Emitted()
	return kind, err
}

// pump draws the blocks one after the other while the ones before are cut into
// tiles on another processor.
func pump(b *pyramid.Builder, progress func(done, total int), draw func(bx, by int, block *image.RGBA) error) error {
	type piece struct {
		bx, by int
		img    *image.RGBA
	}
	free, full := make(chan *image.RGBA, 2), make(chan piece, 1)
	for range cap(free) {
		free <- image.NewRGBA(image.Rect(0, 0, pyramid.BlockSize, pyramid.BlockSize))
	}
	cut := make(chan error, 1)
	go func() {
		var err error
		for p := range full {
			if err == nil {
				err = b.Add(p.bx, p.by, p.img)
			}
			free <- p.img
		}
		cut <- err
	}()
	cols, rows := b.Blocks()
	var err error
	for i := 0; i < cols*rows && err == nil; i++ {
		img := <-free
		if err = draw(i%cols, i/cols, img); err == nil {
			full <- piece{i % cols, i / cols, img}
			progress(i+1, cols*rows+1) // the last step is the writing
		}
	}
	close(full)
	if e := <-cut; err == nil {
		err = e
	}
	if err == nil {
		err = b.Finish()
	}
	return err
}

func photoClean(t *sandbox.Task) (any, error) {
	return photoJob(t, func(data []byte, out io.Writer, a photoArgs, l photo.Limits) (photo.Info, error) {
		return photo.Clean(data, out, a.Edge, l)
	})
}

func photoThumb(t *sandbox.Task) (any, error) {
	return photoJob(t, func(data []byte, out io.Writer, a photoArgs, l photo.Limits) (photo.Info, error) {
		w, h, err := photo.Thumb(data, out, a.Edge, l)
		return photo.Info{Width: w, Height: h}, err
	})
}

func photoJob(t *sandbox.Task, do func([]byte, io.Writer, photoArgs, photo.Limits) (photo.Info, error)) (any, error) {
	var a photoArgs
	if err := t.Decode(&a); err != nil {
		return nil, err
	}
	in, err := t.File(0)
	if err != nil {
		return nil, err
	}
	out, err := t.File(1)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(in)
	if err != nil {
		return nil, err
	}
	return do(data, out, a, pictureLimits(t, a.MaxPixels))
}

// pictureLimits keeps decoding within what the child may take, less the
// program itself and the file.
func pictureLimits(t *sandbox.Task, maxPixels int64) photo.Limits {
	debug.SetGCPercent(20) // few and large pieces: garbage is what costs
	return photo.Limits{Pixels: maxPixels, Memory: t.Limits.Memory * 5 / 8}
}

var errPage = errors.New("raster: no page is loaded")

// Package raster turns drawings and photos into what a screen shows: PDF pages
// and pictures into tile archives, photos into clean upright JPEGs, and parts
// of a drawing into small pictures for a report.
//
// Nothing untrusted is parsed in this process. PDF is read by PDFium compiled
// to WebAssembly, pictures by Go's decoders, both in the child of package
// sandbox, which offers Handlers. There is no JavaScript engine and no form
// filling in the child, so nothing in a file is ever executed. Only our own
// archives are read here (Open, Cutout), and those are checked as well.
//
// Files are given by path and results are written beside a temporary name
// that is renamed when it is whole: a failure leaves nothing.
//
// Errors are faults. Kinds and codes that callers can meet:
//
//	Unreadable   damaged, encrypted, crashed, bad-tile-archive
//	Unsupported  unsupported-format, heic-not-read, tiff-not-read
//	TooLarge     file-too-large, too-many-pages, too-many-pixels,
//	             too-much-memory, took-too-long, too-much-output
//	NotFound     page-not-found
//	Invalid      bad-dpi, bad-request
//	Unavailable  sandbox-unavailable, stopped, disk-full
//
// Units: a PDF page's size is its crop box in points (1/72 inch) as pdfinfo
// gives it, before /Rotate; UserUnit is not applied. A picture's size is its
// pixels when upright. A frame is the displayed, that is rotated, page.
package raster

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"plumbline/internal/fault"
	"plumbline/internal/raster/photo"
	"plumbline/internal/sandbox"
)

// Kinds of drawing file.
const (
	KindPDF     = "pdf"
	KindPicture = "picture"
)

// Page is one page of a drawing file; a picture has one, but for a TIFF.
type Page struct {
	Width    float64 `json:"width"`    // points, before rotation; pixels of a picture
	Height   float64 `json:"height"`   //
	Rotation int     `json:"rotation"` // degrees clockwise: 0, 90, 180 or 270
	Kind     string  `json:"kind,omitempty"`
	// Problem is the code of why this page alone cannot be drawn, "" if it can.
	Problem string `json:"problem,omitempty"`
}

// Frame is the size of a page as it is displayed.
func (p Page) Frame() Size {
	if p.Rotation == 90 || p.Rotation == 270 {
		return Size{Width: p.Height, Height: p.Width}
	}
	return Size{Width: p.Width, Height: p.Height}
}

// InfoJSON is what "drawing info --json" prints: pages with width, height and
// rotation, and the problem of a page that has one.
func InfoJSON(pages []Page) ([]byte, error) {
	out := struct {
		Pages []Page `json:"pages"`
	}{make([]Page, len(pages))}
	for i, p := range pages {
		p.Kind = ""
		out.Pages[i] = p
	}
	return json.Marshal(out)
}

// Size is a width and a height, in points or pixels.
type Size struct {
	Width  float64 `json:"width"`
	Height float64 `json:"height"`
}

// Sheet is what a tile archive says of itself, in its metadata.
type Sheet struct {
	Format   string  `json:"format"` // SheetFormat
	Kind     string  `json:"kind"`
	Page     int     `json:"page"`   // from 1
	Width    int     `json:"width"`  // pixels at MaxZoom
	Height   int     `json:"height"` //
	DPI      float64 `json:"dpi"`    // 0 for a picture
	Scale    float64 `json:"scale"`  // pixels at MaxZoom for a unit of the frame
	Frame    Size    `json:"frame"`
	TileSize int     `json:"tileSize"`
	MaxZoom  int     `json:"maxZoom"`
	Tiles    int     `json:"tiles"`
}

// SheetFormat is the version of the metadata.
const SheetFormat = "plumbline-sheet-1"

// Config of an Engine. Zero fields take the defaults.
type Config struct {
	Sandbox *sandbox.Runner // required
	// CacheDir keeps PDFium compiled to machine code, which saves three seconds
	// of processor time for each file. It must not be writable by others.
	// Empty: nothing is kept.
	CacheDir     string
	MaxPages     int           // default 500
	MaxPixels    int64         // of one sheet; default 250 million
	MaxFile      int64         // bytes of a drawing; default 512 MiB
	MaxPhoto     int64         // bytes of a photo; default 64 MiB
	PhotoPixels  int64         // default 100 million
	Memory       int64         // of a child; default 1 GiB
	InfoTimeout  time.Duration // default 30 s
	TileTimeout  time.Duration // default 5 min
	PhotoTimeout time.Duration // default 60 s
	// Used, if given, is told what each child took.
	Used func(sandbox.Usage)
}

func (c Config) withDefaults() Config {
	or := func(v *int64, d int64) {
		if *v <= 0 {
			*v = d
		}
	}
	wait := func(v *time.Duration, d time.Duration) {
		if *v <= 0 {
			*v = d
		}
	}
	if c.MaxPages <= 0 {
		c.MaxPages = 500
	}
	or(&c.MaxPixels, 250_000_000)
	or(&c.MaxFile, 512<<20)
	or(&c.MaxPhoto, 64<<20)
	or(&c.PhotoPixels, 100_000_000)
	or(&c.Memory, 1<<30)
	wait(&c.InfoTimeout, 30*time.Second)
	wait(&c.TileTimeout, 5*time.Minute)
	wait(&c.PhotoTimeout, time.Minute)
	return c
}

// Engine runs the jobs. It is safe for concurrent use; the runner limits how
// many children live at once.
type Engine struct{ c Config }

// New makes an engine.
func New(c Config) (*Engine, error) {
	if c.Sandbox == nil {
		return nil, errors.New("raster: no sandbox")
	}
	if c.CacheDir != "" {
		if err := os.MkdirAll(c.CacheDir, 0o700); err != nil {
			return nil, fault.Wrap("raster.New", err)
		}
	}
	return &Engine{c: c.withDefaults()}, nil
}

// Info lists the pages of a drawing: a PDF, PNG, JPEG, TIFF or HEIC.
func (e *Engine) Info(ctx context.Context, file string) ([]Page, error) {
	in, err := e.input(file, e.c.MaxFile)
	if err != nil {
		return nil, fault.Wrap("raster.Info", err)
	}
	defer func() { _ = in.Close() }()
	var pages []Page
	err = e.run(ctx, sandbox.Job{
		Handler: "drawing-info",
		Args:    infoArgs{Cache: e.c.CacheDir, MaxPages: e.c.MaxPages, MaxPixels: e.c.PhotoPixels},
		Files:   []*os.File{in},
		Limits:  e.limits(e.c.InfoTimeout),
	}, &pages)
	return pages, fault.Wrap("raster.Info", err)
}

// Tile writes one page (from 1) of a drawing as a tile archive, PMTiles
// version 3 with a Sheet as metadata, to outPath. A dpi of 0 takes one at
// which a millimetre's text can be read (see DPI); for a picture it is not
// looked at. Progress, if given, counts blocks of the page.
func (e *Engine) Tile(ctx context.Context, file string, page int, dpi float64, outPath string, progress func(done, total int)) (Sheet, error) {
	in, err := e.input(file, e.c.MaxFile)
	if err != nil {
		return Sheet{}, fault.Wrap("raster.Tile", err)
	}
	defer func() { _ = in.Close() }()
	var s Sheet
	err = writeFile(outPath, func(out *os.File) error {
		spool, err := nameless(filepath.Dir(outPath))
		if err != nil {
			return err
		}
		defer func() { _ = spool.Close() }()
		err = e.run(ctx, sandbox.Job{
			Handler: "drawing-tile",
			Args: tileArgs{Cache: e.c.CacheDir, MaxPages: e.c.MaxPages, Page: page, DPI: dpi,
				MaxPixels: e.c.MaxPixels, PicturePixels: e.c.PhotoPixels},
			Files:    []*os.File{in, out, spool},
			Limits:   e.limits(e.c.TileTimeout),
			Progress: progress,
		}, &s)
		return err
	})
	return s, fault.Wrap("raster.Tile", err)
}

// CleanPhoto writes a photo as an upright JPEG without metadata, no side
// longer than maxEdge (0: any length), and says what the metadata told.
func (e *Engine) CleanPhoto(ctx context.Context, in, out string, maxEdge int) (photo.Info, error) {
	var info photo.Info
	err := e.photo(ctx, "photo-clean", in, out, maxEdge, &info)
	return info, fault.Wrap("raster.CleanPhoto", err)
}

// Thumb writes a small upright JPEG of a photo that fits a square of edge
// pixels; 0 means 512.
func (e *Engine) Thumb(ctx context.Context, in, out string, edge int) (photo.Info, error) {
	if edge <= 0 {
		edge = 512
	}
	var info photo.Info
	err := e.photo(ctx, "photo-thumb", in, out, edge, &info)
	return info, fault.Wrap("raster.Thumb", err)
}

func (e *Engine) photo(ctx context.Context, handler, in, out string, edge int, info *photo.Info) error {
	src, err := e.input(in, e.c.MaxPhoto)
	if err != nil {
		return err
	}
	defer func() { _ = src.Close() }()
	return writeFile(out, func(dst *os.File) error {
		err := e.run(ctx, sandbox.Job{
			Handler: handler,
			Args:    photoArgs{Edge: edge, MaxPixels: e.c.PhotoPixels},
			Files:   []*os.File{src, dst},
			Limits:  e.limits(e.c.PhotoTimeout),
		}, info)
		return err
	})
}

func (e *Engine) run(ctx context.Context, j sandbox.Job, result any) error {
	used, err := e.c.Sandbox.Run(ctx, j, result)
	if e.c.Used != nil {
		e.c.Used(used)
	}
	return err
}

func (e *Engine) limits(wall time.Duration) sandbox.Limits {
	return sandbox.Limits{Wall: wall, Memory: e.c.Memory}
}

// input opens a file that is to be read in the child.
func (e *Engine) input(path string, limit int64) (*os.File, error) {
	f, err := os.Open(path) //nolint:gosec // the caller's own file
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fault.New(fault.NotFound, "file-not-found", "there is no such file").Because(err)
		}
		return nil, err
	}
	i, err := f.Stat()
	switch {
	case err != nil:
	case !i.Mode().IsRegular():
		err = fault.New(fault.Unsupported, "unsupported-format", "not a plain file")
	case i.Size() > limit:
		err = fault.New(fault.TooLarge, "file-too-large", "the file is too large")
	case i.Size() == 0:
		err = fault.New(fault.Unreadable, "damaged", "the file is empty")
	default:
		return f, nil
	}
	_ = f.Close()
	return nil, err
}

// writeFile lets write fill a temporary file beside path and puts it in place
// when that went well. Otherwise nothing is left.
func writeFile(path string, write func(*os.File) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".raster-*")
	if err != nil {
		return err
	}
	if err = write(f); err == nil {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
	}
	return err
}

// nameless makes a scratch file that is gone when it is closed, or when we are.
func nameless(dir string) (*os.File, error) {
	f, err := os.CreateTemp(dir, ".raster-*")
	if err != nil {
		return nil, err
	}
	if err := os.Remove(f.Name()); err != nil {
		_ = f.Close()
		return nil, err
	}
	return f, nil
}

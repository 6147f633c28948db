// Package tools are the commands that need no installation: they look at files
// and passwords.
package tools

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"

	"plumbline/internal/cli"
	"plumbline/internal/raster"
	"plumbline/internal/sandbox"
	"plumbline/internal/signin/password"
)

// Tools does what those commands ask for.
type Tools struct{}

// SandboxChild runs the child that untrusted files are parsed in.
func (Tools) SandboxChild() int { return sandbox.Child(raster.Handlers()) }

// engine is the raster engine of a command; PDFium's compiled form is kept in
// the user's cache, where there is one.
func engine() (*raster.Engine, error) {
	runner, err := sandbox.New(sandbox.Config{})
	if err != nil {
		return nil, err
	}
	cache := ""
	if dir, err := os.UserCacheDir(); err == nil {
		// Without a home that can be written to, as in a container, it only takes longer.
		if dir = filepath.Join(dir, "plumbline"); os.MkdirAll(dir, 0o700) == nil {
			cache = dir
		}
	}
	return raster.New(raster.Config{Sandbox: runner, CacheDir: cache})
}

// DrawingInfo lists the pages of a drawing.
func (Tools) DrawingInfo(ctx context.Context, file string) ([]cli.DrawingPage, error) {
	e, err := engine()
	if err != nil {
		return nil, err
	}
	pages, err := e.Info(ctx, file)
	if err != nil {
		return nil, err
	}
	out := make([]cli.DrawingPage, len(pages))
	for i, p := range pages {
		out[i] = cli.DrawingPage{Width: p.Width, Height: p.Height, Rotation: p.Rotation}
	}
	return out, nil
}

// DrawingTile cuts a page into a tile archive.
func (Tools) DrawingTile(ctx context.Context, file, out string, page int, dpi float64, progress func(done, total int)) (string, error) {
	e, err := engine()
	if err != nil {
		return "", err
	}
	s, err := e.Tile(ctx, file, page, dpi, out, progress)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%s: page %d, %d × %d px, zoom 0 to %d, %d tiles", out, s.Page, s.Width, s.Height, s.MaxZoom, s.Tiles), nil
}

// PhotoClean writes a photo upright and without metadata.
func (Tools) PhotoClean(ctx context.Context, in, out string) error {
	e, err := engine()
	if err != nil {
		return err
	}
	_, err = e.CleanPhoto(ctx, in, out, 0)
	return err
}

// PasswordCheck judges a password.
func (Tools) PasswordCheck(candidate string) (bool, string) { return password.Check(candidate) }

// Try has the child look at a small picture.
func Try(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "plumbline-doctor-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	name := filepath.Join(dir, "dot.png")
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 64, 64))); err != nil {
		return err
	}
	if err := os.WriteFile(name, b.Bytes(), 0o600); err != nil {
		return err
	}
	e, err := engine()
	if err != nil {
		return err
	}
	_, err = e.Info(ctx, name)
	return err
}

package raster_test

import (
	"bytes"
	"image"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/image/tiff"

	"plumbline/internal/fault"
	"plumbline/internal/raster/photo"
)

// TestTIFFDrawing: a TIFF is a drawing, tiled as it looks.
func TestTIFFDrawing(t *testing.T) {
	t.Parallel()
	e := engine(t, nil)
	var b bytes.Buffer
	if err := tiff.Encode(&b, quarter(700, 500), &tiff.Options{Compression: tiff.Deflate}); err != nil {
		t.Fatal(err)
	}
	file := write(t, "plan.tif", b.Bytes())
	pages, err := e.Info(t.Context(), file)
	if err != nil || len(pages) != 1 || pages[0].Width != 700 || pages[0].Height != 500 {
		t.Fatalf("%+v, %v", pages, err)
	}
	out := filepath.Join(t.TempDir(), "plan.pmtiles")
	s, err := e.Tile(t.Context(), file, 1, 0, out, nil)
	if err != nil || s.Width != 700 || s.Height != 500 {
		t.Fatalf("%+v, %v", s, err)
	}
	if a := open(t, out); a.ContentType() != "image/png" {
		t.Errorf("tiles of a drawing are %s", a.ContentType())
	}
	if _, err := e.Tile(t.Context(), file, 2, 0, out, nil); fault.KindOf(err) != fault.NotFound {
		t.Errorf("page 2: %v", err)
	}
}

// TestHEICInChild: a telephone's picture comes out of the child as a clean
// JPEG, and the one that the decoder cannot read as a fault with its code.
func TestHEICInChild(t *testing.T) {
	t.Parallel()
	root := os.Getenv("PLUMBLINE_SAMPLES")
	if root == "" {
		t.Skip("PLUMBLINE_SAMPLES is not set: sample files are not tested")
	}
	dir := filepath.Join(root, "photos", "heic")
	e := engine(t, nil)
	out := filepath.Join(t.TempDir(), "out.jpg")
	info, err := e.CleanPhoto(t.Context(), filepath.Join(dir, "IMG_2927.HEIC"), out, 800)
	if err != nil || info.Width != 600 || info.Height != 800 || info.TakenAt == nil {
		t.Fatalf("%+v, %v", info, err)
	}
	b, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	if photo.Sniff(b) != photo.JPEG || bytes.Contains(b, []byte("iPhone")) {
		t.Error("not a clean JPEG")
	}
	if c, _, err := image.DecodeConfig(bytes.NewReader(b)); err != nil || c.Width != 600 {
		t.Errorf("%+v, %v", c, err)
	}
	_, err = e.CleanPhoto(t.Context(), filepath.Join(dir, "cheers_1440x960.heic"), out, 800)
	if fault.CodeOf(err) != "heic-not-read" || fault.KindOf(err) != fault.Unsupported {
		t.Errorf("%v", err)
	}
}

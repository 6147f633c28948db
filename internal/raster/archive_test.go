package raster

import (
	"bytes"
	"image"
	"image/color"
	"io"
	"os"
	"testing"

	"plumbline/internal/raster/pmtiles"
	"plumbline/internal/raster/pyramid"
)

// archive writes one of 600 × 500 pixels without the help of a child.
func archive(t testing.TB, change func(*Sheet)) []byte {
	t.Helper()
	spool, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = spool.Close() }()
	w := pmtiles.NewWriter(spool)
	b, err := pyramid.New(600, 500, pyramid.NewDrawing(), w.Add)
	if err != nil {
		t.Fatal(err)
	}
	img := image.NewRGBA(image.Rect(0, 0, pyramid.BlockSize, pyramid.BlockSize))
	pyramid.Whiten(img)
	for y := range 500 {
		for x := range 600 {
			img.SetRGBA(x, y, color.RGBA{uint8(x / 3), 0, uint8(y / 2), 255})
		}
	}
	if err := b.Add(0, 0, img); err != nil {
		t.Fatal(err)
	}
	if err := b.Finish(); err != nil {
		t.Fatal(err)
	}
	s := Sheet{Format: SheetFormat, Kind: KindPDF, Page: 1, Width: 600, Height: 500, DPI: 72, Scale: 1,
		Frame: Size{600, 500}, TileSize: 512, MaxZoom: 1, Tiles: b.Emitted()}
	if change != nil {
		change(&s)
	}
	var out bytes.Buffer
	if err := w.Finish(&out, pmtiles.PNG, s); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestCutoutPicksTheLevel(t *testing.T) {
	t.Parallel()
	b := archive(t, nil)
	a, err := Open(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		perUnit float64
		z       int
	}{{2, 1}, {1, 1}, {0.6, 1}, {0.5, 0}, {0.01, 0}} {
		if z, sx, _ := a.level(c.perUnit); z != c.z || sx != 1/float64(int(2)>>z) {
			t.Errorf("for %v pixels a unit: level %d of %v", c.perUnit, z, sx)
		}
	}
	img, err := a.Cutout(Rect{X: 300, Y: 200, W: 100, H: 100}, 100, 100)
	if err != nil {
		t.Fatal(err)
	}
	got := img.RGBAAt(60, 40)
	if d := int(got.R) - 120; d < -8 || d > 8 {
		t.Errorf("pixel 360, 240 is %v, want a red of about 120", got)
	}
}

func TestForeignArchives(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*Sheet){
		"another format": func(s *Sheet) { s.Format = "x" },
		"no frame":       func(s *Sheet) { s.Frame = Size{} },
		"other tiles":    func(s *Sheet) { s.TileSize = 256 },
		"a wrong level":  func(s *Sheet) { s.MaxZoom = 7 },
		"no pixels":      func(s *Sheet) { s.Width = -1 },
	} {
		b := archive(t, change)
		if _, err := Open(bytes.NewReader(b), int64(len(b))); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

func FuzzCutout(f *testing.F) {
	good := archive(f, nil)
	f.Add(good, 0.0, 0.0, 600.0, 500.0)
	f.Add(good, 590.0, -3.0, 1e-3, 1e6)
	f.Fuzz(func(t *testing.T, b []byte, x, y, w, h float64) {
		a, err := Open(io.NewSectionReader(bytes.NewReader(b), 0, int64(len(b))), int64(len(b)))
		if err != nil {
			return
		}
		img, err := a.Cutout(Rect{x, y, w, h}, 40, 30)
		if err == nil && (img.Rect.Dx() != 40 || img.Rect.Dy() != 30) {
			t.Errorf("a cut-out of %v", img.Rect)
		}
	})
}

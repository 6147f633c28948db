package layout

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/png"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Pictures come out of the PDF as they went in, read by another program: a
// JPEG to the byte, a cut-out of each kind to the pixel.
func TestPicturesComeOutAsTheyWentIn(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("pdfimages"); err != nil {
		t.Skip("pdfimages is not installed")
	}
	r := rand.New(rand.NewPCG(3, 4)) //nolint:gosec // the same pictures each time
	noise := func(img interface {
		image.Image
		Set(x, y int, c color.Color)
	}, alpha uint8) image.Image {
		for y := range img.Bounds().Dy() {
			for x := range img.Bounds().Dx() {
				img.Set(x, y, color.NRGBA{uint8(r.Uint32()), uint8(r.Uint32()), uint8(r.Uint32()), alpha}) //nolint:gosec // noise
			}
		}
		return img
	}
	box := image.Rect(0, 0, 53, 41)
	kinds := []image.Image{
		noise(image.NewRGBA(box), 255),
		noise(image.NewGray(box), 255),
		noise(image.NewPaletted(box, color.Palette{color.White, color.Black, color.NRGBA{200, 10, 30, 255}}), 255),
		noise(image.NewNRGBA(box), 128),
	}
	d := document(t, len(kinds))
	var want []byte
	for i := range d.Points {
		d.Points[i].Photos = nil
		d.Points[i].Plan = &Cutout{Caption: "sheet", X: .5, Y: .5, Load: func() (image.Image, error) { return kinds[i], nil }}
	}
	d.Points[0].Photos = []Photo{photo(t, color.Black), photo(t, color.Black)} // the same twice
	want, _ = d.Points[0].Photos[0].Load()
	file, res := write(t, d)
	if res.Missing != 0 {
		t.Fatalf("%d pictures missing", res.Missing)
	}
	out := filepath.Join(t.TempDir(), "p")
	if said, err := exec.Command("pdfimages", "-all", file, out).CombinedOutput(); err != nil {
		t.Fatalf("pdfimages: %v\n%s", err, said)
	}
	var pngs []image.Image
	jpegs := 0
	all, _ := filepath.Glob(out + "*")
	for _, name := range all {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if filepath.Ext(name) == ".jpg" {
			jpegs++
			if !bytes.Equal(b, want) {
				t.Errorf("%s is not the JPEG that went in", filepath.Base(name))
			}
			continue
		}
		img, err := png.Decode(bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		pngs = append(pngs, img)
	}
	if jpegs != 2 || len(pngs) != len(kinds) {
		t.Fatalf("%d JPEGs shown, %d other pictures; want 2 and %d", jpegs, len(pngs), len(kinds))
	}
	for i, got := range pngs {
		for y := range box.Dy() {
			for x := range box.Dx() {
				r1, g1, b1, a := kinds[i].At(x, y).RGBA()
				paper := 0xffff - a // what is not opaque stands on white
				r2, g2, b2, _ := got.At(x, y).RGBA()
				for _, c := range [][2]uint32{{r1 + paper, r2}, {g1 + paper, g2}, {b1 + paper, b2}} {
					if max(c[0], c[1])-min(c[0], c[1]) > 0x201 { // two of 256 steps: flattening rounds
						t.Fatalf("picture %d at %d, %d: %v", i, x, y, c)
					}
				}
			}
		}
	}
	if b, err := os.ReadFile(file); err != nil || bytes.Count(b, want) != 1 {
		t.Errorf("a picture that stands twice is in the file %d times", bytes.Count(b, want))
	}
}

// Pictures are written as they come: when the last is asked for, those before it
// are out of our hands.
func TestNoPictureIsHeld(t *testing.T) {
	t.Parallel()
	d := document(t, 40)
	var sink counting
	given, least := int64(0), int64(-1)
	for i := range d.Points {
		load := photo(t, color.NRGBA{uint8(i), uint8(i), 0, 255}).Load //nolint:gosec // below 40
		d.Points[i].Plan = nil
		d.Points[i].Photos = []Photo{{Width: 320, Height: 240, Load: func() ([]byte, error) {
			least = sink.n - given
			b, err := load()
			b = append(b, make([]byte, 32<<10)...) // after its end a JPEG may hold anything
			given += int64(len(b))
			return b, err
		}}}
	}
	if _, err := Write(context.Background(), &sink, d, nil); err != nil {
		t.Fatal(err)
	}
	if least < -(1<<16)-(40<<10) {
		t.Errorf("before the last of %d bytes of pictures, %d were not written", given, -least)
	}
}

type counting struct{ n int64 }

func (c *counting) Write(b []byte) (int, error) {
	c.n += int64(len(b))
	return len(b), nil
}

func TestAFullDiskFailsTheReport(t *testing.T) {
	t.Parallel()
	if _, err := Write(context.Background(), full{}, document(t, 30), nil); err == nil {
		t.Error("nothing could be written, and nobody said so")
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, os.ErrPermission }

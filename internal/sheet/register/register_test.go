package register

import (
	"image"
	"image/color"
	"math"
	"math/rand/v2"
	"testing"

	"plumbline/internal/sheet"
)

// plan draws a page as plans are: a border, a title block that all sheets of a
// set share, and rooms of their own.
func plan(seed uint64) *image.Gray {
	img := image.NewGray(image.Rect(0, 0, 1400, 1000))
	for i := range img.Pix {
		img.Pix[i] = 255
	}
	line := func(x0, y0, x1, y1 int) {
		for i := range max(abs(x1-x0), abs(y1-y0)) + 1 {
			n := max(abs(x1-x0), abs(y1-y0), 1)
			x, y := x0+(x1-x0)*i/n, y0+(y1-y0)*i/n
			img.SetGray(x, y, color.Gray{})
			img.SetGray(x+1, y, color.Gray{})
			img.SetGray(x, y+1, color.Gray{})
		}
	}
	box := func(x, y, w, h int) {
		line(x, y, x+w, y)
		line(x+w, y, x+w, y+h)
		line(x+w, y+h, x, y+h)
		line(x, y+h, x, y)
	}
	box(20, 20, 1360, 960)
	box(1180, 20, 200, 960)
	block := rand.New(rand.NewPCG(9, 9))
	for range 25 {
		box(1190+block.IntN(150), 40+block.IntN(900), 4+block.IntN(30), 4+block.IntN(12))
	}
	r := rand.New(rand.NewPCG(seed, 1))
	for range 60 {
		box(60+r.IntN(950), 60+r.IntN(780), 20+r.IntN(120), 20+r.IntN(100))
		x, y := 60+r.IntN(1000), 60+r.IntN(820)
		line(x, y, x+r.IntN(90)-45, y+r.IntN(90)-45)
	}
	return img
}

func abs(v int) int { return max(v, -v) }

func through(g *image.Gray, m sheet.Affine, w, h int) *image.Gray {
	p := ink(g).warp(m, w, h)
	out := image.NewGray(image.Rect(0, 0, w, h))
	for i, v := range p.v {
		out.Pix[i] = 255 - uint8(v*255)
	}
	return out
}

func TestFindsHowAPageLies(t *testing.T) {
	t.Parallel()
	old := plan(1)
	for name, c := range map[string]struct {
		turn, scale, x, y float64
	}{
		"as it was":                 {0, 1, 700, 500},
		"moved":                     {0, 1, 760, 450},
		"a quarter":                 {math.Pi / 2, 1, 700, 700},
		"upside down":               {math.Pi, 1, 690, 520},
		"a quarter back, smaller":   {-math.Pi / 2, 0.7071, 700, 500},
		"half the size":             {0, 0.5, 600, 480},
		"larger, cut off":           {0, 1.19, 730, 520},
		"scanned a degree off":      {0.02, 0.93, 700, 500},
		"a quarter, larger, a scan": {math.Pi/2 - 0.015, 1.1, 720, 690},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := about(c.turn, c.scale, 700, 500, c.x, c.y)
			want, _ := m.Invert()
			f := Find(old, through(old, m, 1400, 1400), 0)
			if !f.Sure {
				t.Fatalf("not sure: %+v", f)
			}
			for _, p := range []sheet.Point{{X: 300, Y: 300}, {X: 1100, Y: 400}, {X: 500, Y: 1000}} {
				a, b := f.Map.Apply(p), want.Apply(p)
				if d := math.Hypot(a.X-b.X, a.Y-b.Y); d > 1 {
					t.Errorf("%v lies %.2f pixels off", p, d)
				}
			}
		})
	}
}

func TestRefusesToGuess(t *testing.T) {
	t.Parallel()
	blank := image.NewGray(image.Rect(0, 0, 800, 600))
	for i := range blank.Pix {
		blank.Pix[i] = 255
	}
	one := plan(1)
	for name, other := range map[string]*image.Gray{
		"another sheet of the set": plan(2),
		"an empty page":            blank,
		"a page of one pixel":      image.NewGray(image.Rect(0, 0, 1, 1)),
	} {
		if f := Find(one, other, 1); f.Sure {
			t.Errorf("%s: sure of %+v", name, f)
		}
		if f := Find(other, one, 1); f.Sure {
			t.Errorf("%s, the other way: sure of %+v", name, f)
		}
	}
}

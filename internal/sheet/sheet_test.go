package sheet

import (
	"math"
	"math/rand/v2"
	"testing"

	"plumbline/internal/fault"
)

func near(a, b Point) bool { return math.Abs(a.X-b.X) < 1e-6 && math.Abs(a.Y-b.Y) < 1e-6 }

func TestPageToFrame(t *testing.T) {
	t.Parallel()
	// A page of 200 × 100 with a mark 30 from the left and 10 from the bottom.
	// Where the mark shows was read off a rendering by poppler.
	mark := Point{30, 10}
	cases := []struct {
		name     string
		rotation int
		frame    Frame
		want     Point
	}{
		{"upright", 0, Frame{200, 100}, Point{30, 90}},
		{"clockwise", 90, Frame{100, 200}, Point{10, 30}},
		{"upside down", 180, Frame{200, 100}, Point{170, 10}},
		{"counter-clockwise", 270, Frame{100, 200}, Point{90, 170}},
		{"a full turn and a quarter", 450, Frame{100, 200}, Point{10, 30}},
		{"a negative quarter", -90, Frame{100, 200}, Point{90, 170}},
		{"no multiple of 90", 45, Frame{200, 100}, Point{30, 90}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := Displayed(200, 100, c.rotation); got != c.frame {
				t.Errorf("frame %v, want %v", got, c.frame)
			}
			m := PageToFrame(200, 100, c.rotation)
			if got := m.Apply(mark); !near(got, c.want) {
				t.Errorf("mark at %v, want %v", got, c.want)
			}
			back, ok := m.Invert()
			if !ok || !near(back.Apply(c.want), mark) {
				t.Errorf("back at %v (%v), want %v", back.Apply(c.want), ok, mark)
			}
			// All four corners stay in the frame: a wrong sign would throw them out.
			for _, p := range []Point{{0, 0}, {200, 0}, {0, 100}, {200, 100}} {
				if !c.frame.Holds(m.Apply(p)) {
					t.Errorf("corner %v falls on %v, outside", p, m.Apply(p))
				}
			}
		})
	}
}

func TestPin(t *testing.T) {
	t.Parallel()
	f := Frame{Width: 3024, Height: 2160}
	cases := []struct {
		name string
		f    Frame
		in   Point
		want Point
		ok   bool
	}{
		{"inside", f, Point{10.25, 20}, Point{10.25, 20}, true},
		{"corner", f, Point{3024, 2160}, Point{3024, 2160}, true},
		{"a hair outside", f, Point{-0.4, 2160.4}, Point{0, 2160}, true},
		{"outside", f, Point{-0.6, 5}, Point{}, false},
		{"below", f, Point{5, 2161}, Point{}, false},
		{"NaN", f, Point{math.NaN(), 5}, Point{}, false},
		{"infinite", f, Point{5, math.Inf(1)}, Point{}, false},
		{"no frame", Frame{}, Point{0, 0}, Point{}, false},
		{"NaN frame", Frame{math.NaN(), 5}, Point{0, 0}, Point{}, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := c.f.Pin(c.in)
			if (err == nil) != c.ok || got != c.want {
				t.Errorf("got %v, %v; want %v, ok %v", got, err, c.want, c.ok)
			}
			if err != nil && fault.KindOf(err) != fault.Invalid {
				t.Errorf("kind %v, want invalid", fault.KindOf(err))
			}
		})
	}
}

func TestAround(t *testing.T) {
	t.Parallel()
	f := Frame{Width: 1000, Height: 500}
	cases := []struct {
		name   string
		p      Point
		w, h   float64
		want   Rect
		fx, fy float64
	}{
		{"middle", Point{500, 250}, 200, 100, Rect{400, 200, 200, 100}, .5, .5},
		{"top left corner", Point{0, 0}, 200, 100, Rect{0, 0, 200, 100}, 0, 0},
		{"bottom right", Point{990, 490}, 200, 100, Rect{800, 400, 200, 100}, .95, .9},
		{"larger than the frame", Point{100, 100}, 2000, 2000, Rect{0, 0, 1000, 500}, .1, .2},
		{"taller only", Point{100, 100}, 100, 2000, Rect{50, 0, 100, 500}, .5, .2},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := f.Around(c.p, c.w, c.h)
			if got != c.want {
				t.Errorf("got %v, want %v", got, c.want)
			}
			if fx, fy := got.In(c.p); math.Abs(fx-c.fx) > 1e-9 || math.Abs(fy-c.fy) > 1e-9 {
				t.Errorf("pin at %v %v of it, want %v %v", fx, fy, c.fx, c.fy)
			}
		})
	}
}

func TestAffine(t *testing.T) {
	t.Parallel()
	turn := Affine{0, 1, -1, 0, 0, 0} // (x, y) → (-y, x)
	m := Translate(10, 20).Mul(turn).Mul(Scale(2, 3))
	if got, want := m.Apply(Point{1, 1}), (Point{7, 22}); !near(got, want) {
		t.Errorf("scale, then turn, then move gives %v, want %v", got, want)
	}
	if got, want := m.Bounds(Rect{0, 0, 1, 1}), (Rect{7, 20, 3, 2}); got != want {
		t.Errorf("bounds %v, want %v", got, want)
	}
	if Identity().Mul(m) != m || m.Mul(Identity()) != m {
		t.Error("the identity changes a map")
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range 1000 {
		var a Affine
		for i := range a {
			a[i] = r.NormFloat64() * 100
		}
		inv, ok := a.Invert()
		if !ok {
			continue
		}
		p := Point{r.NormFloat64() * 3000, r.NormFloat64() * 3000}
		back := inv.Apply(a.Apply(p))
		if math.Hypot(back.X-p.X, back.Y-p.Y) > 1e-3 {
			t.Fatalf("%v there and back is %v (map %v)", p, back, a)
		}
	}
}

func TestInvertRefuses(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name string
		m    Affine
		ok   bool
	}{
		{"zero", Affine{}, false},
		{"flat", Affine{1, 2, 2, 4, 0, 0}, false},
		{"NaN", Affine{math.NaN(), 0, 0, 1, 0, 0}, false},
		{"infinite move", Affine{1, 0, 0, 1, math.Inf(1), 0}, false},
		{"very small", Scale(1e-9, 1e-9), true},
		{"very large", Scale(1e9, 1e9), true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if _, ok := c.m.Invert(); ok != c.ok {
				t.Errorf("inverts: %v, want %v", ok, c.ok)
			}
		})
	}
}

func TestPyramid(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name       string
		w, h       int
		maxZoom    int
		cols, rows int // at the deepest level
		w1, h1     int // one level above
	}{
		{"one tile", 512, 300, 0, 1, 1, 512, 300},
		{"a pixel more", 513, 300, 1, 2, 1, 257, 150},
		{"42 × 30 inch at 200 dpi", 8400, 6000, 5, 17, 12, 4200, 3000},
		{"a power of two", 4096, 4096, 3, 8, 8, 2048, 2048},
		{"a strip", 1, 100_000, 8, 1, 196, 1, 50_000},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := Pyramid{c.w, c.h}
			if got := p.MaxZoom(); got != c.maxZoom {
				t.Errorf("deepest level %d, want %d", got, c.maxZoom)
			}
			if x, y := p.Tiles(c.maxZoom); x != c.cols || y != c.rows {
				t.Errorf("%d × %d tiles, want %d × %d", x, y, c.cols, c.rows)
			}
			if x, y := p.Tiles(0); x != 1 || y != 1 {
				t.Errorf("level 0 has %d × %d tiles", x, y)
			}
			if w, h := p.Level(max(c.maxZoom-1, 0)); w != c.w1 || h != c.h1 {
				t.Errorf("the level above is %d × %d, want %d × %d", w, h, c.w1, c.h1)
			}
			f := Frame{float64(c.w) / 200 * 72, float64(c.h) / 200 * 72}
			if got := p.PixelsPerUnit(f, c.maxZoom); math.Abs(got-200.0/72) > 1e-9 {
				t.Errorf("%v pixels a point, want %v", got, 200.0/72)
			}
			if got := p.ZoomFor(f, 200.0/72/2-1e-9); got != max(c.maxZoom-1, 0) {
				t.Errorf("half the resolution is at level %d", got)
			}
			if got := p.ZoomFor(f, 1e9); got != c.maxZoom {
				t.Errorf("more than there is: level %d", got)
			}
		})
	}
}

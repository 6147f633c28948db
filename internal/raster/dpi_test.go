package raster

import (
	"math"
	"testing"

	"plumbline/internal/fault"
)

func TestDPI(t *testing.T) {
	t.Parallel()
	const limit = 250_000_000
	cases := []struct {
		name  string
		frame Size
		want  float64
		dpi   float64
		kind  fault.Kind // Other: no error
	}{
		{"42 × 30 inch", Size{3024, 2160}, 0, 200, 0},
		{"A0", Size{2384, 3370}, 0, 200, 0},
		{"A1", Size{1684, 2384}, 0, 200, 0},
		{"A2", Size{1191, 1684}, 0, 300, 0},
		{"11 × 17", Size{1224, 792}, 0, 300, 0},
		{"200 × 200 inch", Size{14400, 14400}, 0, math.Sqrt(limit) / 200, 0},
		{"as asked", Size{3024, 2160}, 36, 36, 0},
		{"too fine", Size{3024, 2160}, 600, 0, fault.TooLarge},
		{"out of range", Size{100, 100}, 1201, 0, fault.Invalid},
		{"NaN", Size{100, 100}, math.NaN(), 0, fault.Invalid},
		{"hardly anything", Size{100, 100}, 0.5, 0, fault.Invalid},
		{"larger than a page can be", Size{1e6, 1e6}, 0, 0, fault.TooLarge},
		{"no size", Size{0, 100}, 0, 0, fault.Unreadable},
		{"NaN size", Size{math.NaN(), 100}, 0, 0, fault.Unreadable},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := DPI(c.frame, c.want, limit)
			if c.kind != 0 {
				if fault.KindOf(err) != c.kind {
					t.Errorf("got %v, %v; want %v", got, err, c.kind)
				}
				return
			}
			if err != nil || math.Abs(got-c.dpi) > 1e-9 {
				t.Errorf("got %v, %v; want %v", got, err, c.dpi)
			}
		})
	}
}

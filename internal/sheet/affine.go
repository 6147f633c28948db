package sheet

import "math"

// Affine is a 2×3 map {a, b, c, d, e, f}, in the order of PDF and SVG:
//
//	x' = a·x + c·y + e
//	y' = b·x + d·y + f
type Affine [6]float64

// Identity leaves every point where it is.
func Identity() Affine { return Affine{1, 0, 0, 1, 0, 0} }

// Translate moves by (x, y).
func Translate(x, y float64) Affine { return Affine{1, 0, 0, 1, x, y} }

// Scale stretches from the origin.
func Scale(x, y float64) Affine { return Affine{x, 0, 0, y, 0, 0} }

// Apply maps p.
func (m Affine) Apply(p Point) Point {
	return Point{X: m[0]*p.X + m[2]*p.Y + m[4], Y: m[1]*p.X + m[3]*p.Y + m[5]}
}

// Mul is the map that does n first, then m.
func (m Affine) Mul(n Affine) Affine {
	return Affine{
		m[0]*n[0] + m[2]*n[1],
		m[1]*n[0] + m[3]*n[1],
		m[0]*n[2] + m[2]*n[3],
		m[1]*n[2] + m[3]*n[3],
		m[0]*n[4] + m[2]*n[5] + m[4],
		m[1]*n[4] + m[3]*n[5] + m[5],
	}
}

// Invert is the map back. It reports false where there is none: the map
// flattens the plane, or holds NaN or infinity.
func (m Affine) Invert() (Affine, bool) {
	if !m.Finite() {
		return Affine{}, false
	}
	det := m[0]*m[3] - m[1]*m[2]
	// Relative to the size of the map, so that a very small scale still inverts.
	norm := math.Max(math.Abs(m[0])+math.Abs(m[2]), math.Abs(m[1])+math.Abs(m[3]))
	if norm == 0 || math.Abs(det) < 1e-12*norm*norm {
		return Affine{}, false
	}
	inv := Affine{
		m[3] / det, -m[1] / det,
		-m[2] / det, m[0] / det,
		(m[2]*m[5] - m[3]*m[4]) / det,
		(m[1]*m[4] - m[0]*m[5]) / det,
	}
	return inv, inv.Finite()
}

// Finite reports whether no number is NaN or infinite.
func (m Affine) Finite() bool {
	for _, v := range m {
		if !finite(v) {
			return false
		}
	}
	return true
}

// Bounds is the smallest upright rectangle that holds the image of r.
func (m Affine) Bounds(r Rect) Rect {
	lo := Point{X: math.Inf(1), Y: math.Inf(1)}
	hi := Point{X: math.Inf(-1), Y: math.Inf(-1)}
	for _, c := range [4]Point{{r.X, r.Y}, {r.X + r.W, r.Y}, {r.X, r.Y + r.H}, {r.X + r.W, r.Y + r.H}} {
		p := m.Apply(c)
		lo.X, lo.Y = math.Min(lo.X, p.X), math.Min(lo.Y, p.Y)
		hi.X, hi.Y = math.Max(hi.X, p.X), math.Max(hi.Y, p.Y)
	}
	return Rect{X: lo.X, Y: lo.Y, W: hi.X - lo.X, H: hi.Y - lo.Y}
}

// Similarity is the map that turns, scales and moves a1 to b1 and a2 to b2. It
// reports false where the points of a pair are too near to each other to tell.
func Similarity(a1, a2, b1, b2 Point) (Affine, bool) {
	x, y, u, v := a2.X-a1.X, a2.Y-a1.Y, b2.X-b1.X, b2.Y-b1.Y
	size := x*x + y*y
	if !(size > 1e-12) || !(u*u+v*v > 1e-12) {
		return Affine{}, false
	}
	c, s := (x*u+y*v)/size, (x*v-y*u)/size
	m := Affine{c, s, -s, c, b1.X - c*a1.X + s*a1.Y, b1.Y - s*a1.X - c*a1.Y}
	return m, m.Finite()
}

package register

import (
	"cmp"
	"math"
	"slices"

	"plumbline/internal/sheet"
)

const (
	half      = 15 // of a patch's side
	cells     = 12 // of the grid that patches are chosen by, each way
	tolerance = 1.6
	found     = 0.55 // correlation of a patch that is found again
)

// pair is a place of the still picture and where it was found in the moved one.
type pair struct {
	a, b sheet.Point
	ok   bool
}

// proven refines a map: patches of a are looked for in b, at most reach pixels
// from where the map puts them.
func proven(a, b *plane, m sheet.Affine, reach int) Found {
	out := Found{Map: m}
	inv, ok := m.Invert()
	if !ok {
		return out
	}
	w := b.warp(m, a.w, a.h)
	var pairs []pair
	for _, p := range corners(a) {
		// Only what lies on both pages can agree.
		if q := inv.Apply(p); q.X < 0 || q.Y < 0 || q.X > float64(b.w) || q.Y > float64(b.h) {
			continue
		}
		d, ok := find(a, w, int(p.X), int(p.Y), reach)
		pairs = append(pairs, pair{a: p, b: inv.Apply(sheet.Point{X: p.X + d.X, Y: p.Y + d.Y}), ok: ok})
	}
	if len(pairs) < leastPatches {
		return out
	}
	fit, in := agreed(pairs)
	if len(in) < 3 {
		return out
	}
	out.Map = fit
	out.Confidence = float64(len(in)) / float64(len(pairs))
	out.Sure = len(in) >= leastPatches && out.Confidence >= leastShare && spread(in, a) >= leastSpread
	return out
}

// corners are places that can be found again in both directions: in each cell
// of a grid the one with the most lines across each other.
func corners(p *plane) []sheet.Point {
	// The smaller eigenvalue of the structure tensor, over the patch.
	gx, gy := make([]float32, len(p.v)), make([]float32, len(p.v))
	for y := 1; y < p.h-1; y++ {
		for x := 1; x < p.w-1; x++ {
			i := y*p.w + x
			gx[i] = p.v[i+1] - p.v[i-1]
			gy[i] = p.v[i+p.w] - p.v[i-p.w]
		}
	}
	xx, yy, xy := integral(p, gx, gx), integral(p, gy, gy), integral(p, gx, gy)
	var out []sheet.Point
	margin := half + 1
	for cy := range cells {
		for cx := range cells {
			best, at := 0.8, sheet.Point{X: -1}
			x0, x1 := max(margin, cx*p.w/cells), min(p.w-margin, (cx+1)*p.w/cells)
			y0, y1 := max(margin, cy*p.h/cells), min(p.h-margin, (cy+1)*p.h/cells)
			for y := y0; y < y1; y += 2 {
				for x := x0; x < x1; x += 2 {
					a, b, c := xx.sum(x, y), yy.sum(x, y), xy.sum(x, y)
					if e := (a+b)/2 - math.Sqrt((a-b)*(a-b)/4+c*c); e > best {
						best, at = e, sheet.Point{X: float64(x), Y: float64(y)}
					}
				}
			}
			if at.X >= 0 {
				out = append(out, at)
			}
		}
	}
	return out
}

// table sums rectangles in one step.
type table struct {
	w int
	v []float64
}

func integral(p *plane, a, b []float32) table {
	t := table{w: p.w + 1, v: make([]float64, (p.w+1)*(p.h+1))}
	for y := range p.h {
		row := 0.0
		for x := range p.w {
			row += float64(a[y*p.w+x] * b[y*p.w+x])
			t.v[(y+1)*t.w+x+1] = t.v[y*t.w+x+1] + row
		}
	}
	return t
}

// sum is that of the patch around (x, y).
func (t table) sum(x, y int) float64 {
	x0, y0, x1, y1 := x-half, y-half, x+half+1, y+half+1
	return t.v[y1*t.w+x1] - t.v[y0*t.w+x1] - t.v[y1*t.w+x0] + t.v[y0*t.w+x0]
}

// find looks for the patch of a around (x, y) in w; the answer is how far away
// it is.
func find(a, w *plane, x, y, reach int) (sheet.Point, bool) {
	side := 2*half + 1
	patch := make([]float32, 0, side*side)
	for dy := -half; dy <= half; dy++ {
		patch = append(patch, a.v[(y+dy)*a.w+x-half:(y+dy)*a.w+x+half+1]...)
	}
	n := 2*reach + 1
	score := make([]float64, n*n)
	other := make([]float32, 0, side*side)
	best, bx, by := -1.0, 0, 0
	for sy := -reach; sy <= reach; sy++ {
		for sx := -reach; sx <= reach; sx++ {
			cx, cy := x+sx, y+sy
			i := (sy+reach)*n + sx + reach
			if cx < half || cy < half || cx+half >= w.w || cy+half >= w.h {
				score[i] = -1
				continue
			}
			other = other[:0]
			for dy := -half; dy <= half; dy++ {
				other = append(other, w.v[(cy+dy)*w.w+cx-half:(cy+dy)*w.w+cx+half+1]...)
			}
			s := correlation(patch, other)
			score[i] = s
			if s > best {
				best, bx, by = s, sx, sy
			}
		}
	}
	if best < found || bx == -reach || bx == reach || by == -reach || by == reach {
		return sheet.Point{}, false
	}
	at := func(sx, sy int) float64 { return score[(sy+reach)*n+sx+reach] }
	return sheet.Point{X: float64(bx) + part(at(bx-1, by), best, at(bx+1, by)), Y: float64(by) + part(at(bx, by-1), best, at(bx, by+1))}, true
}

// agreed is the similarity that most pairs agree on, and those pairs. All
// pairs of pairs are tried, they are few.
func agreed(pairs []pair) (sheet.Affine, []pair) {
	good := slices.DeleteFunc(slices.Clone(pairs), func(p pair) bool { return !p.ok })
	var best []pair
	for i := range good {
		for j := i + 1; j < len(good); j++ {
			if math.Hypot(good[i].a.X-good[j].a.X, good[i].a.Y-good[j].a.Y) < 4*half {
				continue
			}
			m, ok := sheet.Similarity(good[i].b, good[j].b, good[i].a, good[j].a)
			if !ok {
				continue
			}
			if in := within(good, m); len(in) > len(best) {
				best = in
			}
		}
	}
	if len(best) < 3 {
		return sheet.Identity(), nil
	}
	for range 3 {
		m, ok := fitted(best)
		if !ok {
			return sheet.Identity(), nil
		}
		if in := within(good, m); len(in) >= 3 {
			best = in
		}
	}
	m, ok := fitted(best)
	if !ok {
		return sheet.Identity(), nil
	}
	return m, best
}

func within(pairs []pair, m sheet.Affine) []pair {
	var in []pair
	for _, p := range pairs {
		if q := m.Apply(p.b); math.Hypot(q.X-p.a.X, q.Y-p.a.Y) <= tolerance {
			in = append(in, p)
		}
	}
	return in
}

// fitted is the similarity of least squares.
func fitted(pairs []pair) (sheet.Affine, bool) {
	n := float64(len(pairs))
	var ax, ay, bx, by float64
	for _, p := range pairs {
		ax, ay, bx, by = ax+p.a.X/n, ay+p.a.Y/n, bx+p.b.X/n, by+p.b.Y/n
	}
	var dot, cross, size float64
	for _, p := range pairs {
		x, y, u, v := p.b.X-bx, p.b.Y-by, p.a.X-ax, p.a.Y-ay
		dot += x*u + y*v
		cross += x*v - y*u
		size += x*x + y*y
	}
	if size < 1 {
		return sheet.Affine{}, false
	}
	c, s := dot/size, cross/size
	return sheet.Translate(ax, ay).Mul(sheet.Affine{c, s, -s, c, 0, 0}).Mul(sheet.Translate(-bx, -by)), true
}

// spread is the part of the page that the pairs take: the box without the
// outermost tenth, so that a few in a corner do not count as all.
func spread(in []pair, p *plane) float64 {
	side := func(of func(pair) float64) float64 {
		v := make([]float64, len(in))
		for i, q := range in {
			v[i] = of(q)
		}
		slices.SortFunc(v, cmp.Compare[float64])
		k := len(v) / 10
		return v[len(v)-1-k] - v[k]
	}
	return side(func(q pair) float64 { return q.a.X }) * side(func(q pair) float64 { return q.a.Y }) / float64(p.w*p.h)
}

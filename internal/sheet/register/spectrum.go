package register

import (
	"cmp"
	"math"
	"math/bits"
	"math/cmplx"
	"slices"
)

// field is a square of complex numbers, its side a power of two.
type field struct {
	n int
	v []complex128
}

func transform(p *plane) *field {
	f := &field{n: p.w, v: make([]complex128, len(p.v))}
	for i, x := range p.v {
		f.v[i] = complex(float64(x), 0)
	}
	f.fft(false)
	return f
}

// fft transforms rows, then columns, in place; back without dividing.
func (f *field) fft(inverse bool) {
	n := f.n
	roots := make([]complex128, n/2)
	sign := -1.0
	if inverse {
		sign = 1
	}
	for i := range roots {
		roots[i] = cmplx.Rect(1, sign*2*math.Pi*float64(i)/float64(n))
	}
	for y := range n {
		fft(f.v[y*n:(y+1)*n], roots)
	}
	column := make([]complex128, n)
	for x := range n {
		for y := range n {
			column[y] = f.v[y*n+x]
		}
		fft(column, roots)
		for y := range n {
			f.v[y*n+x] = column[y]
		}
	}
}

// fft is Cooley and Tukey's, in place.
func fft(v, roots []complex128) {
	n := len(v)
	shift := 64 - bits.TrailingZeros(uint(n))
	for i := range v {
		if j := int(bits.Reverse64(uint64(i)) >> shift); i < j { //nolint:gosec // both below n
			v[i], v[j] = v[j], v[i]
		}
	}
	for size := 2; size <= n; size *= 2 {
		half, step := size/2, n/size
		for from := 0; from < n; from += size {
			for k := range half {
				a, b := v[from+k], v[from+k+half]*roots[k*step]
				v[from+k], v[from+k+half] = a+b, a-b
			}
		}
	}
}

// shifts are the most likely (dx, dy) that bring b onto a, by phase correlation.
func shifts(a, b *field, most int) [][2]float64 {
	n := a.n
	c := &field{n: n, v: make([]complex128, n*n)}
	for y := range n {
		for x := range n {
			i := y*n + x
			// High frequencies say little where scale is not yet exact.
			fx, fy := float64(min(x, n-x)), float64(min(y, n-y))
			p := a.v[i] * cmplx.Conj(b.v[i])
			if m := cmplx.Abs(p); m > 1e-9 {
				c.v[i] = p / complex(math.Sqrt(m), 0) * complex(math.Exp(-(fx*fx+fy*fy)/(2*60*60)), 0)
			}
		}
	}
	c.v[0] = 0
	c.fft(true)
	var out [][2]float64
	for _, at := range peaks(n, n, func(x, y int) float64 { return real(c.v[y*n+x]) }, most, 6) {
		out = append(out, [2]float64{around(at[0], n), around(at[1], n)})
	}
	return out
}

// around is an index of a circle as a signed distance.
func around(v float64, n int) float64 {
	if v > float64(n)/2 {
		return v - float64(n)
	}
	return v
}

// The grid of a spectrum by angle and logarithm of distance.
const (
	angles = 256 // of half a turn
	radii  = 256
	inner  = 6.0
	outer  = 200.0
)

// spectrum is how strong each direction and fineness of lines is: it does not
// change when the page is moved, and shifts when it is turned or scaled.
func spectrum(p *plane) *field {
	// Against the edge of the page a window, or the border is all that shows.
	q := newPlane(padded, padded)
	for y := range p.h {
		wy := math.Sin(math.Pi * (float64(y) + 0.5) / float64(p.h))
		for x := range p.w {
			q.v[y*padded+x] = p.v[y*p.w+x] * float32(wy*math.Sin(math.Pi*(float64(x)+0.5)/float64(p.w)))
		}
	}
	f := transform(q)
	strength := newPlane(padded, padded)
	for y := range padded {
		for x := range padded {
			// The zero frequency in the middle.
			strength.v[((y+padded/2)%padded)*padded+(x+padded/2)%padded] = float32(math.Log1p(cmplx.Abs(f.v[y*padded+x])))
		}
	}
	polar := newPlane(radii, angles)
	for j := range angles {
		sin, cos := math.Sincos(math.Pi * float64(j) / angles)
		for i := range radii {
			r := inner * math.Pow(outer/inner, float64(i)/radii)
			polar.v[j*radii+i] = strength.at(padded/2+r*cos, padded/2+r*sin)
		}
	}
	// Fineness falls off everywhere alike; what differs is what counts.
	for i := range radii {
		var mean float32
		for j := range angles {
			mean += polar.v[j*radii+i] / angles
		}
		for j := range angles {
			polar.v[j*radii+i] -= mean
		}
	}
	return transform(polar)
}

// turns are the likeliest (angle, scale) of b onto a.
func turns(a, b *field, most int) [][2]float64 {
	n := a.n
	c := &field{n: n, v: make([]complex128, n*n)}
	for i := range c.v {
		p := a.v[i] * cmplx.Conj(b.v[i])
		if m := cmplx.Abs(p); m > 1e-9 {
			c.v[i] = p / complex(math.Sqrt(m), 0)
		}
	}
	c.fft(true)
	var out [][2]float64
	for _, at := range peaks(n, n, func(x, y int) float64 { return real(c.v[y*n+x]) }, most, 3) {
		// A page that is larger has coarser lines: its spectrum shrinks.
		scale := math.Pow(outer/inner, -around(at[0], n)/radii)
		out = append(out, [2]float64{around(at[1], n) * math.Pi / angles, scale})
	}
	return out
}

// peaks are the highest places of a torus, no two nearer than apart, with the
// fraction of a pixel.
func peaks(w, h int, at func(x, y int) float64, most, apart int) [][2]float64 {
	type top struct {
		x, y int
		v    float64
	}
	var tops []top
	for y := range h {
		for x := range w {
			v := at(x, y)
			if v <= 0 || v < at((x+1)%w, y) || v < at((x+w-1)%w, y) || v < at(x, (y+1)%h) || v < at(x, (y+h-1)%h) {
				continue
			}
			tops = append(tops, top{x, y, v})
		}
	}
	slices.SortFunc(tops, func(a, b top) int { return cmp.Compare(b.v, a.v) })
	near := func(a, b, n int) bool { d := (a - b + n) % n; return min(d, n-d) < apart }
	var kept []top
	for _, t := range tops {
		if len(kept) == most {
			break
		}
		if !slices.ContainsFunc(kept, func(k top) bool { return near(k.x, t.x, w) && near(k.y, t.y, h) }) {
			kept = append(kept, t)
		}
	}
	out := make([][2]float64, len(kept))
	for i, t := range kept {
		out[i] = [2]float64{
			float64(t.x) + part(at((t.x+w-1)%w, t.y), t.v, at((t.x+1)%w, t.y)),
			float64(t.y) + part(at(t.x, (t.y+h-1)%h), t.v, at(t.x, (t.y+1)%h)),
		}
	}
	return out
}

// part is where between its neighbours a peak stands: the top of a parabola.
func part(before, top, after float64) float64 {
	d := before - 2*top + after
	if d >= 0 {
		return 0
	}
	return math.Max(-0.5, math.Min(0.5, (before-after)/(2*d)))
}

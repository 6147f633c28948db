package register

import (
	"image"
	"math"

	"plumbline/internal/sheet"
)

// plane is how dark each place of a page is: 0 paper, 1 ink.
type plane struct {
	w, h int
	v    []float32
	made map[int]*plane // shrunk
}

func ink(img *image.Gray) *plane {
	w, h := img.Rect.Dx(), img.Rect.Dy()
	p := newPlane(w, h)
	for y := range h {
		row := img.Pix[y*img.Stride : y*img.Stride+w]
		for x, g := range row {
			p.v[y*w+x] = float32(255-g) / 255
		}
	}
	return p
}

func newPlane(w, h int) *plane {
	return &plane{w: w, h: h, v: make([]float32, w*h), made: map[int]*plane{}}
}

// shrunk is the factor by which fit shrinks.
func (p *plane) shrunk(edge int) float64 {
	return math.Min(1, float64(edge)/float64(max(p.w, p.h, 1)))
}

// fit is the picture with no side over edge, averaged.
func (p *plane) fit(edge int) *plane {
	s := p.shrunk(edge)
	if s == 1 {
		return p
	}
	if q := p.made[edge]; q != nil {
		return q
	}
	w, h := max(1, int(math.Round(float64(p.w)*s))), max(1, int(math.Round(float64(p.h)*s)))
	q := newPlane(w, h)
	n := make([]float32, w*h)
	for y := range p.h {
		ty := min(h-1, int(float64(y)*s))
		for x := range p.w {
			i := ty*w + min(w-1, int(float64(x)*s))
			q.v[i] += p.v[y*p.w+x]
			n[i]++
		}
	}
	for i := range q.v {
		if n[i] > 0 {
			q.v[i] /= n[i]
		}
	}
	p.made[edge] = q
	return q
}

// at is the darkness between pixels; paper outside.
func (p *plane) at(x, y float64) float32 {
	fx, fy := math.Floor(x), math.Floor(y)
	x0, y0 := int(fx), int(fy)
	if x0 < -1 || y0 < -1 || x0 >= p.w || y0 >= p.h {
		return 0
	}
	get := func(x, y int) float32 {
		if x < 0 || y < 0 || x >= p.w || y >= p.h {
			return 0
		}
		return p.v[y*p.w+x]
	}
	dx, dy := float32(x-fx), float32(y-fy)
	top := get(x0, y0)*(1-dx) + get(x0+1, y0)*dx
	bottom := get(x0, y0+1)*(1-dx) + get(x0+1, y0+1)*dx
	return top*(1-dy) + bottom*dy
}

// warp draws the picture through a map onto w × h pixels. Pixels are taken by
// their middle.
func (p *plane) warp(m sheet.Affine, w, h int) *plane {
	out := newPlane(w, h)
	inv, ok := m.Invert()
	if !ok {
		return out
	}
	for y := range h {
		q := inv.Apply(sheet.Point{X: 0.5, Y: float64(y) + 0.5})
		for x := range w {
			out.v[y*w+x] = p.at(q.X-0.5, q.Y-0.5)
			q.X += inv[0]
			q.Y += inv[1]
		}
	}
	return out
}

// padded is the side of what is transformed: room for a page to shift.
const padded = 512

// padded puts the picture into a square, its paper at zero.
func (p *plane) padded() *plane {
	out := newPlane(padded, padded)
	for y := range min(p.h, padded) {
		copy(out.v[y*padded:], p.v[y*p.w:y*p.w+min(p.w, padded)])
	}
	return out
}

// alike is the correlation of two pictures of one size, -1 … 1, both blurred a
// little, for lines are thin.
func alike(a, b *plane) float64 {
	return correlation(blurred(a).v, blurred(b).v)
}

func blurred(p *plane) *plane {
	out := newPlane(p.w, p.h)
	const r = 1
	for y := range p.h {
		for x := range p.w {
			var s float32
			for dy := -r; dy <= r; dy++ {
				for dx := -r; dx <= r; dx++ {
					if xx, yy := x+dx, y+dy; xx >= 0 && yy >= 0 && xx < p.w && yy < p.h {
						s += p.v[yy*p.w+xx]
					}
				}
			}
			out.v[y*p.w+x] = s
		}
	}
	return out
}

func correlation(a, b []float32) float64 {
	var sa, sb, saa, sbb, sab float64
	for i := range a {
		x, y := float64(a[i]), float64(b[i])
		sa += x
		sb += y
		saa += x * x
		sbb += y * y
		sab += x * y
	}
	n := float64(len(a))
	va, vb := saa-sa*sa/n, sbb-sb*sb/n
	if va <= 1e-9 || vb <= 1e-9 {
		return 0
	}
	return (sab - sa*sb/n) / math.Sqrt(va*vb)
}

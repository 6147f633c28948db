package markup

import (
	"image"
	"image/color"
	"image/draw"
	"math"
	"strconv"
	"sync"

	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"

	"plumbline/internal/fault"
	"plumbline/internal/typeface"
)

// Draw lays shapes over a picture: pixels of dst are scale times the
// coordinates of the shapes. The picture below is dst itself, so draw on a copy.
func Draw(dst draw.Image, scale float64, shapes []Shape) error {
	c := canvas{dst: dst, scale: scale}
	for _, s := range shapes {
		c.colour = image.NewUniform(parse(s.Colour))
		c.half = max(s.Width*scale/2, 0.5)
		if err := c.shape(s); err != nil {
			return fault.Wrap("markup.Draw", err)
		}
	}
	return nil
}

// Flatten is a copy of a picture with shapes drawn on it; scale is as in Draw.
func Flatten(src image.Image, scale float64, shapes []Shape) (*image.RGBA, error) {
	out := image.NewRGBA(image.Rect(0, 0, src.Bounds().Dx(), src.Bounds().Dy()))
	draw.Draw(out, out.Bounds(), src, src.Bounds().Min, draw.Src)
	return out, Draw(out, scale, shapes)
}

type vec struct{ x, y float64 }

type canvas struct {
	dst    draw.Image
	scale  float64
	colour image.Image
	half   float64 // of the line's width
}

func parse(s string) color.RGBA {
	n, err := strconv.ParseUint(s[min(1, len(s)):], 16, 32)
	if err != nil {
		n = 0
	}
	return color.RGBA{uint8(n >> 16), uint8(n >> 8), uint8(n), 255} //nolint:gosec // a byte each
}

func (c canvas) shape(s Shape) error {
	pts := make([]vec, len(s.At)/2)
	for i := range pts {
		pts[i] = vec{s.At[2*i] * c.scale, s.At[2*i+1] * c.scale}
	}
	if len(pts) == 0 {
		return nil
	}
	a, b := pts[0], pts[len(pts)-1]
	switch s.Kind {
	case Pen, Line:
		c.path(pts)
	case Arrow:
		c.path([]vec{a, b})
		turn, length := math.Atan2(b.y-a.y, b.x-a.x), max(c.half*7, 6)
		for _, side := range []float64{-1, 1} {
			t := turn + math.Pi + side*math.Pi/7
			c.path([]vec{b, {b.x + length*math.Cos(t), b.y + length*math.Sin(t)}})
		}
	case Rect:
		c.path([]vec{a, {b.x, a.y}, b, {a.x, b.y}, a})
	case Ellipse:
		const steps = 72
		round := make([]vec, steps+1)
		for i := range round {
			t := 2 * math.Pi * float64(i) / steps
			round[i] = vec{(a.x+b.x)/2 + (b.x-a.x)/2*math.Cos(t), (a.y+b.y)/2 + (b.y-a.y)/2*math.Sin(t)}
		}
		c.path(round)
	case Text:
		return c.text(a, s)
	}
	return nil
}

// path draws lines with round ends from point to point.
func (c canvas) path(pts []vec) {
	if len(pts) == 1 {
		pts = append(pts, pts[0])
	}
	for i := 1; i < len(pts); i++ {
		c.capsule(pts[i-1], pts[i])
	}
}

// capsule fills a line with round ends, within its own box alone.
func (c canvas) capsule(a, b vec) {
	box := image.Rect(int(math.Floor(min(a.x, b.x)-c.half))-1, int(math.Floor(min(a.y, b.y)-c.half))-1,
		int(math.Ceil(max(a.x, b.x)+c.half))+1, int(math.Ceil(max(a.y, b.y)+c.half))+1).Intersect(c.dst.Bounds())
	if box.Empty() {
		return
	}
	r := vector.NewRasterizer(box.Dx(), box.Dy())
	const steps = 12
	turn := math.Atan2(b.y-a.y, b.x-a.x)
	for i := range 2 * (steps + 1) {
		end, t := b, turn-math.Pi/2+math.Pi*float64(i)/steps
		if i > steps {
			end, t = a, turn+math.Pi/2+math.Pi*float64(i-steps-1)/steps
		}
		x, y := float32(end.x+c.half*math.Cos(t)-float64(box.Min.X)), float32(end.y+c.half*math.Sin(t)-float64(box.Min.Y))
		if i == 0 {
			r.MoveTo(x, y)
		} else {
			r.LineTo(x, y)
		}
	}
	r.ClosePath()
	r.Draw(c.dst, box, c.colour, image.Point{})
}

var letters = sync.OnceValues(func() (*opentype.Font, error) { return opentype.Parse(typeface.SansSemiBold) })

// text writes with the baseline's left end at a point below its place, as SVG
// with a hanging baseline does.
func (c canvas) text(at vec, s Shape) error {
	f, err := letters()
	if err != nil {
		return err
	}
	size := max(s.Width*c.scale, 4)
	face, err := opentype.NewFace(f, &opentype.FaceOptions{Size: size, DPI: 72, Hinting: font.HintingNone})
	if err != nil {
		return err
	}
	defer face.Close() //nolint:errcheck // it holds nothing
	const ascent = 0.8
	d := font.Drawer{Dst: c.dst, Src: c.colour, Face: face, Dot: fixed.Point26_6{X: fixed.Int26_6(at.x * 64), Y: fixed.Int26_6((at.y + ascent*size) * 64)}}
	d.DrawString(s.Text)
	return nil
}

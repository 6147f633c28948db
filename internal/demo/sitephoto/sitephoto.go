// Package sitephoto paints the demo site's photos: a wall in raking light with
// one thing wrong on it. Nothing in them is real. The same subject and seed
// always give the same JPEG.
package sitephoto

import (
	"bytes"
	"image"
	"image/jpeg"
	"math"
	"math/rand/v2"
)

// Subject is what a photo shows.
type Subject int

// The subjects.
const (
	Duct Subject = iota
	Pipe
	Crack
	Damp
	Socket
	DoorFrame
	Tiles
	Cables
	subjects
)

// Subjects is how many there are.
const Subjects = int(subjects)

// Size of a photo in pixels.
const (
	Width  = 1280
	Height = 960
)

// Spot is where in a photo the thing is that is wrong: its corners.
type Spot struct{ X0, Y0, X1, Y1 float64 }

type canvas struct {
	pix   []float32 // r, g, b in 0..1
	rng   *rand.Rand
	light float64 // where the lamp hangs, 0..1
	spot  Spot
}

// at notes where the wrong thing is.
func (c *canvas) at(x0, y0, x1, y1 int) {
	c.spot = Spot{float64(x0), float64(y0), float64(x1), float64(y1)}
}

// JPEG paints a photo, and says where in it to look.
func JPEG(s Subject, seed uint64) ([]byte, Spot, error) {
	c := &canvas{pix: make([]float32, Width*Height*3), rng: rand.New(rand.NewPCG(seed, uint64(s)+1))}
	c.light = 0.2 + 0.6*c.rng.Float64()
	c.wall()
	switch s % subjects {
	case Duct:
		c.duct()
	case Pipe:
		c.pipe()
	case Crack:
		c.crack()
	case Damp:
		c.damp()
	case Socket:
		c.socket()
	case DoorFrame:
		c.door()
	case Tiles:
		c.tiles()
	default:
		c.cables()
	}
	c.sprayCircle()
	b, err := c.encode()
	return b, c.spot, err
}

func (c *canvas) encode() ([]byte, error) {
	img := image.NewRGBA(image.Rect(0, 0, Width, Height))
	for i := range Width * Height {
		x, y := i%Width, i/Width
		// vignette and grain make it look like a lens was there
		dx, dy := float64(x)/Width-0.5, float64(y)/Height-0.5
		v := float32(1 - 0.75*(dx*dx+dy*dy))
		grain := float32(c.rng.Float64()-0.5) * 0.035
		for k := range 3 {
			img.Pix[4*i+k] = clamp8((c.pix[3*i+k] + grain) * v)
		}
		img.Pix[4*i+3] = 255
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 80}); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func clamp8(v float32) uint8 { return uint8(max(0, min(255, v*255))) }

// set gives the pixel a colour.
func (c *canvas) set(x, y int, r, g, b float64) {
	if x < 0 || y < 0 || x >= Width || y >= Height {
		return
	}
	i := 3 * (y*Width + x)
	c.pix[i], c.pix[i+1], c.pix[i+2] = float32(r), float32(g), float32(b)
}

// mix blends a colour over the pixel.
func (c *canvas) mix(x, y int, r, g, b, a float64) {
	if x < 0 || y < 0 || x >= Width || y >= Height || a <= 0 {
		return
	}
	i := 3 * (y*Width + x)
	f := float32(min(a, 1))
	c.pix[i] += (float32(r) - c.pix[i]) * f
	c.pix[i+1] += (float32(g) - c.pix[i+1]) * f
	c.pix[i+2] += (float32(b) - c.pix[i+2]) * f
}

// noise is smooth value noise over a grid of the given cell.
func (c *canvas) noise(cell int) func(x, y int) float64 {
	w, h := Width/cell+2, Height/cell+2
	grid := make([]float64, w*h)
	for i := range grid {
		grid[i] = c.rng.Float64()
	}
	smooth := func(t float64) float64 { return t * t * (3 - 2*t) }
	return func(x, y int) float64 {
		gx, gy := x/cell, y/cell
		fx, fy := smooth(float64(x%cell)/float64(cell)), smooth(float64(y%cell)/float64(cell))
		a, b := grid[gy*w+gx], grid[gy*w+gx+1]
		d, e := grid[(gy+1)*w+gx], grid[(gy+1)*w+gx+1]
		return (a+(b-a)*fx)*(1-fy) + (d+(e-d)*fx)*fy
	}
}

func (c *canvas) wall() {
	coarse, fine := c.noise(160), c.noise(14)
	warm := 0.02 + 0.05*c.rng.Float64()
	floor := Height - 90 - c.rng.IntN(60)
	for y := range Height {
		for x := range Width {
			lx, ly := float64(x)/Width-c.light, float64(y)/Height-0.25
			l := 0.34 + 0.5*math.Exp(-2.2*(lx*lx+ly*ly))
			l += (coarse(x, y)-0.5)*0.10 + (fine(x, y)-0.5)*0.05
			if y > floor {
				l *= 0.55 + 0.1*float64(y-floor)/float64(Height-floor)
			} else if floor-y < 6 {
				l *= 0.7
			}
			c.set(x, y, l+warm, l+warm*0.5, l-warm*0.4)
		}
	}
}

// cylinder shades a round bar between two edges.
func (c *canvas) cylinder(x0, y0, x1, y1 int, across func(x, y int) float64, base float64) {
	for y := max(y0, 0); y < min(y1, Height); y++ {
		for x := max(x0, 0); x < min(x1, Width); x++ {
			t := across(x, y)
			s := base + 0.42*math.Exp(-18*(t-0.32)*(t-0.32)) - 0.35*math.Pow(math.Abs(t-0.45)*1.6, 3)
			c.set(x, y, s, s*1.01, s*1.03)
		}
	}
}

func (c *canvas) duct() {
	y0 := 220 + c.rng.IntN(160)
	h := 190 + c.rng.IntN(80)
	c.shadow(0, y0+h, Width, 50)
	c.cylinder(0, y0, Width, y0+h, func(_, y int) float64 { return float64(y-y0) / float64(h) }, 0.42)
	for x := 60 + c.rng.IntN(80); x < Width; x += 230 {
		for y := y0 - 5; y < y0+h+5; y++ {
			for k := range 12 {
				c.mix(x+k, y, 0.25, 0.25, 0.26, 0.5-math.Abs(float64(k)-6)/14)
			}
		}
	}
	x := Width/2 + c.rng.IntN(240) - 120
	c.hole(x, y0+h+60, 70)
	c.at(x-70, y0+h-10, x+70, y0+h+130)
}

func (c *canvas) pipe() {
	for n := range 2 {
		x0 := 330 + n*300 + c.rng.IntN(80)
		w := 70 + c.rng.IntN(50)
		for y := range Height {
			for x := x0 + w; x < x0+w+34; x++ {
				c.mix(x, y, 0.1, 0.1, 0.1, 0.4*(1-float64(x-x0-w)/34))
			}
		}
		c.cylinder(x0, 0, x0+w, Height, func(x, _ int) float64 { return float64(x-x0) / float64(w) }, 0.38)
		y := 200 + c.rng.IntN(200)
		if n == 0 {
			c.at(x0-8, y-10, x0+w+8, y+36)
		}
		for ; y < Height; y += 380 {
			for yy := y; yy < y+26; yy++ {
				for x := x0 - 8; x < x0+w+8; x++ {
					c.mix(x, yy, 0.5, 0.3, 0.16, 0.75)
				}
			}
		}
	}
}

func (c *canvas) crack() {
	x, y := float64(300+c.rng.IntN(500)), 30.0
	dir := 0.3 - 0.6*c.rng.Float64()
	for y < Height-150 {
		dir += (c.rng.Float64() - 0.5) * 0.5
		dir *= 0.93
		x += dir * 3
		y += 1.6
		if y < Height/2 {
			c.at(int(x)-45, Height/2-110, int(x)+45, Height/2+110)
		}
		w := 2.5 + 2.5*c.rng.Float64()
		for dx := -6; dx <= 6; dx++ {
			c.mix(int(x)+dx, int(y), 0.08, 0.07, 0.06, 1.1-math.Abs(float64(dx))/w)
			c.mix(int(x)+dx, int(y)+1, 0.08, 0.07, 0.06, 1.1-math.Abs(float64(dx))/w)
		}
	}
}

func (c *canvas) damp() {
	cx, cy := float64(400+c.rng.IntN(480)), float64(Height-220)
	c.at(int(cx)-210, int(cy)-170, int(cx)+210, int(cy)+150)
	n := c.noise(70)
	for y := range Height {
		for x := range Width {
			dx, dy := (float64(x)-cx)/330, (float64(y)-cy)/260
			d := math.Sqrt(dx*dx+dy*dy) + (n(x, y)-0.5)*0.7
			c.mix(x, y, 0.26, 0.22, 0.15, 0.75*(1-d)*2)
			if math.Abs(d-1) < 0.03 {
				c.mix(x, y, 0.75, 0.72, 0.66, 0.35)
			}
		}
	}
}

func (c *canvas) rect(x0, y0, x1, y1 int, r, g, b float64) {
	for y := y0; y < y1; y++ {
		for x := x0; x < x1; x++ {
			edge := 1.0
			if x-x0 < 4 || y-y0 < 4 {
				edge = 1.15
			} else if x1-x < 5 || y1-y < 5 {
				edge = 0.75
			}
			c.mix(x, y, r*edge, g*edge, b*edge, 0.96)
		}
	}
}

func (c *canvas) shadow(x0, y0, w, h int) {
	for y := y0; y < y0+h; y++ {
		for x := x0; x < x0+w; x++ {
			c.mix(x, y, 0.05, 0.05, 0.05, 0.45*(1-float64(y-y0)/float64(h)))
		}
	}
}

func (c *canvas) hole(cx, cy, radius int) {
	for y := cy - radius; y <= cy+radius; y++ {
		for x := cx - radius; x <= cx+radius; x++ {
			d := math.Hypot(float64(x-cx), float64(y-cy)) / float64(radius)
			c.mix(x, y, 0.05, 0.045, 0.04, (1-d)*5)
		}
	}
}

func (c *canvas) socket() {
	x, y := 420+c.rng.IntN(300), 420+c.rng.IntN(120)
	for n := range 2 {
		x0 := x + n*170
		c.shadow(x0, y+150, 150, 24)
		c.rect(x0, y, x0+150, y+150, 0.88, 0.87, 0.84)
		c.hole(x0+75, y+75, 52)
		c.hole(x0+60, y+75, 8)
	}
	c.hole(x+390, y+70, 58) // the box that was forgotten
	c.at(x+332, y+12, x+448, y+128)
}

func (c *canvas) door() {
	x := 380 + c.rng.IntN(160)
	c.rect(x-40, 90, x+460, Height, 0.62, 0.6, 0.57)
	c.rect(x, 130, x+420, Height, 0.36, 0.27, 0.2)
	c.rect(x+350, 520, x+390, 535, 0.75, 0.75, 0.76)
	c.at(x+400, 380, x+450, 640)
	for y := 130; y < Height; y++ { // the gap that is too wide
		for k := range 9 {
			c.mix(x+420+k, y, 0.04, 0.04, 0.04, 0.9)
		}
	}
}

func (c *canvas) tiles() {
	n := c.noise(40)
	step := 150
	for y := range Height {
		for x := range Width {
			l := 0.62 + 0.2*math.Exp(-3*math.Pow(float64(x)/Width-c.light, 2)) + (n(x, y)-0.5)*0.05
			if x%step < 5 || y%step < 5 {
				l = 0.42
			}
			c.set(x, y, l, l*1.01, l*1.02)
		}
	}
	tx, ty := step*(3+c.rng.IntN(3)), step*(2+c.rng.IntN(2))
	c.rect(tx+5, ty+5, tx+step, ty+step, 0.46, 0.43, 0.4)
	c.at(tx, ty, tx+step, ty+step)
	px, py := float64(tx+10), float64(ty+40)
	for range 130 {
		px += 1.1
		py += c.rng.Float64()*2.4 - 0.8
		c.hole(int(px), int(py), 3)
	}
}

func (c *canvas) cables() {
	y := 260 + c.rng.IntN(100)
	c.rect(0, y, Width, y+22, 0.6, 0.61, 0.63)
	c.rect(0, y+120, Width, y+142, 0.6, 0.61, 0.63)
	c.at(Width/2-160, y+10, Width/2+160, y+132)
	for n := range 9 {
		cy := float64(y) + 20 + float64(n)*11
		amp, ph := 3+4*c.rng.Float64(), c.rng.Float64()*6
		tone := 0.08 + 0.5*c.rng.Float64()
		blue := c.rng.IntN(3) == 0
		for x := range Width {
			yy := cy + amp*math.Sin(float64(x)/110+ph)
			for k := -5; k <= 5; k++ {
				s := tone * (1.15 - math.Abs(float64(k)+1)/8)
				if blue {
					c.mix(x, int(yy)+k, 0.1, 0.2, 0.5*s+0.3, 1)
				} else {
					c.mix(x, int(yy)+k, s, s, s, 1)
				}
			}
		}
	}
}

// sprayCircle is the inspector's mark.
func (c *canvas) sprayCircle() {
	if c.rng.IntN(3) != 0 {
		return
	}
	cx, cy, r := float64(500+c.rng.IntN(280)), float64(420+c.rng.IntN(160)), 150+50*c.rng.Float64()
	for a := 0.0; a < 2*math.Pi; a += 0.0012 {
		rr := r + 6*math.Sin(3*a) + c.rng.NormFloat64()*5
		x, y := int(cx+rr*math.Cos(a)), int(cy+rr*0.86*math.Sin(a))
		c.mix(x, y, 0.85, 0.12, 0.1, 0.55)
		c.mix(x+1, y, 0.85, 0.12, 0.1, 0.45)
		c.mix(x, y+1, 0.85, 0.12, 0.1, 0.45)
	}
}

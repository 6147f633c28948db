package floorplan

import (
	"fmt"
	"math"

	"codeberg.org/go-pdf/fpdf"
)

const (
	outerWall = 0.36 // metres
	innerWall = 0.14
	doorWidth = 0.93
)

func (p *pen) rooms() {
	s := p.s
	p.outer()
	for i := range s.Rooms {
		p.walls(&s.Rooms[i])
	}
	p.columns()
	for i := range s.Rooms {
		p.opening(&s.Rooms[i])
	}
	p.windows()
	for i := range s.Rooms {
		r := &s.Rooms[i]
		p.contents(r)
		p.name(r)
	}
}

// outer draws the outer wall as four filled bands.
func (p *pen) outer() {
	p.solid()
	w, d, t := p.s.Width, p.s.Depth, outerWall
	for _, b := range [][4]float64{{-t, -t, w + 2*t, t}, {-t, d, w + 2*t, t}, {-t, 0, t, d}, {w, 0, t, d}} {
		p.Rect(p.x(b[0]), p.y(b[1]), b[2]*mmPerMetre, b[3]*mmPerMetre, "F")
	}
}

// walls draws the inner walls of a room, half of each on either side.
func (p *pen) walls(r *Room) {
	if r.Kind == Corridor {
		return
	}
	p.ink(innerWall * mmPerMetre)
	p.SetLineCapStyle("square")
	p.Rect(p.x(r.X), p.y(r.Y), r.W*mmPerMetre, r.H*mmPerMetre, "D")
	p.SetLineCapStyle("butt")
}

func (p *pen) columns() {
	p.solid()
	for _, x := range p.s.AxesX[1 : len(p.s.AxesX)-1] {
		for _, y := range p.s.AxesY[1 : len(p.s.AxesY)-1] {
			p.Rect(p.x(x)-2, p.y(y)-2, 4, 4, "F")
		}
	}
}

// opening cuts a door into the room's wall and draws its leaf and swing.
func (p *pen) opening(r *Room) {
	if r.Door == None {
		return
	}
	w := doorWidth * mmPerMetre
	t := innerWall*mmPerMetre + 0.5
	p.SetFillColor(255, 255, 255)
	leaf := func() { p.ink(0.35) }
	swing := func() { p.grey(0.2) }
	at := 0.7 // metres from the corner
	switch r.Door {
	case North, South:
		x, y := p.x(r.X+at), p.y(r.Y)
		dir := 1.0
		if r.Door == South {
			y, dir = p.y(r.Y+r.H), -1
		}
		p.Rect(x, y-t/2, w, t, "F")
		leaf()
		p.Line(x, y, x, y+dir*w)
		swing()
		if dir > 0 {
			p.Arc(x, y, w, w, 0, 270, 360, "D")
		} else {
			p.Arc(x, y, w, w, 0, 0, 90, "D")
		}
	default:
		x, y := p.x(r.X), p.y(r.Y+at)
		dir := 1.0
		if r.Door == East {
			x, dir = p.x(r.X+r.W), -1
		}
		p.Rect(x-t/2, y, t, w, "F")
		leaf()
		p.Line(x, y, x+dir*w, y)
		swing()
		if dir > 0 {
			p.Arc(x, y, w, w, 0, 270, 360, "D")
		} else {
			p.Arc(x, y, w, w, 0, 180, 270, "D")
		}
	}
}

// windows cuts bands into the north and south walls of every room that has one.
func (p *pen) windows() {
	t := outerWall * mmPerMetre
	for i := range p.s.Rooms {
		r := &p.s.Rooms[i]
		if r.Kind == Shaft || r.Kind == Lift || r.Kind == Corridor {
			continue
		}
		for _, y := range []float64{0, p.s.Depth} {
			north := y == 0
			if (north && r.Y > 0.01) || (!north && r.Y+r.H < p.s.Depth-0.01) {
				continue
			}
			n := max(int(r.W/2.6), 1)
			for k := range n {
				ww := math.Min(1.8, r.W*0.6) * mmPerMetre
				x := p.x(r.X+r.W*(float64(k)+0.5)/float64(n)) - ww/2
				top := p.y(y)
				if north {
					top -= t
				}
				p.SetFillColor(255, 255, 255)
				p.grey(0.2)
				p.Rect(x, top, ww, t, "FD")
				p.ink(0.25)
				p.Line(x, top+t*0.42, x+ww, top+t*0.42)
				p.Line(x, top+t*0.58, x+ww, top+t*0.58)
			}
		}
	}
}

func (p *pen) contents(r *Room) {
	x, y, w, h := p.x(r.X), p.y(r.Y), r.W*mmPerMetre, r.H*mmPerMetre
	p.grey(0.2)
	switch r.Kind {
	case Stair:
		n := int(h / 2.8)
		for i := 1; i < n; i++ {
			yy := y + h*float64(i)/float64(n)
			p.Line(x+2, yy, x+w/2-1.5, yy)
			p.Line(x+w/2+1.5, yy, x+w-2, yy)
		}
		p.ink(0.3)
		p.Line(x+w*0.25, y+h-6, x+w*0.25, y+6)
		p.Line(x+w*0.25, y+6, x+w*0.25-1.4, y+9)
		p.Line(x+w*0.25, y+6, x+w*0.25+1.4, y+9)
	case Lift:
		p.Line(x+2, y+2, x+w-2, y+h-2)
		p.Line(x+w-2, y+2, x+2, y+h-2)
		p.Rect(x+2, y+2, w-4, h-4, "D")
	case Shaft:
		p.ClipRect(x+0.8, y+0.8, w-1.6, h-1.6, false)
		for d := -h; d < w; d += 2.6 {
			p.Line(x+d, y+h, x+d+h, y)
		}
		p.ClipEnd()
	case Wet:
		for i := range int(w / 12) {
			bx := x + 4 + float64(i)*12
			p.RoundedRect(bx, y+h-9, 6, 7, 1.4, "1234", "D")
			p.Circle(bx+3, y+h-5.5, 1.5, "D")
		}
	case Office:
		for i := range int(w / 26) {
			for k := range int(h / 34) {
				dx, dy := x+8+float64(i)*26, y+10+float64(k)*34
				p.Rect(dx, dy, 16, 8, "D")
				p.Circle(dx+8, dy+11.5, 2.2, "D")
			}
		}
	case Plain, Corridor:
	}
}

func (p *pen) name(r *Room) {
	x, y := p.x(r.X+r.W/2), p.y(r.Y+r.H/2)
	p.SetFillColor(255, 255, 255)
	p.SetTextColor(40, 38, 34)
	size := 12.0
	if r.W < 3.2 {
		size = 8
	}
	text := r.Code + " " + r.Name
	p.SetFont("sans", "", size)
	if p.GetStringWidth(text) > r.W*mmPerMetre-3 {
		p.label(x, y-1, size, "sans", "", r.Code)
		p.label(x, y+size*0.36, size*0.8, "sans", "", r.Name)
	} else {
		tw := p.GetStringWidth(text)
		p.Rect(x-tw/2-1.5, y-size*0.36, tw+3, size*0.36+1.6, "F")
		p.label(x, y, size, "sans", "", text)
	}
	p.SetTextColor(120, 115, 105)
	p.label(x, y+size*0.36+2.6, size*0.62, "mono", "", fmt.Sprintf("%.1f m²", r.W*r.H))
}

// ducts draws the supply and extract runs of a services sheet.
func (p *pen) ducts() {
	var spine *Room
	for i := range p.s.Rooms {
		if p.s.Rooms[i].Kind == Corridor {
			spine = &p.s.Rooms[i]
		}
	}
	if spine == nil {
		return
	}
	draw := func(r, g, b int, offset float64, tag string) {
		p.SetDrawColor(r, g, b)
		p.SetTextColor(r, g, b)
		p.SetLineWidth(0.5)
		y := p.y(spine.Y+spine.H/2) + offset
		p.Rect(p.x(spine.X+1), y-2.5, (spine.W-2)*mmPerMetre, 5, "D")
		p.label(p.x(spine.X+spine.W*0.3), y-3.6, 8, "mono", "", tag+" 500×300")
		for i := range p.s.Rooms {
			room := &p.s.Rooms[i]
			if room.Kind != Office && room.Kind != Plain && room.Kind != Wet {
				continue
			}
			x := p.x(room.X+room.W/2) + offset
			end := p.y(room.Y + room.H*0.3)
			start := y + 2.5
			if room.Y < spine.Y {
				end, start = p.y(room.Y+room.H*0.7), y-2.5
			}
			p.SetLineWidth(0.35)
			p.Line(x-1.5, start, x-1.5, end)
			p.Line(x+1.5, start, x+1.5, end)
			p.Polygon([]fpdf.PointType{{X: x - 3, Y: end - 3}, {X: x + 3, Y: end - 3}, {X: x + 3, Y: end + 3}, {X: x - 3, Y: end + 3}}, "D")
			p.Line(x-3, end-3, x+3, end+3)
			p.Line(x-3, end+3, x+3, end-3)
		}
	}
	draw(31, 71, 184, -5, "SUP")
	draw(179, 38, 30, 5, "EXT")
}

// Package floorplan draws the demo site's plans: vector A1 sheets at 1:100 with
// walls, doors, windows, columns, stairs, dimensions, room names and a title
// block. The building is made up. The same Plan always gives the same bytes.
//
// Room rectangles are metres from the building's north-west corner, x to the
// east, y to the south; the sheet is landscape A1, 841 × 594 mm.
package floorplan

import (
	"bytes"
	"fmt"
	"io"
	"time"

	"codeberg.org/go-pdf/fpdf"

	"plumbline/internal/typeface"
)

// The sheet, in millimetres, and where the building's corner stands on it.
const (
	SheetW     = 841.0
	SheetH     = 594.0
	OriginX    = 110.0
	OriginY    = 150.0
	mmPerMetre = 10.0 // 1:100
	ptPerMM    = 72 / 25.4
)

// Kind is what a room is, which decides what is drawn in it.
type Kind int

// The kinds of room.
const (
	Plain Kind = iota
	Office
	Stair
	Lift
	Shaft
	Wet
	Corridor
)

// Side is a wall of a room.
type Side int

// The sides a door can be in; None is a room that is entered openly.
const (
	None Side = iota
	North
	South
	East
	West
)

// Room is one room.
type Room struct {
	Code, Name string
	X, Y, W, H float64
	Kind       Kind
	Door       Side
}

// Centre is the middle of the room in sheet points, origin top left, y down:
// the frame that pins live in.
func (r Room) Centre() (x, y float64) { return r.At(0.5, 0.5) }

// At is a place in the room, as fractions of its width and height, in sheet
// points.
func (r Room) At(fx, fy float64) (x, y float64) {
	return (OriginX + (r.X+fx*r.W)*mmPerMetre) * ptPerMM, (OriginY + (r.Y+fy*r.H)*mmPerMetre) * ptPerMM
}

// Sheet is what the title block says.
type Sheet struct {
	Number, Title, Project, Place, Revision, Date string
	Made                                          time.Time
	Ducts                                         bool // a services sheet: ducts over a faint plan
	Rooms                                         []Room
	Width, Depth                                  float64 // of the building, metres
	AxesX, AxesY                                  []float64
}

type pen struct {
	*fpdf.Fpdf
	s     *Sheet
	faint bool
}

// Write draws sheets as the pages of one PDF.
func Write(w io.Writer, sheets ...Sheet) error {
	pdf := fpdf.NewCustom(&fpdf.InitType{OrientationStr: "L", UnitStr: "mm", Size: fpdf.SizeType{Wd: SheetH, Ht: SheetW}})
	pdf.SetAutoPageBreak(false, 0)
	pdf.SetCatalogSort(true)
	pdf.AddUTF8FontFromBytes("sans", "", typeface.Sans)
	pdf.AddUTF8FontFromBytes("sans", "B", typeface.SansSemiBold)
	pdf.AddUTF8FontFromBytes("mono", "", typeface.Mono)
	for i := range sheets {
		s := &sheets[i]
		if i == 0 {
			pdf.SetTitle(s.Project, true)
			pdf.SetCreationDate(s.Made)
			pdf.SetModificationDate(s.Made)
		}
		pdf.AddPage()
		p := &pen{pdf, s, s.Ducts}
		p.frame()
		p.axes()
		p.dimensions()
		p.rooms()
		if s.Ducts {
			p.ducts()
		}
		p.titleBlock()
		p.northAndScale()
	}
	var b bytes.Buffer
	if err := pdf.Output(&b); err != nil {
		return fmt.Errorf("floorplan: %w", err)
	}
	_, err := b.WriteTo(w)
	return err
}

func (p *pen) x(m float64) float64 { return OriginX + m*mmPerMetre }
func (p *pen) y(m float64) float64 { return OriginY + m*mmPerMetre }

func (p *pen) ink(width float64) {
	if p.faint {
		p.SetDrawColor(165, 160, 150)
	} else {
		p.SetDrawColor(38, 36, 33)
	}
	p.SetLineWidth(width)
}

func (p *pen) grey(width float64) {
	p.SetDrawColor(143, 137, 123)
	p.SetLineWidth(width)
}

func (p *pen) solid() {
	if p.faint {
		p.SetFillColor(196, 191, 181)
	} else {
		p.SetFillColor(42, 41, 38)
	}
}

func (p *pen) label(x, y, size float64, font, style, text string) {
	p.SetFont(font, style, size)
	p.Text(x-p.GetStringWidth(text)/2, y, text)
}

func (p *pen) frame() {
	p.SetDrawColor(38, 36, 33)
	p.SetLineWidth(0.25)
	p.Rect(5, 5, SheetW-10, SheetH-10, "D")
	p.SetLineWidth(0.9)
	p.Rect(20, 10, SheetW-30, SheetH-20, "D")
	p.SetTextColor(120, 115, 105)
	for i := range 8 { // the reference squares of the border
		x := 20 + (SheetW-30)*(float64(i)+0.5)/8
		p.label(x, 9, 7, "mono", "", fmt.Sprint(i+1))
		p.label(x, SheetH-6.2, 7, "mono", "", fmt.Sprint(i+1))
	}
	for i := range 6 {
		y := 10 + (SheetH-20)*(float64(i)+0.5)/6
		p.label(12, y, 7, "mono", "", string(rune('A'+i)))
		p.label(SheetW-7.5, y, 7, "mono", "", string(rune('A'+i)))
	}
}

func (p *pen) axes() {
	p.SetDashPattern([]float64{9, 2, 1.5, 2}, 0)
	p.grey(0.18)
	for _, x := range p.s.AxesX {
		p.Line(p.x(x), p.y(0)-38, p.x(x), p.y(p.s.Depth)+14)
	}
	for _, y := range p.s.AxesY {
		p.Line(p.x(0)-38, p.y(y), p.x(p.s.Width)+14, p.y(y))
	}
	p.SetDashPattern([]float64{}, 0)
	p.SetFillColor(255, 255, 255)
	p.SetTextColor(60, 57, 51)
	p.grey(0.35)
	for i, x := range p.s.AxesX {
		p.Circle(p.x(x), p.y(0)-44, 6, "FD")
		p.label(p.x(x), p.y(0)-42.3, 13, "sans", "", string(rune('A'+i)))
	}
	for i, y := range p.s.AxesY {
		p.Circle(p.x(0)-44, p.y(y), 6, "FD")
		p.label(p.x(0)-44, p.y(y)+1.7, 13, "sans", "", fmt.Sprint(i+1))
	}
}

func (p *pen) dimensions() {
	p.SetTextColor(90, 85, 75)
	p.grey(0.22)
	tick := func(x, y float64) { p.Line(x-1.3, y+1.3, x+1.3, y-1.3) }
	row := func(y float64, at []float64) {
		p.Line(p.x(at[0])-3, y, p.x(at[len(at)-1])+3, y)
		for i, x := range at {
			tick(p.x(x), y)
			if i > 0 {
				p.label((p.x(at[i-1])+p.x(x))/2, y-1.4, 8.5, "mono", "", millimetres(x-at[i-1]))
			}
		}
	}
	row(p.y(0)-18, p.s.AxesX)
	row(p.y(0)-28, []float64{p.s.AxesX[0], p.s.AxesX[len(p.s.AxesX)-1]})
	column := func(x float64, at []float64) {
		p.Line(x, p.y(at[0])-3, x, p.y(at[len(at)-1])+3)
		for i, y := range at {
			tick(x, p.y(y))
			if i > 0 {
				mid := (p.y(at[i-1]) + p.y(y)) / 2
				p.TransformBegin()
				p.TransformRotate(90, x-1.4, mid)
				p.label(x-1.4, mid, 8.5, "mono", "", millimetres(y-at[i-1]))
				p.TransformEnd()
			}
		}
	}
	column(p.x(0)-18, p.s.AxesY)
	column(p.x(0)-28, []float64{p.s.AxesY[0], p.s.AxesY[len(p.s.AxesY)-1]})
}

// millimetres writes metres as a drawing does: 7800 as "7 800".
func millimetres(m float64) string {
	mm := int(m*1000 + 0.5)
	if mm < 1000 {
		return fmt.Sprint(mm)
	}
	return fmt.Sprintf("%d %03d", mm/1000, mm%1000)
}

func (p *pen) titleBlock() {
	s := p.s
	x, y, w, h := SheetW-210.0, SheetH-100.0, 200.0, 90.0
	p.SetFillColor(255, 255, 255)
	p.SetDrawColor(38, 36, 33)
	p.SetLineWidth(0.7)
	p.Rect(x, y, w, h, "FD")
	p.SetLineWidth(0.25)
	for _, dy := range []float64{22, 44, 66} {
		p.Line(x, y+dy, x+w, y+dy)
	}
	p.Line(x+100, y+44, x+100, y+h)
	p.Line(x+150, y+66, x+150, y+h)
	cell := func(cx, cy, size float64, style, name, value string) {
		p.SetTextColor(110, 105, 95)
		p.SetFont("sans", "", 7)
		p.Text(cx+3, cy+5, name)
		p.SetTextColor(29, 28, 26)
		p.SetFont("sans", style, size)
		p.Text(cx+3, cy+15.5, value)
	}
	cell(x, y, 20, "B", "Project", s.Project)
	cell(x, y+22, 16, "", "Site", s.Place)
	cell(x, y+44, 15, "", "Title", s.Title)
	cell(x+100, y+44, 22, "B", "Drawing number", s.Number)
	cell(x, y+66, 13, "", "Date", s.Date)
	cell(x+100, y+66, 13, "", "Scale", "1:100 (A1)")
	cell(x+150, y+66, 20, "B", "Revision", s.Revision)
	p.SetTextColor(130, 125, 115)
	p.SetFont("sans", "", 4) // capitals of 1 mm
	p.Text(x, y+h+3.2, "Made-up building for demonstration. All dimensions in millimetres; check on site before making. This line is one millimetre high.")
}

func (p *pen) northAndScale() {
	cx, cy := SheetW-50.0, 60.0
	p.SetDrawColor(38, 36, 33)
	p.SetLineWidth(0.4)
	p.Circle(cx, cy, 16, "D")
	p.SetFillColor(38, 36, 33)
	p.Polygon([]fpdf.PointType{{X: cx, Y: cy - 15}, {X: cx + 5, Y: cy + 10}, {X: cx, Y: cy + 5}}, "F")
	p.Polygon([]fpdf.PointType{{X: cx, Y: cy - 15}, {X: cx - 5, Y: cy + 10}, {X: cx, Y: cy + 5}}, "D")
	p.SetTextColor(38, 36, 33)
	p.label(cx, cy-18, 14, "sans", "B", "N")
	x, y := OriginX, SheetH-40.0
	for i := range 10 {
		style := "D"
		if i%2 == 0 {
			style = "FD"
		}
		p.Rect(x+float64(i)*10, y, 10, 2.4, style)
	}
	for i := 0; i <= 10; i += 5 {
		p.label(x+float64(i)*10, y-1.6, 9, "mono", "", fmt.Sprintf("%d m", i))
	}
}

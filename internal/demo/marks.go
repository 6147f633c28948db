package demo

import (
	"time"

	"plumbline/internal/demo/floorplan"
	"plumbline/internal/demo/sitephoto"
	"plumbline/internal/point/markup"
)

// note is what somebody draws on a photo of a remark: a figure, and words.
type note struct{ figure, words string }

// measure is a line between two ends, with a size.
const measure = "measure"

var notes = map[string]note{
	"Fire collar missing":          {markup.Arrow, "EI 60 here"},
	"Fire collar damaged":          {markup.Ellipse, "crushed"},
	"Seal missing":                 {measure, "30 mm"},
	"Gap under fire door too wide": {measure, "9 mm"},
	"Crack in wall":                {markup.Arrow, "0.4 mm, gauge"},
	"Honeycombing at column foot":  {markup.Rect, "cut back"},
	"Duct dented":                  {markup.Ellipse, "replace"},
	"Socket missing":               {markup.Arrow, "only the box"},
	"Box set too deep":             {measure, "14 mm deep"},
	"Cables not fixed to tray":     {markup.Rect, "not fixed"},
	"Damp stain on plaster":        {markup.Ellipse, "still wet"},
	"Tile cracked":                 {markup.Rect, "this one"},
	"Door leaf damaged":            {markup.Arrow, "scratch"},
}

// The colours that the app offers first.
const (
	red  = "#c0392b"
	blue = "#1f5fae"
)

// drawn is what whoever made the point draws on its photo, and now and then on
// the sheet around its pin: a dozen photos and a few pins of a site.
func (s *story) drawn(n int) []act {
	every := max(7, s.f.count()/60)
	on, there := notes[s.what.subject]
	var acts []act
	if there && n%every == 1 {
		acts = append(acts, act{s.created.Add(time.Minute), func() error {
			return s.mark(markup.Layer{On: markup.OnPhoto, Target: string(s.taken), Shapes: on.over(s.spot)})
		}})
	}
	if n%(10*every) == every-2 {
		acts = append(acts, act{s.created.Add(2 * time.Minute), func() error {
			return s.mark(markup.Layer{On: markup.OnSheet, Target: string(s.pin.Sheet), Shapes: s.aroundPin()})
		}})
	}
	return acts
}

func (s *story) mark(l markup.Layer) error {
	l.Point = s.id
	_, err := s.f.Points.Mark(s.f.ctx, s.f.grants[s.author], l, 0)
	return err
}

// over draws a note over a spot of a photo.
func (n note) over(p sitephoto.Spot) []markup.Shape {
	const width, letters = 7, 44
	midX, midY := (p.X0+p.X1)/2, (p.Y0+p.Y1)/2
	words := markup.Shape{Kind: markup.Text, Colour: red, Width: letters, Text: n.words, At: []float64{within(p.X1+40, n.words, letters), max(p.Y0-50, 20)}}
	line := func(kind string, at ...float64) markup.Shape {
		return markup.Shape{Kind: kind, Colour: red, Width: width, At: at}
	}
	switch n.figure {
	case markup.Arrow:
		fromX, fromY := p.X1+150, p.Y0-70
		if fromX > sitephoto.Width*0.7 {
			fromX = p.X0 - 150
		}
		words.At = []float64{within(fromX-60, n.words, letters), fromY - letters - 14}
		return []markup.Shape{line(markup.Arrow, fromX, fromY, midX+20, midY-15), words}
	case measure:
		y := p.Y1 + 30
		words.At = []float64{within(p.X1+30, n.words, letters), y - letters - 30}
		return []markup.Shape{line(markup.Line, p.X0, y-24, p.X0, y+24), line(markup.Line, p.X0, y, p.X1, y), line(markup.Line, p.X1, y-24, p.X1, y+24), words}
	}
	return []markup.Shape{line(n.figure, p.X0-30, p.Y0-30, p.X1+30, p.Y1+30), words}
}

// within keeps words on the photo, which are about so wide.
func within(x float64, words string, letters float64) float64 {
	return min(x, sitephoto.Width-20-0.6*letters*float64(len(words)))
}

// aroundPin says on the sheet what of the room is meant.
func (s *story) aroundPin() []markup.Shape {
	x0, y0 := s.room.At(0.06, 0.06)
	x1, y1 := s.room.At(0.94, 0.94)
	out := []markup.Shape{{Kind: markup.Rect, Colour: blue, Width: 2.5, At: []float64{x0, y0, x1, y1}}}
	doorX, doorY := s.room.Centre()
	switch s.room.Door {
	case floorplan.North:
		doorY = y0
	case floorplan.South:
		doorY = y1
	case floorplan.East:
		doorX = x1
	default:
		doorX = x0
	}
	return append(out, markup.Shape{Kind: markup.Arrow, Colour: blue, Width: 2.5, At: []float64{doorX, doorY, s.pin.X, s.pin.Y}},
		markup.Shape{Kind: markup.Text, Colour: blue, Width: 12, At: []float64{x0 + 4, y0 + 4}, Text: "whole room"})
}

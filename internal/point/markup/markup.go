package markup

import (
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"plumbline/internal/fault"
	"plumbline/internal/id"
)

// What a layer is drawn on.
const (
	OnPhoto = "photo"
	OnSheet = "sheet"
)

// The kinds of shapes.
const (
	Pen     = "pen"
	Line    = "line"
	Arrow   = "arrow"
	Rect    = "rect"
	Ellipse = "ellipse"
	Text    = "text"
)

// The bounds of a layer.
const (
	MaxShapes = 300
	MaxPoints = 20_000 // numbers in all shapes together
	MaxText   = 200
)

// Shape is one stroke, figure or text. At holds x and y of its points, one
// after the other: any number for a pen, two points for a line or a figure
// (its corners), one for a text.
type Shape struct {
	Kind   string    `json:"kind"`
	Colour string    `json:"colour"` // #rrggbb
	Width  float64   `json:"width"`  // of the line; of a text, the height of its letters
	At     []float64 `json:"at"`
	Text   string    `json:"-"`
}

// Layer is what is drawn on one photo or sheet for one point.
type Layer struct {
	ID      string // of the row
	Point   id.Point
	Project id.Project
	On      string
	Target  string // the photo, or the sheet
	Shapes  []Shape
	Author  id.Person // who drew last
	At      int64
	Version int64 // of the point, when the layer was written
}

// Check names what breaks a rule.
func (l Layer) Check() []fault.Field {
	var bad []fault.Field
	add := func(path, code string) { bad = append(bad, fault.Field{Path: path, Code: code}) }
	if l.On != OnPhoto && l.On != OnSheet {
		add("on", "unknown")
	}
	if !id.Valid(id.Photo(l.Target)) {
		add("target", "not-an-id")
	}
	if len(l.Shapes) > MaxShapes {
		add("shapes", "too-many")
		return bad
	}
	numbers := 0
	for _, s := range l.Shapes {
		if c := s.check(); c != "" {
			add("shapes", c)
			break
		}
		numbers += len(s.At)
	}
	if numbers > MaxPoints {
		add("shapes", "too-many")
	}
	return bad
}

func (s Shape) check() string {
	want := map[string]int{Line: 4, Arrow: 4, Rect: 4, Ellipse: 4, Text: 2}
	n, fixed := want[s.Kind]
	switch {
	case s.Kind != Pen && !fixed:
		return "unknown"
	case fixed && len(s.At) != n, !fixed && (len(s.At) < 2 || len(s.At)%2 != 0):
		return "points"
	case !colour(s.Colour):
		return "colour"
	case !(s.Width > 0 && s.Width <= 2000):
		return "width"
	case slices.ContainsFunc(s.At, func(v float64) bool { return math.IsNaN(v) || math.Abs(v) > 1e6 }):
		return "points"
	case (s.Kind == Text) != (s.Text != ""):
		return "text"
	case !utf8.ValidString(s.Text), utf8.RuneCountInString(s.Text) > MaxText, strings.ContainsAny(s.Text, "\x00\n\r"):
		return "text"
	}
	return ""
}

func colour(s string) bool {
	return len(s) == 7 && s[0] == '#' && strings.Trim(s[1:], "0123456789abcdef") == ""
}

// Words are the texts of a layer, a line each.
func (l Layer) Words() string {
	var lines []string
	for _, s := range l.Shapes {
		if s.Kind == Text {
			lines = append(lines, s.Text)
		}
	}
	return strings.Join(lines, "\n")
}

// say gives the texts their lines back; what has none left is dropped.
func say(shapes []Shape, words string) []Shape {
	lines := strings.Split(words, "\n")
	var out []Shape
	for _, s := range shapes {
		if s.Kind == Text {
			if len(lines) == 0 || lines[0] == "" {
				lines = lines[min(1, len(lines)):]
				continue
			}
			s.Text, lines = lines[0], lines[1:]
		}
		out = append(out, s)
	}
	return out
}

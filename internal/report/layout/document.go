// Package layout sets a report as a PDF: a cover with a summary, a table of
// contents whose lines lead to their place, then each point with its facts, its
// photos and a cut-out of the plan with its pin, and page numbers; at the end
// what is attached as data. Points are also in the PDF's outline. It knows nothing of the database: a Document comes in with
// every name resolved and every text in the reader's language, a PDF goes out.
//
// Paper is A4, lengths are millimetres. Fonts (IBM Plex Sans and Mono, DejaVu
// Sans for what Plex lacks) are embedded as subsets. No text makes it fail: a
// character that no font covers, or that would need shaping we do not have
// (right-to-left and joined scripts, anything above U+FFFF), is drawn as a
// visible mark; all others can be extracted from the PDF again.
package layout

import (
	"image"
	"time"

	"plumbline/internal/typeface/typeset"
)

// Voice says things in the reader's language, zone and formats.
type Voice struct {
	Lang    string                                  // BCP 47 tag, written into the PDF
	T       func(key string, args ...string) string // text of a catalogue key
	Date    func(civil string) string               // YYYY-MM-DD in the reader's format
	Instant func(time.Time) string                  // in the reader's zone and format
}

// Document is a report, ready to be set.
type Document struct {
	Voice   Voice
	Title   string
	Project string
	Place   string
	Author  string
	Made    time.Time
	Filters []Pair
	Status  []Count // points by status, in the project's order
	Charge  []Count // points by who is in charge, largest first
	Overdue int
	Points  []Point
	Style   Style
	Data    Data
}

// Style is how the report looks.
type Style struct {
	Accent   Colour
	Logo     []byte // a PNG, or nothing
	Header   string // instead of the project's name
	Footer   string
	PerRow   int  // photos beside each other; 0 is 3
	Contents bool // a table of contents; the outline is there without it
}

// Data is what is embedded for machines.
type Data struct {
	Name string // points.json
	Body []byte
}

// Pair is a label and its value.
type Pair struct{ Label, Value string }

// Count is how many points share a name, and the colour it is shown in.
type Count struct {
	Name   string
	N      int
	Colour Colour
}

// Colour is an sRGB colour.
type Colour = typeset.Colour

// Point is one point of a report.
type Point struct {
	Number      string
	Subject     string
	Description string
	Status      string
	Colour      Colour
	Group       string // points of one group stand together; it is named above them
	Urgent      bool
	Overdue     bool
	Facts       []Pair
	Plan        *Cutout
	Photos      []Photo
	Comments    []Comment
}

// Cutout is a piece of a plan with the place of the pin in it, as fractions
// of its width and height. Load may be slow; it is called once, in order.
type Cutout struct {
	Caption string
	X, Y    float64
	Load    func() (image.Image, error)
}

// Photo is a picture of a point: a baseline or progressive JPEG.
type Photo struct {
	Caption       string
	Width, Height int
	Load          func() ([]byte, error)
}

// Comment is what somebody wrote, and when.
type Comment struct {
	Who, When, Text string
}

// Result says what was set, for the record and for an honest cover.
type Result struct {
	Pages    int
	Replaced int // characters that no font covers
	Missing  int // photos or plans that could not be read
}

// PlanAspect is the width of the place for a cut-out divided by its height. A
// picture of another shape stands whole in the middle of it; X and Y always
// mean the picture.
const PlanAspect = planW / planH

// Package book keeps the rows of drawings, their sheets and revisions, and of
// pages that wait to be placed. Package drawing has the rules.
package book

import (
	"plumbline/internal/id"
	"plumbline/internal/raster"
	"plumbline/internal/sheet"
)

// State is how far a drawing is.
type State string

// The states.
const (
	Processing State = "processing"
	Ready      State = "ready"
	Failed     State = "failed"
)

// Drawing is an uploaded file.
type Drawing struct {
	ID        id.Drawing
	Project   id.Project
	Name      string
	MediaType string
	Bytes     int64
	State     State
	Code      string // why it failed; stable
	Job       id.Job
	Author    id.Person
	CreatedAt int64 // µs
	Version   int64
	Sheets    []id.Sheet // that the reader sees, in order
	Pending   int        // pages that wait to be placed

	Source string // of the uploaded file; empty once it is gone
}

// Sheet is a page that pins can stand on.
type Sheet struct {
	ID       id.Sheet
	Drawing  id.Drawing
	Project  id.Project
	Name     string
	Number   string
	Order    int64
	Location id.Location // empty: none
	Frame    sheet.Frame
	Version  int64
	Revision Revision // the newest
	// Revisions are all that can be looked at, newest first.
	Revisions []Revision
	Marks     []Mark
}

// The kinds of marks.
const (
	Room  = "room"
	Scale = "scale"
	Link  = "link"
)

// Mark is what was laid onto a sheet, in units of its frame: see package survey.
type Mark struct {
	ID       id.Mark
	Sheet    id.Sheet
	Kind     string
	At       []float64   // x and y of its places, one after the other
	Location id.Location // of a room
	Target   id.Sheet    // where a link leads
	Metres   float64     // between the two places of a scale
}

// Alignment is how a revision came to lie in its sheet's frame.
type Alignment string

// The alignments.
const (
	First     Alignment = "first"   // its page is the frame
	Waiting   Alignment = "waiting" // the job AlignKind looks; not shown yet
	Auto      Alignment = "auto"
	Hand      Alignment = "hand"
	Unaligned Alignment = "none" // nobody knows: pins may stand wrong
)

// Revision is what a sheet looked like from a time on.
type Revision struct {
	ID       id.Revision
	Sheet    id.Sheet
	Drawing  id.Drawing
	Project  id.Project
	Code     string // "1" for the first
	At       int64  // µs
	Page     int    // of the file, from 1
	Pixels   sheet.Pyramid
	MaxZoom  int
	TileSize int
	TileType string // "png" or "jpg"
	Affine   sheet.Affine
	Bytes    int64       // of the archive
	Size     sheet.Frame // of the displayed page, in its own units

	Alignment  Alignment
	Confidence float64
	Words      []raster.Word // that read like a number of a sheet or like a scale, on the page

	Archive, Thumb string // files
}

// Page is one of a drawing that waits to be placed, with what was read off it.
type Page struct {
	Number, Title string
	Proposed      id.Sheet // that it most likely renews; empty: none
	Certainty     float64  // 0 … 1
	Revision      Revision // that it would be
}

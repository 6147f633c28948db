package drawing

import (
	"plumbline/internal/id"
	"plumbline/internal/sheet"
)

// Kinds of things in the log.
const (
	Thing      = "drawing"
	SheetThing = "sheet"
)

// JobKind makes the tiles of a drawing.
const JobKind = "drawing.tile"

// Limits.
const (
	MaxBytes = 200 << 20
	MaxName  = 200 // characters
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

	source string
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
}

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
	Bytes    int64 // of the archive

	archive, thumb string
}

package drawing

import (
	"plumbline/internal/drawing/book"
	"plumbline/internal/drawing/titleblock"
)

// The nouns have their rows in package book.
type (
	// Drawing is an uploaded file of one or more pages.
	Drawing = book.Drawing
	// Sheet is one page's place in the set, over all revisions.
	Sheet = book.Sheet
	// Revision is one version of a sheet.
	Revision = book.Revision
	// Page is a page that waits until a person places it.
	Page = book.Page
	// Pair is a place on a page, and where it lies in the frame.
	Pair = book.Pair
	// State is how far a drawing has come.
	State = book.State
	// Alignment is how a revision came to lie in its frame.
	Alignment = book.Alignment
)

// The states, and the alignments.
const (
	Processing = book.Processing
	Ready      = book.Ready
	Failed     = book.Failed
	First      = book.First
	Waiting    = book.Waiting
	Auto       = book.Auto
	Hand       = book.Hand
	Unaligned  = book.Unaligned
)

// Kinds of things in the log, of jobs, and limits.
const (
	Thing      = "drawing"
	SheetThing = "sheet"
	JobKind    = "drawing.tile"  // makes the tiles of a drawing
	AlignKind  = "drawing.align" // lays new revisions on their sheets
	MaxBytes   = 200 << 20
	MaxName    = titleblock.MaxName // characters
)

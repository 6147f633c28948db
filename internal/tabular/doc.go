// Package tabular writes and reads tables as XLSX and CSV.
//
// Promises:
//   - What is written is read back the same, by us and by others: every text of
//     Unicode, control characters and text that reads like an escape among them.
//   - A text is never a formula. In XLSX it is a text by its type and marked as
//     quoted, so that it stays one when it is edited; the text itself is not
//     changed. CSV has no types: what a spreadsheet would compute gets an
//     apostrophe before it, which Read takes away again.
//   - Reading is bounded in bytes, rows, columns and cells, whatever an archive
//     says of itself; no entity is expanded, no formula computed, nothing fetched.
//   - Both work row by row: memory follows the longest row, and for reading the
//     table of shared texts.
package tabular

import "time"

// Kind is what a cell holds.
type Kind byte

// The kinds of cells.
const (
	Empty   Kind = iota
	Text         // Text
	Number       // Number; Text as it was written
	Date         // Time, of which the civil date counts
	Instant      // Time, of which date and time of day count
	Bool         // Number is 1 or 0
	Link         // Text that leads to URL
	Bad          // an error value or a formula without a value: Text says which
	Image        // Picture lies over the cell, for whoever does not see it Text; read back it is nothing
)

// Cell is one cell.
type Cell struct {
	Kind   Kind
	Text   string
	Number float64
	Time   time.Time
	URL    string

	Picture Picture
}

// T is a cell of text.
func T(s string) Cell {
	if s == "" {
		return Cell{}
	}
	return Cell{Kind: Text, Text: s}
}

// N is a cell with a whole number.
func N(n int64) Cell { return Cell{Kind: Number, Number: float64(n)} }

// B is a cell that says yes or no.
func B(yes bool) Cell {
	if yes {
		return Cell{Kind: Bool, Number: 1}
	}
	return Cell{Kind: Bool}
}

// D is a civil date, YYYY-MM-DD; anything else is a text.
func D(civil string) Cell {
	t, err := time.Parse(time.DateOnly, civil)
	if err != nil {
		return T(civil)
	}
	return Cell{Kind: Date, Time: t}
}

// At is an instant, shown as the clock of zone shows it.
func At(t time.Time, zone *time.Location) Cell {
	if t.IsZero() {
		return Cell{}
	}
	l := t.In(zone)
	return Cell{Kind: Instant, Time: time.Date(l.Year(), l.Month(), l.Day(), l.Hour(), l.Minute(), l.Second(), 0, time.UTC)}
}

// To is a text that leads to an address.
func To(text, url string) Cell { return Cell{Kind: Link, Text: text, URL: url} }

// P is a picture.
func P(p Picture, alt string) Cell { return Cell{Kind: Image, Picture: p, Text: alt} }

// Column is a column of a sheet that is written.
type Column struct {
	Title  string
	Width  float64 // in characters; 0 is 16
	Hidden bool
}

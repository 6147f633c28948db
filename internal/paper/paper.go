// Package paper writes one document as HTML, PDF, XLSX or Markdown: registers,
// policies, receipts, archives.
//
// Promises:
//   - A Doc says what it says in every format; only XLSX, which is for tables,
//     leaves running text to the sheet "Text".
//   - No text makes a format fail, and none gets out of its place: mark-up is
//     escaped, what reads like a formula is not one, a character that cannot be
//     shown becomes a visible mark.
//   - An HTML page is complete in itself: it loads nothing, runs nothing, prints
//     well, and can be read on a phone.
//   - A PDF has page numbers, and tables that wrap and repeat their head.
//   - The same Doc gives the same bytes.
package paper

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"plumbline/internal/lang"
)

// Doc is a document with its texts in one language.
type Doc struct {
	Title    string
	Subtitle string      // one line below the title
	Locale   lang.Locale // of the texts; Default when empty
	Zone     *time.Location
	Made     time.Time // shown at the foot of a PDF, in Zone, unless zero
	Links    []Link    // other forms and languages of the page; HTML alone has them
	Contents bool      // HTML begins with links to the parts that have an ID
	Blocks   []Block
}

// Block is a part of a document: Heading, Text, List, Table, Facts, Link or
// PageBreak.
type Block interface{ block() }

// Heading begins a part. Level is 1 to 3 below the title; ID names the place
// for links into the page.
type Heading struct {
	Level int
	Text  string
	ID    string
}

// Text is a paragraph. Line breaks are kept.
type Text string

// List is a list of short texts.
type List []string

// Table is rows below a head. Widths are shares of the page's width, equal
// when nil. Name is the name of its sheet in XLSX.
type Table struct {
	Name   string
	Head   []string
	Rows   [][]string
	Widths []float64
}

// Facts are labels with their values.
type Facts [][2]string

// Link is a text that leads to an address: https, mailto, or a path of this
// server. Any other address is shown, and leads nowhere.
type Link struct{ Text, URL string }

// PageBreak begins a new page where there are pages.
type PageBreak struct{}

func (Heading) block()   {}
func (Text) block()      {}
func (List) block()      {}
func (Table) block()     {}
func (Facts) block()     {}
func (Link) block()      {}
func (PageBreak) block() {}

func (d Doc) locale() lang.Locale {
	if d.Locale == "" {
		return lang.Default
	}
	return d.Locale
}

func (d Doc) zone() *time.Location {
	if d.Zone == nil {
		return time.UTC
	}
	return d.Zone
}

// mark stands for a character that a format cannot hold.
const mark = '\u25af'

// clean is s as text formats can hold it: valid, without controls but line
// breaks and tabs, without the direction marks that could turn what follows.
func clean(s string) string {
	s = strings.ReplaceAll(s, "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r == '\r':
			return '\n'
		case r == utf8.RuneError, unicode.IsControl(r), r == '\ufffe', r == '\uffff',
			r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069':
			return mark
		}
		return r
	}, s)
}

// reachable is the address of a link, if it is of a kind that may be followed.
func (l Link) reachable() (string, bool) {
	u := l.URL
	for _, r := range u {
		if r <= ' ' || r == '\\' || unicode.IsControl(r) || r == utf8.RuneError {
			return "", false
		}
	}
	switch {
	case strings.HasPrefix(u, "https://"), strings.HasPrefix(u, "mailto:"),
		strings.HasPrefix(u, "/") && !strings.HasPrefix(u, "//"), strings.HasPrefix(u, "#"), strings.HasPrefix(u, "?"):
		return u, true
	}
	return "", false
}

// widths are the shares of a table's columns; they sum up to 1.
func (t Table) widths() []float64 {
	n := t.columns()
	out := make([]float64, n)
	sum := 0.0
	for i := range out {
		out[i] = 1
		if i < len(t.Widths) && t.Widths[i] > 0 {
			out[i] = t.Widths[i]
		}
		sum += out[i]
	}
	for i := range out {
		out[i] /= sum
	}
	return out
}

func (t Table) columns() int {
	n := len(t.Head)
	for _, r := range t.Rows {
		n = max(n, len(r))
	}
	return n
}

func cell(row []string, i int) string {
	if i < len(row) {
		return row[i]
	}
	return ""
}

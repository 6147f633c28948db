// Package style is how an organisation's reports look: its logo, its colour,
// what of a point is shown and in which order, and the words at head and foot.
//
// Promises:
//   - An organisation that set nothing has the house's own look.
//   - Text in the colour can be read: on white it has a contrast of 4.5 to 1 or
//     more, or it is refused.
//   - A logo is decoded within limits and drawn anew: nothing of the file that
//     came in but its pixels is kept.
package style

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"plumbline/internal/fault"
	"plumbline/internal/id"
	p "plumbline/internal/personal"
)

// Thing is the kind of a style in the log.
const Thing = "report-style"

// Style is an organisation's.
type Style struct {
	Org      id.Org
	Accent   string   // #rrggbb
	Shown    []string // of Facts and Parts, in their order
	Photo    string   // of Sizes
	Sort     string   // of Sorts; for a report that asks for no order itself
	Desc     bool
	Group    string // of Groups
	Header   string // instead of the project's name at the head of a page
	Footer   string
	Contents bool // with a table of contents
	HasLogo  bool
	Version  int64 // 0: nothing was set

	logo string // its file
}

// Default is the house's own look.
func Default() Style {
	return Style{Accent: "#1f47b8", Shown: slices.Concat(Facts(), Parts()), Photo: "medium", Group: "none", Contents: true}
}

// Facts are what can be shown as a line below a point's subject.
func Facts() []string {
	return []string{"where", "in-charge", "due", "category", "list", "created", "closed"}
}

// Parts are what else of a point can be shown.
func Parts() []string { return []string{"description", "plan", "photos", "comments"} }

// Sizes are those of photos: four, three or two a row.
func Sizes() []string { return []string{"small", "medium", "large"} }

// Sorts are the orders of the list of points; "" is the list's own.
func Sorts() []string {
	return []string{"", "number", "subject", "status", "due", "changed", "created", "location"}
}

// Groups are what points can be put together by.
func Groups() []string {
	return []string{"none", "status", "location", "category", "in-charge", "list"}
}

// Shows reports whether a fact or part is shown.
func (s Style) Shows(name string) bool { return slices.Contains(s.Shown, name) }

// RGB is the colour.
func (s Style) RGB() (r, g, b uint8) {
	n, err := strconv.ParseUint(strings.TrimPrefix(s.Accent, "#"), 16, 24)
	if err != nil {
		return 0x1f, 0x47, 0xb8
	}
	return uint8(n >> 16), uint8(n >> 8), uint8(n) //nolint:gosec // 24 bits
}

// leastContrast is WCAG 2.2's for text.
const leastContrast = 4.5

// Contrast is that of a colour on white, 1 to 21, as WCAG 2.2 measures it.
func Contrast(r, g, b uint8) float64 {
	lin := func(v uint8) float64 {
		c := float64(v) / 255
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return 1.05 / (0.2126*lin(r) + 0.7152*lin(g) + 0.0722*lin(b) + 0.05)
}

// Check refuses what a report cannot be set with.
func (s Style) Check() error {
	var f []fault.Field
	bad := func(path, code string) { f = append(f, fault.Field{Path: path, Code: code}) }
	if _, err := strconv.ParseUint(strings.TrimPrefix(s.Accent, "#"), 16, 24); err != nil || len(s.Accent) != 7 || s.Accent[0] != '#' {
		bad("accent", "format")
	} else if Contrast(s.RGB()) < leastContrast {
		bad("accent", "contrast")
	}
	known := slices.Concat(Facts(), Parts())
	for i, n := range s.Shown {
		if !slices.Contains(known, n) || slices.Contains(s.Shown[:i], n) {
			bad("shown", "not-one-of")
			break
		}
	}
	for _, c := range []struct {
		path, value string
		of          []string
	}{{"photo", s.Photo, Sizes()}, {"sort", s.Sort, Sorts()}, {"group", s.Group, Groups()}} {
		if !slices.Contains(c.of, c.value) {
			bad(c.path, "not-one-of")
		}
	}
	for path, v := range map[string]string{"header": s.Header, "footer": s.Footer} {
		switch {
		case utf8.RuneCountInString(v) > 200:
			bad(path, "too-long")
		case strings.ContainsRune(v, 0):
			bad(path, "characters")
		}
	}
	return fault.InvalidFields(f)
}

// Declarations are the columns of the package.
func Declarations() []p.Declaration {
	logo := p.Declaration{Table: "report_style", Column: "logo", Category: p.Content, Term: p.Document, Subject: p.Participant,
		Sources: []p.Source{p.Colleague}, Purposes: []p.Purpose{p.Record, p.Rights}, Basis: p.Contract, Role: p.Processor, Retention: p.WhileOrg,
		Recipients: []p.Recipient{p.ProjectTeam, p.Organisation}, StoredIn: p.Sealed, AtErasure: p.KeepContent,
		NoOwner: "the mark of a firm", Derivatives: []p.Derivative{p.Report}}
	return append(p.NotPersonal("report_style", "how a firm's reports look, and its published name and address",
		"org_id", "accent", "shown", "photo", "sort", "grouped", "header", "footer"), logo)
}

package paper

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"

	"plumbline/internal/fault"
)

// XLSX writes the tables of docs, each on a sheet of its own, after a sheet
// "Text" with all that is not a table.
func XLSX(w io.Writer, docs ...Doc) (err error) {
	f := excelize.NewFile()
	defer func() {
		if cerr := f.Close(); err == nil {
			err = cerr
		}
	}()
	b := book{f: f, names: map[string]bool{}}
	if b.head, err = f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, Alignment: &excelize.Alignment{Vertical: "top", WrapText: true}}); err != nil {
		return fault.Wrap("paper.XLSX", err)
	}
	if b.body, err = f.NewStyle(&excelize.Style{Alignment: &excelize.Alignment{Vertical: "top", WrapText: true}}); err != nil {
		return fault.Wrap("paper.XLSX", err)
	}
	if err := b.text(docs); err != nil {
		return fault.Wrap("paper.XLSX", err)
	}
	for _, d := range docs {
		name := d.Title
		for _, x := range d.Blocks {
			switch x := x.(type) {
			case Heading:
				name = x.Text
			case Table:
				own := x.Name
				if own == "" {
					own = name
				}
				if err := b.table(own, x); err != nil {
					return fault.Wrap("paper.XLSX", err)
				}
			}
		}
	}
	if len(docs) > 0 {
		if err := f.SetDocProps(&excelize.DocProperties{Title: within(clean(docs[0].Title), 200), Creator: "Plumbline", Created: "2000-01-01T00:00:00Z", Modified: "2000-01-01T00:00:00Z"}); err != nil {
			return fault.Wrap("paper.XLSX", err)
		}
	}
	_, err = f.WriteTo(w)
	return err
}

type book struct {
	f          *excelize.File
	names      map[string]bool
	head, body int
}

// sheet makes a sheet with the nearest name that a workbook takes.
func (b *book) sheet(name string) (*excelize.StreamWriter, error) {
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`[]:*?/\`, r) || r < ' ' {
			return ' '
		}
		return r
	}, clean(name))
	name = strings.Trim(strings.Join(strings.Fields(name), " "), "'")
	base := within(name, 26)
	if base == "" || strings.EqualFold(base, "history") {
		base = "Table"
	}
	name = base
	for i := 2; b.names[strings.ToLower(name)]; i++ {
		name = fmt.Sprintf("%s %d", base, i)
	}
	first := len(b.names) == 0
	b.names[strings.ToLower(name)] = true
	if first {
		if err := b.f.SetSheetName("Sheet1", name); err != nil {
			return nil, err
		}
	} else if _, err := b.f.NewSheet(name); err != nil {
		return nil, err
	}
	return b.f.NewStreamWriter(name)
}

func (b *book) text(docs []Doc) error {
	s, err := b.sheet("Text")
	if err != nil {
		return err
	}
	if err := s.SetColWidth(1, 1, 36); err != nil {
		return err
	}
	if err := s.SetColWidth(2, 2, 90); err != nil {
		return err
	}
	n := 0
	row := func(style int, values ...string) error {
		n++
		cells := make([]any, len(values))
		for i, v := range values {
			cells[i] = excelize.Cell{StyleID: style, Value: held(v)}
		}
		return s.SetRow(fmt.Sprintf("A%d", n), cells)
	}
	for _, d := range docs {
		if err := row(b.head, d.Title, d.Subtitle); err != nil {
			return err
		}
		for _, x := range d.Blocks {
			switch x := x.(type) {
			case Heading:
				err = row(b.head, x.Text)
			case Text:
				err = row(b.body, "", string(x))
			case List:
				for _, v := range x {
					if err == nil {
						err = row(b.body, "", v)
					}
				}
			case Facts:
				for _, v := range x {
					if err == nil {
						err = row(b.body, v[0], v[1])
					}
				}
			case Link:
				err = row(b.body, x.Text, x.URL)
			}
			if err != nil {
				return err
			}
		}
	}
	return s.Flush()
}

func (b *book) table(name string, t Table) error {
	s, err := b.sheet(name)
	if err != nil {
		return err
	}
	for i, share := range t.widths() {
		if err := s.SetColWidth(i+1, i+1, min(max(share*140, 12), 80)); err != nil {
			return err
		}
	}
	n := 0
	if len(t.Head) > 0 {
		n = 1
		if err := s.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
			return err
		}
		if err := s.SetRow("A1", cells(t.Head, b.head)); err != nil {
			return err
		}
	}
	for _, r := range t.Rows {
		n++
		if err := s.SetRow(fmt.Sprintf("A%d", n), cells(r, b.body)); err != nil {
			return err
		}
	}
	return s.Flush()
}

func cells(row []string, style int) []any {
	out := make([]any, len(row))
	for i, v := range row {
		out[i] = excelize.Cell{StyleID: style, Value: held(v)}
	}
	return out
}

// held is a text as a cell holds it. A text that a spreadsheet could take for
// a formula gets an apostrophe before it: cells here are text and are not
// computed, but they may be saved as something else and opened again.
func held(s string) string {
	s = clean(s)
	if s != "" && strings.ContainsRune("=+-@\t\n", rune(s[0])) && s != "-" {
		s = "'" + s
	}
	if len(s) > excelize.TotalCellChars { // bytes are never fewer than what is counted
		s = within(s, excelize.TotalCellChars)
	}
	return s
}

// within cuts s to n UTF-16 units, with an ellipsis where it was longer.
func within(s string, n int) string {
	units := 0
	for i, r := range s {
		u := utf16.RuneLen(r)
		if units+u > n-1 && len(utf16.Encode([]rune(s[i:]))) > n-units {
			return s[:i] + "…"
		}
		units += u
	}
	return s
}

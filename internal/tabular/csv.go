package tabular

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"plumbline/internal/fault"
)

// dangerous is what a text begins with that a spreadsheet would compute.
const dangerous = "=+-@\t\r"

// guard puts an apostrophe before what would be computed, and before what
// already reads as if it were guarded, so that unguard gives back each text.
func guard(s string) string {
	bare := strings.TrimLeft(s, "'")
	if bare != "" && strings.IndexByte(dangerous, bare[0]) >= 0 {
		return "'" + s
	}
	return s
}

func unguard(s string) string {
	if rest, ok := strings.CutPrefix(s, "'"); ok && guard(rest) == s {
		return rest
	}
	return s
}

// CSV writes rows in UTF-8 with a byte order mark, by which a spreadsheet knows
// it. Dates and instants are written after layout, such as 02/01/2006.
type CSV struct {
	w      *csv.Writer
	layout string
}

// NewCSV begins a file. The separator is , ; or a tab.
func NewCSV(w io.Writer, separator rune, layout string) (*CSV, error) {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return nil, fault.Wrap("tabular.NewCSV", err)
	}
	c := csv.NewWriter(w)
	c.Comma, c.UseCRLF = separator, true
	return &CSV{c, layout}, nil
}

// Row writes a row.
func (c *CSV) Row(cells ...Cell) error {
	out := make([]string, len(cells))
	for i, x := range cells {
		switch x.Kind {
		case Text, Link:
			out[i] = guard(x.Text)
		case Date:
			out[i] = x.Time.Format(c.layout)
		case Instant:
			out[i] = x.Time.Format(c.layout + " 15:04")
		default:
			out[i] = x.String()
		}
	}
	return fault.Wrap("tabular.Row", c.w.Write(out))
}

// Close writes what is left.
func (c *CSV) Close() error {
	c.w.Flush()
	return fault.Wrap("tabular.Close", c.w.Error())
}

// ReadCSV reads a file of one of the usual encodings (UTF-8, UTF-16 with a mark,
// else Windows-1252) and separators (the one of , ; tab that the first line has
// most of outside of quotes, or what a first line "sep=;" says).
func ReadCSV(b []byte, l Limits) ([]Row, error) {
	if int64(len(b)) > l.Bytes {
		return nil, tooLarge("file-too-large", "the file is too large")
	}
	text, err := decoded(b)
	if err != nil {
		return nil, damaged(err)
	}
	if strings.ContainsRune(text, 0) {
		return nil, damaged(nil)
	}
	skipped := 0
	sep := separator(text)
	if first, rest, ok := strings.Cut(text, "\n"); ok {
		if s, is := strings.CutPrefix(strings.TrimRight(first, "\r"), "sep="); is && len(s) == 1 {
			sep, text, skipped = rune(s[0]), rest, 1
		}
	}
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.FieldsPerRecord, r.LazyQuotes = sep, -1, true
	var out []Row
	for {
		rec, err := r.Read()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, damaged(err)
		}
		if len(rec) > l.Columns {
			return nil, tooLarge("too-many-columns", "the table has too many columns")
		}
		row := Row{Cells: make([]Cell, len(rec))}
		row.Number, _ = r.FieldPos(0)
		row.Number += skipped
		for i, s := range rec {
			row.Cells[i] = T(unguard(s))
		}
		if blank(row.Cells) {
			continue
		}
		if len(out) >= l.Rows {
			return nil, tooLarge("too-many-rows", "the table has too many rows")
		}
		out = append(out, row)
	}
}

func decoded(b []byte) (string, error) {
	switch {
	case bytes.HasPrefix(b, []byte("\xff\xfe")), bytes.HasPrefix(b, []byte("\xfe\xff")):
		out, err := unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder().Bytes(b)
		return string(out), err
	case utf8.Valid(b):
		return strings.TrimPrefix(string(b), "\ufeff"), nil
	}
	out, err := charmap.Windows1252.NewDecoder().Bytes(b)
	return string(out), err
}

func separator(text string) rune {
	n := map[rune]int{}
	quoted := false
	for _, c := range text {
		if c == '"' {
			quoted = !quoted
		}
		if c == '\n' && !quoted {
			break
		}
		if !quoted {
			n[c]++
		}
	}
	best := ','
	for _, c := range []rune{';', '\t'} {
		if n[c] > n[best] {
			best = c
		}
	}
	return best
}

// String is the cell as people read it, dates as YYYY-MM-DD.
func (c Cell) String() string {
	switch c.Kind {
	case Number:
		return number(c.Number)
	case Bool:
		if c.Number == 1 {
			return "1"
		}
		return "0"
	case Date:
		return c.Time.Format(time.DateOnly)
	case Instant:
		return c.Time.Format("2006-01-02 15:04")
	default:
		return c.Text
	}
}

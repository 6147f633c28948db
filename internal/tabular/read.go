package tabular

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"strconv"
	"strings"
	"time"

	"plumbline/internal/fault"
)

// Limits of what is read. A file over one of them is refused, whatever its
// archive says of itself.
type Limits struct {
	Bytes   int64 // of the file
	Opened  int64 // of all parts of a workbook that are read, unpacked
	Rows    int
	Columns int
}

// Usual are limits for tables that people make.
func Usual() Limits { return Limits{Bytes: 20 << 20, Opened: 200 << 20, Rows: 20_001, Columns: 100} }

// Row is a row as it was read; Number counts from 1, as the file's reader sees it.
type Row struct {
	Number int
	Cells  []Cell
}

func tooLarge(code, text string) error { return fault.New(fault.TooLarge, code, text) }

func damaged(cause error) error {
	return fault.New(fault.Unreadable, "not-a-table", "the file is no workbook that can be read").Because(cause)
}

// XLSX reads the first sheet of a workbook. Formulas are not computed: what the
// file says they gave is taken, and Bad where it says nothing.
func XLSX(r io.ReaderAt, size int64, l Limits) ([]Row, error) {
	if size > l.Bytes {
		return nil, tooLarge("file-too-large", "the file is too large")
	}
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, damaged(err)
	}
	b := &reader{parts: map[string]*zip.File{}, left: l.Opened, limits: l}
	for _, f := range z.File {
		if b.parts[f.Name] == nil {
			b.parts[f.Name] = f
		}
	}
	rows, err := b.read()
	if err != nil && fault.KindOf(err) == fault.Other {
		err = damaged(err)
	}
	return rows, err
}

type reader struct {
	parts  map[string]*zip.File
	left   int64
	limits Limits
	shared []string
	dates  []bool // by cell style: a date or a time
	old    bool   // days count from 1904
}

type bounded struct {
	r *reader
	io.Reader
}

func (b bounded) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	if b.r.left -= int64(n); b.r.left < 0 {
		return n, tooLarge("unpacks-too-large", "the workbook unpacks to more than is read")
	}
	return n, err
}

// each gives every token of a part. A part that is not there has none; a
// document type, which alone could bring entities, is refused.
func (b *reader) each(name string, fn func(d *xml.Decoder, t xml.Token) error) error {
	f := b.parts[name]
	if f == nil {
		return nil
	}
	rc, err := f.Open()
	if err != nil {
		return err
	}
	defer func() { _ = rc.Close() }()
	d := xml.NewDecoder(bounded{b, rc})
	depth := 0
	for {
		t, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		switch t.(type) {
		case xml.Directive:
			return damaged(nil)
		case xml.StartElement:
			if depth++; depth > 64 {
				return damaged(nil)
			}
		case xml.EndElement:
			depth--
		}
		if err := fn(d, t); err != nil {
			return err
		}
	}
}

func attr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func (b *reader) read() ([]Row, error) {
	sheet, err := b.first()
	if err != nil {
		return nil, err
	}
	if err := b.styles(); err != nil {
		return nil, err
	}
	if err := b.strings(); err != nil {
		return nil, err
	}
	return b.rows(sheet)
}

// first is the part of the first sheet that is not hidden.
func (b *reader) first() (string, error) {
	id := ""
	if err := b.each("xl/workbook.xml", func(_ *xml.Decoder, t xml.Token) error {
		e, ok := t.(xml.StartElement)
		switch {
		case ok && e.Name.Local == "workbookPr":
			b.old = attr(e, "date1904") == "1" || attr(e, "date1904") == "true"
		case ok && e.Name.Local == "sheet" && id == "" && (attr(e, "state") == "" || attr(e, "state") == "visible"):
			for _, a := range e.Attr {
				if a.Name.Local == "id" {
					id = a.Value
				}
			}
		}
		return nil
	}); err != nil {
		return "", err
	}
	target := ""
	if err := b.each("xl/_rels/workbook.xml.rels", func(_ *xml.Decoder, t xml.Token) error {
		if e, ok := t.(xml.StartElement); ok && e.Name.Local == "Relationship" && attr(e, "Id") == id && attr(e, "TargetMode") != "External" {
			target = attr(e, "Target")
		}
		return nil
	}); err != nil {
		return "", err
	}
	if strings.HasPrefix(target, "/") {
		target = strings.TrimPrefix(path.Clean(target), "/")
	} else {
		target = path.Join("xl", target)
	}
	if id == "" || b.parts[target] == nil {
		return "", damaged(nil)
	}
	return target, nil
}

func (b *reader) styles() error {
	own := map[string]bool{} // number formats of the file that show dates
	in := false
	return b.each("xl/styles.xml", func(_ *xml.Decoder, t xml.Token) error {
		if e, ok := t.(xml.EndElement); ok && e.Name.Local == "cellXfs" {
			in = false
		}
		e, ok := t.(xml.StartElement)
		if !ok {
			return nil
		}
		switch e.Name.Local {
		case "numFmt":
			own[attr(e, "numFmtId")] = shows(attr(e, "formatCode"))
		case "cellXfs":
			in = true
		case "xf":
			if in {
				n, _ := strconv.Atoi(attr(e, "numFmtId"))
				b.dates = append(b.dates, n >= 14 && n <= 22 || n >= 27 && n <= 36 || n >= 45 && n <= 47 || n >= 50 && n <= 58 || own[attr(e, "numFmtId")])
			}
		}
		return nil
	})
}

// shows reports whether a number format shows a date or a time.
func shows(format string) bool {
	quoted, bracket := false, false
	for i := 0; i < len(format); i++ {
		switch c := format[i]; {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '\\' || c == '_' || c == '*':
			i++
		case c == '[':
			bracket = true
		case c == ']':
			bracket = false
		case bracket:
		case strings.IndexByte("dDyYmMhHsS", c) >= 0:
			return true
		}
	}
	return false
}

// strings reads the texts that cells share; phonetic hints are left out.
func (b *reader) strings() error {
	var text strings.Builder
	in, hint := false, false
	return b.each("xl/sharedStrings.xml", func(_ *xml.Decoder, t xml.Token) error {
		switch e := t.(type) {
		case xml.StartElement:
			switch e.Name.Local {
			case "si":
				text.Reset()
			case "rPh":
				hint = true
			case "t":
				in = !hint
			}
		case xml.CharData:
			if in {
				text.Write(e)
			}
		case xml.EndElement:
			switch e.Name.Local {
			case "t":
				in = false
			case "rPh":
				hint = false
			case "si":
				b.shared = append(b.shared, Unescape(text.String()))
			}
		}
		return nil
	})
}

func (b *reader) rows(name string) (out []Row, err error) {
	var (
		cur                  Row
		at                   int
		kind, style, v, text string
		into                 *string
		formula, hint        bool
	)
	err = b.each(name, func(_ *xml.Decoder, t xml.Token) error {
		switch e := t.(type) {
		case xml.StartElement:
			switch e.Name.Local {
			case "row":
				n, err := strconv.Atoi(attr(e, "r"))
				if err != nil {
					n = cur.Number + 1
				}
				if n <= cur.Number {
					return damaged(nil)
				}
				cur, at = Row{Number: n}, 0
				if len(out) >= b.limits.Rows || n > MostRows {
					return tooLarge("too-many-rows", "the table has too many rows")
				}
			case "c":
				if ref := attr(e, "r"); ref != "" {
					at = column(ref)
				}
				if at < 0 || at >= b.limits.Columns {
					return tooLarge("too-many-columns", "the table has too many columns")
				}
				kind, style, v, text, formula = attr(e, "t"), attr(e, "s"), "", "", false
			case "f":
				formula = true
			case "v":
				into = &v
			case "rPh":
				hint = true
			case "t":
				if !hint {
					into = &text
				}
			}
		case xml.CharData:
			if into != nil {
				*into += string(e)
			}
		case xml.EndElement:
			switch e.Name.Local {
			case "v", "t":
				into = nil
			case "rPh":
				hint = false
			case "c":
				c := b.cell(kind, style, v, text, formula)
				for len(cur.Cells) <= at {
					cur.Cells = append(cur.Cells, Cell{})
				}
				cur.Cells[at] = c
				at++
			case "row":
				if !blank(cur.Cells) {
					out = append(out, cur)
				}
			}
		}
		return nil
	})
	return out, err
}

func blank(cells []Cell) bool {
	for _, c := range cells {
		if c.Kind != Empty {
			return false
		}
	}
	return true
}

// column is the place of a cell's column, 0 for A, -1 for none.
func column(ref string) int {
	n := 0
	for _, c := range []byte(ref) {
		if c < 'A' || c > 'Z' {
			break
		}
		if n = n*26 + int(c-'A') + 1; n > MostColumns {
			break
		}
	}
	return n - 1
}

func (b *reader) cell(kind, style, v, text string, formula bool) Cell {
	switch kind {
	case "s":
		if i, err := strconv.Atoi(strings.TrimSpace(v)); err == nil && i >= 0 && i < len(b.shared) {
			return T(b.shared[i])
		}
		return Cell{Kind: Bad, Text: "string"}
	case "inlineStr":
		return T(Unescape(text))
	case "str":
		return T(Unescape(v))
	case "b":
		return B(strings.TrimSpace(v) == "1")
	case "e":
		return Cell{Kind: Bad, Text: v}
	case "d":
		if t, err := time.Parse("2006-01-02T15:04:05", strings.TrimSuffix(v, "Z")); err == nil {
			return Cell{Kind: Instant, Time: t}
		}
		return D(v)
	}
	if v == "" {
		if formula {
			return Cell{Kind: Bad, Text: "formula"}
		}
		return Cell{}
	}
	n, err := strconv.ParseFloat(strings.TrimSpace(v), 64)
	if err != nil {
		return Cell{Kind: Bad, Text: v}
	}
	if s, err := strconv.Atoi(style); err == nil && s >= 0 && s < len(b.dates) && b.dates[s] && n >= 0 && n < 2_958_466 {
		if b.old {
			n += 1462
		}
		t := epoch.Add(time.Duration(n*86400+0.5) * time.Second)
		if n == float64(int64(n)) {
			return Cell{Kind: Date, Time: t}
		}
		return Cell{Kind: Instant, Time: t}
	}
	return Cell{Kind: Number, Number: n, Text: v}
}

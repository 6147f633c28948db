package tabular

import (
	"archive/zip"
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"plumbline/internal/fault"
)

// The limits of the format.
const (
	MostRows      = 1_048_576
	MostColumns   = 16_384
	MostCellUnits = 32_767 // UTF-16 units of one cell
	mostLinks     = 65_530
)

// Styles, by their place in styles.xml.
const (
	styleText    = 1
	styleHead    = 2
	styleDate    = 3
	styleInstant = 4
	styleLink    = 5
)

// Book writes an XLSX workbook, sheet by sheet.
type Book struct {
	zip   *zip.Writer
	about About
	names []string
	open  *Sheet
	links [][]string // of each sheet
	shown [][]shown  // the pictures of each sheet
	media int        // pictures that the book holds
	err   error
}

// About says what a workbook is.
type About struct {
	Title   string
	Lang    string
	Created time.Time
}

// NewBook begins a workbook.
func NewBook(w io.Writer, a About) *Book { return &Book{zip: zip.NewWriter(w), about: a} }

// Sheet is a sheet in the making.
type Sheet struct {
	book    *Book
	w       *bufio.Writer
	row     int
	columns int
	links   []string // cell references, in the order of their relations
	shown   []shown
}

// Sheet begins a sheet with a head of columns; the one before is ended.
func (b *Book) Sheet(name string, columns ...Column) (*Sheet, error) {
	const op = "tabular.Sheet"
	b.end()
	b.names = append(b.names, b.free(name))
	f, err := b.zip.Create(fmt.Sprintf("xl/worksheets/sheet%d.xml", len(b.names)))
	if err != nil {
		return nil, fault.Wrap(op, err)
	}
	s := &Sheet{book: b, w: bufio.NewWriterSize(f, 1<<16), columns: len(columns)}
	b.open = s
	s.put(head, `<worksheet xmlns="`, main, `" xmlns:r="`, relations, `"><sheetViews><sheetView workbookViewId="0">`)
	titled := false
	for _, c := range columns {
		titled = titled || c.Title != ""
	}
	if titled {
		s.put(`<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>`)
	}
	s.put(`</sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"/>`)
	if len(columns) > 0 {
		s.put(`<cols>`)
		for i, c := range columns {
			w := c.Width
			if w == 0 {
				w = 16
			}
			s.put(fmt.Sprintf(`<col min="%d" max="%d" width="%g" customWidth="1"`, i+1, i+1, w))
			if c.Hidden {
				s.put(` hidden="1"`)
			}
			s.put(`/>`)
		}
		s.put(`</cols>`)
	}
	s.put(`<sheetData>`)
	if titled {
		cells := make([]Cell, len(columns))
		for i, c := range columns {
			cells[i] = T(c.Title)
		}
		s.cells(cells, styleHead)
	}
	return s, fault.Wrap(op, b.err)
}

// free is the nearest name that no sheet has and every spreadsheet takes.
func (b *Book) free(name string) string {
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`[]:*?/\`, r) || r < ' ' || !inXML(r) {
			return ' '
		}
		return r
	}, name)
	name = strings.Trim(strings.Join(strings.Fields(name), " "), "'")
	base := string(utf16.Decode(firstUnits(name, 26)))
	if base == "" || strings.EqualFold(base, "history") {
		base = "Table"
	}
	name = base
	for i := 2; containsFold(b.names, name); i++ {
		name = fmt.Sprintf("%s %d", base, i)
	}
	return name
}

func containsFold(all []string, s string) bool {
	for _, a := range all {
		if strings.EqualFold(a, s) {
			return true
		}
	}
	return false
}

func firstUnits(s string, n int) []uint16 {
	u := utf16.Encode([]rune(s))
	if len(u) > n {
		if u = u[:n]; utf16.IsSurrogate(rune(u[n-1])) && u[n-1] < 0xdc00 {
			u = u[:n-1]
		}
	}
	return u
}

// Row writes a row.
func (s *Sheet) Row(cells ...Cell) error {
	if s.row >= MostRows {
		return fault.New(fault.TooLarge, "too-many-rows", "a sheet has at most 1,048,576 rows")
	}
	s.cells(cells, styleText)
	return fault.Wrap("tabular.Row", s.book.err)
}

func (s *Sheet) put(parts ...string) {
	for _, p := range parts {
		if _, err := s.w.WriteString(p); err != nil && s.book.err == nil {
			s.book.err = err
		}
	}
}

func (s *Sheet) cells(cells []Cell, text int) {
	s.row++
	n := strconv.Itoa(s.row)
	s.put(`<row r="`, n, `"`, s.high(cells), `>`)
	for i, c := range cells {
		if c.Kind == Image && c.Picture.n > 0 {
			s.shown = append(s.shown, shown{c.Picture, c.Text, i, s.row - 1})
		}
		if c.Kind == Empty || c.Kind == Image {
			continue
		}
		at := name(i) + n
		open := func(style int, kind string) {
			s.put(`<c r="`, at, `"`)
			if style > 0 {
				s.put(` s="`, strconv.Itoa(style), `"`)
			}
			s.put(kind, `>`)
		}
		switch c.Kind {
		case Number:
			open(0, "")
			s.put(`<v>`, strconv.FormatFloat(c.Number, 'g', -1, 64), `</v>`)
		case Bool:
			open(0, ` t="b"`)
			s.put(`<v>`, strconv.Itoa(int(c.Number)), `</v>`)
		case Date:
			open(styleDate, "")
			s.put(`<v>`, strconv.FormatFloat(serial(c.Time), 'f', -1, 64), `</v>`)
		case Instant:
			open(styleInstant, "")
			s.put(`<v>`, strconv.FormatFloat(serial(c.Time), 'f', -1, 64), `</v>`)
		default:
			style := text
			if c.Kind == Link && c.URL != "" && len(s.links) < mostLinks {
				style = styleLink
				s.links = append(s.links, at)
				s.book.link(c.URL)
			}
			open(style, ` t="inlineStr"`)
			s.put(`<is><t xml:space="preserve">`, Escape(c.Text), `</t></is>`)
		}
		s.put(`</c>`)
	}
	s.put(`</row>`)
}

func (b *Book) link(url string) {
	for len(b.links) < len(b.names) {
		b.links = append(b.links, nil)
	}
	b.links[len(b.names)-1] = append(b.links[len(b.names)-1], url)
}

// epoch is day 0 of a spreadsheet, which takes 1900 for a leap year: right from
// March 1900 on.
var epoch = time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)

func serial(t time.Time) float64 { return float64(t.Sub(epoch)/time.Second) / 86400 }

// name is the letters of a column, 0 for A.
func name(i int) string {
	var b [3]byte
	n := len(b)
	for i++; i > 0 && n > 0; i = (i - 1) / 26 {
		n--
		b[n] = byte('A' + (i-1)%26)
	}
	return string(b[n:])
}

func (b *Book) end() {
	s := b.open
	if s == nil {
		return
	}
	b.open = nil
	s.put(`</sheetData>`)
	if s.row > 1 && s.columns > 0 {
		s.put(`<autoFilter ref="A1:`, name(s.columns-1), strconv.Itoa(s.row), `"/>`)
	}
	if len(s.links) > 0 {
		s.put(`<hyperlinks>`)
		for i, at := range s.links {
			s.put(`<hyperlink ref="`, at, `" r:id="rId`, strconv.Itoa(i+1), `"/>`)
		}
		s.put(`</hyperlinks>`)
	}
	if len(s.shown) > 0 {
		s.put(`<drawing r:id="rId`, strconv.Itoa(len(s.links)+1), `"/>`)
		for len(b.shown) < len(b.names) {
			b.shown = append(b.shown, nil)
		}
		b.shown[len(b.names)-1] = s.shown
	}
	s.put(`</worksheet>`)
	if err := s.w.Flush(); err != nil && b.err == nil {
		b.err = err
	}
}

// Close ends the workbook.
func (b *Book) Close() error {
	b.end()
	var types, sheets, rels strings.Builder
	for i, n := range b.names {
		k := i + 1
		fmt.Fprintf(&types, `<Override PartName="/xl/worksheets/sheet%d.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>`, k)
		fmt.Fprintf(&sheets, `<sheet name="%s" sheetId="%d" r:id="rId%d"/>`, plain(n), k, k)
		fmt.Fprintf(&rels, `<Relationship Id="rId%d" Type="%s/worksheet" Target="worksheets/sheet%d.xml"/>`, k, relations, k)
	}
	types.WriteString(b.pictureTypes())
	fmt.Fprintf(&rels, `<Relationship Id="rId%d" Type="%s/styles" Target="styles.xml"/>`, len(b.names)+1, relations)
	when := b.about.Created.UTC().Format(time.RFC3339)
	parts := [][2]string{
		{"xl/workbook.xml", `<workbook xmlns="` + main + `" xmlns:r="` + relations + `"><sheets>` + sheets.String() + `</sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", `<Relationships xmlns="` + packageRels + `">` + rels.String() + `</Relationships>`},
		{"xl/styles.xml", styles},
		{"docProps/core.xml", `<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>` + plain(b.about.Title) +
			`</dc:title><dc:creator>Plumbline</dc:creator><dc:language>` + plain(b.about.Lang) + `</dc:language><dcterms:created xsi:type="dcterms:W3CDTF">` + when + `</dcterms:created><dcterms:modified xsi:type="dcterms:W3CDTF">` + when + `</dcterms:modified></cp:coreProperties>`},
		{"_rels/.rels", `<Relationships xmlns="` + packageRels + `"><Relationship Id="rId1" Type="` + relations + `/officeDocument" Target="xl/workbook.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>`},
		{"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/><Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>` + types.String() + `</Types>`},
	}
	parts = append(parts, b.drawings()...)
	for i := range b.names {
		var urls []string
		if i < len(b.links) {
			urls = b.links[i]
		}
		drawn := i < len(b.shown) && len(b.shown[i]) > 0
		if len(urls) == 0 && !drawn {
			continue
		}
		var r strings.Builder
		if drawn {
			fmt.Fprintf(&r, `<Relationship Id="rId%d" Type="%s/drawing" Target="../drawings/drawing%d.xml"/>`, len(urls)+1, relations, i+1)
		}
		for k, u := range urls {
			fmt.Fprintf(&r, `<Relationship Id="rId%d" Type="%s/hyperlink" Target="%s" TargetMode="External"/>`, k+1, relations, plain(u))
		}
		parts = append(parts, [2]string{fmt.Sprintf("xl/worksheets/_rels/sheet%d.xml.rels", i+1), `<Relationships xmlns="` + packageRels + `">` + r.String() + `</Relationships>`})
	}
	for _, p := range parts {
		f, err := b.zip.Create(p[0])
		if err == nil {
			_, err = io.WriteString(f, head+p[1])
		}
		if err != nil && b.err == nil {
			b.err = err
		}
	}
	if err := b.zip.Close(); err != nil && b.err == nil {
		b.err = err
	}
	return fault.Wrap("tabular.Close", b.err)
}

const (
	head        = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	main        = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	relations   = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	packageRels = "http://schemas.openxmlformats.org/package/2006/relationships"

	// Number formats 14 and 22 are the reader's own date, and date with time.
	styles = `<styleSheet xmlns="` + main + `"><fonts count="3"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font><font><u/><sz val="11"/><color rgb="FF1F47B8"/><name val="Calibri"/></font></fonts>` +
		`<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>` +
		`<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="6"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>` +
		`<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" quotePrefix="1" applyNumberFormat="1" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf>` +
		`<xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" quotePrefix="1" applyNumberFormat="1" applyFont="1" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf>` +
		`<xf numFmtId="14" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="22" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>` +
		`<xf numFmtId="49" fontId="2" fillId="0" borderId="0" xfId="0" quotePrefix="1" applyNumberFormat="1" applyFont="1"/></cellXfs></styleSheet>`
)

// inXML reports whether XML 1.0 has the character.
func inXML(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' || r >= ' ' && r <= 0xd7ff || r >= 0xe000 && r <= 0xfffd || r >= 0x10000 && r <= utf8.MaxRune
}

// plain is a text in XML outside of cells: what XML lacks becomes U+FFFD.
func plain(s string) string {
	var b strings.Builder
	for _, r := range s {
		if !inXML(r) {
			r = utf8.RuneError
		}
		mark(&b, r)
	}
	return b.String()
}

func mark(b *strings.Builder, r rune) {
	switch r {
	case '&':
		b.WriteString("&amp;")
	case '<':
		b.WriteString("&lt;")
	case '>':
		b.WriteString("&gt;")
	case '"':
		b.WriteString("&quot;")
	default:
		b.WriteRune(r)
	}
}

// Escape is a text as ISO/IEC 29500's ST_Xstring writes it in XML: what XML
// lacks, or its readers change, as _xHHHH_, and what only reads like that with
// its underscore escaped. What is longer than a cell holds is cut.
func Escape(s string) string {
	if utf8.RuneCountInString(s) > MostCellUnits/2 {
		if u := firstUnits(s, MostCellUnits); len(u) >= MostCellUnits-1 {
			s = string(utf16.Decode(u))
		}
	}
	var b strings.Builder
	b.Grow(len(s) + 16)
	for i, r := range s {
		switch {
		case r == '_' && escaped(s[i:]):
			b.WriteString("_x005F_")
		case !inXML(r), r == '\r': // XML readers take a carriage return for a line feed
			fmt.Fprintf(&b, "_x%04X_", r)
		default:
			mark(&b, r)
		}
	}
	return b.String()
}

// escaped reports whether s begins with _xHHHH_.
func escaped(s string) bool {
	if len(s) < 7 || s[0] != '_' || s[1] != 'x' || s[6] != '_' {
		return false
	}
	for _, c := range []byte(s[2:6]) {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') && (c < 'A' || c > 'F') {
			return false
		}
	}
	return true
}

// Unescape undoes Escape.
func Unescape(s string) string {
	if !strings.Contains(s, "_x") {
		return s
	}
	var b strings.Builder
	var high rune
	for len(s) > 0 {
		if escaped(s) {
			n, _ := strconv.ParseUint(s[2:6], 16, 32)
			r := rune(n) //nolint:gosec // 16 bits
			s = s[7:]
			switch {
			case utf16.IsSurrogate(r) && r < 0xdc00:
				high = r
				continue
			case high != 0:
				r = utf16.DecodeRune(high, r)
			}
			high = 0
			b.WriteRune(r)
			continue
		}
		r, n := utf8.DecodeRuneInString(s)
		b.WriteRune(r)
		s = s[n:]
	}
	return b.String()
}

func number(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

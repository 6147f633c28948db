package paper

import (
	"io"
	"strconv"
	"time"

	"codeberg.org/go-pdf/fpdf"

	"plumbline/internal/fault"
	"plumbline/internal/lang"
	"plumbline/internal/typeface/typeset"
)

// The page, A4, in millimetres.
const (
	pageW, pageH = 210.0, 297.0
	left, right  = 20.0, 20.0
	top, bottom  = 24.0, 20.0
	textW        = pageW - left - right
	room         = pageH - bottom
)

type sheet struct {
	typeset.Pen
	doc   *Doc
	total int // pages; 0 on the first pass
	y     float64
	fresh bool // nothing stands on the page yet
}

// PDF writes doc on A4. Pages are numbered "3 / 12", so it sets all twice.
func PDF(w io.Writer, doc Doc) error {
	first, err := set(&doc, 0)
	if err != nil {
		return err
	}
	s, err := set(&doc, first.PDF.PageCount())
	if err != nil {
		return err
	}
	return fault.Wrap("paper.PDF", s.PDF.Output(w))
}

func set(doc *Doc, total int) (*sheet, error) {
	pdf := fpdf.New("P", "mm", "A4", "")
	pdf.SetMargins(left, top, right)
	pdf.SetAutoPageBreak(false, 0)
	pdf.SetCatalogSort(true)
	pdf.SetTitle(typeset.Info(clean(doc.Title)), true)
	pdf.SetCreator("Plumbline", true)
	made := doc.Made
	if made.IsZero() {
		made = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC) // the same doc, the same bytes
	}
	pdf.SetCreationDate(made.UTC())
	pdf.SetModificationDate(made.UTC())
	pdf.SetLang(string(doc.locale()))
	s := &sheet{Pen: typeset.Pen{PDF: pdf}, doc: doc, total: total}
	var err error
	if s.Faces, err = typeset.Load(pdf); err != nil {
		return nil, fault.Wrap("paper.PDF", err)
	}
	s.page()
	s.lines(s.bold(22), clean(doc.Title), 0)
	if doc.Subtitle != "" {
		s.y++
		s.lines(s.grey(11), clean(doc.Subtitle), 0)
	}
	s.y += 5
	for i, b := range doc.Blocks {
		s.block(b, doc.Blocks[i+1:])
	}
	return s, fault.Wrap("paper.PDF", pdf.Error())
}

func ink() typeset.Colour  { return typeset.Colour{R: 29, G: 28, B: 26} }
func ink2() typeset.Colour { return typeset.Colour{R: 91, G: 87, B: 79} }
func link() typeset.Colour { return typeset.Colour{R: 31, G: 71, B: 184} }

func (s *sheet) plain(size float64) typeset.Style {
	return typeset.Style{Face: &s.Faces.Regular, Size: size, Colour: ink()}
}

func (s *sheet) bold(size float64) typeset.Style {
	return typeset.Style{Face: &s.Faces.Bold, Size: size, Colour: ink()}
}

func (s *sheet) grey(size float64) typeset.Style {
	return typeset.Style{Face: &s.Faces.Regular, Size: size, Colour: ink2()}
}

func (s *sheet) rule(y, width float64) {
	s.PDF.SetDrawColor(214, 208, 196)
	s.PDF.SetLineWidth(width)
	s.PDF.Line(left, y, pageW-right, y)
}

// page begins a page with its running head and foot.
func (s *sheet) page() {
	s.PDF.AddPage()
	small := s.grey(8.5)
	if s.PDF.PageNo() > 1 {
		s.One(small, left, 11, textW, clean(s.doc.Title))
		s.rule(17, 0.25)
	}
	if !s.doc.Made.IsZero() {
		s.One(small, left, pageH-13, textW*0.7, lang.Stamp(s.doc.locale(), s.doc.Made, s.doc.zone()))
	}
	n := strconv.Itoa(s.PDF.PageNo())
	if s.total > 0 {
		n += " / " + strconv.Itoa(s.total)
	}
	s.Right(small, pageW-right, pageH-13, 40, n)
	s.y, s.fresh = top, true
}

// need begins a new page where there is no room for h.
func (s *sheet) need(h float64) {
	if s.y+h > room && !s.fresh {
		s.page()
	}
}

// lines sets text across the page, from one page to the next where it must.
func (s *sheet) lines(st typeset.Style, text string, indent float64) {
	lines := s.Wrap(st, text, textW-indent)
	if len(lines) > 1 {
		s.need(2 * st.Height()) // no line alone at the foot
	}
	for i, l := range lines {
		h := st.Height()
		if len(lines) > 3 && i == len(lines)-2 {
			h *= 2 // nor alone at the top
		}
		s.need(h)
		s.y = s.Put(st, left+indent, s.y, []typeset.Line{l})
		s.fresh = false
	}
}

func (s *sheet) block(b Block, next []Block) {
	body := s.plain(10.5)
	switch b := b.(type) {
	case Heading:
		st := s.bold([]float64{15, 12, 10.5}[min(max(b.Level, 1), 3)-1])
		if !s.fresh {
			s.y += []float64{5, 3, 2}[min(max(b.Level, 1), 3)-1]
		}
		after := 3 * body.Height() // a heading takes what it heads with it
		if len(next) == 0 {
			after = 0
		}
		s.need(float64(len(s.Wrap(st, clean(b.Text), textW)))*st.Height() + after)
		s.lines(st, clean(b.Text), 0)
		if s.PDF.Error() == nil {
			s.PDF.Bookmark(typeset.Info(clean(b.Text)), min(max(b.Level, 1), 3)-1, -1)
		}
		s.y += 1.2
	case Text:
		s.lines(body, clean(string(b)), 0)
		s.y += 2
	case List:
		for _, item := range b {
			s.need(body.Height())
			s.Put(body, left+1.5, s.y, s.Wrap(body, "•", 5))
			s.lines(body, clean(item), 6)
			s.y += 0.6
		}
		s.y += 1.6
	case Facts:
		s.facts(b)
	case Link:
		st := body
		u, ok := b.reachable()
		if ok {
			st.Colour = link()
		}
		s.need(st.Height())
		at := s.y
		s.lines(st, clean(b.Text), 0)
		if ok && s.y > at && (len(u) > 4 && u[:4] == "http" || len(u) > 7 && u[:7] == "mailto:") {
			s.PDF.LinkString(left, at, textW, s.y-at, typeset.Info(u))
		}
		s.y += 2
	case PageBreak:
		if !s.fresh {
			s.page()
		}
	case Table:
		s.table(b)
	}
}

func (s *sheet) facts(facts Facts) {
	const labelW = 46.0
	ls, vs := s.grey(10), s.plain(10)
	for _, f := range facts {
		s.row([]column{{left, labelW - 4, ls, clean(f[0])}, {left + labelW, textW - labelW, vs, clean(f[1])}}, nil, 0.8)
	}
	s.y += 2
}

type column struct {
	x, w  float64
	style typeset.Style
	text  string
}

// row sets columns side by side. A row that fits on a page is kept on one;
// a longer one goes on from page to page, below what head draws.
func (s *sheet) row(columns []column, head func(), gap float64) {
	set := make([][]typeset.Line, len(columns))
	most := 0
	height := 0.0
	for i, c := range columns {
		set[i] = s.Wrap(c.style, c.text, c.w)
		most = max(most, len(set[i]))
		height = max(height, c.style.Height())
	}
	fresh := func() {
		s.page()
		if head != nil {
			head()
		}
	}
	whole := float64(most)*height + gap
	if s.y+whole > room && !s.fresh && (whole < (room-top)*0.8 || s.y+3*height > room) {
		fresh()
	}
	for n := range most {
		if s.y+height > room && !s.fresh {
			fresh()
		}
		for i, c := range columns {
			if n < len(set[i]) {
				s.Put(c.style, c.x, s.y, set[i][n:n+1])
			}
		}
		s.y += height
		s.fresh = false
	}
	s.y += gap
}

// columnW is the least width of a column: below it a table is set as facts,
// a row after the other.
const columnW = 14.0

func (s *sheet) table(t Table) {
	n := t.columns()
	if n == 0 {
		return
	}
	if textW/float64(n) < columnW {
		s.tableAsFacts(t)
		return
	}
	const gutter = 3.0
	size := 9.0
	if n > 6 {
		size = 7.5
	}
	shares := t.widths()
	x := left
	var at, w []float64
	for _, share := range shares {
		at = append(at, x)
		w = append(w, max(share*textW-gutter, 6))
		x += share * textW
	}
	cols := func(row []string, st typeset.Style) []column {
		out := make([]column, n)
		for i := range n {
			out[i] = column{at[i], w[i], st, clean(cell(row, i))}
		}
		return out
	}
	var head func()
	if len(t.Head) > 0 {
		head = func() {
			s.row(cols(t.Head, s.bold(size)), nil, 0.8)
			s.rule(s.y, 0.4)
			s.y += 1.2
			s.fresh = true // what is below the head may not leave it alone
		}
		s.need(12 + 2*s.plain(size).Height())
		head()
	}
	for _, r := range t.Rows {
		s.row(cols(r, s.plain(size)), head, 1)
		s.rule(s.y, 0.15)
		s.y += 1.2
	}
	s.fresh = false
	s.y += 2.5
}

// tableAsFacts sets a table of many columns one row below the other.
func (s *sheet) tableAsFacts(t Table) {
	for _, r := range t.Rows {
		var f Facts
		for i := range t.columns() {
			if v := cell(r, i); v != "" {
				f = append(f, [2]string{cell(t.Head, i), v})
			}
		}
		s.facts(f)
		s.rule(s.y-1.5, 0.15)
	}
}

package layout

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"

	"codeberg.org/go-pdf/fpdf"

	"plumbline/internal/typeface/typeset"
)

// The page, in millimetres.
const (
	pageW, pageH = 210.0, 297.0
	left, right  = 18.0, 18.0
	top, bottom  = 24.0, 18.0
	textW        = pageW - left - right
)

// The palette: the light half of the app's tokens.
var (
	ink      = Colour{R: 29, G: 28, B: 26}
	ink2     = Colour{R: 91, G: 87, B: 79}
	hairline = Colour{R: 227, G: 222, B: 211}
	accent   = Colour{R: 31, G: 71, B: 184}
	openRed  = Colour{R: 179, G: 38, B: 30}
	white    = Colour{R: 255, G: 255, B: 255}
)

type painter struct {
	typeset.Pen
	doc      *Document
	y        float64
	file     *output // nothing on the first pass, which only measures
	total    int     // pages; 0 on the first pass
	entered  int     // lines of the outline
	missing  int
	accent   Colour
	progress func(done, total int)

	known, places map[int]place // of points and, below zero, of groups: in the first pass, and in this one
	links         map[int][]link
}

// others is more than what fpdf makes beside pages and lines of the outline:
// fonts, the mark, metadata.
const others = 200

// Write sets doc as a PDF. Pages are numbered "3 / 12" and the contents name
// pages, so it goes through everything twice, the first time without drawing.
// Pictures go to w one by one as they are loaded; none is held. progress may be
// nil; it is called after each point of the second pass. The context ends it
// between points; what w holds then is no PDF.
func Write(ctx context.Context, w io.Writer, doc *Document, progress func(done, total int)) (Result, error) {
	first, err := paint(ctx, doc, nil, nil, nil)
	if err != nil {
		return Result{}, err
	}
	buffered := bufio.NewWriterSize(w, 1<<16)
	pages := first.PDF.PageCount()
	p, err := paint(ctx, doc, begin(buffered, others+2*pages+first.entered), first, progress)
	if err != nil {
		return Result{}, err
	}
	res := Result{Pages: p.PDF.PageCount(), Replaced: p.Replaced, Missing: p.missing}
	if err := p.archive(); err != nil {
		return Result{}, fmt.Errorf("layout: %w", err)
	}
	if err := buffered.Flush(); err != nil {
		return Result{}, fmt.Errorf("layout: %w", err)
	}
	return res, nil
}

func paint(ctx context.Context, doc *Document, file *output, first *painter, progress func(done, total int)) (*painter, error) {
	pdf := fpdf.New("P", "mm", "A4", "")
	pdf.SetMargins(left, top, right)
	pdf.SetAutoPageBreak(false, 0)
	pdf.SetCompression(true)
	pdf.SetTitle(typeset.Info(doc.Title), true)
	pdf.SetSubject(typeset.Info(doc.Project), true)
	pdf.SetCreator("Plumbline", true)
	pdf.SetProducer("Plumbline", true)
	pdf.SetCreationDate(doc.Made.UTC())
	pdf.SetModificationDate(doc.Made.UTC())
	pdf.SetLang(doc.Voice.Lang)
	p := &painter{Pen: typeset.Pen{PDF: pdf, Dry: file == nil}, doc: doc, file: file, progress: progress,
		places: map[int]place{}, links: map[int][]link{}, accent: doc.Style.Accent}
	if first != nil {
		p.total, p.known = first.PDF.PageCount(), first.places
	}
	if p.accent == (Colour{}) {
		p.accent = accent
	}
	if p.progress == nil {
		p.progress = func(int, int) {}
	}
	var err error
	if p.Faces, err = typeset.Load(pdf); err != nil {
		return nil, err
	}
	p.cover()
	p.contents()
	p.newPage()
	if err := p.points(ctx); err != nil {
		return nil, err
	}
	p.dataPage()
	if err := pdf.Error(); err != nil {
		return nil, fmt.Errorf("layout: %w", err)
	}
	return p, nil
}

func (p *painter) points(ctx context.Context) error {
	points := p.doc.Points
	for i := range points {
		if err := ctx.Err(); err != nil {
			return err
		}
		p.point(i)
		if p.file != nil {
			p.progress(i+1, len(points))
		}
	}
	if len(points) == 0 {
		p.y = p.Put(p.text(11, ink2), left, p.y, p.Wrap(p.text(11, ink2), p.doc.Voice.T("report.no-points"), textW))
	}
	return nil
}

func (p *painter) text(size float64, c Colour) typeset.Style {
	return typeset.Style{Face: &p.Faces.Regular, Size: size, Colour: c}
}
func (p *painter) bold(size float64, c Colour) typeset.Style {
	return typeset.Style{Face: &p.Faces.Bold, Size: size, Colour: c}
}
func (p *painter) mono(size float64, c Colour) typeset.Style {
	return typeset.Style{Face: &p.Faces.Mono, Size: size, Colour: c}
}

func (p *painter) fill(c Colour)   { p.PDF.SetFillColor(int(c.R), int(c.G), int(c.B)) }
func (p *painter) stroke(c Colour) { p.PDF.SetDrawColor(int(c.R), int(c.G), int(c.B)) }

func (p *painter) rule(y float64) {
	p.stroke(hairline)
	p.PDF.SetLineWidth(0.25)
	p.PDF.Line(left, y, pageW-right, y)
}

// newPage starts a page with its running head and foot.
func (p *painter) newPage() {
	p.PDF.AddPage()
	small := p.text(8.5, ink2)
	head := p.doc.Style.Header
	if head == "" {
		head = p.doc.Project
	}
	p.One(small, left, 11, textW*0.6, head)
	p.Right(small, pageW-right, 11, textW*0.38, p.doc.Title)
	p.rule(17)
	p.foot()
	p.y = top
}

func (p *painter) foot() {
	small := p.text(8.5, ink2)
	if p.doc.Style.Footer != "" {
		p.One(small, left, pageH-17, textW, p.doc.Style.Footer)
	}
	p.One(small, left, pageH-13, textW*0.7, p.doc.Voice.T("report.made", "at", p.doc.Voice.Instant(p.doc.Made)))
	n := strconv.Itoa(p.PDF.PageNo())
	if p.total > 0 {
		n += " / " + strconv.Itoa(p.total)
	}
	p.Right(p.mono(8.5, ink2), pageW-right, pageH-13, 40, n)
}

// plumbBob draws the mark: a bob on its line, its point at (x, y).
func (p *painter) plumbBob(x, y, h float64) {
	p.stroke(ink)
	p.PDF.SetLineWidth(h * 0.05)
	p.PDF.Line(x, y-h, x, y-h*0.55)
	p.fill(p.accent)
	w := h * 0.2
	p.PDF.Polygon([]fpdf.PointType{{X: x, Y: y - h*0.58}, {X: x + w, Y: y - h*0.36}, {X: x, Y: y}, {X: x - w, Y: y - h*0.36}}, "F")
}

func (p *painter) cover() {
	p.PDF.AddPage()
	if !p.logo() {
		p.plumbBob(left+3, 38, 16)
		p.Put(p.bold(13, ink), left+10, 26.5, p.Wrap(p.bold(13, ink), "Plumbline", 60))
	}
	v := p.doc.Voice
	y := 62.0
	y = p.Put(p.text(12, ink2), left, y, clip(p.Wrap(p.text(12, ink2), p.doc.Project, textW), 2)) + 2
	y = p.Put(p.bold(26, ink), left, y, clip(p.Wrap(p.bold(26, ink), p.doc.Title, textW), 4)) + 4
	facts := []Pair{}
	if p.doc.Place != "" {
		facts = append(facts, Pair{v.T("report.place"), p.doc.Place})
	}
	facts = append(facts, Pair{v.T("report.author"), p.doc.Author}, Pair{v.T("report.date"), v.Instant(p.doc.Made)},
		Pair{v.T("report.points"), strconv.Itoa(len(p.doc.Points))})
	if p.doc.Overdue > 0 {
		facts = append(facts, Pair{v.T("report.overdue"), strconv.Itoa(p.doc.Overdue)})
	}
	y = p.facts(left, y, textW, 34, append(facts, p.doc.Filters...), 10) + 8
	p.rule(y)
	y += 6
	half := (textW - 10) / 2
	yl := p.counts(left, y, half, v.T("report.by-status"), p.doc.Status)
	yr := p.counts(left+half+10, y, half, v.T("report.by-charge"), p.doc.Charge)
	p.y = max(yl, yr)
	p.foot()
}

// counts draws a small bar table and returns the y below it. What does not fit
// on the cover is summed up in a last row.
func (p *painter) counts(x, y, w float64, title string, rows []Count) float64 {
	y = p.Put(p.bold(11, ink), x, y, []typeset.Line{p.Wrap(p.bold(11, ink), title, w)[0]}) + 2
	most := 1
	for _, r := range rows {
		most = max(most, r.N)
	}
	s := p.text(9.5, ink)
	for i, r := range rows {
		if y > pageH-40 && i < len(rows)-1 {
			rest := 0
			for _, q := range rows[i:] {
				rest += q.N
			}
			r = Count{Name: p.doc.Voice.T("report.others"), N: rest, Colour: ink2}
			rows = rows[:i+1]
		}
		p.One(s, x, y, w-14, r.Name)
		p.Right(p.mono(9.5, ink), x+w, y, 14, strconv.Itoa(r.N))
		y += s.Height() + 0.6
		p.fill(hairline)
		p.PDF.Rect(x, y, w, 1.1, "F")
		p.fill(r.Colour)
		p.PDF.Rect(x, y, w*float64(r.N)/float64(most), 1.1, "F")
		y += 3.4
		if i >= len(rows)-1 {
			break
		}
	}
	return y
}

func clip(lines []typeset.Line, n int) []typeset.Line {
	if len(lines) > n {
		return lines[:n]
	}
	return lines
}

// facts draws label and value pairs and returns the y below them.
func (p *painter) facts(x, y, w, labelW float64, facts []Pair, size float64) float64 {
	ls, vs := p.text(size, ink2), p.text(size, ink)
	for _, f := range facts {
		p.One(ls, x, y, labelW-2, f.Label)
		y = p.Put(vs, x+labelW, y, p.Wrap(vs, f.Value, w-labelW)) + 0.8
	}
	return y
}

func (p *painter) factsHeight(w, labelW float64, facts []Pair, size float64) float64 {
	h := 0.0
	for _, f := range facts {
		h += float64(len(p.Wrap(p.text(size, ink), f.Value, w-labelW)))*p.text(size, ink).Height() + 0.8
	}
	return h
}

// picture places a picture in a box, whole and centred, or says it is missing.
// It gives the rectangle that the picture fills.
func (p *painter) picture(load func() (*raster, error), x, y, w, h float64) (px, py, pw, ph float64) {
	px, py, pw, ph = x, y, w, h
	p.stroke(hairline)
	p.PDF.SetLineWidth(0.25)
	p.fill(Colour{R: 250, G: 248, B: 244})
	p.PDF.Rect(x, y, w, h, "FD")
	if p.file == nil {
		return px, py, pw, ph
	}
	r, err := load()
	if err == nil && (r.w < 1 || r.h < 1) {
		err = errors.New("an empty picture")
	}
	if err == nil {
		const k = 72 / 25.4
		f := min(w/float64(r.w), h/float64(r.h))
		pw, ph = float64(r.w)*f, float64(r.h)*f
		px, py = x+(w-pw)/2, y+(h-ph)/2
		p.PDF.RawWriteStr(fmt.Sprintf("q %.3f 0 0 %.3f %.3f %.3f cm /P%d Do Q", pw*k, ph*k, px*k, (pageH-py-ph)*k, p.file.picture(r)))
	}
	p.stroke(hairline)
	p.PDF.Rect(x, y, w, h, "D")
	if err != nil { // one bad picture must not cost the report
		p.missing++
		p.Put(p.text(8.5, ink2), x+2, y+2, clip(p.Wrap(p.text(8.5, ink2), p.doc.Voice.T("report.no-picture"), w-4), 3))
	}
	return px, py, pw, ph
}

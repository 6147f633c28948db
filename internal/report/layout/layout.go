package layout

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/png"
	"io"
	"strconv"

	"codeberg.org/go-pdf/fpdf"
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
	ink      = Colour{29, 28, 26}
	ink2     = Colour{91, 87, 79}
	hairline = Colour{227, 222, 211}
	accent   = Colour{31, 71, 184}
	openRed  = Colour{179, 38, 30}
	white    = Colour{255, 255, 255}
)

type painter struct {
	pdf      *fpdf.Fpdf
	doc      *Document
	faces    *faces
	y        float64
	total    int  // pages; 0 on the first pass
	dry      bool // first pass: pictures are not loaded
	replaced int
	missing  int
	images   int
	progress func(done, total int)
	err      error
}

// Write sets doc as a PDF. Pages are numbered "3 / 12", so it sets everything
// twice, the first time without pictures. progress may be nil; it is called
// after each point of the second pass. The context ends it between points.
func Write(ctx context.Context, w io.Writer, doc *Document, progress func(done, total int)) (Result, error) {
	first, err := paint(ctx, doc, 0, nil)
	if err != nil {
		return Result{}, err
	}
	p, err := paint(ctx, doc, first.pdf.PageCount(), progress)
	if err != nil {
		return Result{}, err
	}
	if err := p.pdf.Output(w); err != nil {
		return Result{}, fmt.Errorf("layout: %w", err)
	}
	return Result{Pages: p.pdf.PageCount(), Replaced: p.replaced, Missing: p.missing}, nil
}

func paint(ctx context.Context, doc *Document, total int, progress func(done, total int)) (*painter, error) {
	pdf := fpdf.New("P", "mm", "A4", "")
	pdf.SetMargins(left, top, right)
	pdf.SetAutoPageBreak(false, 0)
	pdf.SetCompression(true)
	pdf.SetTitle(printable(doc.Title), true)
	pdf.SetSubject(printable(doc.Project), true)
	pdf.SetCreator("Plumbline", true)
	pdf.SetCreationDate(doc.Made)
	pdf.SetModificationDate(doc.Made)
	pdf.SetLang(doc.Voice.Lang)
	p := &painter{pdf: pdf, doc: doc, total: total, dry: total == 0, progress: progress}
	if p.progress == nil {
		p.progress = func(int, int) {}
	}
	var err error
	if p.faces, err = loadFaces(pdf); err != nil {
		return nil, err
	}
	p.cover()
	p.newPage()
	for i := range doc.Points {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		p.point(&doc.Points[i])
		if !p.dry {
			p.progress(i+1, len(doc.Points))
		}
	}
	if len(doc.Points) == 0 {
		p.y = p.put(p.text(11, ink2), left, p.y, p.wrap(p.text(11, ink2), doc.Voice.T("report.no-points"), textW))
	}
	if p.err == nil {
		p.err = pdf.Error()
	}
	if p.err != nil {
		return nil, fmt.Errorf("layout: %w", p.err)
	}
	return p, nil
}

// printable drops what a PDF's information dictionary cannot hold.
func printable(s string) string {
	out := make([]rune, 0, len(s))
	for _, r := range s {
		if r > 0xffff || r < 0x20 {
			r = ' '
		}
		out = append(out, r)
	}
	return string(out)
}

func (p *painter) text(size float64, c Colour) style { return style{&p.faces.regular, size, c} }
func (p *painter) bold(size float64, c Colour) style { return style{&p.faces.bold, size, c} }
func (p *painter) mono(size float64, c Colour) style { return style{&p.faces.mono, size, c} }

func (p *painter) fill(c Colour)   { p.pdf.SetFillColor(int(c.R), int(c.G), int(c.B)) }
func (p *painter) stroke(c Colour) { p.pdf.SetDrawColor(int(c.R), int(c.G), int(c.B)) }

func (p *painter) rule(y float64) {
	p.stroke(hairline)
	p.pdf.SetLineWidth(0.25)
	p.pdf.Line(left, y, pageW-right, y)
}

// newPage starts a page with its running head and foot.
func (p *painter) newPage() {
	p.pdf.AddPage()
	small := p.text(8.5, ink2)
	p.one(small, left, 11, textW*0.6, p.doc.Project)
	p.rightAligned(small, pageW-right, 11, p.doc.Title, textW*0.38)
	p.rule(17)
	p.foot()
	p.y = top
}

func (p *painter) foot() {
	small := p.text(8.5, ink2)
	p.one(small, left, pageH-13, textW*0.7, p.doc.Voice.T("report.made", "at", p.doc.Voice.Instant(p.doc.Made)))
	n := strconv.Itoa(p.pdf.PageNo())
	if p.total > 0 {
		n += " / " + strconv.Itoa(p.total)
	}
	p.rightAligned(p.mono(8.5, ink2), pageW-right, pageH-13, n, 40)
}

func (p *painter) rightAligned(s style, x, y float64, text string, max float64) {
	runs, _ := p.faces.split(s.face, text)
	if w := p.width(s, runs); w < max {
		p.one(s, x-w, y, max, text)
		return
	}
	p.one(s, x-max, y, max, text)
}

// plumbBob draws the mark: a bob on its line, its point at (x, y).
func (p *painter) plumbBob(x, y, h float64) {
	p.stroke(ink)
	p.pdf.SetLineWidth(h * 0.05)
	p.pdf.Line(x, y-h, x, y-h*0.55)
	p.fill(accent)
	w := h * 0.2
	p.pdf.Polygon([]fpdf.PointType{{X: x, Y: y - h*0.58}, {X: x + w, Y: y - h*0.36}, {X: x, Y: y}, {X: x - w, Y: y - h*0.36}}, "F")
}

func (p *painter) cover() {
	p.pdf.AddPage()
	p.plumbBob(left+3, 38, 16)
	p.put(p.bold(13, ink), left+10, 26.5, []line{{runs: []run{{&p.faces.bold, "Plumbline"}}}})
	v := p.doc.Voice
	y := 62.0
	y = p.put(p.text(12, ink2), left, y, clip(p.wrap(p.text(12, ink2), p.doc.Project, textW), 2)) + 2
	y = p.put(p.bold(26, ink), left, y, clip(p.wrap(p.bold(26, ink), p.doc.Title, textW), 4)) + 4
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
	y = p.put(p.bold(11, ink), x, y, []line{p.wrap(p.bold(11, ink), title, w)[0]}) + 2
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
		p.one(s, x, y, w-14, r.Name)
		p.rightAligned(p.mono(9.5, ink), x+w, y, strconv.Itoa(r.N), 14)
		y += s.line() + 0.6
		p.fill(hairline)
		p.pdf.Rect(x, y, w, 1.1, "F")
		p.fill(r.Colour)
		p.pdf.Rect(x, y, w*float64(r.N)/float64(most), 1.1, "F")
		y += 3.4
		if i >= len(rows)-1 {
			break
		}
	}
	return y
}

func clip(lines []line, n int) []line {
	if len(lines) > n {
		return lines[:n]
	}
	return lines
}

// facts draws label and value pairs and returns the y below them.
func (p *painter) facts(x, y, w, labelW float64, facts []Pair, size float64) float64 {
	ls, vs := p.text(size, ink2), p.text(size, ink)
	for _, f := range facts {
		p.one(ls, x, y, labelW-2, f.Label)
		y = p.put(vs, x+labelW, y, p.wrap(vs, f.Value, w-labelW)) + 0.8
	}
	return y
}

func (p *painter) factsHeight(w, labelW float64, facts []Pair, size float64) float64 {
	h := 0.0
	for _, f := range facts {
		h += float64(len(p.wrap(p.text(size, ink), f.Value, w-labelW)))*p.text(size, ink).line() + 0.8
	}
	return h
}

// picture places a picture in a box, whole and centred, or says it is missing.
// It gives the rectangle that the picture fills.
func (p *painter) picture(kind string, load func() ([]byte, error), x, y, w, h float64) (px, py, pw, ph float64) {
	px, py, pw, ph = x, y, w, h
	p.stroke(hairline)
	p.pdf.SetLineWidth(0.25)
	p.fill(Colour{250, 248, 244})
	p.pdf.Rect(x, y, w, h, "FD")
	if p.dry {
		return px, py, pw, ph
	}
	b, err := load()
	if err == nil {
		p.images++
		name := "i" + strconv.Itoa(p.images)
		info := p.pdf.RegisterImageOptionsReader(name, fpdf.ImageOptions{ImageType: kind}, bytes.NewReader(b))
		if err = p.pdf.Error(); err == nil && info != nil && info.Width() > 0 && info.Height() > 0 {
			f := min(w/info.Width(), h/info.Height())
			pw, ph = info.Width()*f, info.Height()*f
			px, py = x+(w-pw)/2, y+(h-ph)/2
			p.pdf.ImageOptions(name, px, py, pw, ph, false, fpdf.ImageOptions{ImageType: kind}, 0, "")
			err = p.pdf.Error()
		}
	}
	p.stroke(hairline)
	p.pdf.Rect(x, y, w, h, "D")
	if err != nil {
		p.pdf.ClearError() // one bad picture must not cost the report
		p.missing++
		p.put(p.text(8.5, ink2), x+2, y+2, clip(p.wrap(p.text(8.5, ink2), p.doc.Voice.T("report.no-picture"), w-4), 3))
	}
	return px, py, pw, ph
}

func encodePNG(load func() (image.Image, error)) func() ([]byte, error) {
	return func() ([]byte, error) {
		img, err := load()
		if err != nil {
			return nil, err
		}
		var b bytes.Buffer
		enc := png.Encoder{CompressionLevel: png.BestSpeed}
		if err := enc.Encode(&b, img); err != nil {
			return nil, err
		}
		return b.Bytes(), nil
	}
}

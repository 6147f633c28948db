package layout

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"strconv"

	"codeberg.org/go-pdf/fpdf"

	"plumbline/internal/typeface/typeset"
)

// place is where something stands: its page, and how far down.
type place struct {
	page int
	y    float64
}

// link is a rectangle of a page that leads to a place, in millimetres.
type link struct {
	x, y, w, h float64
	to         place
}

// The most lines of a table of contents. Beyond it the groups alone are named,
// or, without groups, nothing: the outline has every point.
const mostLines = 2000

// entry is a line of the contents: a group, or the point number i of the
// document.
type entry struct {
	key   int // of places: i for a point, -1-i for the group that it begins
	left  string
	title string
	n     int
	group bool
}

func (p *painter) entries() (all []entry) {
	pts := p.doc.Points
	grouped := false
	for i := range pts {
		if pts[i].Group != "" && (i == 0 || pts[i-1].Group != pts[i].Group) {
			grouped = true
			all = append(all, entry{key: -1 - i, title: pts[i].Group, group: true})
		}
		if pts[i].Group != "" {
			for k := len(all) - 1; k >= 0; k-- {
				if all[k].group {
					all[k].n++
					break
				}
			}
		}
		all = append(all, entry{key: i, left: pts[i].Number, title: pts[i].Subject})
	}
	if len(all) <= mostLines {
		return all
	}
	if !grouped {
		return nil
	}
	groups := all[:0]
	for _, e := range all {
		if e.group {
			groups = append(groups, e)
		}
	}
	return groups[:min(len(groups), mostLines)]
}

// contents sets the table of contents: as many lines in both passes, with pages
// from the first.
func (p *painter) contents() {
	if !p.doc.Style.Contents || len(p.doc.Points) < 2 {
		return
	}
	all := p.entries()
	if len(all) == 0 {
		return
	}
	v := p.doc.Voice
	p.newPage()
	p.entered++
	p.PDF.Bookmark(typeset.Info(v.T("report.contents")), 0, p.y)
	h := p.bold(16, ink)
	p.y = p.Put(h, left, p.y, p.Wrap(h, v.T("report.contents"), textW)) + 4
	num, sub, grp, page := p.mono(9, p.accent), p.text(9.5, ink), p.bold(10.5, ink), p.mono(9, ink2)
	for _, e := range all {
		height := 5.2
		if e.group {
			height = 7.6
		}
		if p.y+height > pageH-bottom-4 {
			p.newPage()
		}
		y := p.y
		if e.group {
			y += 2
			p.One(grp, left, y, textW-26, e.title)
			p.Right(page, pageW-right-14, y+0.3, 12, "("+strconv.Itoa(e.n)+")")
		} else {
			p.One(num, left, y+0.2, 21, e.left)
			p.One(sub, left+22, y, textW-22-14, e.title)
		}
		if at, ok := p.known[e.key]; ok {
			p.Right(page, pageW-right, y+0.2, 14, strconv.Itoa(at.page))
			p.links[p.PDF.PageNo()] = append(p.links[p.PDF.PageNo()], link{left, y - 0.4, textW, 5, at})
		} else {
			p.Right(page, pageW-right, y+0.2, 14, "0")
		}
		p.y += height
	}
}

// here remembers that point i begins at this place, and puts it and the group
// that it begins into the outline.
func (p *painter) here(i int, pt *Point) {
	at := place{p.PDF.PageNo(), p.y}
	p.places[i] = at
	level := 0
	if pt.Group != "" {
		level = 1
		if i == 0 || p.doc.Points[i-1].Group != pt.Group {
			p.places[-1-i] = at
			p.outline(pt.Group, 0)
		}
	}
	p.outline(pt.Number+"  "+pt.Subject, level)
}

func (p *painter) outline(title string, level int) {
	p.entered++
	if p.file == nil {
		return
	}
	r := []rune(typeset.Info(title))
	p.PDF.Bookmark(string(r[:min(len(r), 120)]), level, p.y-2)
}

// logo draws the organisation's mark on the cover; false where it has none.
func (p *painter) logo() bool {
	if len(p.doc.Style.Logo) == 0 {
		return false
	}
	info := p.PDF.RegisterImageOptionsReader("logo", fpdf.ImageOptions{ImageType: "PNG"}, bytes.NewReader(p.doc.Style.Logo))
	if p.PDF.Error() != nil || info == nil || info.Width() <= 0 || info.Height() <= 0 {
		p.PDF.ClearError()
		return false
	}
	const w, h = 76.0, 26.0
	f := min(w/info.Width(), h/info.Height())
	p.PDF.ImageOptions("logo", left, 20, info.Width()*f, info.Height()*f, false, fpdf.ImageOptions{ImageType: "PNG"}, 0, "")
	return p.PDF.Error() == nil
}

// dataPage says what is embedded, what could not be shown, and what nobody has
// validated.
func (p *painter) dataPage() {
	d, v := p.doc.Data, p.doc.Voice
	if len(d.Body) == 0 {
		return
	}
	p.newPage()
	p.outline(v.T("report.data"), 0)
	h := p.bold(16, ink)
	p.y = p.Put(h, left, p.y, p.Wrap(h, v.T("report.data"), textW)) + 4
	sum := sha256.Sum256(d.Body)
	facts := []Pair{
		{v.T("report.data-file"), d.Name},
		{v.T("report.data-bytes"), strconv.Itoa(len(d.Body))},
		{"SHA-256", hex.EncodeToString(sum[:])},
		{v.T("report.data-points"), strconv.Itoa(len(p.doc.Points))},
		{v.T("report.data-missing"), strconv.Itoa(p.missing)},
		{v.T("report.data-replaced"), strconv.Itoa(p.Replaced)},
	}
	p.y = p.facts(left, p.y, textW, 62, facts, 10) + 4
	s := p.text(10, ink)
	for _, key := range []string{"report.data-what", "report.data-format", "report.data-unvalidated"} {
		p.y = p.Put(s, left, p.y, p.Wrap(s, v.T(key), textW)) + 3
	}
}

package layout

import (
	"codeberg.org/go-pdf/fpdf"

	"plumbline/internal/typeface/typeset"
)

const (
	planW, planH = 62.0, 46.0 // PlanAspect is their ratio
	gap          = 4.0
)

// box is a part of a point that is never cut by a page.
type box struct {
	h    float64
	draw func(y float64)
}

// point sets one point: kept on one page where it fits there, else from the
// top of a page on, part by part.
func (p *painter) point(i int) {
	pt := &p.doc.Points[i]
	boxes := p.pointBoxes(pt)
	if pt.Group != "" && (i == 0 || p.doc.Points[i-1].Group != pt.Group) {
		boxes = append([]box{p.groupHead(i)}, boxes...)
	}
	whole := 0.0
	for _, b := range boxes {
		whole += b.h
	}
	room := pageH - bottom
	if p.y+whole > room && p.y > top && (whole <= room-top || p.y > top+(room-top)/2) {
		p.newPage()
	}
	for k, b := range boxes {
		if p.y+b.h > room && p.y > top {
			p.newPage()
		}
		if k == 0 {
			p.here(i, pt)
		}
		b.draw(p.y)
		p.y += b.h
	}
}

func (p *painter) pointBoxes(pt *Point) []box {
	boxes := []box{p.pointHead(pt)}
	boxes = append(boxes, p.pointBody(pt)...)
	n := p.perRow()
	for i := 0; i < len(pt.Photos); i += n {
		boxes = append(boxes, p.photoRow(pt.Photos[i:min(i+n, len(pt.Photos))]))
	}
	for i := range pt.Comments {
		boxes = append(boxes, p.comment(&pt.Comments[i])...)
	}
	return append(boxes, box{7, func(y float64) { p.rule(y + 3) }})
}

func (p *painter) pointHead(pt *Point) box {
	num, sub, tag := p.mono(10, ink2), p.bold(13, ink), p.bold(9, pt.Colour)
	subject := p.Wrap(sub, pt.Subject, textW)
	h := num.Height() + 1 + float64(len(subject))*sub.Height() + 2
	return box{h, func(y float64) {
		p.One(num, left, y, 60, pt.Number)
		label := pt.Status
		x := pageW - right
		w := min(p.Width(tag, label), 70)
		p.One(tag, x-w, y+0.4, 70.5, label)
		p.fill(pt.Colour)
		d := 1.3
		cx, cy := x-w-3, y+2.6
		p.PDF.Polygon([]fpdf.PointType{{X: cx, Y: cy - d}, {X: cx + d, Y: cy}, {X: cx, Y: cy + d}, {X: cx - d, Y: cy}}, "F")
		if pt.Urgent {
			p.One(p.bold(9, openRed), left+62, y+0.4, 40, p.doc.Voice.T("report.urgent"))
		}
		p.Put(sub, left, y+num.Height()+1, subject)
	}}
}

// pointBody is the facts and the description on the left, the plan on the
// right. A description too long for the side goes below, a few lines at a time.
func (p *painter) pointBody(pt *Point) []box {
	w := textW
	if pt.Plan != nil {
		w = textW - planW - 8
	}
	desc := p.text(10, ink)
	h := p.factsHeight(w, 30, pt.Facts, 9.5) + 2
	var beside, below []typeset.Line
	if pt.Description != "" {
		beside = p.Wrap(desc, pt.Description, w)
		if pt.Plan != nil && h+float64(len(beside))*desc.Height() > planH+6 {
			beside, below = nil, p.Wrap(desc, pt.Description, textW)
		}
		if pt.Plan == nil {
			beside, below = nil, beside
		}
	}
	side := h + float64(len(beside))*desc.Height()
	if pt.Plan != nil {
		side = max(side, planH+6)
	}
	boxes := []box{{side, func(y float64) {
		p.facts(left, y, w, 30, pt.Facts, 9.5)
		p.Put(desc, left, y+h, beside)
		if pt.Plan != nil {
			p.plan(pt.Plan, pageW-right-planW, y)
		}
	}}}
	for len(below) > 0 {
		n := min(len(below), 8)
		part := below[:n]
		below = below[n:]
		boxes = append(boxes, box{float64(n) * desc.Height(), func(y float64) { p.Put(desc, left, y, part) }})
	}
	return append(boxes, box{2, func(float64) {}})
}

func (p *painter) plan(c *Cutout, x, y float64) {
	ix, iy, iw, ih := p.picture(fromImage(c.Load), x, y, planW, planH)
	px, py := ix+c.X*iw, iy+c.Y*ih
	p.fill(p.accent)
	p.stroke(white)
	p.PDF.SetLineWidth(0.35)
	p.PDF.Polygon([]fpdf.PointType{{X: px, Y: py}, {X: px - 1.55, Y: py - 2.4}, {X: px + 1.55, Y: py - 2.4}}, "F")
	p.PDF.Circle(px, py-3.4, 1.9, "FD")
	p.fill(white)
	p.PDF.Circle(px, py-3.4, 0.6, "F")
	p.One(p.text(8, ink2), x, y+planH+0.8, planW, c.Caption)
}

func (p *painter) perRow() int {
	if n := p.doc.Style.PerRow; n >= 1 && n <= 4 {
		return n
	}
	return 3
}

func (p *painter) photoRow(photos []Photo) box {
	n := float64(p.perRow())
	w := (textW - gap*(n-1)) / n
	h := w * 0.75
	return box{h + 7, func(y float64) {
		for i := range photos {
			x := left + float64(i)*(w+gap)
			p.picture(fromJPEG(photos[i].Load), x, y, w, h)
			p.One(p.text(8, ink2), x, y+h+0.8, w, photos[i].Caption)
		}
	}}
}

// groupHead names the group that point i begins.
func (p *painter) groupHead(i int) box {
	s := p.bold(15, p.accent)
	lines := clip(p.Wrap(s, p.doc.Points[i].Group, textW), 2)
	return box{float64(len(lines))*s.Height() + 5, func(y float64) {
		y = p.Put(s, left, y, lines)
		p.fill(p.accent)
		p.PDF.Rect(left, y+0.8, 24, 0.8, "F")
	}}
}

func (p *painter) comment(c *Comment) []box {
	who, txt := p.bold(9, ink), p.text(9.5, ink)
	lines := p.Wrap(txt, c.Text, textW-4)
	boxes := []box{{who.Height() + 0.4, func(y float64) {
		p.One(who, left+4, y, 80, c.Who)
		p.Right(p.text(8.5, ink2), pageW-right, y, 60, c.When)
	}}}
	for len(lines) > 0 {
		n := min(len(lines), 10)
		part := lines[:n]
		lines = lines[n:]
		boxes = append(boxes, box{float64(n) * txt.Height(), func(y float64) {
			p.stroke(hairline)
			p.PDF.SetLineWidth(0.6)
			p.PDF.Line(left+1, y-who.Height(), left+1, y+float64(n)*txt.Height())
			p.Put(txt, left+4, y, part)
		}})
	}
	return append(boxes, box{2.2, func(float64) {}})
}

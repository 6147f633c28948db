package layout

import (
	"strings"
	"unicode/utf8"
)

const ptToMM = 25.4 / 72

// style is how a piece of text looks.
type style struct {
	face   *face
	size   float64 // points
	colour Colour
}

func (s style) line() float64 { return s.size * ptToMM * 1.38 }

// line is one set line: its runs and its width in millimetres.
type line struct {
	runs  []run
	width float64
}

func (p *painter) width(s style, runs []run) float64 {
	w := 0.0
	for _, r := range runs {
		p.pdf.SetFont(r.face.family, r.face.style, s.size)
		w += p.pdf.GetStringWidth(r.text)
	}
	return w
}

// wrap breaks text into lines no wider than max. It breaks at spaces, and
// inside a word only when the word alone is too wide. Line breaks are kept.
func (p *painter) wrap(s style, text string, max float64) []line {
	var out []line
	for para := range strings.SplitSeq(strings.ReplaceAll(text, "\r\n", "\n"), "\n") {
		out = append(out, p.wrapParagraph(s, para, max)...)
	}
	return out
}

func (p *painter) wrapParagraph(s style, para string, max float64) []line {
	var (
		out []line
		cur string
	)
	set := func(text string) line {
		runs, n := p.faces.split(s.face, text)
		p.replaced += n
		return line{runs, p.width(s, runs)}
	}
	measure := func(text string) float64 {
		runs, _ := p.faces.split(s.face, text)
		return p.width(s, runs)
	}
	for word := range strings.SplitSeq(para, " ") {
		next := word
		if cur != "" {
			next = cur + " " + word
		}
		if measure(next) <= max {
			cur = next
			continue
		}
		if cur != "" {
			out = append(out, set(cur))
		}
		for measure(word) > max {
			n := p.fit(s, word, max)
			out = append(out, set(word[:n]))
			word = word[n:]
		}
		cur = word
	}
	return append(out, set(cur))
}

// fit is the number of bytes of word that fit in max, at least one character.
func (p *painter) fit(s style, word string, max float64) int {
	w, n := 0.0, 0
	for n < len(word) {
		_, size := utf8.DecodeRuneInString(word[n:])
		runs, _ := p.faces.split(s.face, word[n:n+size])
		if w += p.width(s, runs); w > max && n > 0 {
			return n
		}
		n += size
	}
	return n
}

// put draws lines with their top at y and returns the y below them.
func (p *painter) put(s style, x, y float64, lines []line) float64 {
	p.pdf.SetTextColor(int(s.colour.R), int(s.colour.G), int(s.colour.B))
	for _, l := range lines {
		base := y + s.line()*0.76
		at := x
		for _, r := range l.runs {
			p.pdf.SetFont(r.face.family, r.face.style, s.size)
			p.pdf.Text(at, base, r.text)
			at += p.pdf.GetStringWidth(r.text)
		}
		y += s.line()
	}
	return y
}

// one draws text on a single line, cut with an ellipsis where it is too wide.
func (p *painter) one(s style, x, y, max float64, text string) {
	text = strings.Join(strings.Fields(text), " ")
	runs, n := p.faces.split(s.face, text)
	if p.width(s, runs) > max {
		text = text[:p.fit(s, text, max-s.size*ptToMM)] + "…"
		runs, n = p.faces.split(s.face, text)
	}
	p.replaced += n
	p.put(s, x, y, []line{{runs: runs}})
}

package typeset

import (
	"strings"
	"unicode/utf8"

	"codeberg.org/go-pdf/fpdf"
)

const ptToMM = 25.4 / 72

// Colour is an sRGB colour.
type Colour struct{ R, G, B uint8 }

// Style is how a piece of text looks. Size is in points.
type Style struct {
	Face   *Face
	Size   float64
	Colour Colour
}

// Height is the height of a line, in millimetres.
func (s Style) Height() float64 { return s.Size * ptToMM * 1.38 }

// Line is one set line and its width in millimetres.
type Line struct {
	Width float64
	runs  []Run
}

// Pen writes on the pages of a PDF. Lengths are millimetres.
type Pen struct {
	PDF      *fpdf.Fpdf
	Faces    *Faces
	Replaced int  // characters that Mark stands for
	Dry      bool // measures and counts, draws nothing

	face *Face // as last chosen: each choice is an operator on the page
	size float64
}

func (p *Pen) choose(f *Face, size float64) {
	if p.face == f && p.size == size {
		return
	}
	p.face, p.size = f, size
	p.PDF.SetFont(f.family, f.style, size)
}

func (p *Pen) width(s Style, runs []Run) float64 {
	w := 0.0
	for _, r := range runs {
		p.choose(r.face, s.Size)
		w += p.PDF.GetStringWidth(r.text)
	}
	return w
}

// Width is how wide text is on one line.
func (p *Pen) Width(s Style, text string) float64 {
	runs, _ := p.Faces.Split(s.Face, text)
	return p.width(s, runs)
}

func (p *Pen) set(s Style, text string) Line {
	runs, n := p.Faces.Split(s.Face, text)
	p.Replaced += n
	return Line{p.width(s, runs), runs}
}

// Wrap breaks text into lines no wider than most. It breaks at spaces, and
// inside a word only when the word alone is too wide. Line breaks are kept.
func (p *Pen) Wrap(s Style, text string, most float64) []Line {
	var out []Line
	for para := range strings.SplitSeq(strings.ReplaceAll(text, "\r\n", "\n"), "\n") {
		out = append(out, p.paragraph(s, para, most)...)
	}
	return out
}

func (p *Pen) paragraph(s Style, para string, most float64) []Line {
	var (
		out  []Line
		cur  string
		wide float64 // of cur
	)
	space := p.Width(s, " ")
	for word := range strings.SplitSeq(para, " ") {
		next, w := word, p.Width(s, word)
		alone := w
		if cur != "" {
			// Widths add up: no face has kerning. A space after another face is set
			// in that one, so such a line is measured whole.
			if next, w = cur+" "+word, wide+space+w; !plain(next) {
				w = p.Width(s, next)
			}
		}
		if w <= most {
			cur, wide = next, w
			continue
		}
		if cur != "" {
			out = append(out, p.set(s, cur))
		}
		for alone > most {
			n := p.fit(s, word, most)
			if n >= len(word) {
				break
			}
			out = append(out, p.set(s, word[:n]))
			word = word[n:]
			alone = p.Width(s, word)
		}
		cur, wide = word, alone
	}
	return append(out, p.set(s, cur))
}

// plain reports whether a text is ASCII, which every face covers.
func plain(text string) bool {
	for i := range len(text) {
		if text[i] < 0x20 || text[i] > 0x7e {
			return false
		}
	}
	return true
}

// fit is the number of bytes of word that fit in most, at least one character.
func (p *Pen) fit(s Style, word string, most float64) int {
	w, n := 0.0, 0
	for n < len(word) {
		_, size := utf8.DecodeRuneInString(word[n:])
		if w += p.Width(s, word[n:n+size]); w > most && n > 0 {
			return n
		}
		n += size
	}
	return n
}

// Put draws lines with their top at y and returns the y below them.
func (p *Pen) Put(s Style, x, y float64, lines []Line) float64 {
	if p.Dry {
		return y + s.Height()*float64(len(lines))
	}
	p.PDF.SetTextColor(int(s.Colour.R), int(s.Colour.G), int(s.Colour.B))
	for _, l := range lines {
		base := y + s.Height()*0.76
		at := x
		for _, r := range l.runs {
			p.choose(r.face, s.Size)
			p.PDF.Text(at, base, r.text)
			at += p.PDF.GetStringWidth(r.text)
		}
		y += s.Height()
	}
	return y
}

// One draws text on a single line, cut with an ellipsis where it is too wide.
func (p *Pen) One(s Style, x, y, most float64, text string) {
	text = strings.Join(strings.Fields(text), " ")
	if p.Width(s, text) > most {
		text = text[:p.fit(s, text, most-s.Size*ptToMM)] + "…"
	}
	p.Put(s, x, y, []Line{p.set(s, text)})
}

// Right is One with the text's end at x.
func (p *Pen) Right(s Style, x, y, most float64, text string) {
	if w := p.Width(s, text); w < most {
		p.One(s, x-w, y, most, text)
		return
	}
	p.One(s, x-most, y, most, text)
}

// Info drops what the information dictionary of a PDF cannot hold.
func Info(s string) string {
	return strings.Map(func(r rune) rune {
		if r > 0xffff || r < 0x20 {
			return ' '
		}
		return r
	}, s)
}

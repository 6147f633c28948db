// Package typeset puts text of any kind into a PDF: it picks a font that has
// the character, breaks lines, and cuts with an ellipsis where there is one
// line only.
//
// It promises that no text makes a document fail. A character that no font
// covers, or that would need shaping we do not have (right-to-left and joined
// scripts, anything above U+FFFF), is drawn as Mark and counted.
package typeset

import (
	"fmt"
	"strings"
	"unicode"

	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/image/font/sfnt"

	"plumbline/internal/typeface"
)

// Mark stands for a character that cannot be drawn. DejaVu Sans has it.
const Mark = '\u25af'

// Face is a font as registered with the PDF, and what it covers.
type Face struct {
	family, style string
	covers        func(rune) bool
}

// Faces are the fonts of a PDF.
type Faces struct {
	Regular, Bold, Mono, Fallback Face
}

// Load registers the fonts with a PDF.
func Load(pdf *fpdf.Fpdf) (*Faces, error) {
	load := func(family, style string, ttf []byte) (Face, error) {
		f, err := sfnt.Parse(ttf)
		if err != nil {
			return Face{}, fmt.Errorf("typeset: font %s: %w", family, err)
		}
		var buf sfnt.Buffer
		known := map[rune]bool{}
		pdf.AddUTF8FontFromBytes(family, style, ttf)
		return Face{family, style, func(r rune) bool {
			ok, seen := known[r]
			if !seen {
				g, err := f.GlyphIndex(&buf, r)
				ok = err == nil && g != 0
				known[r] = ok
			}
			return ok
		}}, nil
	}
	var (
		fs  Faces
		err error
	)
	for _, l := range []struct {
		to            *Face
		family, style string
		ttf           []byte
	}{
		{&fs.Regular, "plex", "", typeface.Sans},
		{&fs.Bold, "plex", "B", typeface.SansSemiBold},
		{&fs.Mono, "plexmono", "", typeface.Mono},
		{&fs.Fallback, "dejavu", "", typeface.Fallback},
	} {
		if *l.to, err = load(l.family, l.style, l.ttf); err != nil {
			return nil, err
		}
	}
	return &fs, pdf.Error()
}

// Run is a piece of text in one font.
type Run struct {
	face *Face
	text string
}

// shaped reports whether a script needs joining, reordering or right-to-left
// setting, which plain glyphs in a row would show wrong.
func shaped(r rune) bool {
	return r >= 0x590 && unicode.In(r, unicode.Arabic, unicode.Hebrew, unicode.Syriac, unicode.Thaana, unicode.Nko,
		unicode.Devanagari, unicode.Bengali, unicode.Tamil, unicode.Thai, unicode.Lao, unicode.Tibetan,
		unicode.Myanmar, unicode.Khmer, unicode.Mongolian)
}

// Split cuts text into runs that each have a font, and counts the characters
// it had to replace by the mark. White space of every kind becomes a space.
func (fs *Faces) Split(want *Face, text string) (runs []Run, replaced int) {
	var (
		b   strings.Builder
		cur *Face
	)
	flush := func() {
		if b.Len() > 0 {
			runs = append(runs, Run{cur, b.String()})
			b.Reset()
		}
	}
	for _, r := range text {
		f := want
		switch {
		case unicode.IsSpace(r) && r != '\u00a0':
			r = ' '
		case r > 0xffff || shaped(r) || unicode.IsControl(r):
			r, f, replaced = Mark, &fs.Fallback, replaced+1
		case want.covers(r):
		case fs.Fallback.covers(r):
			f = &fs.Fallback
		default:
			r, f, replaced = Mark, &fs.Fallback, replaced+1
		}
		if r == ' ' && cur != nil {
			f = cur // a space never changes the font
		}
		if f != cur {
			flush()
			cur = f
		}
		b.WriteRune(r)
	}
	flush()
	return runs, replaced
}

package layout

import (
	"fmt"
	"strings"
	"unicode"

	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/image/font/sfnt"

	"plumbline/internal/typeface"
)

// mark stands for a character that cannot be drawn. DejaVu Sans has it.
const mark = '\u25af'

// face is a font as registered with the PDF, and what it covers.
type face struct {
	family, style string
	covers        func(rune) bool
}

type faces struct {
	regular, bold, mono, fallback face
}

func loadFaces(pdf *fpdf.Fpdf) (*faces, error) {
	load := func(family, style string, ttf []byte) (face, error) {
		f, err := sfnt.Parse(ttf)
		if err != nil {
			return face{}, fmt.Errorf("layout: font %s: %w", family, err)
		}
		var buf sfnt.Buffer
		known := map[rune]bool{}
		pdf.AddUTF8FontFromBytes(family, style, ttf)
		return face{family, style, func(r rune) bool {
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
		fs  faces
		err error
	)
	for _, l := range []struct {
		to            *face
		family, style string
		ttf           []byte
	}{
		{&fs.regular, "plex", "", typeface.Sans},
		{&fs.bold, "plex", "B", typeface.SansSemiBold},
		{&fs.mono, "plexmono", "", typeface.Mono},
		{&fs.fallback, "dejavu", "", typeface.Fallback},
	} {
		if *l.to, err = load(l.family, l.style, l.ttf); err != nil {
			return nil, err
		}
	}
	return &fs, pdf.Error()
}

// run is a piece of text in one font.
type run struct {
	face *face
	text string
}

// shaped reports whether a script needs joining, reordering or right-to-left
// setting, which plain glyphs in a row would show wrong.
func shaped(r rune) bool {
	return unicode.In(r, unicode.Arabic, unicode.Hebrew, unicode.Syriac, unicode.Thaana, unicode.Nko,
		unicode.Devanagari, unicode.Bengali, unicode.Tamil, unicode.Thai, unicode.Lao, unicode.Tibetan,
		unicode.Myanmar, unicode.Khmer, unicode.Mongolian)
}

// split cuts text into runs that each have a font, and counts the characters
// it had to replace by the mark. White space of every kind becomes a space.
func (fs *faces) split(want *face, text string) (runs []run, replaced int) {
	var (
		b   strings.Builder
		cur *face
	)
	flush := func() {
		if b.Len() > 0 {
			runs = append(runs, run{cur, b.String()})
			b.Reset()
		}
	}
	for _, r := range text {
		f := want
		switch {
		case unicode.IsSpace(r) && r != '\u00a0':
			r = ' '
		case r > 0xffff || shaped(r) || unicode.IsControl(r):
			r, f, replaced = mark, &fs.fallback, replaced+1
		case want.covers(r):
		case fs.fallback.covers(r):
			f = &fs.fallback
		default:
			r, f, replaced = mark, &fs.fallback, replaced+1
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

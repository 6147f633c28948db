package search

import (
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

const (
	maxWords      = 10_000
	maxQueryWords = 16
	maxWord       = 40
)

// plain is what decomposition leaves but people write without.
func plain(r rune) (string, bool) {
	switch r {
	case 'ß':
		return "ss", true
	case 'æ':
		return "ae", true
	case 'œ':
		return "oe", true
	case 'ø':
		return "o", true
	case 'đ', 'ð':
		return "d", true
	case 'ł':
		return "l", true
	case 'þ':
		return "th", true
	case 'ı':
		return "i", true
	}
	return "", false
}

// words splits text into at most limit folded words. A word is ASCII letters
// and digits: a letter that has no plain form becomes u and six hex digits, so
// that no engine's idea of a letter matters, and beginnings stay beginnings.
func words(text string, limit int) []string {
	var out []string
	var b strings.Builder
	n := 0
	end := func() {
		if b.Len() > 0 {
			out = append(out, b.String())
			b.Reset()
		}
		n = 0
	}
	for _, r := range norm.NFKD.String(strings.ToValidUTF8(text, " ")) {
		r = unicode.ToLower(r)
		switch {
		case unicode.Is(unicode.Mn, r):
			continue // an accent
		case unicode.IsLetter(r), unicode.IsNumber(r):
		default:
			end()
			if len(out) >= limit {
				return out[:limit]
			}
			continue
		}
		if n++; n > maxWord {
			continue
		}
		if s, ok := plain(r); ok {
			b.WriteString(s)
		} else if r < 0x80 {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, "u%06x", r)
		}
	}
	end()
	return out[:min(len(out), limit)]
}

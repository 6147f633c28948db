// Package titleblock reads a sheet's number and title off its page, finds the
// sheet that a page most likely renews, and what on the page refers to other
// sheets. It is pure, and proposes only: a person decides.
package titleblock

import (
	"cmp"
	"math"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"plumbline/internal/id"
	"plumbline/internal/raster"
	"plumbline/internal/sheet"
)

// number is how offices number sheets: a few letters, then digits, with dots
// and dashes: A-101, AR_201.b, E102. Digits alone are sizes and dates more often.
var number = regexp.MustCompile(`^\p{Lu}{1,4}[-_. ]?\d{1,4}([-_.]?[0-9A-Za-z]{1,4}){0,3}$`)

// MaxRefs is how many words that read like a number are kept of a page.
const MaxRefs = 300

// Read is what a title block says.
type Read struct {
	Number, Title string
	Refs          []raster.Word // all that reads like a number or like a scale, by where it stands
}

// Page reads a page by its words.
func Page(words []raster.Word, frame sheet.Frame) Read {
	var out Read
	best, at := 0.0, -1
	for i, w := range words {
		n := leading(w.Text)
		if n == "" {
			continue
		}
		if len(out.Refs) < MaxRefs {
			out.Refs = append(out.Refs, raster.Word{Text: n, X: w.X, Y: w.Y, W: w.W, H: w.H})
		}
		// A title block stands at the lower right, and its number is large.
		away := math.Hypot(frame.Width-w.X-w.W, frame.Height-w.Y-w.H) / math.Hypot(frame.Width, frame.Height)
		if score := math.Min(w.W, w.H) * math.Pow(1-math.Min(1, away), 3); score > best && away < 0.4 {
			best, at, out.Number = score, i, n
		}
	}
	out.Refs = append(out.Refs, scales(words, frame)...)
	if at >= 0 {
		out.Title = above(words, words[at])
	}
	return out
}

// leading is the number that a text begins with, or "".
func leading(text string) string {
	first, _, _ := strings.Cut(text, " ")
	if len(first) > 20 || !number.MatchString(first) {
		return ""
	}
	return first
}

// above is the nearest line of some size over the number, with the lines that
// belong to it.
func above(words []raster.Word, n raster.Word) string {
	var lines []raster.Word
	for _, w := range words {
		if w.Y+w.H <= n.Y+n.H/4 && w.X < n.X+n.W && n.X < w.X+w.W && w.H >= 0.35*n.H && w.W > w.H && n.Y-w.Y < 8*n.H && wordy(w.Text) {
			lines = append(lines, w)
		}
	}
	slices.SortFunc(lines, func(a, b raster.Word) int { return cmp.Compare(b.Y, a.Y) })
	var title []string
	for i, w := range lines {
		if i > 0 {
			below := lines[i-1]
			if below.Y-w.Y > 1.9*w.H || math.Abs(below.H-w.H) > 0.25*w.H || i == 3 {
				break
			}
		}
		title = append(title, w.Text)
	}
	slices.Reverse(title)
	return strings.Join(title, " ")
}

// wordy is whether a text is words more than figures.
func wordy(s string) bool {
	letters, digits := 0, 0
	for _, r := range s {
		switch {
		case unicode.IsLetter(r):
			letters++
		case unicode.IsDigit(r):
			digits++
		}
	}
	return letters >= 3 && letters > 2*digits
}

// Known is a sheet that a page may renew.
type Known struct {
	ID           id.Sheet
	Number, Name string
}

// How sure a proposal is, at the least.
const (
	ByNumber = 0.95
	ByFile   = 0.85
	ByTitle  = 0.6
)

// Propose finds the sheet that a page renews by its title block, the name of
// its file, and, where the file has one page alone, nothing else. The answer is
// empty where nothing speaks for one more than for the others.
func Propose(read Read, file string, alone bool, known []Known) (id.Sheet, float64) {
	only := func(is func(Known) bool) (id.Sheet, bool) {
		var found id.Sheet
		n := 0
		for _, k := range known {
			if is(k) {
				found = k.ID
				n++
			}
		}
		return found, n == 1
	}
	if read.Number != "" {
		if s, ok := only(func(k Known) bool { return Same(k.Number, read.Number) }); ok {
			return s, ByNumber
		}
	}
	if alone {
		if s, ok := only(func(k Known) bool { return k.Number != "" && mentions(file, k.Number) }); ok {
			return s, ByFile
		}
	}
	// Two that are numbered differently are two, whatever they are called.
	other := func(k Known) bool { return read.Number != "" && k.Number != "" }
	if read.Title != "" {
		if s, ok := only(func(k Known) bool { return !other(k) && alike(k.Name, read.Title) >= 0.8 }); ok {
			return s, ByTitle
		}
	}
	if alone {
		if s, ok := only(func(k Known) bool { return !other(k) && alike(k.Name, file) >= 0.6 }); ok {
			return s, ByTitle
		}
	}
	return "", 0
}

// Same is whether two numbers are one, however they are punctuated.
func Same(a, b string) bool { return bare(a) != "" && bare(a) == bare(b) }

func bare(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToUpper(r)
		}
		return -1
	}, s)
}

// mentions is whether a name carries a number as a word of its own.
func mentions(name, number string) bool {
	want := tokens(number)
	have := tokens(name)
	for i := range have {
		if i+len(want) <= len(have) && slices.Equal(have[i:i+len(want)], want) {
			return true
		}
	}
	return slices.Contains(have, strings.ToLower(bare(number)))
}

// revised are words of file names that say which revision it is, not which sheet.
var revised = regexp.MustCompile(`^(rev|revision|versie|version|v|r|ind|index|new|final|[a-h]|\d{1,2})$`)

func tokens(s string) []string {
	return strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// alike is the share of words that two names have in common.
func alike(a, b string) float64 {
	words := func(s string) map[string]bool {
		out := map[string]bool{}
		for _, t := range tokens(s) {
			if !revised.MatchString(t) {
				out[t] = true
			}
		}
		return out
	}
	x, y := words(a), words(b)
	both := 0
	for t := range x {
		if y[t] {
			both++
		}
	}
	if both == 0 {
		return 0
	}
	return float64(both) / float64(len(x)+len(y)-both)
}

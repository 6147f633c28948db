package titleblock

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"plumbline/internal/raster"
	"plumbline/internal/sheet"
)

// MaxScales is how many words that read like a scale are kept of a page.
const MaxScales = 40

// common are the scales that offices draw at. Others after a colon are times,
// ratios of slopes and mixtures more often.
var common = []int{1, 2, 5, 10, 15, 20, 25, 30, 33, 40, 50, 75, 100, 125, 150, 200, 250, 300, 400, 500, 750, 1000, 1250, 1500, 2000, 2500, 5000, 10000}

var (
	ratio     = regexp.MustCompile(`(?:^|[^\d.,:/])1 ?([:/]) ?(\d{1,5})(?:$|[^\d.,:/])`)
	named     = regexp.MustCompile(`(?i)(?:^|\P{L})(scale|schaal|echelle|échelle|ech|mål|maal|maßstab|massstab|m)(?:$|\P{L})`)
	imperial  = regexp.MustCompile(`(?i)(?:(\d{1,2})[ -])?(\d{1,2})(?:/(\d{1,2}))? ?` + inch + ` ?(?:=|equals) ?(\d{1,3}) ?` + foot + `(?: ?-? ?(\d{1,2}) ?` + inch + `)?`)
	paperName = regexp.MustCompile(`(?i)\b(?:A([0-4])|(ARCH|ANSI) ?([A-F]1?))\b`)
	paperSize = regexp.MustCompile(`(?i)\b(\d{1,2})(?: ?(?:"|″|”|''))? ?[x×] ?(\d{1,2}) ?(?:"|″|”|''|in\b)`)
)

const (
	inch = `(?:"|″|”|''|in(?:ch(?:es)?)?\b\.?)`
	foot = `(?:'|′|’|f(?:ee|oo)?t\b\.?)`
)

// fractions are written in one sign by some offices.
var fractions = strings.NewReplacer("½", " 1/2", "¼", " 1/4", "¾", " 3/4", "⅛", " 1/8", "⅜", " 3/8", "⅝", " 5/8", "⅞", " 7/8")

// american are the long and short side, in inches, of paper that has a letter.
var american = map[string][2]float64{
	"ARCH A": {12, 9}, "ARCH B": {18, 12}, "ARCH C": {24, 18}, "ARCH D": {36, 24}, "ARCH E": {48, 36}, "ARCH E1": {42, 30},
	"ANSI A": {11, 8.5}, "ANSI B": {17, 11}, "ANSI C": {22, 17}, "ANSI D": {34, 22}, "ANSI E": {44, 34}, "ANSI F": {40, 28},
}

// ScaleOf reads a scale off a text: 100 of "Scale 1:100", 96 of `1/8" = 1'-0"`,
// 0 of what is none. A stroke counts where the text says that it is a scale, or
// says nothing else.
func ScaleOf(text string) float64 {
	if m := imperial.FindStringSubmatch(fractions.Replace(text)); m != nil {
		n := func(s string) float64 { v, _ := strconv.ParseFloat(s, 64); return v }
		inches := n(m[2])
		if m[3] != "" {
			if inches /= n(m[3]); math.IsInf(inches, 0) {
				return 0
			}
		}
		inches += n(m[1])
		if feet := 12*n(m[4]) + n(m[5]); inches > 0 && feet/inches >= 1 && feet/inches <= 10_000 {
			return feet / inches
		}
		return 0
	}
	m := ratio.FindStringSubmatch(text)
	if m == nil {
		return 0
	}
	n, err := strconv.Atoi(m[2])
	if err != nil || !slices.Contains(common, n) {
		return 0
	}
	if m[1] == "/" && !named.MatchString(text) && (n < 20 || strings.Trim(text, " /0123456789") != "") {
		return 0
	}
	return float64(n)
}

// Paper is whether a text names the size of the paper that a scale is for, and
// whether a page of so many points is that paper.
func Paper(text string, page sheet.Frame) (name string, fits bool) {
	var long, short float64 // inches
	if m := paperName.FindStringSubmatch(text); m == nil {
		size := paperSize.FindStringSubmatch(text)
		if size == nil {
			return "", false
		}
		one, _ := strconv.ParseFloat(size[1], 64)
		other, _ := strconv.ParseFloat(size[2], 64)
		long, short = max(one, other), min(one, other)
		if short < 8 { // not of a drawing, but of something drawn
			return "", false
		}
		name = size[1] + "″ × " + size[2] + "″"
	} else if m[1] != "" {
		name = "A" + m[1]
		n, _ := strconv.Atoi(m[1])
		// ISO 216: A0 is 841 × 1189 mm, each next one half of it.
		long = 1189 / math.Pow(2, float64(n)/2) / 25.4
		short = long / math.Sqrt2
	} else {
		name = strings.ToUpper(m[2] + " " + m[3])
		sides, ok := american[name]
		if !ok {
			return "", false
		}
		long, short = sides[0], sides[1]
	}
	near := func(points, inches float64) bool { return math.Abs(points-72*inches) < 0.02*72*inches }
	return name, near(max(page.Width, page.Height), long) && near(min(page.Width, page.Height), short)
}

// scales are the words of a page that read like a scale, the nearest to the
// lower right corner first: a title block stands there.
func scales(words []raster.Word, frame sheet.Frame) []raster.Word {
	var out []raster.Word
	for _, w := range words {
		if ScaleOf(w.Text) > 0 {
			out = append(out, w)
		}
	}
	away := func(w raster.Word) float64 { return math.Hypot(frame.Width-w.X-w.W, frame.Height-w.Y-w.H) }
	slices.SortStableFunc(out, func(a, b raster.Word) int {
		if away(a) < away(b) {
			return -1
		}
		return 1
	})
	return out[:min(len(out), MaxScales)]
}

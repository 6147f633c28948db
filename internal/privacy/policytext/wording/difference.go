package wording

import (
	"slices"
	"strings"

	"plumbline/internal/lang"
	"plumbline/internal/privacy/terms"
)

// Line is a sentence, a row or an item of a policy.
type Line struct {
	Section string `json:"section"` // the heading that it stands under
	Text    string `json:"text"`
}

// Turned is a sentence that became another.
type Turned struct {
	Section string `json:"section"`
	From    string `json:"from"`
	To      string `json:"to"`
}

// Difference is what one version says and another does not.
type Difference struct {
	Added    []Line   `json:"added"`
	Removed  []Line   `json:"removed"`
	Changed  []Turned `json:"changed"`
	Material []string `json:"material"` // in words
}

// lines takes a text apart.
func lines(t Text) []Line {
	var out []Line
	section := ""
	path := []string{"", "", ""}
	add := func(s string) {
		if s = strings.TrimSpace(s); s != "" {
			out = append(out, Line{section, s})
		}
	}
	for _, b := range t.Blocks {
		switch {
		case b.Heading != "":
			n := min(max(b.Level, 1), 3)
			path[n-1] = b.Heading
			for i := n; i < 3; i++ {
				path[i] = ""
			}
			section = strings.Join(slices.DeleteFunc(slices.Clone(path), func(s string) bool { return s == "" }), " › ")
		case b.Text != "":
			for _, s := range sentences(b.Text) {
				add(s)
			}
		case len(b.List) > 0:
			for _, s := range b.List {
				add(s)
			}
		case len(b.Facts) > 0:
			for _, f := range b.Facts {
				for line := range strings.SplitSeq(f[1], "\n") { // one recipient more is one line more
					for item := range strings.SplitSeq(line, "; ") {
						add(f[0] + ": " + item)
					}
				}
			}
		case len(b.Rows) > 0:
			for _, r := range b.Rows {
				add(strings.ReplaceAll(strings.Join(r, " · "), "\n", ", "))
			}
		case b.Link != "":
			add(b.Link + " " + b.URL)
		}
	}
	return out
}

// sentences cuts a paragraph after a full stop that a capital follows.
func sentences(s string) []string {
	var out []string
	from := 0
	for i := 0; i+2 < len(s); i++ {
		if s[i] != '.' || s[i+1] != ' ' {
			continue
		}
		next := []rune(s[i+2:])[0]
		if strings.ToUpper(string(next)) == string(next) && strings.ToLower(string(next)) != string(next) {
			out = append(out, s[from:i+1])
			from = i + 2
		}
	}
	return append(out, s[from:])
}

// Compare says how one text became another. A line that went and one that came
// in the same section are one change when more than half of their words are
// the same.
func Compare(from, to Text) Difference {
	d := Difference{Added: []Line{}, Removed: []Line{}, Changed: []Turned{}, Material: []string{}}
	left := map[Line]int{}
	for _, l := range lines(from) {
		left[l]++
	}
	var came []Line
	for _, l := range lines(to) {
		if left[l] > 0 {
			left[l]--
			continue
		}
		came = append(came, l)
	}
	var went []Line
	for _, l := range lines(from) {
		if left[l] > 0 {
			left[l]--
			went = append(went, l)
		}
	}
	for _, c := range came {
		best, most := -1, 0.5
		for i, w := range went {
			if w.Section != c.Section {
				continue
			}
			if like := alike(w.Text, c.Text); like > most {
				best, most = i, like
			}
		}
		if best < 0 {
			d.Added = append(d.Added, c)
			continue
		}
		d.Changed = append(d.Changed, Turned{c.Section, went[best].Text, c.Text})
		went = slices.Delete(went, best, best+1)
	}
	d.Removed = append(d.Removed, went...)
	return d
}

// alike is the share of words that two lines have in common.
func alike(a, b string) float64 {
	words := map[string]int{}
	x, y := strings.Fields(a), strings.Fields(b)
	for _, w := range x {
		words[w]++
	}
	same := 0
	for _, w := range y {
		if words[w] > 0 {
			words[w]--
			same++
		}
	}
	return 2 * float64(same) / float64(max(len(x)+len(y), 1))
}

// Words says a change in a language.
func (c Change) Words(l lang.Locale) string {
	kind, word := c.word()
	what := word
	switch kind {
	case "category", "purpose", "basis", "recipient", "retention", "term":
		what = terms.Of(l, kind, word)
	case "country":
		if key := "policy.country." + word; lang.Has(key) {
			what = lang.T(l, key)
		}
	}
	text := say(l, "change."+c.Kind, "what", what)
	return strings.TrimSuffix(strings.TrimSpace(text), ":")
}

package words

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestFind(t *testing.T) {
	t.Parallel()
	jan := Values{"Jan-Pieter Müller", "Jan.Muller@Bouw.example", "+32 470 12 34 56"}
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"the name", "Ask Jan-Pieter Müller about it", []string{"Jan-Pieter Müller"}},
		{"no accent, capitals", "ask JAN PIETER MULLER.", []string{"JAN PIETER MULLER"}},
		{"decomposed", "ask Jan-Pieter Mu\u0308ller", []string{"Jan-Pieter Mu\u0308ller"}},
		{"over a line", "Jan-Pieter\nMüller", []string{"Jan-Pieter\nMüller"}},
		{"first word alone", "Jan-Pieter was here", nil},
		{"longer last name", "Jan-Pieter Müllerstein", nil},
		{"something between", "Jan-Pieter and Müller", nil},
		{"twice", "Jan-Pieter Müller, Jan-Pieter Müller", []string{"Jan-Pieter Müller, Jan-Pieter Müller"}}, // in the other order too
		{"two apart", "Jan-Pieter Müller (is Jan-Pieter Müller)", []string{"Jan-Pieter Müller", "Jan-Pieter Müller"}},
		{"address", "mail jan.muller@bouw.example.", []string{"jan.muller@bouw.example"}},
		{"address in brackets", "<Jan.Muller@bouw.example>", []string{"Jan.Muller@bouw.example"}},
		{"mailto", "mailto:jan.muller@bouw.example", []string{"jan.muller@bouw.example"}},
		{"longer address", "xjan.muller@bouw.example", nil},
		{"other domain", "jan.muller@bouw.example.org", nil},
		{"number", "call +32 470 12 34 56 now", []string{"+32 470 12 34 56"}},
		{"national", "call 0470/12.34.56", []string{"0470/12.34.56"}},
		{"with zero in brackets", "+32 (0)470 12 34 56", []string{"+32 (0)470 12 34 56"}},
		{"other number", "0471 12 34 56", nil},
		{"short number", "12 34 56", nil},
		{"nothing", "", nil},
		{"bad bytes", "\xff Jan-Pieter Müller \xfe", []string{"Jan-Pieter Müller"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, s := range New([]Values{{"Someone Else", "", ""}, jan}).Find(c.text)[1] {
				got = append(got, c.text[s.From:s.To])
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

func TestLastNameFirst(t *testing.T) {
	t.Parallel()
	f := New([]Values{{Name: "Nele De Smet"}})
	for text, want := range map[string]bool{"De Smet, Nele": true, "Nele De Smet": true, "De Smet": false, "Nele": false, "Smet Nele De": false} {
		if got := len(f.Find(text)) > 0; got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

func TestNothingToFind(t *testing.T) {
	t.Parallel()
	for _, v := range []Values{{}, {"Jan", "no address", "112"}} {
		if f := New([]Values{v}); !f.Empty() || len(f.Find("Jan, no address, 112")) > 0 {
			t.Errorf("%+v is looked for", v)
		}
	}
}

func TestReplace(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text  string
		spans []Span
		want  string
		ok    bool
	}{
		{"ask Jan now", []Span{{4, 7}}, "ask [7F3A] now", true},
		{"Jan Jan", []Span{{0, 3}, {4, 7}}, "[7F3A] [7F3A]", true}, //nolint:dupword // a name that stands twice is the case
		{"short", []Span{{4, 9}}, "short", false},
		{"short", []Span{{3, 2}}, "short", false},
		{"short", nil, "short", true},
	} {
		if got, ok := Replace(c.text, c.spans, "[7F3A]"); got != c.want || ok != c.ok {
			t.Errorf("%q %v: %q %v", c.text, c.spans, got, ok)
		}
	}
}

func FuzzFind(f *testing.F) {
	f.Add("Jan Janssens", "Ask Jan Janssens, +32 470 12 34 56, j@x.example", "j@x.example", "0470123456")
	f.Add("", "", "", "")
	f.Add("İi ǅ", "ǅ İi\xff", "a@b", "00000000")
	f.Fuzz(func(t *testing.T, name, text, mail, phone string) {
		finder := New([]Values{{name, mail, phone}})
		spans := finder.Find(text)[0]
		last := 0
		for _, s := range spans {
			if s.From < last || s.To <= s.From || s.To > len(text) {
				t.Fatalf("%v in %q", spans, text)
			}
			last = s.To
		}
		out, ok := Replace(text, spans, "[]")
		if !ok {
			t.Fatalf("%v do not fit %q", spans, text)
		}
		if utf8.ValidString(text) && !utf8.ValidString(out) {
			t.Fatalf("%q is cut inside a letter", out)
		}
		// The name itself, between blanks, is always found.
		if toks := tokens(name); len(toks) > 1 && toks[0].from == 0 && toks[len(toks)-1].to == len(name) {
			joined := make([]string, len(toks))
			for i, k := range toks {
				joined[i] = name[k.from:k.to]
			}
			if plain := strings.Join(joined, " "); len(finder.Find("x " + plain + " y")[0]) == 0 && len(tokens(plain)) == len(toks) {
				t.Fatalf("%q is not found", plain)
			}
		}
	})
}

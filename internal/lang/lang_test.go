package lang

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
	"time"
	_ "time/tzdata" // the cases name zones; a test machine may have none
)

func samples(t *testing.T, name string, into any) {
	t.Helper()
	root := os.Getenv("PLUMBLINE_SAMPLES")
	if root == "" {
		t.Skip("PLUMBLINE_SAMPLES is not set: the sample files are not here")
	}
	b, err := os.ReadFile(filepath.Join(root, "names-locale", "cldr", name))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, into); err != nil {
		t.Fatal(err)
	}
}

func TestInstantsAreWrittenAsICUDoes(t *testing.T) {
	t.Parallel()
	var file struct {
		Cases []struct {
			Locale, Instant, TZ, DateStyle, Expected string
		}
	}
	samples(t, "icu-dates.json", &file)
	if len(file.Cases) == 0 {
		t.Fatal("no cases")
	}
	for _, c := range file.Cases {
		at, err := time.Parse(time.RFC3339, c.Instant)
		if err != nil {
			t.Fatal(err)
		}
		zone, err := time.LoadLocation(c.TZ)
		if err != nil {
			t.Fatal(err)
		}
		style := Short
		if c.DateStyle == "long" {
			style = Long
		}
		if got := Instant(Match(c.Locale), at, zone, style); got != c.Expected {
			t.Errorf("%s %s %s %s: %q, want %q", c.Locale, c.Instant, c.TZ, c.DateStyle, got, c.Expected)
		}
	}
}

func TestNumbersAreWrittenAsICUDoes(t *testing.T) {
	t.Parallel()
	var file struct {
		Cases []struct {
			Locale                 string
			N                      float64
			Decimal, EUR, DKK, Pct string
		}
	}
	samples(t, "icu-numbers.json", &file)
	if len(file.Cases) == 0 {
		t.Fatal("no cases")
	}
	for _, c := range file.Cases {
		l := Match(c.Locale)
		if got := Number(l, c.N, 3); got != c.Decimal {
			t.Errorf("%s %v: number %q, want %q", c.Locale, c.N, got, c.Decimal)
		}
		if got := Percent(l, c.N, 1); got != c.Pct {
			t.Errorf("%s %v: percent %q, want %q", c.Locale, c.N, got, c.Pct)
		}
		cents := int64(c.N*100 + 0.5)
		if c.N < 0 {
			cents = int64(c.N*100 - 0.5)
		}
		if got := Money(l, cents, "EUR"); got != c.EUR {
			t.Errorf("%s %v: euro %q, want %q", c.Locale, c.N, got, c.EUR)
		}
		if got := Money(l, cents, "DKK"); got != c.DKK {
			t.Errorf("%s %v: krone %q, want %q", c.Locale, c.N, got, c.DKK)
		}
	}
}

func TestNamesAreCLDRs(t *testing.T) {
	t.Parallel()
	for file, l := range map[string]Locale{"ca-gregorian.da.json": Danish, "ca-gregorian.de-BE.json": GermanBelgium,
		"ca-gregorian.fr-BE.json": FrenchBelgium, "ca-gregorian.nl-BE.json": DutchBelgium} {
		var doc struct {
			Main map[string]struct {
				Dates struct {
					Calendars struct {
						Gregorian struct {
							Months, Days struct {
								Format struct{ Abbreviated, Wide map[string]string }
							}
						}
					}
				}
			}
		}
		samples(t, file, &doc)
		for _, m := range doc.Main {
			g := m.Dates.Calendars.Gregorian
			for i, d := range []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"} {
				if got := Weekday(l, time.Weekday(i)); got != g.Days.Format.Wide[d] {
					t.Errorf("%s %s: %q", l, d, got)
				}
				if got := WeekdayShort(l, time.Weekday(i)); got != g.Days.Format.Abbreviated[d] {
					t.Errorf("%s %s: %q", l, d, got)
				}
			}
			for k, want := range g.Months.Format.Wide {
				var n int
				if json.Unmarshal([]byte(k), &n) != nil || Month(l, time.Month(n)) != want || MonthShort(l, time.Month(n)) != g.Months.Format.Abbreviated[k] {
					t.Errorf("%s month %s: %q %q", l, k, Month(l, time.Month(n)), MonthShort(l, time.Month(n)))
				}
			}
		}
	}
}

func TestNumbers(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, got, want string
	}{
		{"carry over the point", Number(EnglishUK, 999.9996, 3), "1,000"},
		{"carry of a negative", Number(EnglishUK, -9.996, 2), "-10"},
		{"half away from zero", Number(EnglishUK, 0.125, 2), "0.13"},
		{"minus nothing is nothing", Number(EnglishUK, -0.0001, 2), "0"},
		{"percent below one", Percent(Danish, 0.0312, 1), "3,1\u00a0%"},
		{"cents", Money(GermanGermany, -5, "EUR"), "-0,05\u00a0€"},
		{"the smallest number", Money(EnglishUK, -1<<63, "EUR"), "-€92,233,720,368,547,758.08"},
		{"grouping", Int(FrenchBelgium, 1234567), "1\u202f234\u202f567"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if c.got != c.want {
				t.Errorf("%q, want %q", c.got, c.want)
			}
		})
	}
}

func TestDates(t *testing.T) {
	t.Parallel()
	brussels, err := time.LoadLocation("Europe/Brussels")
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 12, 31, 23, 30, 0, 0, time.UTC)
	cases := []struct {
		name, got, want string
	}{
		{"full dutch", Date(DutchBelgium, "2026-03-02", Full), "maandag 2 maart 2026"},
		{"full danish", Date(Danish, "2026-03-02", Full), "mandag den 2. marts 2026"},
		{"full german", Date(GermanBelgium, "2026-03-02", Full), "Montag, 2. März 2026"},
		{"full french", Date(FrenchBelgium, "2026-08-01", Full), "samedi 1 août 2026"},
		{"medium", Date(FrenchFrance, "2026-12-01", Medium), "1 déc. 2026"},
		{"no date", Date(DutchBelgium, "2026-02-30", Long), "2026-02-30"},
		{"day in the zone", Today(at, brussels), "2027-01-01"},
		{"stamp names its zone", Stamp(EnglishUK, at, brussels), "1 January 2027 at 00:30 (CET)"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if c.got != c.want {
				t.Errorf("%q, want %q", c.got, c.want)
			}
		})
	}
}

func TestMatch(t *testing.T) {
	t.Parallel()
	for tag, want := range map[string]Locale{"nl": DutchBelgium, "NL_nl": DutchNetherl, "fr-CH": FrenchBelgium,
		"de": GermanGermany, "da": Danish, "en-US": EnglishUK, "": EnglishUK, "xx": EnglishUK} {
		if got := Match(tag); got != want {
			t.Errorf("%q is %s, want %s", tag, got, want)
		}
	}
}

func TestEveryLanguageHasEveryText(t *testing.T) {
	t.Parallel()
	placeholder := regexp.MustCompile(`\{[^}]*\}`)
	holes := func(s string) []string {
		h := placeholder.FindAllString(s, -1)
		slices.Sort(h)
		return slices.Compact(h)
	}
	all := texts()
	if len(all["en"]) == 0 {
		t.Fatal("no texts")
	}
	for _, language := range Languages() {
		for key, english := range all["en"] {
			text, ok := all[language][key]
			if !ok || text == "" {
				t.Errorf("%s lacks %s", language, key)
				continue
			}
			if !slices.Equal(holes(text), holes(english)) {
				t.Errorf("%s %s has the placeholders %v, English %v", language, key, holes(text), holes(english))
			}
		}
		for key := range all[language] {
			if _, ok := all["en"][key]; !ok {
				t.Errorf("%s has %s, English does not", language, key)
			}
		}
	}
}

func TestFillDoesNotLookInsideValues(t *testing.T) {
	t.Parallel()
	if got := fill("a {x} b {y} {z} {", []string{"x", "{y}", "y", "2"}); got != "a {y} b 2 {z} {" {
		t.Errorf("%q", got)
	}
}

func FuzzFill(f *testing.F) {
	f.Add("a {x} {", "v")
	f.Fuzz(func(t *testing.T, text, value string) {
		if fill(text, nil) != text {
			t.Error("a text changed without arguments")
		}
		_ = fill(text, []string{"x", value})
	})
}

// Package lang speaks the five languages of Plumbline on the server's side:
// mails and reports. The web app has catalogues of its own.
//
// Texts are JSON catalogues, one folder a language and one file a subject,
// built into the program: catalogue/<language>/<subject>.json holds
// {"key": "text with {name}"}, and its texts are called "subject.key". A test
// keeps the languages complete: every key and every placeholder in all five.
//
// Dates, times and numbers follow CLDR 48 for the regions the product is used
// in. An instant is always shown in a zone that the caller names; a civil date
// (YYYY-MM-DD) has none. Nothing here can fail at run time: an unknown locale
// is English, an unknown key is shown as it stands.
package lang

import (
	"embed"
	"encoding/json"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Locale is a language and a region, such as "nl-BE".
type Locale string

// The locales. The first of each language is the one that the bare language
// stands for.
const (
	DutchBelgium  Locale = "nl-BE"
	DutchNetherl  Locale = "nl-NL"
	EnglishUK     Locale = "en-GB"
	FrenchBelgium Locale = "fr-BE"
	FrenchFrance  Locale = "fr-FR"
	Danish        Locale = "da-DK"
	GermanGermany Locale = "de-DE"
	GermanBelgium Locale = "de-BE"
)

// Default is spoken where nothing better is known.
const Default = EnglishUK

// Languages are the five languages, as a person chooses one.
func Languages() []string { return []string{"nl", "en", "fr", "da", "de"} }

// Locales are all locales, each language's own first.
func Locales() []Locale {
	return []Locale{DutchBelgium, DutchNetherl, EnglishUK, FrenchBelgium, FrenchFrance, Danish, GermanGermany, GermanBelgium}
}

// Known reports whether tag is a language or a locale in its one spelling, as
// the API takes it.
func Known(tag string) bool {
	return slices.Contains(Languages(), tag) || slices.Contains(Locales(), Locale(tag))
}

// Match is the locale nearest to a language tag such as "nl", "nl_BE" or
// "de-AT"; Default for one that is not spoken.
func Match(tag string) Locale {
	tag = strings.ReplaceAll(tag, "_", "-")
	for _, l := range Locales() {
		if strings.EqualFold(string(l), tag) {
			return l
		}
	}
	language, _, _ := strings.Cut(tag, "-")
	for _, l := range Locales() {
		if strings.EqualFold(l.Language(), language) {
			return l
		}
	}
	return Default
}

// Language is the language of l: "nl" of "nl-BE".
func (l Locale) Language() string {
	language, _, _ := strings.Cut(string(l), "-")
	return language
}

//go:embed catalogue
var files embed.FS

// texts are language → key → text.
var texts = sync.OnceValue(func() map[string]map[string]string {
	all := map[string]map[string]string{}
	for _, language := range Languages() {
		all[language] = map[string]string{}
		dir := path.Join("catalogue", language)
		entries, err := files.ReadDir(dir)
		if err != nil {
			panic("lang: " + err.Error()) // built in: a test reads every one
		}
		for _, e := range entries {
			b, err := files.ReadFile(path.Join(dir, e.Name()))
			if err != nil {
				panic("lang: " + err.Error())
			}
			var one map[string]string
			if err := json.Unmarshal(b, &one); err != nil {
				panic("lang: " + dir + "/" + e.Name() + ": " + err.Error())
			}
			subject := strings.TrimSuffix(e.Name(), ".json")
			for k, v := range one {
				all[language][subject+"."+k] = v
			}
		}
	}
	return all
})

// Has reports whether key has a text.
func Has(key string) bool { _, ok := texts()["en"][key]; return ok }

// Keys are all keys that begin with prefix, sorted.
func Keys(prefix string) []string {
	var keys []string
	for k := range texts()["en"] {
		if strings.HasPrefix(k, prefix) {
			keys = append(keys, k)
		}
	}
	slices.Sort(keys)
	return keys
}

// T is the text of key in l's language. Args are pairs of a placeholder's name
// and its value: T(l, "mail.greeting", "name", n) fills in {name}. A value is
// put in as it stands, and is not searched for placeholders again. An unknown
// key comes back as it is.
func T(l Locale, key string, args ...string) string {
	text, ok := texts()[l.Language()][key]
	if !ok {
		if text, ok = texts()[Default.Language()][key]; !ok {
			return key
		}
	}
	return fill(text, args)
}

// N is T for a number of things: it takes key+".one" or key+".other" as l's
// language counts, and fills in {n}.
func N(l Locale, key string, n int, args ...string) string {
	form := ".other"
	switch l.Language() {
	case "fr":
		if n == 0 || n == 1 {
			form = ".one"
		}
	default:
		if n == 1 {
			form = ".one"
		}
	}
	return T(l, key+form, append([]string{"n", Int(l, int64(n))}, args...)...)
}

func fill(text string, args []string) string {
	if len(args) == 0 || !strings.Contains(text, "{") {
		return text
	}
	var b strings.Builder
	for {
		open := strings.IndexByte(text, '{')
		if open < 0 {
			break
		}
		shut := strings.IndexByte(text[open:], '}')
		if shut < 0 {
			break
		}
		b.WriteString(text[:open])
		name, found := text[open+1:open+shut], false
		for i := 0; i+1 < len(args); i += 2 {
			if args[i] == name {
				b.WriteString(args[i+1])
				found = true
				break
			}
		}
		if !found {
			b.WriteString(text[open : open+shut+1])
		}
		text = text[open+shut+1:]
	}
	b.WriteString(text)
	return b.String()
}

// Int writes a whole number with l's grouping.
func Int(l Locale, n int64) string { return group(l, strconv.FormatInt(n, 10)) }

// Number writes f with l's grouping and decimal mark and at most so many decimals,
// halves away from zero.
func Number(l Locale, f float64, most int) string { return decimal(l, f, 0, most) }

// Percent writes the share f (1 is 100 %) with at most so many decimals.
func Percent(l Locale, f float64, most int) string {
	shifted := shift(strconv.FormatFloat(f, 'f', -1, 64), 2)
	s := pad(l, round(shifted, most), 0)
	if m := marksOf(l); m.percentSpace {
		return s + "\u00a0%"
	}
	return s + "%"
}

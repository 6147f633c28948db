// Package words finds a person's name, address and number in text.
//
// It is exact: the whole name, in either order, whatever its case and accents;
// the whole address; the whole number, however it is grouped, with or without
// its country code. A first name alone, a nickname or a spelling mistake is not
// found: nothing is guessed.
//
// It is pure. A span is a place in the bytes of the text, so that what was found
// can be kept without keeping the words.
package words

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Values are what is looked for.
type Values struct{ Name, Email, Phone string }

// Span is a piece of a text, in bytes.
type Span struct{ From, To int }

// leastDigits is how long a number must be to be one person's.
const leastDigits = 8

type pattern struct {
	of    int
	words []string
}

// Finder looks for many people at once.
type Finder struct {
	names  map[string][]pattern // by first word
	mails  map[string][]int
	phones map[string][]int // by the last digits
	full   map[int]string   // all digits
}

// New makes a finder of several people: Find names them by their index.
func New(all []Values) *Finder {
	f := &Finder{names: map[string][]pattern{}, mails: map[string][]int{}, phones: map[string][]int{}, full: map[int]string{}}
	for i, v := range all {
		var name []string
		for _, t := range tokens(v.Name) {
			name = append(name, t.word)
		}
		if len(name) > 1 || len(name) == 1 && utf8.RuneCountInString(name[0]) >= 5 {
			f.name(i, name)
			if len(name) > 1 { // "Janssens, Jan"
				f.name(i, append(slices.Clone(name[1:]), name[0]))
			}
		}
		if mail := lower(strings.TrimSpace(v.Email)); strings.Contains(mail, "@") {
			f.mails[mail] = append(f.mails[mail], i)
		}
		if d := digits(v.Phone); len(d) >= leastDigits {
			end := d[len(d)-leastDigits:]
			f.phones[end] = append(f.phones[end], i)
			f.full[i] = d
		}
	}
	return f
}

func (f *Finder) name(i int, words []string) {
	have := f.names[words[0]]
	if !slices.ContainsFunc(have, func(p pattern) bool { return p.of == i && slices.Equal(p.words, words) }) {
		f.names[words[0]] = append(have, pattern{i, words})
	}
}

// Empty reports whether there is nothing to look for.
func (f *Finder) Empty() bool { return len(f.names) == 0 && len(f.mails) == 0 && len(f.phones) == 0 }

// Find gives where in a text each of them stands, in order and apart.
func (f *Finder) Find(text string) map[int][]Span {
	var out map[int][]Span
	put := func(i int, s Span) {
		if out == nil {
			out = map[int][]Span{}
		}
		out[i] = append(out[i], s)
	}
	if len(f.names) > 0 {
		all := tokens(text)
		for at := range all {
			for _, p := range f.names[all[at].word] {
				if end, ok := follow(text, all, at, p.words); ok {
					put(p.of, Span{all[at].from, end})
				}
			}
		}
	}
	if len(f.mails) > 0 && strings.ContainsRune(text, '@') {
		f.addresses(text, put)
	}
	if len(f.phones) > 0 {
		f.numbers(text, put)
	}
	for i := range out {
		out[i] = apart(out[i])
	}
	return out
}

// follow reports where a run of words ends that begins at a token, with nothing
// but blanks, commas and hyphens between.
func follow(text string, all []token, at int, words []string) (int, bool) {
	if at+len(words) > len(all) {
		return 0, false
	}
	for i, w := range words {
		if all[at+i].word != w || i > 0 && strings.Trim(text[all[at+i-1].to:all[at+i].from], " \t\r\n,.-'’\u00a0\u202f") != "" {
			return 0, false
		}
	}
	return all[at+len(words)-1].to, true
}

func mailByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || strings.IndexByte("!#$%&'*+-/=?^_`{|}~.@", c) >= 0 || c >= 0x80
}

func (f *Finder) addresses(text string, put func(int, Span)) {
	low := lower(text)
	for i := 0; i < len(low); {
		if !mailByte(low[i]) {
			i++
			continue
		}
		end := i
		for end < len(low) && mailByte(low[end]) {
			end++
		}
		from, to := i, end
		for to > from && strings.IndexByte(".'!?-", low[to-1]) >= 0 { // the end of a sentence, a quote
			to--
		}
		for from < to && strings.IndexByte("'.", low[from]) >= 0 {
			from++
		}
		for _, of := range f.mails[low[from:to]] {
			put(of, Span{from, to})
		}
		if rest, ok := strings.CutPrefix(low[from:to], "mailto:"); ok {
			for _, of := range f.mails[rest] {
				put(of, Span{to - len(rest), to})
			}
		}
		i = end
	}
}

// numbers looks at runs of digits with what people group them by.
func (f *Finder) numbers(text string, put func(int, Span)) {
	for i := 0; i < len(text); {
		if c := text[i]; c != '+' && (c < '0' || c > '9') && c != '(' {
			i++
			continue
		}
		end, last := i, i
		for end < len(text) && strings.IndexByte("+0123456789 ()./-\t", text[end]) >= 0 {
			if c := text[end]; c >= '0' && c <= '9' {
				last = end + 1
			}
			end++
		}
		if d := digits(text[i:last]); len(d) >= leastDigits && len(d) <= 20 {
			for _, of := range f.phones[d[len(d)-leastDigits:]] {
				if samePhone(d, f.full[of]) {
					put(of, Span{i, last})
				}
			}
		}
		i = max(end, i+1)
	}
}

// samePhone compares all digits, where one may have a country code in place of
// the other's leading zero.
func samePhone(a, b string) bool {
	a, b = strings.TrimLeft(a, "0"), strings.TrimLeft(b, "0")
	if len(a) < len(b) {
		a, b = b, a
	}
	return len(b) >= leastDigits && len(a)-len(b) <= 4 && (strings.HasSuffix(a, b) || strings.HasSuffix(strings.Replace(a, "0", "", 1), b) && len(a) > len(b))
}

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}

// lower keeps every byte where it is.
func lower(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}

type token struct {
	word     string
	from, to int
}

// tokens are the runs of letters and digits, folded.
func tokens(text string) []token {
	var out []token
	from := -1
	end := func(at int) {
		if from >= 0 {
			if w := fold(text[from:at]); w != "" {
				out = append(out, token{w, from, at})
			}
			from = -1
		}
	}
	for i, r := range text {
		if unicode.IsLetter(r) || unicode.IsNumber(r) || from >= 0 && unicode.Is(unicode.Mn, r) {
			if from < 0 {
				from = i
			}
			continue
		}
		end(i)
	}
	end(len(text))
	return out
}

func fold(s string) string {
	plain := true
	for i := range len(s) {
		plain = plain && s[i] < 0x80
	}
	if plain {
		return lower(s)
	}
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		switch r = unicode.ToLower(r); r {
		case 'ø':
			return 'o'
		case 'ł':
			return 'l'
		case 'đ':
			return 'd'
		}
		return r
	}, norm.NFKD.String(s))
}

// apart sorts spans and joins those that touch.
func apart(all []Span) []Span {
	slices.SortFunc(all, func(a, b Span) int { return a.From - b.From })
	out := all[:1]
	for _, s := range all[1:] {
		if last := &out[len(out)-1]; s.From <= last.To {
			last.To = max(last.To, s.To)
		} else {
			out = append(out, s)
		}
	}
	return out
}

// Replace puts a word in the place of each span. It reports false, and gives the
// text as it is, where a span does not fit.
func Replace(text string, spans []Span, with string) (string, bool) {
	var b strings.Builder
	at := 0
	for _, s := range spans {
		if s.From < at || s.To < s.From || s.To > len(text) {
			return text, false
		}
		b.WriteString(text[at:s.From])
		b.WriteString(with)
		at = s.To
	}
	b.WriteString(text[at:])
	return b.String(), true
}

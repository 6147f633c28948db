// Package password says whether a text may be a password, and why not. It is
// pure and makes no request.
//
// A password has at least 15 (8 beside a second factor) and at most 256
// characters, counted after NFKC
// normalisation, and may hold anything but a NUL and what is not UTF-8. There
// are no composition rules. Refused is what guessers try first: passwords that
// are common or leaked (exactly, in leet spelling, padded or repeated), keys in
// the order they lie, counting, repetition, and words that anyone who knows the
// person or the site would try.
//
// How: the folded text is cut into pieces, each worth what it costs to guess: a
// common password 4, three or more keys in order 2, a repeated character 1, a
// context word or a piece that was there before 0, any other character 1. Under
// 8 the text is refused, for the reason that made it cheap. A phrase of four
// words is worth 16 and more, whatever the words are.
//
// Reasons are stable: "too-short", "too-long", "characters", "common",
// "context", "sequence", "repeated".
package password

import (
	"crypto/sha256"
	_ "embed" // the lists
	"encoding/binary"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Limits in characters.
const (
	MinLength     = 15
	MinWithSecond = 8 // beside a second factor (NIST SP 800-63B)
	MaxLength     = 256
)

// The reasons of a refusal.
const (
	TooShort   = "too-short"
	TooLong    = "too-long"
	Characters = "characters"
	Common     = "common"
	Context    = "context"
	Sequence   = "sequence"
	Repeated   = "repeated"
)

// Normal is the spelling in which a password is hashed: NFKC, so that every
// keyboard and device writes the same.
func Normal(candidate string) string { return norm.NFKC.String(candidate) }

// Check reports whether candidate may be a password, and the reason why not.
// Context are words that must not carry it: names, parts of an e-mail address,
// the organisation.
func Check(candidate string, context ...string) (ok bool, reason string) {
	return CheckFrom(MinLength, candidate, context...)
}

// Short reports whether a password is too short to be enough alone.
func Short(candidate string) bool { return utf8.RuneCountInString(Normal(candidate)) < MinLength }

// CheckFrom is Check for passwords of at least so many characters.
func CheckFrom(least int, candidate string, context ...string) (ok bool, reason string) {
	if len(candidate) > 16*MaxLength {
		return false, TooLong
	}
	if !utf8.ValidString(candidate) || strings.IndexByte(candidate, 0) >= 0 {
		return false, Characters
	}
	normal := Normal(candidate)
	switch n := utf8.RuneCountInString(normal); {
	case n < least:
		return false, TooShort
	case n > MaxLength:
		return false, TooLong
	}
	folded := fold(normal)
	plain := unleet(folded)
	if long.has(folded) || long.has(plain) {
		return false, Common
	}
	text := []rune(folded)
	if distinct(text) < 4 {
		return false, Repeated
	}
	if interleaved(text) {
		return false, Sequence
	}
	if unit := period(text); unit < len(text) {
		if once := string(text[:unit]); common(once) || long.has(once) {
			return false, Common
		}
		if unit < least {
			return false, Repeated
		}
	}
	reason = judge(text, []rune(plain), contextWords(context))
	return reason == "", reason
}

// enough is what the pieces must be worth together.
const enough = 8

// judge adds up the pieces of text, and names what made it cheap if they are
// not enough. Plain is text without leet spelling, character by character.
func judge(text, plain []rune, words []string) (reason string) {
	worth := 0
	lost := map[string]int{} // characters that a kind of piece made cheap
	seen := map[string]bool{}
	for i := 0; i < len(text); {
		n, value, why := piece(text[i:], plain[i:], words)
		key := string(text[i : i+n])
		if n > 1 && seen[key] {
			value = 0
			if why == "" {
				why = Repeated
			}
		}
		seen[key] = true
		worth += value
		lost[why] += n - value
		i += n
	}
	if worth >= enough {
		return ""
	}
	switch {
	case lost[Context] > 0:
		return Context
	case lost[Common] > 0:
		return Common
	case lost[Sequence] > lost[Repeated]:
		return Sequence
	default:
		return Repeated
	}
}

// piece is the longest cheap piece that text begins with: its length, its
// worth, and why it is cheap.
func piece(text, plain []rune, words []string) (n, value int, why string) {
	n, value = 1, 1
	take := func(length, worth int, reason string) {
		if length > n {
			n, value, why = length, worth, reason
		}
	}
	for _, w := range words {
		if strings.HasPrefix(string(text), w) || strings.HasPrefix(string(plain), w) {
			take(utf8.RuneCountInString(w), 0, Context)
		}
	}
	if r := run(text); r >= 3 {
		take(r, 1, Repeated)
	}
	if s := ordered(text); s >= 3 {
		take(s, 2, Sequence)
	}
	for length := min(14, len(text)); length >= 4 && length > n; length-- {
		if common(string(text[:length])) || common(string(plain[:length])) {
			take(length, 4, Common)
		}
	}
	return n, value, why
}

// run is how often the first character stands at the beginning of text.
func run(text []rune) int {
	n := 1
	for n < len(text) && text[n] == text[0] {
		n++
	}
	return n
}

// rows are keys in the order they lie, and the order people count in.
var rows = []string{
	"abcdefghijklmnopqrstuvwxyz", "01234567890123456789", "qwertyuiop", "asdfghjkl", "zxcvbnm",
	"azertyuiop", "qsdfghjklm", "wxcvbn", "qwertzuiop", "yxcvbnm", "qwertyuiopasdfghjklzxcvbnm", "azertyuiopqsdfghjklmwxcvbn",
	"1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p", "qazwsxedcrfvtgbyhnujmikolp", "1q2w3e4r5t6y7u8i9o0p", "!@#$%^&*()", "&é\"'(§è!çà",
	"147258369", "789456123", "112233445566778899", "13579", "2468013579",
}

// ordered is how many characters at the beginning of text follow each other in
// a row, forwards or backwards.
func ordered(text []rune) int {
	best := 1
	for _, row := range both() {
		for at := range row {
			n := 0
			for n < len(text) && at+n < len(row) && row[at+n] == text[n] {
				n++
			}
			best = max(best, n)
		}
	}
	return best
}

func both() [][]rune {
	all := make([][]rune, 0, 2*len(rows))
	for _, r := range rows {
		forth := []rune(r)
		back := make([]rune, len(forth))
		for i, c := range forth {
			back[len(forth)-1-i] = c
		}
		all = append(all, forth, back)
	}
	return all
}

// interleaved reports whether every other character makes a sequence or a
// repetition, and the ones between as well: q1w2e3r4….
func interleaved(text []rune) bool {
	var halves [2][]rune
	for i, c := range text {
		halves[i%2] = append(halves[i%2], c)
	}
	for _, h := range halves {
		for len(h) > 0 {
			n := max(run(h), ordered(h))
			if n < 3 && n < len(h) || n == 1 {
				return false
			}
			h = h[n:]
		}
	}
	return true
}

// period is the length of the shortest unit that text repeats, the last time
// perhaps not to its end; the length of text if it repeats none twice.
func period(text []rune) int {
	for unit := 1; unit <= len(text)/2; unit++ {
		same := true
		for i := unit; i < len(text) && same; i++ {
			same = text[i] == text[i-unit]
		}
		if same {
			return unit
		}
	}
	return len(text)
}

func distinct(text []rune) int {
	seen := map[rune]bool{}
	for _, c := range text {
		seen[c] = true
	}
	return len(seen)
}

// siteWords anyone would try here, whoever the person is.
var siteWords = []string{"plumbline", "plumb", "buildingsite", "construction", "bouwplaats", "bouwwerf", "werf", "chantier",
	"baustelle", "byggeplads", "bouw", "password", "passwort", "kennwort", "wachtwoord", "paswoord", "motdepasse", "adgangskode",
	"kodeord", "welcome", "welkom", "bienvenue", "willkommen", "velkommen"}

// contextWords are the folded words of context, longest first.
func contextWords(context []string) []string {
	seen := map[string]bool{}
	var words []string
	add := func(w string, least int) {
		if utf8.RuneCountInString(w) >= least && !seen[w] {
			seen[w] = true
			words = append(words, w)
		}
	}
	for _, w := range siteWords {
		add(w, 4)
	}
	for _, c := range context {
		c = fold(c)
		joined := strings.Map(func(r rune) rune {
			if unicode.IsLetter(r) || unicode.IsDigit(r) {
				return r
			}
			return -1
		}, c)
		add(joined, 3)
		add(c, 3)
		for _, w := range strings.FieldsFunc(c, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
			add(w, 3)
			add(unleet(w), 3)
		}
	}
	sort.Slice(words, func(i, j int) bool { return len(words[i]) > len(words[j]) })
	return words
}

func fold(s string) string { return norm.NFKC.String(cases.Fold().String(norm.NFKC.String(s))) }

var leet = strings.NewReplacer("0", "o", "1", "i", "!", "i", "3", "e", "4", "a", "@", "a", "5", "s", "$", "s", "7", "t", "+", "t", "8", "b", "9", "g", "|", "l", "€", "e")

// unleet spells letters where digits and signs stand for them.
func unleet(s string) string { return leet.Replace(s) }

// sums are truncated hashes in order.
type sums string

//go:embed long.sum
var longFile string

//go:embed short.sum
var shortFile string

const sumSize = 8

var long = sums(longFile)

func common(word string) bool { return sums(shortFile).has(word) }

func (s sums) has(word string) bool {
	h := sha256.Sum256([]byte(word))
	want := binary.BigEndian.Uint64(h[:sumSize])
	n := len(s) / sumSize
	at := func(i int) uint64 { return binary.BigEndian.Uint64([]byte(s[i*sumSize : (i+1)*sumSize])) }
	i := sort.Search(n, func(i int) bool { return at(i) >= want })
	return i < n && at(i) == want
}

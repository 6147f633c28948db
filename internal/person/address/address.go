// Package address reads and compares e-mail addresses, and makes the initials
// of names. It is pure.
package address

import (
	"net/mail"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Max is the longest address, in bytes (RFC 5321).
const Max = 254

// Parse reads an address as a person types it: name@domain, without a
// display name, comment or quotes. The spelling is kept, spaces around it are
// not.
func Parse(s string) (string, bool) {
	s = strings.TrimSpace(s)
	if s == "" || len(s) > Max || !utf8.ValidString(s) || strings.ContainsAny(s, "\"()<>[]:;,\\ ") || strings.IndexFunc(s, unicode.IsControl) >= 0 {
		return "", false
	}
	a, err := mail.ParseAddress(s)
	if err != nil || a.Name != "" || a.Address != s {
		return "", false
	}
	local, domain, ok := strings.Cut(s, "@")
	if !ok || len(local) > 64 || strings.Contains(domain, "@") {
		return "", false
	}
	ascii, err := idna.Lookup.ToASCII(domain)
	if err != nil || !strings.Contains(ascii, ".") {
		return "", false
	}
	return s, true
}

// Normal is the one spelling in which addresses are compared: NFKC, case
// folded, the domain in ASCII.
func Normal(s string) string {
	s = norm.NFKC.String(cases.Fold().String(norm.NFKC.String(strings.TrimSpace(s))))
	at := strings.LastIndexByte(s, '@')
	if at < 0 {
		return s
	}
	if ascii, err := idna.Lookup.ToASCII(s[at+1:]); err == nil {
		return s[:at+1] + ascii
	}
	return s
}

// Initials are one or two letters for a badge.
func Initials(name string) string {
	words := strings.Fields(name)
	if len(words) == 0 {
		return ""
	}
	first := func(w string) string {
		for _, r := range w {
			return strings.ToUpper(string(r))
		}
		return ""
	}
	if len(words) == 1 {
		return first(words[0])
	}
	return first(words[0]) + first(words[len(words)-1])
}

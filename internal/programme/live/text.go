package live

import (
	"strings"
	"unicode/utf8"
)

// CheckText is the code of the rule that a text breaks, empty for none.
func CheckText(s string, least, most int) string {
	switch n := utf8.RuneCountInString(s); {
	case !utf8.ValidString(s):
		return "not-utf8"
	case strings.ContainsRune(s, 0):
		return "nul"
	case n < least:
		return "required"
	case n > most:
		return "too-long"
	}
	return ""
}

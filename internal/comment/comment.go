package comment

import (
	"strings"
	"unicode/utf8"

	"plumbline/internal/fault"
	"plumbline/internal/id"
)

// MaxText is the longest comment, in characters.
const MaxText = 10_000

// Comment is one comment. At is µs since 1970 UTC.
type Comment struct {
	ID      id.Comment
	Project id.Project
	Kind    string // of the thing: "point"
	Thing   string
	Text    string
	Author  id.Person
	At      int64
}

// Check names what breaks a rule of text or id.
func Check(c id.Comment, text string) error {
	var bad []fault.Field
	if !id.Valid(c) {
		bad = append(bad, fault.Field{Path: "comment", Code: "not-an-id"})
	}
	switch {
	case !utf8.ValidString(text):
		bad = append(bad, fault.Field{Path: "text", Code: "not-utf8"})
	case strings.ContainsRune(text, 0):
		bad = append(bad, fault.Field{Path: "text", Code: "nul"})
	case text == "":
		bad = append(bad, fault.Field{Path: "text", Code: "required"})
	case utf8.RuneCountInString(text) > MaxText:
		bad = append(bad, fault.Field{Path: "text", Code: "too-long"})
	}
	return fault.InvalidFields(bad)
}

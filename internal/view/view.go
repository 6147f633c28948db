package view

import (
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"plumbline/internal/fault"
	"plumbline/internal/id"
)

// Thing is the kind of a view in the log.
const Thing = "view"

// The bounds of a view, and of how many a person may have in a project.
const (
	MaxName  = 80
	MaxQuery = 4000
	Most     = 200
)

// View is a saved view.
type View struct {
	ID      id.View
	Project id.Project
	Owner   id.Person
	Name    string
	Query   string // as in the address of the list
	Shared  bool
	Version int64
}

// Patch are the fields that a change gives; nil leaves one.
type Patch struct {
	Name, Query *string
	Shared      *bool
}

// names are what a query may hold: the filter, the order, the look. A view of
// the programme says so, and which of its pictures.
var names = []string{"programme", "state", "critical", "status", "category", "location", "in_charge", "author", "list", "sheet", "due_before", "due_after", "overdue",
	"urgent", "mine", "closed", "q", "sort", "order", "group", "columns"}

// check names what breaks a rule.
func check(v View) []fault.Field {
	var bad []fault.Field
	if c := checkText(v.Name, 1, MaxName); c != "" {
		bad = append(bad, fault.Field{Path: "name", Code: c})
	}
	if c := checkText(v.Query, 0, MaxQuery); c != "" {
		return append(bad, fault.Field{Path: "query", Code: c})
	}
	q, err := url.ParseQuery(v.Query)
	if err != nil {
		return append(bad, fault.Field{Path: "query", Code: "format"})
	}
	for name := range q {
		if !slices.Contains(names, name) {
			bad = append(bad, fault.Field{Path: "query", Code: "unknown"})
			break
		}
	}
	return bad
}

func checkText(s string, least, most int) string {
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

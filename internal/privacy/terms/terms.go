// Package terms says the words of personal data as people read them, in the
// five languages: categories, purposes, bases, retentions, recipients, and the
// name of a field, made of its table's and its term's. The texts stand in the
// catalogue "privacy-terms"; a test keeps every word of package personal and
// every table with personal data in it.
package terms

import (
	"strings"

	"plumbline/internal/lang"
	"plumbline/internal/personal"
)

const subject = "privacy-terms."

// Of is the text of a word of package personal: Of(l, "purpose", string(p)).
func Of(l lang.Locale, kind, word string) string { return lang.T(l, subject+kind+"."+word) }

// Category is the name of a category.
func Category(l lang.Locale, c personal.Category) string { return Of(l, "category", string(c)) }

// Purpose is what a purpose is for.
func Purpose(l lang.Locale, p personal.Purpose) string { return Of(l, "purpose", string(p)) }

// Basis is the ground in law, with its article.
func Basis(l lang.Locale, b personal.Basis) string { return Of(l, "basis", string(b)) }

// Retention is how long something is kept.
func Retention(l lang.Locale, r personal.Retention) string { return Of(l, "retention", string(r)) }

// Recipient is who gets the data.
func Recipient(l lang.Locale, r personal.Recipient) string { return Of(l, "recipient", string(r)) }

// Source is where a value comes from.
func Source(l lang.Locale, s personal.Source) string { return Of(l, "source", string(s)) }

// Subject is whose data it is.
func Subject(l lang.Locale, s personal.Subject) string { return Of(l, "subject", string(s)) }

// Right is the name of a right; article as personal.Right has it.
func Right(l lang.Locale, article string) string { return Of(l, "right", article) }

// Term is what a field is, in a word or two.
func Term(l lang.Locale, t personal.Term) string { return Of(l, "term", string(t)) }

// Table is what a row of a table is.
func Table(l lang.Locale, table string) string { return Of(l, "table", table) }

// Field is the name of a declared field: "Comment: text".
func Field(l lang.Locale, d personal.Declaration) string {
	what := Category(l, d.Category)
	switch {
	case d.Term != "":
		what = Term(l, d.Term)
	case d.Links == personal.AccountKind:
		what = Term(l, personal.AccountID)
	case d.Links != "":
		what = Term(l, personal.PersonID)
	}
	return lang.T(l, subject+"field", "table", Table(l, d.Table), "what", what)
}

// Safeguard is what protects data outside the European Economic Area.
func Safeguard(l lang.Locale, s personal.Safeguard) string {
	if country := s.Adequate(); country != "" {
		return lang.T(l, subject+"safeguard.adequacy", "country", country)
	}
	return Of(l, "safeguard", string(s))
}

// Use is what a processor is there for.
func Use(l lang.Locale, u personal.Use) string { return Of(l, "use", string(u)) }

// List joins the texts of several words: List(l, Purpose, d.Purposes).
func List[W any](l lang.Locale, text func(lang.Locale, W) string, words []W) string {
	all := make([]string, len(words))
	for i, w := range words {
		all[i] = text(l, w)
	}
	return strings.Join(all, "; ")
}

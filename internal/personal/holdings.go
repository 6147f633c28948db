package personal

import (
	"slices"
	"strings"
)

// Holding is where a table holds something of a person: the rows whose link
// column names them, and what of those rows is theirs.
type Holding struct {
	Table string
	// Link is the column that holds the id; of Through.Table when Through is
	// set. The id stands there alone, after Prefix, or, with Inside, somewhere
	// in the text.
	Link    string
	Through *Through
	Prefix  string
	Inside  bool
	Kind    SubjectKind // AccountKind or PersonKind
	Columns []Declaration
	// Action is what erasure does to the link, and so to the row; the columns
	// have their own. Through another table: the strongest of the columns'.
	Action Action
}

// Name is table.link, or table>through.link.
func (h Holding) Name() string {
	if h.Through != nil {
		return h.Table + ">" + h.Through.Table + "." + h.Link
	}
	return h.Table + "." + h.Link
}

// Holdings are those of a set of declarations, in the order of their names:
// one per table, link column and kind of subject.
func Holdings(all []Declaration) []Holding {
	links := map[string]Declaration{}
	for _, d := range all {
		if d.Personal() && d.Links != "" {
			links[d.Name()] = d
		}
	}
	found := map[string]*Holding{}
	for _, d := range all {
		if !d.Personal() || d.NoOwner != "" {
			continue
		}
		h := Holding{Table: d.Table, Link: d.Owner(), Through: d.Through}
		from := d.Table
		if d.Through != nil {
			h.Link, from = d.Through.Of, d.Through.Table
		}
		l, ok := links[from+"."+h.Link]
		if !ok {
			continue // Check names it
		}
		h.Inside, h.Prefix = l.Inside, l.Prefix
		if d.Through == nil {
			h.Action = l.AtErasure
		}
		for _, kind := range each(l.Links) {
			key := h.Name() + " " + kind
			if found[key] == nil {
				one := h
				one.Kind = kind
				found[key] = &one
			}
			x := found[key]
			x.Columns = append(x.Columns, d)
			if d.Through != nil {
				x.Action = stronger(x.Action, d.AtErasure)
			}
		}
	}
	out := make([]Holding, 0, len(found))
	for _, h := range found {
		out = append(out, *h)
	}
	slices.SortFunc(out, func(a, b Holding) int {
		return strings.Compare(a.Name()+" "+a.Kind, b.Name()+" "+b.Kind)
	})
	return out
}

func each(k SubjectKind) []SubjectKind {
	if k == EitherKind {
		return []SubjectKind{AccountKind, PersonKind}
	}
	return []SubjectKind{k}
}

// stronger is the action that takes more away.
func stronger(a, b Action) Action {
	order := []Action{"", KeepContent, Pseudonym, ClearValue, WithKey, DeleteRow}
	if slices.Index(order, a) > slices.Index(order, b) {
		return a
	}
	return b
}

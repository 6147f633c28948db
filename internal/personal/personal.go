// Package personal is the vocabulary in which every personal field of
// Plumbline is declared, once, beside the slice that owns it.
//
// A Declaration names a column of a table, or one JSON field of a sealed
// profile, and says what the field is: its category, whose it is, where it
// comes from, what it is used for and on which legal basis, whether the
// operator decides over it (controller) or a customer does (processor), how
// long it is kept, who receives it, and how it is stored. A column that holds
// text or bytes and is not personal is declared too, with the reason why it
// is not: what is undeclared cannot be told from what was forgotten.
//
// Undeclared compares the columns of a migrated database with the
// declarations, Fields the fields of a Go type with them. Both name every
// difference in both directions. The package is pure.
package personal

import "slices"

// Declaration is one field. Either NotPersonal says why the column holds
// nothing about a person, or every other field is filled in.
type Declaration struct {
	Table  string
	Column string
	Field  string // JSON field of a sealed column; empty for the column itself

	NotPersonal string // because

	Category   Category
	Term       Term // finer than the category; empty: the category says enough
	Subject    Subject
	Sources    []Source
	Purposes   []Purpose
	Basis      Basis
	Bases      map[Purpose]Basis // where a purpose has another basis
	Role       Role
	Retention  Retention
	Recipients []Recipient
	StoredIn   Store

	// Whose a value is: the column of the same table that holds the id (Of), or
	// the way to a table that has one (Through), or the reason why nothing says
	// so (NoOwner). A link column is its own.
	Of      string
	Through *Through
	NoOwner string
	// Links is whom the id in a link column is of. The id stands alone, after
	// Prefix, or, with Inside, somewhere in the text.
	Links  SubjectKind
	Prefix string
	Inside bool
	Since  string // column of the same table: since when the value is there

	AtErasure   Action
	Derivatives []Derivative
}

// Through is the way from a table that does not say whose a row is to one that
// does.
type Through struct {
	Table string
	On    [][2]string // column here, column there
	Of    string      // column there that holds the id
}

// Name is table.column or table.column.field.
func (d Declaration) Name() string {
	if d.Field != "" {
		return d.Table + "." + d.Column + "." + d.Field
	}
	return d.Table + "." + d.Column
}

// Personal reports whether the field is about a person.
func (d Declaration) Personal() bool { return d.NotPersonal == "" }

// BasisFor is the ground in law of one purpose.
func (d Declaration) BasisFor(purpose Purpose) Basis {
	if b, ok := d.Bases[purpose]; ok {
		return b
	}
	return d.Basis
}

// Owner is the column of the same table that says whose the value is, or "".
func (d Declaration) Owner() string {
	if d.Of == "" && d.Links != "" {
		return d.Column
	}
	return d.Of
}

// For reports whether the field may be read for purpose.
func (d Declaration) For(purpose Purpose) bool { return slices.Contains(d.Purposes, purpose) }

// NotPersonal declares columns of a table that hold nothing about a person,
// for one reason.
func NotPersonal(table, because string, columns ...string) []Declaration {
	all := make([]Declaration, len(columns))
	for i, c := range columns {
		all[i] = Declaration{Table: table, Column: c, NotPersonal: because}
	}
	return all
}

// Same declares several columns of a table alike.
func Same(d Declaration, columns ...string) []Declaration {
	all := make([]Declaration, len(columns))
	for i, c := range columns {
		all[i] = d
		all[i].Column = c
	}
	return all
}

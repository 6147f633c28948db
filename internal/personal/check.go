package personal

import "slices"

// Check names what a set of declarations lacks: an incomplete declaration, a
// word that is none of this package's, one field declared twice, a value whose
// person is not said. Empty means all is well.
func Check(all []Declaration) []string {
	var wrong []string
	seen, links := map[string]bool{}, map[string]Declaration{}
	for _, d := range all {
		if d.Personal() && d.Links != "" {
			links[d.Name()] = d
		}
	}
	for _, d := range all {
		name := d.Name()
		bad := func(what string) { wrong = append(wrong, name+": "+what) }
		if seen[name] {
			bad("declared twice")
		}
		seen[name] = true
		if d.Table == "" || d.Column == "" {
			bad("names no column")
		}
		if !d.Personal() {
			if d.Category != "" || d.Subject != "" || len(d.Purposes) > 0 {
				bad("both personal and not")
			}
			if len(d.NotPersonal) < 8 {
				bad("no reason why it is not personal")
			}
			continue
		}
		d.words(bad)
		d.owned(bad, links)
	}
	return wrong
}

// words checks that everything is said, in words of this package.
func (d Declaration) words(bad func(string)) {
	d.part().check(bad)
	if d.Field != "" && d.StoredIn != Vault && d.StoredIn != Sealed && d.StoredIn != Bucket {
		bad("a field inside a column that is not sealed")
	}
	for purpose, basis := range d.Bases {
		one(bad, "basis", basis, Bases()...)
		if !d.For(purpose) {
			bad("a basis for a purpose that it does not have")
		}
	}
	for _, purpose := range d.Purposes {
		if purpose.Optional() && d.BasisFor(purpose) != Consent {
			bad("a purpose that needs consent has another basis")
		}
	}
	for _, x := range d.Derivatives {
		one(bad, "derivative", x, Derivatives()...)
	}
}

func (d Declaration) part() Part {
	return Part{Category: d.Category, Term: d.Term, Subject: d.Subject, Sources: d.Sources, Purposes: d.Purposes, Basis: d.Basis, Role: d.Role,
		Retention: d.Retention, Recipients: d.Recipients, StoredIn: d.StoredIn, AtErasure: d.AtErasure}
}

// Check names what the part lacks.
func (p Part) Check() []string {
	var wrong []string
	if p.NotPersonal != "" {
		if p.Category != "" || len(p.Purposes) > 0 {
			wrong = append(wrong, "both personal and not")
		}
		return wrong
	}
	p.check(func(what string) { wrong = append(wrong, what) })
	return wrong
}

func (p Part) check(bad func(string)) {
	one(bad, "category", p.Category, Categories()...)
	one(bad, "subject", p.Subject, Subjects()...)
	one(bad, "basis", p.Basis, Bases()...)
	one(bad, "role", p.Role, Controller, Processor)
	one(bad, "retention", p.Retention, Retentions()...)
	one(bad, "store", p.StoredIn, Stores()...)
	one(bad, "action at erasure", p.AtErasure, Actions()...)
	some(bad, "source", p.Sources, Sources()...)
	some(bad, "purpose", p.Purposes, Purposes()...)
	some(bad, "recipient", p.Recipients, Recipients()...)
	if _, known := terms()[p.Term]; p.Term != "" && !known {
		bad("no known term")
	}
}

// owned checks that it is said whose the value is, or why nothing says so.
func (d Declaration) owned(bad func(string), links map[string]Declaration) {
	ways := 0
	for _, there := range []bool{d.Owner() != "", d.Through != nil, d.NoOwner != ""} {
		if there {
			ways++
		}
	}
	if ways != 1 {
		bad("say whose it is by one of Of, Through and NoOwner")
		return
	}
	if d.Links != "" {
		one(bad, "kind of link", d.Links, AccountKind, PersonKind, EitherKind)
		if d.Category != Link || d.Field != "" {
			bad("links, but is no link column")
		}
	}
	var link string
	switch {
	case d.NoOwner != "":
		if len(d.NoOwner) < 8 {
			bad("no reason why nothing says whose it is")
		}
		return
	case d.Through != nil:
		link = d.Through.Table + "." + d.Through.Of
		if len(d.Through.On) == 0 {
			bad("through a table, but not by which columns")
		}
	default:
		link = d.Table + "." + d.Owner()
	}
	l, ok := links[link]
	if !ok {
		bad("of " + link + ", which is no link column")
		return
	}
	if l.AtErasure == DeleteRow && d.AtErasure != DeleteRow && d.AtErasure != WithKey && d.Through == nil && !l.Inside {
		bad("the row goes with " + link + ", the value is to stay")
	}
}

func one[T comparable](bad func(string), what string, got T, known ...T) {
	if !slices.Contains(known, got) {
		bad("no known " + what)
	}
}

func some[T comparable](bad func(string), what string, got []T, known ...T) {
	if len(got) == 0 {
		bad("no " + what)
	}
	for _, g := range got {
		one(bad, what, g, known...)
	}
}

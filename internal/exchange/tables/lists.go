package tables

import (
	"slices"

	"plumbline/internal/access"
	"plumbline/internal/db"
	"plumbline/internal/id"
	"plumbline/internal/policy"
	"plumbline/internal/project/lists"
	"plumbline/internal/tabular"
)

// list is a list of points that the grant's holder knows of.
type list struct {
	id         id.List
	code, name string
	open       bool // points may be made there
}

func (l list) label() string { return l.code + " " + l.name }

func listsOf(tx *db.Tx, g access.Grant) (out []list, err error) {
	all, err := lists.Of(tx, g.Project)
	for _, l := range all {
		if g.Knows(l.ID) {
			out = append(out, list{l.ID, l.Code, l.Name, !l.Archived() && policy.May(g.LevelOn(l.ID), policy.CreatePoint) == nil})
		}
	}
	return out, err
}

// listNamed finds a list by its code and name, or by one of them where no other
// has it.
func (st state) listNamed(s string) (list, bool) {
	for _, by := range []func(list) string{list.label, func(l list) string { return l.code }, func(l list) string { return l.name }} {
		var found []list
		for _, l := range st.lists {
			if fold(by(l)) == fold(s) {
				found = append(found, l)
			}
		}
		if len(found) == 1 {
			return found[0], true
		}
	}
	return list{}, false
}

// listed reads the list of a point: a new one is made there, one that stands on
// another is moved.
func (t *table) listed(p *Planned, r tabular.Row, was *Point, address string) {
	i := slices.IndexFunc(t.st.lists, func(l list) bool { return l.id == was.List })
	before := ""
	if i >= 0 {
		before = t.st.lists[i].label()
	}
	s, ok := t.text(p, r, "list", before, 0, 300)
	if !ok || s == "" || fold(s) == fold(before) {
		return
	}
	to, known := t.st.listNamed(s)
	switch {
	case !known:
		p.Issues = append(p.Issues, Issue{"list", "not-found"})
	case to.id == was.List:
	case !to.open:
		p.Issues = append(p.Issues, Issue{"list", "no-points-there"})
	case was.List == "":
		p.Body["list_id"] = string(to.id)
	default:
		p.Changes = append(p.Changes, Change{"list", before, to.label()})
		p.Then = &Write{Method: "POST", Path: address + "/move", Body: map[string]any{"list_id": string(to.id)}, Back: map[string]any{"list_id": string(was.List)}}
	}
}

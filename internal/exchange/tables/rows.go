package tables

import (
	"maps"
	"slices"
	"strings"
	"time"

	"plumbline/internal/access"
	"plumbline/internal/id"
	"plumbline/internal/policy"
	"plumbline/internal/project"
	"plumbline/internal/tabular"
)

func (t *table) planPoints(rows []tabular.Row) (out []Planned) {
	byID := map[string]*Point{}
	for i := range t.st.points {
		byID[string(t.st.points[i].ID)] = &t.st.points[i]
	}
	names := map[string]map[string]string{"status": {}, "category": {}, "location": {}} // ids by folded name
	statuses := map[string]string{}
	for _, s := range t.st.set.Statuses {
		names["status"][fold(s.Name)], statuses[string(s.ID)] = string(s.ID), s.Name
	}
	for _, n := range t.st.tree(Categories) {
		names["category"][fold(n.path)] = n.id
	}
	for _, n := range t.st.tree(Locations) {
		names["location"][fold(n.path)] = n.id
	}
	paths := t.st.paths()
	maps.Copy(paths, statuses)
	chosen := t.st.choices()
	for _, r := range rows {
		out = append(out, t.point(r, byID, names, paths, chosen))
	}
	return out
}

// choices are who can be in charge, by folded name. A name that two have is nobody's.
func (st state) choices() map[string]access.InCharge {
	out, n := map[string]access.InCharge{}, map[string]int{}
	add := func(name, kind, which string) {
		if name = fold(name); name != "" {
			out[name] = access.InCharge{Kind: kind, ID: which}
			n[name]++
		}
	}
	for _, p := range st.people {
		if !p.Former {
			add(p.Name, "person", string(p.ID))
		}
	}
	for which, name := range st.companies {
		add(name, "company", string(which))
	}
	for _, r := range st.set.Roles {
		add(r.Name, "role", string(r.ID))
	}
	maps.DeleteFunc(out, func(name string, _ access.InCharge) bool { return n[name] > 1 })
	return out
}

func (t *table) point(r tabular.Row, byID map[string]*Point, names map[string]map[string]string, paths map[string]string, choices map[string]access.InCharge) Planned {
	p, which := t.row(r)
	was, exists := byID[which], byID[which] != nil
	if which != "" && !exists {
		p.Issues = append(p.Issues, Issue{"id", "unknown"})
	}
	if was == nil {
		was = &Point{}
	}
	p.Title, _ = t.text(&p, r, "subject", was.Subject, 1, 200)
	p.differ("subject", "subject", was.Subject, p.Title, was.Subject, p.Title)
	if s, ok := t.text(&p, r, "description", was.Description, 0, 10_000); ok && s != trimmed(was.Description) {
		p.differ("description", "description", was.Description, s, was.Description, s)
	}
	for _, ref := range []struct{ name, have string }{{"status", string(was.Status)}, {"category", string(was.Category)}, {"location", string(was.Location)}} {
		s, ok := t.text(&p, r, ref.name, paths[ref.have], 0, 700)
		if !ok || ref.name == "status" && s == "" || fold(s) == fold(paths[ref.have]) {
			continue
		}
		to, known := names[ref.name][fold(s)]
		if s != "" && !known {
			p.Issues = append(p.Issues, Issue{ref.name, "not-found"})
			continue
		}
		p.differ(ref.name, ref.name+"_id", paths[ref.have], paths[to], orNull(ref.have), orNull(to))
	}
	t.charged(&p, r, was, choices)
	if c, ok := t.cell(r, "due"); ok {
		due, good := t.day(c)
		if !good {
			p.Issues = append(p.Issues, Issue{"due", "not-a-date"})
		}
		p.differ("due", "due", was.Due, due, orNull(was.Due), orNull(due))
	}
	if c, ok := t.cell(r, "urgent"); ok {
		yes, good := truth(c)
		if !good {
			p.Issues = append(p.Issues, Issue{"urgent", "not-yes-or-no"})
		}
		if yes != was.Urgent {
			p.differ("urgent", "urgent", flag(was.Urgent), flag(yes), was.Urgent, yes)
		}
	}
	t.listed(&p, r, was, t.address(which))
	if exists {
		p.Method, p.Path, p.Body["base"] = "PATCH", t.address(which), was.Version
		if p.Then != nil && len(p.Changes) == 1 { // it is moved, and nothing else
			p.Method, p.Path, p.Body, p.Back, p.Then = p.Then.Method, p.Then.Path, p.Then.Body, p.Then.Back, nil
		}
	} else {
		maps.DeleteFunc(p.Body, func(_ string, v any) bool { return v == nil })
		p.Method, p.Path, p.Changes, p.Back = "PUT", t.address(id.New[string]()), nil, nil
	}
	p.end(exists)
	return p
}

// charged reads who is in charge. Whoever may not be shown stays.
func (t *table) charged(p *Planned, r tabular.Row, was *Point, choices map[string]access.InCharge) {
	before := t.st.charge(was.Charge)
	s, ok := t.text(p, r, "in-charge", before, 0, 5000)
	if !ok || fold(s) == fold(before) {
		return
	}
	var all []access.InCharge
	for _, c := range was.Charge {
		if t.st.charge([]access.InCharge{c}) == "" {
			all = append(all, c)
		}
	}
	for name := range strings.SplitSeq(s, ",") {
		if name = strings.TrimSpace(name); name == "" {
			continue
		}
		c, known := choices[fold(name)]
		if !known {
			p.Issues = append(p.Issues, Issue{"in-charge", "not-found"})
			return
		}
		all = append(all, c)
	}
	p.differ("in-charge", "in_charge", before, s, charges(was.Charge), charges(all))
}

func charges(all []access.InCharge) []map[string]string {
	out := []map[string]string{}
	for _, c := range all {
		out = append(out, map[string]string{"kind": c.Kind, "id": c.ID})
	}
	return out
}

// planPeople plans levels and roles of those who take part.
func (t *table) planPeople(rows []tabular.Row) (out []Planned) {
	roles, names := map[string]id.Role{}, map[id.Role]string{}
	for _, r := range t.st.set.Roles {
		roles[fold(r.Name)], names[r.ID] = r.ID, r.Name
	}
	for _, r := range rows {
		p, which := t.row(r)
		i := slices.IndexFunc(t.st.people, func(x project.Someone) bool { return string(x.ID) == which && !x.Former })
		name, _ := t.cell(r, "name")
		p.Title = trimmed(name.String())
		address, _ := t.text(&p, r, "email", "", 0, 254)
		fresh := which == "" && address != ""
		if i < 0 && !fresh {
			p.Issues = append(p.Issues, Issue{"id", "not-a-participant"})
			p.end(false)
			out = append(out, p)
			continue
		}
		var was project.Someone
		level, own := "", []id.Role(nil)
		if !fresh {
			was = t.st.people[i]
			p.Title, level, own = was.Name, was.Level.String(), was.Roles
			if address != "" { // theirs is not changed by others
				p.Issues = append(p.Issues, Issue{"email", "not-changed-here"})
			}
		}
		if s, ok := t.text(&p, r, "level", level, 1, 40); ok && s != "" {
			if to, known := policy.ParseLevel(strings.ToLower(s)); known {
				p.differ("level", "level", level, to.String(), level, to.String())
				level = to.String()
			} else {
				p.Issues = append(p.Issues, Issue{"level", "not-found"})
			}
		}
		var have []string
		for _, x := range was.Roles {
			have = append(have, names[x])
		}
		before := strings.Join(have, ", ")
		if s, ok := t.text(&p, r, "roles", before, 0, 2000); ok && fold(s) != fold(before) {
			own = nil
			for x := range strings.SplitSeq(s, ",") {
				if x = strings.TrimSpace(x); x == "" {
					continue
				}
				if role, known := roles[fold(x)]; known {
					own = append(own, role)
				} else {
					p.Issues = append(p.Issues, Issue{"roles", "not-found"})
				}
			}
			p.Changes = append(p.Changes, Change{"roles", before, s})
		}
		if fresh {
			t.invited(&p, r, address, own, level)
			out = append(out, p)
			continue
		}
		// Participation is written whole.
		p.Method, p.Path = "PUT", t.address(which)
		p.Body, p.Back = map[string]any{"level": level, "role_ids": orEmpty(own)}, map[string]any{"level": was.Level.String(), "role_ids": orEmpty(was.Roles)}
		p.end(true)
		out = append(out, p)
	}
	return out
}

func orEmpty(in []id.Role) []id.Role {
	if in == nil {
		return []id.Role{}
	}
	return in
}

func flag(b bool) string {
	if b {
		return "1"
	}
	return "0"
}

// day is a civil date: a cell that is one, or a text as ISO 8601 or the reader
// writes it.
func (t *table) day(c tabular.Cell) (string, bool) {
	s := strings.TrimSpace(c.String())
	if c.Kind == tabular.Date || c.Kind == tabular.Instant {
		return c.Time.Format(time.DateOnly), true
	}
	if s == "" {
		return "", true
	}
	if c.Kind != tabular.Text {
		return "", false
	}
	order := []string{"2/1/2006"}
	if strings.HasSuffix(t.reading.Locale, "-US") {
		order = []string{"1/2/2006"}
	}
	plain := strings.NewReplacer(".", "/", "-", "/").Replace(s)
	for _, layout := range append(order, "2006/1/2") {
		if d, err := time.Parse(layout, plain); err == nil && d.Year() >= 1990 {
			return d.Format(time.DateOnly), true
		}
	}
	return "", false
}

func truth(c tabular.Cell) (yes, good bool) {
	s := strings.ToLower(strings.TrimSpace(c.String()))
	if slices.Contains([]string{"", "0", "no", "nee", "non", "nej", "nein", "false"}, s) {
		return false, true
	}
	if slices.Contains([]string{"1", "x", "true", "yes", "ja", "oui"}, s) {
		return true, true
	}
	return false, false
}

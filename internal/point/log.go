package point

import (
	"slices"
	"strings"
	"time"

	"plumbline/internal/access"
	"plumbline/internal/comment"
	"plumbline/internal/db"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/point/fields"
	"plumbline/internal/point/query"
	"plumbline/internal/policy"
	"plumbline/internal/search"
)

// stream is the log that a project's points are in.
func stream(p id.Project) string { return "project:" + string(p) }

// audiences are who a point is delivered to: its list, and those in charge.
func audiences(p Point) []string {
	if p.List == "" || p.DeletedAt != 0 {
		return nil
	}
	return append([]string{access.OnList(p.Project, p.List)}, charged(p)...)
}

// charged are the audiences of those in charge.
func charged(p Point) []string {
	out := make([]string, 0, len(p.InCharge))
	for _, c := range p.InCharge {
		out = append(out, access.Charged(p.Project, access.InCharge(c)))
	}
	return out
}

// logged writes a change of fields into the log and keeps the search in step.
func (s *Service) logged(tx *db.Tx, g access.Grant, was, now Point, kind string, which []fields.Field) error {
	var out []feed.Field
	for _, f := range which {
		before, after := was.At(f), now.At(f)
		if was.ID == "" {
			before = nil
			if empty(now.Values, f) {
				continue
			}
		}
		out = append(out, feed.Field{Name: string(f), Before: before, After: after})
	}
	if err := s.log(tx, g, was, now, kind, out); err != nil {
		return err
	}
	if now.DeletedAt == 0 && (kind != "changed" || slices.Contains(which, fields.Subject) || slices.Contains(which, fields.Description)) {
		return index(tx, now)
	}
	return nil
}

// empty reports whether a new point says nothing in f.
func empty(v fields.Values, f fields.Field) bool {
	switch f {
	case fields.InCharge:
		return len(v.InCharge) == 0
	case fields.Description:
		return v.Description == ""
	case fields.Urgent:
		return !v.Urgent
	}
	return v.At(f) == nil
}

// log appends one entry, for those who see the point after it; who no longer
// does is told that it is gone. Sheets follow: those in charge see the sheet
// that a point is on.
func (s *Service) log(tx *db.Tx, g access.Grant, was, now Point, kind string, changes []feed.Field) error {
	if err := s.reach(tx, g, was, now); err != nil { // first: the point is the outcome of this transaction
		return err
	}
	before, after := audiences(was), audiences(now)
	return feed.Append(tx, g.By(), feed.Change{Stream: stream(now.Project), Thing: feed.Thing{Kind: Thing, ID: string(now.ID)},
		Kind: kind, Version: now.Version, Fields: changes, Audiences: after, Leaves: without(before, after)})
}

// reach tells who now sees a sheet because of this point, and who no longer
// does: nothing while pin, people and life of the point stay.
func (s *Service) reach(tx *db.Tx, g access.Grant, was, now Point) error {
	on, saw := shown(was)
	at, see := shown(now)
	if on == at {
		saw, see = without(saw, see), without(see, saw)
	}
	if len(see) > 0 {
		if err := s.sheets.Reach(tx, g.By(), now.Project, at, see, nil); err != nil {
			return err
		}
	}
	if len(saw) == 0 {
		return nil
	}
	still, err := followers(tx, now.Project, []id.Sheet{on}) // by other points
	if err != nil {
		return err
	}
	if saw = without(saw, still); len(saw) == 0 {
		return nil
	}
	return s.sheets.Reach(tx, g.By(), now.Project, on, nil, saw)
}

// shown is the sheet that a point is on and who sees it for that.
func shown(p Point) (id.Sheet, []string) {
	if p.Pin == nil || p.DeletedAt != 0 {
		return "", nil
	}
	return p.Pin.Sheet, charged(p)
}

func without(all, these []string) []string {
	var out []string
	for _, a := range all {
		if !slices.Contains(these, a) {
			out = append(out, a)
		}
	}
	return out
}

// index keeps the words of a point findable: number, subject, description,
// comments.
func index(tx *db.Tx, p Point) error {
	said, err := comment.On(tx, Thing, []string{string(p.ID)})
	if err != nil {
		return err
	}
	words := []string{p.Number.String(), p.Subject, p.Description}
	for _, c := range said[string(p.ID)] {
		words = append(words, c.Text)
	}
	return search.Put(tx, search.Doc{Project: string(p.Project), Kind: Thing, ID: string(p.ID), Text: strings.Join(words, "\n")})
}

// toward is how the actor stands to the point.
func toward(tx *db.Tx, g access.Grant, set fields.Settings, p Point) policy.Toward {
	rule, _ := set.Status(p.Values.Status)
	return policy.Toward{
		Level:    g.LevelOn(p.List),
		InCharge: isCharged(g, p.InCharge),
		Author:   p.Author == g.Person,
		Age:      tx.Now().Sub(time.UnixMicro(p.CreatedAt)),
		Reserved: rule.ManagersOnly,
	}
}

// self is the actor as those in charge: the person, the company, the roles.
func self(g access.Grant) []fields.Charge {
	var out []fields.Charge
	for _, c := range g.Selves() {
		out = append(out, fields.Charge(c))
	}
	return out
}

func isCharged(g access.Grant, all []fields.Charge) bool {
	me := self(g)
	return slices.ContainsFunc(all, func(c fields.Charge) bool { return slices.Contains(me, c) })
}

// may is what the actor may do with the point.
func may(w policy.Toward) May {
	can := func(act policy.PointAct) bool { return policy.OnPoint(w, act) == nil }
	manages := w
	manages.Reserved = true
	return May{
		Edit: can(policy.EditPoint), Status: can(policy.SetStatus), Comment: can(policy.CommentPoint),
		Photo: can(policy.AddPhoto), Delete: can(policy.DeletePoint),
		Reserved: policy.OnPoint(manages, policy.SetStatus) == nil,
	}
}

// sightOf is which points of the project the actor sees.
func sightOf(g access.Grant) query.Sight {
	v := query.Sight{All: g.Level >= policy.Guest, Self: self(g)}
	for list := range g.ListLevels {
		switch level := g.LevelOn(list); {
		case level == policy.None:
			v.Shut = append(v.Shut, list)
		case level >= policy.Guest && !v.All:
			v.Open = append(v.Open, list)
		case level < policy.Guest && v.All:
			v.Charge = append(v.Charge, list)
		}
	}
	slices.Sort(v.Open)
	slices.Sort(v.Charge)
	slices.Sort(v.Shut)
	return v
}

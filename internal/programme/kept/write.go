package kept

import (
	"context"
	"maps"
	"slices"

	"plumbline/internal/access"
	"plumbline/internal/db"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/policy"
	"plumbline/internal/programme/live"
	"plumbline/internal/programme/rows"
	"plumbline/internal/workcal"
)

// Cause is what moved a programme.
type Cause struct{ Kind, Thing string }

// Change is what becomes of a programme in one transaction.
type Change struct {
	Now     *live.Model
	Kind    string // of the programme's own entry; empty: changed
	Fields  []live.Field
	Changed []live.Change
	Cause   Cause
	Touched map[id.Activity]bool // rows that differ in what no field tells
	Lenient bool                 // kept even where it cannot be computed
}

// Write changes a programme as a planner: do says into what, after is told how
// it is then. A nil change changes nothing.
func (s *Book) Write(ctx context.Context, g access.Grant, p id.Programme, do func(*db.Tx, rows.Head, *Entry) (*Change, error), after func(*db.Tx, rows.Head, *Entry) error) error {
	return s.db.Write(ctx, g.Scope(), func(tx *db.Tx) error {
		h, e, err := s.Opened(tx, g.Project, p, true)
		if err != nil {
			return err
		}
		if !SeesAll(g) {
			return NotFound()
		}
		if err := g.May(policy.PlanProgramme); err != nil {
			return err
		}
		c, err := do(tx, h, e)
		if err != nil || c == nil {
			return OrErr(err, after(tx, h, e))
		}
		h, e, err = s.Save(tx, g, h, e, c)
		if err != nil {
			return err
		}
		return after(tx, h, e)
	})
}

// Save computes a changed model, keeps it and tells of it.
func (s *Book) Save(tx *db.Tx, g access.Grant, h rows.Head, was *Entry, c *Change) (rows.Head, *Entry, error) {
	c.Now.Version = h.Version + 1
	touched := map[id.Activity]bool{}
	maps.Copy(touched, c.Touched)
	for _, ch := range c.Changed {
		touched[ch.Activity] = true
		if i, ok := c.Now.Index(ch.Activity); ok {
			c.Now.Lines[i].Version++
		}
	}
	e := Compute(c.Now, was.Day)
	if e.Err != nil && was.Err == nil && !c.Lenient {
		return h, nil, e.Err
	}
	if err := s.ended(tx, g, h, was, e, c); err != nil {
		return h, nil, err
	}
	h.Begins, h.Ends = e.Ends()
	if err := rows.Save(tx, &h, was.Model, c.Now, touched); err != nil {
		return h, nil, err
	}
	if err := s.tell(tx, g, was.Model, c); err != nil {
		return h, nil, err
	}
	k := key{tx.Org(), h.ID}
	tx.SetValue(k, e)
	tx.AfterCommit(func() { s.keep(k, e) })
	return h, e, nil
}

// ended writes down what moved the end: first the days that went by, then this
// change.
func (s *Book) ended(tx *db.Tx, g access.Grant, h rows.Head, was, now *Entry, c *Change) error {
	_, before := was.Ends()
	_, after := now.Ends()
	if before != h.Ends && h.Ends != workcal.None && before != workcal.None {
		if err := rows.End(tx, h.ID, h.Version, "time", string(h.ID), h.Ends, before, g.Person); err != nil {
			return err
		}
	}
	if before == after {
		return nil
	}
	return rows.End(tx, h.ID, c.Now.Version, c.Cause.Kind, c.Cause.Thing, before, after, g.Person)
}

// tell writes a change into the log: an entry for each activity, and one for
// the programme, so that devices fetch its dates. The last is what the
// transaction is remembered by: the programme where it was planned, the activity
// where the site spoke of one.
func (s *Book) tell(tx *db.Tx, g access.Grant, was *live.Model, c *Change) error {
	kind := c.Kind
	if kind == "" {
		kind = "changed"
	}
	if c.Lenient {
		if err := s.Told(tx, g, c.Now, kind, c.Fields...); err != nil {
			return err
		}
	}
	for _, ch := range c.Changed {
		var before, after []live.Charge
		version := int64(1)
		if j, ok := was.Index(ch.Activity); ok {
			before, version = was.Lines[j].InCharge, was.Lines[j].Version+1
		}
		entry := feed.Change{Stream: access.Everyone(g.Project), Thing: feed.Thing{Kind: Activity, ID: string(ch.Activity)}, Kind: ch.Kind, Fields: logged(ch.Fields), Version: version}
		if i, ok := c.Now.Index(ch.Activity); ok {
			after, entry.Version = c.Now.Lines[i].InCharge, c.Now.Lines[i].Version
		}
		if ch.Kind == feed.Deleted {
			entry.Leaves = Audiences(g.Project, before)
		} else {
			entry.Audiences = Audiences(g.Project, after)
			entry.Leaves = Audiences(g.Project, before) // the log leaves out who still hears
		}
		if err := feed.Append(tx, g.By(), entry); err != nil {
			return err
		}
	}
	if c.Lenient {
		return nil
	}
	return s.Told(tx, g, c.Now, kind, c.Fields...)
}

// Noted writes an entry of an activity whose plan and progress stay as they are.
func (s *Book) Noted(tx *db.Tx, g access.Grant, m *live.Model, i int, kind string, fields ...live.Field) error {
	l := &m.Lines[i]
	return feed.Append(tx, g.By(), feed.Change{Stream: access.Everyone(g.Project), Thing: feed.Thing{Kind: Activity, ID: string(l.ID)}, Kind: kind, Fields: logged(fields), Version: l.Version, Audiences: Audiences(g.Project, l.InCharge)})
}

// Audiences are who sees an activity: everyone, and those in charge.
func Audiences(project id.Project, in []live.Charge) []string {
	out := []string{access.Everyone(project)}
	for _, c := range in {
		out = append(out, access.Charged(project, access.InCharge(c)))
	}
	return out
}

// Told writes an entry of the programme itself. Who is no longer in charge of
// anything in it finds it gone when they ask for it.
func (s *Book) Told(tx *db.Tx, g access.Grant, m *live.Model, kind string, fields ...live.Field) error {
	who := Audiences(g.Project, m.Charged())
	c := feed.Change{Stream: access.Everyone(g.Project), Thing: feed.Thing{Kind: Thing, ID: string(m.ID)}, Kind: kind, Version: m.Version, Fields: logged(fields), Audiences: who}
	if kind == feed.Deleted {
		c.Audiences, c.Leaves = nil, who
	}
	return feed.Append(tx, g.By(), c)
}

// logged are fields as the log takes them.
func logged(in []live.Field) []feed.Field {
	out := make([]feed.Field, len(in))
	for i, f := range in {
		out[i] = feed.Field{Name: f.Name, Before: f.Before, After: f.After}
	}
	return out
}

// SeesAll reports whether the grant sees every activity.
func SeesAll(g access.Grant) bool { return g.Level >= policy.Guest }

// InCharge reports whether the grant's person is in charge of an activity.
func InCharge(g access.Grant, l *live.Line) bool {
	for _, c := range g.Selves() {
		if slices.Contains(l.InCharge, live.Charge(c)) {
			return true
		}
	}
	return false
}

// Shows reports whether the grant sees activity i.
func Shows(g access.Grant, m *live.Model, i int) bool {
	return SeesAll(g) || InCharge(g, &m.Lines[i])
}

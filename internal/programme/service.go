package programme

import (
	"context"
	"time"

	"plumbline/internal/access"
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/policy"
	"plumbline/internal/programme/kept"
	"plumbline/internal/programme/live"
	"plumbline/internal/programme/rows"
	"plumbline/internal/workcal"
)

// UndoTime is how long a deleted programme can be brought back.
const UndoTime = 30 * 24 * time.Hour

// List is the programmes that the grant sees something of.
func (s *Service) List(ctx context.Context, g access.Grant) ([]Programme, error) {
	var out []Programme
	err := s.db.Read(ctx, g.Scope(), func(tx *db.Tx) (err error) {
		out, err = s.list(tx, g, nil)
		return err
	})
	return out, fault.Wrap("programme.List", err)
}

// Load is those of the programmes that the grant sees.
func (s *Service) Load(ctx context.Context, g access.Grant, which []id.Programme) ([]Programme, error) {
	want := map[id.Programme]bool{}
	for _, p := range which {
		want[p] = true
	}
	var out []Programme
	err := s.db.Read(ctx, g.Scope(), func(tx *db.Tx) (err error) {
		out, err = s.list(tx, g, want)
		return err
	})
	return out, fault.Wrap("programme.Load", err)
}

func (s *Service) list(tx *db.Tx, g access.Grant, want map[id.Programme]bool) ([]Programme, error) {
	heads, err := rows.Of(tx, g.Project)
	if err != nil {
		return nil, err
	}
	var out []Programme
	for _, h := range heads {
		if want != nil && !want[h.ID] {
			continue
		}
		p, sees, err := s.seen(tx, g, h)
		if err != nil {
			return nil, err
		}
		if sees {
			out = append(out, p)
		}
	}
	return out, nil
}

// seen is a programme as the grant sees it; false where it sees nothing of it.
func (s *Service) seen(tx *db.Tx, g access.Grant, h rows.Head) (Programme, bool, error) {
	p := Programme{Head: h}
	live, err := h.Live()
	if err != nil {
		return p, false, err
	}
	p.Live = live
	if p.Activities, err = rows.Count(tx, h.ID, selves(g)); err != nil {
		return p, false, err
	}
	return p, selves(g) == nil || p.Activities > 0, nil
}

// selves are the ways in which the grant's person is in charge, nil for those
// who see everything.
func selves(g access.Grant) []live.Charge {
	if kept.SeesAll(g) {
		return nil
	}
	var out []live.Charge
	for _, c := range g.Selves() {
		out = append(out, live.Charge(c))
	}
	return out
}

// Create makes an empty programme; false where it was there already.
func (s *Service) Create(ctx context.Context, g access.Grant, d Draft) (Programme, bool, error) {
	var bad []fault.Field
	if c := checkName(d.Name); c != "" {
		bad = append(bad, fault.Field{Path: "name", Code: c})
	}
	if !id.Valid(d.ID) {
		bad = append(bad, fault.Field{Path: "programme", Code: "not-an-id"})
	}
	if !d.Start.In() {
		bad = append(bad, fault.Field{Path: "start", Code: "out-of-range"})
	}
	if err := fault.InvalidFields(bad); err != nil {
		return Programme{}, false, err
	}
	if err := g.May(policy.PlanProgramme); err != nil {
		return Programme{}, false, err
	}
	var out Programme
	created := false
	err := s.db.Write(ctx, g.Scope(), func(tx *db.Tx) error {
		created = false
		if h, ok, err := rows.Find(tx, g.Project, d.ID, false); err != nil || ok {
			if err == nil && h.DeletedAt != 0 {
				err = fault.New(fault.Gone, "programme-deleted", "the programme was deleted")
			}
			if err == nil {
				out, _, err = s.seen(tx, g, h)
			}
			return err
		}
		if other, err := rows.Taken(tx, d.ID); err != nil || other {
			return kept.OrErr(err, kept.NotFound())
		}
		have, err := rows.Of(tx, g.Project)
		if err != nil {
			return err
		}
		if len(have) >= Most {
			return fault.New(fault.Invalid, "too-many-programmes", "the project has as many programmes as it can have")
		}
		m := empty(g.Project, d)
		h := rows.Head{ID: d.ID, Project: g.Project, Begins: workcal.None, Ends: workcal.None, Author: g.Person, CreatedAt: tx.Micros(), ChangedAt: tx.Micros()}
		if err := rows.Insert(tx, &h, m); err != nil {
			return err
		}
		created = true
		out = Programme{Head: h, Live: true}
		return s.kept.Told(tx, g, m, "created", live.Field{Name: "name", After: d.Name})
	})
	return out, created, fault.Wrap("programme.Create", err)
}

// Settings are what can be changed of a programme itself; nil leaves one.
type Settings struct {
	Name  *string
	Start *workcal.Time
	Live  *bool
}

// Change changes a programme's own settings.
func (s *Service) Change(ctx context.Context, g access.Grant, p id.Programme, set Settings) (Programme, error) {
	var bad []fault.Field
	if set.Name != nil {
		if c := checkName(*set.Name); c != "" {
			bad = append(bad, fault.Field{Path: "name", Code: c})
		}
	}
	if set.Start != nil && !set.Start.In() {
		bad = append(bad, fault.Field{Path: "start", Code: "out-of-range"})
	}
	if err := fault.InvalidFields(bad); err != nil {
		return Programme{}, err
	}
	var out Programme
	err := s.kept.Write(ctx, g, p, func(tx *db.Tx, h rows.Head, e *kept.Entry) (*kept.Change, error) {
		now := e.Model.Clone()
		c := &kept.Change{Now: now, Kind: "changed", Cause: kept.Cause{Kind: "settings", Thing: string(p)}}
		add := func(name string, before, after any) {
			c.Fields = append(c.Fields, live.Field{Name: name, Before: before, After: after})
		}
		if set.Name != nil && *set.Name != now.Name {
			add("name", now.Name, *set.Name)
			now.Name = *set.Name
		}
		if set.Start != nil && *set.Start != now.Doc.Options.Start {
			add("start", now.Doc.Options.Start.String(), set.Start.String())
			now.Doc.Options.Start = *set.Start
		}
		if set.Live != nil && *set.Live != now.Live {
			add("live", now.Live, *set.Live)
			now.Live = *set.Live
		}
		if len(c.Fields) == 0 {
			c = nil
		}
		return c, nil
	}, func(tx *db.Tx, h rows.Head, _ *kept.Entry) (err error) {
		out, _, err = s.seen(tx, g, h)
		return err
	})
	return out, fault.Wrap("programme.Change", err)
}

// Delete takes a programme away; it can be brought back for UndoTime.
func (s *Service) Delete(ctx context.Context, g access.Grant, p id.Programme) error {
	return fault.Wrap("programme.Delete", s.bury(ctx, g, p, true))
}

// Restore brings back a deleted programme.
func (s *Service) Restore(ctx context.Context, g access.Grant, p id.Programme) error {
	return fault.Wrap("programme.Restore", s.bury(ctx, g, p, false))
}

func (s *Service) bury(ctx context.Context, g access.Grant, p id.Programme, away bool) error {
	return s.db.Write(ctx, g.Scope(), func(tx *db.Tx) error {
		h, ok, err := rows.Find(tx, g.Project, p, true)
		if err != nil {
			return err
		}
		if !ok || !kept.SeesAll(g) {
			return kept.NotFound()
		}
		if err := g.May(policy.PlanProgramme); err != nil {
			return err
		}
		if away == (h.DeletedAt != 0) {
			return nil
		}
		if !away && tx.Micros()-h.DeletedAt > UndoTime.Microseconds() {
			return fault.New(fault.Gone, "programme-deleted", "the programme was deleted too long ago")
		}
		day, err := s.kept.Today(tx, g.Project)
		if err != nil {
			return err
		}
		e, err := s.kept.At(tx, h, day)
		if err != nil {
			return err
		}
		by, kind := id.Person(""), "restored"
		if away {
			by, kind = g.Person, feed.Deleted
		}
		if err := rows.Delete(tx, p, by, h.Version+1); err != nil {
			return err
		}
		m := e.Model.Clone()
		m.Version = h.Version + 1
		return s.kept.Told(tx, g, m, kind)
	})
}

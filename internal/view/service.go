package view

import (
	"context"

	"plumbline/internal/access"
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/merge"
	"plumbline/internal/mutation"
	"plumbline/internal/policy"
)

// Service is the views of all projects. It is safe for concurrent use.
type Service struct{ db *db.DB }

// New makes a service.
func New(d *db.DB) *Service { return &Service{d} }

func notFound() error { return fault.New(fault.NotFound, "view-not-found", "there is no such view") }

// List is the views that the actor sees: their own, and the shared ones.
func (s *Service) List(ctx context.Context, g access.Grant) ([]View, error) {
	var out []View
	err := s.db.Read(ctx, g.Scope(), func(tx *db.Tx) (err error) {
		out, err = of(tx, g.Project, g.Person)
		return err
	})
	return out, fault.Wrap("view.List", err)
}

// Put makes a view; false where the actor has it already, which changes
// nothing.
func (s *Service) Put(ctx context.Context, g access.Grant, v View) (View, bool, error) {
	v.Project, v.Owner, v.Version = g.Project, g.Person, 1
	bad := check(v)
	if !id.Valid(v.ID) {
		bad = append(bad, fault.Field{Path: "view", Code: "not-an-id"})
	}
	if err := fault.InvalidFields(bad); err != nil {
		return View{}, false, err
	}
	if v.Shared {
		if err := g.May(policy.ManageSettings); err != nil {
			return View{}, false, err
		}
	}
	created := false
	err := s.db.Write(ctx, g.Scope(), func(tx *db.Tx) error {
		created = false
		n, err := count(tx, g.Project, g.Person)
		if err != nil {
			return err
		}
		if n >= Most {
			return fault.New(fault.Invalid, "too-many-views", "there are as many views as a person can have here")
		}
		if created, err = insert(tx, v); err != nil {
			return err
		}
		if created {
			return log(tx, g, View{}, v, "created", feed.Field{Name: "name", After: v.Name}, feed.Field{Name: "query", After: v.Query}, feed.Field{Name: "shared", After: v.Shared})
		}
		have, ok, err := find(tx, g.Project, v.ID, false)
		if err == nil && (!ok || !sees(g, have)) {
			err = notFound()
		}
		v = have
		return err
	})
	return v, created, fault.Wrap("view.Put", err)
}

func sees(g access.Grant, v View) bool { return v.Shared || v.Owner == g.Person }

// mayChange is nil for the owner of a private view, and for managers where it
// is shared or becomes so.
func mayChange(g access.Grant, was, now View) error {
	if was.Shared || now.Shared {
		return g.May(policy.ManageSettings)
	}
	return nil
}

// locked reads a view that the actor sees, for a change.
func locked(tx *db.Tx, g access.Grant, view id.View) (View, error) {
	v, ok, err := find(tx, g.Project, view, true)
	if err == nil && (!ok || !sees(g, v)) {
		err = notFound()
	}
	return v, err
}

// Change lays a patch made on version base over a view. Fields that somebody
// changed since, to another value, are left alone and named.
func (s *Service) Change(ctx context.Context, g access.Grant, view id.View, base int64, p Patch) (View, []merge.Conflict, error) {
	var (
		out       View
		conflicts []merge.Conflict
	)
	err := s.db.Write(ctx, g.Scope(), func(tx *db.Tx) error {
		was, err := locked(tx, g, view)
		if err != nil {
			return err
		}
		var fields []merge.Field
		if p.Name != nil {
			fields = append(fields, merge.Field{Name: "name", Now: was.Name, Mine: *p.Name})
		}
		if p.Query != nil {
			fields = append(fields, merge.Field{Name: "query", Now: was.Query, Mine: *p.Query})
		}
		if p.Shared != nil {
			fields = append(fields, merge.Field{Name: "shared", Now: was.Shared, Mine: *p.Shared})
		}
		r, err := merge.Fields(tx, string(view), base, was.Version, fields)
		if err != nil {
			return err
		}
		now := was
		for _, f := range r.Apply {
			switch f.Name {
			case "name":
				now.Name = *p.Name
			case "query":
				now.Query = *p.Query
			case "shared":
				now.Shared = *p.Shared
			}
		}
		if err := mayChange(g, was, now); err != nil {
			return err
		}
		if err := fault.InvalidFields(check(now)); err != nil {
			return err
		}
		for _, c := range r.Conflicts {
			mutation.Conflicts(tx, c.Field)
		}
		out, conflicts = now, r.Conflicts
		if len(r.Apply) == 0 {
			return nil
		}
		now.Version++
		out = now
		if err := update(tx, now); err != nil {
			return err
		}
		return log(tx, g, was, now, "changed", r.Changes()...)
	})
	return out, conflicts, fault.Wrap("view.Change", err)
}

// Delete takes a view away.
func (s *Service) Delete(ctx context.Context, g access.Grant, view id.View) error {
	err := s.db.Write(ctx, g.Scope(), func(tx *db.Tx) error {
		v, err := locked(tx, g, view)
		if err != nil {
			return err
		}
		if err := mayChange(g, v, v); err != nil {
			return err
		}
		if err := erase(tx, view); err != nil {
			return err
		}
		now := v
		now.Version++
		return log(tx, g, v, now, feed.Deleted)
	})
	return fault.Wrap("view.Delete", err)
}

// audiences are who hears of a view.
func audiences(v View) []string {
	switch {
	case v.ID == "":
		return nil
	case v.Shared:
		return []string{access.Site(v.Project)}
	}
	return []string{access.Charged(v.Project, access.InCharge{Kind: "person", ID: string(v.Owner)})}
}

// log appends a change, for those who see the view after it; who no longer
// does is told that it is gone.
func log(tx *db.Tx, g access.Grant, was, now View, kind string, changes ...feed.Field) error {
	c := feed.Change{Stream: access.Everyone(g.Project), Thing: feed.Thing{Kind: Thing, ID: string(now.ID)}, Kind: kind, Version: now.Version,
		Fields: changes, Audiences: audiences(now)}
	if kind == feed.Deleted {
		c.Audiences, c.Leaves = nil, audiences(was)
	} else if was.Shared && !now.Shared {
		c.Leaves = audiences(was)
	}
	return feed.Append(tx, g.By(), c)
}

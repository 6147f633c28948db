package lists

import (
	"context"
	"slices"

	"plumbline/internal/access"
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/policy"
)

// Members are those to whom a list gives a level of its own; for who reads all
// of the list.
func (s *Service) Members(ctx context.Context, g access.Grant, list id.List) (all []access.ListMember, err error) {
	err = s.DB.Read(ctx, g.Scope(), func(tx *db.Tx) error {
		_, ok, err := find(tx, g.Project, list)
		if err == nil && (!ok || !g.Knows(list)) {
			err = missing()
		}
		if err == nil {
			err = policy.AtLeast(g.LevelOn(list), policy.Guest)
		}
		if err == nil {
			all, err = access.ListMembers(tx, g.Project, list)
		}
		return err
	})
	return all, fault.Wrap("lists.Members", err)
}

// SetLevel gives a participant a level on a list.
func (s *Service) SetLevel(ctx context.Context, g access.Grant, list id.List, p id.Person, level policy.Level) error {
	if level < policy.Subcontractor || level > policy.Administrator {
		return fault.InvalidFields([]fault.Field{{Path: "level", Code: "not-one-of"}})
	}
	return s.setLevel(ctx, g, list, p, level, true)
}

// DropLevel takes it back: on a closed list the person is no longer on it, on an
// open one the project's level counts again. Everybody may leave.
func (s *Service) DropLevel(ctx context.Context, g access.Grant, list id.List, p id.Person) error {
	return s.setLevel(ctx, g, list, p, policy.None, false)
}

func (s *Service) setLevel(ctx context.Context, g access.Grant, list id.List, p id.Person, level policy.Level, ok bool) error {
	const op = "lists.SetLevel"
	return fault.Wrap(op, s.DB.Write(ctx, g.Scope(), func(tx *db.Tx) error {
		need := policy.Manager
		if !ok && p == g.Person {
			need = policy.Subcontractor
		}
		l, err := s.lock(tx, g, list, need)
		if err != nil {
			return err
		}
		told, err := access.Told(tx, g.Project, list)
		if err != nil {
			return err
		}
		before, had, err := access.SetListLevel(tx, g.Project, list, p, level, ok)
		if err != nil || had == ok && before == level {
			return err
		}
		// Nobody gives more than they have, or takes from who has more.
		if err := policy.AtLeast(g.LevelOn(list), max(level, before)); err != nil && p != g.Person {
			return err
		}
		if level > g.LevelOn(list) {
			return policy.AtLeast(g.LevelOn(list), level)
		}
		after, err := access.ListMembers(tx, g.Project, list)
		if err != nil {
			return err
		}
		if l.Closed && !slices.ContainsFunc(after, func(m access.ListMember) bool { return m.Level == policy.Administrator }) {
			return fault.New(fault.Conflict, "last-list-administrator", "a closed list keeps an administrator")
		}
		l.Version++
		if err := update(tx, g.Project, l); err != nil {
			return err
		}
		f := feed.Field{Name: "level"}
		if had {
			f.Before = before.String()
		}
		if ok {
			f.After = level.String()
		}
		told = append(told, access.Charged(g.Project, access.InCharge{Kind: access.KindPerson, ID: string(p)})) // on it from now, or until now
		return log(tx, g.By(), g.Project, l, feed.Changed, told, f, feed.Field{Name: "person_id", After: p})
	}))
}

package lists_test

import (
	"testing"

	"plumbline/internal/access"
	"plumbline/internal/db"
	"plumbline/internal/db/dbtest"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/policy"
	"plumbline/internal/project/lists"
	"plumbline/internal/project/projecttest"
)

func code(t *testing.T, what string, err error, want string) {
	t.Helper()
	if fault.CodeOf(err) != want {
		t.Errorf("%s: got %q (%v), want %q", what, fault.CodeOf(err), err, want)
	}
}

func seen(t *testing.T, s *projecttest.Site, g access.Grant) []lists.List {
	t.Helper()
	var all []lists.List
	if err := s.DB.Read(t.Context(), g.Scope(), func(tx *db.Tx) (err error) { all, err = lists.Seen(tx, g); return err }); err != nil {
		t.Fatal(err)
	}
	return all
}

// TestAClosedListIsNotThere walks every operation as an administrator of the
// project who is not on the list.
func TestAClosedListIsNotThere(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := projecttest.New(t, d)
		ctx := t.Context()
		admin, maker, sub := s.Enter(t, s.Owner.Caller), s.At(t, policy.Manager, ""), s.At(t, policy.Subcontractor, "")
		l := lists.List{ID: id.New[id.List](), Code: "SUB", Name: "With the trades", Closed: true}
		if _, made, err := s.Lists.Put(ctx, maker, l); err != nil || !made {
			t.Fatal(made, err)
		}
		maker, admin = s.Enter(t, maker.Caller), s.Enter(t, admin.Caller)
		if maker.LevelOn(l.ID) != policy.Administrator || admin.LevelOn(l.ID) != policy.None {
			t.Fatalf("maker %v, administrator of the project %v", maker.LevelOn(l.ID), admin.LevelOn(l.ID))
		}
		if a, b := len(seen(t, s, maker)), len(seen(t, s, admin)); a != 2 || b != 1 {
			t.Errorf("lists: maker sees %d, administrator %d", a, b)
		}
		_, _, err := s.Lists.Put(ctx, admin, l)
		code(t, "put", err, "list-not-found")
		_, _, err = s.Lists.Change(ctx, admin, l.ID, 1, lists.Patch{Name: new("x")})
		code(t, "change", err, "list-not-found")
		code(t, "delete", s.Lists.Delete(ctx, admin, l.ID), "list-not-found")
		_, err = s.Lists.Next(ctx, admin, l.ID, 1, true)
		code(t, "next", err, "list-not-found")
		_, err = s.Lists.Members(ctx, admin, l.ID)
		code(t, "participants", err, "list-not-found")
		code(t, "a level", s.Lists.SetLevel(ctx, admin, l.ID, admin.Person, policy.Guest), "list-not-found")
		code(t, "leaving", s.Lists.DropLevel(ctx, admin, l.ID, admin.Person), "list-not-found")
		// Its code is free for who does not know of it, and taken for who does.
		other := lists.List{ID: id.New[id.List](), Code: "sub", Name: "Another"}
		if _, _, err := s.Lists.Put(ctx, admin, other); err != nil {
			t.Errorf("the code of a hidden list: %v", err)
		}
		other.ID, other.Code = id.New[id.List](), "Sub"
		_, _, err = s.Lists.Put(ctx, maker, other)
		code(t, "a code that the maker knows", err, "invalid")

		// The log tells those on it, and no one else.
		if err := s.Lists.SetLevel(ctx, maker, l.ID, sub.Person, policy.Contributor); err != nil {
			t.Fatal(err)
		}
		sub = s.Enter(t, sub.Caller)
		if sub.LevelOn(l.ID) != policy.Contributor || len(seen(t, s, sub)) != 3 {
			t.Errorf("a subcontractor on the list: %v, %d lists", sub.LevelOn(l.ID), len(seen(t, s, sub)))
		}
		if err := d.Read(ctx, maker.Scope(), func(tx *db.Tx) error {
			told, err := access.Told(tx, s.Project, l.ID)
			if len(told) != 2 {
				t.Errorf("told: %v", told)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		code(t, "a contributor gives levels", s.Lists.SetLevel(ctx, sub, l.ID, sub.Person, policy.Manager), "needs-manager")
		code(t, "the last administrator leaves", s.Lists.DropLevel(ctx, maker, l.ID, maker.Person), "last-list-administrator")
		if err := s.Lists.DropLevel(ctx, sub, l.ID, sub.Person); err != nil { // everybody may leave
			t.Error(err)
		}
		if sub = s.Enter(t, sub.Caller); sub.LevelOn(l.ID) != policy.None {
			t.Errorf("left, and still %v", sub.LevelOn(l.ID))
		}
		// Who administers it leaves the project: its administrators inherit.
		if err := s.Access.Remove(ctx, admin, maker.Person); err != nil {
			t.Fatal(err)
		}
		if admin = s.Enter(t, admin.Caller); admin.LevelOn(l.ID) != policy.Administrator {
			t.Errorf("the administrators inherit: %v", admin.LevelOn(l.ID))
		}
	})
}

func TestOpenAndClosedAndLevels(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := projecttest.New(t, d)
		ctx := t.Context()
		admin, manager, guest := s.Enter(t, s.Owner.Caller), s.At(t, policy.Manager, ""), s.At(t, policy.Guest, "")
		list := s.First
		_, _, err := s.Lists.Change(ctx, manager, list, 1, lists.Patch{Closed: new(true)})
		code(t, "a manager closes", err, "needs-administrator")
		code(t, "a manager makes an administrator", s.Lists.SetLevel(ctx, manager, list, guest.Person, policy.Administrator), "needs-administrator")
		code(t, "a manager raises themselves", s.Lists.SetLevel(ctx, manager, list, manager.Person, policy.Administrator), "needs-administrator")
		if err := s.Lists.SetLevel(ctx, manager, list, guest.Person, policy.Contributor); err != nil {
			t.Fatal(err)
		}
		_, _, err = s.Lists.Change(ctx, admin, list, 2, lists.Patch{Closed: new(true)})
		if err != nil {
			t.Fatal(err)
		}
		for g, want := range map[*access.Grant]policy.Level{&admin: policy.Administrator, &manager: policy.None, &guest: policy.Contributor} {
			if *g = s.Enter(t, g.Caller); g.LevelOn(list) != want {
				t.Errorf("closed: a %s of the project has %s, want %s", g.Level, g.LevelOn(list), want)
			}
		}
		_, _, err = s.Lists.Change(ctx, admin, list, 3, lists.Patch{Archived: new(true)})
		code(t, "archiving the last", err, "last-list")
		if l, _, err := s.Lists.Change(ctx, admin, list, 3, lists.Patch{Closed: new(false), Numbering: new(lists.BySequence)}); err != nil || l.Closed {
			t.Fatal(l, err)
		}
		if manager = s.Enter(t, manager.Caller); manager.LevelOn(list) != policy.Manager {
			t.Errorf("open again: %v", manager.LevelOn(list))
		}
		_, _, err = s.Lists.Change(ctx, admin, list, 4, lists.Patch{Numbering: new("by-heart")})
		code(t, "another numbering", err, "invalid")
		_, _, err = s.Lists.Change(ctx, admin, list, 4, lists.Patch{Name: new(" \t")})
		code(t, "a name of white space", err, "invalid")
	})
}

type made map[id.List]bool

func (m made) MadeOf(_ *db.Tx, list id.List, _ int64) (bool, error) { return m[list], nil }

func TestTheNextOccurrence(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := projecttest.New(t, d)
		ctx := t.Context()
		reports := made{}
		s.Lists.Reports = reports
		manager := s.At(t, policy.Manager, "")
		list := s.First
		_, err := s.Lists.Next(ctx, s.At(t, policy.Contributor, ""), list, 1, true)
		code(t, "a contributor", err, "needs-manager")
		_, err = s.Lists.Next(ctx, manager, list, 1, false)
		code(t, "no report", err, "occurrence-unreported")
		l, err := s.Lists.Next(ctx, manager, list, 1, true)
		if err != nil || l.Occurrence != 2 {
			t.Fatal(l, err)
		}
		if l, err = s.Lists.Next(ctx, manager, list, 1, false); err != nil || l.Occurrence != 2 || l.Version != 2 {
			t.Errorf("said again: %+v %v", l, err)
		}
		reports[list] = true
		if l, err = s.Lists.Next(ctx, manager, list, 2, false); err != nil || l.Occurrence != 3 {
			t.Errorf("with a report: %+v %v", l, err)
		}
		_, err = s.Lists.Next(ctx, manager, list, 1, true)
		code(t, "an old one", err, "other-occurrence")
		if _, _, err := s.Lists.Change(ctx, manager, list, 3, lists.Patch{Numbering: new(lists.ByCode)}); err != nil {
			t.Fatal(err)
		}
		_, err = s.Lists.Next(ctx, manager, list, 3, true)
		code(t, "numbers without an occurrence", err, "no-occurrences")
	})
}

package view_test

import (
	"strings"
	"testing"

	"plumbline/internal/access"
	"plumbline/internal/db"
	"plumbline/internal/db/dbtest"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/policy"
	"plumbline/internal/view"
)

func TestAViewIsItsMakersUntilAManagerSharesIt(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, ctx := view.New(d), t.Context()
		org, project := id.New[id.Org](), id.New[id.Project]()
		as := func(l policy.Level) access.Grant {
			return access.Grant{Actor: access.Actor{Caller: access.Caller{Via: "session"}, Org: org, Person: id.New[id.Person]()}, Project: project, Level: l}
		}
		manager, sub, stranger := as(policy.Manager), as(policy.Subcontractor), as(policy.Administrator)
		stranger.Org = id.New[id.Org]()
		sees := func(g access.Grant) int {
			t.Helper()
			all, err := s.List(ctx, g)
			if err != nil {
				t.Fatal(err)
			}
			return len(all)
		}
		own := view.View{ID: id.New[id.View](), Name: "Mijn punten", Query: "mine=true&sort=due"}
		for i, want := range []bool{true, false} {
			if _, created, err := s.Put(ctx, sub, own); err != nil || created != want {
				t.Fatalf("put %d: %v, %v", i, created, err)
			}
		}
		if sees(sub) != 1 || sees(manager) != 0 {
			t.Error("a private view is its maker's alone")
		}
		if _, _, err := s.Put(ctx, manager, own); !fault.Is(err, fault.NotFound) {
			t.Errorf("the same id of somebody else: %v", err)
		}
		yes := true
		if _, _, err := s.Change(ctx, sub, own.ID, 1, view.Patch{Shared: &yes}); !fault.Is(err, fault.Denied) {
			t.Errorf("a subcontractor shares: %v", err)
		}
		if err := s.Delete(ctx, manager, own.ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("a manager deletes what is private: %v", err)
		}
		ours := view.View{ID: id.New[id.View](), Name: "Open", Shared: true}
		if _, _, err := s.Put(ctx, sub, ours); !fault.Is(err, fault.Denied) {
			t.Errorf("a subcontractor makes a shared one: %v", err)
		}
		if _, _, err := s.Put(ctx, manager, ours); err != nil {
			t.Fatal(err)
		}
		if sees(sub) != 2 || sees(stranger) != 0 {
			t.Error("a shared view is the project's")
		}
		name, no := "Nog open", false
		if _, _, err := s.Change(ctx, sub, ours.ID, 1, view.Patch{Name: &name}); !fault.Is(err, fault.Denied) {
			t.Errorf("a subcontractor renames a shared one: %v", err)
		}
		v, _, err := s.Change(ctx, manager, ours.ID, 1, view.Patch{Name: &name, Shared: &no})
		if err != nil || v.Name != name || v.Version != 2 || sees(sub) != 1 {
			t.Errorf("%+v, %v", v, err)
		}
		if err := s.Delete(ctx, sub, own.ID); err != nil || sees(sub) != 0 {
			t.Errorf("deleted: %v", err)
		}
	})
}

func TestAQueryHoldsWhatTheListTakes(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := view.New(d)
		g := access.Grant{Actor: access.Actor{Caller: access.Caller{Via: "session"}, Org: id.New[id.Org](), Person: id.New[id.Person]()}, Project: id.New[id.Project](), Level: policy.Guest}
		for query, ok := range map[string]bool{
			"": true, "status=a,b&group=status&columns=number,subject:300": true, "point=x": false, "%zz": false, "q=\x00": false,
			"q=" + strings.Repeat("x", view.MaxQuery): false,
		} {
			_, _, err := s.Put(t.Context(), g, view.View{ID: id.New[id.View](), Name: "n", Query: query})
			if (err == nil) != ok || err != nil && !fault.Is(err, fault.Invalid) {
				t.Errorf("%.20q: %v", query, err)
			}
		}
	})
}

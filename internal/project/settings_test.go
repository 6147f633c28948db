package project_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"plumbline/internal/access"
	"plumbline/internal/db"
	"plumbline/internal/db/dbtest"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/lang"
	"plumbline/internal/policy"
	"plumbline/internal/project"
	"plumbline/internal/project/lists"
	"plumbline/internal/project/projecttest"
)

func TestDefaultsSpeakEveryLanguage(t *testing.T) {
	t.Parallel()
	for _, l := range lang.Languages() {
		for _, key := range []string{"status.open", "status.progress", "status.review", "status.closed", "status.information", "list.default"} {
			if text := lang.T(lang.Match(l), "project."+key); text == "" || strings.Contains(text, key) {
				t.Errorf("%s %s is %q", l, key, text)
			}
		}
	}
}

func TestTextComesBackByteForByte(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := projecttest.New(t, d)
		g := s.At(t, policy.Manager, "")
		for _, name := range []string{"Cafe\u0301", "Café", " \u00a0x ", "'; drop table location;--", "🏗\ufe0f", "\u202eabc", "ﬃ"} { // composed and not
			l := project.Location{ID: id.New[id.Location](), Kind: "building", Name: name}
			if _, _, err := s.Projects.PutLocation(t.Context(), g, l); err != nil {
				t.Fatalf("%q: %v", name, err)
			}
			s.Reload(t)
			i := slices.IndexFunc(s.Settings.Locations, func(x project.Location) bool { return x.ID == l.ID })
			if got := s.Settings.Locations[i].Name; got != name {
				t.Errorf("%q came back as %q", name, got)
			}
		}
		for _, name := range []string{"a\x00b", "\xff"} {
			_, _, err := s.Projects.PutLocation(t.Context(), g, project.Location{ID: id.New[id.Location](), Kind: "building", Name: name})
			if !fault.Is(err, fault.Invalid) {
				t.Errorf("%q: %v", name, err)
			}
		}
	})
}

func TestWhatWasDeletedStaysSo(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := projecttest.New(t, d)
		ctx := t.Context()
		g := s.At(t, policy.Manager, "")
		r := project.Role{ID: id.New[id.Role](), Name: "Dakwerker"}
		if _, _, err := s.Projects.PutRole(ctx, g, r); err != nil {
			t.Fatal(err)
		}
		if _, _, err := s.Projects.PatchRole(ctx, g, r.ID, 1, project.RolePatch{Name: new("Dekker")}); err != nil {
			t.Fatal(err)
		}
		if err := s.Projects.DeleteRole(ctx, g, r.ID); err != nil {
			t.Fatal(err)
		}
		_, _, err := s.Projects.PutRole(ctx, g, r)
		code(t, "put after deletion", err, fault.Gone, "role-deleted")
		s.Reload(t)
		if len(s.Settings.Roles) != 4 {
			t.Errorf("%d roles", len(s.Settings.Roles))
		}
		log := history(t, s, string(r.ID))
		var got []string
		for _, e := range log {
			for _, f := range e.Fields {
				got = append(got, e.Kind+" "+f.Name+" "+string(f.Before)+"→"+string(f.After))
			}
			if e.Actor != string(g.Person) || e.Via != "session" {
				t.Errorf("by %s via %s", e.Actor, e.Via)
			}
		}
		want := []string{`deleted name "Dekker"→`, `changed name "Dakwerker"→"Dekker"`, `created name →"Dakwerker"`}
		if !slices.Equal(got, want) {
			t.Errorf("log %q, want %q", got, want)
		}
	})
}

func history(t *testing.T, s *projecttest.Site, thing string) (all []feed.Entry) {
	t.Helper()
	if err := s.DB.Read(t.Context(), db.Tenant(s.Org), func(tx *db.Tx) error {
		h, err := feed.History(tx, thing, "", 50)
		all = h.Items
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return all
}

func TestAClosingStatusInUseStaysOne(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := projecttest.New(t, d)
		g := s.At(t, policy.Manager, "")
		st := s.Settings.Statuses[1]
		s.Projects.Connect(used{"status" + string(st.ID): true}, nil)
		_, _, err := s.Projects.PatchStatus(t.Context(), g, st.ID, 1, project.StatusPatch{Closes: new(true), Name: new("x")})
		code(t, "closes, in use", err, fault.Conflict, "in-use")
		got, _, err := s.Projects.PatchStatus(t.Context(), g, st.ID, 1, project.StatusPatch{Closes: new(false), Name: new("x")})
		if err != nil || got.Name != "x" || got.Version != 2 {
			t.Errorf("its name, in use: %+v %v", got, err)
		}
	})
}

func TestProposedWhoLeft(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := projecttest.New(t, d)
		ctx := t.Context()
		admin := s.Enter(t, s.Owner.Caller)
		guest := s.At(t, policy.Guest, "")
		c := s.Settings.Categories[0]
		role := s.Settings.Roles[0].ID
		in := []access.InCharge{{Kind: "role", ID: string(role)}, {Kind: "person", ID: string(guest.Person)}, {Kind: "role", ID: string(role)}}
		got, _, err := s.Projects.PatchCategory(ctx, admin, c.ID, 1, project.CategoryPatch{InCharge: &in})
		if err != nil || len(got.InCharge) != 2 || got.InCharge[0].Kind != "person" {
			t.Fatalf("sorted, once each: %+v %v", got.InCharge, err)
		}
		code(t, "a role that is proposed", s.Projects.DeleteRole(ctx, admin, role), fault.Conflict, "in-use")
		if err := s.Projects.RemoveParticipant(ctx, admin, guest.Person); err != nil {
			t.Fatal(err)
		}
		got, _, err = s.Projects.PatchCategory(ctx, admin, c.ID, 2, project.CategoryPatch{Name: new("Beton")})
		if err != nil || got.Name != "Beton" || len(got.InCharge) != 2 {
			t.Errorf("another field changes: %+v %v", got, err)
		}
		again := []access.InCharge{{Kind: "person", ID: string(guest.Person)}}
		_, _, err = s.Projects.PatchCategory(ctx, admin, c.ID, 3, project.CategoryPatch{InCharge: &again})
		code(t, "proposed anew", err, fault.Invalid, "invalid")

		stranger := string(id.New[id.Person]())
		company := string(s.Company(t, "Gamma"))
		all := []access.InCharge{{Kind: "company", ID: company}, {Kind: "person", ID: stranger}, {Kind: "role", ID: string(role)}, {Kind: "team", ID: company}}
		if err := d.Write(ctx, db.Tenant(s.Org), func(tx *db.Tx) error {
			unknown, err := project.Unknown(tx, s.Project, all)
			if want := []access.InCharge{all[1], all[3]}; !slices.Equal(unknown, want) {
				t.Errorf("unknown %v, want %v", unknown, want)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	})
}

func TestAdmitAndAll(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := projecttest.New(t, d)
		ctx := t.Context()
		sub := s.At(t, policy.Subcontractor, "")
		role := s.Settings.Roles[0].ID
		if err := d.Write(ctx, db.Tenant(s.Org), func(tx *db.Tx) error {
			return s.Projects.Admit(tx, sub.By(), s.Project, sub.Person, policy.Subcontractor, []id.Role{role, id.New[id.Role]()})
		}); err != nil {
			t.Fatal(err)
		}
		sub = s.Enter(t, sub.Caller)
		if !slices.Equal(sub.Roles, []id.Role{role}) {
			t.Errorf("roles %v: those that are gone are left out", sub.Roles)
		}
		var w project.Whole
		if err := d.Read(ctx, sub.Scope(), func(tx *db.Tx) (err error) { w, err = s.Projects.All(tx, sub); return err }); err != nil {
			t.Fatal(err)
		}
		if w.Name != "Kaaistraat" || w.Level != policy.Subcontractor || w.Mine.Person != sub.Person || len(w.Statuses) != 5 || len(w.People) != 2 {
			t.Errorf("%+v", w)
		}
		// A subcontractor changes nothing.
		for what, err := range map[string]error{
			"a location": second(s.Projects.PutLocation(ctx, sub, project.Location{ID: id.New[id.Location](), Kind: "building", Name: "x"})),
			"a category": second(s.Projects.PutCategory(ctx, sub, project.Category{ID: id.New[id.Category](), Kind: "category", Name: "x"})),
			"a role":     second(s.Projects.PutRole(ctx, sub, project.Role{ID: id.New[id.Role](), Name: "x"})),
			"a list":     second(s.Lists.Put(ctx, sub, lists.List{ID: id.New[id.List](), Code: "X", Name: "x"})),
			"deleting":   s.Lists.Delete(ctx, sub, s.First),
		} {
			code(t, what, err, fault.Denied, "needs-manager")
		}
	})
}

func second[T any](_ T, _ bool, err error) error { return err }

// TestNobodyIsNamedInTheLog looks at all that a project's life wrote.
func TestNobodyIsNamedInTheLog(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := projecttest.New(t, d)
		ctx := t.Context()
		admin := s.Enter(t, s.Owner.Caller)
		guest := s.At(t, policy.Guest, "")
		if err := s.Projects.PutParticipant(ctx, admin, guest.Person, policy.Manager, []id.Role{s.Settings.Roles[1].ID}); err != nil {
			t.Fatal(err)
		}
		if err := s.Projects.RemoveParticipant(ctx, admin, guest.Person); err != nil {
			t.Fatal(err)
		}
		if err := d.Read(ctx, db.Tenant(s.Org), func(tx *db.Tx) error {
			all, err := feed.Stream(tx, "project:"+string(s.Project), 0, 500)
			if len(all) < 20 {
				t.Errorf("%d changes in the log", len(all))
			}
			for _, e := range all {
				for _, f := range e.Fields {
					for _, word := range []string{"Olga", "Test ", "example"} {
						if bytes.Contains(f.Before, []byte(word)) || bytes.Contains(f.After, []byte(word)) {
							t.Errorf("%s %s: %s → %s", e.Thing.Kind, f.Name, f.Before, f.After)
						}
					}
				}
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	})
}

// relying is what a slice above keeps: a row that says it goes by a setting.
type relying struct{}

func (relying) InUse(tx *db.Tx, _, thing string) (bool, error) {
	_, ok, err := db.Maybe(tx, db.Value1[string], `select id from comment where org_id = $1 and thing_id = $2`, tx.Org(), thing)
	return ok, err
}

// TestARoleStaysForWhoReliesOnIt deletes a role while something is given to it:
// one of the two comes first, and the other one sees it.
func TestARoleStaysForWhoReliesOnIt(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := projecttest.New(t, d)
		s.Projects.Connect(relying{}, nil)
		ctx := t.Context()
		g := s.At(t, policy.Manager, "")
		for range 15 {
			r := project.Role{ID: id.New[id.Role](), Name: "x"}
			if _, _, err := s.Projects.PutRole(ctx, g, r); err != nil {
				t.Fatal(err)
			}
			given := make(chan bool)
			go func() {
				known := false
				if err := d.Write(ctx, g.Scope(), func(tx *db.Tx) error {
					unknown, err := project.Unknown(tx, s.Project, []access.InCharge{{Kind: access.KindRole, ID: string(r.ID)}})
					if known = err == nil && len(unknown) == 0; !known {
						return err
					}
					_, err = tx.Exec(`insert into comment (org_id, id, project_id, thing_kind, thing_id, text, author_id, at) values ($1, $2, $3, 'role', $2, '', '', 0)`,
						tx.Org(), r.ID, s.Project)
					return err
				}); err != nil {
					t.Error(err)
				}
				given <- known
			}()
			err := s.Projects.DeleteRole(ctx, g, r.ID)
			if known := <-given; known != (fault.CodeOf(err) == "in-use") {
				t.Fatalf("given to: %v, deleting it: %v", known, err)
			}
		}
	})
}

package access_test

import (
	"slices"
	"sync"
	"testing"

	"plumbline/internal/access"
	"plumbline/internal/db"
	"plumbline/internal/db/dbtest"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/org"
	"plumbline/internal/person"
	"plumbline/internal/person/persontest"
	"plumbline/internal/policy"
)

// site is a project in one organisation, as far as access knows of it.
type site struct {
	d       *db.DB
	vault   *person.Service
	access  *access.Service
	org     id.Org
	project id.Project
}

func newSite(t *testing.T, d *db.DB) *site {
	t.Helper()
	v := persontest.Vault(t, d)
	v.SetReach(access.Reach)
	orgs := org.New(org.Deps{DB: d, People: v})
	return &site{d: d, vault: v, access: access.New(d, orgs), org: id.New[id.Org](), project: id.New[id.Project]()}
}

func (s *site) write(t *testing.T, fn func(tx *db.Tx) error) {
	t.Helper()
	if err := s.d.Write(t.Context(), db.Tenant(s.org), fn); err != nil {
		t.Fatal(err)
	}
}

// with adds a participant with an account.
func (s *site) with(t *testing.T, level policy.Level, roles ...id.Role) access.Grant {
	t.Helper()
	a := persontest.Account(t, s.d, s.vault, person.AccountProfile{Email: string(id.New[id.Account]()) + "@x.example"}, person.Credentials{})
	p := persontest.Add(t, s.d, s.vault, s.org, a, person.Profile{Name: "Test"})
	s.write(t, func(tx *db.Tx) error { return access.Admit(tx, persontest.By(), s.project, p, level, roles) })
	g, err := s.access.Enter(t.Context(), access.Caller{Account: a, Via: "session"}, s.project)
	if err != nil || g.Person != p || g.Level != level || g.Org != s.org {
		t.Fatalf("enters as %+v: %v", g, err)
	}
	return g
}

func code(t *testing.T, what string, err error, kind fault.Kind, want string) {
	t.Helper()
	if !fault.Is(err, kind) || fault.CodeOf(err) != want {
		t.Errorf("%s: got %v %q (%v), want %v %q", what, fault.KindOf(err), fault.CodeOf(err), err, kind, want)
	}
}

func TestEnter(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newSite(t, d)
		ctx := t.Context()
		admin := s.with(t, policy.Administrator)
		role := id.New[id.Role]()
		guest := s.with(t, policy.Guest, role)
		if !slices.Equal(guest.Roles, []id.Role{role}) {
			t.Errorf("roles %v", guest.Roles)
		}
		// The account is somebody in a second organisation too: nothing changes.
		persontest.Add(t, d, s.vault, id.New[id.Org](), guest.Account, person.Profile{Name: "Elsewhere"})
		if g, err := s.access.Enter(ctx, guest.Caller, s.project); err != nil || g.Org != s.org || g.Person != guest.Person {
			t.Errorf("%+v %v", g, err)
		}
		grants, err := s.access.Grants(ctx, guest.Caller)
		if err != nil || len(grants) != 1 || grants[0].Project != s.project || grants[0].Level != policy.Guest {
			t.Errorf("%+v %v", grants, err)
		}

		bystander := persontest.Account(t, d, s.vault, person.AccountProfile{Email: "by@x.example"}, person.Credentials{})
		persontest.Add(t, d, s.vault, s.org, bystander, person.Profile{Name: "In the address book"})
		for what, c := range map[string]access.Caller{"of the organisation": {Account: bystander, Via: "session"}, "nobody": {Via: "session"}} {
			_, err := s.access.Enter(ctx, c, s.project)
			code(t, what, err, fault.NotFound, "project-not-found")
		}
		_, err = s.access.Enter(ctx, admin.Caller, id.New[id.Project]())
		code(t, "no project", err, fault.NotFound, "project-not-found")

		of, err := s.access.OfPerson(ctx, s.org, s.project, guest.Person)
		if err != nil || of.Level != policy.Guest || len(of.Roles) != 1 || of.Via != "system" {
			t.Errorf("%+v %v", of, err)
		}
		s.write(t, func(tx *db.Tx) error { return s.vault.Erase(tx, persontest.By(), guest.Person, true, tx.Now()) })
		_, err = s.access.Enter(ctx, guest.Caller, s.project)
		code(t, "an erased person", err, fault.NotFound, "project-not-found")
		_, err = s.access.OfPerson(ctx, s.org, s.project, guest.Person)
		code(t, "work of an erased person", err, fault.NotFound, "project-not-found")
		if grants, err := s.access.Grants(ctx, guest.Caller); err != nil || len(grants) != 0 {
			t.Errorf("%+v %v", grants, err)
		}
	})
}

func TestParticipantsComeAndGo(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newSite(t, d)
		ctx := t.Context()
		admin, guest := s.with(t, policy.Administrator), s.with(t, policy.Guest)
		known := func(*db.Tx) error { return nil }
		heads := func() (all, own int64) {
			s.write(t, func(tx *db.Tx) error {
				mine := access.Charged(s.project, access.InCharge{Kind: access.KindPerson, ID: string(guest.Person)})
				h, err := feed.Heads(tx, []string{access.Everyone(s.project), mine})
				all, own = h[access.Everyone(s.project)], h[mine]
				return err
			})
			return all, own
		}
		all, own := heads()

		code(t, "a guest promotes", s.access.Put(ctx, guest, guest.Person, policy.Administrator, nil, known), fault.Denied, "needs-administrator")
		code(t, "a level that is none", s.access.Put(ctx, admin, guest.Person, policy.None, nil, known), fault.Invalid, "invalid")
		code(t, "refused by the project", s.access.Put(ctx, admin, guest.Person, policy.Manager, nil, func(*db.Tx) error {
			return fault.New(fault.NotFound, "person-not-found", "x")
		}), fault.NotFound, "person-not-found")
		if a, o := heads(); a != all || o != own {
			t.Error("refusals are in the log")
		}
		for range 2 { // the second changes nothing
			if err := s.access.Put(ctx, admin, guest.Person, policy.Manager, nil, known); err != nil {
				t.Fatal(err)
			}
		}
		if a, o := heads(); a != all+1 || o != own+1 {
			t.Errorf("%d deliveries to the project, %d to the participant", a-all, o-own)
		}
		code(t, "the last administrator leaves", s.access.Remove(ctx, admin, admin.Person), fault.Conflict, "last-administrator")
		code(t, "a manager removes", s.access.Remove(ctx, guest, admin.Person), fault.Denied, "needs-administrator")
		if err := s.access.Remove(ctx, guest, guest.Person); err != nil {
			t.Errorf("leaving: %v", err)
		}
		_, err := s.access.Enter(ctx, guest.Caller, s.project)
		code(t, "left", err, fault.NotFound, "project-not-found")
		s.write(t, func(tx *db.Tx) error {
			people, err := access.Participants(tx, s.project)
			if len(people) != 2 || !people[1].Former || people[1].Person != guest.Person {
				t.Errorf("%+v", people)
			}
			return err
		})
		if err := s.access.Put(ctx, admin, guest.Person, policy.Guest, nil, known); err != nil {
			t.Fatal(err)
		}
		if g, err := s.access.Enter(ctx, guest.Caller, s.project); err != nil || g.Level != policy.Guest {
			t.Errorf("back again: %+v %v", g, err)
		}
	})
}

func TestTwoAdministratorsCannotLeaveAtOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newSite(t, d)
		for range 5 {
			s.project = id.New[id.Project]()
			two := []access.Grant{s.with(t, policy.Administrator), s.with(t, policy.Administrator)}
			var wg sync.WaitGroup
			errs := make([]error, 2)
			for i, g := range two {
				wg.Go(func() { errs[i] = s.access.Remove(t.Context(), g, g.Person) })
			}
			wg.Wait()
			if (errs[0] == nil) == (errs[1] == nil) {
				t.Errorf("both or none left: %v, %v", errs[0], errs[1])
			}
		}
	})
}

func TestListsGiveLevels(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newSite(t, d)
		s.with(t, policy.Administrator)
		sub := s.with(t, policy.Subcontractor)
		raised, shut, plain := id.New[id.List](), id.New[id.List](), id.New[id.List]()
		s.write(t, func(tx *db.Tx) error {
			if _, _, err := access.SetListLevel(tx, s.project, raised, sub.Person, policy.Contributor, true); err != nil {
				return err
			}
			return access.CloseList(tx, s.project, shut, true)
		})
		g, err := s.access.Enter(t.Context(), sub.Caller, s.project)
		if err != nil || g.LevelOn(raised) != policy.Contributor || g.LevelOn(shut) != policy.None || g.LevelOn(plain) != policy.Subcontractor {
			t.Errorf("%v %v %v %v", g.LevelOn(raised), g.LevelOn(shut), g.LevelOn(plain), err)
		}
		got := g.Audiences([]id.List{raised, shut, plain})
		if !slices.Contains(got, access.OnList(s.project, raised)) || slices.Contains(got, access.OnList(s.project, shut)) || slices.Contains(got, access.OnList(s.project, plain)) {
			t.Errorf("audiences %v", got)
		}
		code(t, "a stranger", s.d.Write(t.Context(), db.Tenant(s.org), func(tx *db.Tx) error {
			_, _, err := access.SetListLevel(tx, s.project, raised, id.New[id.Person](), policy.Guest, true)
			return err
		}), fault.NotFound, "participant-not-found")
	})
}

func TestInChargeOf(t *testing.T) {
	t.Parallel()
	role := id.New[id.Role]()
	g := access.Grant{Actor: access.Actor{Person: "p", Company: "c"}, Roles: []id.Role{role}}
	for _, c := range []access.InCharge{{Kind: "person", ID: "p"}, {Kind: "company", ID: "c"}, {Kind: "role", ID: string(role)}} {
		if !g.InChargeOf([]access.InCharge{{Kind: "person", ID: "other"}, c}) {
			t.Errorf("not in charge as %s", c.Kind)
		}
	}
	for _, c := range []access.InCharge{{Kind: "person", ID: "c"}, {Kind: "company", ID: ""}, {Kind: "role", ID: "p"}} {
		if g.InChargeOf([]access.InCharge{c}) {
			t.Errorf("in charge as %+v", c)
		}
	}
	none := access.Grant{Actor: access.Actor{Person: "p"}}
	if none.InChargeOf([]access.InCharge{{Kind: "company", ID: ""}}) {
		t.Error("no company is in charge of what no company is")
	}
}

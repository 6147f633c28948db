package staff

import (
	"testing"
	"time"

	"plumbline/internal/clock"
	"plumbline/internal/crypt"
	"plumbline/internal/db"
	"plumbline/internal/db/dbtest"
	"plumbline/internal/disclosure"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/org"
	"plumbline/internal/person"
	"plumbline/internal/person/persontest"
	"plumbline/internal/personal"
	"plumbline/internal/policy"
)

type world struct {
	t      *testing.T
	at     *clock.Fake
	d      *db.DB
	ring   *crypt.Ring
	people *person.Service
	orgs   *org.Service
	s      *Service
}

func each(t *testing.T, fn func(t *testing.T, w *world)) {
	t.Helper()
	for _, engine := range []db.Dialect{db.SQLite, db.Postgres} {
		t.Run(engine.String(), func(t *testing.T) {
			t.Parallel()
			at := clock.NewFake(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC))
			w := &world{t: t, at: at, d: dbtest.Open(t, engine, dbtest.Clock(at)), ring: persontest.Ring(t)}
			w.people = persontest.VaultOn(w.d, w.ring)
			w.orgs = org.New(org.Deps{DB: w.d, People: w.people, Mail: org.Queue{}})
			w.s = New(Deps{DB: w.d, People: w.people, Orgs: w.orgs, Keys: w.ring})
			fn(t, w)
		})
	}
}

func (w *world) account(email string) org.Caller {
	w.t.Helper()
	return org.Caller{Via: "session", Account: persontest.Account(w.t, w.d, w.people, person.AccountProfile{Name: "Someone", Email: email, Locale: "nl-BE"}, person.Credentials{Password: "x"})}
}

func (w *world) found(name string) org.Grant {
	w.t.Helper()
	o, p := id.New[id.Org](), id.New[id.Person]()
	c := w.account("owner@" + name + ".example")
	if err := w.orgs.Found(w.t.Context(), org.Founding{Org: o, Name: name, Locale: "nl-BE", Owner: p, Account: c.Account,
		Profile: person.Profile{Name: "Owner of " + name, Email: "owner@" + name + ".example", Locale: "nl-BE"}}); err != nil {
		w.t.Fatal(err)
	}
	g, err := w.orgs.Enter(w.t.Context(), c, o)
	if err != nil {
		w.t.Fatal(err)
	}
	return g
}

func (w *world) member(email string, role Role) org.Caller {
	w.t.Helper()
	c := w.account(email)
	if err := w.s.Add(w.t.Context(), email, role); err != nil {
		w.t.Fatal(err)
	}
	if err := w.s.Acknowledge(w.t.Context(), c, Rules); err != nil {
		w.t.Fatal(err)
	}
	return c
}

const reason = "We cannot find a colleague"

func TestRoles(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		c := w.account("sue@operator.example")
		if _, err := w.s.Of(t.Context(), c); fault.CodeOf(err) != "staff-only" || fault.KindOf(err) != fault.NotFound {
			t.Errorf("of a stranger: %v", err)
		}
		if err := w.s.Acknowledge(t.Context(), c, Rules); fault.CodeOf(err) != "staff-only" {
			t.Errorf("a stranger acknowledges: %v", err)
		}
		if err := w.s.Add(t.Context(), "nobody@operator.example", Support); fault.CodeOf(err) != "account-not-found" {
			t.Errorf("nobody: %v", err)
		}
		if err := w.s.Add(t.Context(), "sue@operator.example", "boss"); fault.KindOf(err) != fault.Invalid {
			t.Errorf("a role that is none: %v", err)
		}
		if err := w.s.Add(t.Context(), "sue@operator.example", Support); err != nil {
			t.Fatal(err)
		}
		s, err := w.s.Of(t.Context(), c)
		if err != nil || s.Role != Support || fault.CodeOf(s.Require(Support)) != "handling-rules-first" {
			t.Errorf("%+v, %v, %v", s, err, s.Require(Support))
		}
		if err := w.s.Acknowledge(t.Context(), c, "1999"); fault.CodeOf(err) != "other-rules" {
			t.Errorf("old rules: %v", err)
		}
		if err := w.s.Acknowledge(t.Context(), c, Rules); err != nil {
			t.Fatal(err)
		}
		s, err = w.s.Of(t.Context(), c)
		if err != nil || s.Require(Support) != nil || fault.CodeOf(s.Require(Officer)) != "needs-officer" {
			t.Errorf("%+v, %v", s, err)
		}
		// Another role begins anew.
		if err := w.s.Add(t.Context(), "sue@operator.example", Officer); err != nil {
			t.Fatal(err)
		}
		if s, err = w.s.Of(t.Context(), c); err != nil || fault.CodeOf(s.Require(Officer)) != "handling-rules-first" {
			t.Errorf("%+v, %v", s, err)
		}
		all, err := w.s.List(t.Context())
		if err != nil || len(all) != 1 || all[0].Email != "sue@operator.example" || all[0].Role != Officer {
			t.Errorf("%+v, %v", all, err)
		}
		if err := w.s.Remove(t.Context(), "sue@operator.example"); err != nil {
			t.Fatal(err)
		}
		if _, err := w.s.Of(t.Context(), c); fault.CodeOf(err) != "staff-only" {
			t.Errorf("after the role was taken: %v", err)
		}
		if err := w.s.Remove(t.Context(), "sue@operator.example"); fault.CodeOf(err) != "not-staff" {
			t.Errorf("taken twice: %v", err)
		}
	})
}

func TestSupportGrants(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		g, other := w.found("bouw"), w.found("dak")
		sue := w.member("sue@operator.example", Support)
		refused := func(what string, c org.Caller, o id.Org) {
			t.Helper()
			if _, err := w.s.Book(t.Context(), c, o); fault.CodeOf(err) != "staff-only" {
				t.Errorf("%s: %v", what, err)
			}
		}
		seen := func() int {
			t.Helper()
			var rows []disclosure.Row
			if err := w.d.Read(t.Context(), db.Tenant(g.Org), func(tx *db.Tx) (err error) {
				rows, err = disclosure.Of(tx, personal.OfPerson(g.Org, g.Person))
				return err
			}); err != nil {
				t.Fatal(err)
			}
			for _, r := range rows {
				if r.Recipient.Kind != disclosure.Staff || r.Recipient.ID != string(sue.Account) || r.Purpose != personal.Support || len(r.Fields) == 0 {
					t.Errorf("%+v", r)
				}
			}
			return len(rows)
		}
		refused("without a grant", sue, g.Org)
		for name, c := range map[string]struct {
			email, reason string
			hours         int
		}{
			"no reason": {"sue@operator.example", "", 1}, "73 hours": {"sue@operator.example", reason, 73}, "no hours": {"sue@operator.example", reason, 0},
			"no staff": {"owner@bouw.example", reason, 1}, "nobody": {"x@y.example", reason, 1},
		} {
			if _, _, err := w.s.Open(t.Context(), g, id.New[id.Grant](), c.email, c.reason, c.hours); fault.KindOf(err) != fault.Invalid {
				t.Errorf("%s: %v", name, err)
			}
		}
		manager := g
		manager.Role = policy.OrgManager
		if _, _, err := w.s.Open(t.Context(), manager, id.New[id.Grant](), "sue@operator.example", reason, 1); fault.KindOf(err) != fault.Denied {
			t.Errorf("opened by a manager: %v", err)
		}
		grant := id.New[id.Grant]()
		for want := range 2 {
			x, made, err := w.s.Open(t.Context(), g, grant, "sue@operator.example", reason, 2)
			if err != nil || made != (want == 0) || !x.Running || x.Reason != reason || x.Email != "sue@operator.example" {
				t.Fatalf("%+v, %v, %v", x, made, err)
			}
		}
		book, err := w.s.Book(t.Context(), sue, g.Org)
		if err != nil || len(book) != 1 || book[0].Name != "Owner of bouw" || book[0].Email == "" {
			t.Fatalf("%+v, %v", book, err)
		}
		if seen() != 1 {
			t.Errorf("%d rows in the ledger", seen())
		}
		refused("another organisation", sue, other.Org)
		refused("another of the staff", w.member("tom@operator.example", Support), g.Org)
		refused("a stranger", w.account("eve@x.example"), g.Org)
		// It ends by itself.
		w.at.Advance(2 * time.Hour)
		refused("after two hours", sue, g.Org)
		// It is taken back.
		grant = id.New[id.Grant]()
		if _, _, err := w.s.Open(t.Context(), g, grant, "sue@operator.example", reason, 72); err != nil {
			t.Fatal(err)
		}
		if err := w.s.Close(t.Context(), other, grant); fault.CodeOf(err) != "grant-not-found" {
			t.Errorf("closed by another organisation: %v", err)
		}
		if err := w.s.Close(t.Context(), g, grant); err != nil {
			t.Fatal(err)
		}
		refused("after it was taken back", sue, g.Org)
		// It ends with the role.
		if _, _, err := w.s.Open(t.Context(), g, id.New[id.Grant](), "sue@operator.example", reason, 72); err != nil {
			t.Fatal(err)
		}
		if err := w.s.Remove(t.Context(), "sue@operator.example"); err != nil {
			t.Fatal(err)
		}
		refused("without the role", sue, g.Org)
		if err := w.s.Add(t.Context(), "sue@operator.example", Support); err != nil {
			t.Fatal(err)
		}
		if err := w.s.Acknowledge(t.Context(), sue, Rules); err != nil {
			t.Fatal(err)
		}
		refused("with the role again, and the old grant", sue, g.Org)
		all, err := w.s.Grants(t.Context(), g)
		if err != nil || len(all) != 3 {
			t.Fatalf("%d grants, %v", len(all), err)
		}
		for _, x := range all {
			if x.Running {
				t.Errorf("%+v still runs", x)
			}
		}
		if seen() != 1 {
			t.Errorf("%d rows in the ledger", seen())
		}
	})
}

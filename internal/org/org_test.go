package org_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"plumbline/internal/clock"
	"plumbline/internal/db"
	"plumbline/internal/db/dbtest"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/org"
	"plumbline/internal/person"
	"plumbline/internal/person/persontest"
	"plumbline/internal/personal"
	"plumbline/internal/policy"
)

// post is a mailer that remembers what was queued.
type post struct{ sent []string }

func (p *post) Post(tx *db.Tx, kind, recipient, template, locale string, _ personal.Purpose) error {
	tx.AfterCommit(func() { p.sent = append(p.sent, strings.Join([]string{kind, recipient, template, locale}, " ")) })
	return nil
}

type site struct {
	d     *db.DB
	clock *clock.Fake
	org   *org.Service
	vault *person.Service
	mail  *post
	id    id.Org
	owner org.Grant
}

func each(t *testing.T, fn func(t *testing.T, s *site)) {
	t.Helper()
	c := func() *clock.Fake { return clock.NewFake(time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)) }
	for _, dialect := range []db.Dialect{db.SQLite, db.Postgres} {
		t.Run(dialect.String(), func(t *testing.T) {
			t.Parallel()
			fake := c()
			d := dbtest.Open(t, dialect, dbtest.Clock(fake))
			v := persontest.Vault(t, d)
			s := &site{d: d, clock: fake, vault: v, mail: &post{}, id: id.New[id.Org]()}
			s.org = org.New(org.Deps{DB: d, People: v, Mail: s.mail})
			a := persontest.Account(t, d, v, person.AccountProfile{Name: "Olga Owner", Email: "olga@delta.example"}, person.Credentials{})
			p := id.New[id.Person]()
			if err := s.org.Found(t.Context(), org.Founding{Org: s.id, Name: "Bouwgroep Delta", Locale: "nl", Owner: p, Account: a,
				Profile: person.Profile{Name: "Olga Owner", Email: "olga@delta.example"}}); err != nil {
				t.Fatal(err)
			}
			g, err := s.org.Enter(t.Context(), org.Caller{Account: a, Via: "session"}, s.id)
			if err != nil || g.Role != policy.OrgOwner || g.Person != p {
				t.Fatalf("the owner enters as %+v: %v", g, err)
			}
			s.owner = g
			fn(t, s)
		})
	}
}

// member adds a member with an account.
func (s *site) member(t *testing.T, role policy.OrgRole) org.Grant {
	t.Helper()
	a := persontest.Account(t, s.d, s.vault, person.AccountProfile{Email: string(id.New[id.Account]()) + "@delta.example"}, person.Credentials{})
	p := persontest.Add(t, s.d, s.vault, s.id, a, person.Profile{Name: "Mo Member"})
	if role != policy.OrgNone {
		if err := s.d.Write(t.Context(), db.Tenant(s.id), func(tx *db.Tx) error { return s.org.Join(tx, persontest.By(), p, role) }); err != nil {
			t.Fatal(err)
		}
	}
	return org.Grant{Caller: org.Caller{Account: a, Via: "session"}, Org: s.id, Person: p, Role: role}
}

func (s *site) invitation() org.Invitation {
	return org.Invitation{ID: id.New[id.Invite](), Email: "nele@gamma.example", Name: "Nele", Source: personal.Supplier, Locale: "fr"}
}

func (s *site) history(t *testing.T, thing string) (kinds []string) {
	t.Helper()
	if err := s.d.Read(t.Context(), db.Tenant(s.id), func(tx *db.Tx) error {
		h, err := feed.History(tx, thing, "", 50)
		for _, e := range h.Items {
			kinds = append(kinds, e.Kind)
			for _, f := range e.Fields {
				if strings.Contains(string(f.Before)+string(f.After), "nele") {
					t.Errorf("the log holds an address: %s", f.Name)
				}
			}
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return kinds
}

func code(t *testing.T, err error, kind fault.Kind, want string) {
	t.Helper()
	if !fault.Is(err, kind) || fault.CodeOf(err) != want {
		t.Errorf("got %v %q, want %v %q", fault.KindOf(err), fault.CodeOf(err), kind, want)
	}
}

func TestDeclarations(t *testing.T) {
	t.Parallel()
	if wrong := personal.Check(org.Declarations()); len(wrong) > 0 {
		t.Error(strings.Join(wrong, "\n"))
	}
}

func TestStrangersSeeNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		bystander := s.member(t, policy.OrgNone)
		for name, c := range map[string]org.Caller{"nobody": {Account: id.New[id.Account](), Via: "session"}, "in the address book, no member": bystander.Caller} {
			_, err := s.org.Enter(t.Context(), c, s.id)
			code(t, err, fault.NotFound, "organisation-not-found")
			if m, err := s.org.Memberships(t.Context(), c.Account); err != nil || len(m) != 0 {
				t.Errorf("%s is a member of %v %v", name, m, err)
			}
		}
		_, err := s.org.Enter(t.Context(), s.owner.Caller, id.New[id.Org]())
		code(t, err, fault.NotFound, "organisation-not-found")
	})
}

func TestRoles(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		ctx := t.Context()
		manager, member := s.member(t, policy.OrgManager), s.member(t, policy.OrgMember)
		code(t, s.org.SetRole(ctx, manager, member.Person, policy.OrgManager), fault.Denied, "needs-owner")
		code(t, s.org.Remove(ctx, member, manager.Person), fault.Denied, "needs-manager")
		code(t, s.org.Remove(ctx, manager, s.owner.Person), fault.Denied, "needs-owner")
		code(t, s.org.Remove(ctx, s.owner, s.owner.Person), fault.Conflict, "last-owner")
		code(t, s.org.SetRole(ctx, s.owner, s.owner.Person, policy.OrgMember), fault.Conflict, "last-owner")
		code(t, s.org.SetRole(ctx, s.owner, id.New[id.Person](), policy.OrgMember), fault.NotFound, "member-not-found")
		if err := s.org.SetRole(ctx, s.owner, member.Person, policy.OrgOwner); err != nil {
			t.Fatal(err)
		}
		if err := s.org.Remove(ctx, s.owner, s.owner.Person); err != nil {
			t.Errorf("one of two owners leaves: %v", err)
		}
		if got := s.history(t, string(member.Person)); !slices.Contains(got, feed.Changed) {
			t.Errorf("the log of a changed role: %v", got)
		}
		_, err := s.org.Enter(ctx, s.owner.Caller, s.id)
		code(t, err, fault.NotFound, "organisation-not-found")
	})
}

func TestCompanies(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		ctx := t.Context()
		c := org.Company{ID: id.New[id.Company](), Name: "Gamma Technieken", Trade: "HVAC"}
		_, _, err := s.org.PutCompany(ctx, s.member(t, policy.OrgMember), c)
		code(t, err, fault.Denied, "needs-manager")
		manager := s.member(t, policy.OrgManager)
		for i, want := range []bool{true, false} {
			if _, made, err := s.org.PutCompany(ctx, manager, c); err != nil || made != want {
				t.Errorf("time %d: made %v %v", i, made, err)
			}
		}
		_, _, err = s.org.PutCompany(ctx, manager, org.Company{ID: id.New[id.Company](), Name: " \u00a0"})
		code(t, err, fault.Invalid, "invalid")
		name, trade := "Gamma NV", "Elektriciteit"
		got, conflicts, err := s.org.ChangeCompany(ctx, manager, c.ID, 1, org.CompanyPatch{Name: &name})
		if err != nil || got.Name != name || got.Version != 2 || len(conflicts) != 0 {
			t.Errorf("%+v %v %v", got, conflicts, err)
		}
		other := "Gamma BV"
		got, conflicts, err = s.org.ChangeCompany(ctx, manager, c.ID, 1, org.CompanyPatch{Name: &other, Trade: &trade})
		if err != nil || got.Name != name || got.Trade != trade || got.Version != 3 || len(conflicts) != 1 || conflicts[0].Field != "name" {
			t.Errorf("%+v %v %v", got, conflicts, err)
		}
		_, _, err = s.org.ChangeCompany(ctx, manager, id.New[id.Company](), 1, org.CompanyPatch{Name: &other})
		code(t, err, fault.NotFound, "company-not-found")
		w, err := s.org.Get(ctx, manager)
		if err != nil || len(w.Companies) != 1 || len(w.Members) != 3 || w.Members[0].Name != "Olga Owner" || w.Name != "Bouwgroep Delta" {
			t.Errorf("%+v %v", w, err)
		}
	})
}

func TestInvitationIsAccepted(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		ctx := t.Context()
		in := s.invitation()
		_, _, err := s.org.Invite(ctx, s.member(t, policy.OrgMember), in)
		code(t, err, fault.Denied, "needs-manager")
		first, made, err := s.org.Invite(ctx, s.owner, in)
		if err != nil || !made {
			t.Fatal(made, err)
		}
		again, made, err := s.org.Invite(ctx, s.owner, in)
		if err != nil || made || again.Person != first.Person || again.Email != in.Email {
			t.Errorf("again: %v %+v %v", made, again, err)
		}
		if want := []string{"invite " + string(in.ID) + " invitation fr"}; !slices.Equal(s.mail.sent, want) {
			t.Errorf("mails %v, want %v", s.mail.sent, want)
		}
		other := in
		other.ID = id.New[id.Invite]()
		_, _, err = s.org.Invite(ctx, s.owner, other)
		code(t, err, fault.Conflict, "already-invited")
		other.Email = "OLGA@delta.example"
		_, _, err = s.org.Invite(ctx, s.owner, other)
		code(t, err, fault.Conflict, "already-here")

		if address, err := s.org.Address(ctx, s.id, in.ID); err != nil || address != in.Email {
			t.Errorf("the mail goes to %q: %v", address, err)
		}
		token, err := s.org.NewLink(ctx, s.id, in.ID)
		if err != nil || len(token) < 40 {
			t.Fatal(err)
		}
		n, err := s.org.Notice(ctx, token)
		if err != nil || n.Organisation != "Bouwgroep Delta" || n.InviterName != "Olga Owner" || n.Source != personal.Supplier ||
			!n.Expires.Equal(s.clock.Now().Add(org.InviteLife)) {
			t.Errorf("notice %+v %v", n, err)
		}
		_, err = s.org.Notice(ctx, token+"x")
		code(t, err, fault.Gone, "link-lapsed")
		a := persontest.Account(t, s.d, s.vault, person.AccountProfile{Name: "Nele", Email: in.Email}, person.Credentials{})
		accept := func() error {
			return s.d.Write(ctx, db.Tenant(s.id), func(tx *db.Tx) error {
				_, err := s.org.Accept(tx, in.ID, a, "Nele Claes", "nl")
				return err
			})
		}
		if err := accept(); err != nil {
			t.Fatal(err)
		}
		code(t, accept(), fault.Gone, "link-lapsed")
		_, err = s.org.Notice(ctx, token)
		code(t, err, fault.Gone, "link-lapsed")
		code(t, s.org.Decline(ctx, token), fault.Gone, "link-lapsed")
		m, err := s.org.Memberships(ctx, a)
		if err != nil || len(m) != 1 || m[0].Role != policy.OrgMember || m[0].Person != first.Person || m[0].Org.Name != "Bouwgroep Delta" {
			t.Errorf("memberships %+v %v", m, err)
		}
		if got := s.history(t, string(in.ID)); !slices.Equal(got, []string{"accepted", feed.Created}) {
			t.Errorf("log %v", got)
		}
	})
}

func TestUnansweredInvitationsLeaveNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		ctx := t.Context()
		ends := map[string]func(in org.Invitation, token string) error{
			"declined":  func(_ org.Invitation, token string) error { return s.org.Decline(ctx, token) },
			"withdrawn": func(in org.Invitation, _ string) error { return s.org.Withdraw(ctx, s.owner, in.ID) },
			"lapsed": func(org.Invitation, string) error {
				s.clock.Advance(org.InviteLife)
				return s.org.Lapse(ctx)
			},
		}
		for state, end := range ends {
			in, _, err := s.org.Invite(ctx, s.owner, s.invitation())
			if err != nil {
				t.Fatal(err)
			}
			token, err := s.org.NewLink(ctx, s.id, in.ID)
			if err != nil {
				t.Fatal(err)
			}
			s.clock.Advance(org.InviteLife - time.Microsecond)
			if err := s.org.Lapse(ctx); err != nil {
				t.Fatal(err)
			}
			if _, err := s.org.Notice(ctx, token); err != nil {
				t.Errorf("%s: gone before its time: %v", state, err)
			}
			s.clock.Advance(-org.InviteLife + time.Microsecond)
			if err := end(in, token); err != nil {
				t.Fatalf("%s: %v", state, err)
			}
			_, err = s.org.Notice(ctx, token)
			code(t, err, fault.Gone, "link-lapsed")
			_, err = s.org.NewLink(ctx, s.id, in.ID)
			code(t, err, fault.Gone, "link-lapsed")
			people, err := s.vault.Read(ctx, personal.Invitation, s.id, []id.Person{in.Person})
			if err != nil || len(people) != 0 {
				t.Errorf("%s: the address book holds %v %v", state, people, err)
			}
			if err := s.vault.Sweep(ctx); err != nil {
				t.Fatal(err)
			}
			if got := s.history(t, string(in.ID)); !slices.Equal(got, []string{state, feed.Created}) {
				t.Errorf("%s: log %v", state, got)
			}
		}
		if all, err := s.org.Invitations(ctx, s.owner); err != nil || len(all) != 0 {
			t.Errorf("open invitations %v %v", all, err)
		}
		code(t, s.org.Withdraw(ctx, s.owner, id.New[id.Invite]()), fault.NotFound, "invitation-not-found")
	})
}

func TestBadInvitations(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *site) {
		cases := map[string]struct {
			change func(*org.Invitation)
			path   string
		}{
			"no address":          {func(in *org.Invitation) { in.Email = "nele" }, "email"},
			"no source":           {func(in *org.Invitation) { in.Source = "" }, "source"},
			"an unknown language": {func(in *org.Invitation) { in.Locale = "xx" }, "locale"},
			"a level of nothing":  {func(in *org.Invitation) { in.Level = policy.Guest }, "project_id"},
			"no level":            {func(in *org.Invitation) { in.Project = id.New[id.Project]() }, "level"},
			"an unknown company":  {func(in *org.Invitation) { in.Company = id.New[id.Company]() }, "company_id"},
		}
		for name, c := range cases {
			in := s.invitation()
			c.change(&in)
			_, _, err := s.org.Invite(t.Context(), s.owner, in)
			if !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "("+c.path+":") {
				t.Errorf("%s: %v", name, err)
			}
		}
		if len(s.mail.sent) != 0 {
			t.Errorf("mails were queued: %v", s.mail.sent)
		}
	})
}

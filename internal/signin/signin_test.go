package signin_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"plumbline/internal/access"
	"plumbline/internal/clock"
	"plumbline/internal/db"
	"plumbline/internal/db/dbtest"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/mail"
	"plumbline/internal/org"
	"plumbline/internal/person"
	"plumbline/internal/person/persontest"
	"plumbline/internal/personal"
	"plumbline/internal/policy"
	"plumbline/internal/project"
	"plumbline/internal/project/projecttest"
	"plumbline/internal/signin"
	"plumbline/internal/signin/postal"
)

const (
	good   = "vier groene fietsen in de regen"
	better = "zeven natte honden op het dak"
)

var cheap = signin.Cost{MemoryKiB: 64, Passes: 1, AtOnce: 2}

type house struct {
	*projecttest.Site
	clock *clock.Fake
	in    *signin.Service
	log   *bytes.Buffer
	anna  id.Account
}

func each(t *testing.T, fn func(t *testing.T, h *house)) {
	t.Helper()
	for _, dialect := range []db.Dialect{db.SQLite, db.Postgres} {
		t.Run(dialect.String(), func(t *testing.T) {
			t.Parallel()
			fake := clock.NewFake(time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC))
			d := dbtest.Open(t, dialect, dbtest.Clock(fake))
			ring := persontest.Ring(t)
			site := projecttest.With(t, d, person.New(person.Deps{DB: d, Keys: ring}))
			h := &house{Site: site, clock: fake, log: &bytes.Buffer{}}
			var err error
			h.in, err = signin.New(signin.Deps{DB: d, People: site.Vault, Orgs: site.Orgs, Keys: ring, Mail: site.Mail, Cost: cheap,
				Log: slog.New(slog.NewTextHandler(h.log, nil)), Admit: access.Admit})
			if err != nil {
				t.Fatal(err)
			}
			h.anna, err = h.in.NewAccount(t.Context(), person.AccountProfile{Name: "Anna Peeters", Email: "anna@delta.example", Locale: "nl"}, good)
			if err != nil {
				t.Fatal(err)
			}
			fn(t, h)
			if l := h.log.String(); strings.Contains(l, "delta.example") || strings.Contains(l, "Anna") || strings.Contains(l, "192.0.2") {
				t.Errorf("the log names someone:\n%s", l)
			}
		})
	}
}

func from(address string) signin.From {
	return signin.From{Address: netip.MustParseAddr(address), Agent: "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"}
}

func code(t *testing.T, what string, err error, kind fault.Kind, want string) {
	t.Helper()
	if !fault.Is(err, kind) || fault.CodeOf(err) != want {
		t.Errorf("%s: got %v %q (%v), want %v %q", what, fault.KindOf(err), fault.CodeOf(err), err, kind, want)
	}
}

func (h *house) signIn(t *testing.T, f signin.From) signin.Session {
	t.Helper()
	s, err := h.in.SignIn(t.Context(), "Anna@Delta.example", good, f)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (h *house) alive(t *testing.T, s signin.Session) bool {
	t.Helper()
	c, ok, err := h.in.Authenticate(t.Context(), s.Token)
	if err != nil || ok && (c.Account != s.Account || c.Session != s.ID || c.Via != "session") {
		t.Fatalf("%+v %v", c, err)
	}
	return ok
}

func TestDeclarations(t *testing.T) {
	t.Parallel()
	if wrong := personal.Check(signin.Declarations()); len(wrong) > 0 {
		t.Error(strings.Join(wrong, "\n"))
	}
}

func TestSessions(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		one := h.signIn(t, from("192.0.2.1"))
		if !h.alive(t, one) || one.Account != h.anna {
			t.Fatal("the session is not alive")
		}
		me, err := h.in.Me(ctx, org.Caller{Account: h.anna, Session: one.ID})
		if err != nil || me.Name != "Anna Peeters" || me.Email != "anna@delta.example" || me.TimeZone != "Europe/Brussels" || len(me.Memberships) != 0 {
			t.Errorf("%+v %v", me, err)
		}
		second := from("192.0.2.1")
		second.Session, second.Device = one.Token, one.Device
		two := h.signIn(t, second)
		if h.alive(t, one) || !h.alive(t, two) || two.Token == one.Token || two.Device != one.Device {
			t.Error("signing in again does not renew the session")
		}
		planted := from("192.0.2.1")
		planted.Device = "planted-by-a-stranger"
		three := h.signIn(t, planted)
		if three.Device == planted.Device {
			t.Error("a device token that we did not make is taken over")
		}
		caller := org.Caller{Account: h.anna, Session: two.ID, Via: "session"}
		all, err := h.in.Sessions(ctx, caller)
		if err != nil || len(all) != 2 || all[0].Agent != "Firefox, Linux" || all[0].Current == all[1].Current {
			t.Errorf("%+v %v", all, err)
		}
		stranger := org.Caller{Account: h.Owner.Account, Via: "session"}
		code(t, "a stranger revokes", h.in.Revoke(ctx, stranger, three.ID), fault.NotFound, "session-not-found")
		if err := h.in.Revoke(ctx, caller, three.ID); err != nil || h.alive(t, three) {
			t.Error("revoked and alive", err)
		}
		for _, bad := range []string{"", "x", two.Token + "x", strings.Repeat("x", 4096)} {
			if _, ok, err := h.in.Authenticate(ctx, bad); ok || err != nil {
				t.Errorf("token %.10q: %v %v", bad, ok, err)
			}
		}
		// Use keeps it alive, to the end of its life; idleness ends it.
		for range 3 {
			h.clock.Advance(9 * 24 * time.Hour)
			if !h.alive(t, two) {
				t.Fatal("ended though it was used")
			}
		}
		h.clock.Advance(3 * 24 * time.Hour)
		if h.alive(t, two) {
			t.Error("lives longer than 30 days")
		}
		four := h.signIn(t, from("192.0.2.1"))
		h.clock.Advance(14 * 24 * time.Hour)
		if h.alive(t, four) {
			t.Error("idle for 14 days and alive")
		}
		if err := h.in.Purge(ctx); err != nil {
			t.Fatal(err)
		}
		if err := h.DB.Read(ctx, db.Everyone("a test counts"), func(tx *db.Tx) error {
			var n int
			err := tx.Row(`select count(*) from session`).Scan(&n)
			if n != 0 {
				t.Errorf("%d sessions are kept", n)
			}
			stream, err2 := feed.Stream(tx, person.AccountAudience(h.anna), 0, 100)
			if err2 != nil || len(stream) < 6 {
				t.Errorf("the account's log has %d entries: %v", len(stream), err2)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	})
}

func TestStrangersAndMembersGetTheSameAnswer(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		var answers [2][]string
		for i, email := range []string{"anna@delta.example", "nobody@delta.example"} {
			address := []string{"192.0.2.1", "192.0.2.2"}[i]
			for range 9 {
				_, err := h.in.SignIn(t.Context(), email, "not the password at all", from(address))
				var f *fault.Error
				if !as(err, &f) {
					t.Fatal(err)
				}
				answers[i] = append(answers[i], f.Code+" "+f.RetryAfter.String()+" "+f.Message)
				h.clock.Advance(300 * time.Millisecond)
			}
		}
		if !slices.Equal(answers[0], answers[1]) || !strings.HasPrefix(answers[0][0], "bad-credentials") || !strings.HasPrefix(answers[0][5], "try-later") {
			t.Errorf("answers differ:\n%v\n%v", answers[0], answers[1])
		}
	})
}

func as(err error, f **fault.Error) bool {
	for e := err; e != nil; {
		if x, ok := e.(*fault.Error); ok {
			*f = x
			return true
		}
		u, ok := e.(interface{ Unwrap() error })
		if !ok {
			return false
		}
		e = u.Unwrap()
	}
	return false
}

func TestGuessingGetsSlowAndLocksNobodyOut(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		known := h.signIn(t, from("192.0.2.7"))
		home := from("192.0.2.7")
		home.Device = known.Device

		tried, refused := 0, 0
		var longest time.Duration
		for i := range 500 { // a stranger from many networks, for a day
			f := from("198.51.100.1")
			f.Address = netip.AddrFrom4([4]byte{203, byte(i >> 8), byte(i), 1})
			_, err := h.in.SignIn(ctx, "anna@delta.example", "guess number something else", f)
			switch fault.CodeOf(err) {
			case "bad-credentials":
				tried++
			case "try-later":
				refused++
				var x *fault.Error
				as(err, &x)
				longest = max(longest, x.RetryAfter)
			default:
				t.Fatal(err)
			}
			h.clock.Advance(172 * time.Second)
		}
		if tried > 120 || refused == 0 || longest > 15*time.Minute {
			t.Errorf("%d guesses in a day, %d refused, longest wait %v", tried, refused, longest)
		}
		// The right password does not pass the delay either, from a stranger's browser.
		for fault.CodeOf(func() error {
			_, err := h.in.SignIn(ctx, "anna@delta.example", "not what Anna chose", from("203.0.113.9"))
			return err
		}()) != "try-later" {
			h.clock.Advance(time.Second)
		}
		_, err := h.in.SignIn(ctx, "anna@delta.example", good, from("203.0.113.9"))
		code(t, "the right password, in the delay", err, fault.TooMany, "try-later")
		// The victim signs in at once, from the browser that they used before …
		if _, err := h.in.SignIn(ctx, "anna@delta.example", good, home); err != nil {
			t.Errorf("the victim is locked out: %v", err)
		}
		// … and that browser is no way round for guessing.
		tries := 0
		for range 50 {
			if _, err := h.in.SignIn(ctx, "anna@delta.example", "stolen cookie guess here", home); fault.CodeOf(err) == "bad-credentials" {
				tries++
			}
		}
		if tries > 6 {
			t.Errorf("%d guesses at once with a known device", tries)
		}
	})
}

func TestAnAddressIsSlowedOverManyAccounts(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		tried := 0
		for i := range 100 {
			f := from("2001:db8:1:2::1")
			f.Address = netip.MustParseAddr("2001:db8:1:2::" + string(rune('1'+i%9))) // one /64
			if _, err := h.in.SignIn(t.Context(), string(rune('a'+i%26))+"x@delta.example", "spray and pray today", f); fault.CodeOf(err) == "bad-credentials" {
				tried++
			}
		}
		if tried > 22 {
			t.Errorf("%d guesses at once from one network", tried)
		}
		if _, err := h.in.SignIn(t.Context(), "anna@delta.example", good, from("2001:db8:1:3::1")); err != nil {
			t.Errorf("another network waits too: %v", err)
		}
	})
}

func TestReset(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		session := h.signIn(t, from("192.0.2.1"))
		for range 9 { // locked
			_, _ = h.in.SignIn(ctx, "anna@delta.example", "not the password at all", from("192.0.2.5"))
		}
		h.Mail.Sent = nil
		for range 5 {
			h.in.RequestReset(ctx, "ANNA@delta.example")
			h.in.Wait(ctx)
		}
		h.in.RequestReset(ctx, "nobody@delta.example")
		h.in.Wait(ctx)
		if len(h.Mail.Sent) != 3 || h.Mail.Sent[0] != [4]string{"account", string(h.anna), "password-reset", "nl"} {
			t.Errorf("mails %v", h.Mail.Sent)
		}
		link, err := h.in.NewResetLink(ctx, h.anna)
		if err != nil {
			t.Fatal(err)
		}
		other, err := h.in.NewResetLink(ctx, h.anna)
		if err != nil {
			t.Fatal(err)
		}
		err = h.in.ConfirmReset(ctx, link, "Anna Peeters 123")
		if !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "(password: context)") {
			t.Errorf("a bad password: %v", err)
		}
		if err := h.in.ConfirmReset(ctx, link, better); err != nil {
			t.Fatal(err)
		}
		code(t, "twice", h.in.ConfirmReset(ctx, link, good), fault.Gone, "link-lapsed")
		code(t, "the other link", h.in.ConfirmReset(ctx, other, good), fault.Gone, "link-lapsed")
		code(t, "no link", h.in.ConfirmReset(ctx, strings.Repeat("x", 500), good), fault.Gone, "link-lapsed")
		if h.alive(t, session) {
			t.Error("a session outlives the reset")
		}
		if last := h.Mail.Sent[len(h.Mail.Sent)-1]; last[2] != "password-changed" {
			t.Errorf("the last mail is %v", last)
		}
		_, err = h.in.SignIn(ctx, "anna@delta.example", good, from("192.0.2.1"))
		code(t, "the old password", err, fault.Unauthenticated, "bad-credentials")
		if _, err := h.in.SignIn(ctx, "anna@delta.example", better, from("192.0.2.1")); err != nil {
			t.Errorf("the new password: %v", err)
		}
		late, err := h.in.NewResetLink(ctx, h.anna)
		if err != nil {
			t.Fatal(err)
		}
		h.clock.Advance(time.Hour)
		code(t, "an hour later", h.in.ConfirmReset(ctx, late, good), fault.Gone, "link-lapsed")
	})
}

func TestChangePassword(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		mine, elsewhere := h.signIn(t, from("192.0.2.1")), h.signIn(t, from("192.0.2.2"))
		c := org.Caller{Account: h.anna, Session: mine.ID, Via: "session"}
		err := h.in.ChangePassword(ctx, c, "not my password today", better)
		if !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "(current: wrong)") {
			t.Errorf("wrong: %v", err)
		}
		if err := h.in.ChangePassword(ctx, c, good, "short"); !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "(password: too-short)") {
			t.Errorf("short: %v", err)
		}
		if err := h.in.ChangePassword(ctx, c, good, better); err != nil {
			t.Fatal(err)
		}
		if !h.alive(t, mine) || h.alive(t, elsewhere) {
			t.Error("the other sessions end, this one stays")
		}
		for range 20 {
			err = h.in.ChangePassword(ctx, c, "guessing with a stolen session", good)
		}
		code(t, "guessing", err, fault.TooMany, "try-later")
	})
}

func TestChangeAccount(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		c := org.Caller{Account: h.anna, Via: "session"}
		name, locale, zone, bad := "Anna Janssens", "fr", "Europe/Paris", "Mars/Base"
		got, err := h.in.ChangeAccount(t.Context(), c, signin.AccountPatch{Name: &name, Locale: &locale, TimeZone: &zone})
		if err != nil || got.Name != name || got.Locale != locale || got.TimeZone != zone || got.Email != "anna@delta.example" {
			t.Errorf("%+v %v", got, err)
		}
		_, err = h.in.ChangeAccount(t.Context(), c, signin.AccountPatch{TimeZone: &bad})
		code(t, "a zone that is none", err, fault.Invalid, "invalid")
	})
}

func (h *house) invite(t *testing.T, email string, p id.Project) string {
	t.Helper()
	in := org.Invitation{ID: id.New[id.Invite](), Email: email, Name: "N.", Source: personal.Supplier, Locale: "fr"}
	if p != "" {
		in.Project, in.Level, in.Roles = p, policy.Contributor, []id.Role{h.Settings.Roles[0].ID}
	}
	if _, _, err := h.Orgs.Invite(t.Context(), h.Owner, in); err != nil {
		t.Fatal(err)
	}
	link, err := h.Orgs.NewLink(t.Context(), h.Org, in.ID)
	if err != nil {
		t.Fatal(err)
	}
	return link
}

func TestAcceptMakesAnAccount(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		link := h.invite(t, "nele@gamma.example", h.Project)
		n, has, err := h.in.Notice(ctx, link)
		if err != nil || has || n.Organisation != "Bouwgroep Delta" {
			t.Errorf("%+v %v %v", n, has, err)
		}
		_, err = h.in.Accept(ctx, link, signin.Acceptance{Name: "Nele Claes", Password: "bouwgroep delta 1"}, nil, from("192.0.2.1"))
		if !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "(password: context)") {
			t.Errorf("a bad password: %v", err)
		}
		s, err := h.in.Accept(ctx, link, signin.Acceptance{Name: "Nele Claes", Password: good, Locale: "nl"}, nil, from("192.0.2.1"))
		if err != nil || !h.alive(t, s) {
			t.Fatal(err)
		}
		g := h.Enter(t, access.Caller{Account: s.Account, Session: s.ID, Via: "session"})
		if g.Level != policy.Contributor || len(g.Roles) != 1 {
			t.Errorf("%+v", g)
		}
		me, err := h.in.Me(ctx, g.Caller)
		if err != nil || me.Name != "Nele Claes" || me.Locale != "nl" || len(me.Memberships) != 0 {
			t.Errorf("invited to a project, member of %+v %v", me, err)
		}
		people, err := h.Projects.People(ctx, g)
		if err != nil || !slices.ContainsFunc(people, func(p project.Someone) bool { return p.Name == "Nele Claes" && p.You && p.HasAccount }) {
			t.Errorf("%+v %v", people, err)
		}
		_, err = h.in.Accept(ctx, link, signin.Acceptance{Password: better}, nil, from("192.0.2.1"))
		code(t, "twice", err, fault.Gone, "link-lapsed")
	})
}

func TestAcceptWithAnAccount(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		link := h.invite(t, "Anna@delta.example", "")
		if _, has, err := h.in.Notice(ctx, link); err != nil || !has {
			t.Fatal(has, err)
		}
		_, err := h.in.Accept(ctx, link, signin.Acceptance{Password: "not the password at all"}, nil, from("192.0.2.1"))
		code(t, "a link alone is no proof", err, fault.Unauthenticated, "bad-credentials")
		_, err = h.in.Accept(ctx, link, signin.Acceptance{}, nil, from("192.0.2.1"))
		code(t, "no password", err, fault.Unauthenticated, "bad-credentials")
		other := h.Owner.Caller
		_, err = h.in.Accept(ctx, link, signin.Acceptance{}, &other, from("192.0.2.1"))
		code(t, "signed in as another", err, fault.Conflict, "other-account")
		mine := h.signIn(t, from("192.0.2.3"))
		f := from("192.0.2.3")
		f.Session = mine.Token
		s, err := h.in.Accept(ctx, link, signin.Acceptance{}, &org.Caller{Account: h.anna, Session: mine.ID, Via: "session"}, f)
		if err != nil || s.Account != h.anna || h.alive(t, mine) || !h.alive(t, s) {
			t.Fatal(s, err)
		}
		m, err := h.Orgs.Memberships(ctx, h.anna)
		if err != nil || len(m) != 1 || m[0].Role != policy.OrgMember {
			t.Errorf("%+v %v", m, err)
		}
	})
}

func TestPostman(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		p := postal.Postman{SignIn: h.in, Base: "https://site.example/"}
		var _ mail.Resolver = p
		var _ mail.Linker = p
		q := mail.Queued{To: mail.Recipient{Kind: "account", ID: string(h.anna)}, Template: "password-reset", Purpose: personal.SignIn}
		to, err := p.Address(ctx, q)
		if err != nil || to != "anna@delta.example" {
			t.Errorf("%q %v", to, err)
		}
		link, err := p.Link(ctx, q)
		token, ok := strings.CutPrefix(link, "https://site.example/reset#token=")
		if err != nil || !ok {
			t.Fatalf("%q %v", link, err)
		}
		if err := h.in.ConfirmReset(ctx, token, better); err != nil {
			t.Errorf("the mailed link: %v", err)
		}
		for _, to := range []mail.Recipient{{Kind: "account", ID: string(id.New[id.Account]())}, {Kind: "invite", ID: string(id.New[id.Invite]())}, {Kind: "moon", ID: "x"}} {
			if _, err := p.Address(ctx, mail.Queued{Org: h.Org, To: to, Purpose: personal.SignIn}); !fault.Is(err, fault.NotFound) && !fault.Is(err, fault.Gone) {
				t.Errorf("%s: %v", to.Kind, err)
			}
		}
	})
}

func TestBadAccounts(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		ok := person.AccountProfile{Name: "Bert", Email: "bert@delta.example", Locale: "nl"}
		for what, c := range map[string]struct {
			change func(*person.AccountProfile)
			pass   string
		}{
			"email":    {func(p *person.AccountProfile) { p.Email = "bert" }, good},
			"name":     {func(p *person.AccountProfile) { p.Name = "" }, good},
			"locale":   {func(p *person.AccountProfile) { p.Locale = "xx" }, good},
			"password": {func(*person.AccountProfile) {}, "123456789012345"},
		} {
			p := ok
			c.change(&p)
			if _, err := h.in.NewAccount(context.Background(), p, c.pass); !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "("+what+":") {
				t.Errorf("%s: %v", what, err)
			}
		}
		ok.Email = "ANNA@delta.example"
		_, err := h.in.NewAccount(t.Context(), ok, good)
		code(t, "an address twice", err, fault.Conflict, "email-taken")
	})
}

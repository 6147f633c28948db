package consent_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"plumbline/internal/clock"
	"plumbline/internal/consent"
	"plumbline/internal/consent/news"
	"plumbline/internal/db"
	"plumbline/internal/db/dbtest"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/job"
	"plumbline/internal/person"
	"plumbline/internal/person/persontest"
	"plumbline/internal/personal"
)

type world struct {
	t       *testing.T
	d       *db.DB
	clock   *clock.Fake
	vault   *person.Service
	gate    *consent.Service
	org     id.Org
	account personal.Who
	person  personal.Who
	told    []string // templates that were queued
}

func everyone() db.Scope { return db.Everyone("a test") }

func each(t *testing.T, fn func(t *testing.T, w *world)) {
	t.Helper()
	for _, dialect := range []db.Dialect{db.SQLite, db.Postgres} {
		t.Run(dialect.String(), func(t *testing.T) {
			t.Parallel()
			w := &world{t: t, clock: clock.NewFake(time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)), org: id.New[id.Org]()}
			w.d = dbtest.Open(t, dialect, dbtest.Clock(w.clock))
			w.vault = persontest.Vault(t, w.d)
			w.gate = w.vault.Gate()
			w.gate.Connect(nil, func(tx *db.Tx, _ personal.Who, template, _ string) error {
				tx.AfterCommit(func() { w.told = append(w.told, template) })
				return nil
			}, nil)
			a := persontest.Account(t, w.d, w.vault, person.AccountProfile{Name: "Ada Lovelace", Email: "ada@delta.example", Locale: "nl"}, person.Credentials{})
			w.account = personal.OfAccount(a)
			w.person = personal.OfPerson(w.org, persontest.Add(t, w.d, w.vault, w.org, a, person.Profile{Name: "Ada Lovelace", Email: "ada@delta.example", Locale: "nl"}))
			fn(t, w)
		})
	}
}

func (w *world) write(fn func(tx *db.Tx) error) error {
	w.t.Helper()
	return w.d.Write(w.t.Context(), everyone(), fn)
}

func (w *world) must(fn func(tx *db.Tx) error) {
	w.t.Helper()
	if err := w.write(fn); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) by(who personal.Who) feed.Actor { return feed.Actor{Person: who.ID, Via: "session"} }

// code is how the gate refuses someone, or "".
func (w *world) code(who personal.Who, p personal.Purpose) string {
	w.t.Helper()
	var err error
	if e := w.d.Read(w.t.Context(), everyone(), func(tx *db.Tx) error { err = w.gate.Gate(tx, who, p); return nil }); e != nil {
		w.t.Fatal(e)
	}
	return fault.CodeOf(err)
}

// name is what a purpose shows of the person: their name, "-" where limited.
func (w *world) name(p personal.Purpose) string {
	w.t.Helper()
	all, err := w.vault.Read(w.t.Context(), p, w.org, []id.Person{id.Person(w.person.ID)})
	if err != nil {
		w.t.Fatal(err)
	}
	x := all[id.Person(w.person.ID)]
	if x.Limited {
		if x.Profile != (person.Profile{}) || x.Company != "" {
			w.t.Errorf("limited, and yet %+v", x)
		}
		return "-"
	}
	return x.Name
}

func (w *world) news() *news.Service {
	return &news.Service{DB: w.d, Consents: w.gate, Locale: func(*db.Tx, id.Account) (string, error) { return "nl", nil }}
}

func shown() consent.Shown {
	return consent.Shown{Text: "Mail mij het nieuws.", Locale: "nl", Channel: consent.ByPage, UI: "f00d"}
}

func TestTheTableOfPurposesAndStandings(t *testing.T) {
	t.Parallel()
	given := map[personal.Purpose]consent.Said{personal.Updates: {Word: consent.Given}}
	cases := []struct {
		name     string
		standing consent.Standing
		purpose  personal.Purpose
		basis    personal.Basis
		want     string
	}{
		{"nothing stands", consent.Standing{}, personal.Participants, personal.Legitimate, ""},
		{"consent missing", consent.Standing{}, personal.Updates, personal.Consent, consent.Missing},
		{"consent given", consent.Standing{Purposes: given}, personal.Updates, personal.Consent, ""},
		{"consent given and restricted", consent.Standing{Restricted: true, Purposes: given}, personal.Updates, personal.Consent, consent.Restricted},
		{"consent given and erasing", consent.Standing{Denied: consent.Erasing, Purposes: given}, personal.Updates, personal.Consent, consent.Erasing},
		{"restricted, shown to others", consent.Standing{Restricted: true}, personal.Participants, personal.Legitimate, consent.Restricted},
		{"restricted, in a report", consent.Standing{Restricted: true}, personal.Record, personal.Legitimate, consent.Restricted},
		{"restricted, in language and dates", consent.Standing{Restricted: true}, personal.LocalDates, personal.Contract, consent.Restricted},
		{"restricted, their rights", consent.Standing{Restricted: true}, personal.Rights, personal.LegalDuty, ""},
		{"restricted, signing in", consent.Standing{Restricted: true}, personal.SignIn, personal.Contract, ""},
		{"restricted, security", consent.Standing{Restricted: true}, personal.Security, personal.Legitimate, ""},
		{"restricted, claims", consent.Standing{Restricted: true}, personal.Claims, personal.Legitimate, ""},
		{"erasing, signing in", consent.Standing{Denied: consent.Erasing}, personal.SignIn, personal.Contract, consent.Erasing},
		{"erasing, claims", consent.Standing{Denied: consent.Erasing}, personal.Claims, personal.Legitimate, consent.Erasing},
		{"erasing, their rights", consent.Standing{Denied: consent.Erasing}, personal.Rights, personal.LegalDuty, ""},
		{"a child", consent.Standing{Denied: consent.Child}, personal.Participants, personal.Legitimate, consent.Child},
		{"a child, their rights", consent.Standing{Denied: consent.Child}, personal.Rights, personal.LegalDuty, ""},
		{"objected", consent.Standing{Purposes: map[personal.Purpose]consent.Said{personal.Record: {Word: consent.Against}}}, personal.Record, personal.Legitimate, consent.Objected},
		{"objected to another", consent.Standing{Purposes: map[personal.Purpose]consent.Said{personal.Record: {Word: consent.Against}}}, personal.Participants, personal.Legitimate, ""},
		{"withdrawn", consent.Standing{Purposes: map[personal.Purpose]consent.Said{personal.Updates: {Word: consent.Gone}}}, personal.Updates, personal.Consent, consent.Withdrawn},
		{"refused", consent.Standing{Purposes: map[personal.Purpose]consent.Said{personal.Updates: {Word: consent.Refused}}}, personal.Updates, personal.Consent, consent.Missing},
	}
	for _, c := range cases {
		if got := c.standing.Refuses(c.purpose, c.basis); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
		if err := c.standing.Gate(c.purpose, c.basis); fault.CodeOf(err) != c.want || err != nil && !fault.Is(err, fault.Denied) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestConsentIsGivenProvedAndTakenBack(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		if got := w.code(w.account, personal.Updates); got != consent.Missing {
			t.Errorf("before it is asked: %q", got)
		}
		var given consent.Record
		w.must(func(tx *db.Tx) (err error) {
			given, err = w.gate.Give(tx, w.by(w.account), w.account, personal.Updates, shown())
			return err
		})
		if got := w.code(w.account, personal.Updates); got != "" {
			t.Errorf("given: %q", got)
		}
		w.clock.Advance(time.Hour)
		w.must(func(tx *db.Tx) error { // again changes nothing
			again, err := w.gate.Give(tx, w.by(w.account), w.account, personal.Updates, shown())
			if again.ID != given.ID {
				t.Error("saying it again made another record")
			}
			return err
		})
		w.must(func(tx *db.Tx) error {
			_, err := w.gate.Withdraw(tx, w.by(w.account), w.account, personal.Updates, consent.Shown{Text: "Stop.", Locale: "fr", Channel: consent.ByMail})
			return err
		})
		if got := w.code(w.account, personal.Updates); got != consent.Withdrawn {
			t.Errorf("withdrawn: %q", got)
		}
		w.must(func(tx *db.Tx) error {
			all, err := consent.Records(tx, w.account)
			if err != nil || len(all) != 2 {
				t.Fatalf("%d records, %v", len(all), err)
			}
			last, first := all[0], all[1]
			if first.Text != "Mail mij het nieuws." || first.Locale != "nl" || first.Channel != consent.ByPage || first.UI != "f00d" ||
				first.Version != consent.Version(personal.Updates, "nl", "Mail mij het nieuws.") || !first.At.Equal(time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)) {
				t.Errorf("not what was shown: %+v", first)
			}
			if last.Word != consent.Gone || last.Channel != consent.ByMail || !last.At.Equal(first.At.Add(time.Hour)) {
				t.Errorf("%+v", last)
			}
			n, err := db.One(tx, db.Value1[int], `select count(*) from evidence_body where ref in ($1, $2)`, string(first.ID), string(last.ID))
			if n != 2 {
				t.Errorf("%d acts in the evidence", n)
			}
			return err
		})
		// What is no choice cannot be chosen, and another's is not seen.
		for _, err := range []error{
			w.write(func(tx *db.Tx) error {
				_, err := w.gate.Give(tx, w.by(w.account), w.account, personal.SignIn, shown())
				return err
			}),
			w.write(func(tx *db.Tx) error {
				_, err := w.gate.Object(tx, w.by(w.account), w.account, personal.Security, shown())
				return err
			}),
			w.write(func(tx *db.Tx) error { _, err := consent.Find(tx, w.person, given.ID); return err }),
		} {
			if !fault.Is(err, fault.Invalid) && !fault.Is(err, fault.NotFound) {
				t.Errorf("%v", err)
			}
		}
		if err := w.d.Read(t.Context(), db.Tenant(w.org), func(tx *db.Tx) error { _, err := consent.Records(tx, w.account); return err }); err == nil {
			t.Error("a tenant reads what an account said")
		}
	})
}

func TestAnObjectionStandsAtOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		if got := w.name(personal.Record); got != "Ada Lovelace" {
			t.Fatalf("%q", got)
		}
		object := func(fn func(*db.Tx, feed.Actor, personal.Who, personal.Purpose, consent.Shown) (consent.Record, error)) {
			w.must(func(tx *db.Tx) error {
				_, err := fn(tx, w.by(w.person), w.person, personal.Record, shown())
				return err
			})
		}
		object(w.gate.Object)
		if rec, part := w.name(personal.Record), w.name(personal.Participants); rec != "-" || part != "Ada Lovelace" {
			t.Errorf("record %q, participants %q", rec, part)
		}
		object(w.gate.Unobject)
		if got := w.name(personal.Record); got != "Ada Lovelace" {
			t.Errorf("taken back: %q", got)
		}
		// A transaction that fails leaves nothing, in memory neither.
		_ = w.write(func(tx *db.Tx) error {
			if _, err := w.gate.Object(tx, w.by(w.person), w.person, personal.Record, shown()); err != nil {
				return err
			}
			return fault.New(fault.Conflict, "no", "no")
		})
		if got := w.name(personal.Record); got != "Ada Lovelace" {
			t.Errorf("of a failed transaction: %q", got)
		}
	})
}

func TestARestrictionAndItsNotice(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		r := consent.Restriction{ID: id.New[id.Restriction](), Who: w.person, Ground: consent.Accuracy, Note: "Mijn naam klopt niet"}
		restrict := func() {
			w.must(func(tx *db.Tx) error { _, err := w.gate.Restrict(tx, w.by(w.person), r); return err })
		}
		restrict()
		restrict() // harmless
		if got := w.name(personal.Participants); got != "-" {
			t.Errorf("shown: %q", got)
		}
		if got := w.name(personal.Rights); got != "Ada Lovelace" {
			t.Errorf("for their rights: %q", got)
		}
		w.must(func(tx *db.Tx) error {
			all, err := w.gate.Restrictions(tx, w.person)
			if len(all) != 1 || all[0].Note != r.Note || all[0].Ground != consent.Accuracy {
				t.Errorf("%+v", all)
			}
			n, err2 := db.One(tx, db.Value1[int], `select count(*) from restriction where org_id = $1 and cast(note as text) like '%naam%'`, string(w.org))
			if n != 0 {
				t.Error("the note stands in the database in clear")
			}
			if err == nil && tx.Dialect() == db.SQLite {
				err = err2
			}
			return err
		})
		// The office tells them first; it ends after 72 hours and not before.
		lift := func(themselves bool) (at time.Time) {
			w.must(func(tx *db.Tx) (err error) {
				at, err = w.gate.Lift(tx, feed.Actor{Person: "office", Via: "session"}, w.person, r.ID, themselves)
				return err
			})
			return at
		}
		at := lift(false)
		if !at.Equal(w.clock.Now().Add(72*time.Hour)) || len(w.told) != 1 || w.told[0] != consent.MailLift {
			t.Fatalf("ends %v, told %v", at, w.told)
		}
		if again := lift(false); !again.Equal(at) || len(w.told) != 1 {
			t.Errorf("asked again: %v, told %v", again, w.told)
		}
		jobs := job.New(w.d, slog.New(slog.DiscardHandler), map[string]job.Handler{consent.LiftJob: w.gate.LiftDue}, job.Options{Parallel: 1, Poll: 10 * time.Millisecond})
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { jobs.Run(ctx); close(done) }()
		defer func() { stop(); <-done }()
		w.clock.Advance(72*time.Hour - time.Second)
		if got := w.name(personal.Participants); got != "-" {
			t.Errorf("a second too early: %q", got)
		}
		w.clock.Advance(2 * time.Second)
		var last job.Status
		w.must(func(tx *db.Tx) (err error) { last, _, err = job.OfThing(tx, string(r.ID), consent.LiftJob); return err })
		wait, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if err := job.Watch(wait, w.d, everyone(), last.ID, func(job.Status) error { return nil }); err != nil {
			t.Fatal(err)
		}
		if got := w.name(personal.Participants); got != "Ada Lovelace" {
			t.Errorf("after the notice: %q", got)
		}
	})
}

func TestTheyEndItThemselvesAtOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		var rs []id.Restriction
		for range 2 {
			r := consent.Restriction{ID: id.New[id.Restriction](), Who: w.person, Ground: consent.ForClaim}
			rs = append(rs, r.ID)
			w.must(func(tx *db.Tx) error { _, err := w.gate.Restrict(tx, w.by(w.person), r); return err })
		}
		for i, want := range []string{"-", "Ada Lovelace"} { // two restrictions: both must end
			w.must(func(tx *db.Tx) error {
				_, err := w.gate.Lift(tx, w.by(w.person), w.person, rs[i], true)
				return err
			})
			if got := w.name(personal.Participants); got != want {
				t.Errorf("after %d: %q, want %q", i+1, got, want)
			}
		}
		if len(w.told) != 0 {
			t.Errorf("told of what they did themselves: %v", w.told)
		}
		err := w.write(func(tx *db.Tx) error {
			_, err := w.gate.Lift(tx, w.by(w.account), w.account, rs[0], true)
			return err
		})
		if !fault.Is(err, fault.NotFound) {
			t.Errorf("another's restriction: %v", err)
		}
	})
}

func TestDenied(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		for _, why := range []string{consent.Erasing, consent.Child} {
			w.must(func(tx *db.Tx) error {
				for _, who := range []personal.Who{w.account, w.person} {
					if err := w.gate.Deny(tx, w.by(who), who, why, "ref"); err != nil {
						return err
					}
				}
				return nil
			})
			if got := w.code(w.account, personal.SignIn); got != why {
				t.Errorf("%s: signing in %q", why, got)
			}
			w.must(func(tx *db.Tx) error {
				refs, err := person.OfAccount(tx, id.Account(w.account.ID))
				if len(refs) != 0 {
					t.Errorf("%s: they still enter as %v", why, refs)
				}
				all, err2 := person.AllOfAccount(tx, id.Account(w.account.ID))
				if len(all) != 1 || !all[0].Denied {
					t.Errorf("%s: %v", why, all)
				}
				acc, err3 := w.vault.Account(tx, personal.SignIn, id.Account(w.account.ID))
				if !acc.Limited || acc.Name+acc.Email != "" {
					t.Errorf("%s: %+v", why, acc)
				}
				for _, e := range []error{err, err2, err3} {
					if e != nil {
						return e
					}
				}
				return nil
			})
			w.must(func(tx *db.Tx) error {
				for _, who := range []personal.Who{w.account, w.person} {
					if err := w.gate.Undeny(tx, w.by(who), who, why); err != nil {
						return err
					}
				}
				return nil
			})
			if got := w.code(w.account, personal.SignIn); got != "" || w.name(personal.Participants) != "Ada Lovelace" {
				t.Errorf("%s, undone: %q", why, got)
			}
		}
	})
}

func TestAnUndeclaredPurposeIsRefusedAndCounted(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		if got := w.code(w.person, personal.Updates); got != consent.Undeclared {
			t.Errorf("the gate: %q", got)
		}
		_, err := w.vault.Read(t.Context(), personal.Updates, w.org, []id.Person{id.Person(w.person.ID)})
		if fault.CodeOf(err) != consent.Undeclared {
			t.Errorf("the vault: %v", err)
		}
		n := w.gate.Refusals()[consent.Refusal{Kind: "person", Purpose: personal.Updates, Code: consent.Undeclared}]
		if n != 2 {
			t.Errorf("counted %d", n)
		}
	})
}

func TestSuppression(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		cases := []struct {
			name    string
			why     consent.Reason
			address string
			purpose personal.Purpose
			want    string
		}{
			{"not on the list", "", "someone@else.example", personal.Invitation, ""},
			{"no promotion", consent.Promotion, "P@delta.example", personal.Updates, "suppressed"},
			{"no promotion, an invitation", consent.Promotion, "p2@delta.example", personal.Invitation, ""},
			{"nothing at all, an invitation", consent.Everything, "E@Delta.example", personal.Invitation, "suppressed"},
			{"nothing at all, their rights", consent.Everything, "e2@delta.example", personal.Rights, ""},
		}
		for _, c := range cases {
			if c.why != "" {
				w.must(func(tx *db.Tx) error { return w.gate.Suppress(tx, c.address, c.why) })
			}
			err := w.d.Read(t.Context(), db.Tenant(w.org), func(tx *db.Tx) error { return w.gate.Writable(tx, " "+c.address, c.purpose) })
			if fault.CodeOf(err) != c.want {
				t.Errorf("%s: %v, want %q", c.name, err, c.want)
			}
		}
		w.must(func(tx *db.Tx) error {
			if err := w.gate.Suppress(tx, "E@delta.example", consent.Promotion); err != nil { // weakens nothing
				return err
			}
			why, listed, err := w.gate.Suppressed(tx, "e@delta.example")
			if why != consent.Everything || !listed {
				t.Errorf("%q %v", why, listed)
			}
			return err
		})
		// Another process has the same secret; the address stands nowhere.
		if err := w.gate.Ready(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.must(func(tx *db.Tx) error {
			_, listed, err := w.gate.Suppressed(tx, "e@delta.example")
			if !listed {
				t.Error("a second start has another secret")
			}
			if err := w.gate.Unsuppress(tx, "e@delta.example"); err != nil {
				return err
			}
			if _, still, _ := w.gate.Suppressed(tx, "e@delta.example"); still {
				t.Error("taken off, and still on it")
			}
			return err
		})
	})
}

func TestASignalRefusesUntilTheyAgree(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		a := id.Account(w.account.ID)
		signal := func() {
			t.Helper()
			if err := w.gate.Signal(t.Context(), a); err != nil {
				t.Fatal(err)
			}
		}
		w.must(func(tx *db.Tx) error {
			_, err := w.gate.Give(tx, w.by(w.account), w.account, personal.Updates, shown())
			return err
		})
		signal()
		if got := w.code(w.account, personal.Updates); got != consent.Withdrawn {
			t.Errorf("after the signal: %q", got)
		}
		w.must(func(tx *db.Tx) error {
			_, err := w.gate.Give(tx, w.by(w.account), w.account, personal.Updates, shown())
			return err
		})
		signal()
		if got := w.code(w.account, personal.Updates); got != "" {
			t.Errorf("given explicitly after it: %q", got)
		}
		// Another process hears the same browser.
		other := persontest.VaultOn(w.d, persontest.Ring(t)).Gate()
		if err := other.Signal(t.Context(), a); err != nil {
			t.Fatal(err)
		}
		if got := w.code(w.account, personal.Updates); got != "" {
			t.Errorf("heard by another process: %q", got)
		}
	})
}

func TestAReportAboutAChild(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		var erased []personal.Who
		w.gate.EraseChild = func(_ context.Context, _ string, whos []personal.Who, _ string) error {
			erased = append(erased, whos...)
			return nil
		}
		report := func() consent.ChildReport {
			r := consent.ChildReport{ID: id.New[id.ChildReport](), Org: w.org, Person: id.Person(w.person.ID), Account: id.Account(w.account.ID),
				Reporter: "reporter", Country: "BE", Description: "Eleven years old"}
			w.must(func(tx *db.Tx) (err error) {
				r, err = w.gate.ReportChild(tx, feed.Actor{Person: "reporter", Via: "session"}, r)
				return err
			})
			return r
		}
		r := report()
		if got := w.name(personal.Participants); got != "-" || w.code(w.account, personal.SignIn) != consent.Child {
			t.Errorf("not blocked at once: %q", got)
		}
		w.must(func(tx *db.Tx) error {
			all, err := w.gate.ChildReports(tx)
			if len(all) != 1 || all[0].Description != "Eleven years old" {
				t.Errorf("%+v", all)
			}
			return err
		})
		if err := w.gate.DismissChild(t.Context(), "officer", r.ID); err != nil {
			t.Fatal(err)
		}
		if got := w.name(personal.Participants); got != "Ada Lovelace" || len(erased) != 0 {
			t.Errorf("dismissed: %q, erased %v", got, erased)
		}
		if err := w.gate.ConfirmChild(t.Context(), "officer", r.ID); !fault.Is(err, fault.Conflict) {
			t.Errorf("confirmed what was dismissed: %v", err)
		}
		second, third := report(), report()
		if err := w.gate.DismissChild(t.Context(), "officer", third.ID); err != nil {
			t.Fatal(err)
		}
		if got := w.name(personal.Participants); got != "-" {
			t.Errorf("one of two reports dismissed: %q", got)
		}
		for range 2 { // interrupted, and again
			if err := w.gate.ConfirmChild(t.Context(), "officer", second.ID); err != nil {
				t.Fatal(err)
			}
		}
		if len(erased) != 4 || w.name(personal.Participants) != "-" {
			t.Errorf("erased %v", erased)
		}
		report()
		report()
		err := w.write(func(tx *db.Tx) error {
			_, err := w.gate.ReportChild(tx, feed.Actor{Person: "reporter", Via: "session"}, consent.ChildReport{ID: id.New[id.ChildReport](), Reporter: "reporter", Country: "BE"})
			return err
		})
		if !fault.Is(err, fault.TooMany) {
			t.Errorf("reports without end: %v", err)
		}
	})
}

func TestNewsGoesToWhoAgreedAndEndsWithOneLink(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		announce := func(want int) {
			t.Helper()
			n, err := w.news().Announce(t.Context(), personal.Updates, news.Mail, "https://plumbline.example/news")
			if err != nil || n != want {
				t.Errorf("%d mails, %v; want %d", n, err, want)
			}
		}
		announce(0) // nobody agreed
		w.must(func(tx *db.Tx) error {
			_, err := w.gate.Give(tx, w.by(w.account), w.account, personal.Updates, shown())
			return err
		})
		announce(1)
		announce(0) // the same twice
		if _, err := w.news().Announce(t.Context(), personal.Correspond, news.Mail, "https://x.example"); !fault.Is(err, fault.Invalid) {
			t.Errorf("promotion as correspondence: %v", err)
		}
		token, err := w.news().NewUnsubscribe(t.Context(), id.Account(w.account.ID), personal.Updates)
		if err != nil {
			t.Fatal(err)
		}
		if p, locale, err := w.news().Unsubscribed(t.Context(), token); p != personal.Updates || locale != "nl" || err != nil {
			t.Errorf("%s %s %v", p, locale, err)
		}
		if got := w.code(w.account, personal.Updates); got != "" {
			t.Errorf("looking at the link ended it: %q", got)
		}
		for range 2 {
			if err := w.news().Unsubscribe(t.Context(), token); err != nil {
				t.Fatal(err)
			}
		}
		if got := w.code(w.account, personal.Updates); got != consent.Withdrawn {
			t.Errorf("unsubscribed: %q", got)
		}
		for _, bad := range []string{"", "guessed", string(make([]byte, 300))} {
			if err := w.news().Unsubscribe(t.Context(), bad); !fault.Is(err, fault.NotFound) {
				t.Errorf("%.10q: %v", bad, err)
			}
		}
	})
}

func TestAnotherTenantsPersonIsNotSeen(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		err := w.d.Write(t.Context(), db.Tenant(id.New[id.Org]()), func(tx *db.Tx) error {
			_, err := consent.Of(tx, w.person)
			return err
		})
		if fault.CodeOf(err) != "wrong-subject" {
			t.Errorf("%v", err)
		}
	})
}

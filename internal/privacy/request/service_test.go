package request

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"plumbline/internal/clock"
	"plumbline/internal/crypt"
	"plumbline/internal/db"
	"plumbline/internal/db/dbtest"
	"plumbline/internal/disclosure"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/job"
	"plumbline/internal/lang"
	"plumbline/internal/org"
	"plumbline/internal/person"
	"plumbline/internal/person/persontest"
	"plumbline/internal/personal"
	"plumbline/internal/privacy/cases"
	"plumbline/internal/privacy/casework"
	"plumbline/internal/privacy/letter"
	"plumbline/internal/privacy/letterbox"
	"plumbline/internal/privacy/office"
)

const (
	ada  = "ada@dak.example"
	text = "Graag een kopie van al mijn gegevens, artikel 15 AVG. Ik ben de dakwerker met de rode helm."
)

// erasures notes what it was asked; its own slice is tested elsewhere.
type erasures struct {
	places int
	asked  []personal.Who
}

func (e *erasures) Places(context.Context, personal.Who) (int, error) { return e.places, nil }
func (e *erasures) Ask(_ context.Context, _ feed.Actor, who personal.Who, _ id.Case) error {
	e.asked = append(e.asked, who)
	return nil
}

type world struct {
	t        *testing.T
	d        *db.DB
	ring     *crypt.Ring
	at       *clock.Fake
	people   *person.Service
	orgs     *org.Service
	s        *Service
	erasures *erasures
	a, b     id.Org
}

func newWorld(t *testing.T, d *db.DB, at *clock.Fake) *world {
	t.Helper()
	w := &world{t: t, d: d, at: at, ring: persontest.Ring(t), erasures: &erasures{}}
	w.people = persontest.VaultOn(d, w.ring)
	if err := w.people.Gate().Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.orgs = org.New(org.Deps{DB: d, People: w.people, Mail: org.Queue{}})
	w.s = New(cases.New(cases.Deps{DB: d, People: w.people, Box: letterbox.Box{DB: d, Keys: w.ring}, Mail: org.Queue{}, Consent: w.people.Gate(), Erasures: w.erasures,
		Operator: func() personal.Operator { return personal.Operator{Country: "BE", Email: "office@operator.example"} },
		Officers: func(*db.Tx) ([]id.Account, error) { return nil, nil }}),
		func(_ context.Context, who personal.Who, _ lang.Locale, out io.Writer) error {
			_, err := io.WriteString(out, "archive of "+who.ID)
			return err
		})
	w.a, w.b = w.found("a"), w.found("b")
	return w
}

func (w *world) found(name string) id.Org {
	w.t.Helper()
	o := id.New[id.Org]()
	email := "owner@" + name + ".example"
	owner := persontest.Account(w.t, w.d, w.people, person.AccountProfile{Name: "Owner", Email: email, Locale: "nl-BE"}, person.Credentials{Password: "x"})
	if err := w.orgs.Found(w.t.Context(), org.Founding{Org: o, Name: "Bouw " + name, Locale: "nl-BE", Owner: id.New[id.Person](), Account: owner,
		Profile: person.Profile{Name: "Owner", Email: email, Locale: "nl-BE"}}); err != nil {
		w.t.Fatal(err)
	}
	w.write(db.Tenant(o), func(tx *db.Tx) error {
		_, err := office.Put(tx, office.Settings{Email: "privacy@" + name + ".example", Country: "BE"}, 0)
		return err
	})
	return o
}

func (w *world) write(s db.Scope, fn func(tx *db.Tx) error) {
	w.t.Helper()
	if err := w.d.Write(w.t.Context(), s, fn); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) strings(query string, args ...any) (out []string) {
	w.t.Helper()
	if err := w.d.Read(w.t.Context(), db.Everyone("a test looks"), func(tx *db.Tx) (err error) {
		out, err = db.All(tx, db.Value1[string], query, args...)
		return err
	}); err != nil {
		w.t.Fatal(err)
	}
	return out
}

// mails counts the queue by template.
func (w *world) mails() map[string]int {
	out := map[string]int{}
	for _, t := range w.strings(`select template from mail`) {
		out[t]++
	}
	return out
}

func (w *world) acts(kind string) int {
	return len(w.strings(`select id from evidence_body where kind = $1`, kind))
}

// ask asks from outside and gives the secret of the mail.
func (w *world) ask(in Intake) string {
	w.t.Helper()
	had := w.strings(`select id from dsr`)
	if err := w.s.Ask(w.t.Context(), in); err != nil {
		w.t.Fatal(err)
	}
	for _, r := range w.strings(`select id from dsr order by id`) {
		if !slices.Contains(had, r) {
			return w.link(id.Request(r))
		}
	}
	w.t.Fatal("no request")
	return ""
}

func (w *world) link(r id.Request) string {
	w.t.Helper()
	secret, err := w.s.Box.NewLink(w.t.Context(), r)
	if err != nil {
		w.t.Fatal(err)
	}
	return secret
}

func (w *world) status(secret string) Status {
	w.t.Helper()
	st, err := w.s.Status(w.t.Context(), secret)
	if err != nil {
		w.t.Fatal(err)
	}
	return st
}

// work runs the engine on every case of a request.
func (w *world) work(secret string) Status {
	w.t.Helper()
	for _, c := range w.status(secret).Cases {
		if err := w.s.Work(w.t.Context(), c.Org, c.ID); err != nil {
			w.t.Fatal(err)
		}
	}
	return w.status(secret)
}

func (w *world) desk(o id.Org) cases.Desk {
	return cases.Desk{Org: o, By: feed.Actor{Person: feed.System, Via: "session"}}
}

func (w *world) profile() person.Profile {
	return person.Profile{Name: "Ada Dak", Email: ada, Phone: "1", Locale: "nl-BE"}
}

func TestOneHumanManyControllers(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		account := persontest.Account(t, w.d, w.people, person.AccountProfile{Name: "Ada Dak", Email: ada, Locale: "nl-BE"}, person.Credentials{Password: "x"})
		persontest.Add(t, w.d, w.people, w.a, account, w.profile())
		persontest.Add(t, w.d, w.people, w.b, "", w.profile())

		secret := w.ask(Intake{Email: " ada@DAK.example", Locale: "nl", Text: text})
		if st := w.status(secret); st.State != "unconfirmed" || st.Confirmed || len(st.Cases) != 0 || len(w.strings(`select id from dsr_case`)) != 0 {
			t.Fatalf("before the mail was read: %+v", st)
		}
		if err := w.s.Tell(t.Context(), secret, Add, "more of it"); fault.CodeOf(err) != "confirm-first" {
			t.Errorf("added before it was confirmed: %v", err)
		}
		for range 2 { // again is harmless
			if err := w.s.Confirm(t.Context(), secret); err != nil {
				t.Fatal(err)
			}
		}
		st := w.status(secret)
		var names []string
		for _, c := range st.Cases {
			names = append(names, c.Name)
			if c.Facts.Verified != casework.ByMail || c.Due.String() != "2026-04-02" || c.Facts.Rights[0].Article != letter.Access || c.Facts.Language != "nl" {
				t.Errorf("%+v", c.Facts)
			}
		}
		slices.Sort(names)
		if !slices.Equal(names, []string{"", "Bouw a", "Bouw b"}) {
			t.Fatalf("controllers %v", names)
		}
		if w.acts("request.opened") != 3 {
			t.Errorf("%d acts", w.acts("request.opened"))
		}
		st = w.work(secret)
		if m := w.mails(); m[cases.MailConfirm] != 1 || m[cases.MailCase] != 0 {
			t.Errorf("the offices are mailed for what the engine did: %v", m)
		}
		for _, c := range st.Cases {
			if c.Facts.State != casework.Done || !c.Archive {
				t.Errorf("%s: %+v, archive %v", c.Name, c.Facts, c.Archive)
			}
			var b bytes.Buffer
			if err := w.s.WriteArchive(t.Context(), secret, c.ID, func() io.Writer { return &b }); err != nil || b.String() != "archive of "+c.Who.ID {
				t.Errorf("archive %q, %v", b.String(), err)
			}
		}
		if w.mails()[cases.MailNews] != 3 {
			t.Errorf("mails %v", w.mails())
		}
		w.at.Advance(archiveLife)
		if err := w.s.WriteArchive(t.Context(), secret, st.Cases[0].ID, func() io.Writer { return io.Discard }); fault.KindOf(err) != fault.NotFound {
			t.Errorf("a month later: %v", err)
		}
		// A desk sees its own case alone, with the letter; no other's.
		for _, c := range st.Cases {
			got, err := w.s.Get(t.Context(), w.desk(c.Org), c.ID)
			if err != nil || got.Text != text || !strings.EqualFold(got.Email, ada) {
				t.Errorf("%s: %v", c.Name, err)
			}
			for _, o := range []id.Org{"", w.a, w.b} {
				if _, err := w.s.Get(t.Context(), w.desk(o), c.ID); o != c.Org && fault.CodeOf(err) != "case-not-found" {
					t.Errorf("%q sees the case of %q: %v", o, c.Org, err)
				}
			}
		}
		w.clear(ada, "rode helm")
	})
}

func each(t *testing.T, fn func(t *testing.T, w *world)) {
	t.Helper()
	for _, engine := range []db.Dialect{db.SQLite, db.Postgres} {
		t.Run(engine.String(), func(t *testing.T) {
			t.Parallel()
			at := clock.NewFake(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC))
			fn(t, newWorld(t, dbtest.Open(t, engine, dbtest.Clock(at)), at))
		})
	}
}

// clear looks for words in every row of the slice, the queue and the evidence.
func (w *world) clear(words ...string) {
	w.t.Helper()
	if err := w.d.Read(w.t.Context(), db.Everyone("a test looks"), func(tx *db.Tx) error {
		return db.Dump(tx, func(table, row string) error {
			for _, word := range words {
				if strings.Contains(row, word) {
					w.t.Errorf("%s holds %q in the clear", table, word)
				}
			}
			return nil
		})
	}); err != nil {
		w.t.Fatal(err)
	}
}

func TestAskingTellsNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		persontest.Add(t, w.d, w.people, w.a, "", w.profile())
		for _, email := range []string{ada, "nobody@nowhere.example"} {
			if err := w.s.Ask(t.Context(), Intake{Email: email, Locale: "nl", Rights: []string{letter.Erase}}); err != nil {
				t.Errorf("%s: %v", email, err)
			}
		}
		if w.mails()[cases.MailConfirm] != 2 || len(w.strings(`select id from dsr_case`)) != 0 {
			t.Errorf("mails %v", w.mails())
		}
		for range 10 { // the form is no way to bother people
			if err := w.s.Ask(t.Context(), Intake{Email: ada, Locale: "nl", Rights: []string{letter.Erase}}); err != nil {
				t.Fatal(err)
			}
		}
		if w.mails()[cases.MailConfirm] != 1+3 {
			t.Errorf("mails %v", w.mails())
		}
		for name, in := range map[string]Intake{
			"address": {Email: "ada", Locale: "nl", Text: "x"}, "nothing": {Email: ada, Locale: "nl"}, "language": {Email: ada, Locale: "xx", Text: "x"},
			"right": {Email: ada, Locale: "nl", Rights: []string{"A99"}}, "length": {Email: ada, Locale: "nl", Text: strings.Repeat("x", cases.LongestText+1)},
		} {
			if err := w.s.Ask(t.Context(), in); fault.KindOf(err) != fault.Invalid {
				t.Errorf("%s: %v", name, err)
			}
		}
		// What nobody confirms goes, and so does the key of the day.
		w.at.Advance(73 * time.Hour)
		if err := w.s.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := len(w.strings(`select id from dsr`)); n != 0 {
			t.Errorf("%d requests are left", n)
		}
		if n := len(w.strings(`select id from job where kind = $1`, letterbox.KeysJob)); n != 1 {
			t.Errorf("%d jobs that destroy keys", n)
		}
	})
}

func TestNobodyFound(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		secret := w.ask(Intake{Email: "nobody@nowhere.example", Locale: "da", Text: "Slet venligst alle mine oplysninger."})
		if err := w.s.Confirm(t.Context(), secret); err != nil {
			t.Fatal(err)
		}
		st := w.work(secret)
		if len(st.Cases) != 1 || st.Cases[0].Org != "" || st.Cases[0].Facts.State != casework.Refused || st.Cases[0].Facts.Ground != casework.NotIdentified || st.Cases[0].Archive {
			t.Fatalf("%+v", st.Cases)
		}
		if err := w.s.Tell(t.Context(), secret, Add, "Jeg arbejdede for tagfirmaet Rød."); err != nil {
			t.Fatal(err)
		}
		st = w.status(secret)
		if st.Cases[0].Facts.State != casework.Open || st.State != "open" || len(st.Messages) != 1 {
			t.Errorf("after more was told: %+v", st)
		}
	})
}

func TestALetter(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		p := persontest.Add(t, w.d, w.people, w.a, "", w.profile())
		w.write(db.Tenant(w.a), func(tx *db.Tx) error {
			return disclosure.Record(tx, disclosure.Row{Who: personal.OfPerson(w.a, p), Recipient: disclosure.Recipient{Kind: disclosure.Processor, ID: "printer"},
				Fields: []string{"person.sealed.name"}, Purpose: personal.Record, Why: disclosure.WhyReport})
		})
		d, which := w.desk(w.a), id.New[id.Case]()
		in := Post{Text: "Geachte, mijn naam is verkeerd geschreven. Gelieve mijn naam te verbeteren, artikel 16 AVG.", Email: ada, ReceivedOn: "2026-02-27"}
		c, made, err := w.s.File(t.Context(), d, which, in)
		if err != nil || !made || c.Facts.Verified != "" || c.Due.String() != "2026-03-27" || c.Facts.Rights[0].Article != letter.Rectify {
			t.Fatalf("%+v, %v", c.Facts, err)
		}
		if _, made, err := w.s.File(t.Context(), d, which, in); made || err != nil {
			t.Errorf("filed again: %v, %v", made, err)
		}
		if _, _, err := w.s.File(t.Context(), d, id.New[id.Case](), Post{Text: "x", ReceivedOn: "2027-01-01"}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("a letter from the future: %v", err)
		}
		act := cases.Act{Kind: casework.Start, Right: letter.Rectify, Fields: map[string]string{"name": "Ada Daak"}}
		if _, err := w.s.Do(t.Context(), d, which, act); fault.CodeOf(err) != "identity-first" {
			t.Fatalf("changed for nobody: %v", err)
		}
		if _, err := w.s.Do(t.Context(), d, which, cases.Act{Kind: casework.Verify, Method: casework.ByMail}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("the office says that the mail was read: %v", err)
		}
		if _, err := w.s.Do(t.Context(), w.desk(w.b), which, act); fault.CodeOf(err) != "case-not-found" {
			t.Errorf("another organisation's office: %v", err)
		}
		// The mail goes to the address that is held.
		secret := w.link(c.Request)
		if st := w.status(secret); len(st.Cases) != 0 {
			t.Errorf("before it is known who wrote: %+v", st)
		}
		if err := w.s.Confirm(t.Context(), secret); err != nil {
			t.Fatal(err)
		}
		c, err = w.s.Do(t.Context(), d, which, act)
		if err != nil || c.Facts.State != casework.Sent || c.Facts.Owed != 1 || len(c.Owed) != 1 {
			t.Fatalf("%+v, %v", c.Facts, err)
		}
		var name string
		w.write(db.Tenant(w.a), func(tx *db.Tx) error {
			got, err := w.people.ReadIn(tx, personal.Participants, []id.Person{p})
			name = got[p].Name
			return err
		})
		if name != "Ada Daak" {
			t.Errorf("the name is %q", name)
		}
		if _, err := w.s.Do(t.Context(), d, which, cases.Act{Kind: cases.AckRow, Row: id.New[string]()}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("nobody acknowledged: %v", err)
		}
		if c, err = w.s.Do(t.Context(), d, which, cases.Act{Kind: cases.AckRow, Row: c.Owed[0].ID}); err != nil || c.Facts.State != casework.Done {
			t.Errorf("%+v, %v", c.Facts, err)
		}
		if w.strings(`select kind from feed_change where thing_kind = 'privacy-case'`) == nil {
			t.Error("nothing in the organisation's log")
		}
	})
}

func TestWhoIsSignedIn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		account := persontest.Account(t, w.d, w.people, person.AccountProfile{Name: "Ada", Email: ada, Locale: "nl-BE"}, person.Credentials{Password: "x"})
		p := persontest.Add(t, w.d, w.people, w.a, account, w.profile())
		me := org.Caller{Account: account, Via: "session"}
		r, err := w.s.Mine(t.Context(), me, Intake{Org: w.a, Rights: []string{letter.Rectify}, Text: "Mijn bedrijf is verkeerd."})
		if err != nil {
			t.Fatal(err)
		}
		st := w.work(w.link(r))
		w.work(w.link(r)) // the office hears of it once
		if len(st.Cases) != 1 || st.Cases[0].Who != personal.OfPerson(w.a, p) || st.Cases[0].Facts.Verified != casework.BySession {
			t.Fatalf("%+v", st.Cases)
		}
		if w.mails()[cases.MailConfirm] != 0 || w.mails()[cases.MailCase] != 1 {
			t.Errorf("mails %v", w.mails())
		}
		if _, err := w.s.Do(t.Context(), w.desk(w.a), st.Cases[0].ID, cases.Act{Kind: casework.AskIdentity, Text: "Send us your passport."}); fault.CodeOf(err) != "no-doubt" {
			t.Errorf("more was asked of who is signed in: %v", err)
		}
		if _, err := w.s.Mine(t.Context(), me, Intake{Org: w.b, Text: "x"}); fault.KindOf(err) != fault.NotFound {
			t.Errorf("where they do not stand: %v", err)
		}
		// A restriction stands from the decision on.
		r, err = w.s.Mine(t.Context(), me, Intake{Org: w.a, Rights: []string{letter.Restrict}})
		if err != nil {
			t.Fatal(err)
		}
		c := w.status(w.link(r)).Cases[0]
		if _, err := w.s.Do(t.Context(), w.desk(w.a), c.ID, cases.Act{Kind: casework.Start, Right: letter.Restrict, Ground: "accuracy"}); err != nil {
			t.Fatal(err)
		}
		w.write(db.Tenant(w.a), func(tx *db.Tx) error {
			got, err := w.people.ReadIn(tx, personal.Participants, []id.Person{p})
			if !got[p].Limited {
				t.Error("not restricted")
			}
			return err
		})
	})
}

func TestErasure(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		p := persontest.Add(t, w.d, w.people, w.a, "", w.profile())
		who := personal.OfPerson(w.a, p)
		w.erasures.places = 2
		secret := w.ask(Intake{Email: ada, Locale: "nl", Rights: []string{letter.Erase}})
		if err := w.s.Confirm(t.Context(), secret); err != nil {
			t.Fatal(err)
		}
		st := w.work(secret)
		c := st.Cases[0]
		if len(st.Cases) != 1 || c.Facts.State != casework.Open || len(w.erasures.asked) != 0 {
			t.Fatalf("places wait for the controller, and yet: %+v, asked %v", c.Facts, w.erasures.asked)
		}
		if _, err := w.s.Do(t.Context(), w.desk(w.a), c.ID, cases.Act{Kind: casework.Start, Right: letter.Erase}); err != nil {
			t.Fatal(err)
		}
		w.work(secret)
		w.work(secret) // harmless again
		if !slices.Contains(w.erasures.asked, who) {
			t.Fatalf("asked %v", w.erasures.asked)
		}
		w.write(db.Everyone("a test"), func(tx *db.Tx) error { return w.s.Erased(tx, c.ID, who) })
		if st = w.status(secret); st.Cases[0].Facts.State != casework.Done {
			t.Fatalf("%+v", st.Cases[0].Facts)
		}
		// The request is closed: what was written goes, and the key with it.
		w.closeJob()
		if _, err := w.s.Box.Address(t.Context(), id.Request(w.strings(`select id from dsr`)[0])); fault.KindOf(err) != fault.Gone {
			t.Errorf("the address is still there: %v", err)
		}
		if err := w.s.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := len(w.strings(`select id from job where kind = $1`, letterbox.KeysJob)); n != 1 {
			t.Errorf("%d jobs that destroy keys", n)
		}
		if st = w.status(secret); st.Cases[0].Facts.State != casework.Done {
			t.Error("who has the link cannot see any more that it was done")
		}
	})
}

func TestReminders(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		persontest.Add(t, w.d, w.people, w.a, "", w.profile())
		secret := w.ask(Intake{Email: ada, Locale: "nl", Rights: []string{letter.Rectify}})
		if err := w.s.Confirm(t.Context(), secret); err != nil {
			t.Fatal(err)
		}
		for range 40 {
			if err := w.s.Remind(t.Context()); err != nil {
				t.Fatal(err)
			}
			w.at.Advance(24 * time.Hour)
		}
		if m := w.mails(); m[cases.MailReminder] != 3 || m[cases.MailOverdue] != 1 {
			t.Errorf("mails in forty days: %v", m)
		}
		if w.acts("request.overdue") != 1 || w.acts("request.reminded") != 3 {
			t.Error("reminders are not on record")
		}
		q, err := w.s.Queue(t.Context(), w.desk(w.a), false)
		if err != nil || len(q) != 1 || !q[0].Late || q[0].Days >= 0 {
			t.Errorf("%+v, %v", q, err)
		}
	})
}

func TestExpiry(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		secret := w.ask(Intake{Email: "nobody@nowhere.example", Locale: "nl", Text: text})
		if err := w.s.Confirm(t.Context(), secret); err != nil {
			t.Fatal(err)
		}
		w.work(secret)
		w.at.Advance(2 * 366 * 24 * time.Hour)
		if err := w.s.Sweep(t.Context()); err != nil || len(w.strings(`select id from dsr_case`)) != 1 {
			t.Fatalf("after two years: %v", err)
		}
		w.at.Advance(366 * 24 * time.Hour)
		if err := w.s.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, table := range []string{"dsr", "dsr_case", "dsr_link", "dsr_upstream"} {
			if n := w.strings(fmt.Sprintf(`select '1' from %s`, table)); len(n) != 0 {
				t.Errorf("%s holds %d rows after three years", table, len(n))
			}
		}
	})
}

// closeJob runs the worker until the request is closed.
func (w *world) closeJob() {
	w.t.Helper()
	worker := job.New(w.d, nil, map[string]job.Handler{cases.CloseJob: w.s.Close}, job.Options{})
	ctx, cancel := context.WithTimeout(w.t.Context(), time.Minute)
	defer cancel()
	done := make(chan struct{})
	go func() { worker.Run(ctx); close(done) }()
	for len(w.strings(`select id from dsr where state = 'closed'`)) == 0 && ctx.Err() == nil {
		runtime.Gosched()
	}
	cancel()
	<-done
}

// While an office opens a case the engine notes that it told the office: what
// the office does then waits, and is not refused.
func TestAnOfficeAndTheEngineAtOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		persontest.Add(t, w.d, w.people, w.a, "", w.profile())
		d, which := w.desk(w.a), id.New[id.Case]()
		c, _, err := w.s.File(t.Context(), d, which, Post{Text: "Gelieve mijn naam te verbeteren, artikel 16 AVG.", Email: ada, ReceivedOn: "2026-02-27"})
		if err != nil {
			t.Fatal(err)
		}
		if err := w.s.Confirm(t.Context(), w.link(c.Request)); err != nil {
			t.Fatal(err)
		}
		done := make(chan error, 1)
		w.write(d.Scope(), func(tx *db.Tx) error {
			if _, err := tx.Exec(`update dsr_case set version = version + 1 where org_id = $1 and id = $2`, w.a, which); err != nil {
				return err
			}
			go func() {
				_, err := w.s.Do(t.Context(), d, which, cases.Act{Kind: casework.Start, Right: letter.Rectify, Fields: map[string]string{"name": "Ada Daak"}})
				done <- err
			}()
			for tx.Dialect() == db.Postgres { // until it stands before the row
				n, err := db.One(tx, db.Value1[int64], `select count(*) from pg_locks l join pg_stat_activity a on a.pid = l.pid where not l.granted and a.datname = current_database()`)
				if err != nil || n > 0 {
					return err
				}
				runtime.Gosched()
			}
			return nil
		})
		if err := <-done; err != nil {
			t.Errorf("an office was refused because of what the engine noted: %v", err)
		}
	})
}

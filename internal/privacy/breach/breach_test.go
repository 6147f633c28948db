package breach

import (
	"bytes"
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
	"plumbline/internal/lang"
	"plumbline/internal/org"
	"plumbline/internal/paper"
	"plumbline/internal/person"
	"plumbline/internal/person/persontest"
	"plumbline/internal/personal"
	"plumbline/internal/privacy/office"
)

func start() time.Time { return time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC) }

func TestSteps(t *testing.T) {
	t.Parallel()
	fresh := Facts{State: Open, Aware: start()}
	high, risk, none := fresh, fresh, fresh
	high.Risk, risk.Risk, none.Risk = High, Some, NoRisk
	keyless := high
	keyless.KeyLost = true
	told := high
	told.Initial, told.Final, told.Told = start(), start(), start()
	processor := told
	processor.Orgs = []string{"o"}
	waived := none
	waived.NoNotice = true
	cases := []struct {
		name  string
		on    Facts
		step  Step
		after time.Duration
		code  string
	}{
		{"judged", fresh, Step{Kind: Assess, Risk: High, Reasons: true}, 0, ""},
		{"judged without reasons", fresh, Step{Kind: Assess, Risk: High}, 0, "invalid"},
		{"judged as what is no risk", fresh, Step{Kind: Assess, Risk: "meh", Reasons: true}, 0, "invalid"},
		{"notified in time", fresh, Step{Kind: Notify, Phase: Initial}, 72 * time.Hour, ""},
		{"notified late", fresh, Step{Kind: Notify, Phase: Initial}, 72*time.Hour + time.Second, "invalid"},
		{"notified late, with reasons", fresh, Step{Kind: Notify, Phase: Initial, Reasons: true}, 73 * time.Hour, ""},
		{"the second notice first", risk, Step{Kind: Notify, Phase: FollowUp}, 0, "initial-first"},
		{"the last notice twice", told, Step{Kind: Notify, Phase: Final}, 0, "notified"},
		{"more after the last", told, Step{Kind: Notify, Phase: FollowUp}, 0, "final-given"},
		{"what is no risk", none, Step{Kind: Notify, Phase: Initial}, 0, "no-risk"},
		{"not notified, though a risk", risk, Step{Kind: Waive, Reasons: true}, 0, "risk-there"},
		{"not notified, no reasons", none, Step{Kind: Waive}, 0, "invalid"},
		{"not notified", none, Step{Kind: Waive, Reasons: true}, 0, ""},
		{"persons of no high risk", risk, Step{Kind: TellPersons}, 0, "not-high"},
		{"persons", high, Step{Kind: TellPersons}, 0, ""},
		{"persons twice", told, Step{Kind: TellPersons}, 0, "told"},
		{"sealed", high, Step{Kind: Exempt, Ground: Unintelligible, Reasons: true}, 0, ""},
		{"sealed, and the key lost", keyless, Step{Kind: Exempt, Ground: Unintelligible, Reasons: true}, 0, "key-lost"},
		{"exempt without reasons", high, Step{Kind: Exempt, Ground: Averted}, 0, "invalid"},
		{"controllers where there are none", high, Step{Kind: Hand}, 0, "no-controllers"},
		{"closed unjudged", fresh, Step{Kind: Close}, 0, "assess-first"},
		{"closed without the last notice", risk, Step{Kind: Close}, 0, "final-first"},
		{"closed without reasons", none, Step{Kind: Close}, 0, "reasons-first"},
		{"closed, nobody at risk", waived, Step{Kind: Close}, 0, ""},
		{"closed", told, Step{Kind: Close}, 0, ""},
		{"closed, and the controllers do not know", processor, Step{Kind: Close}, 0, "controllers-first"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if _, err := c.on.Apply(c.step, start().Add(c.after)); fault.CodeOf(err) != c.code {
				t.Errorf("%v, want %q", err, c.code)
			}
		})
	}
	closed, _ := told.Apply(Step{Kind: Close}, start())
	if _, err := closed.Apply(Step{Kind: Assess, Risk: Some, Reasons: true}, start()); fault.CodeOf(err) != "breach-closed" {
		t.Errorf("after the end: %v", err)
	}
}

func TestAlarms(t *testing.T) {
	t.Parallel()
	f := Facts{State: Open, Aware: start()}
	p := f
	p.Orgs = []string{"o"}
	done := f
	done.Initial = start()
	for _, c := range []struct {
		name string
		f    Facts
		h    int
		want int
	}{
		{"47 hours", f, 47, 0}, {"48 hours", f, 48, 1}, {"72 hours", f, 72, 2}, {"notified", done, 100, 0},
		{"a processor after 15 hours", p, 15, 0}, {"after 16", p, 16, 1}, {"after 24", p, 24, 2},
	} {
		if got := c.f.Alarm(start().Add(time.Duration(c.h) * time.Hour)); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
	f.Alarmed = 2
	if f.Alarm(start().Add(100*time.Hour)) != 0 {
		t.Error("the same alarm twice")
	}
}

type world struct {
	t      *testing.T
	at     *clock.Fake
	d      *db.DB
	ring   *crypt.Ring
	people *person.Service
	orgs   *org.Service
	s      *Service
	office []string
	post   []personal.Who
}

func each(t *testing.T, fn func(t *testing.T, w *world)) {
	t.Helper()
	for _, engine := range []db.Dialect{db.SQLite, db.Postgres} {
		t.Run(engine.String(), func(t *testing.T) {
			t.Parallel()
			at := clock.NewFake(start())
			w := &world{t: t, at: at, d: dbtest.Open(t, engine, dbtest.Clock(at)), ring: persontest.Ring(t)}
			w.people = persontest.VaultOn(w.d, w.ring)
			w.orgs = org.New(org.Deps{DB: w.d, People: w.people, Mail: org.Queue{}})
			w.s = New(Deps{DB: w.d, People: w.people, Keys: w.ring, Mail: org.Queue{}, Declarations: person.Declarations,
				Operator: func() personal.Operator {
					return personal.Operator{Name: "Plumb nv", Country: "BE", Officer: personal.Officer{Email: "dpo@plumb.example"}}
				},
				Office: func(_ *db.Tx, which id.Org, template string) error {
					w.office = append(w.office, string(which)+" "+template)
					return nil
				},
				Post: func(_ *db.Tx, who personal.Who, _ string, _ id.Breach) error {
					w.post = append(w.post, who)
					return nil
				}})
			fn(t, w)
		})
	}
}

func (w *world) found(name, country string) id.Org {
	w.t.Helper()
	o := id.New[id.Org]()
	email := "owner@" + name + ".example"
	a := persontest.Account(w.t, w.d, w.people, person.AccountProfile{Name: "Owner", Email: email, Locale: "nl-BE"}, person.Credentials{Password: "x"})
	if err := w.orgs.Found(w.t.Context(), org.Founding{Org: o, Name: name, Locale: "nl-BE", Owner: id.New[id.Person](), Account: a,
		Profile: person.Profile{Name: "Owner of " + name, Email: email, Locale: "nl-BE"}}); err != nil {
		w.t.Fatal(err)
	}
	if err := w.d.Write(w.t.Context(), db.Tenant(o), func(tx *db.Tx) error {
		_, err := office.Put(tx, office.Settings{Email: "privacy@" + name + ".example", Country: country}, 0)
		return err
	}); err != nil {
		w.t.Fatal(err)
	}
	return o
}

func desk(o id.Org) Desk {
	return Desk{Org: o, By: feed.Actor{Person: feed.System, Via: "session"}}
}

func (w *world) report() Report {
	now := w.at.Now()
	return Report{Words: Words{Nature: "A disk with a copy of the database was stolen."}, Kinds: []string{Confidentiality}, From: now.Add(-48 * time.Hour),
		Until: now.Add(-24 * time.Hour), Aware: now, Fields: []string{"person.sealed.name", "person.sealed.email"}}
}

func TestAffected(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		a, b := w.found("alfa", "BE"), w.found("beta", "DK")
		persontest.Add(t, w.d, w.people, a, "", person.Profile{Name: "Ada", Email: "ada@x.example"})
		in := w.report()
		in.Until = w.at.Now()
		in.Orgs = []id.Org{a, b}
		which := id.New[id.Breach]()
		x, made, err := w.s.Put(t.Context(), desk(""), which, in)
		if err != nil || !made || x.Facts.Persons != 3 || x.Facts.Accounts != 0 {
			t.Fatalf("%+v, %v", x.Facts, err)
		}
		in.Orgs = []id.Org{b}
		in.Fields = append(in.Fields, "account.sealed.email")
		if x, made, err = w.s.Put(t.Context(), desk(""), which, in); err != nil || made || x.Facts.Persons != 1 || x.Facts.Accounts != 2 {
			t.Errorf("%+v, %v", x.Facts, err)
		}
		// An organisation's own: its people alone.
		in.Orgs = nil
		if x, _, err = w.s.Put(t.Context(), desk(a), id.New[id.Breach](), in); err != nil || x.Facts.Persons != 2 || x.Facts.Accounts != 0 {
			t.Errorf("%+v, %v", x.Facts, err)
		}
		if _, err := w.s.Get(t.Context(), desk(b), x.ID); fault.CodeOf(err) != "breach-not-found" {
			t.Errorf("another organisation sees it: %v", err)
		}
		// At a processor: who stands in the ledger with it.
		owner := w.members(a)[0]
		if err := w.d.Write(t.Context(), db.Tenant(a), func(tx *db.Tx) error {
			return disclosure.Record(tx, disclosure.Row{Who: owner, Recipient: disclosure.Recipient{Kind: disclosure.Processor, ID: "printer"},
				Fields: []string{"person.sealed.name"}, Purpose: personal.Record, Why: disclosure.WhyReport})
		}); err != nil {
			t.Fatal(err)
		}
		w.at.Advance(time.Hour)
		in = w.report()
		in.From, in.Until, in.Recipient = start(), w.at.Now(), "printer"
		if x, _, err = w.s.Put(t.Context(), desk(a), id.New[id.Breach](), in); err != nil || x.Facts.Persons != 1 {
			t.Errorf("%+v, %v", x.Facts, err)
		}
		in.Recipient = "another"
		if x, _, err = w.s.Put(t.Context(), desk(a), id.New[id.Breach](), in); err != nil || x.Facts.Persons != 0 {
			t.Errorf("%+v, %v", x.Facts, err)
		}
		for name, edit := range map[string]func(*Report){
			"fields": func(r *Report) { r.Fields = []string{"person.sealed.blood"} }, "nothing said": func(r *Report) { r.Nature = "x" },
			"the future": func(r *Report) { r.Aware = w.at.Now().Add(time.Hour) }, "backwards": func(r *Report) { r.Until = r.From.Add(-time.Hour) },
			"somebody's organisation": func(r *Report) { r.Orgs = []id.Org{b} }, "no kind": func(r *Report) { r.Kinds = nil },
		} {
			bad := w.report()
			edit(&bad)
			if _, _, err := w.s.Put(t.Context(), desk(a), id.New[id.Breach](), bad); fault.KindOf(err) != fault.Invalid {
				t.Errorf("%s: %v", name, err)
			}
		}
		// The clock is never set back.
		later := w.report()
		later.Orgs = []id.Org{b}
		if _, _, err := w.s.Put(t.Context(), desk(""), which, later); fault.KindOf(err) != fault.Invalid {
			t.Errorf("aware later than before: %v", err)
		}
	})
}

func (w *world) members(o id.Org) (out []personal.Who) {
	w.t.Helper()
	if err := w.d.Read(w.t.Context(), db.Tenant(o), func(tx *db.Tx) error {
		all, err := w.people.Everybody(tx, personal.Rights)
		for _, p := range all {
			out = append(out, personal.OfPerson(o, p.ID))
		}
		return err
	}); err != nil {
		w.t.Fatal(err)
	}
	return out
}

func TestProcessorTellsControllers(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		a, b := w.found("alfa", "BE"), w.found("beta", "DK")
		in := w.report()
		in.Until, in.Orgs = w.at.Now(), []id.Org{a, b}
		which := id.New[id.Breach]()
		if _, _, err := w.s.Put(t.Context(), desk(""), which, in); err != nil {
			t.Fatal(err)
		}
		w.at.Advance(25 * time.Hour)
		for range 2 {
			if err := w.s.Watch(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if !slices.Equal(w.office, []string{" " + MailDue}) {
			t.Errorf("alarms %q", w.office)
		}
		if _, err := w.s.Do(t.Context(), desk(""), which, Step{Kind: Hand}, ""); err != nil {
			t.Fatal(err)
		}
		if !slices.Contains(w.office, string(a)+" "+MailController) || !slices.Contains(w.office, string(b)+" "+MailController) {
			t.Errorf("offices told: %q", w.office)
		}
		for _, o := range []id.Org{a, b} {
			x, err := w.s.Get(t.Context(), desk(o), which)
			if err != nil || x.Facts.By != "operator" || !x.Facts.Aware.Equal(w.at.Now()) || x.Facts.Persons != 1 || x.Words.Nature != in.Nature || len(x.Facts.Orgs) != 0 {
				t.Errorf("%+v, %v", x, err)
			}
		}
		// A controller tells its people; the notice names nobody.
		if _, err := w.s.Told(t.Context(), which, "da-DK"); fault.CodeOf(err) != "breach-not-found" {
			t.Errorf("before anybody was told: %v", err)
		}
		if _, err := w.s.Do(t.Context(), desk(b), which, Step{Kind: Assess, Risk: High}, "Names and addresses together."); err != nil {
			t.Fatal(err)
		}
		if _, err := w.s.Do(t.Context(), desk(b), which, Step{Kind: TellPersons}, ""); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(w.post, w.members(b)) {
			t.Errorf("told %v", w.post)
		}
		doc, err := w.s.Told(t.Context(), which, "da-DK")
		var text bytes.Buffer
		if err == nil {
			err = paper.Markdown(&text, doc)
		}
		if err != nil || !strings.Contains(text.String(), in.Nature) || !strings.Contains(text.String(), "privacy@beta.example") || strings.Contains(text.String(), "Owner") {
			t.Errorf("%v: %s", err, text.String())
		}
	})
}

func TestDrafts(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		a := w.found("alfa", "DK")
		which := id.New[id.Breach]()
		in := w.report()
		in.KeyLost = true
		x, _, err := w.s.Put(t.Context(), desk(a), which, in)
		if err != nil || !slices.Contains(x.Facts.Kinds, Availability) {
			t.Fatalf("the loss of a key is no loss: %+v, %v", x.Facts, err)
		}
		seen := map[string]bool{}
		for _, l := range lang.Languages() {
			for _, phase := range Phases() {
				d, err := w.s.Draft(t.Context(), desk(a), which, phase, lang.Match(l))
				if err != nil {
					t.Fatal(err)
				}
				if d.Authority == nil || d.Authority.ID != "dkdi" || d.Late || !d.Due.Equal(w.at.Now().Add(72*time.Hour)) {
					t.Errorf("%s %s: %+v", l, phase, d)
				}
				var b bytes.Buffer
				if err := paper.Markdown(&b, d.Doc); err != nil {
					t.Fatal(err)
				}
				text := b.String()
				for _, want := range []string{in.Nature, "alfa", "privacy@alfa.example", lang.T(lang.Match(l), "desk.breach.open"), lang.T(lang.Match(l), "desk.phase."+phase)} {
					if !strings.Contains(text, want) {
						t.Errorf("%s %s lacks %q: %s", l, phase, want, text)
					}
				}
				if strings.Contains(text, "desk.") || strings.Contains(text, "privacy-terms.") || seen[text] {
					t.Errorf("%s %s is not in its language: %s", l, phase, text)
				}
				seen[text] = true
			}
		}
		w.at.Advance(80 * time.Hour)
		if d, err := w.s.Draft(t.Context(), desk(a), which, Initial, "en-GB"); err != nil || !d.Late {
			t.Errorf("after 80 hours: %+v, %v", d, err)
		}
		if _, err := w.s.Draft(t.Context(), desk(a), which, "fourth", "en-GB"); fault.KindOf(err) != fault.Invalid {
			t.Errorf("a phase that is none: %v", err)
		}
	})
}

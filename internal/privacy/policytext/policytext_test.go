package policytext_test

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"plumbline/internal/clock"
	"plumbline/internal/db"
	"plumbline/internal/db/dbtest"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/job"
	"plumbline/internal/lang"
	"plumbline/internal/mail"
	"plumbline/internal/paper"
	"plumbline/internal/personal"
	"plumbline/internal/privacy/policytext"
	"plumbline/internal/privacy/policytext/wording"
)

var day = time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)

func all() db.Scope { return db.Everyone("a test") }

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func declaration(change func(*personal.Declaration)) personal.Declaration {
	d := personal.Declaration{Table: "account", Column: "sealed", Field: "email", Category: personal.Contact, Term: personal.Email, Subject: personal.AccountHolder,
		Sources: []personal.Source{personal.Self}, Purposes: []personal.Purpose{personal.SignIn, personal.Rights}, Basis: personal.Contract, Role: personal.Controller,
		Retention: personal.WhileSession, Recipients: []personal.Recipient{personal.Themselves}, StoredIn: personal.Vault}
	if change != nil {
		change(&d)
	}
	return d
}

func input() wording.Input {
	return wording.Input{
		Operator: personal.Operator{Name: "Example Operator NV", Address: "Example Street 1, 9000 Gent", Country: "BE", Email: "hello@example.org",
			Officer: personal.Officer{Email: "officer@example.org", Post: "Officer, Example Street 1, 9000 Gent"}},
		Processors: []personal.DataProcessor{{ID: "post", Name: "Example Post", Country: "DE", Uses: []personal.Use{personal.UseMail},
			Fields: []string{"mail.address"}, Safeguard: personal.InEEA}},
		Declarations: []personal.Declaration{
			declaration(nil),
			declaration(func(d *personal.Declaration) {
				d.Table, d.Role, d.Subject, d.Recipients, d.Basis = "person", personal.Processor, personal.Participant, []personal.Recipient{personal.ProjectTeam}, personal.Legitimate
				d.Retention = personal.WhilePerson
			}),
		},
		Bounds: wording.Bounds{GraceHours: 24, KeyHours: 72, NoticeDays: policytext.NoticeDays},
		Ages:   map[string]int{"BE": 13, "DK": 15, "": 16},
	}
}

func TestWhatIsMaterial(t *testing.T) {
	t.Parallel()
	from := wording.Gather(input())
	cases := []struct {
		name   string
		change func(*wording.Input)
		want   string
	}{
		{"nothing", func(*wording.Input) {}, ""},
		{"the officer moves", func(in *wording.Input) { in.Operator.Officer.Post = "Elsewhere" }, ""},
		{"another operator", func(in *wording.Input) { in.Operator.Name = "Other" }, "operator name:Other"},
		{"a new purpose", func(in *wording.Input) {
			in.Declarations[0].Purposes = append(in.Declarations[0].Purposes, personal.Updates)
		}, "purpose purpose:updates"},
		{"a purpose goes", func(in *wording.Input) { in.Declarations[0].Purposes = in.Declarations[0].Purposes[:1] }, ""},
		{"a known purpose for other data", func(in *wording.Input) {
			in.Declarations = append(in.Declarations, declaration(func(d *personal.Declaration) { d.Column, d.Purposes = "x", []personal.Purpose{personal.Security} }))
			in.Declarations[1].Purposes = append(in.Declarations[1].Purposes, personal.Security)
		}, "purpose purpose:security"},
		{"a new ground", func(in *wording.Input) { in.Declarations[0].Basis = personal.Legitimate }, "basis basis:legitimate-interests"},
		{"a new category", func(in *wording.Input) {
			in.Declarations = append(in.Declarations, declaration(func(d *personal.Declaration) { d.Column, d.Category, d.Term = "x", personal.Device, "" }))
		}, "category category:device"},
		{"a new field", func(in *wording.Input) {
			in.Declarations = append(in.Declarations, declaration(func(d *personal.Declaration) { d.Field, d.Term = "phone", personal.Phone }))
		}, "field term:phone"},
		{"another column of the same kind", func(in *wording.Input) {
			in.Declarations = append(in.Declarations, declaration(func(d *personal.Declaration) { d.Column = "other" }))
		}, ""},
		{"a new kind of recipient", func(in *wording.Input) {
			in.Declarations[0].Recipients = append(in.Declarations[0].Recipients, personal.MailProvider)
		}, "recipient recipient:mail-provider"},
		{"a new processor", func(in *wording.Input) {
			in.Processors = append(in.Processors, personal.DataProcessor{ID: "x", Name: "X", Country: "US", Safeguard: personal.Clauses})
		}, "recipient name:X, transfer country:US"},
		{"a new one behind a known one", func(in *wording.Input) {
			in.Processors[0].Subprocessors = []personal.DataProcessor{{ID: "y", Name: "Y", Country: "FR", Safeguard: personal.InEEA}}
		}, "recipient name:Y"},
		{"a processor gets more", func(in *wording.Input) { in.Processors[0].Fields = []string{"mail.address", "mail.name"} }, "outbound name:Example Post"},
		{"a processor moves", func(in *wording.Input) {
			in.Processors[0].Country = "US"
			in.Processors[0].Safeguard = personal.Clauses
		}, "transfer country:US"},
		{"a processor goes", func(in *wording.Input) { in.Processors = nil }, ""},
		{"kept longer", func(in *wording.Input) { in.Declarations[0].Retention = personal.OneYear }, "retention retention:1y"},
		{"kept shorter", func(in *wording.Input) { in.Declarations[1].Retention = personal.OneDay }, ""},
		{"erasure is slower", func(in *wording.Input) { in.Bounds.KeyHours = 96 }, "bound "},
		{"children may be younger", func(in *wording.Input) { in.Ages = map[string]int{"BE": 13, "DK": 13, "": 16} }, "age country:DK"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			in := input()
			c.change(&in)
			var got []string
			for _, m := range wording.Material(from, wording.Gather(in)) {
				got = append(got, m.Kind+" "+m.What)
				for _, l := range lang.Languages() {
					if w := m.Words(lang.Match(l)); strings.Contains(w, "policy.") || strings.Contains(w, "{") || strings.Contains(w, "privacy-terms") {
						t.Errorf("%s: %q", l, w)
					}
				}
			}
			if s := strings.Join(got, ", "); s != c.want {
				t.Errorf("got %q, want %q", s, c.want)
			}
		})
	}
}

// The text names everything that is declared and configured, in each language.
func TestTextSaysAll(t *testing.T) {
	t.Parallel()
	in := input()
	in.Processors = append(in.Processors, personal.DataProcessor{ID: "x", Name: "Far Away Inc", Country: "US", Uses: []personal.Use{personal.UseHelp}, Safeguard: personal.Clauses})
	f := wording.Gather(in)
	for l, text := range wording.Everywhere(f) {
		var b bytes.Buffer
		must(t, paper.Markdown(&b, wording.Doc(lang.Match(l), text, "")))
		md := b.String()
		for _, want := range []string{"Example Operator NV", "officer@example.org", "Officer, Example Street 1", "Example Post", "Far Away Inc", "24", "72", "30", "Argon2id", "dt@datatilsynet.dk", "contact@apd-gba.be"} {
			if !strings.Contains(md, want) {
				t.Errorf("%s: %q is not in the text", l, want)
			}
		}
		for _, bad := range []string{"policy.", "privacy-terms.", "{name}", "{days}", "[to be", "unset"} {
			if strings.Contains(md, bad) {
				t.Errorf("%s: %q is in the text", l, bad)
			}
		}
	}
	if a, b := wording.Gather(in).Bytes(), wording.Gather(in).Bytes(); !bytes.Equal(a, b) {
		t.Error("the same input gives two facts")
	}
}

func TestCompare(t *testing.T) {
	t.Parallel()
	text := func(blocks ...wording.Block) wording.Text { return wording.Text{Title: "P", Blocks: blocks} }
	h := wording.Block{Heading: "H", Level: 1}
	cases := []struct {
		name                    string
		from, to                wording.Text
		added, removed, changed string
	}{
		{"same", text(h, wording.Block{Text: "One. Two."}), text(h, wording.Block{Text: "One. Two."}), "", "", ""},
		{"a sentence more", text(h, wording.Block{Text: "One is here."}), text(h, wording.Block{Text: "One is here. Another came."}), "Another came.", "", ""},
		{"a sentence less", text(h, wording.Block{Text: "One is here. Another came."}), text(h, wording.Block{Text: "One is here."}), "", "Another came.", ""},
		{"a sentence turned", text(h, wording.Block{Text: "We keep it for 30 days."}), text(h, wording.Block{Text: "We keep it for 90 days."}), "", "", "We keep it for 30 days.>We keep it for 90 days."},
		{"an item", text(h, wording.Block{List: []string{"a b c", "d e f"}}), text(h, wording.Block{List: []string{"a b c", "x y z"}}), "x y z", "d e f", ""},
		{"a fact", text(h, wording.Block{Facts: [][]string{{"Who", "A; B"}}}), text(h, wording.Block{Facts: [][]string{{"Who", "A; B; C"}}}), "Who: C", "", ""},
		{"a row", text(h, wording.Block{Head: []string{"x", "y"}, Rows: [][]string{{"a", "b"}}}), text(h, wording.Block{Head: []string{"x", "y"}, Rows: [][]string{{"a", "b"}, {"c", "d"}}}), "c · d", "", ""},
		{"twice the same", text(h, wording.Block{List: []string{"a", "a"}}), text(h, wording.Block{List: []string{"a"}}), "", "a", ""},
		{"from nothing", wording.Text{}, text(h, wording.Block{Text: "All new."}), "All new.", "", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := wording.Compare(c.from, c.to)
			var added, removed, changed []string
			for _, l := range d.Added {
				added = append(added, l.Text)
			}
			for _, l := range d.Removed {
				removed = append(removed, l.Text)
			}
			for _, x := range d.Changed {
				changed = append(changed, x.From+">"+x.To)
			}
			if strings.Join(added, "|") != c.added || strings.Join(removed, "|") != c.removed || strings.Join(changed, "|") != c.changed {
				t.Errorf("%+v", d)
			}
		})
	}
}

type accounts []id.Account

func (a accounts) AccountsAfter(_ *db.Tx, after id.Account, limit int) ([]id.Account, error) {
	var out []id.Account
	for _, x := range a {
		if x > after && len(out) < limit {
			out = append(out, x)
		}
	}
	return out, nil
}

func (a accounts) LocaleOf(*db.Tx, id.Account) (lang.Locale, error) { return lang.Danish, nil }

// run does what waits in the queue.
func run(t *testing.T, d *db.DB, s *policytext.Service) {
	t.Helper()
	w := job.New(d, nil, map[string]job.Handler{policytext.AnnounceJob: s.Announce, mail.JobKind: func(context.Context, *job.Run) error { return nil }}, job.Options{})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { w.Run(ctx); close(done) }()
	for {
		var open int
		must(t, d.Read(t.Context(), all(), func(tx *db.Tx) error {
			return tx.Row(`select count(*) from job where state in ('queued', 'running')`).Scan(&open)
		}))
		if open == 0 {
			break
		}
	}
	cancel()
	<-done
}

func TestNoticePeriod(t *testing.T) {
	t.Parallel()
	c := clock.NewFake(day)
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		c := clock.NewFake(day)
		d = dbtest.Open(t, d.Dialect(), dbtest.Clock(c))
		in := input()
		people := accounts{id.New[id.Account](), id.New[id.Account](), id.New[id.Account]()}
		s := policytext.New(policytext.Deps{DB: d, Accounts: people, Facts: func() wording.Facts { return wording.Gather(in) }})
		must(t, s.Publish(ctx))
		run(t, d, s)
		first, err := s.InForce(ctx)
		must(t, err)
		if !first.Effective.Equal(day) || len(first.Material) != 0 {
			t.Fatalf("the first version: %+v", first)
		}
		if n, err := s.Notices(ctx, people[0]); err != nil || len(n) != 0 {
			t.Fatalf("told of the first version: %v, %v", n, err)
		}
		must(t, s.Publish(ctx)) // again: nothing
		if v, err := s.Versions(ctx); err != nil || len(v) != 1 {
			t.Fatalf("%d versions, %v", len(v), err)
		}

		// What does not matter is in force at once.
		in.Operator.Officer.Post = "Officer, Elsewhere 2, 9000 Gent"
		must(t, s.Publish(ctx))
		second, err := s.InForce(ctx)
		must(t, err)
		if second.ID == first.ID || second.Facts.Operator.OfficerPost != "Officer, Elsewhere 2, 9000 Gent" {
			t.Fatal("a change that does not matter waits")
		}

		// A recipient more is announced.
		in.Processors = append(in.Processors, personal.DataProcessor{ID: "far", Name: "Far Away Inc", Country: "US", Uses: []personal.Use{personal.UseHelp}, Safeguard: personal.Clauses})
		must(t, s.Publish(ctx))
		if v, err := s.InForce(ctx); err != nil || v.ID != second.ID {
			t.Fatalf("in force before anybody was told: %v", err)
		}
		run(t, d, s)
		next, ok, err := s.Coming(ctx)
		must(t, err)
		if !ok || !next.Effective.Equal(time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)) || next.Told.IsZero() {
			t.Fatalf("coming: %v %+v", ok, next)
		}
		active := func(want bool) {
			t.Helper()
			for p, w := range map[string]bool{"post": true, "far": want, "none": false} {
				if got, err := s.RecipientInForce(ctx, p); err != nil || got != w {
					t.Errorf("%s at %s: in force %v, %v", p, c.Now(), got, err)
				}
			}
		}
		active(false)
		for _, a := range people {
			n, err := s.Notices(ctx, a)
			if err != nil || len(n) != 1 || n[0].Version.ID != next.ID || !n[0].Seen.IsZero() {
				t.Fatalf("notices: %+v, %v", n, err)
			}
		}
		queued := mails(t, d)
		if len(queued) != 3 || queued[0].Template != policytext.MailTemplate || queued[0].Locale != lang.Danish || queued[0].Purpose != personal.Rights || len(queued[0].Data) != 0 {
			t.Fatalf("mails: %+v", queued)
		}

		// Deliveries are recorded; a new account is told too, nobody twice.
		must(t, d.Write(ctx, all(), func(tx *db.Tx) error {
			_, err := tx.Exec(`update mail set state = 'sent', sent_at = $1 where id = $2`, tx.Micros(), queued[0].ID)
			return err
		}))
		people = append(people, id.New[id.Account]())
		s.Accounts = people
		c.Advance(24 * time.Hour)
		must(t, s.Daily(ctx))
		run(t, d, s)
		dl, err := s.Deliveries(ctx, next)
		if err != nil || dl != (policytext.Deliveries{Told: 4, Mailed: 1}) {
			t.Errorf("deliveries %+v, %v", dl, err)
		}
		if again, _, _ := s.Coming(ctx); !again.Effective.Equal(next.Effective) {
			t.Errorf("the date moved to %s", again.Effective)
		}

		n, err := s.Notices(ctx, people[0])
		must(t, err)
		if err := s.Seen(ctx, people[1], n[0].ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("seen by a stranger: %v", err)
		}
		must(t, s.Seen(ctx, people[0], n[0].ID))
		c.Advance(28 * 24 * time.Hour)
		must(t, s.Daily(ctx))
		active(false)
		c.Advance(time.Date(2026, 3, 31, 23, 59, 59, 0, time.UTC).Sub(c.Now()))
		active(false)
		c.Advance(time.Second)
		active(true)
		if n, _ := s.Notices(ctx, people[0]); len(n) != 0 {
			t.Error("seen and in force, and still told")
		}
		if n, _ := s.Notices(ctx, people[1]); len(n) != 1 {
			t.Error("not seen, and no longer told")
		}
		diff, before, _, err := s.Difference(ctx, next.ID, lang.EnglishUK)
		must(t, err)
		if before.ID != second.ID || len(diff.Added) == 0 || !slices.Contains(diff.Material, "a new recipient: Far Away Inc") {
			t.Errorf("difference from %s: %+v", before.ID, diff)
		}
		_ = first
	}, dbtest.Clock(c))
}

func mails(t *testing.T, d *db.DB) (out []mail.Queued) {
	t.Helper()
	must(t, d.Read(t.Context(), all(), func(tx *db.Tx) error {
		ids, err := db.All(tx, db.Value1[id.Mail], `select id from mail order by id`)
		for _, m := range ids {
			q, err := mail.Get(tx, m)
			if err != nil {
				return err
			}
			out = append(out, q)
		}
		return err
	}))
	return out
}

// A change that is taken back in time never takes effect; one that changes
// again is announced anew.
func TestWithdrawnAndReplaced(t *testing.T) {
	t.Parallel()
	c := clock.NewFake(day)
	d := dbtest.Open(t, db.SQLite, dbtest.Clock(c))
	ctx := t.Context()
	in := input()
	person := id.New[id.Account]()
	s := policytext.New(policytext.Deps{DB: d, Accounts: accounts{person}, Facts: func() wording.Facts { return wording.Gather(in) }})
	must(t, s.Publish(ctx))
	first, err := s.InForce(ctx)
	must(t, err)
	keep := in.Declarations[0]
	in.Declarations = slices.Clone(in.Declarations)
	in.Declarations[0].Retention = personal.OneYear
	must(t, s.Publish(ctx))
	run(t, d, s)
	c.Advance(10 * 24 * time.Hour)
	in.Declarations[0].Retention = personal.WhileAccount
	must(t, s.Publish(ctx))
	run(t, d, s)
	next, ok, err := s.Coming(ctx)
	must(t, err)
	if !ok || !next.Effective.Equal(time.Date(2026, 4, 11, 0, 0, 0, 0, time.UTC)) {
		t.Fatalf("coming: %v %+v", ok, next)
	}
	if n, _ := s.Notices(ctx, person); len(n) != 1 || n[0].Version.ID != next.ID {
		t.Errorf("notices: %+v", n)
	}
	in.Declarations[0] = keep
	must(t, s.Publish(ctx))
	run(t, d, s)
	c.Advance(60 * 24 * time.Hour)
	v, err := s.InForce(ctx)
	must(t, err)
	if _, ok, _ := s.Coming(ctx); ok || v.ID != first.ID {
		t.Error("what was taken back took effect")
	}
	if n, _ := s.Notices(ctx, person); len(n) != 0 {
		t.Errorf("still told: %+v", n)
	}
}

// Not told, not in force: a version whose announcement never ran stays out,
// whatever its date.
func TestUntoldIsNotInForce(t *testing.T) {
	t.Parallel()
	c := clock.NewFake(day)
	d := dbtest.Open(t, db.SQLite, dbtest.Clock(c))
	ctx := t.Context()
	in := input()
	s := policytext.New(policytext.Deps{DB: d, Accounts: accounts{}, Facts: func() wording.Facts { return wording.Gather(in) }})
	must(t, s.Publish(ctx))
	in.Operator.Name = "Somebody Else"
	must(t, s.Publish(ctx))
	c.Advance(100 * 24 * time.Hour)
	v, err := s.InForce(ctx)
	must(t, err)
	if v.Facts.Operator.Name != "Example Operator NV" {
		t.Error("in force, and nobody was told")
	}
	run(t, d, s)
	next, ok, err := s.Coming(ctx)
	if err != nil || !ok || next.Effective.Sub(c.Now()) < 30*24*time.Hour {
		t.Errorf("the notice period did not start with the notice: %v %v %v", ok, next.Effective, err)
	}
}

func TestDeclared(t *testing.T) {
	t.Parallel()
	for _, wrong := range personal.Check(policytext.Declarations()) {
		t.Error(wrong)
	}
}

func TestTextsSurviveJSON(t *testing.T) {
	t.Parallel()
	for l, text := range wording.Everywhere(wording.Gather(input())) {
		b, err := json.Marshal(text)
		must(t, err)
		var again wording.Text
		must(t, json.Unmarshal(b, &again))
		if d := wording.Compare(text, again); len(d.Added)+len(d.Removed)+len(d.Changed) > 0 {
			t.Errorf("%s: %+v", l, d)
		}
	}
	if got := slices.Sorted(maps.Keys(wording.Everywhere(wording.Gather(input())))); len(got) != 5 {
		t.Errorf("languages %v", got)
	}
}

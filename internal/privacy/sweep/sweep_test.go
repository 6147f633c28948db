package sweep_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"plumbline/internal/clock"
	"plumbline/internal/db"
	"plumbline/internal/db/dbtest"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/personal"
	"plumbline/internal/privacy/sweep"
)

// crowd is a rule about made-up people.
type crowd struct {
	due  []personal.Who
	of   int64
	met  []string
	fail int // Each fails after so many
}

func people(n int) (all []personal.Who) {
	for i := range n {
		all = append(all, personal.OfAccount(id.Account(fmt.Sprint(i))))
	}
	return all
}

func (c *crowd) rule() sweep.Rule {
	return sweep.Rule{Name: "crowd", Then: personal.Erase,
		People: func(*db.Tx) ([]personal.Who, int64, error) { return slices.Clone(c.due), c.of, nil },
		Each: func(_ context.Context, who personal.Who) error {
			if c.fail > 0 && len(c.met) == c.fail {
				c.fail = 0
				return errors.New("the power went")
			}
			c.met = append(c.met, who.ID)
			c.due = slices.DeleteFunc(c.due, func(w personal.Who) bool { return w == who })
			return nil
		}}
}

func always(sweep.Rule) bool { return true }

func run(t *testing.T, s *sweep.Service) sweep.Run {
	t.Helper()
	runs, err := s.Run(t.Context(), always)
	if err != nil || len(runs) != 1 {
		t.Fatalf("%v, %v", runs, err)
	}
	return runs[0]
}

func acts(t *testing.T, d *db.DB) (n int) {
	t.Helper()
	if err := d.Read(t.Context(), db.Everyone("a test"), func(tx *db.Tx) error {
		return tx.Row(`select count(*) from evidence_entry`).Scan(&n)
	}); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestBrake(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := &crowd{due: people(5), of: 10}
		s := sweep.New(sweep.Deps{DB: d, Rules: []sweep.Rule{c.rule()}})
		if r := run(t, s); r.State != sweep.Done || r.Done != 5 || len(c.met) != 5 {
			t.Fatalf("a few: %+v", r)
		}

		c.due, c.met = people(6), nil
		preview, err := s.Preview(t.Context())
		if err != nil || preview[0].State != sweep.Held || preview[0].Due != 6 || acts(t, d) != 0 {
			t.Errorf("preview %+v %v", preview, err)
		}
		held := run(t, s)
		if held.State != sweep.Held || len(c.met) != 0 || acts(t, d) != 1 {
			t.Fatalf("six of ten: %+v, met %d, %d acts", held, len(c.met), acts(t, d))
		}
		if again := run(t, s); again.State != sweep.Held || again.ID != held.ID {
			t.Errorf("held twice: %+v", again)
		}
		list, err := s.Runs(t.Context(), 10)
		if err != nil || len(list) != 2 || list[0].ID != held.ID || list[0].State != sweep.Held || !list[0].People || list[1].Done != 5 {
			t.Errorf("list %+v %v", list, err)
		}

		if err := s.Approve(t.Context(), "staff", "nothing"); !fault.Is(err, fault.NotFound) {
			t.Errorf("approved nothing: %v", err)
		}
		if err := s.Approve(t.Context(), "staff", list[1].ID); fault.CodeOf(err) != "sweep-not-held" {
			t.Errorf("approved what is done: %v", err)
		}
		was := acts(t, d)
		for range 2 { // twice is harmless
			if err := s.Approve(t.Context(), "staff", held.ID); err != nil {
				t.Fatal(err)
			}
		}
		if acts(t, d) != was+1 {
			t.Errorf("approving left %d acts", acts(t, d)-was)
		}
		c.due = people(7) // one more than was approved
		if r := run(t, s); r.State != sweep.Held || len(c.met) != 0 {
			t.Fatalf("more than was approved: %+v", r)
		}
		if err := s.Approve(t.Context(), "staff", held.ID); err != nil {
			t.Fatal(err)
		}
		if r := run(t, s); r.State != sweep.Done || len(c.met) != 7 {
			t.Fatalf("approved: %+v", r)
		}
		c.due = people(8)
		if r := run(t, s); r.State != sweep.Held || r.ID == held.ID {
			t.Errorf("an approval counts once: %+v", r)
		}
	})
}

func TestBrakeNumbers(t *testing.T) {
	t.Parallel()
	cases := []struct {
		due, of int64
		held    bool
	}{
		{0, 0, false}, {5, 5, false}, {6, 120, false}, {6, 119, true}, {100, 2000, false}, {100, 1999, true}, {101, 1000000, true},
	}
	for _, c := range cases {
		t.Run(fmt.Sprintf("%d of %d", c.due, c.of), func(t *testing.T) {
			t.Parallel()
			d := dbtest.Open(t, db.SQLite)
			s := sweep.New(sweep.Deps{DB: d, Rules: []sweep.Rule{(&crowd{due: people(int(c.due)), of: c.of}).rule()}})
			if r := run(t, s); (r.State == sweep.Held) != c.held {
				t.Errorf("%+v", r)
			}
		})
	}
}

func TestCrashAndOthers(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := &crowd{due: people(4), of: 10, fail: 2}
		other := false
		s := sweep.New(sweep.Deps{DB: d, Rules: []sweep.Rule{c.rule(), {Name: "other", Rows: func(*db.Tx) (int64, error) { other = true; return 1, nil }}}})
		if _, err := s.Run(t.Context(), always); err == nil || !strings.Contains(err.Error(), "sweep.crowd") {
			t.Errorf("the failure is not told: %v", err)
		}
		if !other {
			t.Error("one rule's failure kept another")
		}
		if _, err := s.Run(t.Context(), always); err != nil || fmt.Sprint(c.met) != "[0 1 2 3]" {
			t.Errorf("run again: %v, met %v", err, c.met)
		}
	})
}

// TestPreviewTakesBack previews a rule that deletes.
func TestPreviewTakesBack(t *testing.T) {
	t.Parallel()
	at := clock.NewFake(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		if err := d.Write(t.Context(), db.Everyone("a test"), func(tx *db.Tx) error {
			for i, age := range []time.Duration{91 * 24 * time.Hour, 90 * 24 * time.Hour, 89 * 24 * time.Hour} {
				if _, err := tx.Exec(`insert into mutation (account, id, fingerprint, status, at) values ('a', $1, '', 200, $2)`, fmt.Sprint(i), tx.Now().Add(-age).UnixMicro()); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		count := func() (n int) {
			if err := d.Read(t.Context(), db.Everyone("a test"), func(tx *db.Tx) error { return tx.Row(`select count(*) from mutation`).Scan(&n) }); err != nil {
				t.Fatal(err)
			}
			return n
		}
		s := sweep.New(sweep.Deps{DB: d, Rules: []sweep.Rule{sweep.Before("mutations", "mutation", "at", personal.NinetyDays)}})
		preview, err := s.Preview(t.Context())
		if err != nil || preview[0].Due != 2 || count() != 3 {
			t.Errorf("preview %+v %v, %d left", preview, err, count())
		}
		if r := run(t, s); r.Done != 2 || count() != 1 {
			t.Errorf("%+v, %d left", r, count())
		}
		if r := run(t, s); r.Done != 0 {
			t.Errorf("again: %+v", r)
		}
		if list, err := s.Runs(t.Context(), 10); err != nil || len(list) != 1 {
			t.Errorf("a run that met nothing is kept: %v %v", list, err)
		}
	}, dbtest.Clock(at))
}

func TestUnswept(t *testing.T) {
	t.Parallel()
	d := func(table string, r personal.Retention) personal.Declaration {
		return personal.Declaration{Table: table, Column: "x", Category: personal.Usage, Retention: r}
	}
	rule := func(name string, covers ...sweep.Cover) sweep.Rule { return sweep.Rule{Name: name, Covers: covers} }
	cases := []struct {
		name     string
		declared []personal.Declaration
		rules    []sweep.Rule
		want     string
	}{
		{"swept", []personal.Declaration{d("a", personal.OneYear)}, []sweep.Rule{rule("r", sweep.Cover{Table: "a", Retention: personal.OneYear})}, ""},
		{"not swept", []personal.Declaration{d("a", personal.OneYear)}, nil, "a 1y is swept by [], not by one"},
		{"another retention", []personal.Declaration{d("a", personal.OneYear), d("a", personal.OneDay)}, []sweep.Rule{rule("r", sweep.Cover{Table: "a", Retention: personal.OneYear})}, "a 24h is swept by [], not by one"},
		{"twice", []personal.Declaration{d("a", personal.OneYear)}, []sweep.Rule{rule("r", sweep.Cover{Table: "a", Retention: personal.OneYear}), rule("s", sweep.Cover{Table: "a", Retention: personal.OneYear})}, "a 1y is swept by [r s], not by one"},
		{"of nothing", nil, []sweep.Rule{rule("r", sweep.Cover{Table: "a", Retention: personal.OneYear})}, "r acts on a 1y, which is not declared"},
		{"lapses", []personal.Declaration{d("a", personal.WhileAccount)}, []sweep.Rule{rule("r", sweep.Cover{Table: "account", Retention: personal.WhileAccount})}, ""},
		{"does not lapse", []personal.Declaration{d("a", personal.WhileAccount)}, nil, "nothing ends while-account when nobody uses it"},
		{"by act", []personal.Declaration{d("a", personal.WhileProject), d("b", personal.UntilUnwanted)}, nil, ""},
		{"not personal", personal.NotPersonal("a", "a random id", "id"), nil, ""},
	}
	for _, c := range cases {
		if got := strings.Join(sweep.Unswept(c.declared, c.rules), "; "); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

package ready_test

import (
	"testing"
	"time"

	"plumbline/internal/access"
	"plumbline/internal/clock"
	"plumbline/internal/cpm"
	"plumbline/internal/db"
	"plumbline/internal/db/dbtest"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/policy"
	"plumbline/internal/programme"
	"plumbline/internal/programme/edit"
	"plumbline/internal/programme/kept"
	"plumbline/internal/programme/live"
	"plumbline/internal/programme/programmetest"
	"plumbline/internal/programme/ready"
	"plumbline/internal/workcal"
)

type world struct {
	*testing.T
	clock                *clock.Fake
	ready                *ready.Service
	manager, sub, others access.Grant
	programme            id.Programme
	dig, pour            id.Activity // this week, and in five weeks
}

// each makes a programme of two activities, on the Monday that it starts.
func each(t *testing.T, do func(*world)) {
	t.Helper()
	for _, dialect := range []db.Dialect{db.SQLite, db.Postgres} {
		t.Run(dialect.String(), func(t *testing.T) {
			t.Parallel()
			fake := clock.NewFake(time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC))
			d := dbtest.Open(t, dialect, func(c *db.Config) { c.Clock = fake })
			book := kept.New(d, programmetest.Projects{})
			w := &world{T: t, clock: fake, ready: ready.New(d, book), programme: id.New[id.Programme](), dig: id.New[id.Activity](), pour: id.New[id.Activity]()}
			org, project := id.New[id.Org](), id.New[id.Project]()
			as := func(l policy.Level) access.Grant {
				return access.Grant{Actor: access.Actor{Caller: access.Caller{Via: "session"}, Org: org, Person: id.New[id.Person]()}, Project: project, Level: l}
			}
			w.manager, w.sub, w.others = as(policy.Manager), as(policy.Subcontractor), as(policy.Subcontractor)
			all := programme.New(d, book)
			start, err := workcal.At(2026, 1, 5, 8*3600)
			if err != nil {
				t.Fatal(err)
			}
			if _, _, err := all.Create(t.Context(), w.manager, programme.Draft{ID: w.programme, Name: "Main", Start: start}); err != nil {
				t.Fatal(err)
			}
			one, two := "Dig", "Pour"
			length, lag := int32(8*workcal.Hour), int32(25*8*workcal.Hour)
			in := []live.Charge{{Kind: access.KindPerson, ID: string(w.sub.Person)}}
			if _, err := all.Edit(t.Context(), w.manager, w.programme, []edit.Edit{
				{Do: edit.Add, Activity: w.dig, Fields: edit.Fields{Name: &one, Duration: &length, InCharge: &in}},
				{Do: edit.Add, Activity: w.pour, After: w.dig, Fields: edit.Fields{Name: &two, Duration: &length}},
				{Do: edit.Link, From: w.dig, To: w.pour, Link: cpm.FS, Lag: lag},
			}, false); err != nil {
				t.Fatal(err)
			}
			do(w)
		})
	}
}

func (w *world) refused(what, code string, err error) {
	w.Helper()
	if fault.CodeOf(err) != code {
		w.Errorf("%s: %v", what, err)
	}
}

func (w *world) fine(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func TestTheLookAheadShowsWhatComes(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		for weeks, want := range map[int]int{1: 1, 5: 1, 6: 2} {
			a, err := w.ready.Ahead(w.Context(), w.manager, w.programme, weeks)
			w.fine(err)
			if len(a.Rows) != want || a.Weeks[0] != "2026-01-05" {
				w.Errorf("%d weeks: %+v", weeks, a)
			}
		}
		mine, err := w.ready.Ahead(w.Context(), w.sub, w.programme, 6)
		w.fine(err)
		if len(mine.Rows) != 1 || mine.Rows[0].Name != "Dig" {
			w.Errorf("a subcontractor sees %+v", mine.Rows)
		}
		_, err = w.ready.Ahead(w.Context(), w.others, w.programme, 6)
		w.refused("who is in charge of nothing", "programme-not-found", err)
	})
}

func TestAConstraintHoldsAPromiseBack(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		promise := func(g access.Grant, a id.Activity, week string) error {
			_, _, err := w.ready.Promise(w.Context(), g, a, week, "")
			return err
		}
		c := ready.Constraint{ID: id.New[id.Constraint](), Activity: w.dig, Kind: "permit", Words: "road closure", NeededBy: "2026-01-04"}
		set := func(g access.Grant, cleared bool) (bool, error) {
			_, created, err := w.ready.SetConstraint(w.Context(), g, c, cleared)
			return created, err
		}
		_, err := set(w.others, false)
		w.refused("on another's activity", "activity-not-found", err)
		for i, want := range []bool{true, false} {
			if created, err := set(w.sub, false); err != nil || created != want {
				w.Fatalf("time %d: %v, %v", i, created, err)
			}
		}
		w.refused("promised with a constraint", "constraints-open", promise(w.sub, w.dig, "2026-01-05"))
		_, err = set(w.sub, true)
		w.fine(err)
		w.refused("a week that is over", "week-over", promise(w.sub, w.dig, "2025-12-29"))
		w.refused("a Tuesday", "invalid", promise(w.sub, w.dig, "2026-01-06"))
		w.fine(promise(w.sub, w.dig, "2026-01-05"))
		w.refused("another's activity", "activity-not-found", promise(w.sub, w.pour, "2026-01-05"))
		a, err := w.ready.Ahead(w.Context(), w.manager, w.programme, 1)
		w.fine(err)
		if len(a.Constraints) != 1 || a.Constraints[0].ClearedBy != w.sub.Person || len(a.Promises) != 1 || a.Promises[0].Author != w.sub.Person {
			w.Errorf("%+v", a)
		}
		w.refused("another's constraint is taken away", "needs-manager", func() error {
			g := w.manager
			g.Level, g.Person = policy.Contributor, id.New[id.Person]()
			return w.ready.RemoveConstraint(w.Context(), g, w.dig, c.ID)
		}())
		w.fine(w.ready.RemoveConstraint(w.Context(), w.manager, w.dig, c.ID))
	})
}

func TestWhatBecameOfAPromiseIsMeasured(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		_, _, err := w.ready.Promise(w.Context(), w.sub, w.dig, "2026-01-12", "")
		w.fine(err)
		_, err = w.ready.Judge(w.Context(), w.sub, w.dig, "2026-01-12", true, "", "")
		w.refused("before its week", "week-to-come", err)
		w.clock.Advance(8 * 24 * time.Hour)
		w.refused("taken back once it began", "week-begun", w.ready.TakeBack(w.Context(), w.sub, w.dig, "2026-01-12"))
		_, err = w.ready.Judge(w.Context(), w.sub, w.dig, "2026-01-12", false, "", "")
		w.refused("missed without a reason", "invalid", err)
		_, err = w.ready.Judge(w.Context(), w.sub, w.dig, "2026-01-12", false, "weather", "frost")
		w.fine(err)
		_, _, err = w.ready.Promise(w.Context(), w.manager, w.pour, "2026-01-12", "")
		w.fine(err)
		_, err = w.ready.Judge(w.Context(), w.manager, w.pour, "2026-01-12", true, "", "")
		w.fine(err)
		all, err := w.ready.Measures(w.Context(), w.manager, w.programme, 2)
		w.fine(err)
		if len(all) != 2 || all[1].Week != "2026-01-12" || *all[1].Percent != 50 || all[1].Reasons["weather"] != 1 {
			w.Errorf("%+v", all)
		}
		if all[0].Due != 1 || *all[0].MadeReady != 100 { // counted with the first promise, in the week before
			w.Errorf("made ready: %+v", all[0])
		}
		_, err = w.ready.Measures(w.Context(), w.sub, w.programme, 2)
		w.refused("a subcontractor", "programme-not-found", err)
	})
}

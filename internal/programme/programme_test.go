package programme_test

import (
	"slices"
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
	"plumbline/internal/programme/rows"
	"plumbline/internal/programme/site"
	"plumbline/internal/programme/state"
	"plumbline/internal/workcal"
)

const day = 8 * workcal.Hour

type world struct {
	*testing.T
	db            *db.DB
	clock         *clock.Fake
	all           *programme.Service
	site          *site.Service
	manager, sub  access.Grant
	programme     id.Programme
	a, b, c, wall id.Activity
}

func at(t *testing.T, s string) workcal.Time {
	t.Helper()
	x, err := time.Parse("2006-01-02T15:04", s)
	if err != nil {
		t.Fatal(err)
	}
	w, err := workcal.FromTime(x)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// each makes a programme of three activities in a row below a summary, the
// first in the charge of a subcontractor, on a Monday, as of that Monday.
func each(t *testing.T, do func(*world)) {
	t.Helper()
	for _, dialect := range []db.Dialect{db.SQLite, db.Postgres} {
		t.Run(dialect.String(), func(t *testing.T) {
			t.Parallel()
			fake := clock.NewFake(time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC))
			d := dbtest.Open(t, dialect, func(c *db.Config) { c.Clock = fake })
			do(furnished(t, d, fake))
		})
	}
}

func furnished(t *testing.T, d *db.DB, fake *clock.Fake) *world {
	t.Helper()
	w := &world{T: t, db: d, clock: fake}
	book := kept.New(d, programmetest.Projects{})
	w.all, w.site = programme.New(d, book), site.New(d, book, programmetest.Points{Due: "2026-01-07"}, nil)
	org, project := id.New[id.Org](), id.New[id.Project]()
	as := func(l policy.Level) access.Grant {
		return access.Grant{Actor: access.Actor{Caller: access.Caller{Via: "session"}, Org: org, Person: id.New[id.Person]()}, Project: project, Level: l}
	}
	w.manager, w.sub = as(policy.Manager), as(policy.Subcontractor)
	w.programme = id.New[id.Programme]()
	if _, created, err := w.all.Create(t.Context(), w.manager, programme.Draft{ID: w.programme, Name: "Main", Start: at(t, "2026-01-05T08:00")}); err != nil || !created {
		t.Fatal(created, err)
	}
	w.a, w.b, w.c, w.wall = id.New[id.Activity](), id.New[id.Activity](), id.New[id.Activity](), id.New[id.Activity]()
	w.edit(w.add(w.wall, "", "", "Wall"), w.add(w.a, w.wall, "", "Dig"), w.add(w.b, w.wall, w.a, "Pour"), w.add(w.c, w.wall, w.b, "Lay"), w.charge(w.a, w.sub.Person), w.link(w.a, w.b), w.link(w.b, w.c))
	return w
}

func (w *world) add(a, parent, after id.Activity, name string) edit.Edit {
	length := int32(day)
	return edit.Edit{Do: edit.Add, Activity: a, Parent: parent, After: after, Fields: edit.Fields{Name: &name, Duration: &length}}
}

func (w *world) charge(a id.Activity, who id.Person) edit.Edit {
	return edit.Edit{Do: edit.Set, Activity: a, Fields: edit.Fields{InCharge: new(chargesOf(who))}}
}

func (w *world) link(a, b id.Activity) edit.Edit {
	return edit.Edit{Do: edit.Link, From: a, To: b, Link: cpm.FS, Unit: edit.Working}
}

func (w *world) edit(edits ...edit.Edit) programme.Outcome {
	w.Helper()
	out, err := w.all.Edit(w.Context(), w.manager, w.programme, edits, false)
	if err != nil {
		w.Fatal(err)
	}
	return out
}

func (w *world) schedule(g access.Grant) programme.Schedule {
	w.Helper()
	s, err := w.all.Schedule(w.Context(), g, w.programme)
	if err != nil {
		w.Fatal(err)
	}
	return s
}

func (w *world) starts(a id.Activity) string {
	w.Helper()
	s := w.schedule(w.manager)
	i, ok := s.Model.Index(a)
	if !ok {
		w.Fatal("no such activity")
	}
	return s.Computed.Forecast.Dates(i).Start.String()
}

func (w *world) state(a id.Activity) state.Of {
	w.Helper()
	s := w.schedule(w.manager)
	i, _ := s.Model.Index(a)
	return s.Computed.State(i)
}

func (w *world) report(g access.Grant, a id.Activity, r rows.Report) error {
	w.Helper()
	r.ID, r.Activity = id.New[id.Progress](), a
	for _, t := range []*workcal.Time{&r.Started, &r.Finished, &r.Until} {
		if *t == 0 {
			*t = workcal.None
		}
	}
	_, err := w.site.Report(w.Context(), g, r)
	return err
}

func (w *world) goes(d time.Duration) { w.clock.Advance(d) }

func TestAnEditIsPreviewedKeptAndUndone(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		if got := w.starts(w.c); got != "2026-01-07T08:00:00" {
			w.Fatalf("lay starts %s", got)
		}
		longer := edit.Edit{Do: edit.Set, Activity: w.a, Fields: edit.Fields{Duration: new(int32(3 * day))}}
		look, err := w.all.Edit(w.Context(), w.manager, w.programme, []edit.Edit{longer}, true)
		if err != nil || len(look.Moved) != 4 || look.Computed.Forecast.End() != at(w.T, "2026-01-09T17:00") {
			w.Fatalf("preview: %v, %+v", err, look.Moved)
		}
		if got := w.starts(w.c); got != "2026-01-07T08:00:00" {
			w.Errorf("a preview moved it to %s", got)
		}
		done := w.edit(longer)
		if got := w.starts(w.c); got != "2026-01-09T08:00:00" {
			w.Errorf("lay starts %s", got)
		}
		w.edit(done.Undo...)
		if got := w.starts(w.c); got != "2026-01-07T08:00:00" {
			w.Errorf("after undo lay starts %s", got)
		}
		ends, err := w.all.Delays(w.Context(), w.manager, w.programme, 0, 10)
		if err != nil || len(ends) < 2 || ends[0].After != at(w.T, "2026-01-07T17:00") || ends[1].After != at(w.T, "2026-01-09T17:00") || ends[1].Kind != "edit" || ends[1].By != w.manager.Person {
			w.Errorf("what moved the end: %v, %+v", err, ends)
		}
		h, err := w.site.History(w.Context(), w.manager, w.a, "", 10)
		if err != nil || len(h.Items) != 3 || h.Items[0].Kind != "changed" || h.Items[0].Fields[0].Name != "duration" {
			w.Errorf("history: %v, %+v", err, h.Items)
		}
	})
}

// TestWhatIsReadBackIsWhatWasKept: another process, which has nothing in memory,
// computes the same.
func TestWhatIsReadBackIsWhatWasKept(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		w.edit(edit.Edit{Do: edit.Move, Activity: w.c, Parent: "", After: w.wall},
			edit.Edit{Do: edit.Set, Activity: w.b, Fields: edit.Fields{Notes: new("wet"), Budget: new(int64(12_50)), Deadline: new(at(w.T, "2026-02-02T17:00"))}},
			edit.Edit{Do: edit.Link, From: w.b, To: w.c, Link: cpm.SS, Lag: 25, Unit: edit.Percent})
		if err := w.report(w.sub, w.a, rows.Report{Kind: rows.Progress, Percent: new(50.0)}); err != nil {
			w.Fatal(err)
		}
		mine := w.schedule(w.manager)
		other := programme.New(w.db, kept.New(w.db, programmetest.Projects{}))
		theirs, err := other.Schedule(w.Context(), w.manager, w.programme)
		if err != nil {
			w.Fatal(err)
		}
		if len(mine.Model.Lines) != 4 || mine.Model.Version != theirs.Model.Version {
			w.Fatalf("%d activities, versions %d and %d", len(mine.Model.Lines), mine.Model.Version, theirs.Model.Version)
		}
		for i := range mine.Model.Lines {
			x, y := mine.Model.Lines[i], theirs.Model.Lines[i]
			if x.ID != y.ID || x.Site != y.Site || x.Version != y.Version || x.Position != y.Position || x.Budget != y.Budget || !slices.Equal(x.InCharge, y.InCharge) {
				w.Errorf("line %d: %+v is read as %+v", i, x, y)
			}
			if a, b := mine.Computed.Forecast.Dates(i), theirs.Computed.Forecast.Dates(i); a != b {
				w.Errorf("dates %d: %+v is read as %+v", i, a, b)
			}
			if a, b := mine.Model.Doc.Activities[i], theirs.Model.Doc.Activities[i]; a.Name != b.Name || a.Notes != b.Notes || a.Parent != b.Parent || a.Level != b.Level || a.Deadline != b.Deadline {
				w.Errorf("activity %d: %+v is read as %+v", i, a, b)
			}
		}
	})
}

func TestALoopIsRefusedAndSaysWhere(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		_, err := w.all.Edit(w.Context(), w.manager, w.programme, []edit.Edit{w.link(w.c, w.a)}, false)
		if fault.CodeOf(err) != "programme-loop" {
			w.Fatalf("a loop: %v", err)
		}
		if got := w.starts(w.c); got != "2026-01-07T08:00:00" {
			w.Errorf("afterwards lay starts %s", got)
		}
	})
}

func TestASubcontractorSeesTheirPart(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		s := w.schedule(w.sub)
		var names []string
		for _, i := range s.Show {
			names = append(names, s.Model.Doc.Activities[i].Name)
		}
		if !slices.Equal(names, []string{"Wall", "Dig"}) {
			w.Errorf("sees %v", names)
		}
		if _, err := w.site.Activity(w.Context(), w.sub, w.b); !fault.Is(err, fault.NotFound) {
			w.Errorf("another's activity: %v", err)
		}
		if err := w.report(w.sub, w.b, rows.Report{Kind: rows.Progress, Percent: new(10.0)}); !fault.Is(err, fault.NotFound) {
			w.Errorf("reports on another's activity: %v", err)
		}
		if _, err := w.all.Edit(w.Context(), w.sub, w.programme, []edit.Edit{w.link(w.a, w.c)}, false); !fault.Is(err, fault.NotFound) {
			w.Errorf("a subcontractor plans: %v", err)
		}
		all, err := w.all.List(w.Context(), w.sub)
		if err != nil || len(all) != 1 || all[0].Activities != 1 {
			w.Errorf("list: %v, %+v", err, all)
		}
		stranger := w.sub
		stranger.Person = id.New[id.Person]()
		if all, err := w.all.List(w.Context(), stranger); err != nil || len(all) != 0 {
			w.Errorf("who is in charge of nothing sees %v, %+v", err, all)
		}
		if _, err := w.all.Schedule(w.Context(), stranger, w.programme); !fault.Is(err, fault.NotFound) {
			w.Errorf("and opens: %v", err)
		}
	})
}

func TestProgressIsReportedSignedOffAndReopened(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		refused := func(what, code string, err error) {
			w.Helper()
			if fault.CodeOf(err) != code {
				w.Errorf("%s: %v", what, err)
			}
		}
		fine := func(what string, err error, want state.State) {
			w.Helper()
			if err != nil {
				w.Fatalf("%s: %v", what, err)
			}
			if got := w.state(w.a).State; got != want {
				w.Errorf("%s: %s, not %s", what, got, want)
			}
		}
		progress := func(p float64) error {
			return w.report(w.sub, w.a, rows.Report{Kind: rows.Progress, Percent: &p})
		}
		refused("signed off too early", "activity-not-done", w.report(w.manager, w.a, rows.Report{Kind: rows.SignOff}))
		fine("begun", progress(40), state.InProgress)
		fine("a problem", w.report(w.sub, w.a, rows.Report{Kind: rows.Problem, Reason: "rock", Until: at(w.T, "2026-01-08T08:00")}), state.Warning)
		if got := w.starts(w.b); got <= "2026-01-08" {
			w.Errorf("the problem does not hold up what comes next: %s", got)
		}
		fine("done", progress(100), state.Warning)
		refused("with a problem", "gate-problems", w.report(w.manager, w.a, rows.Report{Kind: rows.SignOff}))
		fine("solved", w.report(w.sub, w.a, rows.Report{Kind: rows.Solved}), state.Awaiting)
		refused("signed off by who did it", "needs-manager", w.report(w.sub, w.a, rows.Report{Kind: rows.SignOff}))
		fine("rejected", w.report(w.manager, w.a, rows.Report{Kind: rows.Reject, Words: "the bottom is wet"}), state.InProgress)
		fine("done again", progress(100), state.Awaiting)
		fine("signed off", w.report(w.manager, w.a, rows.Report{Kind: rows.SignOff}), state.Verified)
		refused("reported when verified", "activity-verified", progress(50))
		fine("reopened", w.report(w.manager, w.a, rows.Report{Kind: rows.Reopen}), state.Awaiting)
		refused("on a summary", "activity-summary", w.report(w.manager, w.wall, rows.Report{Kind: rows.Progress, Percent: new(10.0)}))
		d, err := w.site.Activity(w.Context(), w.sub, w.a)
		if err != nil || len(d.Reports) != 8 {
			w.Errorf("%v, %d reports", err, len(d.Reports))
		}
	})
}

func TestAReportMadeTwiceCountsOnce(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		r := rows.Report{ID: id.New[id.Progress](), Activity: w.a, Kind: rows.Progress, Percent: new(30.0), Started: workcal.None, Finished: workcal.None, Until: workcal.None}
		for i, want := range []bool{true, false} {
			if fresh, err := w.site.Report(w.Context(), w.sub, r); err != nil || fresh != want {
				w.Errorf("time %d: %v, %v", i, fresh, err)
			}
		}
		r.Activity = w.b
		if _, err := w.site.Report(w.Context(), w.manager, r); fault.CodeOf(err) != "id-taken" {
			w.Errorf("for another activity: %v", err)
		}
	})
}

func TestABlockingPointWarnsAndReleases(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		p := id.New[id.Point]()
		if err := w.site.Block(w.Context(), w.sub, w.a, p); !fault.Is(err, fault.Denied) {
			w.Errorf("a subcontractor blocks: %v", err)
		}
		if err := w.site.Block(w.Context(), w.manager, w.a, p); err != nil {
			w.Fatal(err)
		}
		if got := w.state(w.a).State; got != state.Warning {
			w.Errorf("blocked: %s", got)
		}
		if got := w.starts(w.a); got != "2026-01-08T08:00:00" { // the morning after the point is due
			w.Errorf("blocked, it starts %s", got)
		}
		if err := w.report(w.sub, w.a, rows.Report{Kind: rows.Progress, Percent: new(100.0)}); err != nil {
			w.Fatal(err)
		}
		if err := w.report(w.manager, w.a, rows.Report{Kind: rows.SignOff}); fault.CodeOf(err) != "gate-points" {
			w.Errorf("signed off while blocked: %v", err)
		}
		closes := func(open bool) {
			w.Helper()
			if err := w.db.Write(w.Context(), w.manager.Scope(), func(tx *db.Tx) error { return w.site.PointChanged(tx, w.manager, p, open, "2026-01-07") }); err != nil {
				w.Fatal(err)
			}
		}
		closes(false)
		if got := w.state(w.a).State; got != state.Awaiting {
			w.Errorf("released: %s", got)
		}
		closes(true)
		if got := w.state(w.a).State; got != state.Warning {
			w.Errorf("open again: %s", got)
		}
	})
}

// TestWhatIsLateIsAWarningAndMovesTheForecast: days go by and nobody begins.
func TestWhatIsLateIsAWarningAndMovesTheForecast(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		w.goes(48 * time.Hour)
		if got := w.state(w.a); got != (state.Of{State: state.Warning, Behind: true}) {
			w.Errorf("two days late: %+v", got)
		}
		if got := w.starts(w.c); got != "2026-01-09T08:00:00" {
			w.Errorf("lay starts %s", got)
		}
		if err := w.report(w.sub, w.a, rows.Report{Kind: rows.Progress, Percent: new(100.0), Started: at(w.T, "2026-01-06T08:00"), Finished: at(w.T, "2026-01-06T17:00")}); err != nil {
			w.Fatal(err)
		}
		ends, err := w.all.Delays(w.Context(), w.manager, w.programme, 0, 10)
		if err != nil || len(ends) < 2 || ends[0].Kind != "progress" || ends[1].Kind != "time" {
			w.Errorf("what moved the end: %v, %+v", err, ends)
		}
	})
}

func TestARemovedActivityComesBackWithItsProgress(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		if err := w.report(w.sub, w.a, rows.Report{Kind: rows.Progress, Percent: new(40.0)}); err != nil {
			w.Fatal(err)
		}
		gone := w.edit(edit.Edit{Do: edit.Remove, Activity: w.wall})
		if s := w.schedule(w.manager); len(s.Model.Lines) != 0 {
			w.Fatalf("%d activities are left", len(s.Model.Lines))
		}
		w.edit(gone.Undo...)
		s := w.schedule(w.manager)
		i, ok := s.Model.Index(w.a)
		if !ok || s.Model.Lines[i].Site.Percent != 40 || len(s.Model.Doc.Relations) != 2 || !kept.Shows(w.sub, s.Model, i) {
			w.Errorf("came back as %+v with %d relations", s.Model.Lines[i], len(s.Model.Doc.Relations))
		}
		other, err := programme.New(w.db, kept.New(w.db, programmetest.Projects{})).Schedule(w.Context(), w.manager, w.programme)
		if err != nil || other.Model.Lines[i].Site.Percent != 40 {
			w.Errorf("read anew: %v, %+v", err, other.Model.Lines)
		}
	})
}

func TestADeletedProgrammeComesBack(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		if err := w.all.Delete(w.Context(), w.manager, w.programme); err != nil {
			w.Fatal(err)
		}
		if _, err := w.all.Schedule(w.Context(), w.manager, w.programme); !fault.Is(err, fault.NotFound) {
			w.Errorf("deleted: %v", err)
		}
		if err := w.all.Restore(w.Context(), w.manager, w.programme); err != nil {
			w.Fatal(err)
		}
		if got := w.starts(w.c); got != "2026-01-07T08:00:00" {
			w.Errorf("back: %s", got)
		}
	})
}

func chargesOf(who ...id.Person) (out []live.Charge) {
	for _, p := range who {
		out = append(out, live.Charge{Kind: access.KindPerson, ID: string(p)})
	}
	return out
}

// TestATransactionThatFailsLeavesNothingInMemory: points that close together
// tell the programme one after the other, and then none of it is kept.
func TestATransactionThatFailsLeavesNothingInMemory(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		one, two := id.New[id.Point](), id.New[id.Point]()
		for a, p := range map[id.Activity]id.Point{w.a: one, w.b: two} {
			if err := w.site.Block(w.Context(), w.manager, a, p); err != nil {
				w.Fatal(err)
			}
		}
		before := w.schedule(w.manager).Head.Version
		broken := fault.New(fault.Conflict, "broken", "on purpose")
		err := w.db.Write(w.Context(), w.manager.Scope(), func(tx *db.Tx) error {
			for _, p := range []id.Point{one, two} {
				if err := w.site.PointChanged(tx, w.manager, p, false, "2026-01-07"); err != nil {
					return err
				}
			}
			return broken
		})
		if fault.CodeOf(err) != "broken" {
			w.Fatal(err)
		}
		for _, a := range []id.Activity{w.a, w.b} {
			if got := w.state(a).State; got != state.Warning {
				w.Errorf("after a transaction that failed: %s", got)
			}
		}
		if err := w.db.Write(w.Context(), w.manager.Scope(), func(tx *db.Tx) error {
			return w.site.PointChanged(tx, w.manager, one, false, "2026-01-07")
		}); err != nil {
			w.Fatal(err)
		}
		if got, other := w.state(w.a).State, w.state(w.b).State; got != state.NotStarted || other != state.Warning {
			w.Errorf("one is closed: %s; the other %s", got, other)
		}
		if got := w.schedule(w.manager).Head.Version; got != before+1 {
			w.Errorf("version %d after %d", got, before)
		}
	})
}

package solve_test

import (
	"errors"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"plumbline/internal/cpm"
	"plumbline/internal/cpm/solve"
	"plumbline/internal/workcal"
)

const day = 8 * workcal.Hour

func at(t *testing.T, s string) cpm.Time {
	t.Helper()
	g, err := time.Parse("2006-01-02T15:04", s)
	if err != nil {
		t.Fatal(err)
	}
	x, err := workcal.FromTime(g)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// usual is a network that starts on Monday 5 January 2026 at 8, in the usual week.
func usual(t *testing.T, r cpm.Rules, days ...int32) *cpm.Network {
	t.Helper()
	c, err := workcal.Compile(&workcal.Rules{Week: workcal.Usual()})
	if err != nil {
		t.Fatal(err)
	}
	n := &cpm.Network{Options: cpm.Defaults(r, at(t, "2026-01-05T08:00")), Calendars: []*workcal.Calendar{c}}
	for _, d := range days {
		n.Activities = append(n.Activities, cpm.New(cpm.Task, 0, d*day))
	}
	return n
}

func link(n *cpm.Network, from, to int, l cpm.Link, lag int32) {
	n.Relations = append(n.Relations, cpm.Relation{From: from, To: to, Link: l, Lag: lag, Calendar: cpm.ByRule})
}

func run(t *testing.T, n *cpm.Network) *solve.Schedule {
	t.Helper()
	s, err := solve.Solve(n)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestLinks: each kind of relation with a lag and a lead, both ways.
func TestLinks(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name          string
		link          cpm.Link
		lag           int32
		start, finish string
	}{
		{"FS", cpm.FS, 0, "2026-01-07T08:00", "2026-01-09T17:00"},
		{"FS+1d", cpm.FS, day, "2026-01-08T08:00", "2026-01-12T17:00"},
		{"FS-1d", cpm.FS, -day, "2026-01-06T08:00", "2026-01-08T17:00"},
		{"SS", cpm.SS, 0, "2026-01-05T08:00", "2026-01-07T17:00"},
		{"SS+1d", cpm.SS, day, "2026-01-06T08:00", "2026-01-08T17:00"},
		{"FF+2d", cpm.FF, 2 * day, "2026-01-06T08:00", "2026-01-08T17:00"},
		{"SF+4d", cpm.SF, 4 * day, "2026-01-06T08:00", "2026-01-08T17:00"},
		{"FF before the project starts", cpm.FF, 0, "2026-01-05T08:00", "2026-01-07T17:00"},
	} {
		for _, r := range []cpm.Rules{cpm.MSP, cpm.P6} {
			n := usual(t, r, 2, 3)
			link(n, 0, 1, c.link, c.lag)
			d := run(t, n).Dates(1)
			if d.EarlyStart != at(t, c.start) || d.EarlyFinish != at(t, c.finish) {
				t.Errorf("%s by rules %d: %v to %v", c.name, r, d.EarlyStart, d.EarlyFinish)
			}
		}
	}
}

// TestConstraints: what each demands of the middle of a chain of 2, 1 and 2
// days; logic lets it begin on Wednesday the 7th.
func TestConstraints(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		rules cpm.Rules
		rule  cpm.Rule
		date  string
		start string
		float int32 // in days
	}{
		{"start no earlier", cpm.MSP, cpm.StartNoEarlier, "2026-01-09T08:00", "2026-01-09T08:00", 0},
		{"finish no earlier", cpm.MSP, cpm.FinishNoEarlier, "2026-01-09T17:00", "2026-01-09T08:00", 0},
		{"start no later wins over logic", cpm.MSP, cpm.StartNoLater, "2026-01-06T08:00", "2026-01-06T08:00", 0},
		{"start no later in P6 does not", cpm.P6, cpm.StartNoLater, "2026-01-06T08:00", "2026-01-07T08:00", -1},
		{"finish no later in P6 neither", cpm.P6, cpm.FinishNoLater, "2026-01-06T17:00", "2026-01-07T08:00", -1},
		{"must start on", cpm.MSP, cpm.MustStart, "2026-01-06T08:00", "2026-01-06T08:00", 0},
		{"mandatory start in P6", cpm.P6, cpm.MustStart, "2026-01-06T08:00", "2026-01-06T08:00", 0},
		{"must finish on", cpm.MSP, cpm.MustFinish, "2026-01-06T17:00", "2026-01-06T08:00", 0},
		{"start on gives way to logic", cpm.P6, cpm.StartOn, "2026-01-06T08:00", "2026-01-07T08:00", -1},
		{"start on holds later", cpm.P6, cpm.StartOn, "2026-01-09T08:00", "2026-01-09T08:00", 0},
		{"finish on holds later", cpm.P6, cpm.FinishOn, "2026-01-09T17:00", "2026-01-09T08:00", 0},
	} {
		n := usual(t, c.rules, 2, 1, 2)
		link(n, 0, 1, cpm.FS, 0)
		link(n, 1, 2, cpm.FS, 0)
		n.Activities[1].Constraints[0] = cpm.Constraint{Rule: c.rule, Date: at(t, c.date)}
		d := run(t, n).Dates(1)
		if d.EarlyStart != at(t, c.start) || d.TotalFloat != c.float*day {
			t.Errorf("%s: starts %v with %d hours of float", c.name, d.EarlyStart, d.TotalFloat/workcal.Hour)
		}
	}
	n := usual(t, cpm.MSP, 2, 1)
	link(n, 0, 1, cpm.FS, 0)
	n.Activities[1].Constraints[0] = cpm.Constraint{Rule: cpm.MustStart, Date: at(t, "2026-01-06T08:00")}
	n.Options.LogicWins = true
	if d := run(t, n).Dates(1); d.EarlyStart != at(t, "2026-01-07T08:00") || d.TotalFloat != -day {
		t.Errorf("where tasks need not honour constraints: %v, %d", d.EarlyStart, d.TotalFloat)
	}
	n = usual(t, cpm.MSP, 2, 1)
	n.Activities[1].Deadline = at(t, "2026-01-05T12:00")
	if d := run(t, n).Dates(1); d.EarlyStart != at(t, "2026-01-05T08:00") || d.TotalFloat != -day/2 {
		t.Errorf("a deadline: %v, %d", d.EarlyStart, d.TotalFloat)
	}
}

func TestLate(t *testing.T) {
	t.Parallel()
	// 0 (5d) beside 1 (1d, as late as possible) before 2 (1d) before 3 (1d).
	for _, r := range []cpm.Rules{cpm.MSP, cpm.P6} {
		n := usual(t, r, 5, 1, 1, 1)
		link(n, 1, 2, cpm.FS, 0)
		link(n, 0, 3, cpm.FS, 0)
		link(n, 2, 3, cpm.FS, 0)
		n.Activities[1].Constraints[0].Rule = cpm.ALAP
		s := run(t, n)
		d, next := s.Dates(1), s.Dates(2)
		want, follows := "2026-01-08T08:00", "2026-01-09T08:00" // MS Project: to its late dates, and the next with it
		if r == cpm.P6 {
			want, follows = "2026-01-05T08:00", "2026-01-06T08:00" // P6: no further than it delays nothing
		}
		if d.Start != at(t, want) || next.EarlyStart != at(t, follows) {
			t.Errorf("rules %d: starts %v, the next %v", r, d.Start, next.EarlyStart)
		}
	}
}

func TestSummaries(t *testing.T) {
	t.Parallel()
	// 0 binds the summary 1 with leaves 2 (3d) and 3 (1d), which binds 4.
	n := usual(t, cpm.MSP, 2, 0, 3, 1, 1)
	n.Activities[1].Kind = cpm.Summary
	n.Activities[2].Parent, n.Activities[3].Parent = 1, 1
	link(n, 0, 1, cpm.FS, 0)
	link(n, 1, 4, cpm.FS, 0)
	s := run(t, n)
	for i, want := range []string{"2026-01-05T08:00", "2026-01-07T08:00", "2026-01-07T08:00", "2026-01-07T08:00", "2026-01-12T08:00"} {
		if d := s.Dates(i); d.EarlyStart != at(t, want) {
			t.Errorf("%d starts %v", i, d.EarlyStart)
		}
	}
	if d := s.Dates(3); d.TotalFloat != 2*day {
		t.Errorf("the short leaf floats %d", d.TotalFloat)
	}
	if d := s.Dates(1); d.EarlyFinish != at(t, "2026-01-09T17:00") || !d.Critical {
		t.Errorf("the summary: %+v", d)
	}
}

func TestProgress(t *testing.T) {
	t.Parallel()
	make := func(p cpm.Progress) *solve.Schedule {
		// 0 is not done; 1 began out of sequence, and has a day left.
		n := usual(t, cpm.P6, 4, 3)
		link(n, 0, 1, cpm.FS, 0)
		n.Options.DataDate, n.Options.Progress = at(t, "2026-01-07T08:00"), p
		n.Activities[1].ActualStart, n.Activities[1].Remaining = at(t, "2026-01-05T08:00"), day
		return run(t, n)
	}
	if d := make(cpm.Retained).Dates(1); d.EarlyStart != at(t, "2026-01-13T08:00") || d.Start != at(t, "2026-01-05T08:00") {
		t.Errorf("retained logic: %+v", d)
	}
	if d := make(cpm.Override).Dates(1); d.EarlyStart != at(t, "2026-01-07T08:00") || d.Finish != at(t, "2026-01-07T17:00") {
		t.Errorf("progress override: %+v", d)
	}
	n := usual(t, cpm.P6, 3)
	n.Options.DataDate = at(t, "2026-01-07T08:00")
	n.Activities[0].ActualStart, n.Activities[0].Remaining, n.Activities[0].Resume = at(t, "2026-01-05T08:00"), 2*day, at(t, "2026-01-12T08:00")
	if d := run(t, n).Dates(0); d.Finish != at(t, "2026-01-13T17:00") {
		t.Errorf("suspended: %+v", d)
	}
	n = usual(t, cpm.MSP, 4, 1)
	link(n, 0, 1, cpm.FS, 0)
	n.Activities[0].ActualStart, n.Activities[0].Remaining = at(t, "2026-01-06T08:00"), 2*day
	s := run(t, n)
	if d := s.Dates(0); d.EarlyStart != at(t, "2026-01-06T08:00") || d.EarlyFinish != at(t, "2026-01-09T17:00") || d.LateStart != d.EarlyStart {
		t.Errorf("begun in MS Project: %+v", d)
	}
}

func TestEffort(t *testing.T) {
	t.Parallel()
	n := usual(t, cpm.P6, 2, 3, 1)
	n.Activities[2].Kind = cpm.Effort
	link(n, 0, 1, cpm.FS, 0)
	link(n, 0, 2, cpm.SS, 0)
	link(n, 1, 2, cpm.FF, 0)
	s := run(t, n)
	if d := s.Dates(2); d.EarlyStart != at(t, "2026-01-05T08:00") || d.EarlyFinish != at(t, "2026-01-09T17:00") {
		t.Errorf("a level of effort: %+v", d)
	}
}

func TestFromFinish(t *testing.T) {
	t.Parallel()
	n := usual(t, cpm.MSP, 2, 1)
	link(n, 0, 1, cpm.FS, 0)
	n.Options.FromEnd, n.Options.Finish = true, at(t, "2026-02-06T17:00")
	s := run(t, n)
	if d := s.Dates(0); d.LateStart != at(t, "2026-02-04T08:00") || d.EarlyStart != d.LateStart {
		t.Errorf("from the finish: %+v", d)
	}
}

func TestLoops(t *testing.T) {
	t.Parallel()
	n := usual(t, cpm.MSP, 1, 1, 1, 1, 1, 1, 1)
	for _, r := range [][2]int{{0, 1}, {1, 2}, {2, 1}, {2, 3}, {4, 5}, {5, 6}, {6, 4}} {
		link(n, r[0], r[1], cpm.FS, 0)
	}
	_, err := solve.Solve(n)
	loop, ok := errors.AsType[*cpm.LoopError](err)
	if !ok || len(loop.Loops) != 2 {
		t.Fatalf("%v", err)
	}
	slices.SortFunc(loop.Loops, func(a, b []int) int { return a[0] - b[0] })
	if !slices.Equal(loop.Loops[0], []int{1, 2}) || !slices.Equal(loop.Loops[1], []int{4, 5, 6}) {
		t.Errorf("%v", loop.Loops)
	}
	n = usual(t, cpm.MSP, 0, 1, 1)
	n.Activities[0].Kind, n.Activities[1].Parent = cpm.Summary, 0
	link(n, 0, 2, cpm.FS, 0)
	link(n, 2, 0, cpm.FS, 0)
	if _, err := solve.Solve(n); err == nil {
		t.Error("a circle through a summary is taken")
	}
}

func TestDeepAndFar(t *testing.T) {
	t.Parallel()
	days := make([]int32, 10_000)
	n := usual(t, cpm.MSP, days...)
	for i := range days {
		n.Activities[i].Duration, n.Activities[i].Remaining = workcal.Hour, workcal.Hour
		if i > 0 {
			link(n, i-1, i, cpm.FS, 0)
		}
	}
	s := run(t, n)
	if got := n.Calendars[0].Between(n.Options.Start, s.End()); got != 10_000*workcal.Hour {
		t.Errorf("10,000 hours one after the other take %d", got/workcal.Hour)
	}
	for i := range days {
		n.Activities[i].Duration, n.Activities[i].Remaining = 100*day, 100*day
	}
	_, err := solve.Solve(n)
	if _, ok := errors.AsType[*cpm.RangeError](err); !ok {
		t.Errorf("a programme of three thousand years: %v", err)
	}
}

func TestRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		spoil func(*cpm.Network)
	}{
		{"no calendar", func(n *cpm.Network) { n.Activities[0].Calendar = 7 }},
		{"negative duration", func(n *cpm.Network) { n.Activities[0].Duration = -1 }},
		{"nobody there", func(n *cpm.Network) { n.Relations[0].To = 9 }},
		{"own parent", func(n *cpm.Network) { n.Activities[0].Parent = 0 }},
		{"never works", func(n *cpm.Network) {
			free := workcal.Free()
			n.Calendars[0], _ = workcal.Compile(&workcal.Rules{Week: workcal.Week{free, free, free, free, free, free, free}})
		}},
	} {
		n := usual(t, cpm.MSP, 1, 1)
		link(n, 0, 1, cpm.FS, 0)
		c.spoil(n)
		if _, err := solve.Solve(n); err == nil {
			t.Errorf("%s is taken", c.name)
		}
	}
}

func TestPaths(t *testing.T) {
	t.Parallel()
	// 0 (3d) and 1 (2d) and 2 (1d) all before 3.
	n := usual(t, cpm.P6, 3, 2, 1, 1)
	for i := range 3 {
		link(n, i, 3, cpm.FS, 0)
	}
	s := run(t, n)
	got := s.Paths(3, 10)
	if len(got) != 3 || !slices.Equal(got[0], []int{0, 3}) || !slices.Equal(got[1], []int{1}) || !slices.Equal(got[2], []int{2}) {
		t.Errorf("paths %v", got)
	}
	if d := s.Driving(3); !slices.Equal(d, []int{0}) {
		t.Errorf("driven by %v", d)
	}
	if !s.Longest(0) || s.Longest(1) {
		t.Error("the longest path")
	}
}

// random makes a network with calendars, all kinds of relations and lags, some
// constraints and progress.
func random(t *testing.T, r *rand.Rand, rules cpm.Rules, size int) *cpm.Network {
	t.Helper()
	n := usual(t, rules)
	six := workcal.Usual()
	six[6] = six[1]
	holidays := []workcal.Span{}
	for range 20 {
		first := n.Options.Start.DayOf() + int32(r.IntN(200))
		holidays = append(holidays, workcal.Span{First: first, Last: first + int32(r.IntN(4)), Hours: workcal.Free()})
	}
	c, err := workcal.Compile(&workcal.Rules{Week: six, Exceptions: holidays})
	if err != nil {
		t.Fatal(err)
	}
	n.Calendars = append(n.Calendars, c)
	for i := range size {
		a := cpm.New(cpm.Task, r.IntN(2), int32(r.IntN(10))*workcal.Hour)
		switch r.IntN(20) {
		case 0:
			a.Constraints[0] = cpm.Constraint{Rule: cpm.StartNoEarlier, Date: n.Options.Start + cpm.Time(r.IntN(60)*workcal.Day)}
		case 1:
			a.Constraints[0] = cpm.Constraint{Rule: cpm.FinishNoLater, Date: n.Options.Start + cpm.Time(r.IntN(200)*workcal.Day)}
		case 2:
			a.Deadline = n.Options.Start + cpm.Time(r.IntN(60)*workcal.Day)
		}
		n.Activities = append(n.Activities, a)
		for range min(i, r.IntN(4)) {
			link(n, r.IntN(i), i, cpm.Link(r.IntN(4)), int32(r.IntN(5)-2)*workcal.Hour)
		}
	}
	return n
}

// TestUpdate: after any edit all dates are those of a whole computation.
func TestUpdate(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 4))
	for round := range 40 {
		n := random(t, r, cpm.Rules(round%2), 60)
		s := run(t, n)
		for range 30 {
			i := r.IntN(len(n.Activities))
			a := n.Activities[i]
			switch r.IntN(4) {
			case 0:
				a.ActualStart = n.Options.Start + cpm.Time(r.IntN(10)*workcal.Day)
				a.Remaining = a.Duration / 2
			case 1:
				a.Constraints[0] = cpm.Constraint{Rule: cpm.StartNoEarlier, Date: n.Options.Start + cpm.Time(r.IntN(90)*workcal.Day)}
			default:
				a.Duration = int32(r.IntN(30)) * workcal.Hour
				a.Remaining = a.Duration
			}
			if err := s.Update(i, a); err != nil {
				t.Fatal(err)
			}
			fresh := run(t, &cpm.Network{Options: n.Options, Calendars: n.Calendars, Activities: n.Activities, Relations: n.Relations})
			for k := range n.Activities {
				if got, want := s.Dates(k), fresh.Dates(k); got != want {
					t.Fatalf("after an edit of %d, %d has %+v, computed anew %+v", i, k, got, want)
				}
			}
		}
	}
}

// TestDatesKeepTheNetwork: no early date breaks a relation, no late date does,
// and without constraints no float is negative.
func TestDatesKeepTheNetwork(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(5, 6))
	for round := range 60 {
		n := random(t, r, cpm.Rules(round%2), 80)
		for i := range n.Activities {
			n.Activities[i].Constraints, n.Activities[i].Deadline, n.Activities[i].Calendar = [2]cpm.Constraint{}, workcal.None, 0
		}
		s := run(t, n)
		for _, x := range n.Relations {
			a, b := s.Dates(x.From), s.Dates(x.To)
			from, to := a.EarlyFinish, b.EarlyStart
			if x.Link == cpm.SS || x.Link == cpm.SF {
				from = a.EarlyStart
			}
			if x.Link == cpm.FF || x.Link == cpm.SF {
				to = b.EarlyFinish
			}
			cal := n.Calendars[n.Activities[x.To].Calendar]
			lags := cal
			if n.Options.Rules == cpm.P6 {
				lags = n.Calendars[n.Activities[x.From].Calendar]
			}
			if gap := cal.Between(lags.Add(from, int64(x.Lag)), to); gap < 0 {
				t.Fatalf("relation %+v is broken by %d", x, gap)
			}
		}
		for i := range n.Activities {
			if d := s.Dates(i); d.TotalFloat < 0 || d.LateFinish > s.End() {
				t.Fatalf("%d: %+v", i, d)
			}
		}
	}
}

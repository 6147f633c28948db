package solve_test

import (
	"errors"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"plumbline/internal/cpm"
	"plumbline/internal/cpm/solve"
	"plumbline/internal/workcal"
)

// wide is a random network with all that a network may have: summaries in
// summaries, some with relations, levels of effort, milestones, percentage lags,
// progress, tasks by hand, parts.
func wide(t *testing.T, r *rand.Rand, size int) *cpm.Network {
	t.Helper()
	n := random(t, r, cpm.Rules(r.IntN(2)), size)
	o := &n.Options
	o.Progress, o.Float, o.OpenEnds, o.Longest = cpm.Progress(r.IntN(3)), cpm.FloatKind(r.IntN(3)), r.IntN(4) == 0, r.IntN(4) == 0
	o.Lag = cpm.LagCalendar(r.IntN(4))
	if o.Rules == cpm.MSP && r.IntN(6) == 0 {
		o.FromEnd, o.Finish = true, o.Start+300*workcal.Day
	}
	for i := range n.Activities {
		n.Activities[i] = spoil(r, n, i, n.Activities[i])
	}
	for k := range n.Relations {
		x := &n.Relations[k]
		if x.Percent = r.IntN(10) == 0; x.Percent {
			x.Lag = int32(r.IntN(12000))
		}
	}
	for range size / 8 {
		a := cpm.New(cpm.Summary, 0, 0)
		i := len(n.Activities)
		n.Activities = append(n.Activities, a)
		for range 6 {
			if k := r.IntN(i); n.Activities[k].Parent < 0 {
				n.Activities[k].Parent = i
			}
		}
		if r.IntN(3) == 0 && n.Options.Rules == cpm.P6 {
			n.Activities = append(n.Activities, cpm.New(cpm.Effort, 0, workcal.Hour))
			for range 3 {
				from, to := i+1, r.IntN(size)
				if r.IntN(2) == 0 {
					from, to = to, from
				}
				link(n, from, to, cpm.Link(r.IntN(4)), 0)
			}
		}
	}
	if r.IntN(2) == 0 && o.Rules == cpm.MSP {
		for range 4 {
			up := size + r.IntN(len(n.Activities)-size)
			link(n, up, r.IntN(size), cpm.Link(r.IntN(4)), int32(r.IntN(5)-2)*workcal.Hour)
			if _, err := solve.Solve(n); err != nil {
				n.Relations = n.Relations[:len(n.Relations)-1]
			}
		}
	}
	return n
}

// spoil makes an activity unlike the plain ones, now and then.
func spoil(r *rand.Rand, n *cpm.Network, i int, a cpm.Activity) cpm.Activity {
	day := func(most int) cpm.Time { return n.Options.Start + cpm.Time(r.IntN(most)*workcal.Day) }
	switch r.IntN(16) {
	case 0:
		a.ActualStart, a.Remaining = day(10), a.Duration/2
	case 1:
		a.ActualStart, a.Remaining = day(5), 0
		a.ActualFinish = a.ActualStart + workcal.Day
	case 2:
		a.Constraints[0] = cpm.Constraint{Rule: cpm.Rule(r.IntN(10)), Date: day(90)}
	case 3:
		a.Kind, a.Duration, a.Remaining = cpm.StartMilestone+cpm.Kind(r.IntN(2)), 0, 0
	case 4:
		a.Deadline = day(90)
	case 5:
		a.Calendar = r.IntN(2)
	case 6:
		if i%7 == 0 {
			a.Constraints[1].Rule = cpm.ALAP
		}
	case 7:
		a.Parts = []cpm.Part{{Calendar: r.IntN(2), Work: a.Duration, Remaining: a.Remaining}}
	case 8:
		a.Delay = int32(r.IntN(5)) * workcal.Day
	case 9:
		if i%5 == 0 {
			a.Manual, a.Start, a.Finish = true, day(60), workcal.None
		}
	default:
		a.Duration = int32(r.IntN(60)) * workcal.Hour
		a.Remaining = a.Duration
	}
	return a
}

// edit makes up an edit of a network.
func edit(r *rand.Rand, n *cpm.Network) solve.Edit {
	var e solve.Edit
	count := len(n.Activities)
	for range r.IntN(3) {
		i := r.IntN(count)
		a := n.Activities[i]
		switch {
		case a.Kind == cpm.Summary && r.IntN(3) > 0:
			a.Calendar = r.IntN(2)
		case r.IntN(6) == 0:
			a.Inactive = !a.Inactive
		case r.IntN(8) == 0:
			if up := r.IntN(count); up != i && n.Activities[up].Kind == cpm.Summary && n.Activities[up].Parent < 0 && a.Kind != cpm.Summary {
				a.Parent = up
			}
		case a.Kind != cpm.Summary && a.Kind != cpm.Effort:
			a.Constraints, a.ActualStart, a.ActualFinish, a.Deadline, a.Kind = [2]cpm.Constraint{}, workcal.None, workcal.None, workcal.None, cpm.Task
			a = spoil(r, n, i, a)
		}
		e.Change = append(e.Change, solve.Change{Index: i, Activity: a})
	}
	for range max(0, r.IntN(4)-1) {
		a := cpm.New(cpm.Task, r.IntN(2), int32(r.IntN(50))*workcal.Hour)
		if up := r.IntN(count); n.Activities[up].Kind == cpm.Summary {
			a.Parent = up
		}
		e.Add = append(e.Add, a)
	}
	for range r.IntN(4) {
		e.Bind = append(e.Bind, cpm.Relation{From: r.IntN(count + len(e.Add)), To: r.IntN(count + len(e.Add)), Link: cpm.Link(r.IntN(4)), Lag: int32(r.IntN(5)-2) * workcal.Hour, Calendar: cpm.ByRule})
	}
	for range r.IntN(3) {
		if len(n.Relations) > 0 {
			e.Loose = append(e.Loose, r.IntN(len(n.Relations)))
		}
	}
	return e
}

func copied(n *cpm.Network) *cpm.Network {
	return &cpm.Network{Options: n.Options, Calendars: n.Calendars, Activities: slices.Clone(n.Activities), Relations: slices.Clone(n.Relations)}
}

type answer struct {
	dates   []solve.Dates
	planned [][2]cpm.Time
	longest []bool
	driving [][]int
	end     cpm.Time
}

func ask(s *solve.Schedule, count int) answer {
	var a answer
	for i := range count {
		start, finish, _ := s.Planned(i)
		a.planned = append(a.planned, [2]cpm.Time{start, finish})
		a.driving = append(a.driving, s.Driving(i))
	}
	for i := range count {
		a.dates, a.longest = append(a.dates, s.Dates(i)), append(a.longest, s.Longest(i))
	}
	a.end = s.End()
	return a
}

func same(t *testing.T, when string, n *cpm.Network, got, want answer) {
	t.Helper()
	if got.end != want.end {
		t.Fatalf("%s: the end is %v, computed anew %v", when, got.end, want.end)
	}
	for i := range want.dates {
		if got.dates[i] != want.dates[i] {
			t.Fatalf("%s: %d (%+v) has\n%+v, computed anew\n%+v", when, i, n.Activities[i], got.dates[i], want.dates[i])
		}
		if got.planned[i] != want.planned[i] || got.longest[i] != want.longest[i] || !slices.Equal(got.driving[i], want.driving[i]) {
			t.Fatalf("%s: %d is planned %v, longest %v, driven by %v; computed anew %v, %v, %v", when, i,
				got.planned[i], got.longest[i], got.driving[i], want.planned[i], want.longest[i], want.driving[i])
		}
	}
}

// TestEdits: whatever is tried in whatever network, all that it tells is what a
// whole computation of the edited network tells; taken back, all is as before,
// the network too; and what moved is told.
func TestEdits(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(13, 14))
	loops, tried := 0, 0
	for range 150 {
		n := wide(t, r, 10+r.IntN(50))
		s, err := solve.Solve(n)
		if err != nil {
			continue // a circle through a summary
		}
		for range 40 {
			before, was := copied(n), ask(s, len(n.Activities))
			e := edit(r, n)
			moved, err := s.Try(e)
			if err != nil {
				if _, ok := errors.AsType[*cpm.LoopError](err); ok {
					loops++
				}
				same(t, "after a refusal", n, ask(s, len(n.Activities)), was)
				if !reflect.DeepEqual(n, before) {
					t.Fatal("a refusal changed the network")
				}
				continue
			}
			tried++
			fresh, err := solve.Solve(copied(n))
			if err != nil {
				t.Fatalf("an edit was taken that cannot be computed: %v", err)
			}
			now := ask(fresh, len(n.Activities))
			if r.IntN(3) > 0 {
				same(t, "tried", n, ask(s, len(n.Activities)), now)
			}
			for i, d := range now.dates {
				if n.Activities[i].Kind == cpm.Summary || n.Activities[i].Kind == cpm.Effort {
					continue
				}
				changed := i >= len(was.dates) && d.Scheduled || i < len(was.dates) && (now.planned[i] != was.planned[i] || d.Scheduled != was.dates[i].Scheduled)
				if changed != slices.Contains(moved, i) {
					t.Fatalf("%d moved: %v, told: %v", i, changed, moved)
				}
			}
			if r.IntN(2) == 0 {
				s.Keep()
				if r.IntN(2) == 0 {
					same(t, "kept", n, ask(s, len(n.Activities)), now)
				}
				continue
			}
			s.Undo()
			if !reflect.DeepEqual(n, before) {
				t.Fatal("taken back, the network is another")
			}
			same(t, "taken back", n, ask(s, len(n.Activities)), was)
		}
	}
	if loops < 50 || tried < 1000 {
		t.Errorf("of the edits, %d closed a circle and %d were tried", loops, tried)
	}
}

// TestManyAsk: a schedule that nobody edits is asked by many at once (the race
// detector looks on in scripts/test).
func TestManyAsk(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(15, 16))
	n := wide(t, r, 80)
	n.Options.Longest = true
	s, err := solve.Solve(n)
	if err != nil {
		t.Fatal(err)
	}
	fresh, err := solve.Solve(copied(n))
	if err != nil {
		t.Fatal(err)
	}
	want := ask(fresh, len(n.Activities))
	answers := make(chan answer)
	for range 8 {
		go func() { answers <- ask(s, len(n.Activities)) }()
	}
	for range 8 {
		same(t, "asked by many", n, <-answers, want)
	}
}

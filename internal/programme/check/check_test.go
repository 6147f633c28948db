package check_test

import (
	"errors"
	"slices"
	"testing"

	"plumbline/internal/cpm"
	"plumbline/internal/programme/check"
	"plumbline/internal/programme/plan"
	"plumbline/internal/workcal"
)

func at(t *testing.T, month, day, hour int) workcal.Time {
	t.Helper()
	x, err := workcal.At(2026, month, day, hour*3600)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// sound is a programme that meets all fourteen points: thirty activities of five
// days, one after the other and two side by side, the first of them done as the
// baseline had it.
func sound(t *testing.T) *plan.Document {
	t.Helper()
	start := at(t, 1, 5, 8)
	d := &plan.Document{Format: plan.PMXML, Options: cpm.Defaults(cpm.P6, start), Calendar: "1", MinutesDay: 480}
	d.Options.DataDate = at(t, 1, 12, 8)
	d.Calendars = []plan.Calendar{{ID: "1", Rules: workcal.Rules{Week: workcal.Usual()}}}
	d.Resources = []plan.Resource{{ID: "9", Kind: 1, Units: 1}}
	cal, err := workcal.Compile(&d.Calendars[0].Rules)
	if err != nil {
		t.Fatal(err)
	}
	const five = 5 * 8 * workcal.Hour
	for i := range 30 {
		a := plan.NewActivity()
		a.ID, a.Code, a.Duration, a.Remaining = string(rune('a'+i)), string(rune('A'+i)), five, five
		begin := cal.NextStart(cal.Add(start, int64(i)*five))
		a.Baselines = []plan.Baseline{{Number: 0, Start: begin, Finish: cal.Add(begin, five)}}
		d.Activities = append(d.Activities, a)
		d.Assignments = append(d.Assignments, plan.Assignment{ID: a.ID, Resource: "9", Activity: i, Units: 1, Work: five, Remaining: five})
		if i > 0 {
			d.Relations = append(d.Relations, plan.Relation{From: i - 1, To: i})
		}
	}
	a := &d.Activities[0]
	a.ActualStart, a.ActualFinish, a.Remaining = a.Baselines[0].Start, a.Baselines[0].Finish, 0
	return d
}

func failed(t *testing.T, d *plan.Document) (numbers []int, points []check.Point) {
	t.Helper()
	c, err := plan.Compute(d, cpm.P6)
	if err != nil {
		t.Fatal(err)
	}
	end := c.End()
	points, err = check.Run(c)
	if err != nil {
		t.Fatal(err)
	}
	if c.End() != end {
		t.Error("assessing moved the end")
	}
	if len(points) != 14 {
		t.Fatalf("%d points", len(points))
	}
	for i, p := range points {
		if p.Number != i+1 {
			t.Errorf("point %d is number %d", i+1, p.Number)
		}
		if !p.Passed {
			numbers = append(numbers, p.Number)
		}
	}
	return numbers, points
}

// TestPoints: each point fails when its limit is passed, names who offends, and
// holds when it is just met.
func TestPoints(t *testing.T) {
	t.Parallel()
	const day = 8 * workcal.Hour
	for _, c := range []struct {
		name  string
		spoil func(d *plan.Document)
		fail  []int
		point int
		ids   []string
	}{
		{"a sound programme", func(*plan.Document) {}, nil, 1, []string{string(rune('A' + 29))}},
		{"two without successor", func(d *plan.Document) { d.Relations = slices.Delete(d.Relations, 9, 10) }, []int{1, 6}, 1, []string{"J", "K", string(rune('A' + 29))}},
		{"a lead", func(d *plan.Document) { d.Relations[9].Lag = -1 }, []int{2}, 2, []string{"K"}},
		{"one lag is allowed", func(d *plan.Document) { d.Relations[9].Lag = 1 }, nil, 3, []string{"K"}},
		{"two lags are not", func(d *plan.Document) { d.Relations[9].Lag, d.Relations[10].Lag = 1, 1 }, []int{3}, 3, []string{"K", "L"}},
		{"three other relations", func(d *plan.Document) {
			for i := 9; i < 12; i++ {
				d.Relations[i].Link = cpm.SS
			}
		}, []int{4}, 4, []string{"K", "L", "M"}},
		{"two hard constraints", func(d *plan.Document) {
			for _, i := range []int{5, 6} {
				d.Activities[i].Constraints[0] = cpm.Constraint{Rule: cpm.FinishNoLater, Date: at(t, 12, 31, 17)}
			}
		}, []int{5}, 5, []string{"F", "G"}},
		{"negative float", func(d *plan.Document) {
			d.Activities[2].Constraints[0] = cpm.Constraint{Rule: cpm.FinishNoLater, Date: at(t, 1, 21, 17)}
		}, []int{7}, 7, []string{"B", "C"}},
		{"two long ones", func(d *plan.Document) {
			for _, i := range []int{5, 6} {
				d.Activities[i].Duration, d.Activities[i].Remaining = 45*day, 45*day
			}
		}, []int{8}, 8, []string{"F", "G"}},
		{"exactly 44 days", func(d *plan.Document) {
			for _, i := range []int{5, 6} {
				d.Activities[i].Duration, d.Activities[i].Remaining = 44*day, 44*day
			}
		}, nil, 8, nil},
		{"done in the future", func(d *plan.Document) { d.Activities[0].ActualFinish = at(t, 1, 13, 17) }, []int{9, 11}, 9, []string{"A"}},
		{"done late", func(d *plan.Document) {
			d.Activities[0].Baselines[0].Finish = at(t, 1, 8, 17)
		}, []int{11}, 11, []string{"A"}},
		{"not done that was due", func(d *plan.Document) {
			d.Activities[0].ActualFinish, d.Activities[0].Remaining = workcal.None, day
			d.Options.DataDate = at(t, 1, 13, 8)
		}, []int{1, 11, 14}, 14, []string{"A"}},
		{"a path that a constraint breaks", func(d *plan.Document) {
			d.Activities[20].Constraints[0] = cpm.Constraint{Rule: cpm.MustStart, Date: at(t, 5, 25, 8)}
		}, []int{12}, 12, []string{"B"}},
		{"an end that must come sooner", func(d *plan.Document) { d.Options.MustEnd = at(t, 6, 19, 17) }, []int{7, 13}, 13, nil},
	} {
		d := sound(t)
		c.spoil(d)
		got, points := failed(t, d)
		if !slices.Equal(got, c.fail) {
			t.Errorf("%s: points %v fail, want %v", c.name, got, c.fail)
		}
		if ids := points[c.point-1].IDs; len(ids)+len(c.ids) > 0 && !slices.Equal(ids, c.ids) {
			t.Errorf("%s: point %d names %v, want %v", c.name, c.point, ids, c.ids)
		}
	}
}

// TestWithout: what a programme has not, is not held against it, and said.
func TestWithout(t *testing.T) {
	t.Parallel()
	d := sound(t)
	d.Assignments = nil
	for i := range d.Activities {
		d.Activities[i].Baselines = nil
	}
	got, points := failed(t, d)
	if len(got) > 0 {
		t.Errorf("points %v fail", got)
	}
	for _, n := range []int{10, 11, 14} {
		if p := points[n-1]; p.Applies || p.Note == "" {
			t.Errorf("point %d: %+v", n, p)
		}
	}
}

// TestMeanwhile: many assess one programme at once (the race detector looks on).
func TestMeanwhile(t *testing.T) {
	t.Parallel()
	c, err := plan.Compute(sound(t), cpm.P6)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	for range 4 {
		go func() {
			points, err := check.Run(c)
			for _, p := range points {
				if !p.Passed && err == nil {
					err = errors.New(p.Name)
				}
			}
			done <- err
		}()
	}
	for range 4 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

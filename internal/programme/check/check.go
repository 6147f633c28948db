// Package check is the 14-point assessment of a schedule by the US Defense
// Contract Management Agency, as its Earned Value Management System guidance
// states the points and their limits, with the activities that offend.
package check

import (
	"fmt"
	"slices"

	"plumbline/internal/cpm"
	"plumbline/internal/cpm/solve"
	"plumbline/internal/programme/plan"
	"plumbline/internal/workcal"
)

// Point is one of the fourteen.
type Point struct {
	Number  int      `json:"number"`
	Name    string   `json:"name"`
	Value   float64  `json:"value"`
	Limit   string   `json:"limit"`
	Passed  bool     `json:"passed"`
	Applies bool     `json:"applies"`
	Note    string   `json:"note,omitempty"`
	Count   int      `json:"count"`
	IDs     []string `json:"activities"`
}

const most = 10_000 // of the activities named at one point

type checker struct {
	c      *plan.Computed
	d      *plan.Document
	todo   []int // activities that count: not done, no summaries, no levels of effort
	all    []int // and those that are done
	preds  []int
	succs  []int
	points []Point
	day    int32
}

// Run assesses a computed programme, and leaves it as it is.
func Run(c *plan.Computed) ([]Point, error) {
	k := &checker{c: c, d: c.Document, day: int32(max(1, c.Document.MinutesDay)) * workcal.Minute}
	k.preds, k.succs = make([]int, len(k.d.Activities)), make([]int, len(k.d.Activities))
	for i := range k.d.Relations {
		r := &k.d.Relations[i]
		k.preds[r.To]++
		k.succs[r.From]++
	}
	for i := range k.d.Activities {
		a := &k.d.Activities[i]
		if a.Kind == cpm.Summary || a.Kind == cpm.Effort || a.Kind == cpm.Band || a.Null || a.Inactive {
			continue
		}
		k.all = append(k.all, i)
		if a.ActualFinish == workcal.None {
			k.todo = append(k.todo, i)
		}
	}
	k.logic()
	k.relations()
	k.constraints()
	k.floats()
	k.durations()
	k.dates()
	k.resources()
	k.missed()
	if err := k.pathTest(); err != nil {
		return nil, err
	}
	k.lengthIndex()
	k.executionIndex()
	return k.points, nil
}

// add notes a point: the activities that offend, as a share of so many, of
// which limit percent may.
func (k *checker) add(name string, of, limit int, offend []int) {
	p := Point{Number: len(k.points) + 1, Name: name, Count: len(offend), Applies: of > 0, Limit: fmt.Sprintf("at most %d %%", limit), IDs: []string{}}
	if limit == 0 {
		p.Limit = "none"
	}
	if of > 0 {
		p.Value = 100 * float64(len(offend)) / float64(of)
	}
	p.Passed = p.Value <= float64(limit)
	for _, i := range offend[:min(len(offend), most)] {
		p.IDs = append(p.IDs, k.id(i))
	}
	k.points = append(k.points, p)
}

func (k *checker) id(i int) string {
	if c := k.d.Activities[i].Code; c != "" {
		return c
	}
	return k.d.Activities[i].ID
}

// pick lists the activities still to do for which bad holds.
func (k *checker) pick(bad func(i int, a *plan.Activity) bool) []int {
	var out []int
	for _, i := range k.todo {
		if bad(i, &k.d.Activities[i]) {
			out = append(out, i)
		}
	}
	return out
}

// logic: of those without, the first and the last count too; the limit has room for them.
func (k *checker) logic() {
	k.add("logic: without predecessor or successor", len(k.todo), 5, k.pick(func(i int, _ *plan.Activity) bool { return k.preds[i] == 0 || k.succs[i] == 0 }))
}

// relations: points 2 to 4, shares of the relations that still bind; the
// activities are the successors.
func (k *checker) relations() {
	var leads, lags, others []int
	total := 0
	for i := range k.d.Relations {
		r := &k.d.Relations[i]
		if k.d.Activities[r.To].ActualFinish != workcal.None {
			continue
		}
		total++
		if r.Lag < 0 {
			leads = append(leads, r.To)
		}
		if r.Lag > 0 {
			lags = append(lags, r.To)
		}
		if r.Link != cpm.FS {
			others = append(others, r.To)
		}
	}
	k.add("leads", total, 0, leads)
	k.add("lags", total, 5, lags)
	k.add("relations other than finish-start", total, 10, others)
}

func (k *checker) constraints() {
	k.add("hard constraints", len(k.todo), 5, k.pick(func(_ int, a *plan.Activity) bool {
		for _, c := range a.Constraints {
			switch c.Rule {
			case cpm.MustStart, cpm.MustFinish, cpm.StartNoLater, cpm.FinishNoLater, cpm.StartOn, cpm.FinishOn:
				return true
			}
		}
		return false
	}))
}

func (k *checker) floats() {
	k.add("float above 44 days", len(k.todo), 5, k.pick(func(i int, _ *plan.Activity) bool { return k.c.Dates(i).TotalFloat > 44*k.day }))
	k.add("negative float", len(k.todo), 0, k.pick(func(i int, _ *plan.Activity) bool { return k.c.Dates(i).TotalFloat < 0 }))
}

func (k *checker) durations() {
	k.add("duration above 44 days", len(k.todo), 5, k.pick(func(_ int, a *plan.Activity) bool { return a.Remaining > 44*k.day }))
}

// dates: nothing done after the data date, nothing to do before it.
func (k *checker) dates() {
	at := k.d.Options.DataDate
	if at == workcal.None {
		k.none("invalid dates", "the programme has no data date")
		return
	}
	var bad []int
	for _, i := range k.all {
		a := &k.d.Activities[i]
		x := k.c.Dates(i)
		if a.ActualStart > at || a.ActualFinish > at || a.ActualStart == workcal.None && x.Start < at || a.ActualFinish == workcal.None && x.Finish < at {
			bad = append(bad, i)
		}
	}
	k.add("invalid dates", len(k.all), 0, bad)
}

func (k *checker) none(name, why string) {
	k.points = append(k.points, Point{Number: len(k.points) + 1, Name: name, Passed: true, Note: why, IDs: []string{}})
}

func (k *checker) resources() {
	if len(k.d.Assignments) == 0 {
		k.none("resources", "the programme has no resources")
		return
	}
	has := map[int]bool{}
	for i := range k.d.Assignments {
		if s := &k.d.Assignments[i]; s.Resource != "-65535" && s.Resource != "" {
			has[s.Activity] = true
		}
	}
	k.add("activities with duration but without resources", len(k.todo), 0, k.pick(func(i int, a *plan.Activity) bool { return a.Duration > 0 && !has[i] }))
	p := &k.points[len(k.points)-1]
	p.Passed, p.Note = true, "a metric without a limit"
	p.Limit = "none set"
}

// baseline is the finish once planned, or None.
func (k *checker) baseline(i int) workcal.Time {
	for _, b := range k.d.Activities[i].Baselines {
		if b.Number == 0 {
			return b.Finish
		}
	}
	return workcal.None
}

// missed: of what the baseline has done by the data date, how much is late.
func (k *checker) missed() {
	at := k.d.Options.DataDate
	due := 0
	var late []int
	for _, i := range k.all {
		b := k.baseline(i)
		if b == workcal.None || at == workcal.None || b > at {
			continue
		}
		due++
		if f := k.d.Activities[i].ActualFinish; f == workcal.None || f > b {
			late = append(late, i)
		}
	}
	if due == 0 {
		k.none("missed activities", "no baseline, or nothing of it was due by the data date")
		return
	}
	k.add("missed activities", due, 5, late)
}

// pathTest: a critical activity is made 600 days longer, and what the project
// ends with must end about as much later. (The project may end later all the
// same, with what stands before a constraint that breaks the path.)
func (k *checker) pathTest() error {
	target, last := -1, -1
	for _, i := range k.todo {
		if k.c.Dates(i).EarlyFinish == k.c.End() && (last < 0 || k.succs[i] == 0) {
			last = i
		}
		x := k.c.Dates(i)
		if !k.d.Activities[i].Manual && (k.c.Longest(i) && (target < 0 || x.EarlyStart < k.c.Dates(target).EarlyStart)) {
			target = i
		}
	}
	if target < 0 || last < 0 {
		k.none("critical path test", "nothing is left to do")
		return nil
	}
	before := k.c.End()
	longer := k.c.Network.Activities[target]
	const days = 600
	longer.Duration += days * k.day
	longer.Remaining += days * k.day
	longer.Parts = nil
	cal := k.c.Network.Calendars[longer.Calendar]
	want := cal.Add(k.c.Dates(target).EarlyFinish, int64(days*k.day))
	n := *k.c.Network // a copy, for others may ask this one meanwhile
	n.Activities = slices.Clone(n.Activities)
	n.Activities[target] = longer
	s, err := solve.Solve(&n)
	if err != nil {
		return plan.Explain(k.d, err)
	}
	_, moved, _ := s.Planned(last)
	ok := moved >= want && moved > before
	p := Point{Number: len(k.points) + 1, Name: "critical path test", Limit: "the end moves with it", Passed: ok, Applies: true, Value: float64(moved-before) / workcal.Day, IDs: []string{}, Note: "days by which the end moves when " + k.id(target) + " takes 600 days longer"}
	if !ok {
		p.Count, p.IDs = 1, []string{k.id(target)}
	}
	k.points = append(k.points, p)
	return nil
}

// lengthIndex: critical path length and total float of the end, over the length.
func (k *checker) lengthIndex() {
	cal := k.c.Network.Calendars[k.c.Network.Options.Calendar]
	from := k.d.Options.DataDate
	if from == workcal.None {
		from = k.c.Begin()
	}
	length := cal.Between(from, k.c.End())
	if length <= 0 {
		k.none("critical path length index", "nothing is left to do")
		return
	}
	least := int64(0)
	first := true
	for _, i := range k.todo {
		if x := k.c.Dates(i); k.succs[i] == 0 && x.EarlyFinish == k.c.End() && (first || int64(x.TotalFloat) < least) {
			least, first = int64(x.TotalFloat), false
		}
	}
	v := float64(length+least) / float64(length)
	k.points = append(k.points, Point{Number: len(k.points) + 1, Name: "critical path length index", Value: v, Limit: "at least 0.95", Passed: v >= 0.95, Applies: true, IDs: []string{}})
}

// executionIndex: activities of the baseline that are done, over those that it
// has done by now.
func (k *checker) executionIndex() {
	at := k.d.Options.DataDate
	done, due := 0, 0
	var open []int
	for _, i := range k.all {
		b := k.baseline(i)
		if b == workcal.None {
			continue
		}
		if k.d.Activities[i].ActualFinish != workcal.None {
			done++
		} else if at != workcal.None && b <= at {
			open = append(open, i)
		}
		if at != workcal.None && b <= at {
			due++
		}
	}
	if due == 0 {
		k.none("baseline execution index", "no baseline, or nothing of it was due by the data date")
		return
	}
	v := float64(done) / float64(due)
	p := Point{Number: len(k.points) + 1, Name: "baseline execution index", Value: v, Limit: "at least 0.95", Passed: v >= 0.95, Applies: true, Count: len(open), IDs: []string{}}
	for _, i := range open[:min(len(open), most)] {
		p.IDs = append(p.IDs, k.id(i))
	}
	k.points = append(k.points, p)
}

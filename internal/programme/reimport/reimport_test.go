package reimport_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"plumbline/internal/cpm"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/programme/edit"
	"plumbline/internal/programme/live"
	"plumbline/internal/programme/plan"
	"plumbline/internal/programme/reimport"
	"plumbline/internal/workcal"
)

const day = 8 * workcal.Hour

type noDates struct{}

func (noDates) Of(id.Activity) (workcal.Time, workcal.Time, bool) { return 0, day, true }
func (noDates) Finish(_ id.Activity, t workcal.Time, d int32) workcal.Time {
	return t + workcal.Time(d)
}

// file is a programme in a planner's own program.
type file struct {
	r    *rand.Rand
	next int
	tree []*line
}

type line struct {
	uid   int
	name  string
	level int
	after []int // uids
}

func (f *file) document() *plan.Document {
	d := &plan.Document{Format: plan.MSPDI, Name: "file", Options: cpm.Defaults(cpm.MSP, 0), Calendar: "1", Calendars: []plan.Calendar{{ID: "1", Rules: workcal.Rules{Week: workcal.Usual()}}}}
	at := map[int]int{}
	var above []int
	for i, l := range f.tree {
		a := plan.NewActivity()
		a.ID, a.Name, a.Duration, a.Remaining = strconv.Itoa(l.uid), l.name, day, day
		level := min(l.level, len(above)+1)
		above = above[:level-1]
		if level > 1 {
			a.Parent = above[level-2]
		}
		a.Level = level
		if i+1 < len(f.tree) && f.tree[i+1].level > level {
			a.Kind = cpm.Summary
		}
		above = append(above, i)
		at[l.uid] = i
		d.Activities = append(d.Activities, a)
	}
	for i, l := range f.tree {
		for _, uid := range l.after {
			if j, ok := at[uid]; ok && j < i && d.Activities[j].Kind == cpm.Task && d.Activities[i].Kind == cpm.Task {
				d.Relations = append(d.Relations, plan.Relation{From: j, To: i, Link: cpm.FS})
			}
		}
	}
	return d
}

func (f *file) add(at, level int) *line {
	f.next++
	l := &line{uid: f.next, name: fmt.Sprint("task ", f.next), level: level}
	if len(f.tree) > 0 {
		l.after = []int{f.tree[f.r.IntN(len(f.tree))].uid}
	}
	f.tree = slices.Insert(f.tree, at, l)
	return l
}

// replan does what planners do between two files: rename, move, split, drop,
// insert.
func (f *file) replan() {
	for range 1 + f.r.IntN(6) {
		i := f.r.IntN(len(f.tree))
		switch l := f.tree[i]; f.r.IntN(6) {
		case 0:
			l.name += " renamed"
		case 1: // to another place
			f.tree = slices.Delete(f.tree, i, i+1)
			f.tree = slices.Insert(f.tree, f.r.IntN(len(f.tree)+1), l)
			l.level = 1 + f.r.IntN(3)
		case 2: // a second half behind the first
			f.add(i+1, l.level)
		case 3:
			if len(f.tree) > 3 {
				f.tree = slices.Delete(f.tree, i, i+1)
			}
		case 4:
			f.add(i, 1+f.r.IntN(3))
		case 5:
			l.after = append(l.after, f.tree[f.r.IntN(len(f.tree))].uid)
		}
	}
	f.tree[0].level = 1
}

// held is what must never be lost of an activity.
type held struct {
	site     live.Site
	charge   string
	location id.Location
	budget   int64
}

func holds(m *live.Model) map[id.Activity]held {
	out := map[id.Activity]held{}
	for _, l := range m.Lines {
		out[l.ID] = held{l.Site, fmt.Sprint(l.InCharge), l.Location, l.Budget}
	}
	return out
}

// TestNothingReportedIsLostWhateverIsImported goes through generated histories:
// files, reports, people put in charge, activities and relations made here.
func TestNothingReportedIsLostWhateverIsImported(t *testing.T) {
	t.Parallel()
	for seed := range uint64(150) {
		r := rand.New(rand.NewPCG(seed, 7)) //nolint:gosec // a test
		f := &file{r: r}
		for range 12 {
			f.add(r.IntN(len(f.tree)+1), 1+r.IntN(3))
		}
		f.tree[0].level = 1
		m := &live.Model{ID: id.New[id.Programme](), Doc: &plan.Document{Options: cpm.Defaults(cpm.MSP, 0)}}
		source := map[id.Activity]string{} // which line of the planner's an activity is
		for step := range 12 {
			where := fmt.Sprintf("seed %d, step %d", seed, step)
			switch r.IntN(4) {
			case 0, 1:
				m = imported(t, where, m, f, source)
				f.replan()
			case 2: // the site
				if len(m.Lines) > 0 {
					m = m.Clone()
					l := &m.Lines[r.IntN(len(m.Lines))]
					l.Site.Percent, l.Site.Started, l.Site.Problems, l.Site.Blocking = float64(r.IntN(101)), workcal.Time(r.IntN(1000)), r.IntN(2), r.IntN(2)
					l.InCharge, l.Location, l.Budget = []live.Charge{{Kind: "person", ID: fmt.Sprint(r.IntN(9))}}, id.Location(fmt.Sprint(r.IntN(9))), int64(r.IntN(1000))
				}
			case 3: // a planner here
				m = byHand(t, r, m, where)
			}
		}
	}
}

func imported(t *testing.T, where string, m *live.Model, f *file, source map[id.Activity]string) *live.Model {
	t.Helper()
	d := f.document()
	before, ownBefore := holds(m), own(m)
	res, err := reimport.Lay(m, d, id.New[id.Activity])
	if err != nil {
		t.Fatalf("%s: %v", where, err)
	}
	now := res.Model
	after := holds(now)
	for a, h := range before {
		if after[a] != h {
			t.Fatalf("%s: of %s %+v is left of %+v", where, a, after[a], h)
		}
	}
	inFile := map[string]bool{}
	for i := range d.Activities {
		inFile[d.Activities[i].ID] = true
	}
	count := map[string]int{}
	for i := range now.Lines {
		a, l := &now.Doc.Activities[i], &now.Lines[i]
		count[a.ID]++
		if was, ok := source[l.ID]; ok && was != a.ID {
			t.Fatalf("%s: %s was %s of the file, and is %s", where, l.ID, was, a.ID)
		}
		source[l.ID] = a.ID
		if want := !inFile[a.ID] && !edit.MadeHere(a.ID); l.Gone != want || l.Gone && !a.Inactive {
			t.Fatalf("%s: %s (%s) gone is %v, inactive %v", where, a.ID, a.Name, l.Gone, a.Inactive)
		}
		level := 1
		if a.Parent >= 0 {
			level = now.Doc.Activities[a.Parent].Level + 1
		}
		if a.Parent >= i || a.Level != level {
			t.Fatalf("%s: %d is below %d, at level %d", where, i, a.Parent, a.Level)
		}
	}
	for s := range inFile {
		if count[s] != 1 {
			t.Fatalf("%s: %s of the file is here %d times", where, s, count[s])
		}
	}
	for _, r := range ownBefore {
		if !slices.Contains(own(now), r) {
			t.Fatalf("%s: the relation %s made here is lost", where, r)
		}
	}
	if n := len(own(now)); n < len(ownBefore) {
		t.Fatalf("%s: %d relations made here, %d before", where, n, len(ownBefore))
	}
	if _, err := now.Compute(5000); err != nil && fault.CodeOf(err) != "programme-loop" {
		t.Fatalf("%s: %v", where, err)
	}
	if again, err := reimport.Lay(now, f.document(), id.New[id.Activity]); err != nil || len(again.Changed) != 0 || len(again.Touched) != 0 {
		t.Fatalf("%s: the same file again changes %+v, %v: %v", where, again.Changed, again.Touched, err)
	}
	return now
}

// own are the relations that touch an activity made here.
func own(m *live.Model) (out []string) {
	for _, r := range m.Doc.Relations {
		if edit.MadeHere(m.Doc.Activities[r.From].ID) || edit.MadeHere(m.Doc.Activities[r.To].ID) {
			out = append(out, fmt.Sprint(m.Lines[r.From].ID, r.Link, m.Lines[r.To].ID, r.Lag))
		}
	}
	return out
}

func byHand(t *testing.T, r *rand.Rand, m *live.Model, where string) *live.Model {
	t.Helper()
	name, length := "by hand", int32(day)
	fresh := id.New[id.Activity]()
	edits := []edit.Edit{{Do: edit.Add, Activity: fresh, Fields: edit.Fields{Name: &name, Duration: &length}}}
	if n := len(m.Lines); n > 0 {
		edits = append(edits, edit.Edit{Do: edit.Link, From: m.Lines[r.IntN(n)].ID, To: fresh, Link: cpm.FS, Lag: int32(r.IntN(3)) * day})
	}
	res, err := edit.Apply(m, noDates{}, edits)
	if err != nil {
		t.Fatalf("%s: %v", where, err)
	}
	return res.Model
}

func TestAnEmptyFileIsRefused(t *testing.T) {
	t.Parallel()
	if _, err := reimport.Lay(&live.Model{Doc: &plan.Document{}}, &plan.Document{}, id.New[id.Activity]); fault.CodeOf(err) != "programme-empty" {
		t.Error(err)
	}
}

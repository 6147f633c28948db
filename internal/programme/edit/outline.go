package edit

import (
	"slices"
	"strconv"

	"plumbline/internal/cpm"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/programme/live"
	"plumbline/internal/programme/plan"
)

// MaxDepth is how deep an outline may go.
const MaxDepth = 50

// end is the index after the last activity below i.
func end(d *plan.Document, i int) int {
	j := i + 1
	for j < len(d.Activities) && d.Activities[j].Level > d.Activities[i].Level {
		j++
	}
	return j
}

// place finds where an activity goes: below parent, after a sibling.
func (b *batch) place(parent, after id.Activity) (up, at int, err error) {
	d := b.m.Doc
	up = -1
	if parent != "" {
		if up, err = b.at(parent, "parent"); err != nil {
			return 0, 0, err
		}
		if d.Activities[up].Level >= MaxDepth {
			return 0, 0, fieldError{"parent", "too-deep"}
		}
	}
	if after == "" {
		return up, up + 1, nil
	}
	i, err := b.at(after, "after")
	if err != nil {
		return 0, 0, err
	}
	if d.Activities[i].Parent != up {
		return 0, 0, fieldError{"after", "not-a-sibling"}
	}
	return up, end(d, i), nil
}

// before is the sibling before activity i, or none.
func (b *batch) before(i int) id.Activity {
	d := b.m.Doc
	for j := i - 1; j > d.Activities[i].Parent; j-- {
		if d.Activities[j].Parent == d.Activities[i].Parent {
			return b.m.Lines[j].ID
		}
	}
	return ""
}

func (b *batch) parentOf(i int) id.Activity {
	if p := b.m.Doc.Activities[i].Parent; p >= 0 {
		return b.m.Lines[p].ID
	}
	return ""
}

// add makes an activity.
func (b *batch) add(e *Edit) error {
	if !id.Valid(e.Activity) {
		return fieldError{"activity", "not-an-id"}
	}
	if _, ok := b.m.Index(e.Activity); ok {
		return fieldError{"activity", "taken"}
	}
	if e.Fields.Name == nil {
		return fieldError{"name", "required"}
	}
	if e.Fields.Kind != nil && *e.Fields.Kind == cpm.Summary {
		e.Fields.Kind = nil // it becomes one by what is put below it
	}
	a := plan.NewActivity()
	a.ID = b.source()
	up, at, err := b.place(e.Parent, e.After)
	if err != nil {
		return err
	}
	if err := b.insert(up, at, []plan.Activity{a}, []live.Line{{ID: e.Activity, Version: 0, Site: live.Unreported()}}); err != nil {
		return err
	}
	b.note(e.Activity, "created", live.Field{Name: "parent", After: e.Parent})
	undo := len(b.undo)
	if err := b.set(&Edit{Do: Set, Activity: e.Activity, Fields: e.Fields}); err != nil {
		return err
	}
	b.undo = append(b.undo[:undo], Edit{Do: Remove, Activity: e.Activity})
	return nil
}

// ours is where the numbers begin that activities made here have beside those of
// files, which count from one: a file that goes out and comes back knows them
// by these.
const ours = 1_500_000_000

// MadeHere reports whether an activity of that key of the source was made here.
func MadeHere(source string) bool {
	n, err := strconv.Atoi(source)
	return err == nil && n >= ours
}

// source is the key of the next activity that is made here.
func (b *batch) source() string {
	next := ours
	for i := range b.m.Doc.Activities {
		if n, err := strconv.Atoi(b.m.Doc.Activities[i].ID); err == nil && n >= next {
			next = n + 1
		}
	}
	return strconv.Itoa(next)
}

// insert puts activities, the first of which goes below up, at a place. Their
// parents are indexes among themselves, but for the first.
func (b *batch) insert(up, at int, acts []plan.Activity, lines []live.Line) error {
	d := b.m.Doc
	n := len(d.Activities)
	if n+len(acts) > live.Most {
		return fault.New(fault.Invalid, "too-many-activities", "the programme has as many activities as it can have")
	}
	order := make([]int, 0, n+len(acts))
	for i := range n {
		order = append(order, i)
	}
	fresh := make([]int, len(acts))
	for i := range acts {
		fresh[i] = n + i
		d.Activities = append(d.Activities, acts[i])
		d.Activities[n+i].Parent += n
	}
	d.Activities[n].Parent = up
	b.m.Lines = append(b.m.Lines, lines...)
	b.rearrange(slices.Insert(order, at, fresh...))
	if up >= 0 {
		b.summarise(up)
	}
	return b.levels()
}

// rearrange puts the activities into an order of their present indexes; those
// that are not named go, with their relations and assignments.
func (b *batch) rearrange(order []int) {
	d := b.m.Doc
	to := make([]int, len(d.Activities))
	for i := range to {
		to[i] = -1
	}
	acts, lines := make([]plan.Activity, len(order)), make([]live.Line, len(order))
	for k, i := range order {
		to[i], acts[k], lines[k] = k, d.Activities[i], b.m.Lines[i]
	}
	for k := range acts {
		if p := acts[k].Parent; p >= 0 {
			acts[k].Parent = to[p]
		}
	}
	d.Relations = slices.DeleteFunc(d.Relations, func(r plan.Relation) bool {
		return to[r.From] < 0 || to[r.To] < 0
	})
	for k := range d.Relations {
		d.Relations[k].From, d.Relations[k].To = to[d.Relations[k].From], to[d.Relations[k].To]
	}
	d.Assignments = slices.DeleteFunc(d.Assignments, func(s plan.Assignment) bool { return s.Activity >= 0 && to[s.Activity] < 0 })
	for k := range d.Assignments {
		if i := d.Assignments[k].Activity; i >= 0 {
			d.Assignments[k].Activity = to[i]
		}
	}
	d.Activities, b.m.Lines = acts, lines
	b.m.Reindex()
	b.outline = true
}

// levels counts depths anew.
func (b *batch) levels() error {
	acts := b.m.Doc.Activities
	for i := range acts {
		acts[i].Level = 1
		if p := acts[i].Parent; p >= 0 {
			acts[i].Level = acts[p].Level + 1
		}
		if acts[i].Level > MaxDepth {
			return fieldError{"parent", "too-deep"}
		}
	}
	return nil
}

// summarise makes a summary of an activity that something stands below.
func (b *batch) summarise(i int) {
	a := &b.m.Doc.Activities[i]
	if a.Kind == cpm.Summary || a.Group {
		return
	}
	who := b.m.Lines[i].ID
	if a.Manual {
		yes, start, finish := true, a.ManualStart, a.ManualFinish
		b.undo = append(b.undo, Edit{Do: Set, Activity: who, Fields: Fields{Manual: &yes, Start: &start, Finish: &finish}})
	}
	b.note(who, "changed", live.Field{Name: "kind", Before: a.Kind, After: cpm.Summary})
	a.Kind, a.Manual = cpm.Summary, false
}

// childless makes an activity again of a summary without any below it. Its
// duration is the one it had.
func (b *batch) childless(i int) {
	a := &b.m.Doc.Activities[i]
	if a.Group || a.Kind != cpm.Summary || end(b.m.Doc, i) > i+1 {
		return
	}
	kind := cpm.Task
	if a.Milestone && a.Duration == 0 {
		kind = cpm.StartMilestone
	}
	b.note(b.m.Lines[i].ID, "changed", live.Field{Name: "kind", Before: a.Kind, After: kind})
	a.Kind = kind
}

// move puts an activity, with what is below it, to another place.
func (b *batch) move(e *Edit) error {
	i, err := b.at(e.Activity, "activity")
	if err != nil {
		return err
	}
	up, at, err := b.place(e.Parent, e.After)
	if err != nil {
		return err
	}
	d := b.m.Doc
	j := end(d, i)
	if up >= i && up < j {
		return fieldError{"parent", "below-itself"}
	}
	was, before := b.parentOf(i), b.before(i)
	if was == e.Parent && before == e.After {
		return nil
	}
	if e.After == e.Activity {
		return fieldError{"after", "itself"}
	}
	b.undo = append(b.undo, Edit{Do: Move, Activity: e.Activity, Parent: was, After: before})
	d.Activities[i].Parent = up
	order := make([]int, 0, len(d.Activities))
	for k := range d.Activities {
		if k == at {
			order = append(order, between(i, j)...)
		}
		if k < i || k >= j {
			order = append(order, k)
		}
	}
	if at == len(d.Activities) {
		order = append(order, between(i, j)...)
	}
	for k := i; k < j; k++ {
		b.m.Lines[k].Position = 0
	}
	b.rearrange(order)
	if err := b.levels(); err != nil {
		return err
	}
	b.note(e.Activity, "changed", live.Field{Name: "parent", Before: was, After: e.Parent}, live.Field{Name: "after", Before: before, After: e.After})
	if k, ok := b.m.Index(was); ok {
		b.childless(k)
	}
	if k, ok := b.m.Index(e.Parent); ok {
		b.summarise(k)
	}
	return nil
}

func between(i, j int) []int {
	out := make([]int, 0, j-i)
	for ; i < j; i++ {
		out = append(out, i)
	}
	return out
}

// remove takes an activity, with what is below it and what binds them.
func (b *batch) remove(e *Edit) error {
	i, err := b.at(e.Activity, "activity")
	if err != nil {
		return err
	}
	d := b.m.Doc
	j := end(d, i)
	var back []Edit
	for k := i; k < j; k++ {
		back = append(back, Edit{Do: Restore, Activity: b.m.Lines[k].ID, Parent: b.parentOf(k), After: b.before(k), Whole: &Whole{Plan: d.Activities[k], Line: b.m.Lines[k]}})
		b.note(b.m.Lines[k].ID, Deleted)
	}
	was, name := b.parentOf(i), func(k int) id.Activity { return b.m.Lines[k].ID }
	for _, r := range d.Relations {
		if r.From >= i && r.From < j || r.To >= i && r.To < j {
			back = append(back, relink(name(r.From), name(r.To), r))
			for _, x := range []int{r.From, r.To} {
				if x < i || x >= j {
					b.note(name(x), "changed", live.Field{Name: "relation " + string(name(r.From)) + " " + r.Link.String(), Before: say(name(r.From), r)})
				}
			}
		}
	}
	slices.Reverse(back)
	b.undo = append(b.undo, back...)
	b.rearrange(append(between(0, i), between(j, len(d.Activities))...))
	if k, ok := b.m.Index(was); ok {
		b.childless(k)
	}
	return nil
}

// restore brings back an activity that was removed, as it was.
func (b *batch) restore(e *Edit) error {
	if e.Whole == nil || !id.Valid(e.Activity) {
		return fieldError{"activity", "not-an-id"}
	}
	if _, ok := b.m.Index(e.Activity); ok {
		return fieldError{"activity", "taken"}
	}
	up, at, err := b.place(e.Parent, e.After)
	if err != nil {
		return err
	}
	line := e.Whole.Line
	line.ID, line.Position = e.Activity, 0
	a := e.Whole.Plan
	if err := b.insert(up, at, []plan.Activity{a}, []live.Line{line}); err != nil {
		return err
	}
	b.note(e.Activity, "created", live.Field{Name: "name", After: a.Name}, live.Field{Name: "parent", After: e.Parent})
	b.undo = append(b.undo, Edit{Do: Remove, Activity: e.Activity})
	return nil
}

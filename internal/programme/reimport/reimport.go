// Package reimport lays a programme that was read from a file over the one that
// is kept: the file plans, the site reports. Pure.
//
// What it promises:
//   - An activity is the same by its source's unique id; of ids that a file has
//     twice, the first goes with the first.
//   - What the project knows of an activity stays with it: its id, who is in
//     charge, where, its budget, what was reported, what blocks it.
//   - Nothing is taken away. What the file no longer has stays where it was,
//     marked gone and out of the computation, until somebody removes it; what
//     was made here stays as it is. Relations between activities of the file are
//     the file's; those that touch others stay.
package reimport

import (
	"reflect"
	"slices"

	"plumbline/internal/cpm"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/programme/diff"
	"plumbline/internal/programme/edit"
	"plumbline/internal/programme/live"
	"plumbline/internal/programme/plan"
)

// Result is the programme with the file laid over it.
type Result struct {
	Model   *live.Model
	Changes []diff.Change        // by the ids of the source
	Changed []live.Change        // by ids of activities, for the log
	Touched map[id.Activity]bool // what differs in nothing that the log tells
}

// key is an id of the source, and which of those that have it.
type key struct {
	source string
	nth    int
}

// Lay puts document d over m. The id of what is new is made by fresh.
func Lay(m *live.Model, d *plan.Document, fresh func() id.Activity) (Result, error) {
	in := tidy(d)
	if len(in.Activities) == 0 {
		return Result{}, fault.New(fault.Invalid, "programme-empty", "the file has no activities")
	}
	if len(in.Activities) > live.Most {
		return Result{}, fault.New(fault.TooLarge, "programme-too-large", "the file has more activities than a programme can have")
	}
	out := m.Clone()
	old := keys(m.Doc)
	known := make(map[key]int, len(old))
	for i, k := range old {
		known[k] = i
	}
	res := Result{Model: out, Touched: map[id.Activity]bool{}}
	b := &builder{m: m, used: make([]bool, len(m.Lines))}
	for i, k := range keys(in) {
		a := in.Activities[i]
		line := live.Line{ID: "", Budget: cents(a.Cost), Site: live.Unreported()}
		if j, ok := known[k]; ok {
			line, b.used[j] = m.Lines[j], true
			line.Gone = false
			b.to(j, len(b.acts))
		} else {
			line.ID = fresh()
		}
		a.Parent = in.Activities[i].Parent
		b.acts, b.lines = append(b.acts, a), append(b.lines, line)
	}
	b.rest()
	doc := *in
	doc.Activities = b.acts
	doc.Relations = b.relations(in)
	doc.Resources, doc.Assignments = in.Resources, in.Assignments
	out.Doc, out.Lines = &doc, b.lines
	if len(m.Lines) == 0 {
		out.Live = false // a file is first shown as it is; looking ahead from today is switched on
		if m.Name == "" {
			out.Name = in.Name
		}
	}
	order(out)
	out.Reindex()
	if len(out.Lines) > live.Most {
		return Result{}, fault.New(fault.TooLarge, "programme-too-large", "with what is kept, the programme would have more activities than it can have")
	}
	res.Changes = diff.Between(live.Ours(m), live.Ours(out))
	res.log(m, out)
	return res, nil
}

func cents(cost float64) int64 {
	if !(cost > 0) || cost > edit.MaxBudget/100 {
		return 0
	}
	return int64(cost*100 + 0.5)
}

// tidy is the document without empty lines.
func tidy(d *plan.Document) *plan.Document {
	out := *d
	to := make([]int, len(d.Activities))
	out.Activities = make([]plan.Activity, 0, len(d.Activities))
	for i := range d.Activities {
		to[i] = -1
		a := d.Activities[i]
		if a.Null {
			continue
		}
		if a.Parent >= 0 {
			a.Parent = to[a.Parent]
		}
		to[i] = len(out.Activities)
		out.Activities = append(out.Activities, a)
	}
	out.Relations, out.Assignments = nil, nil
	for _, r := range d.Relations {
		if r.From, r.To = to[r.From], to[r.To]; r.From >= 0 && r.To >= 0 {
			out.Relations = append(out.Relations, r)
		}
	}
	for _, s := range d.Assignments {
		if s.Activity < 0 {
			continue
		}
		if s.Activity = to[s.Activity]; s.Activity >= 0 {
			out.Assignments = append(out.Assignments, s)
		}
	}
	return &out
}

func keys(d *plan.Document) []key {
	count := map[string]int{}
	out := make([]key, len(d.Activities))
	for i := range d.Activities {
		s := d.Activities[i].ID
		out[i] = key{s, count[s]}
		count[s]++
	}
	return out
}

type builder struct {
	m     *live.Model
	used  []bool
	moved map[int]int // old index to new
	acts  []plan.Activity
	lines []live.Line
}

func (b *builder) to(old, now int) {
	if b.moved == nil {
		b.moved = map[int]int{}
	}
	b.moved[old] = now
}

// rest keeps what the file does not have, below the parent that it had, or at
// the end.
func (b *builder) rest() {
	for j := range b.m.Lines {
		if b.used[j] {
			continue
		}
		a, line := b.m.Doc.Activities[j], b.m.Lines[j]
		parent := -1
		if a.Parent >= 0 {
			parent = b.moved[a.Parent] // its parent came before it
			if p := &b.acts[parent]; p.Kind != cpm.Summary && !p.Group {
				parent = p.Parent // the file made no summary of it: beside it, not below
			}
		}
		a.Parent = parent
		if !edit.MadeHere(a.ID) {
			line.Gone, a.Inactive = true, true
		}
		b.to(j, len(b.acts))
		b.acts, b.lines = append(b.acts, a), append(b.lines, line)
	}
}

// relations are the file's, and the old ones that touch what is not in it.
func (b *builder) relations(in *plan.Document) []plan.Relation {
	out := in.Relations
	for _, r := range b.m.Doc.Relations {
		if b.used[r.From] && b.used[r.To] {
			continue
		}
		r.From, r.To = b.moved[r.From], b.moved[r.To]
		out = append(out, r)
	}
	return out
}

// order puts activities into the order of the outline and counts levels.
func order(m *live.Model) {
	d := m.Doc
	children := make([][]int, len(d.Activities)+1)
	for i := range d.Activities {
		p := d.Activities[i].Parent + 1
		children[p] = append(children[p], i)
	}
	to := make([]int, len(d.Activities))
	acts, lines := make([]plan.Activity, 0, len(to)), make([]live.Line, 0, len(to))
	type step struct{ of, level int }
	stack := []step{}
	push := func(of, level int) {
		for _, child := range slices.Backward(children[of]) {
			stack = append(stack, step{child, level})
		}
	}
	push(0, 1)
	for len(stack) > 0 {
		s := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		to[s.of] = len(acts)
		a := d.Activities[s.of]
		a.Level = s.level
		if a.Parent >= 0 {
			a.Parent = to[a.Parent]
		}
		acts, lines = append(acts, a), append(lines, m.Lines[s.of])
		push(s.of+1, s.level+1)
	}
	for i := range d.Relations {
		d.Relations[i].From, d.Relations[i].To = to[d.Relations[i].From], to[d.Relations[i].To]
	}
	for i := range d.Assignments {
		d.Assignments[i].Activity = to[d.Assignments[i].Activity]
	}
	d.Activities, m.Lines = acts, lines
}

// log names what differs, by the ids of activities.
func (r *Result) log(was, now *live.Model) {
	by := map[string]*diff.Change{}
	for i := range r.Changes {
		by[r.Changes[i].ID] = &r.Changes[i]
	}
	for i := range now.Lines {
		l := &now.Lines[i]
		j, had := was.Index(l.ID)
		c := by[string(l.ID)]
		switch {
		case !had:
			r.Changed = append(r.Changed, live.Change{Activity: l.ID, Kind: "created", Fields: []live.Field{{Name: "name", After: now.Doc.Activities[i].Name}}})
		case l.Gone != was.Lines[j].Gone:
			r.Changed = append(r.Changed, live.Change{Activity: l.ID, Kind: "changed", Fields: []live.Field{{Name: "gone", Before: was.Lines[j].Gone, After: l.Gone}}})
		case c != nil:
			fields := make([]live.Field, 0, len(c.Fields))
			for _, f := range c.Fields {
				if len(fields) > 0 && fields[len(fields)-1].Name == f.Name {
					continue // a second constraint
				}
				fields = append(fields, live.Field{Name: f.Name, Before: f.From, After: f.To})
			}
			r.Changed = append(r.Changed, live.Change{Activity: l.ID, Kind: "changed", Fields: fields})
		default:
			x, y := was.Doc.Activities[j], now.Doc.Activities[i]
			x.Parent, x.Level = y.Parent, y.Level // told from the rows
			if !reflect.DeepEqual(x, y) {
				r.Touched[l.ID] = true // fields that are not told apart, such as a priority
			}
		}
	}
}

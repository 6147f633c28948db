package edit

import (
	"fmt"
	"slices"

	"plumbline/internal/cpm"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/programme/live"
	"plumbline/internal/programme/plan"
	"plumbline/internal/workcal"
)

// MostEdits is how many edits a batch may have.
const MostEdits = 500

// What edits do.
const (
	Add    = "add"
	Set    = "set"
	Move   = "move"
	Remove = "remove"
	Link   = "link"
	Unlink = "unlink"
)

// Deleted is the kind of a change that took an activity away.
const Deleted = "deleted"

// Units of a lag.
const (
	Working = "working"
	Elapsed = "elapsed"
	Percent = "percent"
)

// Edit is one edit. Parent and After are empty for the top and the first place.
type Edit struct {
	Do            string
	Activity      id.Activity
	Parent, After id.Activity
	Fields        Fields

	From, To id.Activity
	Link     cpm.Link
	Lag      int32 // ticks, or whole percents
	Unit     string

	// Whole brings back a removed activity as it was; only Undo makes it.
	Whole *Whole
}

// Restore brings back what Remove took.
const Restore = "restore"

// Dates are those that the model has now, for activities that become manual.
type Dates interface {
	// Of is when an activity starts and finishes; false where it has no dates.
	Of(a id.Activity) (start, finish workcal.Time, ok bool)
	// Finish is when work of the duration ends that starts then, in the
	// activity's calendar.
	Finish(a id.Activity, start workcal.Time, duration int32) workcal.Time
}

// Whole is an activity with all that the document and the project know.
type Whole struct {
	Plan plan.Activity
	Line live.Line
}

// Fields are what is set; nil leaves one as it is. workcal.None clears a time.
type Fields struct {
	Name, Code, Notes *string
	Duration          *int32
	Kind              *cpm.Kind
	Calendar          *string
	Constraint        *cpm.Rule
	ConstraintAt      *workcal.Time
	Deadline          *workcal.Time
	Manual            *bool
	Start, Finish     *workcal.Time
	Location          *id.Location
	InCharge          *[]live.Charge
	Budget            *int64
}

// Result is a changed model.
type Result struct {
	Model   *live.Model
	Undo    []Edit
	Changed []live.Change
	Outline bool // activities came, went or moved: indexes differ
}

type batch struct {
	m       *live.Model
	dates   Dates
	undo    []Edit
	changed map[id.Activity]*live.Change
	order   []id.Activity
	outline bool
}

// Apply makes edits to a clone of m, one after the other.
// dates tell those of m.
func Apply(m *live.Model, dates Dates, edits []Edit) (Result, error) {
	if len(edits) == 0 || len(edits) > MostEdits {
		return Result{}, fault.New(fault.Invalid, "edits", fmt.Sprintf("a batch has 1 to %d edits", MostEdits))
	}
	b := &batch{m: m.Clone(), dates: dates, changed: map[id.Activity]*live.Change{}}
	for i := range edits {
		if err := b.apply(&edits[i]); err != nil {
			if f, ok := err.(fieldError); ok { //nolint:errorlint // made here, never wrapped
				return Result{}, fault.InvalidFields([]fault.Field{{Path: fmt.Sprintf("edits[%d].%s", i, f.path), Code: f.code}})
			}
			return Result{}, err
		}
	}
	slices.Reverse(b.undo)
	r := Result{Model: b.m, Undo: b.undo, Outline: b.outline}
	for _, a := range b.order {
		if c := b.changed[a]; c.Kind != "" {
			r.Changed = append(r.Changed, *c)
		}
	}
	return r, nil
}

type fieldError struct{ path, code string }

func (f fieldError) Error() string { return f.path + ": " + f.code }

func (b *batch) apply(e *Edit) error {
	switch e.Do {
	case Add:
		return b.add(e)
	case Set:
		return b.set(e)
	case Move:
		return b.move(e)
	case Remove:
		return b.remove(e)
	case Restore:
		return b.restore(e)
	case Link:
		return b.link(e)
	case Unlink:
		return b.unlink(e)
	}
	return fieldError{"do", "unknown"}
}

// at finds an activity that an edit names.
func (b *batch) at(a id.Activity, path string) (int, error) {
	i, ok := b.m.Index(a)
	if !ok {
		return 0, fieldError{path, "not-found"}
	}
	return i, nil
}

// note gathers changes of an activity; the first value before, the last after.
func (b *batch) note(a id.Activity, kind string, fields ...live.Field) {
	c := b.changed[a]
	if c == nil {
		c = &live.Change{Activity: a, Kind: kind}
		b.changed[a] = c
		b.order = append(b.order, a)
	} else if kind != "changed" {
		if c.Kind == "created" && kind == Deleted {
			c.Kind = ""
			return
		}
		c.Kind = kind
	}
	if kind == Deleted {
		c.Fields = nil
		return
	}
	for _, f := range fields {
		if i := slices.IndexFunc(c.Fields, func(g live.Field) bool { return g.Name == f.Name }); i >= 0 {
			c.Fields[i].After = f.After
		} else {
			c.Fields = append(c.Fields, f)
		}
	}
}

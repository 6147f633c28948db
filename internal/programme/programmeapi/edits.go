package programmeapi

import (
	"context"
	"fmt"
	"strings"

	"plumbline/internal/cpm"
	"plumbline/internal/id"
	"plumbline/internal/programme"
	"plumbline/internal/programme/edit"
	"plumbline/internal/programme/live"
	"plumbline/internal/rest"
	"plumbline/internal/workcal"
)

// Edit is one edit of a batch. Which properties it takes depends on do.
type Edit struct {
	Do       string       `json:"do" enum:"add,set,move,remove,restore,link,unlink"`
	Activity id.Activity  `json:"activity,omitempty"`
	Parent   *id.Activity `json:"parent,omitempty" doc:"Below which it goes; null or left out is the top."`
	After    *id.Activity `json:"after,omitempty" doc:"After which sibling; null or left out is the first place."`

	Name         rest.Opt[string]       `json:"name,omitempty" maxLength:"255"`
	Code         rest.Opt[string]       `json:"code,omitempty" maxLength:"60"`
	Notes        rest.Opt[string]       `json:"notes,omitempty" maxLength:"20000"`
	Duration     rest.Opt[float64]      `json:"duration,omitempty" minimum:"0"`
	Kind         rest.Opt[int]          `json:"kind,omitempty" minimum:"0" maximum:"5"`
	Calendar     rest.Opt[*string]      `json:"calendar,omitempty"`
	Constraint   rest.Opt[int]          `json:"constraint,omitempty" minimum:"0" maximum:"9"`
	ConstraintAt rest.Opt[*float64]     `json:"constraint_at,omitempty"`
	Deadline     rest.Opt[*float64]     `json:"deadline,omitempty"`
	Manual       rest.Opt[bool]         `json:"manual,omitempty"`
	Start        rest.Opt[*float64]     `json:"start,omitempty" doc:"Where a bar was dragged: the date of a manual activity, a start no earlier for others; null takes that back."`
	Finish       rest.Opt[*float64]     `json:"finish,omitempty"`
	Location     rest.Opt[*id.Location] `json:"location,omitempty"`
	InCharge     rest.Opt[[]Charge]     `json:"in_charge,omitempty" maxItems:"20"`
	Budget       rest.Opt[int64]        `json:"budget,omitempty" minimum:"0"`

	From id.Activity `json:"from,omitempty"`
	To   id.Activity `json:"to,omitempty"`
	Link string      `json:"link,omitempty" enum:"FS,SS,FF,SF"`
	Lag  float64     `json:"lag,omitempty" doc:"Minutes, or whole percents of the predecessor's duration; below 0 is a lead."`
	Unit string      `json:"unit,omitempty" enum:"working,elapsed,percent"`

	Whole *Whole `json:"whole,omitempty" doc:"Of restore: what undo gave."`
}

// Whole is what undo needs to bring an activity back.
type Whole struct {
	Plan    string `json:"plan" maxLength:"200000"`
	Source  string `json:"source" maxLength:"200"`
	Version int64  `json:"version" minimum:"0"`
}

// Edits is a batch.
type Edits struct {
	Preview bool   `json:"preview,omitempty" doc:"Tell what would move, and keep nothing."`
	Edits   []Edit `json:"edits" minItems:"1" maxItems:"500"`
}

type editIn struct {
	At
	Body Edits
}

// Edited is what a batch did, or would do.
type Edited struct {
	Version   int64    `json:"version"`
	Start     *float64 `json:"start"`
	Finish    *float64 `json:"finish"`
	WasFinish *float64 `json:"was_finish"`
	Outline   bool     `json:"outline" doc:"Activities came, went or moved: indexes are those of the new outline."`
	// Moved has a row for each activity whose dates differ.
	Moved       [][]*float64 `json:"moved" doc:"index, start, finish, early start, early finish, late start, late finish, total float, free float, critical."`
	Undo        []Edit       `json:"undo" doc:"Edits that take the batch back."`
	NotComputed *NotComputed `json:"not_computed,omitempty"`
}

type editOut struct {
	Body Edited
}

func (h *api) edit(ctx context.Context, in *editIn) (*editOut, error) {
	g, err := h.in(ctx, in.Project)
	if err != nil {
		return nil, err
	}
	edits := make([]edit.Edit, len(in.Body.Edits))
	for i := range in.Body.Edits {
		if edits[i], err = editOf(&in.Body.Edits[i]); err != nil {
			if f, ok := err.(editError); ok { //nolint:errorlint // made here, never wrapped
				err = invalid(fmt.Sprintf("edits[%d].%s", i, f.path), f.code)
			}
			return nil, err
		}
	}
	done, err := h.programmes.Edit(ctx, g, in.Programme, edits, in.Body.Preview)
	if err != nil {
		return nil, err
	}
	return &editOut{Body: editedOf(done)}, nil
}

type editError struct{ path, code string }

func (b editError) Error() string { return b.path + ": " + b.code }

func editOf(w *Edit) (edit.Edit, error) {
	e := edit.Edit{Do: w.Do, Activity: w.Activity, From: w.From, To: w.To, Unit: w.Unit, Lag: amount(w.Lag)}
	if w.Parent != nil {
		e.Parent = *w.Parent
	}
	if w.After != nil {
		e.After = *w.After
	}
	if w.Unit == edit.Percent {
		e.Lag = amount(w.Lag / workcal.Minute)
	}
	for l := cpm.FS; l <= cpm.SF; l++ {
		if w.Link == l.String() {
			e.Link = l
		}
	}
	f := &e.Fields
	given(&f.Name, w.Name)
	given(&f.Code, w.Code)
	given(&f.Notes, w.Notes)
	given(&f.Manual, w.Manual)
	given(&f.Budget, w.Budget)
	if w.Duration.Given {
		d := amount(w.Duration.Value)
		f.Duration = &d
	}
	if w.Kind.Given {
		k := cpm.Kind(w.Kind.Value) //nolint:gosec // the schema bounds it
		f.Kind = &k
	}
	if w.Constraint.Given {
		r := cpm.Rule(w.Constraint.Value) //nolint:gosec // the schema bounds it
		f.Constraint = &r
	}
	if w.Calendar.Given {
		f.Calendar = orZero(w.Calendar.Value)
	}
	if w.Location.Given {
		f.Location = orZero(w.Location.Value)
	}
	if w.InCharge.Given {
		all := make([]live.Charge, len(w.InCharge.Value))
		for i, c := range w.InCharge.Value {
			all[i] = live.Charge(c)
		}
		f.InCharge = &all
	}
	for to, from := range map[**workcal.Time]rest.Opt[*float64]{&f.ConstraintAt: w.ConstraintAt, &f.Deadline: w.Deadline, &f.Start: w.Start, &f.Finish: w.Finish} {
		if from.Given {
			t := ticksOf(from.Value)
			*to = &t
		}
	}
	if w.Do == edit.Restore {
		return e, whole(&e, w)
	}
	return e, nil
}

// whole reads what is brought back.
func whole(e *edit.Edit, w *Edit) error {
	if w.Whole == nil {
		return editError{"whole", "required"}
	}
	a, err := live.DecodePlan(w.Whole.Plan)
	if err != nil {
		return editError{"whole", "format"}
	}
	a.ID, a.Name, a.Code, a.Notes = w.Whole.Source, w.Name.Value, w.Code.Value, w.Notes.Value
	if strings.ContainsRune(a.ID+a.Name+a.Code+a.Notes, 0) || a.Name == "" || a.Duration < 0 || a.Duration > edit.MaxDuration {
		return editError{"whole", "format"}
	}
	line := live.Line{ID: w.Activity, Version: w.Whole.Version, Budget: w.Budget.Value, Site: live.Unreported()}
	if e.Fields.Location != nil {
		line.Location = *e.Fields.Location
	}
	if e.Fields.InCharge != nil {
		line.InCharge = *e.Fields.InCharge
	}
	e.Whole, e.Fields = &edit.Whole{Plan: a, Line: line}, edit.Fields{}
	return nil
}

func given[T any](to **T, from rest.Opt[T]) {
	if from.Given {
		v := from.Value
		*to = &v
	}
}

func orZero[T any](v *T) *T {
	if v == nil {
		v = new(T)
	}
	return v
}

func editedOf(o programme.Outcome) Edited {
	out := Edited{Version: o.Version, Outline: o.Outline, Moved: make([][]*float64, 0, len(o.Moved)), Undo: make([]Edit, len(o.Undo))}
	if o.Was != nil && len(o.Was.Lines) > 0 {
		out.WasFinish = live.Minutes(o.Was.Forecast.End())
	}
	if o.Fault != nil {
		out.NotComputed = notComputed(o.Fault)
	}
	for i := range o.Undo {
		out.Undo[i] = wireOf(&o.Undo[i])
	}
	c := o.Computed
	if c == nil {
		return out
	}
	if len(c.Lines) > 0 {
		out.Start, out.Finish = live.Minutes(c.Forecast.Begin()), live.Minutes(c.Forecast.End())
	}
	for _, i := range o.Moved {
		d := c.Forecast.Dates(i)
		n := func(v float64) *float64 { return &v }
		if !d.Scheduled {
			out.Moved = append(out.Moved, []*float64{n(float64(i)), nil, nil, nil, nil, nil, nil, n(0), n(0), n(0)})
			continue
		}
		out.Moved = append(out.Moved, []*float64{n(float64(i)), live.Minutes(d.Start), live.Minutes(d.Finish), live.Minutes(d.EarlyStart), live.Minutes(d.EarlyFinish), live.Minutes(d.LateStart), live.Minutes(d.LateFinish),
			n(span(d.TotalFloat)), n(span(d.FreeFloat)), n(float64(bit(d.Critical)))})
	}
	return out
}

// wireOf is an edit as undo gives it.
func wireOf(e *edit.Edit) Edit {
	w := Edit{Do: e.Do, Activity: e.Activity, From: e.From, To: e.To, Unit: e.Unit, Lag: span(e.Lag)}
	if e.Do == edit.Link || e.Do == edit.Unlink {
		w.Link = e.Link.String()
	}
	if e.Unit == edit.Percent {
		w.Lag = float64(e.Lag)
	}
	if e.Parent != "" {
		w.Parent = &e.Parent
	}
	if e.After != "" {
		w.After = &e.After
	}
	f := &e.Fields
	some(&w.Name, f.Name)
	some(&w.Code, f.Code)
	some(&w.Notes, f.Notes)
	some(&w.Manual, f.Manual)
	some(&w.Budget, f.Budget)
	if f.Duration != nil {
		w.Duration = rest.Some(span(*f.Duration))
	}
	if f.Kind != nil {
		w.Kind = rest.Some(int(*f.Kind))
	}
	if f.Constraint != nil {
		w.Constraint = rest.Some(int(*f.Constraint))
	}
	if f.Calendar != nil {
		w.Calendar = rest.Some(orNil(f.Calendar))
	}
	if f.Location != nil {
		w.Location = rest.Some(orNil(f.Location))
	}
	if f.InCharge != nil {
		w.InCharge = rest.Some(chargesOf(*f.InCharge))
	}
	for from, to := range map[*workcal.Time]*rest.Opt[*float64]{f.ConstraintAt: &w.ConstraintAt, f.Deadline: &w.Deadline, f.Start: &w.Start, f.Finish: &w.Finish} {
		if from != nil {
			*to = rest.Some(live.Minutes(*from))
		}
	}
	if e.Whole != nil {
		plan, err := live.EncodePlan(&e.Whole.Plan)
		if err != nil {
			plan = "{}" // numbers and texts of ours always encode
		}
		l, a := &e.Whole.Line, &e.Whole.Plan
		w.Whole = &Whole{Plan: plan, Source: a.ID, Version: l.Version}
		w.Name, w.Code, w.Notes, w.Budget = rest.Some(a.Name), rest.Some(a.Code), rest.Some(a.Notes), rest.Some(l.Budget)
		w.InCharge = rest.Some(chargesOf(l.InCharge))
		w.Location = rest.Some(orNil(&l.Location))
	}
	return w
}

func some[T any](to *rest.Opt[T], v *T) {
	if v != nil {
		*to = rest.Some(*v)
	}
}

func orNil[T ~string](v *T) *T {
	if *v == "" {
		return nil
	}
	return v
}

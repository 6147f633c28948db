package edit

import (
	"slices"
	"strings"

	"plumbline/internal/cpm"
	"plumbline/internal/id"
	"plumbline/internal/programme/live"
	"plumbline/internal/programme/plan"
	"plumbline/internal/workcal"
)

// The bounds of texts and amounts.
const (
	MaxName     = 255
	MaxCode     = 60
	MaxNotes    = 20_000
	MaxDuration = 20 * 365 * workcal.Day
	MaxBudget   = 1_000_000_000_000_00
	MaxInCharge = 20
)

// set lays fields over an activity.
func (b *batch) set(e *Edit) error {
	i, err := b.at(e.Activity, "activity")
	if err != nil {
		return err
	}
	if err := check(e.Fields); err != nil {
		return err
	}
	a, l := &b.m.Doc.Activities[i], &b.m.Lines[i]
	was, wasLine := *a, *l
	if err := b.lay(e.Activity, a, e.Fields); err != nil {
		return err
	}
	if v := e.Fields.Location; v != nil {
		l.Location = *v
	}
	if v := e.Fields.InCharge; v != nil {
		l.InCharge = tidy(*v)
	}
	if v := e.Fields.Budget; v != nil {
		l.Budget = *v
	}
	back, fields := differ(&was, a)
	if wasLine.Location != l.Location {
		back.Location, fields = &wasLine.Location, append(fields, live.Field{Name: "location", Before: wasLine.Location, After: l.Location})
	}
	if !slices.Equal(wasLine.InCharge, l.InCharge) {
		before := slices.Clone(wasLine.InCharge)
		back.InCharge, fields = &before, append(fields, live.Field{Name: "in_charge", Before: wasLine.InCharge, After: l.InCharge})
	}
	if wasLine.Budget != l.Budget {
		back.Budget, fields = &wasLine.Budget, append(fields, live.Field{Name: "budget", Before: wasLine.Budget, After: l.Budget})
	}
	if len(fields) == 0 {
		return nil
	}
	b.note(e.Activity, "changed", fields...)
	b.undo = append(b.undo, Edit{Do: Set, Activity: e.Activity, Fields: back})
	return nil
}

// lay puts the fields that the engine knows.
func (b *batch) lay(who id.Activity, a *plan.Activity, f Fields) error {
	manual := a.Manual
	if a.Kind == cpm.Summary && (f.Duration != nil || f.Kind != nil || f.Start != nil || f.Finish != nil || f.Manual != nil) {
		return fieldError{"activity", "summary"} // it spans what is below it
	}
	put(&a.Name, f.Name)
	put(&a.Code, f.Code)
	put(&a.Notes, f.Notes)
	put(&a.Calendar, f.Calendar)
	put(&a.Deadline, f.Deadline)
	put(&a.Manual, f.Manual)
	if f.Calendar != nil && *f.Calendar != "" && !slices.ContainsFunc(b.m.Doc.Calendars, func(c plan.Calendar) bool { return c.ID == *f.Calendar }) {
		return fieldError{"calendar", "not-found"}
	}
	if f.Kind != nil {
		if *f.Kind == cpm.Summary || *f.Kind > cpm.Band {
			return fieldError{"kind", "format"}
		}
		a.Kind = *f.Kind
		a.Milestone = a.Kind == cpm.StartMilestone || a.Kind == cpm.FinishMilestone
		if a.Milestone {
			a.Duration, a.Remaining, a.Actual = 0, 0, 0
		}
	}
	if f.Duration != nil {
		done := a.Duration - a.Remaining
		a.Duration = *f.Duration
		a.Remaining = max(0, a.Duration-done)
		a.Milestone = a.Milestone && a.Duration == 0
		if a.Duration > 0 && (a.Kind == cpm.StartMilestone || a.Kind == cpm.FinishMilestone) {
			a.Kind = cpm.Task
		}
	}
	if f.Constraint != nil {
		a.Constraints[0].Rule = *f.Constraint
		if *f.Constraint <= cpm.ALAP {
			a.Constraints[0].Date = 0
		}
	}
	if f.ConstraintAt != nil {
		a.Constraints[0].Date = *f.ConstraintAt
	}
	if f.Start != nil {
		b.drag(who, a, *f.Start)
	}
	if a.Manual && !manual && f.Start == nil {
		if start, finish, ok := b.dates.Of(who); ok {
			a.ManualStart, a.ManualFinish = start, finish
		}
	}
	if a.Manual && f.Duration != nil && a.ManualStart != workcal.None {
		a.ManualFinish = b.dates.Finish(who, a.ManualStart, a.Duration)
	}
	if f.Finish != nil && a.Manual {
		a.ManualFinish = *f.Finish
	}
	if manual && !a.Manual {
		a.ManualStart, a.ManualFinish = workcal.None, workcal.None
		a.Stored.Start, a.Stored.Finish = workcal.None, workcal.None
	}
	if a.Manual {
		a.Stored.Start, a.Stored.Finish = a.ManualStart, a.ManualFinish // what the engine takes first
	}
	if c := a.Constraints[0]; c.Rule > cpm.ALAP && (c.Date == workcal.None || c.Date == 0) {
		return fieldError{"constraint_at", "required"}
	}
	return nil
}

// drag puts an activity where somebody drew it: the dates of a manual one, for
// others a start that is no earlier.
func (b *batch) drag(who id.Activity, a *plan.Activity, to workcal.Time) {
	switch {
	case to == workcal.None && a.Manual:
		a.ManualStart, a.ManualFinish = to, to
	case to == workcal.None:
		if a.Constraints[0].Rule == cpm.StartNoEarlier {
			a.Constraints[0] = cpm.Constraint{}
		}
	case a.Manual:
		a.ManualStart, a.ManualFinish = to, b.dates.Finish(who, to, a.Duration)
	default:
		a.Constraints[0] = cpm.Constraint{Rule: cpm.StartNoEarlier, Date: to}
	}
}

func put[T any](to *T, v *T) {
	if v != nil {
		*to = *v
	}
}

// differ is what takes a change back, and how the log tells it.
func differ(was, now *plan.Activity) (Fields, []live.Field) {
	var (
		back Fields
		out  []live.Field
	)
	field(&back.Name, &out, "name", was.Name, now.Name)
	field(&back.Code, &out, "code", was.Code, now.Code)
	field(&back.Notes, &out, "notes", was.Notes, now.Notes)
	field(&back.Duration, &out, "duration", was.Duration, now.Duration)
	field(&back.Kind, &out, "kind", was.Kind, now.Kind)
	field(&back.Calendar, &out, "calendar", was.Calendar, now.Calendar)
	if was.Constraints[0] != now.Constraints[0] {
		rule, date := was.Constraints[0].Rule, was.Constraints[0].Date
		back.Constraint, back.ConstraintAt = &rule, &date
		out = append(out, live.Field{Name: "constraint", Before: constraint(was), After: constraint(now)})
	}
	timeField(&back.Deadline, &out, "deadline", was.Deadline, now.Deadline)
	field(&back.Manual, &out, "manual", was.Manual, now.Manual)
	timeField(&back.Start, &out, "start", was.ManualStart, now.ManualStart)
	timeField(&back.Finish, &out, "finish", was.ManualFinish, now.ManualFinish)
	if !was.Manual {
		back.Start, back.Finish = nil, nil // they go with it
	} else if !now.Manual {
		start, finish := was.ManualStart, was.ManualFinish
		back.Start, back.Finish = &start, &finish
	}
	return back, out
}

func field[T comparable](back **T, out *[]live.Field, name string, was, now T) {
	if was != now {
		*back = &was
		*out = append(*out, live.Field{Name: name, Before: was, After: now})
	}
}

func timeField(back **workcal.Time, out *[]live.Field, name string, was, now workcal.Time) {
	if was != now {
		*back = &was
		*out = append(*out, live.Field{Name: name, Before: was.String(), After: now.String()})
	}
}

var ruleNames = [...]string{"", "ALAP", "SNET", "SNLT", "FNET", "FNLT", "SO", "FO", "MSO", "MFO"}

func constraint(a *plan.Activity) string {
	c := a.Constraints[0]
	if c.Rule <= cpm.ALAP {
		return ruleNames[c.Rule]
	}
	return ruleNames[c.Rule] + " " + c.Date.String()
}

func check(f Fields) error {
	for _, t := range []struct {
		path string
		v    *string
		min  int
		max  int
	}{{"name", f.Name, 1, MaxName}, {"code", f.Code, 0, MaxCode}, {"notes", f.Notes, 0, MaxNotes}} {
		if t.v == nil {
			continue
		}
		c := live.CheckText(*t.v, t.min, t.max)
		if c == "" && t.min > 0 && strings.TrimSpace(*t.v) == "" {
			c = "required"
		}
		if c != "" {
			return fieldError{t.path, c}
		}
	}
	for path, v := range map[string]*workcal.Time{"constraint_at": f.ConstraintAt, "deadline": f.Deadline, "start": f.Start, "finish": f.Finish} {
		if v != nil && *v != workcal.None && !v.In() {
			return fieldError{path, "out-of-range"}
		}
	}
	switch {
	case f.Duration != nil && (*f.Duration < 0 || *f.Duration > MaxDuration):
		return fieldError{"duration", "out-of-range"}
	case f.Constraint != nil && *f.Constraint > cpm.MustFinish:
		return fieldError{"constraint", "format"}
	case f.Budget != nil && (*f.Budget < 0 || *f.Budget > MaxBudget):
		return fieldError{"budget", "out-of-range"}
	case f.InCharge != nil && len(*f.InCharge) > MaxInCharge:
		return fieldError{"in_charge", "too-many"}
	}
	return nil
}

// tidy sorts those in charge and drops what is said twice.
func tidy(all []live.Charge) []live.Charge {
	out := slices.Clone(all)
	slices.SortFunc(out, func(a, b live.Charge) int {
		if c := strings.Compare(a.Kind, b.Kind); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	return slices.Compact(out)
}

package programme

import (
	"context"

	"plumbline/internal/access"
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/policy"
	"plumbline/internal/programme/edit"
	"plumbline/internal/programme/kept"
	"plumbline/internal/programme/live"
	"plumbline/internal/programme/rows"
	"plumbline/internal/workcal"
)

// Outcome is what a batch of edits did, or would do.
type Outcome struct {
	Version  int64
	Computed *live.Computed // after; nil where it cannot be computed
	Was      *live.Computed // before; nil too
	Moved    []int          // indexes after of activities whose dates differ
	Undo     []edit.Edit
	Outline  bool
	Fault    error // why it cannot be computed
}

// Edit applies a batch to the programme as it is now: where it was changed since
// somebody looked, one that no longer fits is refused. A preview keeps nothing.
func (s *Service) Edit(ctx context.Context, g access.Grant, p id.Programme, edits []edit.Edit, preview bool) (Outcome, error) {
	var out Outcome
	if preview {
		err := s.db.Read(ctx, g.Scope(), func(tx *db.Tx) error {
			_, e, err := s.kept.Opened(tx, g.Project, p, false)
			if err != nil {
				return err
			}
			if !kept.SeesAll(g) {
				return kept.NotFound()
			}
			if err := g.May(policy.PlanProgramme); err != nil {
				return err
			}
			r, err := s.applied(tx, g, e, edits)
			if err != nil {
				return err
			}
			now := kept.Compute(r.Model, e.Day)
			if now.Err != nil && e.Err == nil {
				return now.Err
			}
			out = outcome(e, now, r)
			out.Version = e.Model.Version
			return nil
		})
		return out, fault.Wrap("programme.Edit", err)
	}
	var r edit.Result
	var was *kept.Entry
	err := s.kept.Write(ctx, g, p, func(tx *db.Tx, _ rows.Head, e *kept.Entry) (*kept.Change, error) {
		var err error
		was = e
		if r, err = s.applied(tx, g, e, edits); err != nil {
			return nil, err
		}
		if len(r.Changed) == 0 && !r.Outline {
			return nil, nil
		}
		if err := s.revive(tx, r.Model, r.Changed); err != nil {
			return nil, err
		}
		c := &kept.Change{Now: r.Model, Changed: r.Changed, Cause: kept.Cause{Kind: "edit", Thing: string(p)}}
		if len(r.Changed) > 0 {
			c.Cause.Thing = string(r.Changed[0].Activity)
		}
		return c, nil
	}, func(_ *db.Tx, _ rows.Head, e *kept.Entry) error {
		out = outcome(was, e, r)
		out.Version = e.Model.Version
		return nil
	})
	return out, fault.Wrap("programme.Edit", err)
}

// revive gives activities that come back what was reported of them.
func (s *Service) revive(tx *db.Tx, m *live.Model, changed []live.Change) error {
	for _, c := range changed {
		if i, ok := m.Index(c.Activity); ok && c.Kind == "created" {
			site, err := rows.SiteOf(tx, c.Activity)
			if err != nil {
				return err
			}
			m.Lines[i].Site = site
		}
	}
	return nil
}

// applied makes the edits, and checks what they name outside the programme.
func (s *Service) applied(tx *db.Tx, g access.Grant, e *kept.Entry, edits []edit.Edit) (edit.Result, error) {
	r, err := edit.Apply(e.Model, dates{e}, edits)
	if err != nil {
		return r, err
	}
	var (
		who    []access.InCharge
		places []id.Location
		fresh  []id.Activity
	)
	for i := range edits {
		f := &edits[i].Fields
		if f.InCharge != nil {
			who = append(who, charges(*f.InCharge)...)
		}
		if f.Location != nil && *f.Location != "" {
			places = append(places, *f.Location)
		}
		if w := edits[i].Whole; w != nil {
			who = append(who, charges(w.Line.InCharge)...)
			if w.Line.Location != "" {
				places = append(places, w.Line.Location)
			}
		}
		if edits[i].Do == edit.Add || edits[i].Do == edit.Restore {
			fresh = append(fresh, edits[i].Activity)
		}
	}
	unknown := func(path string, ok bool, err error) error {
		if err == nil && !ok {
			err = fault.InvalidFields([]fault.Field{{Path: path, Code: "unknown"}})
		}
		return err
	}
	if len(who) > 0 {
		ok, err := s.kept.Projects().Known(tx, g.Project, who)
		if err := unknown("in_charge", ok, err); err != nil {
			return r, err
		}
	}
	if len(places) > 0 {
		ok, err := s.kept.Projects().Places(tx, g.Project, places)
		if err := unknown("location", ok, err); err != nil {
			return r, err
		}
	}
	if len(fresh) > 0 {
		other, err := rows.Strangers(tx, e.Model.ID, fresh)
		if err := unknown("activity", !other, err); err != nil {
			return r, err
		}
	}
	return r, nil
}

func charges(in []live.Charge) []access.InCharge {
	out := make([]access.InCharge, len(in))
	for i, c := range in {
		out[i] = access.InCharge(c)
	}
	return out
}

// dates tells the dates that a programme has.
type dates struct{ *kept.Entry }

func (d dates) Of(a id.Activity) (start, finish workcal.Time, ok bool) {
	i, ok := d.Model.Index(a)
	if d.Err != nil || !ok {
		return workcal.None, workcal.None, false
	}
	x := d.Computed.Planned.Dates(i)
	return x.Start, x.Finish, x.Scheduled
}

func (d dates) Finish(a id.Activity, start workcal.Time, duration int32) workcal.Time {
	i, ok := d.Model.Index(a)
	if d.Err != nil || !ok || duration == 0 {
		return start + workcal.Time(duration)
	}
	n := d.Computed.Planned.Network
	cal := n.Calendars[n.Activities[i].Calendar]
	return cal.Add(cal.NextStart(start), int64(duration))
}

// outcome compares two computed programmes.
func outcome(was, now *kept.Entry, r edit.Result) Outcome {
	out := Outcome{Undo: r.Undo, Outline: r.Outline, Fault: now.Err}
	if was.Err == nil {
		out.Was = was.Computed
	}
	if now.Err != nil {
		return out
	}
	out.Computed = now.Computed
	for i := range now.Model.Lines {
		j, ok := was.Model.Index(now.Model.Lines[i].ID)
		if ok && was.Err == nil && was.Computed.Forecast.Dates(j) == now.Computed.Forecast.Dates(i) {
			continue
		}
		out.Moved = append(out.Moved, i)
	}
	return out
}

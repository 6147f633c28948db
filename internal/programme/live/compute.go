package live

import (
	"slices"

	"plumbline/internal/cpm"
	"plumbline/internal/cpm/solve"
	"plumbline/internal/programme/plan"
	"plumbline/internal/programme/state"
	"plumbline/internal/workcal"
)

// Computed is a model with its dates: those forecast, and those planned, which
// are the same where nothing is late, blocked or in the past.
type Computed struct {
	*Model
	Now      workcal.Time
	Forecast *plan.Computed
	Planned  *plan.Computed
}

// Compute runs the engine as of now, in the project's zone.
func (m *Model) Compute(now workcal.Time) (*Computed, error) {
	d := m.Effective()
	n, err := plan.Network(d, plan.Rules(d))
	if err != nil {
		return nil, plan.Explain(d, err)
	}
	planned, err := solved(d, n)
	if err != nil {
		return nil, err
	}
	c := &Computed{Model: m, Now: now, Planned: planned, Forecast: planned}
	if m.Live || m.held() {
		pressed := *n
		pressed.Activities = slices.Clone(n.Activities)
		m.press(&pressed, now)
		if c.Forecast, err = solved(d, &pressed); err != nil {
			return nil, err
		}
	}
	return c, nil
}

func (m *Model) held() bool {
	for i := range m.Lines {
		if s := &m.Lines[i].Site; s.Blocking > 0 || s.Problems > 0 {
			return true
		}
	}
	return false
}

func solved(d *plan.Document, n *cpm.Network) (*plan.Computed, error) {
	s, err := solve.Solve(n)
	if err != nil {
		return nil, plan.Explain(d, err)
	}
	return &plan.Computed{Document: d, Network: n, Schedule: s}, nil
}

// press holds back what cannot have begun: before the present, and before what
// blocks it ends.
func (m *Model) press(n *cpm.Network, now workcal.Time) {
	for i := range n.Activities {
		a, s := &n.Activities[i], &m.Lines[i].Site
		if a.ActualFinish != workcal.None || a.Inactive || a.Kind == cpm.Summary || a.Kind == cpm.Effort || a.Kind == cpm.Band {
			continue
		}
		from := workcal.None
		if m.Live {
			from = now
		}
		if s.Problems > 0 {
			from = max(from, now, s.Until)
		}
		if s.Blocking > 0 {
			from = max(from, now, s.BlockedUntil)
		}
		if from == workcal.None {
			continue
		}
		switch {
		case a.Manual:
			if late := from - a.Finish; a.ActualStart == workcal.None && from > a.Start {
				a.Start, a.Finish = from, a.Finish+(from-a.Start)
			} else if a.ActualStart != workcal.None && late > 0 {
				a.Finish = from
			}
		case a.ActualStart == workcal.None:
			a.ExternalStart = max(a.ExternalStart, from)
		case a.Remaining > 0:
			a.Resume = max(a.Resume, from)
		}
	}
}

// Effective is the document with what the site reported laid over it.
func (m *Model) Effective() *plan.Document {
	d := *m.Doc
	d.Activities = make([]plan.Activity, len(m.Doc.Activities))
	copy(d.Activities, m.Doc.Activities)
	for i := range d.Activities {
		a, s := &d.Activities[i], &m.Lines[i].Site
		if s.Percent < 0 || a.Kind == cpm.Summary || a.Group {
			continue
		}
		Report(a, s)
	}
	return &d
}

// Report lays a report over an activity.
func Report(a *plan.Activity, s *Site) {
	a.Percent = s.Percent
	a.ActualStart, a.ActualFinish = s.Started, workcal.None
	switch {
	case s.Percent >= 100:
		a.Remaining, a.Actual = 0, a.Duration
		a.ActualFinish = s.Finished
		if a.ActualStart == workcal.None {
			a.ActualStart = s.Finished
		}
	case s.Percent <= 0 && s.Started == workcal.None:
		a.Remaining, a.Actual = a.Duration, 0
	default:
		done := int32(float64(a.Duration)*s.Percent/100 + 0.5)
		a.Actual, a.Remaining = done, a.Duration-done
	}
	a.Stop, a.Resume = workcal.None, workcal.None
}

// State is the state of activity i, as people know it.
func (c *Computed) State(i int) state.Of {
	a, s := &c.Forecast.Document.Activities[i], &c.Lines[i].Site
	p, n := c.Planned.Dates(i), &c.Planned.Network.Activities[i]
	f := state.Facts{
		Percent: a.Percent, Begun: a.ActualStart != workcal.None || a.Percent > 0, Done: a.ActualFinish != workcal.None || a.Percent >= 100,
		Verified: s.Verified, Problems: s.Problems, Blocking: s.Blocking,
		LateToStart: p.Scheduled && p.Start < c.Now, LateToFinish: p.Scheduled && p.Finish < c.Now,
	}
	if p.Scheduled && p.Start < c.Now && a.Duration > 0 {
		cal := c.Planned.Network.Calendars[n.Calendar]
		f.Expected = 100 * min(1, float64(cal.Between(p.Start, c.Now))/float64(max(1, cal.Between(p.Start, p.Finish))))
	}
	return state.From(f)
}

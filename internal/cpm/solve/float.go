package solve

import (
	"math"

	"plumbline/internal/cpm"
	"plumbline/internal/cpm/layout"
	"plumbline/internal/cpm/topo"
	"plumbline/internal/workcal"
)

// gap is by how much p may finish (or, as the relation goes, start) later
// before r moves its successor: in P6 in p's working time, in MS Project in the
// successor's.
func (s *Schedule) gap(p int32, r *topo.Arc) int64 {
	var from, to cpm.Time
	if cpm.Link(r.Kind) == cpm.FS || cpm.Link(r.Kind) == cpm.FF {
		from = s.shown(p, s.ef, s.lf)
	} else {
		from = s.shown(p, s.es, s.ls)
	}
	if cpm.Link(r.Kind) == cpm.FS || cpm.Link(r.Kind) == cpm.SS {
		to = s.shown(r.Far, s.es, s.ls)
	} else {
		to = s.shown(r.Far, s.ef, s.lf)
	}
	if r.Lag != 0 {
		to = s.book.Calendars[r.Cal].Add(to, -int64(r.Lag))
	}
	at := p
	if s.net.Options.Rules == cpm.MSP && s.l.Flags[r.Far]&layout.Hub == 0 {
		at = r.Far
	}
	cal := s.book.Calendars[s.l.Cal[at]]
	return cal.Pos(to) - cal.Pos(from)
}

// shown is the early date of p, or the late one of a task that is to be late.
func (s *Schedule) shown(p int32, early, late []cpm.Time) cpm.Time {
	if s.third && s.l.Flags[p]&layout.Tardy != 0 {
		return late[p]
	}
	return early[p]
}

// free is the free float of p.
func (s *Schedule) free(p int32) int32 {
	l := s.l
	o := &s.net.Options
	if l.Flags[p]&layout.Special != 0 {
		a := &s.net.Activities[l.Act[p]]
		if a.ActualFinish != workcal.None || o.Rules == cpm.P6 && a.As(cpm.MustFinish) {
			return 0
		}
	}
	least := int64(math.MaxInt64)
	arcs := l.G.Out.Of(p)
	for i := range arcs {
		r := &arcs[i]
		if r.ID < 0 || l.Flags[r.Far]&layout.Special != 0 && s.loose(p, r) {
			continue
		}
		least = min(least, s.gap(p, r))
	}
	if least == math.MaxInt64 {
		if o.Rules == cpm.P6 {
			cal := s.book.Calendars[l.Cal[p]]
			return narrow(cal.Pos(s.end) - cal.Pos(s.ef[p]))
		}
		return max(0, s.total(p))
	}
	if o.Rules == cpm.MSP {
		least = max(0, least)
	}
	return narrow(least)
}

func narrow(w int64) int32 { return int32(min(max(w, math.MinInt32), math.MaxInt32)) }

// total is the total float of p.
func (s *Schedule) total(p int32) int32 {
	o := &s.net.Options
	cal := s.book.Calendars[s.l.Cal[p]]
	atFinish := cal.Pos(s.lf[p]) - cal.Pos(s.ef[p])
	begun := false
	if s.l.Flags[p]&layout.Special != 0 {
		a := &s.net.Activities[s.l.Act[p]]
		if a.ActualFinish != workcal.None || o.Rules == cpm.MSP && a.As(cpm.ALAP) {
			return 0
		}
		begun = a.ActualStart != workcal.None
	}
	if o.Float == cpm.FinishFloat || begun && o.Rules == cpm.MSP {
		return narrow(atFinish)
	}
	atStart := cal.Pos(s.ls[p]) - cal.Pos(s.es[p])
	if o.Float == cpm.StartFloat {
		return narrow(atStart)
	}
	return narrow(min(atStart, atFinish))
}

// Dates are what is computed for an activity.
type Dates struct {
	EarlyStart, EarlyFinish cpm.Time
	LateStart, LateFinish   cpm.Time
	Start, Finish           cpm.Time // as planned or as it was
	TotalFloat, FreeFloat   int32
	Critical                bool
	Scheduled               bool // it took part
}

// Interfering is the float that is shared with successors.
func (d *Dates) Interfering() int32 { return d.TotalFloat - d.FreeFloat }

// Dates tells what was computed for activity i.
func (s *Schedule) Dates(i int) Dates {
	s.Settle()
	p := s.l.At[i]
	if p < 0 {
		return s.spanning(i)
	}
	d := s.bare(p)
	d.FreeFloat, d.TotalFloat = s.free(p), s.total(p)
	if s.net.Activities[i].ActualFinish == workcal.None {
		d.Critical = s.critical(p, &d)
	}
	return d
}

// bare are the dates of a node without what is measured between them.
func (s *Schedule) bare(p int32) Dates {
	d := Dates{EarlyStart: s.es[p], EarlyFinish: s.ef[p], LateStart: s.ls[p], LateFinish: s.lf[p], Scheduled: true}
	a := &s.net.Activities[s.l.Act[p]]
	d.Start, d.Finish = s.planned(p, a, &d)
	if a.ActualStart != workcal.None && s.net.Options.Rules == cpm.MSP {
		d.LateStart = a.ActualStart
	}
	return d
}

// planned is when the activity of a node is done, or was.
func (s *Schedule) planned(p int32, a *cpm.Activity, d *Dates) (start, finish cpm.Time) {
	o := &s.net.Options
	start, finish = d.EarlyStart, d.EarlyFinish
	if o.Rules == cpm.MSP && (a.As(cpm.ALAP) || o.FromEnd && s.l.Flags[p]&layout.Special == 0) {
		start, finish = d.LateStart, d.LateFinish
	}
	if a.ActualStart != workcal.None {
		start = a.ActualStart
	}
	if a.ActualFinish != workcal.None {
		finish = a.ActualFinish
	}
	return start, finish
}

// Planned is when activity i is done, or was, as a bar shows it. It needs no
// late dates and is known at once after an edit; false if it takes no part.
func (s *Schedule) Planned(i int) (start, finish cpm.Time, ok bool) {
	var d Dates
	if p := s.l.At[i]; p >= 0 {
		if s.net.Options.FromEnd || s.l.Flags[p]&layout.Tardy != 0 {
			s.Settle()
		}
		d = s.bare(p)
	} else {
		d = s.spanning(i)
	}
	return d.Start, d.Finish, d.Scheduled
}

func (s *Schedule) critical(p int32, d *Dates) bool {
	o := &s.net.Options
	if o.OpenEnds && len(s.l.G.Out.Of(p)) == 0 {
		return true
	}
	if o.Longest {
		return s.longest()[p]
	}
	return d.TotalFloat <= o.Critical && !s.net.Activities[s.l.Act[p]].Unsure
}

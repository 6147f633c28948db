package solve

import (
	"math"

	"plumbline/internal/cpm"
	"plumbline/internal/workcal"
)

// gap is by how much p may finish (or, as the relation goes, start) later
// before r moves its successor: in P6 in p's working time, in MS Project in the
// successor's.
func (s *Schedule) gap(p int32, r *rel) int64 {
	var from, to cpm.Time
	if r.link == cpm.FS || r.link == cpm.FF {
		from = s.shown(p, s.ef, s.lf)
	} else {
		from = s.shown(p, s.es, s.ls)
	}
	if r.link == cpm.FS || r.link == cpm.SS {
		to = s.shown(r.far, s.es, s.ls)
	} else {
		to = s.shown(r.far, s.ef, s.lf)
	}
	if r.lag != 0 {
		to = s.cals[r.cal].Add(to, -int64(r.lag))
	}
	at := p
	if s.net.Options.Rules == cpm.MSP && s.l.flags[r.far]&hub == 0 {
		at = r.far
	}
	cal := s.cals[s.l.cal[at]]
	return cal.Pos(to) - cal.Pos(from)
}

// shown is the early date of p, or the late one of a task that is to be late.
func (s *Schedule) shown(p int32, early, late []cpm.Time) cpm.Time {
	if s.third && s.l.flags[p]&special != 0 && s.net.Activities[s.l.act[p]].As(cpm.ALAP) {
		return late[p]
	}
	return early[p]
}

// free is the free float of p.
func (s *Schedule) free(p int32) int32 {
	l := &s.l
	o := &s.net.Options
	if l.flags[p]&special != 0 {
		a := &s.net.Activities[l.act[p]]
		if a.ActualFinish != workcal.None || o.Rules == cpm.P6 && a.As(cpm.MustFinish) {
			return 0
		}
	}
	least := int64(math.MaxInt64)
	for i := l.next[p]; i < l.next[p+1]; i++ {
		r := &l.succ[i]
		if r.id < 0 || l.flags[r.far]&special != 0 && s.loose(p, r) {
			continue
		}
		least = min(least, s.gap(p, r))
	}
	if least == math.MaxInt64 {
		if o.Rules == cpm.P6 {
			cal := s.cals[l.cal[p]]
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
	cal := s.cals[s.l.cal[p]]
	atFinish := cal.Pos(s.lf[p]) - cal.Pos(s.ef[p])
	begun := false
	if s.l.flags[p]&special != 0 {
		a := &s.net.Activities[s.l.act[p]]
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
	p := s.l.at[i]
	if p < 0 {
		return s.spanning(i)
	}
	a := &s.net.Activities[i]
	o := &s.net.Options
	d := Dates{EarlyStart: s.es[p], EarlyFinish: s.ef[p], LateStart: s.ls[p], LateFinish: s.lf[p], FreeFloat: s.ff[p], TotalFloat: s.total(p), Scheduled: true}
	d.Start, d.Finish = d.EarlyStart, d.EarlyFinish
	if o.Rules == cpm.MSP && (a.As(cpm.ALAP) || o.FromEnd && s.l.flags[p]&special == 0) {
		d.Start, d.Finish = d.LateStart, d.LateFinish
	}
	if a.ActualStart != workcal.None {
		d.Start = a.ActualStart
		if o.Rules == cpm.MSP {
			d.LateStart = a.ActualStart
		}
	}
	if a.ActualFinish != workcal.None {
		d.Finish = a.ActualFinish
	} else {
		d.Critical = s.critical(p, &d)
	}
	return d
}

func (s *Schedule) critical(p int32, d *Dates) bool {
	o := &s.net.Options
	if o.OpenEnds && s.l.next[p] == s.l.next[p+1] {
		return true
	}
	if o.Longest {
		return s.longest()[p]
	}
	return d.TotalFloat <= o.Critical && !s.net.Activities[s.l.act[p]].Unsure
}

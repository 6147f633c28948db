package solve

import (
	"plumbline/internal/cpm"
	"plumbline/internal/workcal"
)

// spanning tells the dates of what takes no part itself: summaries and bands,
// which span what lies below them, and levels of effort.
func (s *Schedule) spanning(i int) Dates {
	if s.spans == nil {
		s.span()
	}
	d, ok := s.spans[i]
	if !ok {
		return Dates{EarlyStart: workcal.None, EarlyFinish: workcal.None, LateStart: workcal.None, LateFinish: workcal.None, Start: workcal.None, Finish: workcal.None}
	}
	return d
}

// span computes levels of effort first, then rolls all up.
func (s *Schedule) span() {
	n := s.net
	s.spans = map[int]Dates{}
	bound := map[int][]int{}
	for k := range n.Relations {
		for _, i := range []int{n.Relations[k].From, n.Relations[k].To} {
			if n.Activities[i].Kind == cpm.Effort && !n.Activities[i].Inactive {
				bound[i] = append(bound[i], k)
			}
		}
	}
	for i := range n.Activities {
		if n.Activities[i].Kind == cpm.Effort && !n.Activities[i].Inactive {
			s.spans[i] = s.effort(i, bound[i])
		}
	}
	roll, done, begun := map[int]*Dates{}, map[int]bool{}, map[int]bool{}
	for i := range n.Activities {
		a := &n.Activities[i]
		if a.Kind == cpm.Summary || a.Kind == cpm.Band || a.Inactive {
			continue
		}
		d := s.spans[i]
		if p := s.l.at[i]; p >= 0 {
			d = s.Dates(i)
		}
		if !d.Scheduled {
			continue
		}
		if a.Manual && n.Options.Rules == cpm.MSP {
			d.LateStart, d.LateFinish = min(d.LateStart, d.EarlyStart), max(d.LateFinish, d.EarlyFinish)
		}
		for up, depth := a.Parent, 0; up >= 0 && depth < 1000; up, depth = n.Activities[up].Parent, depth+1 {
			r := roll[up]
			if r == nil {
				c := d
				roll[up], done[up], begun[up] = &c, a.ActualFinish != workcal.None, a.ActualStart != workcal.None
				continue
			}
			r.EarlyStart, r.EarlyFinish = min(r.EarlyStart, d.EarlyStart), max(r.EarlyFinish, d.EarlyFinish)
			r.LateStart, r.LateFinish = min(r.LateStart, d.LateStart), max(r.LateFinish, d.LateFinish)
			r.Start, r.Finish = min(r.Start, d.Start), max(r.Finish, d.Finish)
			done[up] = done[up] && a.ActualFinish != workcal.None
			begun[up] = begun[up] || a.ActualStart != workcal.None
		}
	}
	for i := range n.Activities {
		a := &n.Activities[i]
		at := i
		if a.Kind == cpm.Band {
			at = a.Parent
		} else if a.Kind != cpm.Summary {
			continue
		}
		if d := roll[at]; d != nil {
			s.measure(i, d, begun[at], done[at])
			s.spans[i] = *d
		}
	}
	if n.Options.Rules == cpm.MSP {
		s.freeSummaries()
	}
}

// measure gives a span its floats: from its own dates, in its own calendar.
func (s *Schedule) measure(i int, d *Dates, begun, done bool) {
	cal := s.cals[s.net.Activities[i].Calendar]
	o := &s.net.Options
	atStart, atFinish := cal.Between(d.EarlyStart, d.LateStart), cal.Between(d.EarlyFinish, d.LateFinish)
	switch {
	case done:
		d.TotalFloat = 0
	case o.Float == cpm.StartFloat:
		d.TotalFloat = narrow(atStart)
	case o.Float == cpm.FinishFloat || begun && o.Rules == cpm.MSP:
		d.TotalFloat = narrow(atFinish)
	default:
		d.TotalFloat = narrow(min(atStart, atFinish))
	}
	d.FreeFloat, d.Critical = max(0, d.TotalFloat), !done && d.TotalFloat <= o.Critical
}

// freeSummaries measures the free float of summaries that have successors.
func (s *Schedule) freeSummaries() {
	n := s.net
	seen := map[int]bool{}
	for k := range n.Relations {
		r := &n.Relations[k]
		d, ok := s.spans[r.From]
		if !ok || n.Activities[r.From].Kind != cpm.Summary || n.Activities[r.To].Inactive {
			continue
		}
		to := s.Dates(r.To)
		from, until := d.EarlyFinish, to.EarlyStart
		if r.Link == cpm.SS || r.Link == cpm.SF {
			from = d.EarlyStart
		}
		if r.Link == cpm.FF || r.Link == cpm.SF {
			until = to.EarlyFinish
		}
		lag, at := s.lag(r)
		gap := max(0, narrow(s.cals[n.Activities[r.To].Calendar].Between(from, s.cals[at].Add(until, -int64(lag)))))
		if !seen[r.From] || gap < d.FreeFloat {
			d.FreeFloat = gap
		}
		seen[r.From] = true
		s.spans[r.From] = d
	}
}

// effort is a level of effort: from the first thing that starts it to the last
// that ends it.
func (s *Schedule) effort(i int, relations []int) Dates {
	n := s.net
	a := &n.Activities[i]
	d := Dates{EarlyStart: workcal.Never, EarlyFinish: workcal.None, LateStart: workcal.Never, LateFinish: workcal.None, Scheduled: true}
	start := func(early, late cpm.Time) {
		d.EarlyStart, d.LateStart = min(d.EarlyStart, early), min(d.LateStart, late)
	}
	finish := func(early, late cpm.Time) {
		d.EarlyFinish, d.LateFinish = max(d.EarlyFinish, early), max(d.LateFinish, late)
	}
	for _, k := range relations {
		r := &n.Relations[k]
		switch {
		case r.To == i && s.l.at[r.From] >= 0:
			p := s.l.at[r.From]
			switch r.Link {
			case cpm.SS:
				start(s.es[p], s.ls[p])
			case cpm.FS:
				start(s.ef[p], s.lf[p])
			case cpm.FF:
				finish(s.ef[p], s.lf[p])
			case cpm.SF:
				finish(s.es[p], s.ls[p])
			}
		case r.From == i && s.l.at[r.To] >= 0:
			p := s.l.at[r.To]
			switch r.Link {
			case cpm.FS:
				finish(s.es[p], s.ls[p])
			case cpm.FF:
				finish(s.ef[p], s.lf[p])
			case cpm.SS:
				start(s.es[p], s.ls[p])
			case cpm.SF:
				start(s.ef[p], s.lf[p])
			}
		}
	}
	cal := s.cals[a.Calendar]
	if d.EarlyStart == workcal.Never && d.EarlyFinish == workcal.None {
		d.EarlyStart, d.LateStart = s.from, s.from
	}
	if d.EarlyStart == workcal.Never {
		d.EarlyStart, d.LateStart = cal.Sub(d.EarlyFinish, int64(a.Remaining)), cal.Sub(d.LateFinish, int64(a.Remaining))
	}
	if d.EarlyFinish == workcal.None {
		d.EarlyFinish, d.LateFinish = cal.Add(d.EarlyStart, int64(a.Remaining)), cal.Add(d.LateStart, int64(a.Remaining))
	}
	d.EarlyStart = cal.NextStart(d.EarlyStart)
	d.EarlyFinish, d.LateFinish = max(d.EarlyStart, cal.LastFinish(d.EarlyFinish)), max(d.LateStart, cal.LastFinish(d.LateFinish))
	d.Start, d.Finish = d.EarlyStart, d.EarlyFinish
	if a.ActualStart != workcal.None {
		d.Start = a.ActualStart
	}
	if a.ActualFinish != workcal.None {
		d.Finish = a.ActualFinish
	}
	d.TotalFloat = narrow(cal.Between(d.EarlyFinish, d.LateFinish))
	d.Critical = a.ActualFinish == workcal.None && d.TotalFloat <= n.Options.Critical && !n.Options.Longest
	return d
}

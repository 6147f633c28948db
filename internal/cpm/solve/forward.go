package solve

import (
	"plumbline/internal/cpm"
	"plumbline/internal/cpm/layout"
	"plumbline/internal/cpm/topo"
	"plumbline/internal/workcal"
)

// bounds are the times before which the relations let p neither start nor
// finish; None where they do not say.
func (s *Schedule) bounds(p int32) (start, finish cpm.Time) {
	start, finish = workcal.None, workcal.None
	l := s.l
	arcs := l.G.In.Of(p)
	for i := range arcs {
		r := &arcs[i]
		var t cpm.Time
		if l.Flags[r.Far]&layout.Special != 0 {
			var binds bool
			if t, binds = s.bindingSpecial(p, r); !binds {
				continue
			}
		} else {
			if cpm.Link(r.Kind) == cpm.FS || cpm.Link(r.Kind) == cpm.FF {
				t = s.ef[r.Far]
			} else {
				t = s.es[r.Far]
			}
			if r.Lag > 0 {
				_, t = s.book.Calendars[r.Cal].Ahead(t, r.Lag)
			} else if r.Lag < 0 {
				t = s.book.Calendars[r.Cal].Add(t, int64(r.Lag))
			}
		}
		if cpm.Link(r.Kind) == cpm.FS || cpm.Link(r.Kind) == cpm.SS {
			start = max(start, t)
		} else {
			finish = max(finish, t)
		}
	}
	return start, finish
}

// bindingSpecial is what a relation demands whose predecessor has begun, or
// stands late.
func (s *Schedule) bindingSpecial(p int32, r *topo.Arc) (t cpm.Time, binds bool) {
	l := s.l
	a := &s.net.Activities[l.Act[r.Far]]
	start, finish := s.es[r.Far], s.ef[r.Far]
	lag := int64(r.Lag)
	cal := s.book.Calendars[r.Cal]
	switch {
	case s.net.Options.Rules == cpm.MSP:
		if s.third && l.Flags[r.Far]&layout.Tardy != 0 && l.Flags[p]&layout.Tardy == 0 {
			start, finish = s.ls[r.Far], s.lf[r.Far]
		}
	case a.ActualFinish != workcal.None:
		if s.net.Options.Progress == cpm.ActualDates || lag > 0 {
			start, finish = max(a.ActualStart, workcal.First), a.ActualFinish
		}
		lag = max(lag, 0)
	case a.ActualStart != workcal.None && (cpm.Link(r.Kind) == cpm.SS || cpm.Link(r.Kind) == cpm.SF):
		// Of the lag after a start, what work has been done since is over.
		lag = max(0, lag-int64(a.Duration-a.Remaining))
	}
	if cpm.Link(r.Kind) == cpm.FS || cpm.Link(r.Kind) == cpm.FF {
		t = finish
	} else {
		t = start
	}
	if lag != 0 {
		t = cal.Add(t, lag)
	}
	return t, true
}

// early computes the early dates of p from those of its predecessors.
func (s *Schedule) early(p int32) (es, ef cpm.Time) {
	l := s.l
	if l.Flags[p]&layout.Hub != 0 {
		return s.earlyHub(p)
	}
	start, finish := s.bounds(p)
	if l.Flags[p]&layout.Special != 0 {
		return s.book.Early(&s.net.Activities[l.Act[p]], start, finish)
	}
	cal, dur := s.book.Calendars[l.Cal[p]], l.Dur[p]
	start = max(start, s.book.From)
	if finish != workcal.None {
		start = max(start, cal.Sub(finish, int64(dur)))
	}
	if dur == 0 {
		es = cal.NextStart(start)
		return es, es
	}
	return cal.Ahead(start, dur)
}

// earlyHub joins the leaves of a summary: its finish is their last, its start
// their first.
func (s *Schedule) earlyHub(p int32) (es, ef cpm.Time) {
	l := s.l
	arcs := l.G.In.Of(p)
	if len(arcs) == 0 {
		return s.book.From, s.book.From
	}
	if l.Flags[p]&layout.HubMin == 0 {
		t, f := s.bounds(p)
		t = max(t, f)
		return t, t
	}
	t := workcal.Never
	for i := range arcs {
		t = min(t, s.es[arcs[i].Far])
	}
	return t, t
}

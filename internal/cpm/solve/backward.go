package solve

import (
	"plumbline/internal/cpm"
	"plumbline/internal/cpm/layout"
	"plumbline/internal/cpm/topo"
	"plumbline/internal/workcal"
)

// late computes the late dates of p from those of its successors. The late
// start is that of the work that is left.
func (s *Schedule) late(p int32) (ls, lf cpm.Time) {
	l := s.l
	start, finish := workcal.Never, s.until
	arcs := l.G.Out.Of(p)
	for i := range arcs {
		r := &arcs[i]
		var t cpm.Time
		if cpm.Link(r.Kind) == cpm.FS || cpm.Link(r.Kind) == cpm.SS {
			t = s.ls[r.Far]
		} else {
			t = s.lf[r.Far]
		}
		if l.Flags[r.Far]&(layout.Special|layout.Hub) != 0 && s.loose(p, r) {
			continue
		}
		if r.Lag != 0 { // the last time from which the lag ends at t
			t, _ = s.book.Calendars[r.Cal].Back(t, r.Lag)
		}
		if cpm.Link(r.Kind) == cpm.FS || cpm.Link(r.Kind) == cpm.FF {
			finish = min(finish, t)
		} else {
			start = min(start, t)
		}
	}
	if l.Flags[p]&(layout.Special|layout.Hub) != 0 {
		if l.Flags[p]&layout.Hub != 0 {
			t := min(start, finish)
			return t, t
		}
		return s.book.Late(&s.net.Activities[l.Act[p]], start, finish)
	}
	cal, dur := s.book.Calendars[l.Cal[p]], l.Dur[p]
	if start != workcal.Never {
		finish = min(finish, cal.Add(start, int64(dur)))
	}
	if dur == 0 {
		lf = cal.LastFinish(finish)
		return lf, lf
	}
	return cal.Back(finish, dur)
}

// loose reports that a successor does not hold its predecessor.
func (s *Schedule) loose(p int32, r *topo.Arc) bool {
	l := s.l
	if l.Flags[r.Far]&layout.Hub != 0 {
		// The start of a summary holds only the leaf that begins it.
		return l.Flags[r.Far]&layout.HubMin != 0 && s.es[p] > s.es[r.Far]
	}
	a := &s.net.Activities[l.Act[r.Far]]
	return s.net.Options.Rules == cpm.MSP && a.ActualFinish != workcal.None
}

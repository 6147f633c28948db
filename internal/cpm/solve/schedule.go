package solve

import (
	"plumbline/internal/cpm"
	"plumbline/internal/workcal"
)

// Schedule is a network with its dates.
type Schedule struct {
	net            *cpm.Network
	l              layout
	cals           []*workcal.Calendar // the network's, and the one without rest
	es, ef, ls, lf []cpm.Time
	ff             []int32  // free float
	from           cpm.Time // nothing left to do begins before
	until          cpm.Time // what nothing follows must end by
	end            cpm.Time // the last early finish
	third          bool     // MS Project: what waits for a late task sees it late
	spans          map[int]Dates
	long           []bool // on the longest path
}

// Solve computes the network. It keeps it, and edits go through Update.
func Solve(n *cpm.Network) (*Schedule, error) {
	s := &Schedule{net: n, cals: append(append([]*workcal.Calendar{}, n.Calendars...), nonstop)}
	if err := s.lay(); err != nil {
		return nil, err
	}
	count := len(s.l.act)
	s.es, s.ef, s.ls, s.lf = make([]cpm.Time, count), make([]cpm.Time, count), make([]cpm.Time, count), make([]cpm.Time, count)
	s.ff = make([]int32, count)
	if err := s.Recompute(); err != nil {
		return nil, err
	}
	return s, nil
}

// Recompute makes all passes over the network as it is laid out.
func (s *Schedule) Recompute() error {
	o := &s.net.Options
	s.third = false
	s.from = s.floor()
	if o.FromEnd {
		s.backFromEnd()
	}
	if err := s.forward(); err != nil {
		return err
	}
	s.setEnd()
	s.backward()
	if s.anyLate() {
		if o.Rules == cpm.MSP {
			s.third = true
			if err := s.forward(); err != nil {
				return err
			}
		} else {
			s.delayP6()
		}
	}
	for p := range s.ff {
		s.ff[p] = s.free(int32(p))
	}
	s.spans, s.long = nil, nil
	return nil
}

func (s *Schedule) forward() error {
	for p := range s.es {
		es, ef := s.early(int32(p))
		s.es[p], s.ef[p] = es, ef
		if !es.In() || !ef.In() {
			return s.outOfRange(int32(p))
		}
	}
	return nil
}

func (s *Schedule) outOfRange(p int32) error { return &cpm.RangeError{Activity: int(s.l.act[p])} }

func (s *Schedule) backward() {
	for p := len(s.ls) - 1; p >= 0; p-- {
		s.ls[p], s.lf[p] = s.late(int32(p))
	}
}

// setEnd finds the project's finish, and by when its open ends must be done.
func (s *Schedule) setEnd() {
	o := &s.net.Options
	s.end = o.Start
	if len(s.ef) > 0 {
		s.end = workcal.None
	}
	for p, t := range s.ef {
		if s.l.flags[p]&hub == 0 {
			s.end = max(s.end, t)
		}
	}
	s.until = s.end
	switch {
	case o.FromEnd && o.Finish != workcal.None:
		s.until = max(o.Finish, s.end)
	case o.Rules == cpm.P6 && o.MustEnd != workcal.None:
		s.until = o.MustEnd
	}
}

// backFromEnd computes backwards from the project's finish, and lets the
// project start where the first task then must.
func (s *Schedule) backFromEnd() {
	o := &s.net.Options
	if o.Finish == workcal.None {
		return
	}
	s.until = o.Finish
	for p := range s.es {
		s.es[p], s.ef[p] = o.Finish, o.Finish
	}
	s.backward()
	first := o.Finish
	for p, t := range s.ls {
		if s.l.flags[p]&hub == 0 && t > workcal.First {
			first = min(first, t)
		}
	}
	s.from = first
}

// anyLate reports whether a task is to be as late as possible.
func (s *Schedule) anyLate() bool {
	for p, f := range s.l.flags {
		if f&special != 0 && s.net.Activities[s.l.act[p]].As(cpm.ALAP) {
			return true
		}
	}
	return false
}

// delayP6 moves activities that are to be as late as possible to where they
// still delay no successor: zero free float.
func (s *Schedule) delayP6() {
	for p := int32(len(s.es)) - 1; p >= 0; p-- {
		if s.l.flags[p]&special == 0 {
			continue
		}
		a := &s.net.Activities[s.l.act[p]]
		if !a.As(cpm.ALAP) || a.ActualStart != workcal.None || a.ActualFinish != workcal.None {
			continue
		}
		gap := s.free(p)
		if gap <= 0 {
			continue
		}
		ef := s.cals[a.Calendar].Add(s.ef[p], int64(gap))
		s.es[p], s.ef[p] = s.origin(a, ef, true), ef
	}
}

// End is the finish of the project: the last early finish.
func (s *Schedule) End() cpm.Time { return s.end }

// Begin is the first early start.
func (s *Schedule) Begin() cpm.Time {
	t := workcal.Never
	for p, x := range s.es {
		if s.l.flags[p]&hub == 0 {
			t = min(t, x)
		}
	}
	if t == workcal.Never {
		t = s.net.Options.Start
	}
	return t
}

// Order lists the scheduled activities, predecessors first.
func (s *Schedule) Order() []int {
	out := make([]int, 0, len(s.l.act))
	for p, a := range s.l.act {
		if s.l.flags[p]&hub == 0 {
			out = append(out, int(a))
		}
	}
	return out
}

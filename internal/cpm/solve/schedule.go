package solve

import (
	"slices"
	"sync"

	"plumbline/internal/cpm"
	"plumbline/internal/cpm/layout"
	"plumbline/internal/cpm/rule"
	"plumbline/internal/cpm/topo"
	"plumbline/internal/workcal"
)

// Schedule is a network with its dates. Many may ask it at once; an edit, and what
// is asked after it before Settle, are for one alone.
type Schedule struct {
	net            *cpm.Network
	l              *layout.Layout
	book           rule.Book
	es, ef, ls, lf []cpm.Time
	until          cpm.Time // what nothing follows must end by
	end            cpm.Time // the last early finish
	third          bool     // MS Project: what waits for a late task sees it late
	wait           wait
	mu             *sync.Mutex // of spans and long, which are made when they are asked for
	spans          *spans
	asked          bool   // somebody asks for what is rolled up
	long           []bool // on the longest path
	tried          *trial
	spare          spare
	queue, back    *topo.Queue
}

// wait is what of the late dates is not computed yet.
type wait struct {
	all   bool
	nodes []int32 // else these, and what they reach
}

// Solve computes the network. It keeps it, and edits go through Apply and Try.
func Solve(n *cpm.Network) (*Schedule, error) {
	s := &Schedule{net: n, mu: &sync.Mutex{}, queue: topo.NewQueue(0, false), back: topo.NewQueue(0, true), book: rule.Book{Options: &n.Options, Calendars: append(append([]*workcal.Calendar{}, n.Calendars...), nonstop)}}
	var err error
	if s.l, err = layout.Lay(n); err != nil {
		return nil, err
	}
	count := len(s.l.Act)
	s.es, s.ef, s.ls, s.lf = make([]cpm.Time, count), make([]cpm.Time, count), make([]cpm.Time, count), make([]cpm.Time, count)
	if err := s.Recompute(); err != nil {
		return nil, err
	}
	return s, nil
}

// Recompute makes all passes over the network as it is laid out.
func (s *Schedule) Recompute() error {
	o := &s.net.Options
	s.third, s.wait, s.long = false, wait{}, nil
	s.forget(false)
	s.book.From = rule.Floor(o)
	if o.FromEnd {
		s.backFromEnd()
	}
	if err := s.forward(); err != nil {
		return err
	}
	s.setEnd()
	s.backward()
	switch {
	case !s.anyLate():
	case o.Rules == cpm.P6:
		s.delayP6()
	default:
		s.third = true
		return s.forward()
	}
	return nil
}

func (s *Schedule) forward() error {
	for _, p := range s.l.G.Order {
		es, ef := s.early(p)
		s.es[p], s.ef[p] = es, ef
		if !es.In() || !ef.In() {
			return s.outOfRange(p)
		}
	}
	return nil
}

func (s *Schedule) outOfRange(p int32) error { return &cpm.RangeError{Activity: int(s.l.Act[p])} }

func (s *Schedule) backward() {
	for _, p := range slices.Backward(s.l.G.Order) {
		s.ls[p], s.lf[p] = s.late(p)
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
		if s.l.Flags[p]&layout.Hub == 0 {
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
		if s.l.Flags[p]&layout.Hub == 0 && t > workcal.First {
			first = min(first, t)
		}
	}
	s.book.From = first
}

// anyLate reports whether a task is to be as late as possible.
func (s *Schedule) anyLate() bool {
	for _, f := range s.l.Flags {
		if f&layout.Tardy != 0 {
			return true
		}
	}
	return false
}

// delayP6 moves activities that are to be as late as possible to where they
// still delay no successor: zero free float.
func (s *Schedule) delayP6() {
	for _, p := range slices.Backward(s.l.G.Order) {
		if s.l.Flags[p]&layout.Tardy == 0 {
			continue
		}
		a := &s.net.Activities[s.l.Act[p]]
		if a.ActualStart != workcal.None || a.ActualFinish != workcal.None {
			continue
		}
		gap := s.free(p)
		if gap <= 0 {
			continue
		}
		ef := s.book.Calendars[a.Calendar].Add(s.ef[p], int64(gap))
		s.es[p], s.ef[p] = s.book.Origin(a, ef, true), ef
	}
}

// End is the finish of the project: the last early finish.
func (s *Schedule) End() cpm.Time { return s.end }

// Begin is the first early start.
func (s *Schedule) Begin() cpm.Time {
	t := workcal.Never
	for p, x := range s.es {
		if s.l.Flags[p]&layout.Hub == 0 {
			t = min(t, x)
		}
	}
	if t == workcal.Never {
		t = s.net.Options.Start
	}
	return t
}

var nonstop = workcal.Nonstop()

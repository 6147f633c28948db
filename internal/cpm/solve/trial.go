package solve

import (
	"slices"

	"plumbline/internal/cpm"
	"plumbline/internal/cpm/layout"
)

// trial is what an edit has changed, so that it can be taken back.
type trial struct {
	whole                *Schedule // all of it, where it was laid out anew
	acts                 []Change  // as they were
	plans                map[int]plan
	countActs, countRels int
	loosed               []int
	nodes                []node
	countNodes           int
	early                []dates
	es, ef, ls, lf       []cpm.Time // as they were, where all may have changed
	end, until, from     cpm.Time
	third                bool
	wait                 wait
	spans                *spans
	long                 []bool
}

type node struct {
	p        int32
	flags    uint8
	dur, cal int32
}

type dates struct {
	p      int32
	es, ef cpm.Time
}

func (s *Schedule) begin() *trial {
	if s.asked {
		s.span() // once, for all trials from here
	}
	s.tried = &trial{
		plans: map[int]plan{}, early: s.spare.early, countActs: len(s.net.Activities), countRels: len(s.net.Relations), countNodes: len(s.l.Act),
		end: s.end, until: s.until, from: s.book.From, third: s.third, wait: s.wait, spans: s.spans, long: s.long,
	}
	s.spare.early = nil
	s.l.G.Begin()
	return s.tried
}

// Keep lets the edit stay that was tried last.
func (s *Schedule) Keep() {
	t := s.tried
	if t == nil {
		return
	}
	s.tried, s.spare = nil, spare{t.ls, t.lf, t.early[:0]}
	s.l.G.Keep()
	s.l.G.Tidy()
}

// Undo takes back the edit that was tried last, if it was not kept.
func (s *Schedule) Undo() {
	t := s.tried
	if t == nil {
		return
	}
	if t.whole != nil {
		*s = *t.whole
	}
	s.tried = nil
	n := s.net
	n.Activities, n.Relations = n.Activities[:t.countActs], n.Relations[:t.countRels]
	for _, c := range slices.Backward(t.acts) {
		n.Activities[c.Index] = c.Activity
	}
	for _, k := range t.loosed {
		n.Relations[k].Off = false
	}
	l := s.l
	l.G.Undo()
	for _, x := range slices.Backward(t.nodes) {
		l.Flags[x.p], l.Dur[x.p], l.Cal[x.p] = x.flags, x.dur, x.cal
		l.At[l.Act[x.p]] = x.p
	}
	l.At = l.At[:t.countActs]
	l.Act, l.Flags, l.Dur, l.Cal = l.Act[:t.countNodes], l.Flags[:t.countNodes], l.Dur[:t.countNodes], l.Cal[:t.countNodes]
	if t.es != nil {
		s.es, s.ef = t.es, t.ef
	}
	if t.ls != nil {
		s.spare.ls, s.spare.lf = s.ls, s.lf
		s.ls, s.lf = t.ls, t.lf
	}
	s.spare.early = t.early[:0]
	for _, d := range slices.Backward(t.early) {
		s.es[d.p], s.ef[d.p] = d.es, d.ef
	}
	s.es, s.ef, s.ls, s.lf = s.es[:t.countNodes], s.ef[:t.countNodes], s.ls[:t.countNodes], s.lf[:t.countNodes]
	s.end, s.until, s.book.From, s.third, s.wait, s.spans, s.long = t.end, t.until, t.from, t.third, t.wait, t.spans, t.long
}

// saveNode keeps a node as it is.
func (s *Schedule) saveNode(p int32) {
	s.tried.nodes = append(s.tried.nodes, node{p, s.l.Flags[p], s.l.Dur[p], s.l.Cal[p]})
}

// shelve keeps the late dates of before a trial.
func (s *Schedule) shelve() {
	if t := s.tried; t != nil && t.ls == nil && t.whole == nil {
		t.ls, t.lf = s.ls, s.lf
		s.ls, s.lf = slices.Grow(s.spare.ls[:0], len(t.ls))[:len(t.ls)], slices.Grow(s.spare.lf[:0], len(t.lf))[:len(t.lf)]
		copy(s.ls, t.ls)
		copy(s.lf, t.lf)
		s.spare.ls, s.spare.lf = nil, nil
	}
}

// wholly keeps all dates, before all are computed.
func (s *Schedule) wholly(t *trial) {
	s.shelve()
	t.es, t.ef = s.es, s.ef
	s.es, s.ef = slices.Clone(s.es), slices.Clone(s.ef)
}

// anew lays the network out and computes it.
func (s *Schedule) anew(t *trial) error {
	fresh, err := Solve(s.net)
	if err != nil {
		return err
	}
	was := *s
	was.tried = nil
	t.whole = &was
	*s = *fresh
	s.tried, s.asked = t, was.asked
	s.l.G.Begin()
	return nil
}

// spare is memory of trials that were taken back, for the next.
type spare struct {
	ls, lf []cpm.Time
	early  []dates
}

// plan is when an activity was to be done.
type plan struct {
	start, finish cpm.Time
	is            bool
}

func (s *Schedule) plan(i int) plan {
	start, finish, is := s.Planned(i)
	return plan{start, finish, is}
}

// moved lists the activities that are planned otherwise than before the trial.
func (s *Schedule) moved(t *trial) []int {
	var out []int
	differs := func(i int, was plan) {
		if s.l.At[i] >= 0 != was.is || was.is && s.plan(i) != was {
			out = append(out, i)
		}
	}
	for i, was := range t.plans {
		differs(i, was)
	}
	before := func(on *Schedule, p int32, d *Dates) {
		i := int(on.l.Act[p])
		if _, edited := t.plans[i]; !edited && on.l.Flags[p]&layout.Hub == 0 && i < t.countActs {
			start, finish := on.planned(p, &s.net.Activities[i], d)
			differs(i, plan{start, finish, true})
		}
	}
	switch {
	case t.whole != nil:
		w := t.whole
		for p := range w.es {
			before(w, int32(p), &Dates{EarlyStart: w.es[p], EarlyFinish: w.ef[p], LateStart: w.ls[p], LateFinish: w.lf[p]})
		}
	case t.es != nil:
		for p := range t.es {
			before(s, int32(p), &Dates{EarlyStart: t.es[p], EarlyFinish: t.ef[p], LateStart: t.ls[p], LateFinish: t.lf[p]})
		}
	default:
		for _, d := range t.early {
			before(s, d.p, &Dates{EarlyStart: d.es, EarlyFinish: d.ef})
		}
	}
	for i := t.countActs; i < len(s.net.Activities); i++ {
		if s.l.At[i] >= 0 {
			out = append(out, i)
		}
	}
	slices.Sort(out)
	return out
}

package solve

import (
	"slices"

	"plumbline/internal/cpm"
	"plumbline/internal/cpm/layout"
	"plumbline/internal/workcal"
)

// spans are the dates of what takes no part itself: summaries and bands, which
// span what lies below them, and levels of effort.
type spans struct {
	*layout.Tree
	sums    []sum
	efforts map[int]Dates
	stale   []bool // slots below which something has changed since
	waits   bool   // one is
}

// sum is what lies below an activity.
type sum struct {
	Dates
	done, begun bool
}

func (t *sum) add(d *Dates, done, begun bool) {
	if !t.Scheduled {
		t.Dates, t.done, t.begun = *d, done, begun
		return
	}
	t.EarlyStart, t.EarlyFinish = min(t.EarlyStart, d.EarlyStart), max(t.EarlyFinish, d.EarlyFinish)
	t.LateStart, t.LateFinish = min(t.LateStart, d.LateStart), max(t.LateFinish, d.LateFinish)
	t.Start, t.Finish = min(t.Start, d.Start), max(t.Finish, d.Finish)
	t.done, t.begun = t.done && done, t.begun || begun
}

// spanning tells the dates of an activity that is not a node.
func (s *Schedule) spanning(i int) Dates {
	x, a, at := s.span(), &s.net.Activities[i], i
	switch a.Kind {
	case cpm.Effort:
		if d, ok := x.efforts[i]; ok {
			return d
		}
	case cpm.Band:
		at = a.Parent
		fallthrough
	case cpm.Summary:
		if at < 0 || x.Slot[at] < 0 || !x.sums[x.Slot[at]].Scheduled {
			break
		}
		t := x.sums[x.Slot[at]]
		s.measure(i, &t.Dates, t.begun, t.done)
		if a.Kind == cpm.Summary && s.net.Options.Rules == cpm.MSP {
			s.freeSummary(i, &t.Dates)
		}
		return t.Dates
	}
	n := workcal.None
	return Dates{EarlyStart: n, EarlyFinish: n, LateStart: n, LateFinish: n, Start: n, Finish: n}
}

// span rolls up what is not: all of it, levels of effort first, or that below
// which something has changed.
func (s *Schedule) span() *spans {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.asked = true; s.spans == nil {
		s.spans = &spans{Tree: s.l.Tree()}
	}
	n, x := s.net, s.spans
	if x.sums != nil {
		if x.waits {
			for _, k := range x.Order {
				if x.stale[k] {
					s.roll(x, k)
				}
			}
			clear(x.stale)
			x.waits = false
		}
		return x
	}
	x.efforts, x.sums, x.stale = map[int]Dates{}, make([]sum, len(x.Up)), make([]bool, len(x.Up))
	for i := range n.Activities {
		if a := &n.Activities[i]; a.Kind == cpm.Effort && !a.Inactive {
			x.efforts[i] = s.effort(i, x.Bound[i])
		}
	}
	for _, k := range x.Order {
		s.roll(x, k)
	}
	return x
}

// roll sums up what stands right below a slot, whose own sums are there.
func (s *Schedule) roll(x *spans, slot int32) {
	var t sum
	for _, i := range x.Kids(slot) {
		a := &s.net.Activities[i]
		if a.Kind != cpm.Summary && a.Kind != cpm.Band && !a.Inactive {
			d, ok := x.efforts[int(i)]
			if p := s.l.At[i]; p >= 0 {
				d, ok = s.bare(p), true
			}
			if a.Manual && s.net.Options.Rules == cpm.MSP {
				d.LateStart, d.LateFinish = min(d.LateStart, d.EarlyStart), max(d.LateFinish, d.EarlyFinish)
			}
			if ok {
				t.add(&d, a.ActualFinish != workcal.None, a.ActualStart != workcal.None)
			}
		}
		if k := x.Slot[i]; k >= 0 && x.sums[k].Scheduled {
			t.add(&x.sums[k].Dates, x.sums[k].done, x.sums[k].begun)
		}
	}
	x.sums[slot] = t
}

// forget drops all that was rolled up; with the tree if that is another.
func (s *Schedule) forget(tree bool) {
	if x := s.spans; x != nil && !tree {
		s.spans = &spans{Tree: x.Tree}
		return
	}
	s.spans = nil
}

// stir notes that the dates of these nodes are others, so that what stands above
// them is rolled up again. What was rolled up before stays as it is for Undo.
func (s *Schedule) stir(nodes []int32) {
	x := s.spans
	switch {
	case x == nil || x.sums == nil || len(nodes) == 0:
		return
	case len(x.efforts) > 0 || len(nodes) > len(s.l.Act)/4:
		s.forget(false)
		return
	}
	y := *x
	y.sums, y.stale, y.waits = slices.Clone(x.sums), slices.Clone(x.stale), true
	for _, p := range nodes {
		if s.l.Flags[p]&layout.Hub != 0 {
			continue
		}
		for up := s.net.Activities[s.l.Act[p]].Parent; up >= 0 && !y.stale[y.Slot[up]]; up = s.net.Activities[up].Parent {
			y.stale[y.Slot[up]] = true
		}
	}
	s.spans = &y
}

// measure gives a span its floats: from its own dates, in its own calendar.
func (s *Schedule) measure(i int, d *Dates, begun, done bool) {
	cal := s.book.Calendars[s.net.Activities[i].Calendar]
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

// freeSummary measures the free float of a summary that has successors.
func (s *Schedule) freeSummary(i int, d *Dates) {
	n := s.net
	var gaps []int32
	for _, k := range s.spans.Next[i] {
		r := &n.Relations[k]
		from, until := d.EarlyFinish, s.earliest(r.To, false)
		if r.Link == cpm.SS || r.Link == cpm.SF {
			from = d.EarlyStart
		}
		if r.Link == cpm.FF || r.Link == cpm.SF {
			until = s.earliest(r.To, true)
		}
		lag, at := s.l.Lag(r)
		gaps = append(gaps, max(0, narrow(s.book.Calendars[n.Activities[r.To].Calendar].Between(from, s.book.Calendars[at].Add(until, -int64(lag))))))
	}
	if len(gaps) > 0 {
		d.FreeFloat = slices.Min(gaps)
	}
}

// earliest is the early start or finish of any activity.
func (s *Schedule) earliest(i int, finish bool) cpm.Time {
	start, end := workcal.None, workcal.None
	if p := s.l.At[i]; p >= 0 {
		start, end = s.es[p], s.ef[p]
	} else if k := s.spans.Slot[i]; s.net.Activities[i].Kind == cpm.Summary && k >= 0 && s.spans.sums[k].Scheduled {
		start, end = s.spans.sums[k].EarlyStart, s.spans.sums[k].EarlyFinish
	} else if d, ok := s.spans.efforts[i]; ok {
		start, end = d.EarlyStart, d.EarlyFinish
	}
	if finish {
		return end
	}
	return start
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
		case r.To == i && s.l.At[r.From] >= 0:
			p := s.l.At[r.From]
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
		case r.From == i && s.l.At[r.To] >= 0:
			p := s.l.At[r.To]
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
	cal := s.book.Calendars[a.Calendar]
	if d.EarlyStart == workcal.Never && d.EarlyFinish == workcal.None {
		d.EarlyStart, d.LateStart = s.book.From, s.book.From
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

package solve

import (
	"plumbline/internal/cpm"
	"plumbline/internal/workcal"
)

// floor is the time before which nothing that is still to do can begin.
func (s *Schedule) floor() cpm.Time {
	o := &s.net.Options
	if o.Rules == cpm.P6 && o.DataDate != workcal.None {
		return max(o.Start, o.DataDate)
	}
	return o.Start
}

// bounds are the times before which the relations let p neither start nor
// finish; None where they do not say.
func (s *Schedule) bounds(p int32) (start, finish cpm.Time) {
	start, finish = workcal.None, workcal.None
	l := &s.l
	for i := l.first[p]; i < l.first[p+1]; i++ {
		r := &l.rels[i]
		var t cpm.Time
		if l.flags[r.far]&special != 0 {
			var binds bool
			if t, binds = s.bindingSpecial(p, r); !binds {
				continue
			}
		} else {
			if r.link == cpm.FS || r.link == cpm.FF {
				t = s.ef[r.far]
			} else {
				t = s.es[r.far]
			}
			if r.lag != 0 {
				t = s.cals[r.cal].Add(t, int64(r.lag))
			}
		}
		if r.link == cpm.FS || r.link == cpm.SS {
			start = max(start, t)
		} else {
			finish = max(finish, t)
		}
	}
	return start, finish
}

// bindingSpecial is what a relation demands whose predecessor has begun, or
// stands late.
func (s *Schedule) bindingSpecial(p int32, r *rel) (t cpm.Time, binds bool) {
	l := &s.l
	a := &s.net.Activities[l.act[r.far]]
	start, finish := s.es[r.far], s.ef[r.far]
	lag := int64(r.lag)
	cal := s.cals[r.cal]
	switch {
	case s.net.Options.Rules == cpm.MSP:
		if s.third && a.As(cpm.ALAP) && !(l.flags[p]&special != 0 && s.net.Activities[l.act[p]].As(cpm.ALAP)) {
			start, finish = s.ls[r.far], s.lf[r.far]
		}
	case a.ActualFinish != workcal.None:
		if s.net.Options.Progress == cpm.ActualDates || lag > 0 {
			start, finish = max(a.ActualStart, workcal.First), a.ActualFinish
		}
		lag = max(lag, 0)
	case a.ActualStart != workcal.None && (r.link == cpm.SS || r.link == cpm.SF):
		// Of the lag after a start, what work has been done since is over.
		lag = max(0, lag-int64(a.Duration-a.Remaining))
	}
	if r.link == cpm.FS || r.link == cpm.FF {
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
	l := &s.l
	if l.flags[p]&hub != 0 {
		return s.earlyHub(p)
	}
	start, finish := s.bounds(p)
	if l.flags[p]&special != 0 {
		a := &s.net.Activities[l.act[p]]
		if s.net.Options.Rules == cpm.P6 {
			return s.earlyP6(a, start, finish)
		}
		return s.earlyMSP(a, start, finish)
	}
	cal, dur := s.cals[l.cal[p]], int64(l.dur[p])
	start = max(start, s.from)
	if finish != workcal.None {
		start = max(start, cal.Sub(finish, dur))
	}
	if dur == 0 {
		es = cal.NextStart(start)
		return es, es
	}
	pos := cal.Pos(start)
	return cal.StartAt(pos), cal.FinishAt(pos + dur)
}

// earlyHub joins the leaves of a summary: its finish is their last, its start
// their first.
func (s *Schedule) earlyHub(p int32) (es, ef cpm.Time) {
	l := &s.l
	if l.flags[p]&hubMin == 0 {
		_, f := s.bounds(p)
		t, _ := s.bounds(p)
		t = max(t, f)
		return t, t
	}
	t := workcal.Never
	for i := l.first[p]; i < l.first[p+1]; i++ {
		t = min(t, s.es[l.rels[i].far])
	}
	return t, t
}

// begin is where a, free from start on, can begin to work.
func (s *Schedule) begin(a *cpm.Activity, start cpm.Time) cpm.Time {
	if len(a.Parts) == 0 {
		cal := s.cals[a.Calendar]
		pos := cal.Pos(start)
		if a.IsMilestone() && cal.FinishAt(pos) == start {
			return start // the end of a shift will do
		}
		return cal.StartAt(pos)
	}
	t := workcal.Never
	for i := range a.Parts {
		t = min(t, s.cals[a.Parts[i].Calendar].NextStart(start))
	}
	return t
}

// last is where a ends that begins at start, with all its work or the rest.
func (s *Schedule) last(a *cpm.Activity, start cpm.Time, rest bool) cpm.Time {
	if len(a.Parts) == 0 {
		return s.cals[a.Calendar].Add(start, int64(a.Span(rest)))
	}
	t := workcal.None
	for i := range a.Parts {
		part := &a.Parts[i]
		t = max(t, s.cals[part.Calendar].Add(start, int64(part.Delay)+int64(part.Span(rest))))
	}
	return t
}

// origin is where a must begin to end at finish.
func (s *Schedule) origin(a *cpm.Activity, finish cpm.Time, rest bool) cpm.Time {
	if finish == workcal.None {
		return finish
	}
	if len(a.Parts) == 0 {
		return s.cals[a.Calendar].Sub(finish, int64(a.Span(rest)))
	}
	t := workcal.Never
	for i := range a.Parts {
		part := &a.Parts[i]
		t = min(t, s.cals[part.Calendar].Sub(finish, int64(part.Delay)+int64(part.Span(rest))))
	}
	return t
}

// earlyMSP is MS Project's forward pass of one task.
func (s *Schedule) earlyMSP(a *cpm.Activity, start, finish cpm.Time) (es, ef cpm.Time) {
	switch {
	case a.Manual && a.Start != workcal.None:
		if ef = a.Finish; ef == workcal.None {
			ef = s.last(a, a.Start, false)
		}
		return a.Start, ef
	case a.ActualFinish != workcal.None:
		es = a.ActualStart
		if es == workcal.None {
			es = s.origin(a, a.ActualFinish, false)
		}
		return es, a.ActualFinish
	case a.ActualStart != workcal.None:
		es = a.ActualStart
		ef = s.last(a, es, false)
		if a.Resume != workcal.None && a.Remaining > 0 {
			ef = max(ef, s.last(a, a.Resume, true))
		}
		for _, c := range a.Constraints {
			if c.Rule == cpm.FinishNoEarlier {
				ef = max(ef, c.Date)
			}
		}
		return es, ef
	}
	honour := !s.net.Options.LogicWins
	start = max(start, s.from)
	if a.ExternalStart != workcal.None {
		start = max(start, a.ExternalStart)
	}
	if a.Delay > 0 && finish == workcal.None {
		start = s.begin(a, start) + cpm.Time(a.Delay)
	}
	start = max(start, s.origin(a, finish, false))
	start = s.begin(a, start)
	for _, c := range a.Constraints {
		switch c.Rule {
		case cpm.StartNoEarlier, cpm.StartOn:
			start = max(start, c.Date)
		case cpm.FinishNoEarlier, cpm.FinishOn:
			start = max(start, s.origin(a, c.Date, false))
		case cpm.StartNoLater:
			if honour {
				start = min(start, c.Date)
			}
		case cpm.FinishNoLater:
			if honour {
				start = min(start, s.origin(a, c.Date, false))
			}
		case cpm.MustStart:
			if start = max(start, c.Date); honour {
				start = c.Date
			}
		case cpm.MustFinish:
			o := s.origin(a, c.Date, false)
			if start = max(start, o); honour {
				start = o
			}
		}
	}
	es = s.begin(a, start)
	return es, s.last(a, es, false)
}

// earlyP6 is Primavera's forward pass of one activity. What is done has no work
// left, and what is begun has the rest: both follow the data date and, unless
// progress overrides it, the logic.
func (s *Schedule) earlyP6(a *cpm.Activity, start, finish cpm.Time) (es, ef cpm.Time) {
	begun, done := a.ActualStart != workcal.None, a.ActualFinish != workcal.None
	if (begun || done) && s.net.Options.Progress == cpm.Override {
		start, finish = workcal.None, workcal.None
	}
	start = max(start, s.from)
	if a.ExternalStart != workcal.None {
		start = max(start, a.ExternalStart)
	}
	if done {
		return start, start
	}
	if a.Resume != workcal.None {
		start = max(start, a.Resume)
	}
	start = max(start, s.origin(a, finish, true))
	for _, c := range a.Constraints {
		switch c.Rule {
		case cpm.StartNoEarlier, cpm.StartOn:
			if !begun {
				start = max(start, c.Date)
			}
		case cpm.MustStart:
			if !begun {
				start = c.Date
			}
		case cpm.FinishNoEarlier, cpm.FinishOn:
			start = max(start, s.origin(a, c.Date, true))
		case cpm.MustFinish:
			start = s.origin(a, c.Date, true)
		}
	}
	if es = start; a.Kind != cpm.FinishMilestone {
		es = s.begin(a, start)
	}
	if a.Expected != workcal.None && a.Expected > es {
		return es, s.cals[a.Calendar].LastFinish(a.Expected)
	}
	return es, s.last(a, es, true)
}

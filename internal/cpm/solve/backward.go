package solve

import (
	"plumbline/internal/cpm"
	"plumbline/internal/workcal"
)

// late computes the late dates of p from those of its successors. The late
// start is that of the work that is left.
func (s *Schedule) late(p int32) (ls, lf cpm.Time) {
	l := &s.l
	start, finish := workcal.Never, s.until
	for i := l.next[p]; i < l.next[p+1]; i++ {
		r := &l.succ[i]
		var t cpm.Time
		if r.link == cpm.FS || r.link == cpm.SS {
			t = s.ls[r.far]
		} else {
			t = s.lf[r.far]
		}
		if l.flags[r.far]&(special|hub) != 0 && s.loose(p, r) {
			continue
		}
		if r.lag != 0 {
			cal := s.cals[r.cal]
			t = cal.StartAt(cal.Pos(t) - int64(r.lag)) // the last time from which the lag ends at t
		}
		if r.link == cpm.FS || r.link == cpm.FF {
			finish = min(finish, t)
		} else {
			start = min(start, t)
		}
	}
	if l.flags[p]&(special|hub) != 0 {
		if l.flags[p]&hub != 0 {
			t := min(start, finish)
			return t, t
		}
		return s.lateSpecial(p, start, finish)
	}
	cal, dur := s.cals[l.cal[p]], int64(l.dur[p])
	if start != workcal.Never {
		finish = min(finish, cal.Add(start, dur))
	}
	pos := cal.Pos(finish)
	lf = cal.FinishAt(pos)
	if dur == 0 {
		return lf, lf
	}
	return cal.StartAt(pos - dur), lf
}

// loose reports that a successor does not hold its predecessor.
func (s *Schedule) loose(p int32, r *rel) bool {
	l := &s.l
	if l.flags[r.far]&hub != 0 {
		// The start of a summary holds only the leaf that begins it.
		return l.flags[r.far]&hubMin != 0 && s.es[p] > s.es[r.far]
	}
	a := &s.net.Activities[l.act[r.far]]
	return s.net.Options.Rules == cpm.MSP && a.ActualFinish != workcal.None
}

// lateSpecial is late for an activity that has more to it than a duration.
func (s *Schedule) lateSpecial(p int32, start, finish cpm.Time) (ls, lf cpm.Time) {
	a := &s.net.Activities[s.l.act[p]]
	o := &s.net.Options
	begun, done := a.ActualStart != workcal.None, a.ActualFinish != workcal.None
	if o.Rules == cpm.MSP && done {
		return a.ActualFinish, a.ActualFinish
	}
	if start != workcal.Never && !begun {
		finish = min(finish, s.last(a, start, o.Rules == cpm.P6))
	}
	if a.ExternalFinish != workcal.None {
		finish = min(finish, a.ExternalFinish)
	}
	if !done {
		for _, c := range a.Constraints {
			switch c.Rule {
			case cpm.StartNoLater, cpm.StartOn:
				if !begun || o.Rules == cpm.MSP {
					finish = min(finish, s.last(a, c.Date, false))
				}
			case cpm.MustStart:
				if !begun {
					finish = s.hold(finish, s.last(a, c.Date, false))
				}
			case cpm.FinishNoLater, cpm.FinishOn:
				finish = min(finish, c.Date)
			case cpm.MustFinish:
				finish = s.hold(finish, c.Date)
			}
		}
		if a.Deadline != workcal.None {
			finish = min(finish, a.Deadline)
		}
	}
	lf = s.lastFinish(a, finish)
	ls = s.origin(a, lf, true)
	if o.Rules == cpm.MSP && begun && a.Duration > 0 {
		// Where the rest of it goes on is where what comes before must end.
		if at := s.goesOn(a); at != workcal.None {
			ls = min(ls, at)
		}
		return ls, lf
	}
	if a.Remaining > 0 && len(a.Parts) == 0 {
		ls = s.cals[a.Calendar].NextStart(ls)
	}
	return ls, lf
}

// goesOn is where the rest of a task that has begun is done: where it resumes,
// or after what has been done of it.
func (s *Schedule) goesOn(a *cpm.Activity) cpm.Time {
	if a.Resume != workcal.None {
		return a.Resume
	}
	if len(a.Parts) == 0 {
		return s.cals[a.Calendar].Add(a.ActualStart, int64(max(0, a.Duration-a.Remaining)))
	}
	t := workcal.Never
	for i := range a.Parts {
		p := &a.Parts[i]
		t = min(t, s.cals[p.Calendar].Add(a.ActualStart, int64(max(0, p.Work-p.Remaining))))
	}
	return t
}

// hold is the late finish under a constraint that overrides logic, or where
// MS Project lets logic win, one that only bounds.
func (s *Schedule) hold(finish, by cpm.Time) cpm.Time {
	if s.net.Options.Rules == cpm.MSP && s.net.Options.LogicWins {
		return min(finish, by)
	}
	return by
}

// lastFinish moves a finish in free time back to the end of the last work.
func (s *Schedule) lastFinish(a *cpm.Activity, finish cpm.Time) cpm.Time {
	if len(a.Parts) == 0 {
		return s.cals[a.Calendar].LastFinish(finish)
	}
	t := workcal.None
	for i := range a.Parts {
		t = max(t, s.cals[a.Parts[i].Calendar].LastFinish(finish))
	}
	return t
}

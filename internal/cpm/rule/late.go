package rule

import (
	"plumbline/internal/cpm"
	"plumbline/internal/workcal"
)

// Late are the late dates of an activity of which successors ask that it start
// and finish by these times. The late start is that of the work that is left.
func (b *Book) Late(a *cpm.Activity, start, finish cpm.Time) (ls, lf cpm.Time) {
	o := b.Options
	begun, done := a.ActualStart != workcal.None, a.ActualFinish != workcal.None
	if o.Rules == cpm.MSP && done {
		return a.ActualFinish, a.ActualFinish
	}
	if start != workcal.Never && !begun {
		finish = min(finish, b.Last(a, start, o.Rules == cpm.P6))
	}
	if a.ExternalFinish != workcal.None {
		finish = min(finish, a.ExternalFinish)
	}
	if !done {
		for _, c := range a.Constraints {
			switch c.Rule {
			case cpm.StartNoLater, cpm.StartOn:
				if !begun || o.Rules == cpm.MSP {
					finish = min(finish, b.Last(a, c.Date, false))
				}
			case cpm.MustStart:
				if !begun {
					finish = b.hold(finish, b.Last(a, c.Date, false))
				}
			case cpm.FinishNoLater, cpm.FinishOn:
				finish = min(finish, c.Date)
			case cpm.MustFinish:
				finish = b.hold(finish, c.Date)
			}
		}
		if a.Deadline != workcal.None {
			finish = min(finish, a.Deadline)
		}
	}
	lf = b.lastFinish(a, finish)
	ls = b.Origin(a, lf, true)
	if o.Rules == cpm.MSP && begun && a.Duration > 0 {
		// Where the rest of it goes on is where what comes before must end.
		if at := b.goesOn(a); at != workcal.None {
			ls = min(ls, at)
		}
		return ls, lf
	}
	if a.Remaining > 0 && len(a.Parts) == 0 {
		ls = b.Calendars[a.Calendar].NextStart(ls)
	}
	return ls, lf
}

// goesOn is where the rest of a task that has begun is done: where it resumes,
// or after what has been done of it.
func (b *Book) goesOn(a *cpm.Activity) cpm.Time {
	if a.Resume != workcal.None {
		return a.Resume
	}
	if len(a.Parts) == 0 {
		return b.Calendars[a.Calendar].Add(a.ActualStart, int64(max(0, a.Duration-a.Remaining)))
	}
	t := workcal.Never
	for i := range a.Parts {
		p := &a.Parts[i]
		t = min(t, b.Calendars[p.Calendar].Add(a.ActualStart, int64(max(0, p.Work-p.Remaining))))
	}
	return t
}

// hold is the late finish under a constraint that overrides logic, or where
// MS Project lets logic win, one that only bounds.
func (b *Book) hold(finish, by cpm.Time) cpm.Time {
	if b.Options.Rules == cpm.MSP && b.Options.LogicWins {
		return min(finish, by)
	}
	return by
}

// lastFinish moves a finish in free time back to the end of the last work.
func (b *Book) lastFinish(a *cpm.Activity, finish cpm.Time) cpm.Time {
	if len(a.Parts) == 0 {
		return b.Calendars[a.Calendar].LastFinish(finish)
	}
	t := workcal.None
	for i := range a.Parts {
		t = max(t, b.Calendars[a.Parts[i].Calendar].LastFinish(finish))
	}
	return t
}

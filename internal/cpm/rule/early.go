package rule

import (
	"plumbline/internal/cpm"
	"plumbline/internal/workcal"
)

// Early are the early dates of an activity that relations let neither start nor
// finish before these times.
func (b *Book) Early(a *cpm.Activity, start, finish cpm.Time) (es, ef cpm.Time) {
	if b.Options.Rules == cpm.P6 {
		return b.earlyP6(a, start, finish)
	}
	return b.earlyMSP(a, start, finish)
}

// Begin is where a, free from start on, can begin to work.
func (b *Book) Begin(a *cpm.Activity, start cpm.Time) cpm.Time {
	if len(a.Parts) == 0 {
		cal := b.Calendars[a.Calendar]
		pos := cal.Pos(start)
		if a.IsMilestone() && cal.FinishAt(pos) == start {
			return start // the end of a shift will do
		}
		return cal.StartAt(pos)
	}
	t := workcal.Never
	for i := range a.Parts {
		t = min(t, b.Calendars[a.Parts[i].Calendar].NextStart(start))
	}
	return t
}

// Last is where a ends that begins at start, with all its work or the rest.
func (b *Book) Last(a *cpm.Activity, start cpm.Time, rest bool) cpm.Time {
	if len(a.Parts) == 0 {
		return b.Calendars[a.Calendar].Add(start, int64(a.Span(rest)))
	}
	t := workcal.None
	for i := range a.Parts {
		part := &a.Parts[i]
		t = max(t, b.Calendars[part.Calendar].Add(start, int64(part.Delay)+int64(part.Span(rest))))
	}
	return t
}

// Origin is where a must begin to end at finish.
func (b *Book) Origin(a *cpm.Activity, finish cpm.Time, rest bool) cpm.Time {
	if finish == workcal.None {
		return finish
	}
	if len(a.Parts) == 0 {
		return b.Calendars[a.Calendar].Sub(finish, int64(a.Span(rest)))
	}
	t := workcal.Never
	for i := range a.Parts {
		part := &a.Parts[i]
		t = min(t, b.Calendars[part.Calendar].Sub(finish, int64(part.Delay)+int64(part.Span(rest))))
	}
	return t
}

// earlyMSP is MS Project's forward pass of one task.
func (b *Book) earlyMSP(a *cpm.Activity, start, finish cpm.Time) (es, ef cpm.Time) {
	switch {
	case a.Manual && a.Start != workcal.None:
		if ef = a.Finish; ef == workcal.None {
			ef = b.Last(a, a.Start, false)
		}
		return a.Start, ef
	case a.ActualFinish != workcal.None:
		es = a.ActualStart
		if es == workcal.None {
			es = b.Origin(a, a.ActualFinish, false)
		}
		return es, a.ActualFinish
	case a.ActualStart != workcal.None:
		es = a.ActualStart
		ef = b.Last(a, es, false)
		if a.Resume != workcal.None && a.Remaining > 0 {
			ef = max(ef, b.Last(a, a.Resume, true))
		}
		for _, c := range a.Constraints {
			if c.Rule == cpm.FinishNoEarlier {
				ef = max(ef, c.Date)
			}
		}
		return es, ef
	}
	honour := !b.Options.LogicWins
	start = max(start, b.From)
	if a.ExternalStart != workcal.None {
		start = max(start, a.ExternalStart)
	}
	if a.Delay > 0 && finish == workcal.None {
		start = b.Begin(a, start) + cpm.Time(a.Delay)
	}
	start = max(start, b.Origin(a, finish, false))
	start = b.Begin(a, start)
	for _, c := range a.Constraints {
		switch c.Rule {
		case cpm.StartNoEarlier, cpm.StartOn:
			start = max(start, c.Date)
		case cpm.FinishNoEarlier, cpm.FinishOn:
			start = max(start, b.Origin(a, c.Date, false))
		case cpm.StartNoLater:
			if honour {
				start = min(start, c.Date)
			}
		case cpm.FinishNoLater:
			if honour {
				start = min(start, b.Origin(a, c.Date, false))
			}
		case cpm.MustStart:
			if start = max(start, c.Date); honour {
				start = c.Date
			}
		case cpm.MustFinish:
			o := b.Origin(a, c.Date, false)
			if start = max(start, o); honour {
				start = o
			}
		}
	}
	es = b.Begin(a, start)
	return es, b.Last(a, es, false)
}

// earlyP6 is Primavera's forward pass of one activity. What is done has no work
// left, and what is begun has the rest: both follow the data date and, unless
// progress overrides it, the logic.
func (b *Book) earlyP6(a *cpm.Activity, start, finish cpm.Time) (es, ef cpm.Time) {
	begun, done := a.ActualStart != workcal.None, a.ActualFinish != workcal.None
	if (begun || done) && b.Options.Progress == cpm.Override {
		start, finish = workcal.None, workcal.None
	}
	start = max(start, b.From)
	if a.ExternalStart != workcal.None {
		start = max(start, a.ExternalStart)
	}
	if done {
		return start, start
	}
	if a.Resume != workcal.None {
		start = max(start, a.Resume)
	}
	start = max(start, b.Origin(a, finish, true))
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
			start = max(start, b.Origin(a, c.Date, true))
		case cpm.MustFinish:
			start = b.Origin(a, c.Date, true)
		}
	}
	if es = start; a.Kind != cpm.FinishMilestone {
		es = b.Begin(a, start)
	}
	if a.Expected != workcal.None && a.Expected > es {
		return es, b.Calendars[a.Calendar].LastFinish(a.Expected)
	}
	return es, b.Last(a, es, true)
}

package retention

import (
	"slices"
	"time"

	"plumbline/internal/fault"
)

// Request is the clock of one request of a person (GDPR article 12(3)): one
// month from its receipt, three in all where it is extended.
type Request struct {
	Received Date // the day the request came
	Country  Country
	Extended Date // the day the person was told of the extension; zero for none
	Pauses   []Pause
}

// Pause is a time in which the clock stands, because the person was asked who
// they are on reasonable doubt: from the day of the question to the day of the
// answer, which counts again. A zero Until is still open.
type Pause struct{ From, Until Date }

const (
	firstMonths = 1
	allMonths   = 3
	aimDays     = 28
)

// Due is the last day for the answer, as it stands on today: a pause that is
// still open has lasted until then.
func (r Request) Due(today Date) Date {
	if r.Extended.IsZero() {
		return r.due(firstMonths, today)
	}
	return r.due(allMonths, today)
}

// Aim is the day by which we want to have answered: 28 days, or the last day
// where that is earlier.
func (r Request) Aim(today Date) Date {
	aim := r.Received.AddDays(aimDays + r.paused(r.Received.AddDays(aimDays), today))
	if due := r.Due(today); due.Before(aim) {
		return due
	}
	return aim
}

// DueAt is the instant at which the last hour of the last day is over.
func (r Request) DueAt(today Date, zone *time.Location) time.Time { return r.Due(today).End(zone) }

func (r Request) due(months int, today Date) Date {
	last := r.Received.Months(months)
	return NextWorkingDay(r.Country, last.AddDays(r.paused(last, today)))
}

// paused counts the days the clock stood before a last day, which each pause
// moves. A pause that begins after the last day moves nothing: it is over.
func (r Request) paused(last, today Date) int {
	pauses := slices.Clone(r.Pauses)
	slices.SortFunc(pauses, func(a, b Pause) int { return a.From.Compare(b.From) })
	days, counted := 0, r.Received
	for _, p := range pauses {
		until := p.Until
		if until.IsZero() {
			until = today
		}
		from := p.From
		if from.Before(counted) {
			from = counted
		}
		if from.After(NextWorkingDay(r.Country, last.AddDays(days))) || !from.Before(until) {
			continue
		}
		days += from.Until(until)
		counted = until
	}
	return days
}

// Paused reports whether the clock stands on today.
func (r Request) Paused(today Date) bool {
	return slices.ContainsFunc(r.Pauses, func(p Pause) bool {
		return !p.From.After(today) && (p.Until.IsZero() || p.Until.After(today))
	})
}

// Late reports whether the last day is over on today.
func (r Request) Late(today Date) bool { return r.Due(today).Before(today) }

// Extend is the clock with two months more. The person must be told, with the
// reasons, within the first month; it is extended once.
func (r Request) Extend(told Date) (Request, error) {
	switch {
	case !r.Extended.IsZero():
		return r, fault.New(fault.Conflict, "already-extended", "the request is extended already; three months is the most")
	case told.Before(r.Received):
		return r, fault.New(fault.Invalid, "before-receipt", "the extension is dated before the request")
	case told.After(r.due(firstMonths, told)):
		return r, fault.New(fault.Conflict, "first-month-over", "an extension must be told, with its reasons, within the first month")
	}
	r.Extended = told
	return r, nil
}

// Pause is the clock that stands from a day.
func (r Request) Pause(from Date) (Request, error) {
	switch {
	case r.open() >= 0:
		return r, fault.New(fault.Conflict, "already-paused", "the clock stands already")
	case from.Before(r.Received):
		return r, fault.New(fault.Invalid, "before-receipt", "the pause is dated before the request")
	case r.Late(from):
		return r, fault.New(fault.Conflict, "already-late", "the last day is over; a pause cannot bring it back")
	}
	r.Pauses = append(slices.Clone(r.Pauses), Pause{From: from})
	return r, nil
}

// Resume is the clock that runs again from a day.
func (r Request) Resume(on Date) (Request, error) {
	i := r.open()
	if i < 0 {
		return r, fault.New(fault.Conflict, "not-paused", "the clock runs already")
	}
	if on.Before(r.Pauses[i].From) {
		return r, fault.New(fault.Invalid, "before-pause", "the answer is dated before the question")
	}
	r.Pauses = slices.Clone(r.Pauses)
	r.Pauses[i].Until = on
	return r, nil
}

func (r Request) open() int {
	return slices.IndexFunc(r.Pauses, func(p Pause) bool { return p.Until.IsZero() })
}

// Notice is the last day to tell a person that their data came from somebody
// else (article 14(3)(a)), should nothing have been sent to them before.
func Notice(obtained Date, c Country) Date { return NextWorkingDay(c, obtained.Months(firstMonths)) }

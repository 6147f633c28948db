package retention

import (
	"fmt"
	"strings"
	"time"
)

// Span is a length of time by the calendar: years and months are those of the
// calendar, never 365 or 30 days.
type Span struct{ Years, Months, Days, Hours int }

// IsZero reports whether the span is no time at all.
func (s Span) IsZero() bool { return s == Span{} }

// String is the span as ISO 8601 writes it: P1Y6M, P30D, PT72H.
func (s Span) String() string {
	var b strings.Builder
	b.WriteByte('P')
	for _, p := range []struct {
		n    int
		unit byte
	}{{s.Years, 'Y'}, {s.Months, 'M'}, {s.Days, 'D'}} {
		if p.n != 0 {
			fmt.Fprintf(&b, "%d%c", p.n, p.unit)
		}
	}
	if s.Hours != 0 {
		fmt.Fprintf(&b, "T%dH", s.Hours)
	}
	if b.Len() == 1 {
		return "P0D"
	}
	return b.String()
}

// NotBefore is the first day on which what began on start may go: the
// anniversary, or, where there is none, the first of the next month. Hours are
// rounded up to a day.
func (s Span) NotBefore(start Date) Date {
	d := start.Months(12*s.Years + s.Months)
	if d.Day != start.Day {
		d = d.AddDays(1)
	}
	return d.AddDays(s.Days + (s.Hours+23)/24)
}

// After is the instant at which a span that began at start is over, counted in
// UTC. Where the anniversary does not exist it is the end of that month.
func (s Span) After(start time.Time) time.Time {
	start = start.UTC()
	day := DateOf(start, time.UTC)
	d := day.Months(12*s.Years + s.Months)
	end := d.Start(time.UTC).Add(start.Sub(day.Start(time.UTC)))
	if d.Day != day.Day {
		end = d.End(time.UTC)
	}
	return end.AddDate(0, 0, s.Days).Add(time.Duration(s.Hours) * time.Hour)
}

// Over reports whether a span that began at start is over at now.
func (s Span) Over(start, now time.Time) bool { return !s.After(start).After(now) }

// Cutoff is the latest instant, to the microsecond, from which the span is
// over at now: what began then or earlier has fallen due.
func (s Span) Cutoff(now time.Time) time.Time {
	months := 12*s.Years + s.Months
	days := s.Days + s.Hours/24
	low, high := now.AddDate(0, -months, -days-5).UnixMicro(), now.AddDate(0, -months, -days+5).UnixMicro()
	for low < high {
		mid := low + (high-low+1)/2
		if s.Over(time.UnixMicro(mid), now) {
			low = mid
		} else {
			high = mid - 1
		}
	}
	return time.UnixMicro(low).UTC()
}

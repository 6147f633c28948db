package retention

import (
	"cmp"
	"fmt"
	"time"
)

// Date is a civil date: a day as people name it, without a zone.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// MakeDate makes a date; days over the end of the month run into the next.
func MakeDate(year int, month time.Month, day int) Date {
	return DateOf(time.Date(year, month, day, 0, 0, 0, 0, time.UTC), time.UTC)
}

// DateOf is the date that it is at t in zone.
func DateOf(t time.Time, zone *time.Location) Date {
	y, m, d := t.In(zone).Date()
	return Date{y, m, d}
}

// ParseDate reads YYYY-MM-DD.
func ParseDate(s string) (Date, bool) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil || t.Year() < 1 || t.Format(time.DateOnly) != s {
		return Date{}, false
	}
	return DateOf(t, time.UTC), true
}

// String is YYYY-MM-DD; of no date it is empty.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day)
}

// IsZero reports whether it is no date.
func (d Date) IsZero() bool { return d == Date{} }

// Start is the instant at which the date begins in zone.
func (d Date) Start(zone *time.Location) time.Time {
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, zone)
}

// End is the instant at which its last hour is over: the start of the next day.
func (d Date) End(zone *time.Location) time.Time { return d.AddDays(1).Start(zone) }

// AddDays is n days later.
func (d Date) AddDays(n int) Date { return MakeDate(d.Year, d.Month, d.Day+n) }

// Compare is -1, 0 or 1.
func (d Date) Compare(o Date) int {
	return cmp.Or(cmp.Compare(d.Year, o.Year), cmp.Compare(d.Month, o.Month), cmp.Compare(d.Day, o.Day))
}

// Before reports whether d is earlier.
func (d Date) Before(o Date) bool { return d.Compare(o) < 0 }

// After reports whether d is later.
func (d Date) After(o Date) bool { return d.Compare(o) > 0 }

// Until is the number of days from d to o.
func (d Date) Until(o Date) int {
	return int(o.Start(time.UTC).Sub(d.Start(time.UTC)) / (24 * time.Hour))
}

// Weekday is its day of the week.
func (d Date) Weekday() time.Weekday { return d.Start(time.UTC).Weekday() }

// Months is n months later by the rule of deadlines: the day of the same
// number, or the last of a month that has no such day.
func (d Date) Months(n int) Date {
	first := MakeDate(d.Year, d.Month+time.Month(n), 1)
	last := MakeDate(first.Year, first.Month+1, 0)
	return Date{first.Year, first.Month, min(d.Day, last.Day)}
}

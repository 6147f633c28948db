package workcal

import (
	"fmt"
	"math"
	"time"
)

// Time is ticks since the first midnight of 2000.
type Time int32

// The sizes of things, in ticks.
const (
	Minute = 10
	Hour   = 60 * Minute
	Day    = 24 * Hour
)

// The limits: what lies beyond is no date of a programme, and arithmetic that
// would pass it stays at Never or Always.
const (
	None  Time = math.MinInt32       // no time is given
	First Time = -100 * 365.25 * Day // about 1900
	Last  Time = 133 * 365.25 * Day  // about 2133
	Never Time = math.MaxInt32       // work that no calendar ever does
)

var epoch = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// FromTime takes the date and time of day, and drops the zone.
func FromTime(t time.Time) (Time, error) {
	y, m, d := t.Date()
	h, mi, s := t.Clock()
	return At(y, int(m), d, h*3600+mi*60+s)
}

// At is the time of a date with seconds into the day.
func At(year, month, day, seconds int) (Time, error) {
	if year < 1900 || year > 2132 {
		return None, fmt.Errorf("the year %d is outside 1900 to 2132", year)
	}
	days := int64(time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC).Sub(epoch) / (24 * time.Hour))
	return Time(days*Day + int64(seconds)/6), nil
}

// Go is the time in UTC, which stands for the project's own zone.
func (t Time) Go() time.Time {
	return time.Unix(epoch.Unix()+6*int64(t), 0).UTC()
}

// String is the time as 2026-01-05T08:00:00, or empty for none.
func (t Time) String() string {
	switch t {
	case None:
		return ""
	case Never:
		return "never"
	}
	return t.Go().Format("2006-01-02T15:04:05")
}

// In reports whether t is a time within the limits.
func (t Time) In() bool { return t >= First && t <= Last }

// DayOf is the day that t falls on, counted from the first of 2000.
func (t Time) DayOf() int32 { return int32(floorDiv(int64(t), Day)) }

// Weekday of a day number: 0 is Sunday.
func Weekday(day int32) int { return int(mod(int64(day)+6, 7)) } // the first of 2000 was a Saturday

func floorDiv(a, b int64) int64 {
	q := a / b
	if a < 0 && q*b != a {
		q--
	}
	return q
}

func mod(a, b int64) int64 { return a - floorDiv(a, b)*b }

// clamp keeps a count of ticks within what Time holds.
func clamp(t int64) Time {
	if t >= math.MaxInt32 {
		return Never
	}
	if t <= math.MinInt32 {
		return math.MinInt32 + 1
	}
	return Time(t)
}

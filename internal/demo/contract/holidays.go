package contract

import (
	"slices"
	"time"

	"plumbline/internal/workcal"
)

// FreeDays are the days on which nobody works on a Belgian site from one year to
// another: the legal holidays, the builders' summer holiday, and the days about
// Christmas.
func FreeDays(from, to int) ([]workcal.Span, error) {
	type days struct{ first, last time.Time }
	var all []days
	for y := from; y <= to; y++ {
		on := func(m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }
		e := easter(y)
		for _, d := range []time.Time{on(1, 1), e.AddDate(0, 0, 1), on(5, 1), e.AddDate(0, 0, 39), e.AddDate(0, 0, 50), on(8, 15), on(11, 1), on(11, 11)} {
			all = append(all, days{d, d})
		}
		summer := on(7, 15)
		for summer.Weekday() != time.Monday {
			summer = summer.AddDate(0, 0, 1)
		}
		all = append(all, days{summer, summer.AddDate(0, 0, 20)}, days{on(12, 24), on(12, 31)})
	}
	slices.SortFunc(all, func(a, b days) int { return a.first.Compare(b.first) })
	out := make([]workcal.Span, len(all))
	for i, d := range all {
		first, err := workcal.FromTime(d.first)
		if err != nil {
			return nil, err
		}
		last, err := workcal.FromTime(d.last)
		if err != nil {
			return nil, err
		}
		out[i] = workcal.Span{First: first.DayOf(), Last: last.DayOf(), Hours: workcal.Free()}
	}
	return out, nil
}

// easter is Easter Sunday of a year, by the anonymous Gregorian rule.
func easter(y int) time.Time {
	a, b, c := y%19, y/100, y%100
	d, e, f := b/4, b%4, (b+8)/25
	g := (b - f + 1) / 3
	h := (19*a + b - d - g + 15) % 30
	i, k := c/4, c%4
	l := (32 + 2*e + 2*i - h - k) % 7
	m := (a + 11*h + 22*l) / 451
	n := h + l - 7*m + 114
	return time.Date(y, time.Month(n/31), n%31+1, 0, 0, 0, 0, time.UTC)
}

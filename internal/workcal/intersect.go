package workcal

// Intersect is the time in which both calendars work.
func Intersect(a, b *Calendar) (*Calendar, error) {
	r := &Rules{}
	day := func(d int64) []Shift {
		return both(a.patterns[a.kind(d)].shifts, b.patterns[b.kind(d)].shifts)
	}
	outside := min(a.lo, b.lo) - 7 // as every week that is like all others
	sunday := outside - int64(Weekday(int32(outside)))
	for wd := range 7 {
		r.Week[wd] = day(sunday + int64(wd))
	}
	for _, c := range []*Calendar{a, b} {
		for i := range c.days {
			d := c.lo + int64(i)
			r.Exceptions = append(r.Exceptions, Span{First: int32(d), Last: int32(d), Hours: day(d)})
		}
	}
	return Compile(r)
}

// both is what two days have in common.
func both(a, b []Shift) []Shift {
	out := Free()
	for _, x := range a {
		for _, y := range b {
			if from, to := max(x.From, y.From), min(x.To, y.To); from < to {
				out = append(out, Shift{from, to})
			}
		}
	}
	return out
}

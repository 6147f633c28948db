package retention_test

import (
	"testing"
	"time"

	"plumbline/internal/retention"
)

// The oracle counts one day at a time on package time's calendar and shares
// nothing with the package.

func walk(start time.Time, months int, keep bool) time.Time {
	want := (int(start.Month()) - 1 + months) % 12
	passed, d := 0, start
	for {
		next := d.Add(24 * time.Hour)
		if next.Month() != d.Month() {
			passed++
		}
		if passed == months && int(next.Month())-1 == want && next.Day() == start.Day() {
			return next
		}
		if passed > months { // d was the last of the month, and lacks the day
			if keep {
				return next
			}
			return d
		}
		d = next
	}
}

// easter by Gauss, as a table of the moon rather than Meeus' fractions.
func easter(y int) time.Time {
	golden := y%19 + 1
	century := y/100 + 1
	solar, lunar := 3*century/4-12, (8*century+5)/25-5
	sunday := 5*y/4 - solar - 10
	epact := ((11*golden+20+lunar-solar)%30 + 30) % 30
	if epact == 25 && golden > 11 || epact == 24 {
		epact++
	}
	n := 44 - epact
	if n < 21 {
		n += 30
	}
	n = n + 7 - (sunday+n)%7
	return time.Date(y, time.March, n, 0, 0, 0, 0, time.UTC)
}

// belgian is whether a day is worked in Belgium, by listing.
func belgian(d time.Time) bool {
	if d.Weekday() == time.Sunday || d.Weekday() == time.Saturday {
		return false
	}
	switch d.Format("01-02") {
	case "01-01", "05-01", "07-21", "08-15", "11-01", "11-11", "12-25":
		return false
	}
	since := int(d.Sub(easter(d.Year())) / (24 * time.Hour))
	return since != 1 && since != 39 && since != 50
}

func naive(received time.Time, months int, pauses [][2]int) time.Time {
	last := walk(received, months, false)
	for _, p := range pauses { // disjoint, in order, all before the end
		for range p[1] {
			last = last.Add(24 * time.Hour)
		}
	}
	for !belgian(last) {
		last = last.Add(24 * time.Hour)
	}
	return last
}

func TestEasterAgainstOracle(t *testing.T) {
	t.Parallel()
	for y := 1583; y <= 4000; y++ {
		if got, want := retention.Easter(y).Start(time.UTC), easter(y); !got.Equal(want) {
			t.Fatalf("%d: %v, want %v", y, got, want)
		}
	}
}

// TestRequestAgainstOracle tries every day of eight years.
func TestRequestAgainstOracle(t *testing.T) {
	t.Parallel()
	start := time.Date(2023, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range 8 * 366 {
		received := start.AddDate(0, 0, i)
		r := retention.Request{Received: retention.DateOf(received, time.UTC), Country: retention.Belgium}
		for _, pause := range [][2]int{{0, 0}, {1, 3}, {5, 20}, {20, 61}} {
			c := r
			if pause[1] > 0 {
				c.Pauses = []retention.Pause{{From: c.Received.AddDays(pause[0]), Until: c.Received.AddDays(pause[0] + pause[1])}}
			}
			today := c.Received.AddDays(120)
			if got, want := c.Due(today).Start(time.UTC), naive(received, 1, [][2]int{pause}); !got.Equal(want) {
				t.Fatalf("received %v, paused %v: due %v, want %v", received, pause, got, want)
			}
			c.Extended = c.Received.AddDays(1)
			if got, want := c.Due(today).Start(time.UTC), naive(received, 3, [][2]int{pause}); !got.Equal(want) {
				t.Fatalf("received %v, paused %v, extended: due %v, want %v", received, pause, got, want)
			}
		}
	}
}

// FuzzRequest holds what is true of every clock.
func FuzzRequest(f *testing.F) {
	f.Add(0, 3, 10, 5, uint8(0))
	f.Add(59, 20, 0, 400, uint8(2))
	f.Fuzz(func(t *testing.T, dayNo, from, length, today int, country uint8) {
		limit := func(n, m int) int { return ((n % m) + m) % m }
		all := append(retention.Countries(), retention.Neutral)
		r := retention.Request{Received: retention.MakeDate(2020, 1, 1).AddDays(limit(dayNo, 20000)), Country: all[int(country)%len(all)]}
		now := r.Received.AddDays(limit(today, 1000))
		plain := r.Due(now)
		if !retention.WorkingDay(r.Country, plain) || plain.Before(r.Received.AddDays(28)) || plain.After(r.Received.AddDays(31+6)) {
			t.Fatalf("%v: due %v", r, plain)
		}
		if aim := r.Aim(now); aim.After(plain) {
			t.Fatalf("aim %v after %v", aim, plain)
		}
		r.Pauses = []retention.Pause{{From: r.Received.AddDays(limit(from, 60)), Until: r.Received.AddDays(limit(from, 60) + limit(length, 500))}}
		paused := r.Due(now)
		if paused.Before(plain) {
			t.Fatalf("a pause brought the end from %v to %v", plain, paused)
		}
		if e, err := r.Extend(r.Received); err != nil || !e.Due(now).After(paused) {
			t.Fatalf("extended: %v %v, not after %v", e.Due(now), err, paused)
		}
		if _, err := r.Extend(paused.AddDays(1)); err == nil {
			t.Fatal("extended after the first month")
		}
	})
}

// FuzzSpan compares terms with the walk, and cutoffs with terms.
func FuzzSpan(f *testing.F) {
	f.Add(int64(1709164800000000), 12, 0, 0) // 2024-02-29
	f.Add(int64(1706659200000001), 1, 3, 5)
	f.Fuzz(func(t *testing.T, micros int64, months, days, hours int) {
		limit := func(n, m int) int { return ((n % m) + m) % m }
		s := retention.Span{Months: limit(months, 200), Days: limit(days, 400), Hours: limit(hours, 100)}
		start := time.UnixMicro(micros % (100 * 365 * 86400 * 1e6)).UTC()
		d := retention.DateOf(start, time.UTC)
		if s.Months > 0 {
			want := walk(d.Start(time.UTC), s.Months, true)
			if got := (retention.Span{Months: s.Months}).NotBefore(d).Start(time.UTC); !got.Equal(want) {
				t.Fatalf("%d months after %v: %v, want %v", s.Months, d, got, want)
			}
		}
		end := s.After(start)
		if s.After(start.Add(time.Microsecond)).Before(end) {
			t.Fatalf("%s: what began later is over sooner", s)
		}
		cut := s.Cutoff(end)
		if cut.Before(start) || !s.Over(cut, end) || s.Over(cut.Add(time.Microsecond), end) {
			t.Fatalf("%s: cutoff of %v is %v, began %v", s, end, cut, start)
		}
	})
}

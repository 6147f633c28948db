package workcal_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"plumbline/internal/workcal"
)

func at(t *testing.T, s string) workcal.Time {
	t.Helper()
	g, err := time.Parse("2006-01-02T15:04", s)
	if err != nil {
		t.Fatal(err)
	}
	x, err := workcal.FromTime(g)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func compile(t *testing.T, r *workcal.Rules) *workcal.Calendar {
	t.Helper()
	c, err := workcal.Compile(r)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestUsualWeek(t *testing.T) {
	t.Parallel()
	c := compile(t, &workcal.Rules{Week: workcal.Usual()})
	for _, x := range []struct {
		name, from string
		work       int64
		want       string
	}{
		{"a morning", "2026-01-05T08:00", 4 * workcal.Hour, "2026-01-05T12:00"},
		{"over noon", "2026-01-05T08:00", 5 * workcal.Hour, "2026-01-05T14:00"},
		{"a day", "2026-01-05T08:00", 8 * workcal.Hour, "2026-01-05T17:00"},
		{"from the night", "2026-01-04T03:00", 8 * workcal.Hour, "2026-01-05T17:00"},
		{"a week", "2026-01-07T08:00", 40 * workcal.Hour, "2026-01-13T17:00"},
		{"back a day", "2026-01-05T17:00", -8 * workcal.Hour, "2026-01-05T08:00"},
		{"back over a weekend", "2026-01-05T08:00", -workcal.Hour, "2026-01-02T16:00"},
		{"nothing moves nothing", "2026-01-04T03:00", 0, "2026-01-04T03:00"},
		{"a hundred years", "2026-01-05T08:00", 8 * workcal.Hour * 26090, "2126-01-04T17:00"},
	} {
		if got, want := c.Add(at(t, x.from), x.work), at(t, x.want); x.name != "a hundred years" && got != want {
			t.Errorf("%s: %v, want %v", x.name, got, want)
		} else if x.name == "a hundred years" && c.Between(at(t, x.from), got) != x.work {
			t.Errorf("%s: %v is %d of work away, not %d", x.name, got, c.Between(at(t, x.from), got), x.work)
		}
	}
}

// slow answers by trying each minute, in calendars of whole minutes.
type slow struct{ r *workcal.Rules }

func (s slow) works(at workcal.Time) bool {
	day := at.DayOf()
	tod := int32(int64(at) - int64(day)*workcal.Day)
	for r := s.r; r != nil; r = r.Base {
		for _, x := range r.Exceptions {
			if day >= x.First && day <= x.Last {
				return within(x.Hours, tod)
			}
		}
	}
	for r := s.r; r != nil; r = r.Base {
		for _, x := range r.Weeks {
			if h := x.Week[workcal.Weekday(day)]; day >= x.First && day <= x.Last && h != nil {
				return within(h, tod)
			}
		}
		if h := r.Week[workcal.Weekday(day)]; h != nil {
			return within(h, tod)
		}
	}
	return false
}

func within(day []workcal.Shift, tod int32) bool {
	for _, s := range day {
		if tod >= s.From && tod < s.To {
			return true
		}
	}
	return false
}

func randomDay(r *rand.Rand) []workcal.Shift {
	day := workcal.Free()
	at := int32(0)
	for range r.IntN(4) {
		from := at + int32(r.IntN(8))*workcal.Hour/2
		to := from + int32(1+r.IntN(10))*workcal.Hour/2
		if to > workcal.Day {
			break
		}
		day = append(day, workcal.Shift{From: from, To: to})
		at = to
	}
	return day
}

func randomRules(r *rand.Rand, base *workcal.Rules) *workcal.Rules {
	x := &workcal.Rules{Base: base}
	for i := range x.Week {
		if base == nil || r.IntN(3) == 0 {
			x.Week[i] = randomDay(r)
		}
	}
	for range r.IntN(5) {
		first := int32(r.IntN(40)) - 5
		x.Exceptions = append(x.Exceptions, workcal.Span{First: first, Last: first + int32(r.IntN(3)), Hours: randomDay(r)})
	}
	if r.IntN(2) == 0 {
		first := int32(r.IntN(30))
		w := &workcal.Week{}
		for i := range w {
			if r.IntN(2) == 0 {
				w[i] = randomDay(r)
			}
		}
		x.Weeks = append(x.Weeks, workcal.Span{First: first, Last: first + 10, Week: w})
	}
	return x
}

// TestAgainstMinutes compares with counting minutes, on calendars with shifts,
// exceptions, other weeks and inheritance, within and outside their exceptions.
func TestAgainstMinutes(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	const from, to = -20 * workcal.Day, 70 * workcal.Day
	for range 60 {
		rules := randomRules(r, nil)
		if r.IntN(2) == 0 {
			rules = randomRules(r, rules)
		}
		c, s := compile(t, rules), slow{rules}
		start := c.Pos(from)
		done := int64(0)
		for at := workcal.Time(from); at < to; at += workcal.Minute {
			if got := c.Pos(at) - start; got != done {
				t.Fatalf("work before %v: %d, counted %d", at, got, done)
			}
			next := done
			if s.works(at) {
				next += workcal.Minute
			}
			if next > done {
				if got := c.StartAt(start + done); got != at {
					t.Fatalf("start of work %d: %v, counted %v", done, got, at)
				}
				if got := c.FinishAt(start + next); got != at+workcal.Minute {
					t.Fatalf("end of work %d: %v, counted %v", next, got, at+workcal.Minute)
				}
			}
			done = next
		}
	}
}

func TestNoWork(t *testing.T) {
	t.Parallel()
	free := workcal.Free()
	c := compile(t, &workcal.Rules{Week: workcal.Week{free, free, free, free, free, free, free}})
	if c.Works() {
		t.Error("a calendar without work works")
	}
	if got := c.Add(0, 10); got != workcal.Never {
		t.Errorf("work is done at %v", got)
	}
	one := compile(t, &workcal.Rules{Week: workcal.Week{free, free, free, free, free, free, free},
		Exceptions: []workcal.Span{{First: 3, Last: 3, Hours: []workcal.Shift{{From: 0, To: workcal.Hour}}}}})
	if got := one.Add(0, workcal.Hour); got != 3*workcal.Day+workcal.Hour {
		t.Errorf("the one hour is done at %v", got)
	}
	if got := one.Add(0, workcal.Hour+1); got != workcal.Never {
		t.Errorf("more than the one hour is done at %v", got)
	}
}

func TestRefuses(t *testing.T) {
	t.Parallel()
	a, b := &workcal.Rules{}, &workcal.Rules{}
	a.Base, b.Base = b, a
	if _, err := workcal.Compile(a); err == nil {
		t.Error("calendars that inherit in a circle are taken")
	}
	if _, err := workcal.Compile(&workcal.Rules{Week: workcal.Week{{{From: 0, To: 2 * workcal.Day}}}}); err == nil {
		t.Error("a shift of two days is taken")
	}
	if _, err := workcal.At(1492, 1, 1, 0); err == nil {
		t.Error("1492 is a year of programmes")
	}
}

func TestNonstopIsElapsed(t *testing.T) {
	t.Parallel()
	c := workcal.Nonstop()
	for _, x := range []workcal.Time{-123456, 0, 99999} {
		if c.Pos(x) != int64(x) || c.Add(x, 77) != x+77 {
			t.Errorf("%v is not elapsed", x)
		}
	}
}

// TestIntersect: there is work when both calendars have it, counted by halves of hours.
func TestIntersect(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(11, 12))
	for range 20 {
		x, y := randomRules(r, nil), randomRules(r, nil)
		c, err := workcal.Intersect(compile(t, x), compile(t, y))
		if err != nil {
			t.Fatal(err)
		}
		start, done := c.Pos(-20*workcal.Day), int64(0)
		for at := workcal.Time(-20 * workcal.Day); at < 60*workcal.Day; at += workcal.Hour / 2 {
			if got := c.Pos(at) - start; got != done {
				t.Fatalf("common work before %v: %d, counted %d", at, got, done)
			}
			if (slow{x}).works(at) && (slow{y}).works(at) {
				done += workcal.Hour / 2
			}
		}
	}
}

// TestWalks: walking through days finds what the sums of work find, in calendars
// with holidays, from anywhere in and around them.
func TestWalks(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(11, 12))
	for range 300 {
		c := compile(t, randomRules(r, randomRules(r, nil)))
		if !c.Works() {
			continue
		}
		for range 200 {
			from := workcal.Time(r.IntN(80*workcal.Day) - 20*workcal.Day)
			work := int32(r.IntN(300 * workcal.Hour))
			if r.IntN(3) == 0 {
				work = int32(r.IntN(3)) * workcal.Hour
			}
			start, finish := c.Ahead(from, work)
			pos := c.Pos(from)
			if s, f := c.StartAt(pos), c.FinishAt(pos+int64(work)); s != start || f != finish {
				t.Fatalf("%d of work from %v: %v to %v, want %v to %v", work, from, start, finish, s, f)
			}
			start, finish = c.Back(from, work)
			if s, f := c.StartAt(pos-int64(work)), c.FinishAt(pos); s != start || f != finish {
				t.Fatalf("%d of work until %v: %v to %v, want %v to %v", work, from, start, finish, s, f)
			}
		}
	}
	for _, x := range []workcal.Time{workcal.None, workcal.First, workcal.Last, workcal.Never, workcal.Never - 1} {
		c := compile(t, &workcal.Rules{Week: workcal.Usual()})
		start, finish := c.Ahead(x, workcal.Hour)
		if s, f := c.StartAt(c.Pos(x)), c.FinishAt(c.Pos(x)+workcal.Hour); s != start || f != finish {
			t.Errorf("from %d: %v to %v, want %v to %v", x, start, finish, s, f)
		}
		start, finish = c.Back(x, workcal.Hour)
		if s, f := c.StartAt(c.Pos(x)-workcal.Hour), c.FinishAt(c.Pos(x)); s != start || f != finish {
			t.Errorf("until %d: %v to %v, want %v to %v", x, start, finish, s, f)
		}
	}
}

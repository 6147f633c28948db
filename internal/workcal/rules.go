package workcal

import (
	"errors"
	"fmt"
	"slices"
)

// Shift is a stretch of work in a day, in ticks since midnight; To may be Day.
type Shift struct{ From, To int32 }

// Span lays other hours over the days First to Last: those of one day, or of a
// whole week. Of spans over the same day the one that comes first holds.
type Span struct {
	First, Last int32 // day numbers, both included
	Hours       []Shift
	Week        *Week
}

// Week holds the hours of each day, Sunday first. A nil day is as the base
// calendar has it; an empty one is free.
type Week [7][]Shift

// Rules are a calendar as people write it.
type Rules struct {
	Base       *Rules // whose days hold where this one says nothing
	Week       Week
	Exceptions []Span // holidays and special days; those of the base hold too
	Weeks      []Span // other weeks for a time, below exceptions
}

// Free is a day without work.
func Free() []Shift { return []Shift{} }

// Usual is the week that planning programs start with: Monday to Friday, 8 to
// 12 and 13 to 17.
func Usual() Week {
	day := []Shift{{8 * Hour, 12 * Hour}, {13 * Hour, 17 * Hour}}
	return Week{Free(), day, day, day, day, day, Free()}
}

// Nonstop is a calendar without rest: elapsed time.
func Nonstop() *Calendar {
	day := []Shift{{0, Day}}
	c, err := Compile(&Rules{Week: Week{day, day, day, day, day, day, day}})
	if err != nil {
		panic(err) // it is fixed above
	}
	return c
}

// The most that a calendar may hold.
const (
	maxDepth  = 20
	maxShifts = 64
)

var (
	errDeep    = errors.New("calendars inherit in a circle, or too deeply")
	errVariety = errors.New("a calendar has more different days than can be told apart")
)

// chain lists the rules and those that they inherit from.
func (r *Rules) chain() ([]*Rules, error) {
	var out []*Rules
	for ; r != nil; r = r.Base {
		if out = append(out, r); len(out) > maxDepth {
			return nil, errDeep
		}
	}
	return out, nil
}

// hours finds the hours of a day: exceptions, the nearest first, then weeks of
// a time, then the week.
func hours(chain []*Rules, day int32) []Shift {
	for _, r := range chain {
		for i := range r.Exceptions {
			if s := &r.Exceptions[i]; day >= s.First && day <= s.Last {
				return s.Hours
			}
		}
	}
	wd := Weekday(day)
	for _, r := range chain {
		for i := range r.Weeks {
			s := &r.Weeks[i]
			if day >= s.First && day <= s.Last && s.Week != nil && s.Week[wd] != nil {
				return s.Week[wd]
			}
		}
		if r.Week[wd] != nil {
			return r.Week[wd]
		}
	}
	return nil
}

// Tidy sorts shifts, joins those that touch or overlap, and drops empty ones.
func Tidy(in []Shift) ([]Shift, error) {
	if len(in) > maxShifts {
		return nil, fmt.Errorf("%d shifts in one day", len(in))
	}
	s := slices.Clone(in)
	slices.SortFunc(s, func(a, b Shift) int { return int(a.From - b.From) })
	out := Free()
	for _, x := range s {
		if x.From < 0 || x.To > Day {
			return nil, fmt.Errorf("a shift from %d to %d is not within a day", x.From, x.To)
		}
		switch n := len(out); {
		case x.To <= x.From:
		case n > 0 && x.From <= out[n-1].To:
			out[n-1].To = max(out[n-1].To, x.To)
		default:
			out = append(out, x)
		}
	}
	return out, nil
}

// Package earned is the arithmetic of earned value: what was to be done by when
// (planned), what is done (earned), what it cost (actual), each in money over
// time, and the indices and forecasts that follow. Values in, values out.
//
// The terms and formulas are those of EIA-748 (guidelines 22 to 27) and of PMI's
// standard for earned value management; docs/scheduling.md has them in a table.
// Amounts are cents. Where nobody has a budget, the working time of activities
// can stand in for it, and the curve is one of work instead of money.
package earned

import (
	"math"
	"sort"

	"plumbline/internal/workcal"
)

// Rule is how value is earned before an activity is done.
type Rule uint8

// The rules.
const (
	Percent     Rule = iota // as much as is reported done
	FiftyFifty              // half when it begins, the rest when it is done
	ZeroHundred             // nothing until it is done
)

// Report is what was known of an activity from a time on: how much is done, and
// what it had cost by then.
type Report struct {
	At      workcal.Time
	Percent float64 // 0 to 100
	Cost    int64
}

// Item is one activity.
type Item struct {
	Budget        int64
	Start, Finish workcal.Time      // as the baseline has it; None: it is in no baseline
	Calendar      *workcal.Calendar // in whose time the budget is spread evenly
	Rule          Rule
	Reports       []Report // in order of time
}

// planned is the share of the budget that is to be earned by a time.
func (x *Item) planned(at workcal.Time) float64 {
	switch {
	case x.Start == workcal.None || x.Finish == workcal.None || at < x.Start || at == x.Start && x.Finish > x.Start:
		return 0
	case at >= x.Finish:
		return 1
	}
	whole := x.Calendar.Between(x.Start, x.Finish)
	if whole <= 0 {
		return 0 // all of it at the finish
	}
	return float64(x.Calendar.Between(x.Start, at)) / float64(whole)
}

// last is what was known at a time, and whether anything was.
func (x *Item) last(at workcal.Time) (Report, bool) {
	n := sort.Search(len(x.Reports), func(i int) bool { return x.Reports[i].At > at })
	if n == 0 {
		return Report{}, false
	}
	return x.Reports[n-1], true
}

// earned is the share of the budget that is earned by a time.
func (x *Item) earned(at workcal.Time) float64 {
	r, ok := x.last(at)
	done := math.Min(math.Max(r.Percent, 0), 100) / 100
	switch {
	case !ok || math.IsNaN(done):
		return 0
	case x.Rule == Percent || done == 1:
		return done
	case x.Rule == FiftyFifty && done > 0:
		return 0.5
	}
	return 0
}

func share(of int64, part float64) int64 { return int64(math.Round(float64(of) * part)) }

// Point is one time on the curves.
type Point struct {
	At                      workcal.Time
	Planned, Earned, Actual int64
}

// Curve is planned, earned and actual value at each of the times. What is earned
// and spent is as far as it was reported: after the last report the lines are flat,
// and whoever draws them ends them at the data date.
func Curve(items []Item, times []workcal.Time) []Point {
	out := make([]Point, len(times))
	for k, at := range times {
		p := &out[k]
		p.At = at
		for i := range items {
			x := &items[i]
			p.Planned += share(x.Budget, x.planned(at))
			p.Earned += share(x.Budget, x.earned(at))
			if r, ok := x.last(at); ok {
				p.Actual += r.Cost
			}
		}
	}
	return out
}

// Status is where a programme stands.
type Status struct {
	Point
	Budget int64 // at completion
}

// At is where the items stand at a time.
func At(items []Item, at workcal.Time) Status {
	s := Status{Point: Curve(items, []workcal.Time{at})[0]}
	for i := range items {
		s.Budget += items[i].Budget
	}
	return s
}

// ScheduleVariance is how much more is earned than was planned.
func (s Status) ScheduleVariance() int64 { return s.Earned - s.Planned }

// CostVariance is how much more is earned than it cost.
func (s Status) CostVariance() int64 { return s.Earned - s.Actual }

// ratio is a by b, which means nothing where b is nothing.
func ratio(a, b int64) (float64, bool) {
	if b == 0 {
		return 0, false
	}
	return float64(a) / float64(b), true
}

// SPI is the schedule performance index; false where nothing was planned yet.
func (s Status) SPI() (float64, bool) { return ratio(s.Earned, s.Planned) }

// CPI is the cost performance index; false where nothing is spent.
func (s Status) CPI() (float64, bool) { return ratio(s.Earned, s.Actual) }

// Forecast is what the rest is taken to cost.
type Forecast uint8

// The forecasts. AsSoFar goes on with the cost performance of so far, AsPlanned
// has the rest cost what was planned, Pressed has it suffer from both indices.
const (
	AsSoFar Forecast = iota
	AsPlanned
	Pressed
)

// AtCompletion is the estimate of what all will have cost; false where what it
// hangs on means nothing yet.
func (s Status) AtCompletion(f Forecast) (int64, bool) {
	rest := float64(s.Budget - s.Earned)
	switch cpi, ok := s.CPI(); f {
	case AsPlanned:
		return s.Actual + s.Budget - s.Earned, true
	case Pressed:
		spi, planned := s.SPI()
		if !ok || !planned || cpi*spi == 0 {
			return 0, false
		}
		return whole(float64(s.Actual) + rest/(cpi*spi))
	default:
		if !ok || cpi == 0 {
			return 0, false
		}
		return whole(float64(s.Actual) + rest/cpi)
	}
}

// whole is an amount in whole cents; false where it is more than any.
func whole(x float64) (int64, bool) {
	if math.Abs(x) > 1<<53 {
		return 0, false
	}
	return int64(math.Round(x)), true
}

// ToComplete is the estimate of what the rest costs.
func (s Status) ToComplete(f Forecast) (int64, bool) {
	all, ok := s.AtCompletion(f)
	return all - s.Actual, ok
}

// VarianceAtCompletion is how much less than the budget all will have cost.
func (s Status) VarianceAtCompletion(f Forecast) (int64, bool) {
	all, ok := s.AtCompletion(f)
	return s.Budget - all, ok
}

// TCPI is the cost performance that the rest must have to end at the budget;
// false where that is spent.
func (s Status) TCPI() (float64, bool) {
	if s.Budget <= s.Actual {
		return 0, false
	}
	return ratio(s.Budget-s.Earned, s.Budget-s.Actual)
}

// Split is the budget by how far its activities are.
type Split struct{ Total, Done, Ongoing, Waiting int64 }

// SplitAt is the budget of what is done, under way and not begun at a time.
func SplitAt(items []Item, at workcal.Time) Split {
	var s Split
	for i := range items {
		x := &items[i]
		s.Total += x.Budget
		switch r, _ := x.last(at); {
		case r.Percent >= 100:
			s.Done += x.Budget
		case r.Percent > 0:
			s.Ongoing += x.Budget
		default:
			s.Waiting += x.Budget
		}
	}
	return s
}

// Within is what of the curves falls after one time and by another.
func Within(items []Item, after, by workcal.Time) Point {
	c := Curve(items, []workcal.Time{after, by})
	return Point{by, c[1].Planned - c[0].Planned, c[1].Earned - c[0].Earned, c[1].Actual - c[0].Actual}
}

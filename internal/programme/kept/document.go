package kept

import (
	"slices"

	"plumbline/internal/programme/plan"
)

// Document is the programme as files hold it: with what the site reported, and
// the dates that are forecast in the place of those that a program computed.
// What is gone from the file that was read last is left out of no list: it goes
// out inactive.
func (e *Entry) Document() *plan.Document {
	d := e.Model.Effective()
	d.Name = e.Model.Name
	d.Activities = slices.Clone(d.Activities)
	if e.Err != nil {
		return d
	}
	for i := range d.Activities {
		a := &d.Activities[i]
		x := e.Computed.Forecast.Dates(i)
		if !x.Scheduled {
			continue
		}
		a.Stored = plan.Stored{EarlyStart: x.EarlyStart, EarlyFinish: x.EarlyFinish, LateStart: x.LateStart, LateFinish: x.LateFinish, Start: x.Start, Finish: x.Finish,
			TotalFloat: x.TotalFloat, FreeFloat: x.FreeFloat, Floats: true, Critical: x.Critical}
		if a.Manual {
			a.ManualStart, a.ManualFinish = x.Start, x.Finish
		}
	}
	return d
}

// Package rule is what MS Project and P6 each make of one activity: its dates,
// given what its relations, constraints, progress and resources ask for.
package rule

import (
	"plumbline/internal/cpm"
	"plumbline/internal/workcal"
)

// Book is under what the dates of activities are found.
type Book struct {
	Options   *cpm.Options
	Calendars []*workcal.Calendar // the network's, and the one without rest
	From      cpm.Time            // nothing left to do begins before
}

// Floor is the time before which nothing that is still to do can begin.
func Floor(o *cpm.Options) cpm.Time {
	if o.Rules == cpm.P6 && o.DataDate != workcal.None {
		return max(o.Start, o.DataDate)
	}
	return o.Start
}

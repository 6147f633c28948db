package files

import (
	"cmp"
	"io"
	"time"

	"plumbline/internal/clock"
	"plumbline/internal/cpm"
	"plumbline/internal/ical"
	"plumbline/internal/programme/plan"
	"plumbline/internal/workcal"
)

func writeICS(w io.Writer, d *plan.Document) error { return WriteICS(w, d, clock.System{}.Now()) }

// WriteICS writes a programme as a calendar: an all-day event for each activity
// and milestone, from the day it begins to the day it ends; what stands above it
// as its category. Structure has no event of its own.
func WriteICS(w io.Writer, d *plan.Document, made time.Time) error {
	shown := plan.Shown(d, Rules(d))
	var events []ical.Event
	for i := range d.Activities {
		a := &d.Activities[i]
		if a.Kind == cpm.Summary || a.Kind == cpm.Band || a.Group || a.Null || a.Inactive {
			continue
		}
		start, finish := shown(i)
		if !start.In() || !finish.In() {
			continue
		}
		e := ical.Event{UID: "activity-" + cmp.Or(d.ID, "0") + "-" + cmp.Or(a.ID, a.Code), Summary: a.Name, First: civil(start), Last: civil(max(start, finish))}
		if finish > start && finish%workcal.Day == 0 {
			e.Last = civil(finish - 1) // until midnight is not the next day
		}
		if a.Parent >= 0 {
			e.Categories = []string{d.Activities[a.Parent].Name}
		}
		e.Description = a.Code
		events = append(events, e)
	}
	return ical.Write(w, d.Name, made, events)
}

// civil is the day of a time.
func civil(t workcal.Time) time.Time {
	at := t.Go()
	return time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, time.UTC)
}

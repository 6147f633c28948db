package plan_test

import (
	"testing"

	"plumbline/internal/cpm"
	"plumbline/internal/programme/plan"
	"plumbline/internal/workcal"
)

func at(t *testing.T, day, hour int) workcal.Time {
	t.Helper()
	x, err := workcal.At(2026, 1, day, hour*3600)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// document has a summary of two activities of eight hours, in the usual week.
func document(t *testing.T) *plan.Document {
	t.Helper()
	d := &plan.Document{Format: plan.MSPDI, Options: cpm.Defaults(cpm.MSP, at(t, 5, 8)), Calendar: "1"}
	d.Calendars = []plan.Calendar{{ID: "1", Rules: workcal.Rules{Week: workcal.Usual()}}}
	for _, id := range []string{"1", "2", "3"} {
		a := plan.NewActivity()
		a.ID, a.Duration, a.Remaining = id, 8*workcal.Hour, 8*workcal.Hour
		if id != "1" {
			a.Parent = 0
		}
		d.Activities = append(d.Activities, a)
	}
	d.Activities[0].Kind = cpm.Summary
	return d
}

// TestCalendarsTogether: a task with a calendar of its own, and a resource with
// another, is worked on when both work; unless it ignores the resource's.
func TestCalendarsTogether(t *testing.T) {
	t.Parallel()
	d := document(t)
	mornings, tuesdays := workcal.Week{}, workcal.Week{}
	for i := range 7 {
		mornings[i], tuesdays[i] = []workcal.Shift{{From: 8 * workcal.Hour, To: 12 * workcal.Hour}}, workcal.Free()
	}
	tuesdays[2] = []workcal.Shift{{From: 6 * workcal.Hour, To: 20 * workcal.Hour}}
	d.Calendars = append(d.Calendars, plan.Calendar{ID: "2", Rules: workcal.Rules{Week: mornings}}, plan.Calendar{ID: "3", Rules: workcal.Rules{Week: tuesdays}})
	d.Resources = []plan.Resource{{ID: "9", Calendar: "3", Kind: 1, Units: 1}}
	d.Assignments = []plan.Assignment{{ID: "1", Resource: "9", Activity: 1, Units: 1, Work: 8 * workcal.Hour, Remaining: 8 * workcal.Hour}}
	d.Activities[1].Calendar = "2"
	c, err := plan.Compute(d, cpm.MSP)
	if err != nil {
		t.Fatal(err)
	}
	if x := c.Dates(1); x.EarlyStart != at(t, 6, 8) || x.EarlyFinish != at(t, 13, 12) {
		t.Errorf("two Tuesday mornings: %v to %v", x.EarlyStart, x.EarlyFinish)
	}
	d.Activities[1].IgnoreResourceCalendar = true
	if c, err = plan.Compute(d, cpm.MSP); err != nil {
		t.Fatal(err)
	}
	if x := c.Dates(1); x.EarlyFinish != at(t, 6, 12) {
		t.Errorf("without the resource's calendar: %v", x.EarlyFinish)
	}
}

// TestConstrainedSummary: what holds a summary holds what is below it.
func TestConstrainedSummary(t *testing.T) {
	t.Parallel()
	d := document(t)
	d.Activities[0].Constraints[0] = cpm.Constraint{Rule: cpm.StartNoEarlier, Date: at(t, 7, 8)}
	c, err := plan.Compute(d, cpm.MSP)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 3 {
		if x := c.Dates(i); x.EarlyStart != at(t, 7, 8) {
			t.Errorf("%d starts %v", i, x.EarlyStart)
		}
	}
	d.Activities[0].Constraints[0] = cpm.Constraint{Rule: cpm.FinishNoLater, Date: at(t, 5, 12)}
	if c, err = plan.Compute(d, cpm.MSP); err != nil {
		t.Fatal(err)
	}
	if x := c.Dates(1); x.TotalFloat != -4*workcal.Hour {
		t.Errorf("float %d", x.TotalFloat)
	}
}

// TestMissing: a calendar that is not there is said, and the project's holds.
func TestMissing(t *testing.T) {
	t.Parallel()
	d := document(t)
	d.Activities[1].Calendar, d.Calendars[0].Base = "77", "88"
	c, err := plan.Compute(d, cpm.MSP)
	if err != nil {
		t.Fatal(err)
	}
	if x := c.Dates(1); x.EarlyFinish != at(t, 5, 17) || len(d.Ignored) != 2 {
		t.Errorf("%v, %v", x.EarlyFinish, d.Ignored)
	}
	d.Activities[1].Duration, d.Activities[1].Remaining = 2_000_000*workcal.Hour/10, 2_000_000*workcal.Hour/10
	if _, err := plan.Compute(d, cpm.MSP); err != nil {
		t.Errorf("a hundred years: %v", err)
	}
}

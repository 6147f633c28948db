package p6

import (
	"bufio"
	"encoding/xml"
	"fmt"
	"io"
	"strconv"

	"plumbline/internal/cpm"
	"plumbline/internal/programme/p6/hours"
	"plumbline/internal/programme/plan"
	"plumbline/internal/workcal"
)

// WriteXML writes a programme as P6's API has it.
func WriteXML(out io.Writer, d *plan.Document) error {
	w := &apiWriter{b: bufio.NewWriterSize(out, 64<<10), d: d, ids: shape(d)}
	_, _ = w.b.WriteString("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<APIBusinessObjects xmlns=\"http://xmlns.oracle.com/Primavera/P6/V19.12/API/BusinessObjects\">\n")
	w.calendars()
	w.resources()
	w.project()
	w.baselineProjects()
	_, _ = w.b.WriteString("</APIBusinessObjects>\n")
	if err := w.b.Flush(); err != nil {
		return err
	}
	return w.err
}

type apiWriter struct {
	b   *bufio.Writer
	d   *plan.Document
	ids *ids
	err error
}

func (w *apiWriter) open(name string)  { _, _ = w.b.WriteString("<" + name + ">") }
func (w *apiWriter) close(name string) { _, _ = w.b.WriteString("</" + name + ">\n") }

// some writes a text that is there.
func (w *apiWriter) some(name, value string) {
	if value == "" {
		return
	}
	w.open(name)
	if err := xml.EscapeText(w.b, []byte(value)); err != nil && w.err == nil {
		w.err = err
	}
	_, _ = w.b.WriteString("</" + name + ">")
}

func (w *apiWriter) date(name string, t workcal.Time) { w.some(name, t.String()) }
func (w *apiWriter) hours(name string, t int32)       { w.some(name, hoursText(t)) }

func (w *apiWriter) times(day []workcal.Shift) {
	for _, s := range day {
		w.open("WorkTime")
		to := s.To - workcal.Minute // P6 writes the last minute that is worked
		w.some("Start", hours.ClockText(s.From)+":00")
		w.some("Finish", hours.ClockText(to)+":00")
		w.close("WorkTime")
	}
}

func (w *apiWriter) calendars() {
	names := [...]string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"}
	for i := range w.d.Calendars {
		c := &w.d.Calendars[i]
		w.open("Calendar")
		w.some("BaseCalendarObjectId", w.ids.calendar[c.Base])
		day := c.Hours
		if day == 0 {
			day = float64(w.d.MinutesDay) / 60
		}
		w.some("HoursPerDay", strconv.FormatFloat(day, 'f', -1, 64))
		w.some("Name", c.Name)
		w.some("ObjectId", w.ids.calendar[c.ID])
		kind := "Global"
		if c.Resource {
			kind = "Resource"
		}
		w.some("Type", kind)
		w.open("StandardWorkWeek")
		for n, name := range names {
			if c.Rules.Week[n] == nil && c.Base != "" {
				continue
			}
			w.open("StandardWorkHours")
			w.some("DayOfWeek", name)
			w.times(c.Rules.Week[n])
			w.close("StandardWorkHours")
		}
		w.close("StandardWorkWeek")
		w.open("HolidayOrExceptions")
		n := 0
		for _, x := range c.Rules.Exceptions {
			for d := x.First; d <= x.Last && n < 10_000; d, n = d+1, n+1 {
				w.exception(d, x.Hours)
			}
		}
		for _, x := range c.Rules.Weeks {
			for d := x.First; d <= x.Last && n < 10_000; d, n = d+1, n+1 {
				if hours := x.Week[workcal.Weekday(d)]; hours != nil {
					w.exception(d, hours)
				}
			}
		}
		w.close("HolidayOrExceptions")
		w.close("Calendar")
	}
}

func (w *apiWriter) exception(day int32, hours []workcal.Shift) {
	w.open("HolidayOrException")
	w.date("Date", workcal.Time(int64(day)*workcal.Day))
	w.times(hours)
	w.close("HolidayOrException")
}

func (w *apiWriter) resources() {
	for i := range w.d.Resources {
		r := &w.d.Resources[i]
		w.open("Resource")
		w.some("CalendarObjectId", w.ids.calendar[r.Calendar])
		code := r.Code
		if code == "" {
			code = "R" + w.ids.resource[r.ID]
		}
		w.some("Id", code)
		w.some("Name", r.Name)
		w.some("ObjectId", w.ids.resource[r.ID])
		kind := "Labor"
		if r.Kind != 1 {
			kind = "Material"
		}
		w.some("ResourceType", kind)
		w.close("Resource")
	}
}

func (w *apiWriter) project() {
	d, o := w.d, &w.d.Options
	w.open("Project")
	w.some("ActivityDefaultCalendarObjectId", w.ids.dflt)
	w.hours("CriticalActivityFloatLimit", o.Critical)
	path := "Critical Float"
	if o.Longest {
		path = "Longest Path"
	}
	w.some("CriticalActivityPathType", path)
	if list := w.numbers(); len(list) > 0 && list[0] == 0 {
		w.some("CurrentBaselineProjectObjectId", w.baselineID(0))
	}
	w.date("DataDate", o.DataDate)
	w.some("Id", "P"+w.ids.project)
	w.date("MustFinishByDate", o.MustEnd)
	w.some("Name", d.Name)
	w.some("ObjectId", w.ids.project)
	w.date("PlannedStartDate", o.Start)
	for i := range d.Activities {
		a := &d.Activities[i]
		if a.Kind != cpm.Summary {
			continue
		}
		w.open("WBS")
		w.some("Code", w.ids.code[i])
		w.some("Name", a.Name)
		w.some("ObjectId", w.ids.activity[i])
		if a.Parent >= 0 {
			w.some("ParentObjectId", w.ids.activity[a.Parent])
		}
		w.some("ProjectObjectId", w.ids.project)
		w.some("SequenceNumber", strconv.Itoa(i))
		w.close("WBS")
	}
	for i := range d.Activities {
		w.activity(i)
	}
	for i := range d.Assignments {
		w.assignment(i)
	}
	for i := range d.Relations {
		w.relation(i)
	}
	w.options()
	w.close("Project")
}

func (w *apiWriter) activity(i int) {
	a := &w.d.Activities[i]
	if a.Kind == cpm.Summary || a.Null || a.Inactive {
		return
	}
	s := &a.Stored
	w.open("Activity")
	w.date("ActualFinishDate", a.ActualFinish)
	w.date("ActualStartDate", a.ActualStart)
	cal := w.ids.calendar[a.Calendar]
	if cal == "" {
		cal = w.ids.dflt
	}
	w.some("CalendarObjectId", cal)
	w.date("ExpectedFinishDate", a.Expected)
	w.date("ExternalEarlyStartDate", a.ExternalStart)
	w.date("ExternalLateFinishDate", a.ExternalFinish)
	w.date("FinishDate", s.Finish)
	w.some("Id", w.ids.code[i])
	w.some("Name", a.Name)
	w.some("ObjectId", w.ids.activity[i])
	kind := a.PercentKind
	switch kind {
	case "CP_Phys":
		kind = "Physical"
	case "CP_Units":
		kind = "Units"
	case "CP_Drtn", "":
		kind = "Duration"
	}
	w.some("PercentCompleteType", kind)
	w.some("PhysicalPercentComplete", strconv.FormatFloat(a.PhysicalPercent/100, 'f', -1, 64))
	w.hours("PlannedDuration", a.Duration)
	w.constraint("Primary", a.Constraints[0])
	w.some("ProjectObjectId", w.ids.project)
	w.hours("RemainingDuration", a.Remaining)
	w.date("RemainingEarlyFinishDate", s.EarlyFinish)
	w.date("RemainingEarlyStartDate", s.EarlyStart)
	w.date("RemainingLateFinishDate", s.LateFinish)
	w.date("RemainingLateStartDate", s.LateStart)
	w.date("ResumeDate", a.Resume)
	second := a.Constraints[1]
	if second.Rule == cpm.ASAP && a.Deadline != workcal.None {
		second = cpm.Constraint{Rule: cpm.FinishNoLater, Date: a.Deadline}
	}
	w.constraint("Secondary", second)
	w.date("StartDate", s.Start)
	status := "Not Started"
	if a.ActualFinish != workcal.None {
		status = "Completed"
	} else if a.ActualStart != workcal.None {
		status = "In Progress"
	}
	w.some("Status", status)
	w.date("SuspendDate", a.Stop)
	what := word(apiKinds, a.Kind)
	switch xerKind(w.d, a) {
	case "TT_Rsrc":
		what = "Resource Dependent"
	case "TT_FinMile":
		what = "Finish Milestone"
	}
	w.some("Type", what)
	if a.Parent >= 0 {
		w.some("WBSObjectId", w.ids.activity[a.Parent])
	}
	w.close("Activity")
}

func (w *apiWriter) constraint(which string, c cpm.Constraint) {
	if c.Rule == cpm.ASAP {
		return
	}
	if c.Rule != cpm.ALAP {
		w.date(which+"ConstraintDate", c.Date)
	}
	w.some(which+"ConstraintType", word(apiRules, c.Rule))
}

func (w *apiWriter) assignment(i int) {
	s := &w.d.Assignments[i]
	id := w.ids.resource[s.Resource]
	if id == "" || w.d.Activities[s.Activity].Kind == cpm.Summary {
		return
	}
	w.open("ResourceAssignment")
	w.some("ActivityObjectId", w.ids.activity[s.Activity])
	own := s.ID
	if !w.ids.native {
		own = strconv.Itoa(i + 1)
	}
	w.some("ObjectId", own)
	w.date("PlannedFinishDate", s.Finish)
	w.date("PlannedStartDate", s.Start)
	w.hours("PlannedUnits", s.Work)
	w.some("PlannedUnitsPerTime", strconv.FormatFloat(s.Units, 'f', -1, 64))
	w.some("ProjectObjectId", w.ids.project)
	w.hours("RemainingUnits", s.Remaining)
	w.some("ResourceObjectId", id)
	w.close("ResourceAssignment")
}

func (w *apiWriter) relation(i int) {
	r := &w.d.Relations[i]
	if w.d.Activities[r.From].Kind == cpm.Summary || w.d.Activities[r.To].Kind == cpm.Summary {
		w.d.Ignore("relations of summaries: P6 has none; they are left out")
		return
	}
	lag := r.Lag
	if r.Percent {
		lag = int32(int64(w.d.Activities[r.From].Duration) * int64(r.Lag) / 100)
	}
	w.open("Relationship")
	w.hours("Lag", lag)
	w.some("ObjectId", fmt.Sprint(i+1))
	w.some("PredecessorActivityObjectId", w.ids.activity[r.From])
	w.some("PredecessorProjectObjectId", w.ids.project)
	w.some("SuccessorActivityObjectId", w.ids.activity[r.To])
	w.some("SuccessorProjectObjectId", w.ids.project)
	w.some("Type", word(apiLinks, r.Link))
	w.close("Relationship")
}

func (w *apiWriter) options() {
	o := &w.d.Options
	w.open("ScheduleOptions")
	w.some("ComputeTotalFloatType", [...]string{"Smallest of Start Float and Finish Float", "Start Float = Late Start - Early Start", "Finish Float = Late Finish - Early Finish"}[o.Float])
	open := "0"
	if o.OpenEnds {
		open = "1"
	}
	w.some("MakeOpenEndedActivitiesCritical", open)
	w.some("OutOfSequenceScheduleType", [...]string{"Retained Logic", "Progress Override", "Actual Dates"}[o.Progress])
	w.some("ProjectObjectId", w.ids.project)
	w.some("RelationshipLagCalendar", word(apiLags, o.Lag))
	w.some("UseExpectedFinishDates", "1")
	w.close("ScheduleOptions")
}

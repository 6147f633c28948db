package msp

import (
	"bufio"
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"

	"plumbline/internal/cpm"
	"plumbline/internal/programme/plan"
	"plumbline/internal/workcal"
)

// writer writes elements in the order of Microsoft's schema, which MS Project
// insists on.
type writer struct {
	b       *bufio.Writer
	err     error
	outline []int // how many tasks of each level, below the last of the level above
}

// number is the place of the next task of a level in the outline, such as 1.2.3.
func (w *writer) number(level int) string {
	for len(w.outline) < level {
		w.outline = append(w.outline, 0)
	}
	w.outline = w.outline[:level]
	w.outline[level-1]++
	var b strings.Builder
	for i, n := range w.outline {
		if b.Len() > 500 {
			break // Microsoft's limit of the field is 512 characters
		}
		if i > 0 {
			b.WriteByte('.')
		}
		b.WriteString(strconv.Itoa(max(1, n)))
	}
	return b.String()
}

func (w *writer) open(name string)  { _, _ = w.b.WriteString("<" + name + ">") }
func (w *writer) close(name string) { _, _ = w.b.WriteString("</" + name + ">\n") }

func (w *writer) text(name, value string) {
	_, _ = w.b.WriteString("<" + name + ">")
	if err := xml.EscapeText(w.b, []byte(value)); err != nil && w.err == nil {
		w.err = err
	}
	_, _ = w.b.WriteString("</" + name + ">")
}

// some writes a text that is there.
func (w *writer) some(name, value string) {
	if value != "" {
		w.text(name, value)
	}
}

func (w *writer) num(name string, v int) { w.text(name, strconv.Itoa(v)) }
func (w *writer) flag(name string, v bool) {
	if v {
		w.text(name, "1")
	} else {
		w.text(name, "0")
	}
}
func (w *writer) date(name string, t workcal.Time) { w.some(name, t.String()) }
func (w *writer) dur(name string, t int32)         { w.text(name, durationText(t)) }
func (w *writer) dec(name string, v float64) {
	w.text(name, strconv.FormatFloat(v, 'f', -1, 64))
}

// Write writes a programme as MS Project reads it.
func Write(out io.Writer, d *plan.Document) error {
	w := &writer{b: bufio.NewWriterSize(out, 64<<10)}
	_, _ = w.b.WriteString("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<Project xmlns=\"http://schemas.microsoft.com/project\">\n")
	ids := newNumbers(d)
	o := &d.Options
	w.num("SaveVersion", 14)
	w.some("Name", d.Name)
	w.some("Title", d.Name)
	w.flag("ScheduleFromStart", !o.FromEnd)
	w.date("StartDate", o.Start)
	w.date("FinishDate", last(d))
	w.num("CriticalSlackLimit", int(o.Critical)/max(1, d.MinutesDay*workcal.Minute))
	w.some("CalendarUID", ids.calendar(d.Calendar))
	w.num("MinutesPerDay", d.MinutesDay)
	w.num("MinutesPerWeek", d.MinutesWeek)
	w.num("DaysPerMonth", d.DaysMonth)
	w.flag("HonorConstraints", !o.LogicWins)
	w.date("StatusDate", o.DataDate)
	_, _ = w.b.WriteString("\n")
	w.open("Calendars")
	for i := range d.Calendars {
		w.calendar(&d.Calendars[i], ids)
	}
	w.close("Calendars")
	w.tasks(d, ids)
	w.resources(d, ids)
	_, _ = w.b.WriteString("</Project>\n")
	if err := w.b.Flush(); err != nil {
		return err
	}
	return w.err
}

// numbers gives what has no numeric ID one, as MS Project needs, and leaves
// those of a file of MS Project alone.
type numbers struct {
	calendars, resources map[string]string
	tasks                []string
}

func newNumbers(d *plan.Document) *numbers {
	n := &numbers{calendars: map[string]string{}, resources: map[string]string{}}
	same := d.Format == plan.MSPDI
	give := func(m map[string]string, id string, next int) {
		if _, ok := m[id]; ok {
			return
		}
		if same {
			m[id] = id
		} else {
			m[id] = strconv.Itoa(next)
		}
	}
	for i := range d.Calendars {
		give(n.calendars, d.Calendars[i].ID, i+1)
	}
	for i := range d.Resources {
		give(n.resources, d.Resources[i].ID, i+1)
	}
	n.tasks = make([]string, len(d.Activities))
	for i := range d.Activities {
		if n.tasks[i] = strconv.Itoa(i + 1); same {
			n.tasks[i] = d.Activities[i].ID
		}
	}
	return n
}

func (n *numbers) calendar(id string) string { return n.calendars[id] }

func last(d *plan.Document) workcal.Time {
	t := d.Options.Finish
	for i := range d.Activities {
		t = max(t, d.Activities[i].Stored.Finish)
	}
	return t
}

func (w *writer) calendar(c *plan.Calendar, ids *numbers) {
	w.open("Calendar")
	w.text("UID", ids.calendar(c.ID))
	w.text("Name", c.Name)
	w.flag("IsBaseCalendar", !c.Resource)
	base := ids.calendar(c.Base)
	if c.Base == "" || base == "" {
		base = "-1"
	}
	w.text("BaseCalendarUID", base)
	w.open("WeekDays")
	for i, day := range c.Rules.Week {
		if day == nil {
			continue
		}
		w.open("WeekDay")
		w.num("DayType", i+1)
		w.times(day)
		w.close("WeekDay")
	}
	w.close("WeekDays")
	if len(c.Rules.Exceptions) > 0 {
		w.open("Exceptions")
		for i := range c.Rules.Exceptions {
			x := &c.Rules.Exceptions[i]
			w.open("Exception")
			w.flag("EnteredByOccurrences", false)
			w.period(x)
			w.num("Occurrences", int(x.Last-x.First)+1)
			w.num("Type", 1)
			w.num("Period", 1)
			w.times(x.Hours)
			w.close("Exception")
		}
		w.close("Exceptions")
	}
	if len(c.Rules.Weeks) > 0 {
		w.open("WorkWeeks")
		for i := range c.Rules.Weeks {
			x := &c.Rules.Weeks[i]
			w.open("WorkWeek")
			w.period(x)
			w.open("WeekDays")
			for n, day := range x.Week {
				if day == nil {
					continue
				}
				w.open("WeekDay")
				w.num("DayType", n+1)
				w.times(day)
				w.close("WeekDay")
			}
			w.close("WeekDays")
			w.close("WorkWeek")
		}
		w.close("WorkWeeks")
	}
	w.close("Calendar")
}

func (w *writer) period(s *workcal.Span) {
	w.open("TimePeriod")
	w.date("FromDate", workcal.Time(int64(s.First)*workcal.Day))
	w.date("ToDate", workcal.Time(int64(s.Last)*workcal.Day+workcal.Day-workcal.Minute))
	w.close("TimePeriod")
}

func (w *writer) times(day []workcal.Shift) {
	w.flag("DayWorking", len(day) > 0)
	if len(day) == 0 {
		return
	}
	w.open("WorkingTimes")
	for _, s := range day {
		w.open("WorkingTime")
		w.text("FromTime", clockText(s.From))
		w.text("ToTime", clockText(s.To))
		w.close("WorkingTime")
	}
	w.close("WorkingTimes")
}

func (w *writer) tasks(d *plan.Document, ids *numbers) {
	preds := map[int][]*plan.Relation{}
	for i := range d.Relations {
		r := &d.Relations[i]
		preds[r.To] = append(preds[r.To], r)
	}
	w.open("Tasks")
	for i := range d.Activities {
		w.task(d, i, preds[i], ids)
	}
	w.close("Tasks")
}

// maxOutline is the deepest level that gets a number of its own.
const maxOutline = 1000

// constraintCode is a constraint in Microsoft's numbers.
func constraintCode(r cpm.Rule) int {
	switch r {
	case cpm.ALAP:
		return 1
	case cpm.MustStart, cpm.StartOn:
		return 2
	case cpm.MustFinish, cpm.FinishOn:
		return 3
	case cpm.StartNoEarlier:
		return 4
	case cpm.StartNoLater:
		return 5
	case cpm.FinishNoEarlier:
		return 6
	case cpm.FinishNoLater:
		return 7
	}
	return 0
}

func (w *writer) task(d *plan.Document, i int, preds []*plan.Relation, ids *numbers) {
	a := &d.Activities[i]
	s := &a.Stored
	w.open("Task")
	w.text("UID", ids.tasks[i])
	number := a.Number
	if d.Format != plan.MSPDI {
		number = i + 1
	}
	w.num("ID", number)
	w.text("Name", a.Name)
	w.flag("Active", !a.Inactive)
	w.flag("Manual", a.Manual)
	w.num("Type", a.TaskType)
	w.flag("IsNull", a.Null)
	if a.WBS != "" {
		w.text("WBS", a.WBS)
	} else {
		w.some("WBS", a.Code)
	}
	if !a.Null {
		w.text("OutlineNumber", w.number(min(max(1, a.Level), maxOutline)))
	}
	w.num("OutlineLevel", max(1, a.Level))
	w.num("Priority", a.Priority)
	w.date("Start", s.Start)
	w.date("Finish", s.Finish)
	w.dur("Duration", a.Duration)
	w.date("ManualStart", a.ManualStart)
	w.date("ManualFinish", a.ManualFinish)
	format := a.Format
	if format == 0 {
		format = 7
	}
	w.num("DurationFormat", format)
	w.dur("Work", a.Work)
	w.date("Stop", a.Stop)
	w.date("Resume", a.Resume)
	w.flag("Estimated", a.Estimated)
	w.flag("Milestone", a.Milestone)
	w.flag("Summary", a.Kind == cpm.Summary)
	w.flag("Critical", s.Critical)
	w.flag("ExternalTask", a.External)
	w.date("EarlyStart", s.EarlyStart)
	w.date("EarlyFinish", s.EarlyFinish)
	w.date("LateStart", s.LateStart)
	w.date("LateFinish", s.LateFinish)
	w.num("FreeSlack", int(s.FreeFloat))
	w.num("TotalSlack", int(s.TotalFloat))
	w.num("PercentComplete", int(a.Percent+0.5))
	w.dec("Cost", a.Cost)
	w.date("ActualStart", a.ActualStart)
	w.date("ActualFinish", a.ActualFinish)
	w.dur("ActualDuration", a.Actual)
	w.dur("RemainingDuration", a.Remaining)
	c := a.Constraints[0]
	w.num("ConstraintType", constraintCode(c.Rule))
	cal := ids.calendar(a.Calendar)
	if a.Calendar == "" || cal == "" || d.Format != plan.MSPDI && a.Calendar == d.Calendar {
		cal = "-1"
	}
	w.text("CalendarUID", cal)
	if c.Rule > cpm.ALAP {
		w.date("ConstraintDate", c.Date)
	}
	w.date("Deadline", a.Deadline)
	w.num("LevelingDelay", int(a.Delay))
	w.num("LevelingDelayFormat", 8)
	w.flag("IgnoreResourceCalendar", a.IgnoreResourceCalendar)
	w.some("Notes", a.Notes)
	w.num("PhysicalPercentComplete", int(a.PhysicalPercent+0.5))
	for _, r := range preds {
		w.link(r, ids)
	}
	for _, b := range a.Baselines {
		w.open("Baseline")
		w.num("Number", b.Number)
		w.date("Start", b.Start)
		w.date("Finish", b.Finish)
		w.dur("Duration", b.Duration)
		w.dur("Work", b.Work)
		w.dec("Cost", b.Cost)
		w.close("Baseline")
	}
	w.close("Task")
}

func (w *writer) link(r *plan.Relation, ids *numbers) {
	w.open("PredecessorLink")
	w.text("PredecessorUID", ids.tasks[r.From])
	w.num("Type", [...]int{1, 3, 0, 2}[r.Link&3])
	w.flag("CrossProject", false)
	w.num("LinkLag", int(r.Lag))
	format := r.Format
	switch {
	case format != 0:
	case r.Percent:
		format = 19
	case r.Elapsed:
		format = 8
	default:
		format = 7
	}
	w.num("LagFormat", format)
	w.close("PredecessorLink")
}

func (w *writer) resources(d *plan.Document, ids *numbers) {
	w.open("Resources")
	for i := range d.Resources {
		r := &d.Resources[i]
		w.open("Resource")
		w.text("UID", ids.resources[r.ID])
		w.num("ID", i)
		w.some("Name", r.Name)
		w.num("Type", r.Kind)
		w.some("Initials", r.Code)
		w.dec("MaxUnits", r.Units)
		if cal := ids.calendar(r.Calendar); cal != "" {
			w.text("CalendarUID", cal)
		}
		w.close("Resource")
	}
	w.close("Resources")
	w.open("Assignments")
	for i := range d.Assignments {
		s := &d.Assignments[i]
		w.open("Assignment")
		id := s.ID
		if d.Format != plan.MSPDI || id == "" {
			id = fmt.Sprint(i + 1)
		}
		w.text("UID", id)
		w.text("TaskUID", ids.tasks[s.Activity])
		resource := ids.resources[s.Resource]
		if resource == "" {
			resource = "-65535"
		}
		w.text("ResourceUID", resource)
		w.dur("ActualWork", s.Actual)
		w.num("Delay", int(s.Delay))
		w.date("Finish", s.Finish)
		w.dur("OvertimeWork", s.Overtime)
		w.dur("RemainingOvertimeWork", s.RestOvertime)
		w.dur("RemainingWork", s.Remaining)
		w.date("Start", s.Start)
		w.dec("Units", s.Units)
		w.dur("Work", s.Work)
		w.num("WorkContour", s.Contour)
		w.close("Assignment")
	}
	w.close("Assignments")
}

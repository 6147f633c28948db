package msp

import (
	"io"

	"plumbline/internal/cpm"
	"plumbline/internal/fault"
	"plumbline/internal/programme/markup"
	"plumbline/internal/programme/plan"
	"plumbline/internal/workcal"
)

// Limits of one programme.
const (
	maxTasks     = 1_000_000
	maxCalendars = 10_000
)

// Read reads a programme of MS Project.
func Read(in io.Reader) (*plan.Document, error) {
	r := &reader{d: &plan.Document{Format: plan.MSPDI, MinutesDay: 480, MinutesWeek: 2400, DaysMonth: 20}, at: map[string]int{}}
	r.d.Options = cpm.Defaults(cpm.MSP, workcal.None)
	root := false
	err := markup.Read(in, func(path []string) markup.Wish {
		if path[0] != "Project" {
			return markup.Skip
		}
		root = true
		switch len(path) {
		case 1:
			return markup.Enter
		case 2:
			switch path[1] {
			case "Tasks", "Calendars", "Resources", "Assignments":
				return markup.Enter
			case "ExtendedAttributes", "OutlineCodes", "WBSMasks", "Views", "Filters", "Groups", "Tables", "Maps", "Reports", "Drawings", "DataLinks", "VBAProjects":
				return markup.Skip
			}
		}
		return markup.Take
	}, r.take)
	if err != nil {
		return nil, err
	}
	if !root {
		return nil, fault.New(fault.Unreadable, "programme-not-mspdi", "the file is XML, but no programme of MS Project")
	}
	r.finish()
	return r.d, nil
}

type link struct {
	to   int
	from string
	r    plan.Relation
}

type reader struct {
	d     *plan.Document
	at    map[string]int // index of an activity by UID
	links []link
	stack []int // the outline above
}

func (r *reader) take(path []string, e *markup.Element) error {
	if len(path) == 2 {
		r.property(e)
		return nil
	}
	switch e.Name {
	case "Task":
		if len(r.d.Activities) >= maxTasks {
			return fault.New(fault.TooLarge, "programme-too-large", "the programme has more than 1,000,000 activities")
		}
		r.task(e)
	case "Calendar":
		if len(r.d.Calendars) >= maxCalendars {
			return fault.New(fault.TooLarge, "programme-too-large", "the programme has more than 10,000 calendars")
		}
		readCalendar(r.d, e)
	case "Resource":
		r.resource(e)
	case "Assignment":
		r.assignment(e)
	}
	return nil
}

func (r *reader) property(e *markup.Element) {
	d, o := r.d, &r.d.Options
	switch e.Name {
	case "Title":
		d.Name = e.Body
	case "Name":
		if d.Name == "" {
			d.Name = e.Body
		}
	case "GUID", "UID":
		if d.ID == "" {
			d.ID = e.Body
		}
	case "ScheduleFromStart":
		o.FromEnd = !yes(e.Body)
	case "StartDate":
		o.Start = date(e.Body)
	case "FinishDate":
		o.Finish = date(e.Body)
	case "StatusDate":
		o.DataDate = date(e.Body)
	case "CriticalSlackLimit":
		o.Critical = int32(min(number(e.Body), 10_000)) // days, made ticks at the end
	case "CalendarUID":
		d.Calendar = e.Body
	case "MinutesPerDay":
		d.MinutesDay = number(e.Body)
	case "MinutesPerWeek":
		d.MinutesWeek = number(e.Body)
	case "DaysPerMonth":
		d.DaysMonth = number(e.Body)
	case "HonorConstraints":
		o.LogicWins = !yes(e.Body)
	}
}

func constraint(kind int, at workcal.Time) cpm.Constraint {
	rules := [...]cpm.Rule{cpm.ASAP, cpm.ALAP, cpm.MustStart, cpm.MustFinish, cpm.StartNoEarlier, cpm.StartNoLater, cpm.FinishNoEarlier, cpm.FinishNoLater}
	if kind <= 0 || kind >= len(rules) || kind > 1 && at == workcal.None {
		return cpm.Constraint{}
	}
	if kind == 1 {
		at = 0
	}
	return cpm.Constraint{Rule: rules[kind], Date: at} //nolint:gosec // kind was looked at above
}

func (r *reader) task(e *markup.Element) {
	a := plan.NewActivity()
	a.ID = e.Text("UID")
	if a.ID == "0" || a.ID == "" {
		return // the project itself
	}
	a.Number, a.Name, a.WBS, a.Notes = number(e.Text("ID")), e.Text("Name"), e.Text("WBS"), e.Text("Notes")
	a.Null, a.Level, a.Milestone = yes(e.Text("IsNull")), number(e.Text("OutlineLevel")), yes(e.Text("Milestone"))
	a.External = yes(e.Text("ExternalTask"))
	a.Inactive = e.Text("Active") == "0" || e.Text("Active") == "false"
	if yes(e.Text("Summary")) {
		a.Kind = cpm.Summary
	}
	if c := e.Text("CalendarUID"); c != "-1" {
		a.Calendar = c
	}
	a.IgnoreResourceCalendar = yes(e.Text("IgnoreResourceCalendar"))
	a.TaskType, a.Priority = number(e.Text("Type")), number(e.Text("Priority"))
	a.FixedDuration = a.TaskType == 1
	length, ok := duration(e.Text("Duration"))
	if a.Duration = max(0, length); !ok && e.Text("Duration") != "" {
		r.d.Ignore("a duration that cannot be read, or is longer than a programme, is taken as none")
	}
	r.d.Dated(date, e.Text("ConstraintDate"), e.Text("Deadline"), e.Text("ActualStart"), e.Text("ActualFinish"))
	a.Format = number(e.Text("DurationFormat"))
	a.Elapsed, a.Estimated = elapsed(a.Format), yes(e.Text("Estimated"))
	a.Remaining, a.Actual = a.Duration, 0
	if rest, ok := duration(e.Text("RemainingDuration")); ok {
		a.Remaining = max(0, rest)
	}
	a.Actual, _ = duration(e.Text("ActualDuration"))
	a.Work, _ = duration(e.Text("Work"))
	a.Cost = decimal(e.Text("Cost"))
	a.Constraints[0] = constraint(number(e.Text("ConstraintType")), date(e.Text("ConstraintDate")))
	a.Deadline = date(e.Text("Deadline"))
	if n := number(e.Text("LevelingDelay")); n > 0 {
		a.Delay = int32(n)
	}
	a.Percent, a.PhysicalPercent = decimal(e.Text("PercentComplete")), decimal(e.Text("PhysicalPercentComplete"))
	a.ActualStart, a.ActualFinish = date(e.Text("ActualStart")), date(e.Text("ActualFinish"))
	a.Stop, a.Resume = date(e.Text("Stop")), date(e.Text("Resume"))
	a.Manual = yes(e.Text("Manual"))
	a.ManualStart, a.ManualFinish = date(e.Text("ManualStart")), date(e.Text("ManualFinish"))
	a.Stored = stored(e)
	for _, b := range e.All("Baseline") {
		x := plan.Baseline{Number: number(b.Text("Number")), Start: date(b.Text("Start")), Finish: date(b.Text("Finish")), Cost: decimal(b.Text("Cost"))}
		x.Duration, _ = duration(b.Text("Duration"))
		x.Work, _ = duration(b.Text("Work"))
		a.Baselines = append(a.Baselines, x)
	}
	i := len(r.d.Activities)
	if _, twice := r.at[a.ID]; twice {
		r.d.Ignore("two activities have the same UID; links go to the first")
	} else {
		r.at[a.ID] = i
	}
	if !a.Null {
		level := max(1, min(a.Level, len(r.stack)+1))
		r.stack = r.stack[:min(level-1, len(r.stack))]
		if n := len(r.stack); n > 0 {
			a.Parent = r.stack[n-1]
		}
		r.stack = append(r.stack, i)
	}
	for _, l := range e.All("PredecessorLink") {
		r.link(i, l)
	}
	r.d.Activities = append(r.d.Activities, a)
}

func stored(e *markup.Element) plan.Stored {
	s := plan.Stored{
		EarlyStart: date(e.Text("EarlyStart")), EarlyFinish: date(e.Text("EarlyFinish")),
		LateStart: date(e.Text("LateStart")), LateFinish: date(e.Text("LateFinish")),
		Start: date(e.Text("Start")), Finish: date(e.Text("Finish")),
		TotalFloat: int32(number(e.Text("TotalSlack"))), FreeFloat: int32(number(e.Text("FreeSlack"))),
		Critical: yes(e.Text("Critical")),
	}
	s.Floats = s.EarlyStart != workcal.None
	return s
}

func (r *reader) link(to int, e *markup.Element) {
	if yes(e.Text("CrossProject")) {
		r.d.Ignore("links from other programmes bind nothing here")
		return
	}
	kinds := [...]cpm.Link{cpm.FF, cpm.FS, cpm.SF, cpm.SS}
	kind := 1
	if t := e.Text("Type"); t != "" {
		kind = number(t)
	}
	if kind < 0 || kind > 3 {
		kind = 1
	}
	l := link{to: to, from: e.Text("PredecessorUID")}
	l.r = plan.Relation{Link: kinds[kind], Lag: int32(number(e.Text("LinkLag"))), Format: number(e.Text("LagFormat"))} //nolint:gosec // kind was looked at above
	l.r.Percent, l.r.Elapsed = percent(l.r.Format), elapsed(l.r.Format)
	if l.r.Percent {
		l.r.Lag = max(-10_000, min(10_000, l.r.Lag))
	}
	r.links = append(r.links, l)
}

func (r *reader) resource(e *markup.Element) {
	x := plan.Resource{ID: e.Text("UID"), Name: e.Text("Name"), Code: e.Text("Initials"), Kind: 1, Units: decimal(e.Text("MaxUnits"))}
	if t := e.Text("Type"); t != "" {
		x.Kind = number(t)
	}
	if c := e.Text("CalendarUID"); c != "-1" {
		x.Calendar = c
	}
	r.d.Resources = append(r.d.Resources, x)
}

func (r *reader) assignment(e *markup.Element) {
	i, ok := r.at[e.Text("TaskUID")]
	if !ok {
		return
	}
	s := plan.Assignment{ID: e.Text("UID"), Resource: e.Text("ResourceUID"), Activity: i, Units: decimal(e.Text("Units")), Contour: number(e.Text("WorkContour"))}
	s.Work, _ = duration(e.Text("Work"))
	s.Actual, _ = duration(e.Text("ActualWork"))
	s.Remaining = s.Work - s.Actual
	if rest, ok := duration(e.Text("RemainingWork")); ok {
		s.Remaining = rest
	}
	s.Delay = int32(max(0, number(e.Text("Delay"))))
	s.Start, s.Finish = date(e.Text("Start")), date(e.Text("Finish"))
	if s.Contour != 0 {
		r.d.Ignore("contours of work: such an assignment is taken to last as long as its activity")
	}
	s.Overtime, _ = duration(e.Text("OvertimeWork"))
	rest, _ := duration(e.Text("RemainingOvertimeWork"))
	if s.Remaining == s.Work {
		rest = s.Overtime
	}
	s.RestOvertime = rest
	r.d.Assignments = append(r.d.Assignments, s)
}

// finish joins what the file only names, and gives lines with and without
// children the kind that they have.
func (r *reader) finish() {
	d := r.d
	d.Options.Critical *= int32(max(0, min(d.MinutesDay, 1440))) * workcal.Minute
	has := make([]bool, len(d.Activities))
	for i := range d.Activities {
		if p := d.Activities[i].Parent; p >= 0 {
			has[p] = true
		}
	}
	for i := range d.Activities {
		a := &d.Activities[i]
		if a.Kind == cpm.Summary && !has[i] {
			a.Kind = cpm.Task
		} else if has[i] {
			a.Kind = cpm.Summary
		}
	}
	for _, l := range r.links {
		from, ok := r.at[l.from]
		if !ok || from == l.to {
			d.Ignore("links from activities that are not in the file bind nothing")
			continue
		}
		l.r.From, l.r.To = from, l.to
		d.Relations = append(d.Relations, l.r)
	}
}

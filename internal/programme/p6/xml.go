package p6

import (
	"io"
	"strings"

	"plumbline/internal/cpm"
	"plumbline/internal/fault"
	"plumbline/internal/programme/markup"
	"plumbline/internal/programme/p6/hours"
	"plumbline/internal/programme/plan"
	"plumbline/internal/workcal"
)

// ReadXML reads a programme of P6's XML, with the baselines that stand in it
// as projects of their own.
func ReadXML(in io.Reader) (*plan.Document, error) {
	r := &api{reader: newReader(plan.PMXML)}
	root := false
	err := markup.Read(in, func(path []string) markup.Wish {
		if path[0] != "APIBusinessObjects" {
			return markup.Skip
		}
		root = true
		switch len(path) {
		case 1:
			return markup.Enter
		case 2:
			switch path[1] {
			case "Project":
				return markup.Enter
			case "BaselineProject":
				if len(r.baselines) < 2*mostBaselines {
					r.baselines = append(r.baselines, baseline{was: map[string]plan.Baseline{}})
					return markup.Enter
				}
				r.d.Ignore("the programme has more than eleven baselines; the rest is left out")
			case "Calendar", "Resource":
				return markup.Take
			}
			return markup.Skip
		}
		if path[1] == "BaselineProject" {
			switch path[2] {
			case "Activity", "ObjectId", "OriginalProjectObjectId":
				return markup.Take
			}
			return markup.Skip
		}
		switch path[2] {
		case "Activity", "Relationship", "WBS", "Calendar", "ScheduleOptions", "ResourceAssignment",
			"ObjectId", "Name", "Id", "PlannedStartDate", "DataDate", "MustFinishByDate", "ActivityDefaultCalendarObjectId",
			"CurrentBaselineProjectObjectId", "CriticalActivityFloatLimit", "CriticalActivityPathType":
			return markup.Take
		}
		return markup.Skip
	}, r.take)
	if err != nil {
		return nil, err
	}
	if !root {
		return nil, fault.New(fault.Unreadable, "programme-not-pmxml", "the file is XML, but no programme of P6")
	}
	if r.projects > 1 {
		r.d.Ignore("the file holds several projects; they are computed as one, by the options of the first")
	}
	r.finish()
	r.putBaselines()
	return r.d, nil
}

type api struct {
	*reader
	project       string
	current       string // ID of the current baseline
	baselines     []baseline
	baselinedActs int
}

func (r *api) take(path []string, e *markup.Element) error {
	if path[1] == "BaselineProject" {
		return r.baselined(e)
	}
	if len(r.d.Activities) > 1_000_000 || len(r.links) > 8_000_000 || len(r.d.Calendars) > 10_000 {
		return fault.New(fault.TooLarge, "programme-too-large", "the programme is larger than 1,000,000 activities, 8,000,000 relations or 10,000 calendars")
	}
	switch e.Name {
	case "Calendar":
		r.calendar(e)
	case "Resource":
		kind := 1
		if e.Text("ResourceType") == "Material" {
			kind = 0
		}
		r.d.Resources = append(r.d.Resources, plan.Resource{ID: e.Text("ObjectId"), Code: e.Text("Id"), Name: e.Text("Name"), Calendar: e.Text("CalendarObjectId"), Kind: kind, Units: 1})
	case "WBS":
		r.wbs = append(r.wbs, wbs{e.Text("ObjectId"), e.Text("ParentObjectId"), e.Text("Code"), e.Text("Name"), e.Text("SequenceNumber")})
	case "Activity":
		r.activity(e)
	case "Relationship":
		l := link{from: e.Text("PredecessorActivityObjectId"), to: e.Text("SuccessorActivityObjectId")}
		l.r = plan.Relation{Link: apiLinks[e.Text("Type")], Lag: ticks(e.Text("Lag"))}
		r.links = append(r.links, l)
	case "ResourceAssignment":
		r.assign(e)
	case "ScheduleOptions":
		r.options(e)
	default:
		if len(path) == 3 {
			r.property(e)
		}
	}
	return nil
}

// property is a field of a project; only the first project's count.
func (r *api) property(e *markup.Element) {
	if e.Name == "ObjectId" {
		r.projects++
		r.project = e.Body
		if r.d.ID == "" {
			r.d.ID = e.Body
		}
		return
	}
	d, o := r.d, &r.d.Options
	if r.project != "" && r.project != d.ID {
		return
	}
	set := func(t *workcal.Time) {
		if *t == workcal.None || r.projects == 0 {
			*t = date(e.Body)
		}
	}
	switch e.Name {
	case "Name":
		if d.Name == "" {
			d.Name = e.Body
		}
	case "PlannedStartDate":
		set(&o.Start)
	case "DataDate":
		set(&o.DataDate)
	case "CurrentBaselineProjectObjectId":
		r.current = e.Body
	case "MustFinishByDate":
		set(&o.MustEnd)
	case "ActivityDefaultCalendarObjectId":
		if d.Calendar == "" {
			d.Calendar = e.Body
		}
	case "CriticalActivityFloatLimit":
		o.Critical = ticks(e.Body)
	case "CriticalActivityPathType":
		o.Longest = e.Body == "Longest Path"
	}
}

func (r *api) options(e *markup.Element) {
	o := &r.d.Options
	if lag, ok := apiLags[e.Text("RelationshipLagCalendar")]; ok {
		o.Lag = lag
	}
	switch kind := e.Text("ComputeTotalFloatType"); {
	case strings.HasPrefix(kind, "Start"):
		o.Float = cpm.StartFloat
	case strings.HasPrefix(kind, "Smallest"):
		o.Float = cpm.Smallest
	}
	switch e.Text("OutOfSequenceScheduleType") {
	case "Progress Override":
		o.Progress = cpm.Override
	case "Actual Dates":
		o.Progress = cpm.ActualDates
	}
	o.OpenEnds = e.Text("MakeOpenEndedActivitiesCritical") == "1" || e.Text("MakeOpenEndedActivitiesCritical") == "true"
	r.expected = e.Text("UseExpectedFinishDates") == "1" || e.Text("UseExpectedFinishDates") == "true"
}

// workTimes reads the hours of a day. Their end is written a minute early.
func workTimes(e *markup.Element) []workcal.Shift {
	day := workcal.Free()
	for _, t := range e.All("WorkTime") {
		from, to := hours.Clock(t.Text("Start")), hours.Clock(t.Text("Finish"))
		if to >= 0 && to%workcal.Hour%(5*workcal.Minute) == 4*workcal.Minute {
			to += workcal.Minute
		}
		day = hours.Shift(day, from, to)
	}
	return day
}

func (r *api) calendar(e *markup.Element) {
	c := plan.Calendar{ID: e.Text("ObjectId"), Name: e.Text("Name"), Base: e.Text("BaseCalendarObjectId"), Resource: e.Text("Type") == "Resource", Hours: decimal(e.Text("HoursPerDay"))}
	days := map[string]int{"Sunday": 0, "Monday": 1, "Tuesday": 2, "Wednesday": 3, "Thursday": 4, "Friday": 5, "Saturday": 6}
	if week := e.Kid("StandardWorkWeek"); week != nil {
		for _, h := range week.All("StandardWorkHours") {
			if n, ok := days[h.Text("DayOfWeek")]; ok {
				c.Rules.Week[n] = workTimes(h)
			}
		}
	}
	if list := e.Kid("HolidayOrExceptions"); list != nil {
		for _, x := range list.All("HolidayOrException") {
			if at := date(x.Text("Date")); at != workcal.None && len(c.Rules.Exceptions) < 50_000 {
				c.Rules.Exceptions = append(c.Rules.Exceptions, workcal.Span{First: at.DayOf(), Last: at.DayOf(), Hours: workTimes(x)})
			}
		}
	}
	r.add(c)
}

func (r *api) activity(e *markup.Element) {
	a := plan.NewActivity()
	a.ID, a.Code, a.Name, a.Calendar = e.Text("ObjectId"), e.Text("Id"), e.Text("Name"), e.Text("CalendarObjectId")
	a.Kind = apiKinds[e.Text("Type")]
	a.Milestone = a.Kind == cpm.StartMilestone || a.Kind == cpm.FinishMilestone
	a.Duration, a.Remaining = max(0, ticks(e.Text("PlannedDuration"))), max(0, ticks(e.Text("RemainingDuration")))
	if e.Text("RemainingDuration") == "" {
		a.Remaining = a.Duration
	}
	r.d.Dated(date, e.Text("PrimaryConstraintDate"), e.Text("SecondaryConstraintDate"), e.Text("ActualStartDate"), e.Text("ActualFinishDate"))
	a.Constraints[0] = constraint(apiRules, e.Text("PrimaryConstraintType"), e.Text("PrimaryConstraintDate"))
	a.Constraints[1] = constraint(apiRules, e.Text("SecondaryConstraintType"), e.Text("SecondaryConstraintDate"))
	a.ActualStart, a.ActualFinish = date(e.Text("ActualStartDate")), date(e.Text("ActualFinishDate"))
	a.Stop, a.Resume, a.Expected = date(e.Text("SuspendDate")), date(e.Text("ResumeDate")), date(e.Text("ExpectedFinishDate"))
	a.ExternalStart, a.ExternalFinish = date(e.Text("ExternalEarlyStartDate")), date(e.Text("ExternalLateFinishDate"))
	a.PhysicalPercent, a.PercentKind = 100*decimal(e.Text("PhysicalPercentComplete")), e.Text("PercentCompleteType")
	a.Stored = plan.Stored{
		EarlyStart: date(e.Text("RemainingEarlyStartDate")), EarlyFinish: date(e.Text("RemainingEarlyFinishDate")),
		LateStart: date(e.Text("RemainingLateStartDate")), LateFinish: date(e.Text("RemainingLateFinishDate")),
		Start: date(e.Text("StartDate")), Finish: date(e.Text("FinishDate")),
	}
	r.keep(a, e.Text("WBSObjectId"), e.Text("Type") == "Resource Dependent")
}

func (r *api) assign(e *markup.Element) {
	a := plan.Assignment{
		ID: e.Text("ObjectId"), Resource: e.Text("ResourceObjectId"), Units: decimal(e.Text("PlannedUnitsPerTime")),
		Work: ticks(e.Text("PlannedUnits")), Remaining: ticks(e.Text("RemainingUnits")), Start: date(e.Text("PlannedStartDate")), Finish: date(e.Text("PlannedFinishDate")),
	}
	if per := decimal(e.Text("RemainingUnitsPerTime")); per > 0 {
		a.Units = per
	}
	r.parts = append(r.parts, part{e.Text("ActivityObjectId"), a})
}

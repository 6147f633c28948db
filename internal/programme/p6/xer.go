package p6

import (
	"io"
	"slices"
	"strings"

	"plumbline/internal/cpm"
	"plumbline/internal/fault"
	"plumbline/internal/programme/p6/hours"
	"plumbline/internal/programme/p6/rows"
	"plumbline/internal/programme/plan"
	"plumbline/internal/workcal"
)

const maxRows = 4_000_000

// ReadXER reads a programme of P6's own exchange format. Of a file with several
// projects it reads all: their activities stand in one list, under their own
// structure, and the first project's options hold.
func ReadXER(in io.Reader) (*plan.Document, error) {
	r := newReader(plan.XER)
	x := &xer{reader: r}
	if _, err := rows.Read(in, x.row); err != nil {
		return nil, err
	}
	r.finish()
	return r.d, nil
}

// reader gathers what both formats have.
type reader struct {
	d        *plan.Document
	at       map[string]int // index of an activity by ID
	groups   map[string]int // and of a WBS
	wbs      []wbs
	own      []string // WBS of each activity
	links    []link
	projects int
	expected bool
	parts    []part
	rsrcKind map[string]bool // activities that take their resources' time
}

type wbs struct{ id, parent, code, name, seq string }

type link struct {
	from, to string
	r        plan.Relation
}

type part struct {
	task string
	a    plan.Assignment
}

func newReader(f plan.Format) *reader {
	r := &reader{d: &plan.Document{Format: f, MinutesDay: 480, MinutesWeek: 2400, DaysMonth: 20}, at: map[string]int{}, groups: map[string]int{}, rsrcKind: map[string]bool{}}
	r.d.Options = cpm.Defaults(cpm.P6, workcal.None)
	return r
}

type xer struct {
	*reader
	count int
}

func (x *xer) row(table string, columns map[string]int, values []string) error {
	if x.count++; x.count > maxRows {
		return fault.New(fault.TooLarge, "programme-too-large", "the file has more than 4,000,000 rows")
	}
	get := func(name string) string {
		if i, ok := columns[name]; ok && i < len(values) {
			return values[i]
		}
		return ""
	}
	switch table {
	case "PROJECT":
		x.project(get)
	case "SCHEDOPTIONS":
		if x.options(get); get("proj_id") != x.d.ID && x.d.ID != "" {
			return nil
		}
	case "CALENDAR":
		return x.calendar(get)
	case "PROJWBS":
		x.wbs = append(x.wbs, wbs{get("wbs_id"), get("parent_wbs_id"), get("wbs_short_name"), get("wbs_name"), get("seq_num")})
	case "TASK":
		if len(x.d.Activities) >= 1_000_000 {
			return fault.New(fault.TooLarge, "programme-too-large", "the programme has more than 1,000,000 activities")
		}
		x.task(get)
	case "TASKPRED":
		l := link{from: get("pred_task_id"), to: get("task_id")}
		l.r = plan.Relation{Link: xerLinks[get("pred_type")], Lag: ticks(get("lag_hr_cnt"))}
		x.links = append(x.links, l)
	case "RSRC":
		kind := 1
		if get("rsrc_type") == "RT_Mat" {
			kind = 0
		}
		x.d.Resources = append(x.d.Resources, plan.Resource{ID: get("rsrc_id"), Code: get("rsrc_short_name"), Name: get("rsrc_name"), Calendar: get("clndr_id"), Kind: kind, Units: 1})
	case "TASKRSRC":
		x.assignment(get)
	}
	return nil
}

func (x *xer) project(get func(string) string) {
	if get("export_flag") == "N" {
		return
	}
	if x.projects++; x.projects > 1 {
		x.d.Ignore("the file holds several projects; they are computed as one, by the options of the first")
		return
	}
	d, o := x.d, &x.d.Options
	d.ID, d.Name, d.Calendar = get("proj_id"), get("proj_short_name"), get("clndr_id")
	o.Start, o.DataDate, o.MustEnd = date(get("plan_start_date")), date(get("last_recalc_date")), date(get("plan_end_date"))
	o.Critical = ticks(get("critical_drtn_hr_cnt"))
	o.Longest = get("critical_path_type") == "CT_DrivPath"
}

func (x *xer) options(get func(string) string) {
	o := &x.d.Options
	if lag, ok := xerLags[get("sched_calendar_on_relationship_lag")]; ok {
		o.Lag = lag
	}
	switch strings.ToUpper(get("sched_float_type")) {
	case "FT_SF":
		o.Float = cpm.StartFloat
	case "FT_MIN":
		o.Float = cpm.Smallest
	default:
		o.Float = cpm.FinishFloat
	}
	o.OpenEnds = get("sched_open_critical_flag") == "Y"
	o.Progress = cpm.ActualDates
	if get("sched_retained_logic") == "Y" {
		o.Progress = cpm.Retained
	} else if get("sched_progress_override") == "Y" {
		o.Progress = cpm.Override
	}
	x.expected = get("sched_use_expect_end_flag") == "Y"
}

func (x *xer) calendar(get func(string) string) error {
	r, err := hours.Rules(get("clndr_data"))
	if err != nil {
		return fault.New(fault.Unreadable, "programme-calendar", "a calendar of the file cannot be read").Because(err)
	}
	c := plan.Calendar{ID: get("clndr_id"), Name: get("clndr_name"), Base: get("base_clndr_id"), Resource: get("clndr_type") == "CA_Rsrc", Hours: decimal(get("day_hr_cnt")), Rules: r}
	x.add(c)
	return nil
}

// add keeps a calendar. One that inherits nothing is free on days it is silent about.
func (r *reader) add(c plan.Calendar) {
	empty := true
	for i := range c.Rules.Week {
		empty = empty && c.Rules.Week[i] == nil
	}
	if c.Base == "" {
		for i := range c.Rules.Week {
			if c.Rules.Week[i] == nil {
				c.Rules.Week[i] = workcal.Free()
			}
		}
	}
	if empty && c.Base == "" {
		c.Rules.Week = workcal.Usual()
		r.d.Ignore("a calendar without hours is taken as the usual week")
	}
	r.d.Calendars = append(r.d.Calendars, c)
}

func (x *xer) task(get func(string) string) {
	a := plan.NewActivity()
	a.ID, a.Code, a.Name, a.Calendar = get("task_id"), get("task_code"), get("task_name"), get("clndr_id")
	a.Kind = xerKinds[get("task_type")]
	a.Milestone = a.Kind == cpm.StartMilestone || a.Kind == cpm.FinishMilestone
	a.Duration, a.Remaining = max(0, ticks(get("target_drtn_hr_cnt"))), max(0, ticks(get("remain_drtn_hr_cnt")))
	x.d.Dated(date, get("cstr_date"), get("cstr_date2"), get("act_start_date"), get("act_end_date"))
	a.Constraints[0] = constraint(xerRules, get("cstr_type"), get("cstr_date"))
	a.Constraints[1] = constraint(xerRules, get("cstr_type2"), get("cstr_date2"))
	a.ActualStart, a.ActualFinish = date(get("act_start_date")), date(get("act_end_date"))
	a.Stop, a.Resume, a.Expected = date(get("suspend_date")), date(get("resume_date")), date(get("expect_end_date"))
	a.ExternalStart, a.ExternalFinish = date(get("external_early_start_date")), date(get("external_late_end_date"))
	a.PhysicalPercent, a.PercentKind = decimal(get("phys_complete_pct")), get("complete_pct_type")
	a.Notes = ""
	a.Stored = plan.Stored{
		EarlyStart: date(get("early_start_date")), EarlyFinish: date(get("early_end_date")),
		LateStart: date(get("late_start_date")), LateFinish: date(get("late_end_date")),
		Start: date(get("target_start_date")), Finish: date(get("target_end_date")),
		TotalFloat: ticks(get("total_float_hr_cnt")), FreeFloat: ticks(get("free_float_hr_cnt")),
		Floats: get("total_float_hr_cnt") != "", Longest: get("driving_path_flag") == "Y",
	}
	x.keep(a, get("wbs_id"), get("task_type") == "TT_Rsrc")
}

// keep adds an activity. What is said of a state by dates is taken from them.
func (r *reader) keep(a plan.Activity, wbs string, resourceTime bool) {
	a.FixedDuration = !resourceTime
	if resourceTime {
		r.rsrcKind[a.ID] = true
	}
	switch {
	case a.ActualFinish != workcal.None:
		a.Remaining, a.Percent = 0, 100
	case a.PercentKind == "CP_Phys" || a.PercentKind == "Physical":
		a.Percent = a.PhysicalPercent
	case a.Duration > 0 && a.ActualStart != workcal.None:
		a.Percent = max(0, 100*float64(a.Duration-a.Remaining)/float64(a.Duration))
	}
	a.Actual = max(0, a.Duration-a.Remaining)
	a.Number = len(r.d.Activities) + 1
	if s := &a.Stored; a.ActualStart != workcal.None {
		s.Start = a.ActualStart
	} else if s.EarlyStart != workcal.None {
		s.Start = s.EarlyStart
	}
	if s := &a.Stored; a.ActualFinish != workcal.None {
		s.Finish = a.ActualFinish
	} else if s.EarlyFinish != workcal.None {
		s.Finish = s.EarlyFinish
	}
	a.Stored.Critical = a.Stored.Floats && a.ActualFinish == workcal.None && a.Stored.TotalFloat <= r.d.Options.Critical
	if _, twice := r.at[a.ID]; twice {
		r.d.Ignore("two activities have the same ID; relations go to the first")
	} else {
		r.at[a.ID] = len(r.d.Activities)
	}
	r.d.Activities = append(r.d.Activities, a)
	r.own = append(r.own, wbs)
}

func (x *xer) assignment(get func(string) string) {
	work := ticks(get("target_qty"))
	a := plan.Assignment{
		ID: get("taskrsrc_id"), Resource: get("rsrc_id"), Units: decimal(get("target_qty_per_hr")),
		Work: work, Remaining: ticks(get("remain_qty")), Delay: max(0, ticks(get("target_lag_drtn_hr_cnt"))),
		Start: date(get("target_start_date")), Finish: date(get("target_end_date")),
	}
	a.Actual = work - a.Remaining
	if per := decimal(get("remain_qty_per_hr")); per > 0 {
		a.Units = per
	}
	x.parts = append(x.parts, part{get("task_id"), a})
}

// finish puts the activities below their structure and joins what the file only names.
func (r *reader) finish() {
	d := r.d
	if !r.expected {
		for i := range d.Activities {
			d.Activities[i].Expected = workcal.None
		}
	}
	r.outline()
	for _, l := range r.links {
		from, ok1 := r.at[l.from]
		to, ok2 := r.at[l.to]
		if !ok1 || !ok2 || from == to {
			d.Ignore("relations with activities that are not in the file bind nothing")
			continue
		}
		l.r.From, l.r.To = from, to
		d.Relations = append(d.Relations, l.r)
	}
	for _, p := range r.parts {
		i, ok := r.at[p.task]
		if !ok {
			continue
		}
		p.a.Activity = i
		d.Assignments = append(d.Assignments, p.a)
	}
}

// outline orders activities by their WBS, each WBS a line above its activities.
func (r *reader) outline() {
	d := r.d
	if len(r.wbs) == 0 {
		return
	}
	byID, kids := map[string]int{}, map[string][]int{}
	for i, w := range r.wbs {
		byID[w.id] = i
	}
	var roots []int
	for i, w := range r.wbs {
		if _, ok := byID[w.parent]; ok && w.parent != w.id {
			kids[w.parent] = append(kids[w.parent], i)
		} else {
			roots = append(roots, i)
		}
	}
	below := map[string][]int{}
	for i, w := range r.own {
		below[w] = append(below[w], i)
	}
	old, moved := d.Activities, make([]int, len(d.Activities))
	d.Activities = make([]plan.Activity, 0, len(old)+len(r.wbs))
	for i := range moved {
		moved[i] = -1
	}
	put := func(i, parent, level int) {
		moved[i] = len(d.Activities)
		a := old[i]
		a.Parent, a.Level = parent, level
		d.Activities = append(d.Activities, a)
	}
	type step struct{ wbs, parent, level int }
	var todo []step
	push := func(list []int, parent, level int) {
		for _, i := range slices.Backward(list) {
			todo = append(todo, step{i, parent, level})
		}
	}
	push(roots, -1, 1)
	for len(todo) > 0 {
		s := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		w := r.wbs[s.wbs]
		g := plan.NewActivity()
		g.ID, g.Code, g.Name, g.WBS, g.Kind, g.Group, g.Parent, g.Level = "wbs-"+w.id, w.code, w.name, w.code, cpm.Summary, true, s.parent, s.level
		at := len(d.Activities)
		d.Activities = append(d.Activities, g)
		for _, i := range below[w.id] {
			put(i, at, s.level+1)
		}
		if s.level < 500 {
			push(kids[w.id], at, s.level+1)
		}
	}
	for i := range old {
		if moved[i] < 0 { // without a WBS, or below one that leads nowhere
			put(i, -1, 1)
		}
	}
	for id, i := range r.at {
		r.at[id] = moved[i]
	}
}

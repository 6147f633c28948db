package p6

import (
	"bufio"
	"io"
	"strconv"
	"strings"

	"plumbline/internal/cpm"
	"plumbline/internal/programme/p6/hours"
	"plumbline/internal/programme/plan"
	"plumbline/internal/workcal"
)

// WriteXER writes a programme as P6 imports it. Of a programme that comes from
// elsewhere, its summaries become the structure (WBS), for P6 has no other.
func WriteXER(out io.Writer, d *plan.Document) error {
	w := &xerWriter{b: bufio.NewWriterSize(out, 64<<10), d: d, ids: shape(d)}
	w.line("ERMHDR", "19.12", "2026-01-01", "Project", "plumbline", "plumbline", "plumbline", "Project Management", "USD")
	w.project()
	w.calendars()
	w.structure()
	w.resources()
	w.tasks()
	w.relations()
	w.assignments()
	w.line("%E")
	return w.b.Flush()
}

type xerWriter struct {
	b   *bufio.Writer
	d   *plan.Document
	ids *ids
}

// ids are the numbers under which a programme is written: P6's own if it came
// from there.
type ids struct {
	project  string
	activity []string
	code     []string
	wbs      []string // of each activity's structure
	resource map[string]string
	calendar map[string]string
	dflt     string
	rootWBS  string
	native   bool
}

func shape(d *plan.Document) *ids {
	n := &ids{project: "1", calendar: map[string]string{}, resource: map[string]string{}, native: d.Format == plan.XER || d.Format == plan.PMXML}
	if n.native && d.ID != "" {
		n.project = d.ID
	}
	for i := range d.Calendars {
		n.calendar[d.Calendars[i].ID] = d.Calendars[i].ID
		if !n.native {
			n.calendar[d.Calendars[i].ID] = strconv.Itoa(i + 1)
		}
	}
	n.dflt = n.calendar[d.Calendar]
	for i := range d.Resources {
		n.resource[d.Resources[i].ID] = d.Resources[i].ID
		if !n.native {
			n.resource[d.Resources[i].ID] = strconv.Itoa(i + 1)
		}
	}
	n.activity, n.code, n.wbs = make([]string, len(d.Activities)), make([]string, len(d.Activities)), make([]string, len(d.Activities))
	for i := range d.Activities {
		a := &d.Activities[i]
		n.activity[i], n.code[i] = strconv.Itoa(1000+i), a.Code
		if n.native {
			n.activity[i] = strings.TrimPrefix(a.ID, "wbs-")
		}
		if n.code[i] == "" {
			n.code[i] = "A" + a.ID
		}
		n.wbs[i] = "1"
		if a.Parent >= 0 {
			n.wbs[i] = n.activity[a.Parent]
		}
	}
	n.rootWBS = "1"
	return n
}

var clean = strings.NewReplacer("\t", " ", "\n", " ", "\r", " ")

func (w *xerWriter) line(fields ...string) {
	for i, f := range fields {
		if i > 0 {
			_ = w.b.WriteByte('\t')
		}
		_, _ = w.b.WriteString(clean.Replace(f))
	}
	_, _ = w.b.WriteString("\r\n")
}

// table writes a table's name and columns.
func (w *xerWriter) table(name, columns string) {
	w.line("%T", name)
	w.line(append([]string{"%F"}, strings.Fields(columns)...)...)
}

func (w *xerWriter) row(values ...string) { w.line(append([]string{"%R"}, values...)...) }

func yn(b bool) string {
	if b {
		return "Y"
	}
	return "N"
}

func (w *xerWriter) project() {
	o := &w.d.Options
	path := "CT_TotFloat"
	if o.Longest {
		path = "CT_DrivPath"
	}
	name := w.d.Name
	if name == "" {
		name = "PROGRAMME"
	}
	w.table("PROJECT", "proj_id proj_short_name clndr_id project_flag export_flag last_recalc_date plan_start_date plan_end_date scd_end_date critical_drtn_hr_cnt critical_path_type")
	data := o.DataDate
	if data == workcal.None {
		data = o.Start
	}
	end := workcal.None
	for i := range w.d.Activities {
		end = max(end, w.d.Activities[i].Stored.Finish)
	}
	w.row(w.ids.project, name, w.ids.dflt, "Y", "Y", dateText(data), dateText(o.Start), dateText(o.MustEnd), dateText(end), hoursText(o.Critical), path)
	w.table("SCHEDOPTIONS", "schedoptions_id proj_id sched_open_critical_flag sched_retained_logic sched_progress_override sched_float_type sched_calendar_on_relationship_lag sched_use_expect_end_flag")
	kind := [...]string{"FT_Min", "FT_SF", "FT_FF"}[o.Float]
	w.row("1", w.ids.project, yn(o.OpenEnds), yn(o.Progress == cpm.Retained), yn(o.Progress == cpm.Override), kind, word(xerLags, o.Lag), "Y")
}

func (w *xerWriter) calendars() {
	w.table("CALENDAR", "clndr_id default_flag clndr_name proj_id base_clndr_id clndr_type day_hr_cnt week_hr_cnt month_hr_cnt year_hr_cnt clndr_data")
	for i := range w.d.Calendars {
		c := &w.d.Calendars[i]
		day := c.Hours
		if day == 0 {
			day = float64(w.d.MinutesDay) / 60
		}
		kind := "CA_Base"
		if c.Resource {
			kind = "CA_Rsrc"
		}
		num := func(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }
		w.row(w.ids.calendar[c.ID], yn(c.ID == w.d.Calendar), c.Name, "", w.ids.calendar[c.Base], kind, num(day), num(5*day), num(20*day), num(240*day), w.calendarText(c))
	}
}

func (w *xerWriter) calendarText(c *plan.Calendar) string {
	text, whole := hours.Text(&c.Rules, c.Base == "")
	if !whole {
		w.d.Ignore("exceptions of a calendar beyond 10,000 days are left out")
	}
	return text
}

func (w *xerWriter) structure() {
	w.table("PROJWBS", "wbs_id proj_id seq_num proj_node_flag wbs_short_name wbs_name parent_wbs_id status_code")
	if w.hasRoot() {
		w.row(w.ids.rootWBS, w.ids.project, "0", "Y", "P", w.d.Name, "", "WS_Open")
	}
	for i := range w.d.Activities {
		a := &w.d.Activities[i]
		if a.Kind != cpm.Summary {
			continue
		}
		parent := w.ids.wbs[i]
		if a.Parent < 0 && !w.hasRoot() {
			parent = ""
		}
		w.row(w.ids.activity[i], w.ids.project, strconv.Itoa(i), yn(a.Parent < 0 && !w.hasRoot()), w.ids.code[i], a.Name, parent, "WS_Open")
	}
}

// hasRoot: a node for the project itself is written where the source has none.
func (w *xerWriter) hasRoot() bool {
	if !w.ids.native {
		return true
	}
	for i := range w.d.Activities {
		if w.d.Activities[i].Parent < 0 && w.d.Activities[i].Kind != cpm.Summary {
			return true
		}
	}
	return false
}

func (w *xerWriter) resources() {
	w.table("RSRC", "rsrc_id clndr_id rsrc_name rsrc_short_name rsrc_type active_flag")
	for i := range w.d.Resources {
		r := &w.d.Resources[i]
		kind := "RT_Labor"
		if r.Kind != 1 {
			kind = "RT_Mat"
		}
		code := r.Code
		if code == "" {
			code = "R" + w.ids.resource[r.ID]
		}
		w.row(w.ids.resource[r.ID], w.ids.calendar[r.Calendar], r.Name, code, kind, "Y")
	}
}

func (w *xerWriter) tasks() {
	w.table("TASK", "task_id proj_id wbs_id clndr_id phys_complete_pct complete_pct_type task_type duration_type status_code task_code task_name total_float_hr_cnt free_float_hr_cnt remain_drtn_hr_cnt target_drtn_hr_cnt cstr_date act_start_date act_end_date late_start_date late_end_date expect_end_date early_start_date early_end_date target_start_date target_end_date cstr_type suspend_date resume_date cstr_date2 cstr_type2 driving_path_flag external_early_start_date external_late_end_date")
	for i := range w.d.Activities {
		a := &w.d.Activities[i]
		if a.Kind == cpm.Summary || a.Null || a.Inactive {
			continue
		}
		s := &a.Stored
		kind := xerKind(w.d, a)
		status := "TK_NotStart"
		if a.ActualFinish != workcal.None {
			status = "TK_Complete"
		} else if a.ActualStart != workcal.None {
			status = "TK_Active"
		}
		pct := a.PercentKind
		if !strings.HasPrefix(pct, "CP_") {
			pct = "CP_Drtn"
		}
		cal := w.ids.calendar[a.Calendar]
		if cal == "" {
			cal = w.ids.dflt
		}
		c1, d1 := xerConstraint(a.Constraints[0])
		c2, d2 := xerConstraint(a.Constraints[1])
		if a.Deadline != workcal.None && c2 == "" {
			c2, d2 = "CS_MEOB", dateText(a.Deadline)
		}
		total, free := "", ""
		if s.Floats {
			total, free = hoursText(s.TotalFloat), hoursText(s.FreeFloat)
		}
		start, finish := s.Start, s.Finish
		w.row(w.ids.activity[i], w.ids.project, w.ids.wbs[i], cal, strconv.FormatFloat(a.PhysicalPercent, 'f', -1, 64), pct, kind, "DT_FixedDrtn", status, w.ids.code[i], a.Name,
			total, free, hoursText(a.Remaining), hoursText(a.Duration), d1, dateText(a.ActualStart), dateText(a.ActualFinish), dateText(s.LateStart), dateText(s.LateFinish), dateText(a.Expected),
			dateText(s.EarlyStart), dateText(s.EarlyFinish), dateText(start), dateText(finish), c1, dateText(a.Stop), dateText(a.Resume), d2, c2, yn(s.Longest), dateText(a.ExternalStart), dateText(a.ExternalFinish))
	}
}

func xerKind(d *plan.Document, a *plan.Activity) string {
	native := d.Format == plan.XER || d.Format == plan.PMXML
	switch {
	case a.Kind == cpm.Task && a.Milestone && a.Duration == 0:
		return "TT_FinMile"
	case a.Kind == cpm.Task && native && !a.FixedDuration:
		return "TT_Rsrc"
	}
	return word(xerKinds, a.Kind)
}

func xerConstraint(c cpm.Constraint) (kind, at string) {
	if c.Rule == cpm.ASAP {
		return "", ""
	}
	if c.Rule == cpm.ALAP {
		return "CS_ALAP", ""
	}
	return word(xerRules, c.Rule), dateText(c.Date)
}

func (w *xerWriter) relations() {
	w.table("TASKPRED", "task_pred_id task_id pred_task_id proj_id pred_proj_id pred_type lag_hr_cnt")
	for i := range w.d.Relations {
		r := &w.d.Relations[i]
		if w.d.Activities[r.From].Kind == cpm.Summary || w.d.Activities[r.To].Kind == cpm.Summary {
			w.d.Ignore("relations of summaries: P6 has none; they are left out")
			continue
		}
		lag := r.Lag
		if r.Percent {
			lag = int32(int64(w.d.Activities[r.From].Duration) * int64(r.Lag) / 100)
		}
		w.row(strconv.Itoa(i+1), w.ids.activity[r.To], w.ids.activity[r.From], w.ids.project, w.ids.project, word(xerLinks, r.Link), hoursText(lag))
	}
}

func (w *xerWriter) assignments() {
	w.table("TASKRSRC", "taskrsrc_id task_id proj_id rsrc_id remain_qty target_qty remain_qty_per_hr target_qty_per_hr target_lag_drtn_hr_cnt target_start_date target_end_date")
	for i := range w.d.Assignments {
		s := &w.d.Assignments[i]
		id := w.ids.resource[s.Resource]
		if id == "" || w.d.Activities[s.Activity].Kind == cpm.Summary {
			continue
		}
		units := strconv.FormatFloat(s.Units, 'f', -1, 64)
		own := s.ID
		if !w.ids.native {
			own = strconv.Itoa(i + 1)
		}
		w.row(own, w.ids.activity[s.Activity], w.ids.project, id, hoursText(s.Remaining), hoursText(s.Work), units, units, hoursText(s.Delay), dateText(s.Start), dateText(s.Finish))
	}
}

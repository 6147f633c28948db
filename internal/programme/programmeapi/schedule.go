package programmeapi

import (
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"net/http"
	"slices"

	"plumbline/internal/cpm"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/programme"
	"plumbline/internal/programme/live"
	"plumbline/internal/programme/plan"
	"plumbline/internal/programme/state"
	"plumbline/internal/rest"
	"plumbline/internal/rest/jsontext"
	"plumbline/internal/workcal"
)

// Charge is one of those in charge.
type Charge struct {
	Kind string `json:"kind" enum:"person,company,role"`
	ID   string `json:"id"`
}

// Columns are the activities of a schedule: each column has one value for each.
type Columns struct {
	ID           []id.Activity  `json:"id"`
	Version      []int64        `json:"version"`
	Parent       []int          `json:"parent"`
	Level        []int          `json:"level"`
	Name         []string       `json:"name"`
	Code         []string       `json:"code"`
	Kind         []int          `json:"kind"`
	Calendar     []int          `json:"calendar"`
	Duration     []float64      `json:"duration"`
	Remaining    []float64      `json:"remaining"`
	Start        []*float64     `json:"start"`
	Finish       []*float64     `json:"finish"`
	EarlyStart   []*float64     `json:"early_start"`
	EarlyFinish  []*float64     `json:"early_finish"`
	LateStart    []*float64     `json:"late_start"`
	LateFinish   []*float64     `json:"late_finish"`
	PlannedStart []*float64     `json:"planned_start"`
	PlannedEnd   []*float64     `json:"planned_finish"`
	TotalFloat   []float64      `json:"total_float"`
	FreeFloat    []float64      `json:"free_float"`
	Critical     []int          `json:"critical"`
	Percent      []float64      `json:"percent"`
	ActualStart  []*float64     `json:"actual_start"`
	ActualFinish []*float64     `json:"actual_finish"`
	State        []int          `json:"state"`
	Behind       []int          `json:"behind"`
	Problems     []int          `json:"problems"`
	Blocking     []int          `json:"blocking"`
	Constraint   []int          `json:"constraint"`
	ConstraintAt []*float64     `json:"constraint_at"`
	Deadline     []*float64     `json:"deadline"`
	Manual       []int          `json:"manual"`
	InCharge     [][]Charge     `json:"in_charge"`
	Location     []*id.Location `json:"location"`
	Budget       []int64        `json:"budget"`
	Notes        []int          `json:"notes"`
	Gone         []int          `json:"gone"`
}

// Calendar is working time as a screen shades it.
type Calendar struct {
	ID         string         `json:"id"`
	Name       string         `json:"name"`
	Week       [7][][2]int32  `json:"week"` // minutes of the day, Monday first
	Exceptions []CalendarSpan `json:"exceptions"`
}

// CalendarSpan is other hours for some days.
type CalendarSpan struct {
	From   string     `json:"from"`
	To     string     `json:"to"`
	Shifts [][2]int32 `json:"shifts"`
}

// NotComputed says why a programme has no dates.
type NotComputed struct {
	Code   string `json:"code"`
	Detail string `json:"detail"`
}

// Schedule is a programme with its dates.
type Schedule struct {
	Programme   id.Programme `json:"programme"`
	Name        string       `json:"name"`
	Version     int64        `json:"version"`
	Live        bool         `json:"live"`
	Whole       bool         `json:"whole"`
	Day         *float64     `json:"day"` // as of which it is computed
	Start       *float64     `json:"start"`
	Finish      *float64     `json:"finish"`
	Planned     *float64     `json:"planned_finish"`
	Begins      *float64     `json:"project_start"`
	MinutesDay  int          `json:"minutes_day"`
	Calendar    int          `json:"calendar"`
	Calendars   []Calendar   `json:"calendars"`
	Activities  Columns      `json:"activities"`
	Relations   [][5]float64 `json:"relations"` // from, to, kind, lag, unit
	Driving     []int        `json:"driving"`
	NotComputed *NotComputed `json:"not_computed"`
	NotHonoured []string     `json:"not_honoured"`
}

func (h *api) schedule(w http.ResponseWriter, r *http.Request) error {
	project, err := rest.PathID[id.Project](r, "project")
	if err != nil {
		return err
	}
	which, err := rest.PathID[id.Programme](r, "programme")
	if err != nil {
		return err
	}
	g, err := h.in(r.Context(), project)
	if err != nil {
		return err
	}
	s, err := h.programmes.Schedule(r.Context(), g, which)
	if err != nil {
		return err
	}
	tag := fmt.Sprintf(`"%d-%d-%d-%x"`, s.Head.Version, s.Day, g.Level, shownAs(s.Show))
	w.Header().Set("ETag", tag)
	w.Header().Set("Cache-Control", "private, no-cache")
	if r.Header.Get("If-None-Match") == tag {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	w.Header().Set("Content-Type", "application/json")
	out := ScheduleOf(s)
	new(jsontext.Filler).Fill(&out)
	return fault.Wrap("programmeapi.schedule", json.NewEncoder(w).Encode(out))
}

// shownAs tells one choice of activities from another.
func shownAs(show []int) uint64 {
	h := fnv.New64a()
	for _, i := range show {
		_, _ = h.Write([]byte{byte(i), byte(i >> 8), byte(i >> 16), byte(i >> 24)})
	}
	return h.Sum64()
}

// ScheduleOf is a schedule as the API shows it.
func ScheduleOf(s programme.Schedule) Schedule {
	m := s.Model
	show := s.Show
	if show == nil {
		show = make([]int, len(m.Lines))
		for i := range show {
			show[i] = i
		}
	}
	out := Schedule{Programme: m.ID, Name: m.Name, Version: m.Version, Live: m.Live, Whole: s.Show == nil, Day: live.Minutes(s.Day), Begins: live.Minutes(m.Doc.Options.Start), MinutesDay: m.Doc.MinutesDay,
		Relations: [][5]float64{}, Driving: []int{}, NotHonoured: append([]string{}, m.Doc.Ignored...)}
	if out.MinutesDay == 0 {
		out.MinutesDay = 480
	}
	if s.Computed != nil && len(m.Lines) > 0 {
		if out.Whole {
			out.Start, out.Finish, out.Planned = live.Minutes(s.Computed.Forecast.Begin()), live.Minutes(s.Computed.Forecast.End()), live.Minutes(s.Computed.Planned.End())
		}
	} else if s.Fault != nil {
		out.NotComputed = notComputed(s.Fault)
	}
	index := calendars(m.Doc, &out)
	out.Activities = columns(s, show, index)
	at := make(map[int]int, len(show))
	for k, i := range show {
		at[i] = k
	}
	drives := driving(s.Computed)
	for k, r := range m.Doc.Relations {
		from, ok := at[r.From]
		to, also := at[r.To]
		if !ok || !also {
			continue
		}
		if drives[k] {
			out.Driving = append(out.Driving, len(out.Relations))
		}
		lag, unit := float64(r.Lag)/workcal.Minute, 0.0
		switch {
		case r.Percent:
			lag, unit = float64(r.Lag), 2
		case r.Elapsed:
			unit = 1
		}
		out.Relations = append(out.Relations, [5]float64{float64(from), float64(to), float64(r.Link), lag, unit})
	}
	return out
}

// driving are the relations that decide when their activity starts, by their
// indexes.
func driving(c *live.Computed) map[int]bool {
	out := map[int]bool{}
	if c == nil {
		return out
	}
	for i := range c.Lines {
		for _, k := range c.Forecast.Driving(i) {
			out[k] = true
		}
	}
	return out
}

func notComputed(err error) *NotComputed {
	n := &NotComputed{Code: "programme-network"}
	if f, ok := errors.AsType[*fault.Error](err); ok {
		n.Code, n.Detail = f.Code, f.Message
	}
	return n
}

func calendars(d *plan.Document, out *Schedule) map[string]int {
	index := map[string]int{}
	out.Calendars = make([]Calendar, len(d.Calendars))
	rules := map[string]*workcal.Rules{}
	for i := range d.Calendars {
		index[d.Calendars[i].ID] = i
		rules[d.Calendars[i].ID] = &d.Calendars[i].Rules
	}
	for i := range d.Calendars {
		c := &d.Calendars[i]
		shown := Calendar{ID: c.ID, Name: c.Name, Exceptions: []CalendarSpan{}}
		base := rules[c.Base]
		for day := range 7 {
			hours := c.Rules.Week[(day+1)%7]
			if hours == nil && base != nil {
				hours = base.Week[(day+1)%7]
			}
			shown.Week[day] = shifts(hours)
		}
		spans := c.Rules.Exceptions
		if base != nil {
			spans = append(slices.Clone(spans), base.Exceptions...)
		}
		for _, x := range spans {
			if x.Week == nil && len(shown.Exceptions) < 2000 {
				shown.Exceptions = append(shown.Exceptions, CalendarSpan{From: date(x.First), To: date(x.Last), Shifts: shifts(x.Hours)})
			}
		}
		out.Calendars[i] = shown
	}
	out.Calendar = max(0, index[d.Calendar])
	return index
}

func date(day int32) string {
	return workcal.Time(int64(day) * workcal.Day).Go().Format("2006-01-02")
}

func shifts(in []workcal.Shift) [][2]int32 {
	out := make([][2]int32, len(in))
	for i, s := range in {
		out[i] = [2]int32{s.From / workcal.Minute, s.To / workcal.Minute}
	}
	return out
}

func columns(s programme.Schedule, show []int, calendar map[string]int) Columns {
	m, c := s.Model, Columns{}
	at := make(map[int]int, len(show))
	doc := m.Doc
	if s.Computed != nil {
		doc = s.Computed.Forecast.Document
	} else if len(m.Lines) > 0 {
		doc = m.Effective()
	}
	for k, i := range show {
		at[i] = k
		a, l := &doc.Activities[i], &m.Lines[i]
		parent := -1
		if p, ok := at[a.Parent]; ok && a.Parent >= 0 {
			parent = p
		}
		cal, ok := calendar[a.Calendar]
		if !ok {
			cal = calendar[doc.Calendar]
		}
		c.ID, c.Version, c.Parent, c.Level = append(c.ID, l.ID), append(c.Version, l.Version), append(c.Parent, parent), append(c.Level, a.Level)
		c.Name, c.Code = append(c.Name, a.Name), append(c.Code, a.Code)
		c.Kind, c.Calendar = append(c.Kind, int(kindOf(a))), append(c.Calendar, cal)
		c.Duration, c.Remaining = append(c.Duration, span(a.Duration)), append(c.Remaining, span(a.Remaining))
		c.Percent = append(c.Percent, a.Percent)
		c.ActualStart, c.ActualFinish = append(c.ActualStart, live.Minutes(a.ActualStart)), append(c.ActualFinish, live.Minutes(a.ActualFinish))
		c.Problems, c.Blocking = append(c.Problems, l.Site.Problems), append(c.Blocking, l.Site.Blocking)
		rule := a.Constraints[0]
		c.Constraint = append(c.Constraint, int(rule.Rule))
		if rule.Rule > cpm.ALAP {
			c.ConstraintAt = append(c.ConstraintAt, live.Minutes(rule.Date))
		} else {
			c.ConstraintAt = append(c.ConstraintAt, nil)
		}
		c.Deadline, c.Manual = append(c.Deadline, live.Minutes(a.Deadline)), append(c.Manual, bit(a.Manual))
		budget := l.Budget
		if s.Show != nil {
			budget = 0 // money is for those who see the whole programme
		}
		c.InCharge, c.Budget = append(c.InCharge, chargesOf(l.InCharge)), append(c.Budget, budget)
		var where *id.Location
		if l.Location != "" {
			where = &l.Location
		}
		c.Location, c.Notes, c.Gone = append(c.Location, where), append(c.Notes, bit(a.Notes != "")), append(c.Gone, bit(l.Gone))
		c.dates(s.Computed, i)
	}
	return c
}

// dates appends the dates and the state of activity i.
func (c *Columns) dates(x *live.Computed, i int) {
	var f, p struct {
		ES, EF, LS, LF, S, F workcal.Time
		total, free          int32
		critical             bool
	}
	n := workcal.None
	f.ES, f.EF, f.LS, f.LF, f.S, f.F, p.S, p.F = n, n, n, n, n, n, n, n
	var st state.Of
	if x != nil {
		if d := x.Forecast.Dates(i); d.Scheduled {
			f.ES, f.EF, f.LS, f.LF, f.S, f.F, f.total, f.free, f.critical = d.EarlyStart, d.EarlyFinish, d.LateStart, d.LateFinish, d.Start, d.Finish, d.TotalFloat, d.FreeFloat, d.Critical
		}
		if d := x.Planned.Dates(i); d.Scheduled {
			p.S, p.F = d.Start, d.Finish
		}
		st = x.State(i)
	}
	c.Start, c.Finish = append(c.Start, live.Minutes(f.S)), append(c.Finish, live.Minutes(f.F))
	c.EarlyStart, c.EarlyFinish = append(c.EarlyStart, live.Minutes(f.ES)), append(c.EarlyFinish, live.Minutes(f.EF))
	c.LateStart, c.LateFinish = append(c.LateStart, live.Minutes(f.LS)), append(c.LateFinish, live.Minutes(f.LF))
	c.PlannedStart, c.PlannedEnd = append(c.PlannedStart, live.Minutes(p.S)), append(c.PlannedEnd, live.Minutes(p.F))
	c.TotalFloat, c.FreeFloat = append(c.TotalFloat, span(f.total)), append(c.FreeFloat, span(f.free))
	c.Critical = append(c.Critical, bit(f.critical))
	c.State, c.Behind = append(c.State, int(st.State)), append(c.Behind, bit(st.Behind))
}

func kindOf(a *plan.Activity) cpm.Kind {
	switch {
	case a.Group:
		return cpm.Summary
	case a.Kind == cpm.Task && a.Milestone && a.Duration == 0:
		return cpm.StartMilestone
	}
	return a.Kind
}

func span(t int32) float64 { return float64(t) / workcal.Minute }

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

func chargesOf(all []live.Charge) []Charge {
	out := make([]Charge, len(all))
	for i, c := range all {
		out[i] = Charge(c)
	}
	return out
}

package msp

import (
	"time"

	"plumbline/internal/programme/markup"
	"plumbline/internal/programme/plan"
	"plumbline/internal/workcal"
)

const maxSpans = 20_000 // of one calendar

func readCalendar(d *plan.Document, e *markup.Element) {
	c := plan.Calendar{ID: e.Text("UID"), Name: e.Text("Name"), Resource: !yes(e.Text("IsBaseCalendar"))}
	if base := e.Text("BaseCalendarUID"); base != "-1" && base != "0" && base != "" && base != c.ID {
		c.Base = base
	}
	exceptions := e.Kid("Exceptions")
	if days := e.Kid("WeekDays"); days != nil {
		readDays(d, &c, days, exceptions == nil || len(exceptions.Kids) == 0)
	}
	if exceptions != nil {
		for _, x := range exceptions.All("Exception") {
			readException(d, &c, x)
		}
	}
	if weeks := e.Kid("WorkWeeks"); weeks != nil {
		for _, w := range weeks.All("WorkWeek") {
			readWeek(&c, w)
		}
	}
	if c.Base == "" {
		for i, day := range workcal.Usual() {
			if c.Rules.Week[i] == nil {
				c.Rules.Week[i] = day
			}
		}
	}
	d.Calendars = append(d.Calendars, c)
}

// hours reads the working times of a day or an exception.
func hours(e *markup.Element) []workcal.Shift {
	out := workcal.Free()
	if !yes(e.Text("DayWorking")) {
		return out
	}
	times := e.Kid("WorkingTimes")
	if times == nil {
		return out
	}
	for _, t := range times.All("WorkingTime") {
		from, to := clock(t.Text("FromTime")), clock(t.Text("ToTime"))
		if to == 0 {
			to = workcal.Day
		}
		switch {
		case from < 0 || to < 0:
		case to > from:
			out = append(out, workcal.Shift{From: from, To: to})
		case from == to: // all round the clock
			out = append(out, workcal.Shift{From: 0, To: workcal.Day})
		}
	}
	return out
}

// readDays reads the week, and the exceptions as versions before 2007 wrote
// them: days of type 0 with a period.
func readDays(d *plan.Document, c *plan.Calendar, days *markup.Element, old bool) {
	for _, w := range days.All("WeekDay") {
		kind := number(w.Text("DayType"))
		if kind >= 1 && kind <= 7 {
			// A working day without times keeps those of the base.
			if h := hours(w); len(h) > 0 || !yes(w.Text("DayWorking")) {
				c.Rules.Week[kind-1] = h
			}
			continue
		}
		if kind != 0 || !old {
			continue
		}
		from, to := date(w.Text("TimePeriod", "FromDate")), date(w.Text("TimePeriod", "ToDate"))
		if from == workcal.None || to == workcal.None {
			continue
		}
		add(d, c, workcal.Span{First: from.DayOf(), Last: to.DayOf(), Hours: hours(w)})
	}
}

func add(d *plan.Document, c *plan.Calendar, s workcal.Span) {
	if len(c.Rules.Exceptions) >= maxSpans {
		d.Ignore("a calendar has more than 20,000 exceptions; the rest is left out")
		return
	}
	c.Rules.Exceptions = append(c.Rules.Exceptions, s)
}

func readWeek(c *plan.Calendar, e *markup.Element) {
	from, to := date(e.Text("TimePeriod", "FromDate")), date(e.Text("TimePeriod", "ToDate"))
	days := e.Kid("WeekDays")
	if from == workcal.None || to == workcal.None || days == nil || len(c.Rules.Weeks) >= maxSpans {
		return
	}
	week := &workcal.Week{}
	for _, w := range days.All("WeekDay") {
		if kind := number(w.Text("DayType")); kind >= 1 && kind <= 7 {
			week[kind-1] = hours(w)
		}
	}
	c.Rules.Weeks = append(c.Rules.Weeks, workcal.Span{First: from.DayOf(), Last: to.DayOf(), Week: week})
}

// readException reads an exception, which may recur: daily, or by day of week,
// month or year. It ends after its occurrences or on its last day.
func readException(d *plan.Document, c *plan.Calendar, e *markup.Element) {
	from, to := date(e.Text("TimePeriod", "FromDate")), date(e.Text("TimePeriod", "ToDate"))
	if from == workcal.None || to == workcal.None {
		return
	}
	first, last := from.DayOf(), to.DayOf()
	h := hours(e)
	kind, every := number(e.Text("Type")), max(1, number(e.Text("Period")))
	if kind <= 1 && every == 1 || kind == 0 || kind > 7 || first >= last {
		add(d, c, workcal.Span{First: first, Last: last, Hours: h})
		return
	}
	most := maxSpans
	if yes(e.Text("EnteredByOccurrences")) && number(e.Text("Occurrences")) > 0 {
		most = number(e.Text("Occurrences"))
	}
	r := recurrence{
		kind: kind, every: every, days: number(e.Text("DaysOfWeek")), item: number(e.Text("MonthItem")),
		position: number(e.Text("MonthPosition")), month: number(e.Text("Month")), monthDay: number(e.Text("MonthDay")),
	}
	for _, day := range r.expand(first, last, most) {
		add(d, c, workcal.Span{First: day, Last: day, Hours: h})
	}
}

// recurrence is the pattern of an exception, in the codes of the schema.
type recurrence struct{ kind, every, days, item, position, month, monthDay int }

func (r *recurrence) expand(first, last int32, most int) []int32 {
	var out []int32
	add := func(day int32) bool {
		if day >= first && day <= last && len(out) < most {
			out = append(out, day)
		}
		return day <= last && len(out) < most
	}
	switch r.kind {
	case 1, 7:
		for day := first; add(day); day += int32(r.every) {
		}
	case 6:
		sunday := first - int32(workcal.Weekday(first))
		for ; sunday <= last && len(out) < most; sunday += 7 * int32(r.every) {
			for wd := range int32(7) {
				if r.days&(1<<wd) != 0 {
					add(sunday + wd)
				}
			}
		}
	default:
		t := workcal.Time(int64(first) * workcal.Day).Go()
		step := r.every
		m := time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, time.UTC)
		if r.kind == 2 || r.kind == 3 {
			step = 12
			m = time.Date(t.Year(), time.Month(r.month+1), 1, 0, 0, 0, 0, time.UTC)
		}
		for range 12 * 240 {
			day := r.inMonth(m)
			if day > last || len(out) >= most {
				break
			}
			if day >= 0 || first < 0 {
				add(day)
			}
			m = m.AddDate(0, step, 0)
		}
	}
	return out
}

// inMonth is the day of a month that the pattern names.
func (r *recurrence) inMonth(m time.Time) int32 {
	one := workcalDay(m)
	length := int(workcalDay(m.AddDate(0, 1, 0)) - one)
	if r.kind == 2 || r.kind == 4 {
		return one + int32(min(max(r.monthDay, 1), length)) - 1
	}
	fits := func(day int32) bool {
		wd := workcal.Weekday(day)
		switch r.item {
		case 0:
			return true
		case 1:
			return wd > 0 && wd < 6
		case 2:
			return wd == 0 || wd == 6
		}
		return wd == r.item-3
	}
	n := 0
	found := one
	for i := range length {
		if day := one + int32(i); fits(day) {
			found = day
			if n == r.position && r.position < 4 {
				return day
			}
			n++
		}
	}
	return found // the last
}

func workcalDay(t time.Time) int32 {
	x, err := workcal.FromTime(t)
	if err != nil {
		return workcal.Last.DayOf() + 1
	}
	return x.DayOf()
}

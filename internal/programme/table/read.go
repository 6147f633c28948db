package table

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"plumbline/internal/cpm"
	"plumbline/internal/fault"
	"plumbline/internal/programme/plan"
	"plumbline/internal/tabular"
	"plumbline/internal/workcal"
)

// limits are those of a table; a programme is longer than the lists that people make.
func limits() tabular.Limits {
	return tabular.Limits{Bytes: 64 << 20, Opened: 512 << 20, Rows: 100_011, Columns: 200}
}

const (
	headRows   = 10 // in which the headings must be
	mostWrong  = 100
	mostLinks  = 2_000_000
	mostText   = 10_000
	mostCell   = 32_000 // of predecessors; a workbook's cell holds 32,767
	mostLevels = 500
)

// Read reads a programme from a CSV or XLSX file.
func Read(in io.Reader) (*plan.Document, error) {
	b, err := io.ReadAll(io.LimitReader(in, limits().Bytes+1))
	if err != nil {
		return nil, err
	}
	var rows []tabular.Row
	if bytes.HasPrefix(b, []byte("PK\x03\x04")) {
		rows, err = tabular.XLSX(bytes.NewReader(b), int64(len(b)), limits())
	} else {
		rows, err = tabular.ReadCSV(b, limits())
	}
	if err != nil {
		return nil, err
	}
	return read(rows)
}

// Looks reports that a text begins as a table of a programme does.
func Looks(beginning []byte) bool {
	lines := bytes.SplitAfterN(beginning, []byte("\n"), headRows+1)
	if len(lines) > headRows {
		lines = lines[:headRows]
	}
	rows, err := tabular.ReadCSV(bytes.Join(lines, nil), limits())
	if err != nil {
		return false
	}
	for i := range rows {
		if _, ok := headOf(&rows[i]); ok {
			return true
		}
	}
	return false
}

// reader takes rows in.
type reader struct {
	d     *plan.Document
	h     *head
	cal   *workcal.Calendar // of the project
	masks map[string]*workcal.Calendar
	lines []line
	wrong []fault.Field
}

// line is a row that became an activity.
type line struct {
	row   *tabular.Row
	key   string // by which predecessors name it
	mask  string
	level int
	given bool // the ID stands in the table
	short bool // it ends before it starts, and nothing else tells how long it lasts
}

func read(rows []tabular.Row) (*plan.Document, error) {
	at := -1
	r := &reader{masks: map[string]*workcal.Calendar{}}
	for i := range rows[:min(len(rows), headRows)] {
		if h, ok := headOf(&rows[i]); ok {
			r.h, at = h, i
			break
		}
	}
	if at < 0 {
		return nil, fault.New(fault.Unreadable, "programme-no-headings", "the table has no row of headings that names at least the activity and its start, duration or predecessors")
	}
	r.d = &plan.Document{Format: plan.Table, Options: cpm.Defaults(cpm.MSP, workcal.None), MinutesDay: 480, MinutesWeek: 2400, DaysMonth: 20}
	r.calendars()
	for i := range rows[at+1:] {
		r.row(&rows[at+1+i])
	}
	if len(r.d.Activities) == 0 && len(r.wrong) == 0 {
		return nil, fault.New(fault.Unreadable, "programme-empty", "the table has no row with an activity")
	}
	r.outline()
	r.relations()
	r.hold()
	if len(r.wrong) > 0 {
		return nil, r.refusal()
	}
	if r.h.unknown > 0 {
		r.d.Ignore(fmt.Sprintf("%d columns of the table are not known, and left out", r.h.unknown))
	}
	if r.has(colAssignee) {
		r.d.Ignore("who is in charge is not taken from a table: people are invited, and then put in charge")
	}
	if r.has(colTags) {
		r.d.Ignore("tags are left out")
	}
	return r.d, nil
}

// refusal says which cells are wrong.
func (r *reader) refusal() error {
	var parts []string
	for i, f := range r.wrong {
		if i == 20 {
			parts = append(parts, "and more")
			break
		}
		row, column, _ := strings.Cut(f.Path, ".")
		parts = append(parts, fmt.Sprintf("row %s, %s: %s", row, column, f.Code))
	}
	return fault.New(fault.Invalid, "programme-table", "cells of the table cannot be read: "+strings.Join(parts, "; ")).With(r.wrong...)
}

// bad notes that a cell cannot be read.
func (r *reader) bad(row *tabular.Row, column, code string) {
	if len(r.wrong) < mostWrong {
		r.wrong = append(r.wrong, fault.Field{Path: strconv.Itoa(row.Number) + "." + column, Code: code})
	}
}

// cell is the cell of a column; false if there is none, or nothing in it.
func (r *reader) cell(row *tabular.Row, column string) (*tabular.Cell, bool) {
	i, ok := r.h.at[column]
	if !ok || i >= len(row.Cells) {
		return nil, false
	}
	c := &row.Cells[i]
	if c.Kind == tabular.Bad {
		r.bad(row, column, "no-value")
		return nil, false
	}
	return c, strings.TrimSpace(c.String()) != ""
}

func (r *reader) has(column string) bool {
	_, ok := r.h.at[column]
	return ok
}

func (r *reader) text(row *tabular.Row, column string) string {
	c, ok := r.cell(row, column)
	if !ok {
		return ""
	}
	s, most := strings.TrimSpace(c.String()), mostText
	if column == colPredecessors {
		most = mostCell
	}
	if len(s) > most {
		r.bad(row, column, "too-long")
		return ""
	}
	return s
}

func (r *reader) calendars() {
	r.cal = r.calendar(usual)
	r.d.Calendar = "ww-" + usual
}

// calendar is the calendar of a working week, which the document then has.
func (r *reader) calendar(mask string) *workcal.Calendar {
	if c, ok := r.masks[mask]; ok {
		return c
	}
	rules := workcal.Rules{Week: weekOf(mask)}
	c, err := workcal.Compile(&rules)
	if err != nil {
		panic(err) // the hours are ours
	}
	r.masks[mask] = c
	r.d.Calendars = append(r.d.Calendars, plan.Calendar{ID: "ww-" + mask, Name: "ww-" + mask, Rules: rules, Hours: 8})
	return c
}

// row makes an activity of a row.
func (r *reader) row(row *tabular.Row) {
	a := plan.NewActivity()
	l := line{row: row, mask: usual, level: 1}
	a.Name = r.text(row, colName)
	if a.Name == "" {
		if _, ok := r.cell(row, colStart); !ok && r.text(row, colUnique)+r.text(row, colID) == "" {
			return // a line between, or below the table
		}
		r.bad(row, colName, "required")
	}
	a.Number = len(r.d.Activities) + 1
	l.key = r.text(row, colID)
	a.ID = r.text(row, colUnique)
	l.given = a.ID != "" || l.key != "" && !r.has(colUnique)
	switch {
	case l.key == "" && a.ID == "":
		l.key, a.ID = strconv.Itoa(a.Number), strconv.Itoa(a.Number)
	case a.ID == "":
		a.ID = l.key
	case l.key == "":
		l.key = a.ID
	}
	a.Code, a.WBS, a.Notes, a.Unit = r.text(row, colCode), r.text(row, colWBS), r.text(row, colDescription), r.text(row, colUnit)
	if u := fold(a.Unit); u == "percent" || u == "procent" || u == "prozent" || u == "pourcent" || a.Unit == "%" {
		a.Unit = ""
	}
	if s := r.text(row, colWeek); s != "" {
		if mask, ok := maskOf(s); !ok {
			r.bad(row, colWeek, "not-a-week")
		} else if l.mask = mask; mask != usual {
			a.Calendar = "ww-" + mask
		}
	}
	if s := r.text(row, colLevel); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 || n > mostLevels {
			r.bad(row, colLevel, "not-a-level")
			n = 1
		}
		l.level = n
	}
	if c, ok := r.cell(row, colBudget); ok {
		n, ok := numberOf(c)
		if !ok {
			r.bad(row, colBudget, "not-a-number")
		}
		a.Cost = n
	}
	l.short = r.when(row, &a, r.calendar(l.mask))
	r.progress(row, &a, r.calendar(l.mask))
	r.d.Activities = append(r.d.Activities, a)
	r.lines = append(r.lines, l)
}

// date reads a date cell: a start without a time is the first work of the day, an
// end the last.
func (r *reader) date(row *tabular.Row, column string, cal *workcal.Calendar, end bool) workcal.Time {
	c, ok := r.cell(row, column)
	if !ok {
		return workcal.None
	}
	t, clock, ok := dateOf(c)
	switch {
	case !ok:
		r.bad(row, column, "not-a-date")
		return workcal.None
	case clock:
		return t
	case end:
		return cal.LastFinish(t + workcal.Day)
	}
	return cal.NextStart(t)
}

// when reads start, end and duration. Two of them tell the third; a row with a
// start alone is a milestone. It tells whether the end comes before the start.
func (r *reader) when(row *tabular.Row, a *plan.Activity, cal *workcal.Calendar) (short bool) {
	s := &a.Stored
	s.Start, s.Finish = r.date(row, colStart, cal, false), r.date(row, colEnd, cal, true)
	c, given := r.cell(row, colDuration)
	switch {
	case given:
		text := c.String()
		d, ok := spanOf(text, r.h.lang)
		if !ok || d.percent || d.ticks < 0 {
			r.bad(row, colDuration, "not-a-duration")
			return false
		}
		a.Duration, a.Elapsed, a.Estimated = d.ticks, d.elapsed, strings.HasSuffix(strings.TrimSpace(text), "?")
	case s.Start != workcal.None && s.Finish != workcal.None:
		short = s.Finish < s.Start
		a.Duration = int32(min(max(0, cal.Between(s.Start, s.Finish)), mostTicks))
	case s.Finish != workcal.None:
		s.Start = s.Finish
	}
	a.Remaining = a.Duration
	a.Milestone = a.Duration == 0
	if s.Start != workcal.None && s.Finish == workcal.None {
		if s.Finish = cal.Add(s.Start, int64(a.Duration)); a.Elapsed {
			s.Finish = s.Start + workcal.Time(a.Duration)
		}
	}
	rule, ok := constraints[fold(r.text(row, colConstraint))]
	if !ok {
		r.bad(row, colConstraint, "not-a-constraint")
		return false
	}
	a.Constraints[0] = cpm.Constraint{Rule: rule}
	if rule != cpm.ASAP && rule != cpm.ALAP {
		end := rule == cpm.FinishNoEarlier || rule == cpm.FinishNoLater || rule == cpm.MustFinish || rule == cpm.FinishOn
		if a.Constraints[0].Date = r.date(row, colConstrained, cal, end); a.Constraints[0].Date == workcal.None {
			r.bad(row, colConstrained, "required")
		}
	}
	return short
}

// progress reads how much is done. What is said to be begun began as planned
// where no date tells otherwise, and what is whole ended so.
func (r *reader) progress(row *tabular.Row, a *plan.Activity, cal *workcal.Calendar) {
	if c, ok := r.cell(row, colProgress); ok {
		n, ok := numberOf(c)
		if c.Kind == tabular.Number && n > 0 && n < 1 && !strings.Contains(c.Text, "%") {
			n *= 100 // a spreadsheet's percent
		}
		if !ok || n < 0 || n > 100 {
			r.bad(row, colProgress, "not-a-percentage")
			return
		}
		a.Percent = math.Round(n)
	}
	a.ActualStart, a.ActualFinish = r.date(row, colActualStart, cal, false), r.date(row, colActualEnd, cal, true)
	if a.Percent > 0 && a.ActualStart == workcal.None {
		a.ActualStart = a.Stored.Start
	}
	if a.Percent == 100 && a.ActualFinish == workcal.None && a.ActualStart != workcal.None {
		a.ActualFinish = max(a.ActualStart, a.Stored.Finish)
	}
	if a.ActualFinish != workcal.None {
		a.Percent = 100
	}
	a.Actual = int32(float64(a.Duration) * a.Percent / 100)
	a.Remaining = a.Duration - a.Actual
}

func numberOf(c *tabular.Cell) (float64, bool) {
	if c.Kind == tabular.Number {
		return c.Number, true
	}
	s := strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(c.String()), "%"))
	s = strings.NewReplacer(" ", "", "\u00a0", "", "'", "", "€", "").Replace(s)
	if i, k := strings.LastIndex(s, ","), strings.LastIndex(s, "."); i > k { // 1.234,50
		s = strings.Replace(strings.ReplaceAll(s, ".", ""), ",", ".", 1)
	} else {
		s = strings.ReplaceAll(s, ",", "")
	}
	n, err := strconv.ParseFloat(s, 64)
	return n, err == nil && !math.IsNaN(n) && !math.IsInf(n, 0)
}

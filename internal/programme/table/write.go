package table

import (
	"cmp"
	"io"
	"strconv"
	"strings"
	"time"

	"plumbline/internal/cpm"
	"plumbline/internal/programme/plan"
	"plumbline/internal/tabular"
	"plumbline/internal/workcal"
)

// columns of a table that is written.
var columns = []tabular.Column{
	{Title: colID, Width: 6}, {Title: colUnique, Width: 10}, {Title: colCode, Width: 10}, {Title: colWBS, Width: 10}, {Title: colLevel, Width: 6},
	{Title: colName, Width: 48}, {Title: colStart, Width: 17}, {Title: colEnd, Width: 17}, {Title: colDuration, Width: 10}, {Title: colProgress, Width: 9},
	{Title: colActualStart, Width: 17}, {Title: colActualEnd, Width: 17}, {Title: colPredecessors, Width: 20}, {Title: colConstraint, Width: 11},
	{Title: colConstrained, Width: 17}, {Title: colWeek, Width: 13}, {Title: colUnit, Width: 8}, {Title: colBudget, Width: 12}, {Title: colDescription, Width: 40},
}

// sink takes rows: a sheet or a CSV file.
type sink interface{ Row(...tabular.Cell) error }

// WriteCSV writes a programme, with semicolons and dates as ISO 8601 has them.
func WriteCSV(out io.Writer, d *plan.Document) error {
	w, err := tabular.NewCSV(out, ';', time.DateOnly)
	if err != nil {
		return err
	}
	titles := make([]tabular.Cell, len(columns))
	for i, c := range columns {
		titles[i] = tabular.T(c.Title)
	}
	if err := w.Row(titles...); err != nil {
		return err
	}
	if err := write(w, d); err != nil {
		return err
	}
	return w.Close()
}

// WriteXLSX writes a programme as a workbook of one sheet.
func WriteXLSX(out io.Writer, d *plan.Document) error {
	b := tabular.NewBook(out, tabular.About{Title: d.Name, Lang: "en"})
	s, err := b.Sheet("programme", columns...)
	if err != nil {
		return err
	}
	if err := write(s, d); err != nil {
		return err
	}
	return b.Close()
}

type writer struct {
	d     *plan.Document
	shown func(i int) (start, finish workcal.Time)
	key   []int // the number of each row, 0 without one
	preds map[int][]int
	masks map[string]string // of calendars
	seen  map[string]bool   // IDs that are written
}

func write(to sink, d *plan.Document) error {
	w := &writer{d: d, key: make([]int, len(d.Activities)), preds: map[int][]int{}, masks: map[string]string{}, shown: plan.Shown(d, cpm.MSP), seen: map[string]bool{}}
	n := 0
	for i := range d.Activities {
		if !d.Activities[i].Null {
			n++
			w.key[i] = n
		}
	}
	for k := range d.Relations {
		w.preds[d.Relations[k].To] = append(w.preds[d.Relations[k].To], k)
	}
	w.weeks()
	for i := range d.Activities {
		if w.key[i] == 0 {
			continue
		}
		if err := to.Row(w.row(i)...); err != nil {
			return err
		}
	}
	return nil
}

// weeks finds the working week of each calendar, and says what of calendars a
// table cannot hold.
func (w *writer) weeks() {
	byID := map[string]*plan.Calendar{}
	for i := range w.d.Calendars {
		byID[w.d.Calendars[i].ID] = &w.d.Calendars[i]
	}
	full := workcal.Usual()[1]
	for id := range byID {
		mask, other := []byte("0000000"), false
		seen := 0
		for i := range 7 {
			wd := (i + 1) % 7
			var hours []workcal.Shift
			for c := byID[id]; c != nil && seen < 1000; c = byID[c.Base] {
				seen++
				other = other || len(c.Rules.Exceptions)+len(c.Rules.Weeks) > 0
				if hours = c.Rules.Week[wd]; hours != nil || c.Base == c.ID {
					break
				}
			}
			if len(hours) > 0 {
				mask[i] = '1'
				other = other || len(hours) != len(full) || hours[0] != full[0] || hours[len(hours)-1] != full[len(full)-1]
			}
		}
		if other {
			w.d.Ignore("a table holds the working days of a calendar, and neither its hours nor its holidays")
		}
		if m := string(mask); strings.Contains(m, "1") {
			w.masks[id] = m
		}
	}
}

// until is an end that a table does not take for a day without a time: a minute
// before midnight.
func until(t workcal.Time) workcal.Time {
	if t.In() && t%workcal.Day == 0 {
		return t - workcal.Minute
	}
	return t
}

// at is a date, if a table may hold it.
func at(t workcal.Time) tabular.Cell {
	if !t.In() || t.Go().Year() > 2132 {
		return tabular.Cell{}
	}
	return tabular.At(t.Go(), time.UTC)
}

func (w *writer) row(i int) []tabular.Cell {
	a := &w.d.Activities[i]
	start, finish := w.shown(i)
	finish = until(finish)
	duration := tabular.T(spanText(min(max(0, a.Duration), mostTicks), a.Elapsed))
	rule := a.Constraints[0]
	if at(rule.Date).Kind == tabular.Empty && rule.Rule != cpm.ALAP {
		rule = cpm.Constraint{}
	}
	if a.Kind == cpm.Summary || a.Group {
		duration, rule = tabular.Cell{}, cpm.Constraint{}
		if finish < start {
			start, finish = workcal.None, workcal.None
		}
	}
	id := clean(a.ID)
	if w.seen[id] {
		id = ""
	}
	w.seen[id] = true
	preds := w.predecessors(i)
	mask := w.masks[a.Calendar]
	if own := w.masks[w.d.Calendar]; mask == "" {
		mask = own
	}
	if mask != "" {
		mask = "ww-" + mask
	}
	constrained := tabular.Cell{}
	if rule.Rule != cpm.ASAP && rule.Rule != cpm.ALAP {
		constrained = at(rule.Date)
	}
	budget := tabular.Cell{}
	if a.Cost != 0 {
		budget = tabular.Cell{Kind: tabular.Number, Number: a.Cost}
	}
	level := min(max(1, a.Level), mostLevels)
	actualStart, actualFinish := a.ActualStart, a.ActualFinish
	if a.Kind == cpm.Summary {
		actualStart, actualFinish = workcal.None, workcal.None
	}
	return []tabular.Cell{
		tabular.N(int64(w.key[i])), tabular.T(id), tabular.T(clean(a.Code)), tabular.T(clean(a.WBS)), tabular.N(int64(level)), tabular.T(cmp.Or(clean(a.Name), clean(a.Code), id, "–")), at(start), at(finish), duration,
		tabular.N(int64(min(max(0, a.Percent), 100) + 0.5)), at(actualStart), at(until(actualFinish)), tabular.T(preds), tabular.T(constraintNames[rule.Rule]), constrained,
		tabular.T(mask), tabular.T(clean(a.Unit)), budget, tabular.T(clean(a.Notes)),
	}
}

// clean is a text as a cell may hold it.
func clean(s string) string {
	s = strings.TrimSpace(strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", ""))
	if len(s) <= mostText {
		return s
	}
	return strings.TrimSpace(strings.ToValidUTF8(s[:mostText], ""))
}

// predecessors are the relations that lead to a row, as far as a cell can hold them.
func (w *writer) predecessors(i int) string {
	var b strings.Builder
	for _, k := range w.preds[i] {
		x := &w.d.Relations[k]
		if w.key[x.From] == 0 {
			continue
		}
		s := strconv.Itoa(w.key[x.From]) + x.Link.String()
		switch {
		case x.Lag != 0 && x.Percent:
			s += sign(x.Lag) + strconv.Itoa(int(min(max(x.Lag, -mostTicks/100), mostTicks/100))) + "%"
		case x.Lag != 0:
			s += sign(x.Lag) + spanText(min(max(x.Lag, -mostTicks), mostTicks), x.Elapsed)
		}
		if b.Len()+len(s)+1 > mostCell {
			w.d.Ignore("a row has more predecessors than a cell of a table holds; the rest is left out")
			break
		}
		if b.Len() > 0 {
			b.WriteByte(';')
		}
		b.WriteString(s)
	}
	return b.String()
}

// sign is the plus of a lag; a lead brings its own minus.
func sign(lag int32) string {
	if lag > 0 {
		return "+"
	}
	return ""
}

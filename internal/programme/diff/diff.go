// Package diff tells two versions of a programme apart: what is new, gone,
// changed and moved. Activities are the same by their source's unique ID.
package diff

import (
	"slices"
	"strconv"
	"strings"

	"plumbline/internal/programme/plan"
	"plumbline/internal/workcal"
)

// Kind says what became of an activity.
type Kind string

// What becomes of activities. One that moved stands elsewhere in the structure or
// in time, and is as it was in all else.
const (
	New     Kind = "new"
	Gone    Kind = "gone"
	Changed Kind = "changed"
	Moved   Kind = "moved"
)

// Change is one activity that differs.
type Change struct {
	Kind   Kind    `json:"kind"`
	ID     string  `json:"id"`
	Code   string  `json:"code,omitempty"`
	Name   string  `json:"name"`
	Fields []Field `json:"fields,omitempty"`
}

// Field is what differs of it.
type Field struct {
	Name string `json:"field"`
	From string `json:"from"`
	To   string `json:"to"`
}

// Between lists the differences, those of the second file in its order and then
// what is gone.
func Between(a, b *plan.Document) []Change {
	before := map[string]int{}
	for i := range a.Activities {
		before[a.Activities[i].ID] = i
	}
	ra, rb := relations(a), relations(b)
	var out []Change
	seen := map[string]bool{}
	for i := range b.Activities {
		x := &b.Activities[i]
		if x.Null {
			continue
		}
		seen[x.ID] = true
		j, ok := before[x.ID]
		if !ok {
			out = append(out, Change{Kind: New, ID: x.ID, Code: x.Code, Name: x.Name})
			continue
		}
		fields := compare(a, b, j, i)
		if from, to := ra[j], rb[i]; from != to {
			fields = append(fields, Field{"predecessors", from, to})
		}
		if len(fields) > 0 {
			kind := Moved
			for _, f := range fields {
				if f.Name != "below" && f.Name != "start" && f.Name != "finish" {
					kind = Changed
				}
			}
			out = append(out, Change{kind, x.ID, x.Code, x.Name, fields})
		}
	}
	for i := range a.Activities {
		if x := &a.Activities[i]; !seen[x.ID] && !x.Null {
			out = append(out, Change{Kind: Gone, ID: x.ID, Code: x.Code, Name: x.Name})
		}
	}
	return out
}

// compare lists the fields in which two activities differ.
func compare(a, b *plan.Document, i, j int) []Field {
	x, y := &a.Activities[i], &b.Activities[j]
	var out []Field
	add := func(name, from, to string) {
		if from != to {
			out = append(out, Field{name, from, to})
		}
	}
	add("name", x.Name, y.Name)
	add("code", x.Code, y.Code)
	add("below", parent(a, x), parent(b, y))
	add("kind", strconv.Itoa(int(x.Kind)), strconv.Itoa(int(y.Kind)))
	add("duration", minutes(x.Duration), minutes(y.Duration))
	add("remaining", minutes(x.Remaining), minutes(y.Remaining))
	add("percent", percent(x.Percent), percent(y.Percent))
	add("calendar", calendar(a, x.Calendar), calendar(b, y.Calendar))
	for k := range x.Constraints {
		cx, cy := x.Constraints[k], y.Constraints[k]
		add("constraint", strconv.Itoa(int(cx.Rule))+at(cx.Rule > 1, cx.Date), strconv.Itoa(int(cy.Rule))+at(cy.Rule > 1, cy.Date))
	}
	add("deadline", x.Deadline.String(), y.Deadline.String())
	add("start", x.Stored.Start.String(), y.Stored.Start.String())
	add("finish", x.Stored.Finish.String(), y.Stored.Finish.String())
	add("actual start", x.ActualStart.String(), y.ActualStart.String())
	add("actual finish", x.ActualFinish.String(), y.ActualFinish.String())
	add("budget", amount(x.Cost), amount(y.Cost))
	add("unit", x.Unit, y.Unit)
	add("description", x.Notes, y.Notes)
	return out
}

func parent(d *plan.Document, a *plan.Activity) string {
	if a.Parent < 0 {
		return ""
	}
	return d.Activities[a.Parent].ID
}

func calendar(d *plan.Document, id string) string {
	for i := range d.Calendars {
		if d.Calendars[i].ID == id {
			return d.Calendars[i].Name
		}
	}
	return ""
}

func at(dated bool, t workcal.Time) string {
	if !dated {
		return ""
	}
	return " " + t.String()
}

func minutes(t int32) string {
	return strconv.FormatFloat(float64(t)/workcal.Minute, 'f', -1, 64)
}

func amount(x float64) string { return strconv.FormatFloat(x, 'f', 2, 64) }

func percent(p float64) string { return strconv.FormatFloat(p, 'f', 1, 64) }

// relations spells out what binds each activity, in one order.
func relations(d *plan.Document) []string {
	list := make([][]string, len(d.Activities))
	for i := range d.Relations {
		r := &d.Relations[i]
		s := d.Activities[r.From].ID + " " + r.Link.String()
		switch {
		case r.Percent:
			s += " " + strconv.Itoa(int(r.Lag)) + "%"
		case r.Lag != 0:
			s += " " + minutes(r.Lag)
		}
		list[r.To] = append(list[r.To], s)
	}
	out := make([]string, len(list))
	for i, l := range list {
		slices.Sort(l)
		out[i] = strings.Join(l, "; ")
	}
	return out
}

package table

import (
	"strings"

	"plumbline/internal/cpm"
	"plumbline/internal/programme/plan"
	"plumbline/internal/workcal"
)

// outline finds what stands below what: by the level, else by the codes of the
// work breakdown structure, 1.2 above 1.2.3.
func (r *reader) outline() {
	if r.has(colLevel) {
		var open []int // the last activity of each level
		for i := range r.lines {
			level := min(r.lines[i].level, len(open)+1)
			open = append(open[:level-1], i)
			r.below(i, level, open)
		}
		return
	}
	byCode := map[string]int{}
	for i := range r.d.Activities {
		a := &r.d.Activities[i]
		a.Level = 1
		if a.WBS == "" {
			continue
		}
		for code := a.WBS; ; {
			at := strings.LastIndex(code, ".")
			if at < 0 {
				break
			}
			code = code[:at]
			if up, ok := byCode[code]; ok && r.d.Activities[up].Level < mostLevels {
				a.Parent, a.Level = up, r.d.Activities[up].Level+1
				r.d.Activities[up].Kind, r.d.Activities[up].Milestone = cpm.Summary, false
				break
			}
		}
		if _, twice := byCode[a.WBS]; !twice {
			byCode[a.WBS] = i
		}
	}
}

func (r *reader) below(i, level int, open []int) {
	a := &r.d.Activities[i]
	a.Level = level
	if level > 1 {
		up := &r.d.Activities[open[level-2]]
		a.Parent, up.Kind, up.Milestone = open[level-2], cpm.Summary, false
	}
}

// relations reads the predecessors of each row.
func (r *reader) relations() {
	known, ids := map[string]int{}, map[string]bool{}
	for i := range r.lines {
		l, a := &r.lines[i], &r.d.Activities[i]
		if _, twice := known[l.key]; twice {
			r.bad(l.row, colID, "twice")
			continue
		}
		known[l.key] = i
		if l.given && ids[a.ID] {
			r.bad(l.row, colUnique, "twice")
		}
		ids[a.ID] = ids[a.ID] || l.given
	}
	for i := range r.lines {
		a := &r.d.Activities[i]
		for !r.lines[i].given && ids[a.ID] {
			a.ID = "row-" + a.ID
		}
		ids[a.ID] = true
	}
	for i := range r.lines {
		l := &r.lines[i]
		cell := r.text(l.row, colPredecessors)
		if cell == "" {
			continue
		}
		list, code := references(cell, r.h.lang, known)
		if code != "" {
			r.bad(l.row, colPredecessors, code)
			continue
		}
		for _, x := range list {
			from := known[x.id]
			if from == i {
				r.bad(l.row, colPredecessors, "itself")
				continue
			}
			one := plan.Relation{From: from, To: i, Link: x.link, Lag: x.lag.ticks, Percent: x.lag.percent, Elapsed: x.lag.elapsed, Format: 7}
			if one.Percent {
				one.Lag /= 100
			}
			r.d.Relations = append(r.d.Relations, one)
		}
		if len(r.d.Relations) > mostLinks {
			r.bad(l.row, colPredecessors, "too-many")
			return
		}
	}
}

// hold finds when the project starts, and holds activities to the start that the
// table gives them where neither a relation nor a constraint does.
func (r *reader) hold() {
	bound := make([]bool, len(r.d.Activities))
	for i := range r.d.Relations {
		bound[r.d.Relations[i].To] = true
	}
	start := workcal.Never
	for i := range r.d.Activities {
		a := &r.d.Activities[i]
		if a.Kind == cpm.Summary {
			a.Duration, a.Remaining, a.Actual = 0, 0, 0
			a.ActualStart, a.ActualFinish, a.Constraints[0] = workcal.None, workcal.None, cpm.Constraint{}
		} else if r.lines[i].short {
			r.bad(r.lines[i].row, colEnd, "before-start")
		}
		if t := a.Stored.Start; t != workcal.None {
			start = min(start, t)
		}
		if t := a.ActualStart; t != workcal.None {
			start = min(start, t)
		}
	}
	if start != workcal.Never {
		r.d.Options.Start = start
	}
	if r.has(colConstraint) {
		return
	}
	for i := range r.d.Activities {
		a := &r.d.Activities[i]
		if a.Kind != cpm.Summary && !bound[i] && a.Stored.Start != workcal.None && a.ActualStart == workcal.None && a.Stored.Start > start {
			a.Constraints[0] = cpm.Constraint{Rule: cpm.StartNoEarlier, Date: a.Stored.Start}
		}
	}
}

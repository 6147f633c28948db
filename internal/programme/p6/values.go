package p6

import (
	"math"
	"strconv"
	"strings"

	"plumbline/internal/cpm"
	"plumbline/internal/workcal"
)

// date reads 2026-01-05 08:00, with a T or without, with seconds or without.
func date(s string) workcal.Time {
	if len(s) < 10 || s[4] != '-' || s[7] != '-' {
		return workcal.None
	}
	num := func(from, to int) int {
		if to > len(s) {
			return 0
		}
		n, err := strconv.Atoi(s[from:to])
		if err != nil {
			return -1
		}
		return n
	}
	y, m, d, h, mi, sec := num(0, 4), num(5, 7), num(8, 10), num(11, 13), num(14, 16), num(17, 19)
	if m < 1 || m > 12 || d < 1 || d > 31 || h < 0 || h > 24 || mi < 0 || mi > 59 || sec < 0 || sec > 59 {
		return workcal.None
	}
	t, err := workcal.At(y, m, d, h*3600+mi*60+sec)
	if err != nil {
		return workcal.None
	}
	return t
}

func dateText(t workcal.Time) string {
	if t == workcal.None {
		return ""
	}
	return t.Go().Format("2006-01-02 15:04")
}

// decimal reads a number; a comma may stand for the point.
func decimal(s string) float64 {
	f, err := strconv.ParseFloat(strings.Replace(s, ",", ".", 1), 64)
	if err != nil || math.IsNaN(f) || math.IsInf(f, 0) {
		return 0
	}
	return f
}

// ticks reads a number of hours as ticks.
func ticks(s string) int32 {
	return int32(math.Round(max(-1e9, min(1e9, decimal(s)*workcal.Hour))))
}

func hoursText(t int32) string { return strconv.FormatFloat(float64(t)/workcal.Hour, 'f', -1, 64) }

// xerRules are the constraints in the words of XER, apiRules in those of the API.
var xerRules = map[string]cpm.Rule{
	"CS_ALAP": cpm.ALAP, "CS_MSO": cpm.StartOn, "CS_MSOA": cpm.StartNoEarlier, "CS_MSOB": cpm.StartNoLater,
	"CS_MEO": cpm.FinishOn, "CS_MEOA": cpm.FinishNoEarlier, "CS_MEOB": cpm.FinishNoLater,
	"CS_MANDSTART": cpm.MustStart, "CS_MANDFIN": cpm.MustFinish,
}

var apiRules = map[string]cpm.Rule{
	"As Late As Possible": cpm.ALAP, "Start On": cpm.StartOn, "Start On or After": cpm.StartNoEarlier, "Start On or Before": cpm.StartNoLater,
	"Finish On": cpm.FinishOn, "Finish On or After": cpm.FinishNoEarlier, "Finish On or Before": cpm.FinishNoLater,
	"Mandatory Start": cpm.MustStart, "Mandatory Finish": cpm.MustFinish,
}

func constraint(rules map[string]cpm.Rule, kind, at string) cpm.Constraint {
	r, ok := rules[kind]
	t := date(at)
	switch {
	case !ok:
		return cpm.Constraint{}
	case r == cpm.ALAP:
		return cpm.Constraint{Rule: r}
	case t == workcal.None:
		return cpm.Constraint{}
	}
	return cpm.Constraint{Rule: r, Date: t}
}

// word finds the word for a value, for writing.
func word[V comparable](m map[string]V, v V) string {
	found := ""
	for k, x := range m {
		if x == v && (found == "" || k < found) {
			found = k
		}
	}
	return found
}

var xerKinds = map[string]cpm.Kind{
	"TT_Task": cpm.Task, "TT_Mile": cpm.StartMilestone, "TT_FinMile": cpm.FinishMilestone, "TT_LOE": cpm.Effort, "TT_WBS": cpm.Band,
}

var apiKinds = map[string]cpm.Kind{
	"Task Dependent": cpm.Task, "Start Milestone": cpm.StartMilestone, "Finish Milestone": cpm.FinishMilestone,
	"Level of Effort": cpm.Effort, "WBS Summary": cpm.Band,
}

var xerLinks = map[string]cpm.Link{"PR_FS": cpm.FS, "PR_SS": cpm.SS, "PR_FF": cpm.FF, "PR_SF": cpm.SF}

var apiLinks = map[string]cpm.Link{
	"Finish to Start": cpm.FS, "Start to Start": cpm.SS, "Finish to Finish": cpm.FF, "Start to Finish": cpm.SF,
}

var xerLags = map[string]cpm.LagCalendar{
	"rcal_Predecessor": cpm.LagPredecessor, "rcal_Successor": cpm.LagSuccessor, "rcal_24Hour": cpm.LagElapsed, "rcal_ProjDefault": cpm.LagProject,
}

var apiLags = map[string]cpm.LagCalendar{
	"Predecessor Activity Calendar": cpm.LagPredecessor, "Successor Activity Calendar": cpm.LagSuccessor,
	"24 Hour Calendar": cpm.LagElapsed, "Project Default Calendar": cpm.LagProject,
}

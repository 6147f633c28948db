package measure_test

import (
	"testing"

	"plumbline/internal/programme/ready/measure"
)

func TestWeeksAreMeasured(t *testing.T) {
	t.Parallel()
	promises := []measure.Promise{
		{Week: "2026-01-05", Judged: true, Kept: true}, {Week: "2026-01-05", Judged: true, Kept: true}, {Week: "2026-01-05", Judged: true, Reason: "material"}, {Week: "2026-01-05"},
		{Week: "2026-01-12", Judged: true, Kept: true}, {Week: "2026-01-12"},
		{Week: "2026-01-19"},
		{Week: "2025-12-29", Judged: true, Kept: true},
	}
	// ten tasks were to begin and five had constraints: half were made ready
	starts := []measure.Start{{Week: "2026-01-05", Due: 10, Ready: 5}}
	got := measure.Weeks([]string{"2026-01-05", "2026-01-12", "2026-01-19"}, "2026-01-12", promises, starts)
	if w := got[0]; w.Promised != 4 || w.Kept != 2 || *w.Percent != 50 || *w.MadeReady != 50 || w.Reasons["material"] != 1 || len(w.Reasons) != 1 {
		t.Errorf("a week that is over: %+v", w)
	}
	if w := got[1]; w.Promised != 2 || *w.Percent != 100 || w.MadeReady != nil {
		t.Errorf("the present week counts what is judged: %+v", w)
	}
	if w := got[2]; w.Promised != 1 || w.Percent != nil {
		t.Errorf("a week to come: %+v", w)
	}
}

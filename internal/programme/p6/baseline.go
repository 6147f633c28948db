package p6

import (
	"maps"
	"slices"
	"strconv"

	"plumbline/internal/cpm"
	"plumbline/internal/fault"
	"plumbline/internal/programme/markup"
	"plumbline/internal/programme/plan"
	"plumbline/internal/workcal"
)

// The most baselines of a programme, as MS Project numbers them, and the most
// activities of all of them.
const (
	mostBaselines = 11
	mostBaselined = 4_000_000
)

// baseline is a baseline as the file has it: a project beside the one that it is of.
type baseline struct {
	id, of string
	was    map[string]plan.Baseline // by the activity's code; IDs differ from the project's
}

// baselined takes a part of a baseline.
func (r *api) baselined(e *markup.Element) error {
	b := &r.baselines[len(r.baselines)-1]
	switch e.Name {
	case "ObjectId":
		b.id = e.Body
	case "OriginalProjectObjectId":
		b.of = e.Body
	case "Activity":
		if r.baselinedActs++; r.baselinedActs > mostBaselined {
			return fault.New(fault.TooLarge, "programme-too-large", "the baselines of the programme hold more than 4,000,000 activities")
		}
		x := plan.Baseline{Start: date(e.Text("PlannedStartDate")), Finish: date(e.Text("PlannedFinishDate")), Duration: max(0, ticks(e.Text("PlannedDuration")))}
		if x.Start == workcal.None {
			x.Start, x.Finish = date(e.Text("StartDate")), date(e.Text("FinishDate"))
		}
		x.Work = ticks(e.Text("PlannedLaborUnits")) + ticks(e.Text("PlannedNonLaborUnits"))
		for _, kind := range []string{"Labor", "NonLabor", "Material", "Expense"} {
			x.Cost += decimal(e.Text("Planned" + kind + "Cost"))
		}
		b.was[e.Text("Id")] = x
	}
	return nil
}

// putBaselines gives activities their baselines: the current one is number 0,
// the others follow as the file has them.
func (r *api) putBaselines() {
	number := 1
	for i := range r.baselines {
		b := &r.baselines[i]
		if b.of != "" && b.of != r.d.ID {
			r.d.Ignore("a baseline is of another project, and is left out")
			continue
		}
		n := number
		if b.id == r.current && b.id != "" {
			n = 0
		} else if number++; n >= mostBaselines {
			r.d.Ignore("the programme has more than eleven baselines; the rest is left out")
			continue
		}
		for k := range r.d.Activities {
			a := &r.d.Activities[k]
			if x, ok := b.was[a.Code]; ok && !a.Group && a.Code != "" {
				x.Number = n
				a.Baselines = append(a.Baselines, x)
			}
		}
	}
}

// baselineID is the ID of a baseline that is written.
func (w *apiWriter) baselineID(number int) string {
	n, err := strconv.Atoi(w.ids.project)
	if err != nil || n < 0 || n > 1<<30 {
		n = 0
	}
	return strconv.Itoa(n + 1_000_000 + number)
}

// numbers lists the baselines that activities have.
func (w *apiWriter) numbers() []int {
	seen := map[int]bool{}
	for i := range w.d.Activities {
		if a := &w.d.Activities[i]; a.Kind != cpm.Summary && !a.Null && !a.Inactive {
			for _, b := range a.Baselines {
				if b.Number >= 0 && b.Number < mostBaselines {
					seen[b.Number] = true
				}
			}
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

// baselineProjects writes each baseline as a project of its own, as P6 does.
func (w *apiWriter) baselineProjects() {
	for _, number := range w.numbers() {
		id := w.baselineID(number)
		w.open("BaselineProject")
		w.some("Id", "B"+id)
		w.some("Name", w.d.Name)
		w.some("ObjectId", id)
		w.some("OriginalProjectObjectId", w.ids.project)
		for i := range w.d.Activities {
			a := &w.d.Activities[i]
			at := slices.IndexFunc(a.Baselines, func(b plan.Baseline) bool { return b.Number == number })
			if at < 0 || a.Kind == cpm.Summary || a.Null || a.Inactive {
				continue
			}
			b := &a.Baselines[at]
			w.open("Activity")
			w.date("FinishDate", b.Finish)
			w.some("Id", w.ids.code[i])
			w.some("Name", a.Name)
			w.some("ObjectId", strconv.Itoa((number+1)*10_000_000+i))
			w.hours("PlannedDuration", b.Duration)
			w.date("PlannedFinishDate", b.Finish)
			if b.Cost != 0 {
				w.some("PlannedLaborCost", strconv.FormatFloat(b.Cost, 'f', -1, 64))
			}
			w.hours("PlannedLaborUnits", b.Work)
			w.date("PlannedStartDate", b.Start)
			w.some("ProjectObjectId", id)
			w.date("StartDate", b.Start)
			w.close("Activity")
		}
		w.close("BaselineProject")
	}
}

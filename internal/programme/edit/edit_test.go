package edit_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"plumbline/internal/cpm"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/programme/edit"
	"plumbline/internal/programme/live"
	"plumbline/internal/programme/plan"
	"plumbline/internal/workcal"
)

const day = 8 * workcal.Hour

// noDates is a programme that was never computed.
type noDates struct{}

func (noDates) Of(id.Activity) (workcal.Time, workcal.Time, bool) { return 0, day, true }
func (noDates) Finish(_ id.Activity, t workcal.Time, d int32) workcal.Time {
	return t + workcal.Time(d)
}

func model() *live.Model {
	return &live.Model{ID: id.New[id.Programme](), Doc: &plan.Document{Format: plan.Native, Options: cpm.Defaults(cpm.MSP, 0), Calendar: "usual",
		Calendars: []plan.Calendar{{ID: "usual", Rules: workcal.Rules{Week: workcal.Usual()}}, {ID: "other", Rules: workcal.Rules{Week: workcal.Usual()}}}}}
}

func adding(a id.Activity, parent, after id.Activity, name string) edit.Edit {
	return edit.Edit{Do: edit.Add, Activity: a, Parent: parent, After: after, Fields: edit.Fields{Name: &name, Duration: new(int32(day))}}
}

func must(t *testing.T, m *live.Model, edits ...edit.Edit) edit.Result {
	t.Helper()
	r, err := edit.Apply(m, noDates{}, edits)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// outline draws a model: names by depth, and relations.
func outline(m *live.Model) string {
	var b strings.Builder
	for i := range m.Doc.Activities {
		a := &m.Doc.Activities[i]
		fmt.Fprintf(&b, "%s%s(%d)\n", strings.Repeat(" ", a.Level), a.Name, a.Kind)
	}
	return b.String()
}

func TestOutlineIsBuiltMovedAndTaken(t *testing.T) {
	t.Parallel()
	a, b, c, d := id.New[id.Activity](), id.New[id.Activity](), id.New[id.Activity](), id.New[id.Activity]()
	m := must(t, model(), adding(a, "", "", "a"), adding(b, "", a, "b"), adding(c, a, "", "c"), adding(d, a, c, "d")).Model
	if got, want := outline(m), " a(3)\n  c(0)\n  d(0)\n b(0)\n"; got != want {
		t.Fatalf("built:\n%s", got)
	}
	m = must(t, m, edit.Edit{Do: edit.Move, Activity: a, After: b}).Model
	if got, want := outline(m), " b(0)\n a(3)\n  c(0)\n  d(0)\n"; got != want {
		t.Fatalf("moved below:\n%s", got)
	}
	m = must(t, m, edit.Edit{Do: edit.Move, Activity: c, Parent: b}, edit.Edit{Do: edit.Move, Activity: d, Parent: b, After: c}).Model
	if got, want := outline(m), " b(3)\n  c(0)\n  d(0)\n a(0)\n"; got != want {
		t.Fatalf("moved to another parent:\n%s", got)
	}
	m = must(t, m, edit.Edit{Do: edit.Link, From: d, To: a, Link: cpm.FS, Unit: edit.Working}, edit.Edit{Do: edit.Remove, Activity: b}).Model
	if got, want := outline(m), " a(0)\n"; got != want || len(m.Doc.Relations) != 0 {
		t.Fatalf("removed with what is below it:\n%s%v", got, m.Doc.Relations)
	}
}

func TestEditsThatBreakARuleAreNamed(t *testing.T) {
	t.Parallel()
	a, b, c := id.New[id.Activity](), id.New[id.Activity](), id.New[id.Activity]()
	m := must(t, model(), adding(a, "", "", "a"), adding(b, a, "", "b"), adding(c, "", a, "c")).Model
	long := strings.Repeat("x", edit.MaxName+1)
	for name, x := range map[string]struct {
		e    edit.Edit
		path string
		code string
	}{
		"nothing":             {edit.Edit{}, "edits[0].do", "unknown"},
		"no such activity":    {edit.Edit{Do: edit.Set, Activity: id.New[id.Activity]()}, "edits[0].activity", "not-found"},
		"no id":               {adding("x", "", "", "x"), "edits[0].activity", "not-an-id"},
		"taken":               {adding(a, "", "", "x"), "edits[0].activity", "taken"},
		"no sibling":          {adding(id.New[id.Activity](), "", b, "x"), "edits[0].after", "not-a-sibling"},
		"below itself":        {edit.Edit{Do: edit.Move, Activity: a, Parent: b}, "edits[0].parent", "below-itself"},
		"after itself":        {edit.Edit{Do: edit.Move, Activity: c, After: c}, "edits[0].after", "itself"},
		"linked to itself":    {edit.Edit{Do: edit.Link, From: c, To: c}, "edits[0].to", "itself"},
		"linked to its child": {edit.Edit{Do: edit.Link, From: a, To: b}, "edits[0].to", "below-itself"},
		"no such link":        {edit.Edit{Do: edit.Unlink, From: a, To: c}, "edits[0].to", "not-found"},
		"long name":           {edit.Edit{Do: edit.Set, Activity: c, Fields: edit.Fields{Name: &long}}, "edits[0].name", "too-long"},
		"empty name":          {edit.Edit{Do: edit.Set, Activity: c, Fields: edit.Fields{Name: new(" ")}}, "edits[0].name", "required"},
		"summary's duration":  {edit.Edit{Do: edit.Set, Activity: a, Fields: edit.Fields{Duration: new(int32(day))}}, "edits[0].activity", "summary"},
		"less than nothing":   {edit.Edit{Do: edit.Set, Activity: c, Fields: edit.Fields{Duration: new(int32(-1))}}, "edits[0].duration", "out-of-range"},
		"no such calendar":    {edit.Edit{Do: edit.Set, Activity: c, Fields: edit.Fields{Calendar: new("moon")}}, "edits[0].calendar", "not-found"},
		"undated constraint":  {edit.Edit{Do: edit.Set, Activity: c, Fields: edit.Fields{Constraint: new(cpm.MustStart)}}, "edits[0].constraint_at", "required"},
		"endless lag":         {edit.Edit{Do: edit.Link, From: b, To: c, Lag: edit.MaxLag + 1}, "edits[0].lag", "out-of-range"},
	} {
		before := outline(m)
		_, err := edit.Apply(m, noDates{}, []edit.Edit{x.e})
		f, ok := err.(*fault.Error) //nolint:errorlint // Apply returns faults as they are
		if !ok || len(f.Fields) != 1 || f.Fields[0].Path != x.path || f.Fields[0].Code != x.code {
			t.Errorf("%s: %v", name, err)
		}
		if outline(m) != before {
			t.Errorf("%s: the model changed", name)
		}
	}
}

// TestUndoTakesBackWhatever generates batches: after undo the model is what it
// was, but for the order of relations.
func TestUndoTakesBackWhatever(t *testing.T) {
	t.Parallel()
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 1)) //nolint:gosec // a test
		m := model()
		for range 12 {
			m = grow(t, r, m)
		}
		batch := make([]edit.Edit, 0, 6)
		now := m
		for range 1 + r.IntN(6) {
			e := any1(r, now)
			res, err := edit.Apply(now, noDates{}, []edit.Edit{e})
			if err != nil {
				continue
			}
			now, batch = res.Model, append(batch, e)
		}
		if len(batch) == 0 {
			continue
		}
		res := must(t, m, batch...)
		if outline(res.Model) != outline(now) {
			t.Fatalf("seed %d: at once is not one by one:\n%s\n%s", seed, outline(res.Model), outline(now))
		}
		if len(res.Undo) == 0 {
			continue
		}
		back := must(t, res.Model, res.Undo...).Model
		if why := differs(m, back); why != "" {
			t.Fatalf("seed %d: %s\nbefore\n%safter\n%sback\n%sbatch %+v\nundo %+v", seed, why, outline(m), outline(res.Model), outline(back), batch, res.Undo)
		}
	}
}

func grow(t *testing.T, r *rand.Rand, m *live.Model) *live.Model {
	t.Helper()
	var parent id.Activity
	if n := len(m.Lines); n > 0 && r.IntN(2) == 0 {
		parent = m.Lines[r.IntN(n)].ID
	}
	return must(t, m, adding(id.New[id.Activity](), parent, "", fmt.Sprint("n", len(m.Lines)))).Model
}

func any1(r *rand.Rand, m *live.Model) edit.Edit {
	pick := func() id.Activity {
		if len(m.Lines) == 0 {
			return ""
		}
		return m.Lines[r.IntN(len(m.Lines))].ID
	}
	switch r.IntN(7) {
	case 0:
		return adding(id.New[id.Activity](), pick(), "", "new")
	case 1:
		parent := id.Activity("")
		if r.IntN(2) == 0 {
			parent = pick()
		}
		return edit.Edit{Do: edit.Move, Activity: pick(), Parent: parent}
	case 2:
		return edit.Edit{Do: edit.Remove, Activity: pick()}
	case 3:
		return edit.Edit{Do: edit.Unlink, From: pick(), To: pick()}
	case 4:
		f := edit.Fields{Name: new("renamed"), Budget: new(int64(r.IntN(100))), Deadline: new(workcal.Time(r.IntN(1000)))}
		switch r.IntN(4) {
		case 0:
			f = edit.Fields{Duration: new(int32(r.IntN(5)) * day)}
		case 1:
			f = edit.Fields{Manual: new(r.IntN(2) == 0)}
		case 2:
			f = edit.Fields{Start: new(workcal.Time(1 + r.IntN(100)*day))}
		}
		return edit.Edit{Do: edit.Set, Activity: pick(), Fields: f}
	}
	return edit.Edit{Do: edit.Link, From: pick(), To: pick(), Link: cpm.Link(r.IntN(4)), Lag: int32(r.IntN(3)) * day, Unit: edit.Working}
}

func differs(a, b *live.Model) string {
	if len(a.Lines) != len(b.Lines) {
		return "another number of activities"
	}
	name := func(m *live.Model, r plan.Relation) string {
		return fmt.Sprint(m.Lines[r.From].ID, m.Lines[r.To].ID, r.Link, r.Lag)
	}
	var ra, rb []string
	for _, r := range a.Doc.Relations {
		ra = append(ra, name(a, r))
	}
	for _, r := range b.Doc.Relations {
		rb = append(rb, name(b, r))
	}
	slices.Sort(ra)
	slices.Sort(rb)
	if !slices.Equal(ra, rb) {
		return fmt.Sprint("relations ", ra, rb)
	}
	for i := range a.Lines {
		x, y := a.Doc.Activities[i], b.Doc.Activities[i]
		x.Stored, y.Stored = plan.NoStored(), plan.NoStored() // of the file; the engine takes them for manual ones alone
		if a.Lines[i].ID != b.Lines[i].ID || !reflect.DeepEqual(x, y) {
			return fmt.Sprintf("activity %d: %+v is now %+v", i, x, y)
		}
		if a.Lines[i].Budget != b.Lines[i].Budget {
			return "budget"
		}
	}
	return ""
}

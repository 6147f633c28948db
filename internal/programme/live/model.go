package live

import (
	"cmp"
	"maps"
	"slices"

	"plumbline/internal/id"
	"plumbline/internal/programme/plan"
	"plumbline/internal/workcal"
)

// Most is how many activities a programme may have.
const Most = 100_000

// Site is what was reported of an activity.
type Site struct {
	Percent           float64 // below 0: nothing was reported
	Started, Finished workcal.Time
	Until             workcal.Time // a problem holds it up until then
	Problems          int          // open ones
	Blocking          int          // open points that block it
	BlockedUntil      workcal.Time // the last day that such a point is due; None where none says
	Verified          bool
}

// Unreported is a site that said nothing.
func Unreported() Site {
	n := workcal.None
	return Site{Percent: -1, Started: n, Finished: n, Until: n, BlockedUntil: n}
}

// Charge is who is in charge: a person, a company or a role, by id.
type Charge struct {
	Kind string `json:"kind"`
	ID   string `json:"id"`
}

// Field is what a field was and became, for the log.
type Field struct {
	Name          string
	Before, After any
}

// Change is what differs of one activity. Kind is as the log has it: created,
// changed, deleted …
type Change struct {
	Activity id.Activity
	Kind     string
	Fields   []Field
}

// Line is what the project knows of an activity beside its document.
type Line struct {
	ID       id.Activity
	Version  int64
	Position int64 // 0: none yet
	Location id.Location
	InCharge []Charge
	Budget   int64 // cents
	Gone     bool  // no longer in the file that was read last
	Site     Site
}

// Model is a programme. Lines[i] is of Doc.Activities[i], which stand in the
// order of the outline.
type Model struct {
	ID      id.Programme
	Project id.Project
	Name    string
	Version int64
	Live    bool // what is not done lies at or after the present
	Doc     *plan.Document
	Lines   []Line

	index map[id.Activity]int
}

// Index finds an activity.
func (m *Model) Index(a id.Activity) (int, bool) {
	if m.index == nil {
		m.Reindex()
	}
	i, ok := m.index[a]
	return i, ok
}

// Reindex must be called after lines came, went or moved, and once before a
// model is shared.
func (m *Model) Reindex() {
	m.index = make(map[id.Activity]int, len(m.Lines))
	for i := range m.Lines {
		m.index[m.Lines[i].ID] = i
	}
}

// Clone is a model that can be changed.
func (m *Model) Clone() *Model {
	c := *m
	d := *m.Doc
	d.Activities, d.Relations = slices.Clone(d.Activities), slices.Clone(d.Relations)
	d.Calendars, d.Resources, d.Assignments = slices.Clone(d.Calendars), slices.Clone(d.Resources), slices.Clone(d.Assignments)
	d.Ignored = slices.Clone(d.Ignored)
	c.Doc, c.Lines, c.index = &d, slices.Clone(m.Lines), maps.Clone(m.index)
	return &c
}

// Charged are all who are in charge of anything, each once.
func (m *Model) Charged() []Charge {
	seen := map[Charge]bool{}
	for i := range m.Lines {
		for _, c := range m.Lines[i].InCharge {
			seen[c] = true
		}
	}
	return slices.SortedFunc(maps.Keys(seen), func(a, b Charge) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.ID, b.ID))
	})
}

// Ours is the document with the project's own ids in the place of the source's.
func Ours(m *Model) *plan.Document {
	d := *m.Doc
	d.Activities = slices.Clone(d.Activities)
	for i := range d.Activities {
		d.Activities[i].ID = string(m.Lines[i].ID)
	}
	return &d
}

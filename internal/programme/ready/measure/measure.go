// Package measure is how reliable a site's weekly planning is, after the Last
// Planner System (Ballard and Tommelein, Current Process Benchmark for the Last
// Planner System, 2016). Pure.
//
//   - Percent plan complete: of what was promised for a week, how much was done,
//     all of it and in that week. What nobody judged counts as not done once the
//     week is over, and not at all before.
//   - Tasks made ready: of the activities that were to begin in a week, how many
//     had no open constraint as it began.
//   - Reasons: why promises were missed, each counted.
package measure

// Reasons for which a promise is missed. The words are in the catalogue.
var Reasons = []string{"prior-work", "labour", "material", "equipment", "information", "design-change", "permit", "inspection", "space", "weather", "rework", "overrun", "priority", "other"}

// Kinds of constraints.
var Kinds = []string{"prior-work", "labour", "material", "equipment", "information", "permit", "inspection", "space", "safety", "contract", "other"}

// Promise is what became of one.
type Promise struct {
	Week   string // its Monday, YYYY-MM-DD
	Judged bool
	Kept   bool
	Reason string
}

// Start is what was to begin in a week.
type Start struct {
	Week       string
	Due, Ready int
}

// Week is how one week went.
type Week struct {
	Week             string
	Promised, Judged int
	Kept             int
	Percent          *float64 // plan complete; nil where nothing was promised, or the week is not over and nothing judged
	Due, Ready       int
	MadeReady        *float64 // percent; nil where nothing was to begin
	Reasons          map[string]int
}

// Weeks measures each of the weeks named; now is the Monday of the present one.
func Weeks(weeks []string, now string, promises []Promise, starts []Start) []Week {
	out := make([]Week, len(weeks))
	at := map[string]*Week{}
	for i, w := range weeks {
		out[i] = Week{Week: w, Reasons: map[string]int{}}
		at[w] = &out[i]
	}
	for _, p := range promises {
		w := at[p.Week]
		if w == nil {
			continue
		}
		w.Promised++
		if p.Judged || p.Week < now {
			w.Judged++
		}
		switch {
		case p.Judged && p.Kept:
			w.Kept++
		case p.Judged:
			w.Reasons[p.Reason]++
		}
	}
	for _, s := range starts {
		if w := at[s.Week]; w != nil {
			w.Due, w.Ready = s.Due, s.Ready
		}
	}
	for i := range out {
		w := &out[i]
		w.Percent, w.MadeReady = percent(w.Kept, w.Judged), percent(w.Ready, w.Due)
	}
	return out
}

func percent(part, whole int) *float64 {
	if whole == 0 {
		return nil
	}
	p := 100 * float64(part) / float64(whole)
	return &p
}

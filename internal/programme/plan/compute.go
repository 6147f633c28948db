package plan

import (
	"fmt"
	"slices"

	"plumbline/internal/cpm"
	"plumbline/internal/cpm/solve"
	"plumbline/internal/fault"
	"plumbline/internal/workcal"
)

// Computed is a document with the engine's answer.
type Computed struct {
	Document *Document
	Network  *cpm.Network
	*solve.Schedule
}

// Rules are the rules of the program that the document comes from.
func Rules(d *Document) cpm.Rules {
	if d.Format == XER || d.Format == PMXML {
		return cpm.P6
	}
	return cpm.MSP
}

// Compute runs the engine over the document, under its own rules or others.
func Compute(d *Document, rules cpm.Rules) (*Computed, error) {
	n, err := Network(d, rules)
	if err != nil {
		return nil, Explain(d, err)
	}
	s, err := solve.Solve(n)
	if err != nil {
		return nil, Explain(d, err)
	}
	return &Computed{d, n, s}, nil
}

// Shown tells when activities are to be done, or were: as the document says, or
// where it says nothing, as computed.
func Shown(d *Document, rules cpm.Rules) func(i int) (start, finish workcal.Time) {
	var c *Computed
	for i := range d.Activities {
		if a := &d.Activities[i]; a.Stored.Start == workcal.None && !a.Null && !a.Inactive {
			c, _ = Compute(d.apart(), rules) // or what the document says alone
			break
		}
	}
	return func(i int) (start, finish workcal.Time) {
		s := &d.Activities[i].Stored
		if s.Start == workcal.None && c != nil {
			x := c.Dates(i)
			return x.Start, x.Finish
		}
		return s.Start, s.Finish
	}
}

// Filled is the document with computed dates where it has none of its own, which
// other programs expect in a file. One that cannot be computed stays as it is.
func Filled(d *Document, rules cpm.Rules) *Document {
	missing := func(a *Activity) bool {
		return a.Stored.Start == workcal.None && a.Stored.EarlyStart == workcal.None && !a.Null && !a.Inactive
	}
	at := slices.IndexFunc(d.Activities, func(a Activity) bool { return missing(&a) })
	if at < 0 {
		return d
	}
	out := d.apart()
	c, err := Compute(out, rules)
	if err != nil {
		return d
	}
	out.Activities = slices.Clone(d.Activities)
	for i := range out.Activities {
		a := &out.Activities[i]
		if !missing(a) {
			continue
		}
		if x := c.Dates(i); x.Scheduled {
			a.Stored = Stored{
				EarlyStart: x.EarlyStart, EarlyFinish: x.EarlyFinish, LateStart: x.LateStart, LateFinish: x.LateFinish, Start: x.Start, Finish: x.Finish,
				TotalFloat: x.TotalFloat, FreeFloat: x.FreeFloat, Floats: true, Critical: x.Critical, Longest: a.Kind != cpm.Summary && c.Longest(i),
			}
		}
	}
	return out
}

// apart is the document, in which can be noted what is not honoured while others
// read it.
func (d *Document) apart() *Document {
	out := *d
	out.Ignored = slices.Clip(out.Ignored)
	return &out
}

// Network is the document as the engine takes it: the same indexes.
func Network(d *Document, rules cpm.Rules) (*cpm.Network, error) {
	n := &cpm.Network{Options: d.Options}
	n.Options.Rules = rules
	if n.Options.Start == workcal.None {
		n.Options.Start = firstStart(d)
	}
	if rules == cpm.P6 && n.Options.DataDate == workcal.None {
		n.Options.DataDate = n.Options.Start
	}
	index, err := compile(d, n)
	if err != nil {
		return nil, err
	}
	project, ok := index[d.Calendar]
	if !ok {
		project = len(n.Calendars)
		c, err := workcal.Compile(&workcal.Rules{Week: workcal.Usual()})
		if err != nil {
			return nil, err
		}
		n.Calendars = append(n.Calendars, c)
		if d.Calendar != "" {
			d.Ignore("the project's calendar is not in the file; the usual week is taken")
		}
	}
	nonstop := len(n.Calendars)
	n.Calendars = append(n.Calendars, workcal.Nonstop())
	n.Options.Calendar = project
	n.Activities = make([]cpm.Activity, len(d.Activities))
	for i := range d.Activities {
		a := &d.Activities[i]
		cal := project
		if a.Calendar != "" {
			if cal, ok = index[a.Calendar]; !ok {
				cal = project
				d.Ignore("a calendar that activities name is not in the file; the project's is taken")
			}
		}
		n.Activities[i] = activity(a, cal)
		if a.Elapsed {
			n.Activities[i].Calendar = nonstop
		}
	}
	d.parts(n, index)
	if rules == cpm.MSP {
		d.summaries(n)
	}
	n.Relations = make([]cpm.Relation, len(d.Relations))
	for i := range d.Relations {
		r := &d.Relations[i]
		n.Relations[i] = cpm.Relation{From: r.From, To: r.To, Link: r.Link, Lag: r.Lag, Percent: r.Percent, Calendar: cpm.ByRule}
		if r.Percent {
			n.Relations[i].Lag = r.Lag * 100
		}
		if r.Elapsed {
			n.Relations[i].Calendar = nonstop
		}
	}
	return n, nil
}

func activity(a *Activity, cal int) cpm.Activity {
	c := cpm.New(a.Kind, cal, a.Duration)
	c.Remaining, c.Constraints, c.Deadline = a.Remaining, a.Constraints, a.Deadline
	c.ActualStart, c.ActualFinish, c.Suspend, c.Resume = a.ActualStart, a.ActualFinish, a.Stop, a.Resume
	c.Expected, c.ExternalStart, c.ExternalFinish = a.Expected, a.ExternalStart, a.ExternalFinish
	c.Inactive, c.Delay, c.Parent = a.Inactive || a.Null, a.Delay, a.Parent
	if c.Manual = a.Manual || a.External; c.Manual {
		c.Start, c.Finish = a.Stored.Start, a.Stored.Finish
		c.Unsure = a.Format == 21 || a.Format == 53 // no duration, in Microsoft's codes
		if c.Start == workcal.None {
			c.Start, c.Finish = a.ManualStart, a.ManualFinish
		}
	}
	if a.Kind != cpm.Summary && a.Milestone && a.Duration == 0 && a.Kind == cpm.Task {
		c.Kind = cpm.StartMilestone
	}
	return c
}

// compile compiles the calendars of the document, and finds them by ID.
func compile(d *Document, n *cpm.Network) (map[string]int, error) {
	rules := map[string]*workcal.Rules{}
	for i := range d.Calendars {
		c := &d.Calendars[i]
		r := c.Rules
		rules[c.ID] = &r
	}
	for i := range d.Calendars {
		c := &d.Calendars[i]
		if base := rules[c.Base]; c.Base != "" && base != nil {
			rules[c.ID].Base = base
		} else if c.Base != "" {
			d.Ignore("a calendar inherits from one that is not in the file; the usual week is taken")
			rules[c.ID].Base = &workcal.Rules{Week: workcal.Usual()}
		}
	}
	index := map[string]int{}
	for i := range d.Calendars {
		c, err := workcal.Compile(rules[d.Calendars[i].ID])
		if err != nil {
			return nil, fault.New(fault.Unreadable, "programme-calendar", fmt.Sprintf("calendar %d of the file cannot be used", i+1)).Because(err)
		}
		index[d.Calendars[i].ID] = len(n.Calendars)
		n.Calendars = append(n.Calendars, c)
	}
	return index, nil
}

// parts gives activities that last as long as their resources work the parts
// of each, where those tell anything that the duration does not. Where both the
// activity and the resource have a calendar, work is done when both do.
func (d *Document) parts(n *cpm.Network, index map[string]int) {
	resources := map[string]*Resource{}
	for i := range d.Resources {
		resources[d.Resources[i].ID] = &d.Resources[i]
	}
	differs := map[int]bool{}
	common := map[[2]int]int{}
	for i := range d.Assignments {
		s := &d.Assignments[i]
		r := resources[s.Resource]
		if s.Activity < 0 || r == nil || r.Kind != 1 || s.Units <= 0 || s.Work <= 0 {
			continue
		}
		a, own := &n.Activities[s.Activity], &d.Activities[s.Activity]
		if own.FixedDuration || own.Elapsed || a.Kind != cpm.Task || a.Manual {
			continue
		}
		cal, ok := index[r.Calendar]
		switch {
		case !ok || own.IgnoreResourceCalendar:
			cal = a.Calendar
		case own.Calendar != "" && n.Options.Rules == cpm.MSP:
			cal = d.shared(n, common, a.Calendar, cal)
		}
		part := cpm.Part{Calendar: cal, Work: spread(s.Work-s.Overtime, s.Units), Remaining: spread(s.Remaining-s.RestOvertime, s.Units), Delay: s.Delay}
		if s.Contour != 0 {
			part.Work, part.Remaining, part.Delay = a.Duration, a.Remaining, 0
		}
		a.Parts = append(a.Parts, part)
		if cal != a.Calendar {
			differs[s.Activity] = true
		}
	}
	for i := range n.Activities {
		if len(n.Activities[i].Parts) > 0 && !differs[i] {
			n.Activities[i].Parts = nil
		}
	}
}

// shared is the calendar of what two have in common, or the activity's where
// they have nothing.
func (d *Document) shared(n *cpm.Network, known map[[2]int]int, own, resource int) int {
	key := [2]int{own, resource}
	at, ok := known[key]
	if ok {
		return at
	}
	at = own
	if c, err := workcal.Intersect(n.Calendars[own], n.Calendars[resource]); err == nil && c.Works() {
		at = len(n.Calendars)
		n.Calendars = append(n.Calendars, c)
	} else {
		d.Ignore("an activity and its resource have no working time in common; the activity's own is taken")
	}
	known[key] = at
	return at
}

// summaries hands what constrains a summary to what lies below it.
func (d *Document) summaries(n *cpm.Network) {
	for i := range n.Activities {
		a := &n.Activities[i]
		for up, depth := a.Parent, 0; up >= 0 && depth < 1000; up, depth = n.Activities[up].Parent, depth+1 {
			c := d.Activities[up].Constraints[0]
			switch c.Rule {
			case cpm.StartNoEarlier:
				a.ExternalStart = max(a.ExternalStart, c.Date)
			case cpm.FinishNoLater:
				if a.ExternalFinish == workcal.None || a.ExternalFinish > c.Date {
					a.ExternalFinish = c.Date
				}
			}
		}
	}
}

func spread(work int32, units float64) int32 {
	t := float64(work) / units
	return int32(min(t, 1e9) + 0.5)
}

func firstStart(d *Document) workcal.Time {
	t := workcal.Never
	for i := range d.Activities {
		if s := d.Activities[i].Stored.Start; s != workcal.None {
			t = min(t, s)
		}
	}
	if t == workcal.Never {
		return 0
	}
	return t
}

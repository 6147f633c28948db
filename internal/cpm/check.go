package cpm

// The most that one network may hold.
const (
	MaxActivities = 4_000_000
	MaxRelations  = 16_000_000
)

// Check reports what of the network cannot be computed.
func (n *Network) Check() error {
	if len(n.Activities) > MaxActivities || len(n.Relations) > MaxRelations {
		return &InputError{Activity: -1, Relation: -1, What: "the network is larger than 4,000,000 activities or 16,000,000 relations"}
	}
	for _, c := range n.Calendars {
		if c == nil {
			return &InputError{Activity: -1, Relation: -1, What: "a calendar is missing"}
		}
	}
	for i := range n.Activities {
		a := &n.Activities[i]
		if a.Calendar < 0 || a.Calendar >= len(n.Calendars) {
			return &InputError{Activity: i, Relation: -1, What: "an activity has no calendar"}
		}
		if a.Duration < 0 || a.Remaining < 0 {
			return &InputError{Activity: i, Relation: -1, What: "an activity lasts less than nothing"}
		}
		if a.Parent >= len(n.Activities) || a.Parent == i {
			return &InputError{Activity: i, Relation: -1, What: "an activity stands below what is not there"}
		}
		for _, p := range a.Parts {
			if p.Calendar < 0 || p.Calendar >= len(n.Calendars) {
				return &InputError{Activity: i, Relation: -1, What: "a resource has no calendar"}
			}
		}
		if (a.Duration > 0 || a.Remaining > 0) && !n.Calendars[a.Calendar].Works() && len(a.Parts) == 0 {
			return &InputError{Activity: i, Relation: -1, What: "the calendar of an activity has no working time"}
		}
	}
	for i := range n.Relations {
		if err := n.CheckRelation(i); err != nil {
			return err
		}
	}
	return nil
}

// CheckRelation is Check for one relation.
func (n *Network) CheckRelation(i int) error {
	r := &n.Relations[i]
	if r.From < 0 || r.To < 0 || r.From >= len(n.Activities) || r.To >= len(n.Activities) {
		return &InputError{Activity: -1, Relation: i, What: "a relation names an activity that is not there"}
	}
	if r.Calendar < ByRule || r.Calendar > len(n.Calendars) {
		return &InputError{Activity: -1, Relation: i, What: "a relation names a calendar that is not there"}
	}
	return nil
}

// CheckActivity is Check for one activity.
func (n *Network) CheckActivity(i int) error {
	if p := n.Activities[i].Parent; p >= len(n.Activities) || p == i {
		return &InputError{Activity: i, Relation: -1, What: "an activity stands below what is not there"}
	}
	one := &Network{Calendars: n.Calendars, Activities: []Activity{n.Activities[i]}}
	one.Activities[0].Parent = -1
	if err := one.Check(); err != nil {
		if e, ok := err.(*InputError); ok { //nolint:errorlint // Check returns no other
			e.Activity = i
		}
		return err
	}
	return nil
}

// Package state names the state of an activity in the words of a site: not
// started, in progress, warning, awaiting sign-off, verified. Pure.
//
// The rules, the first that fits:
//   - verified: a manager signed it off.
//   - warning: it is blocked by an open point, a problem was reported and not
//     solved, or it should have begun by the plan and has not.
//   - awaiting sign-off: it was reported done.
//   - in progress: it has begun; behind, if less is done than the plan expects
//     by now.
//   - not started.
package state

// State of an activity. The numbers are on the wire.
type State uint8

// The states.
const (
	NotStarted State = iota
	InProgress
	Warning
	Awaiting
	Verified
)

var names = [...]string{"not-started", "in-progress", "warning", "awaiting-sign-off", "verified"}

func (s State) String() string { return names[s] }

// Facts are what a state follows from.
type Facts struct {
	Percent, Expected         float64 // done, and what the plan expects by now
	Begun, Done, Verified     bool
	Problems, Blocking        int
	LateToStart, LateToFinish bool // by the plan
}

// Of is a state, and whether the activity is behind the plan.
type Of struct {
	State  State
	Behind bool
}

// From says which state follows.
func From(f Facts) Of {
	behind := !f.Done && (f.LateToFinish || f.LateToStart && !f.Begun || f.Begun && f.Percent+0.5 < f.Expected)
	switch {
	case f.Verified:
		return Of{Verified, false}
	case f.Problems > 0 || f.Blocking > 0 || !f.Begun && !f.Done && f.LateToStart:
		return Of{Warning, behind}
	case f.Done:
		return Of{Awaiting, false}
	case f.Begun:
		return Of{InProgress, behind}
	}
	return Of{NotStarted, false}
}

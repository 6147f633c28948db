package erasure

import (
	"time"

	"plumbline/internal/fault"
	"plumbline/internal/personal"
	"plumbline/internal/privacy/erasure/plan"
)

// What a plan is made of: package plan.
type (
	// Ground is why something is erased.
	Ground = plan.Ground
	// Decision is what happens to a datum.
	Decision = plan.Decision
	// Item is the decision on one datum of one person.
	Item = plan.Item
	// Plan is what an erasure would do.
	Plan = plan.Plan
)

// The six grounds.
const (
	NoLongerNeeded = plan.NoLongerNeeded
	Withdrawn      = plan.Withdrawn
	Objected       = plan.Objected
	Unlawful       = plan.Unlawful
	LegalDuty      = plan.LegalDuty
	Child          = plan.Child
)

// State is where an erasure stands.
type State string

// The states. Nothing leads out of the last two.
const (
	Requested  State = "requested"  // on record
	Denied     State = "denied"     // nobody can use the data any more; the grace runs
	Destroying State = "destroying" // no way back
	Purging    State = "purging"    // keys are gone, rows and derivatives go
	Done       State = "done"
	Cancelled  State = "cancelled"
)

// Open reports whether something is still to happen.
func (s State) Open() bool { return s != Done && s != Cancelled }

// Asked is an erasure to be made.
type Asked struct {
	By     string // who asks: an account's or person's id, or "system"
	Whos   []personal.Who
	Ground Ground
	// PlanHash is that of the plan that was shown; empty where nobody was shown
	// one (a child, a sweep).
	PlanHash string
	// Grace is how long it can be cancelled; zero is the default, negative none.
	// A ground without grace has none.
	Grace    time.Duration
	Suppress bool   // the address is not to be written to again
	Case     string // of the privacy office, told when done
}

// Erasure is one, as asked for or as it stands.
type Erasure struct {
	ID         string
	State      State
	Ground     Ground
	Case       string
	Requested  time.Time
	GraceUntil time.Time // zero without grace
	Done       time.Time // zero until then
	Items      []Item
	// Secret opens the page of the erasure, and cancels it in the grace. It is
	// in the answer of Request alone.
	Secret string
}

// JobKind is the kind of job that takes an erasure further.
const JobKind = "erasure.run"

func errNoErasure() error {
	return fault.New(fault.NotFound, "erasure-not-found", "there is no such erasure")
}

func errPlanChanged() error {
	return fault.New(fault.Conflict, "plan-changed", "the plan is no longer the one that was shown")
}

func errTooLate() error {
	return fault.New(fault.Conflict, "too-late", "the erasure can no longer be cancelled")
}

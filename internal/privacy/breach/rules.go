package breach

import (
	"slices"
	"time"

	"plumbline/internal/fault"
	"plumbline/internal/retention"
	"plumbline/internal/sabotage"
)

// State is where a breach stands in the register.
type State string

// The states.
const (
	Open   State = "open"
	Closed State = "closed"
)

// What was breached. Losing the only key counts: what nobody can read is lost.
const (
	Confidentiality = "confidentiality"
	Integrity       = "integrity"
	Availability    = "availability"
)

// Kinds are all of them.
func Kinds() []string { return []string{Confidentiality, Integrity, Availability} }

// Risk is how bad it is for people.
const (
	Unknown = ""
	NoRisk  = "none"
	Some    = "risk"
	High    = "high"
)

// Exemptions from telling the persons (GDPR art. 34(3)(a) to (c)).
const (
	Unintelligible = "unintelligible" // sealed, and the key was not lost
	Averted        = "averted"        // measures taken since
	TooMany        = "disproportionate"
)

// Phases of the notice to the authority (art. 33(4)).
const (
	Initial  = "initial"
	FollowUp = "follow-up"
	Final    = "final"
)

// Phases are all of them.
func Phases() []string { return []string{Initial, FollowUp, Final} }

// Facts are what is known of a breach: codes, instants and numbers.
type Facts struct {
	State     State       `json:"state"`
	Kinds     []string    `json:"kinds"`
	KeyLost   bool        `json:"key_lost,omitempty"`
	From      time.Time   `json:"from"`
	Until     time.Time   `json:"until"`
	Aware     time.Time   `json:"aware"`
	Country   string      `json:"country,omitempty"`
	Fields    []string    `json:"fields"`              // declarations
	Orgs      []string    `json:"orgs,omitempty"`      // whose data, where the operator processes it
	Recipient string      `json:"recipient,omitempty"` // the processor where it happened
	Accounts  int         `json:"accounts"`
	Persons   int         `json:"persons"`
	Risk      string      `json:"risk,omitempty"`
	Initial   time.Time   `json:"initial"`
	FollowUps []time.Time `json:"follow_ups,omitempty"`
	Final     time.Time   `json:"final"`
	NoNotice  bool        `json:"no_notice,omitempty"`
	Exempt    string      `json:"exempt,omitempty"`
	Told      time.Time   `json:"told"`         // the persons
	Handed    time.Time   `json:"handed"`       // the controllers
	By        string      `json:"by,omitempty"` // "operator" where the processor told us
	Alarmed   int         `json:"alarmed,omitempty"`
}

// Due is when the authority has to know.
func (f Facts) Due() time.Time {
	if sabotage.Off("breach") {
		return f.Aware.AddDate(0, 1, 0)
	}
	return retention.BreachDue(f.Aware)
}

// HandDue is when the controllers have to know, of whose data we are processor.
func (f Facts) HandDue() time.Time { return retention.ProcessorDue(f.Aware) }

// The kinds of steps.
const (
	Assess      = "assess"
	Notify      = "notify"
	Waive       = "no-notice"
	Hand        = "tell-controllers"
	TellPersons = "tell-persons"
	Exempt      = "exempt"
	Close       = "close"
)

// Step is something done about a breach.
type Step struct {
	Kind    string
	Risk    string
	Phase   string
	Ground  string
	Reasons bool
}

func conflict(code, message string) error { return fault.New(fault.Conflict, code, message) }

func field(path, code string) error {
	return fault.InvalidFields([]fault.Field{{Path: path, Code: code}})
}

// Apply is the breach after a step, or why it cannot be taken.
func (f Facts) Apply(s Step, now time.Time) (Facts, error) {
	f.FollowUps = slices.Clone(f.FollowUps)
	if f.State == Closed {
		return f, conflict("breach-closed", "this breach is closed; it stays in the register")
	}
	switch s.Kind {
	case Assess:
		switch {
		case !slices.Contains([]string{NoRisk, Some, High}, s.Risk):
			return f, field("risk", "not-one-of")
		case !s.Reasons:
			return f, field("reasons", "required")
		}
		f.Risk = s.Risk
		if s.Risk != NoRisk {
			f.NoNotice = false
		}
		if s.Risk != High {
			f.Exempt = ""
		}
	case Notify:
		return f.notify(s, now)
	case Waive:
		switch {
		case f.Risk != NoRisk:
			return f, conflict("risk-there", "only what is unlikely to be a risk need not be notified")
		case !s.Reasons:
			return f, field("reasons", "required")
		}
		f.NoNotice = true
	case Hand:
		if len(f.Orgs) == 0 {
			return f, conflict("no-controllers", "no organisation's data is concerned")
		}
		f.Handed = now
	case TellPersons:
		switch {
		case f.Risk != High:
			return f, conflict("not-high", "persons are told of what is a high risk to them")
		case f.Exempt != "":
			return f, conflict("exempt", "it was decided that they need not be told")
		case !f.Told.IsZero():
			return f, conflict("told", "they were told")
		}
		f.Told = now
	case Exempt:
		switch {
		case f.Risk != High:
			return f, conflict("not-high", "nobody has to be told")
		case !f.Told.IsZero():
			return f, conflict("told", "they were told")
		case !slices.Contains([]string{Unintelligible, Averted, TooMany}, s.Ground):
			return f, field("ground", "not-one-of")
		case s.Ground == Unintelligible && f.KeyLost:
			return f, conflict("key-lost", "what was sealed is not unreadable to strangers when the key went too")
		case !s.Reasons:
			return f, field("reasons", "required")
		}
		f.Exempt = s.Ground
	case Close:
		return f.end()
	default:
		return f, fault.New(fault.Invalid, "no-such-step", "there is no such step here")
	}
	return f, nil
}

// notify records a notice to the authority. A late one says why (art. 33(1)).
func (f Facts) notify(s Step, now time.Time) (Facts, error) {
	if !slices.Contains(Phases(), s.Phase) {
		return f, field("phase", "not-one-of")
	}
	switch {
	case f.Risk == NoRisk:
		return f, conflict("no-risk", "this was judged to be no risk")
	case s.Phase == Initial && !f.Initial.IsZero() || s.Phase == Final && !f.Final.IsZero():
		return f, conflict("notified", "this notice was given")
	case s.Phase != Initial && f.Initial.IsZero():
		return f, conflict("initial-first", "the first notice comes first")
	case s.Phase == FollowUp && !f.Final.IsZero():
		return f, conflict("final-given", "the last notice was given")
	case s.Phase == Initial && now.After(f.Due()) && !s.Reasons:
		return f, field("reasons", "required")
	}
	switch s.Phase {
	case Initial:
		f.Initial = now
	case FollowUp:
		f.FollowUps = append(f.FollowUps, now)
	case Final:
		f.Final = now
	}
	return f, nil
}

// end closes what is dealt with.
func (f Facts) end() (Facts, error) {
	switch {
	case f.Risk == Unknown:
		return f, conflict("assess-first", "how bad it is was not judged")
	case f.Risk == NoRisk && !f.NoNotice:
		return f, conflict("reasons-first", "why nobody is notified was not written down")
	case f.Risk != NoRisk && f.Final.IsZero():
		return f, conflict("final-first", "the authority waits for the last notice")
	case f.Risk == High && f.Told.IsZero() && f.Exempt == "":
		return f, conflict("persons-first", "the persons have to be told, or why not")
	case len(f.Orgs) > 0 && f.Handed.IsZero():
		return f, conflict("controllers-first", "the controllers have to be told")
	}
	f.State = Closed
	return f, nil
}

// Alarm is how urgent the clock is now, where that was not said yet: 1 when a
// third of the time is left, 2 when it is over; 0 for nothing new.
func (f Facts) Alarm(now time.Time) int {
	level := 0
	urgent := func(due time.Time, done bool, whole time.Duration) {
		switch left := retention.Left(due, now); {
		case done || f.State == Closed:
		case left <= 0:
			level = max(level, 2)
		case left <= whole/3:
			level = max(level, 1)
		}
	}
	urgent(f.Due(), !f.Initial.IsZero() || f.NoNotice, 72*time.Hour)
	urgent(f.HandDue(), len(f.Orgs) == 0 || !f.Handed.IsZero(), 24*time.Hour)
	if level <= f.Alarmed {
		return 0
	}
	return level
}

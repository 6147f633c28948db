package cpm

import "plumbline/internal/workcal"

// Time is a time of workcal.
type Time = workcal.Time

// Rules chooses whose rules hold.
type Rules uint8

// The rules.
const (
	MSP Rules = iota
	P6
)

// Kind says how an activity takes part.
type Kind uint8

// The kinds. A summary spans its children, and its relations bind them. A level
// of effort spans what its relations name, and drives nothing. A band spans the
// activities below its parent (P6: WBS summary).
const (
	Task Kind = iota
	StartMilestone
	FinishMilestone
	Summary
	Effort
	Band
)

// Rule is what a constraint demands.
type Rule uint8

// The rules of constraints. On is P6's: it holds early and late dates, but
// gives way to logic. Must overrides logic.
const (
	ASAP Rule = iota
	ALAP
	StartNoEarlier
	StartNoLater
	FinishNoEarlier
	FinishNoLater
	StartOn
	FinishOn
	MustStart
	MustFinish
)

// Constraint is a rule with its date.
type Constraint struct {
	Rule Rule
	Date Time
}

// Part is work that a resource does in its own time. An activity with parts
// lasts until the last of them is done.
type Part struct {
	Calendar        int
	Work, Remaining int32
	Delay           int32 // working time after the activity's start
}

// Activity is a node. Make it with New, for the zero Time is a date.
type Activity struct {
	Kind        Kind
	Calendar    int // index of Network.Calendars
	Duration    int32
	Remaining   int32
	Parts       []Part
	Constraints [2]Constraint
	Deadline    Time // bounds late dates alone

	ActualStart, ActualFinish Time
	Suspend, Resume           Time // work stands still between
	Expected                  Time // P6: expected finish, which sets the remaining duration
	ExternalStart             Time // from other programmes: no earlier
	ExternalFinish            Time // and no later

	Manual        bool // Start and Finish stay as they are
	Start, Finish Time
	Unsure        bool // MS Project: a task by hand without a duration, which is never critical
	Inactive      bool
	Delay         int32 // levelling delay, elapsed
	Parent        int   // the summary above, or -1
}

// New is an activity without dates.
func New(kind Kind, calendar int, duration int32) Activity {
	return Activity{
		Kind: kind, Calendar: calendar, Duration: duration, Remaining: duration,
		Deadline: workcal.None, ActualStart: workcal.None, ActualFinish: workcal.None, Suspend: workcal.None, Resume: workcal.None,
		Expected: workcal.None, ExternalStart: workcal.None, ExternalFinish: workcal.None, Start: workcal.None, Finish: workcal.None, Parent: -1,
	}
}

// IsMilestone reports whether it is a start or a finish milestone.
func (a *Activity) IsMilestone() bool {
	return a.Kind == StartMilestone || a.Kind == FinishMilestone
}

// As reports whether a constraint of the rule holds.
func (a *Activity) As(r Rule) bool { return a.Constraints[0].Rule == r || a.Constraints[1].Rule == r }

// Link is the kind of a relation.
type Link uint8

// The kinds of relations.
const (
	FS Link = iota
	SS
	FF
	SF
)

func (l Link) String() string { return [...]string{"FS", "SS", "FF", "SF"}[l&3] }

// Relation binds To to From.
type Relation struct {
	From, To int
	Link     Link
	Lag      int32 // negative: a lead
	Percent  bool  // Lag is hundredths of a percent of From's duration
	Calendar int   // in which the lag passes; ByRule: as the options say
	Off      bool  // it was taken away, and binds nothing
}

// ByRule leaves the calendar of a lag to the options.
const ByRule = -1

// LagCalendar says in whose time a lag passes.
type LagCalendar uint8

// Whose time a lag takes.
const (
	LagSuccessor LagCalendar = iota
	LagPredecessor
	LagProject
	LagElapsed
)

// Progress says what becomes of work begun out of sequence.
type Progress uint8

// What becomes of it: the rest waits for its predecessors; or it goes on.
const (
	Retained Progress = iota
	Override
	ActualDates // as Retained, but for predecessors that lie wholly in the past
)

// FloatKind says how total float is measured.
type FloatKind uint8

// How it is measured.
const (
	Smallest FloatKind = iota
	StartFloat
	FinishFloat
)

// Options are how a programme is computed.
type Options struct {
	Rules     Rules
	Start     Time // of the project
	Finish    Time // of the project, when it is computed from the finish
	FromEnd   bool
	DataDate  Time // up to which progress is known; None without
	MustEnd   Time // P6: the project must finish by
	Calendar  int  // of the project
	Lag       LagCalendar
	Progress  Progress
	Float     FloatKind
	Critical  int32 // float up to which an activity is critical
	Longest   bool  // critical are those on the longest path, not those of little float
	OpenEnds  bool  // activities without successors are critical
	LogicWins bool  // MS Project: tasks need not honour their constraint dates
}

// Defaults are the options under which each program starts a new project.
func Defaults(r Rules, start Time) Options {
	o := Options{Rules: r, Start: start, Finish: workcal.None, DataDate: workcal.None, MustEnd: workcal.None}
	if r == P6 {
		o.Lag, o.Float, o.DataDate = LagPredecessor, FinishFloat, start
	}
	return o
}

// Network is a programme to compute.
type Network struct {
	Options    Options
	Calendars  []*workcal.Calendar
	Activities []Activity
	Relations  []Relation
}

// Takes reports that the activity is a node of its own: it is scheduled by its
// relations, not spanned by others.
func (a *Activity) Takes() bool {
	return !a.Inactive && a.Kind != Summary && a.Kind != Effort && a.Kind != Band
}

// Span is how long it lasts, or how long the rest of it does.
func (a *Activity) Span(rest bool) int32 {
	if rest {
		return a.Remaining
	}
	return a.Duration
}

// Span is how much work it is, or how much the rest of it is.
func (p *Part) Span(rest bool) int32 {
	if rest {
		return p.Remaining
	}
	return p.Work
}

// Elapsed is the index of the calendar without rest, which every network has.
func (n *Network) Elapsed() int { return len(n.Calendars) }

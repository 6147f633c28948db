// Package casework is the protocol of one case about somebody's data: what may
// be done when, and what becomes of it. It is pure; a model that was written
// apart is walked beside it in the tests.
package casework

import (
	"slices"

	"plumbline/internal/fault"
	"plumbline/internal/privacy/letter"
	"plumbline/internal/retention"
	"plumbline/internal/sabotage"
)

// State is where a case stands.
type State string

// The states. The last four are ends.
const (
	Open      State = "open"
	Identity  State = "identity" // it is not sure who asks; the clock stands
	Sent      State = "sent"     // answered, and somebody else has not acknowledged yet
	Done      State = "done"
	Refused   State = "refused"
	Merged    State = "merged" // the same as another case
	Withdrawn State = "withdrawn"
)

// Ended reports whether nothing more is to be done.
func (s State) Ended() bool {
	return s == Done || s == Refused || s == Merged || s == Withdrawn
}

// How somebody was found to be who they say.
const (
	ByMail     = "mail-link" // they read the mail to the address that we hold
	BySession  = "signed-in"
	ByEvidence = "evidence" // shown on reasonable doubt, and deleted after
	ByOffice   = "known"    // the office knows them
)

// Where one right of a case stands.
const (
	RightOpen      = "open"
	RightExecuting = "executing" // the engine is at it
	RightDone      = "done"
	RightRefused   = "refused"
)

// Grounds for a refusal.
const (
	NotIdentified = "not-identified"       // art. 11(2), 12(2)
	Unfounded     = "manifestly-unfounded" // art. 12(5): the burden is the controller's
	Excessive     = "excessive"            // art. 12(5)
	LegalDuty     = "legal-duty"           // art. 17(3)(b)
	LegalClaims   = "legal-claims"         // art. 17(3)(e)
	OthersRights  = "rights-of-others"     // art. 15(4)
	NotApplicable = "not-applicable"       // the right does not exist for this basis
	NothingHeld   = "nothing-held"
)

// Grounds are all of them.
func Grounds() []string {
	return []string{NotIdentified, Unfounded, Excessive, LegalDuty, LegalClaims, OthersRights, NotApplicable, NothingHeld}
}

// Right is one that a case is about.
type Right struct {
	Article string `json:"article"`
	State   string `json:"state"`
	Ground  string `json:"ground,omitempty"` // of a refusal
}

// Facts are what is known of a case: codes and days, nothing about a person.
type Facts struct {
	State    State             `json:"state"`
	Rights   []Right           `json:"rights"`
	Verified string            `json:"verified,omitempty"` // how; empty: not yet
	Country  retention.Country `json:"country"`
	Received string            `json:"received"`
	Extended string            `json:"extended,omitempty"` // the day the person was told
	Pauses   []Stood           `json:"pauses,omitempty"`
	Owed     int               `json:"owed,omitempty"` // acknowledgements that are missing
	Ground   string            `json:"ground,omitempty"`
	Into     string            `json:"into,omitempty"`     // the case that this one was merged into
	Reminded int               `json:"reminded,omitempty"` // how often the office was
	Kind     letter.Kind       `json:"kind,omitempty"`
	Language string            `json:"language,omitempty"`
	Told     bool              `json:"told,omitempty"`   // the office knows of the case
	Nudged   string            `json:"nudged,omitempty"` // the day the office was last reminded of acknowledgements
}

// Stood is a time in which the clock stood.
type Stood struct {
	From  string `json:"from"`
	Until string `json:"until,omitempty"`
}

// The kinds of steps.
const (
	Classify    = "classify"
	Verify      = "identity-ok"
	AskIdentity = "ask-identity"
	Extend      = "extend"
	Start       = "execute"  // a right: the engine begins
	Executed    = "executed" // a right: the engine has done it
	Answer      = "answer"   // what is open is answered
	Decline     = "decline"  // a right
	Refuse      = "refuse"   // all that is open
	Owe         = "owe"      // so many acknowledgements are missing
	Merge       = "merge"
	Withdraw    = "withdraw"
	Reopen      = "reopen"
)

// Step is something done to a case.
type Step struct {
	Kind    string
	Rights  []string // of Classify
	Right   string   // of Start, Executed, Decline
	Ground  string
	Method  string // of Verify
	Reasons bool   // reasons, or a text, were given
	N       int    // of Owe
	Into    *Other // of Merge
}

// Other is the case that one is merged into, as far as it matters.
type Other struct {
	ID    string
	Same  bool // the same controller and the same human
	Facts Facts
}

// Conflict is a step that the case does not allow as it stands.
func Conflict(code, message string) error { return fault.New(fault.Conflict, code, message) }

// Apply is the case after a step on a day, or why it cannot be taken. The case
// given is not changed. The clock stands in the state Identity alone.
func (f Facts) Apply(s Step, today retention.Date) (Facts, error) {
	next, err := f.take(s, today)
	if err != nil || next.State == Identity {
		return next, err
	}
	if r, err := next.clock().Resume(today); err == nil {
		next = next.unclock(r)
	}
	return next, nil
}

func (f Facts) take(s Step, today retention.Date) (Facts, error) {
	f.Rights, f.Pauses = slices.Clone(f.Rights), slices.Clone(f.Pauses)
	if f.State.Ended() {
		if s.Kind == Reopen && f.State == Refused && f.Ground == NotIdentified {
			return f.reopen(today), nil
		}
		return f, Conflict("case-closed", "this case is closed")
	}
	switch s.Kind {
	case Classify:
		return f.classify(s)
	case Verify:
		return f.verify(s)
	case AskIdentity:
		return f.doubt(s, today)
	case Extend:
		return f.extend(s, today)
	case Start, Executed, Decline:
		return f.right(s)
	case Answer:
		return f.answer(s)
	case Refuse:
		return f.refuse(s)
	case Owe:
		f.Owed = max(0, s.N)
		return f.settle(), nil
	case Merge:
		return f.merge(s)
	case Withdraw:
		if f.Any(RightExecuting) {
			return f, Conflict("in-execution", "what is being done is stopped where it is done")
		}
		f.State = Withdrawn
		return f, nil
	}
	return f, fault.New(fault.Invalid, "no-such-step", "there is no such step here")
}

// Any reports whether a right of the case stands so.
func (f Facts) Any(state string) bool {
	return slices.ContainsFunc(f.Rights, func(r Right) bool { return r.State == state })
}

// reopen begins anew, with what the person added: the clock counts from the day
// on which they can be identified.
func (f Facts) reopen(today retention.Date) Facts {
	f.State, f.Ground, f.Received, f.Extended, f.Pauses, f.Reminded = Open, "", today.String(), "", nil, 0
	for i := range f.Rights {
		f.Rights[i].State, f.Rights[i].Ground = RightOpen, ""
	}
	return f
}

// classify corrects what the case is about. What was begun stays.
func (f Facts) classify(s Step) (Facts, error) {
	if f.State == Sent {
		return f, Conflict("answered", "this case was answered")
	}
	if len(s.Rights) == 0 {
		return f, fault.InvalidFields([]fault.Field{{Path: "rights", Code: "required"}})
	}
	var kept []Right
	for _, r := range f.Rights {
		if r.State != RightOpen {
			kept = append(kept, r)
		}
	}
	for _, a := range s.Rights {
		if !letter.Known(a) {
			return f, fault.InvalidFields([]fault.Field{{Path: "rights", Code: "not-one-of"}})
		}
		if !slices.ContainsFunc(kept, func(r Right) bool { return r.Article == a }) {
			kept = append(kept, Right{Article: a, State: RightOpen})
		}
	}
	f.Rights = kept
	return f, nil
}

func (f Facts) verify(s Step) (Facts, error) {
	if !slices.Contains([]string{ByMail, BySession, ByEvidence, ByOffice}, s.Method) {
		return f, fault.InvalidFields([]fault.Field{{Path: "method", Code: "not-one-of"}})
	}
	if f.State == Sent {
		return f, Conflict("answered", "this case was answered")
	}
	f.State, f.Verified = Open, s.Method
	return f, nil
}

// doubt asks for more, and stops the clock: only on reasonable doubt, which is
// not there for whoever came through a channel that we know to be theirs.
func (f Facts) doubt(s Step, today retention.Date) (Facts, error) {
	switch {
	case f.State != Open:
		return f, Conflict("not-open", "this case waits for something else")
	case f.Verified != "":
		return f, Conflict("no-doubt", "it is known who asks; more must not be demanded")
	case !s.Reasons:
		return f, fault.InvalidFields([]fault.Field{{Path: "reasons", Code: "required"}})
	}
	r, err := f.clock().Pause(today)
	if err != nil {
		return f, err
	}
	f = f.unclock(r)
	f.State = Identity
	return f, nil
}

func (f Facts) extend(s Step, today retention.Date) (Facts, error) {
	if f.State != Open && f.State != Identity {
		return f, Conflict("not-open", "this case waits for something else")
	}
	if !s.Reasons {
		return f, fault.InvalidFields([]fault.Field{{Path: "reasons", Code: "required"}})
	}
	r, err := f.clock().Extend(today)
	if err != nil {
		return f, err
	}
	return f.unclock(r), nil
}

// right moves one right. Nothing is shown, changed or erased for who is not
// known.
func (f Facts) right(s Step) (Facts, error) {
	i := slices.IndexFunc(f.Rights, func(r Right) bool { return r.Article == s.Right })
	if i < 0 {
		return f, fault.InvalidFields([]fault.Field{{Path: "right", Code: "unknown"}})
	}
	r := &f.Rights[i]
	if r.State == RightDone || r.State == RightRefused {
		return f, Conflict("right-settled", "this right is settled")
	}
	switch s.Kind {
	case Start:
		if err := f.Known(); err != nil {
			return f, err
		}
		if r.State == RightExecuting {
			return f, Conflict("in-execution", "this is being done")
		}
		r.State = RightExecuting
	case Executed:
		if err := f.Known(); err != nil {
			return f, err
		}
		r.State = RightDone
	case Decline:
		if r.State == RightExecuting {
			return f, Conflict("in-execution", "this is being done")
		}
		if err := s.grounded(); err != nil {
			return f, err
		}
		r.State, r.Ground = RightRefused, s.Ground
	}
	return f.settle(), nil
}

// Known is nil where it is known who asks.
func (f Facts) Known() error {
	if f.Verified == "" && !sabotage.Off("REQ-1.identity") {
		return fault.New(fault.Denied, "identity-first", "it has to be known first who asks")
	}
	return nil
}

func (s Step) grounded() error {
	var fields []fault.Field
	if !slices.Contains(Grounds(), s.Ground) {
		fields = append(fields, fault.Field{Path: "ground", Code: "not-one-of"})
	}
	if !s.Reasons {
		fields = append(fields, fault.Field{Path: "reasons", Code: "required"})
	}
	return fault.InvalidFields(fields)
}

// answer settles what is open, by a text.
func (f Facts) answer(s Step) (Facts, error) {
	if f.State != Open {
		return f, Conflict("not-open", "this case waits for something else")
	}
	if err := f.Known(); err != nil {
		return f, err
	}
	if !s.Reasons {
		return f, fault.InvalidFields([]fault.Field{{Path: "text", Code: "required"}})
	}
	if f.Any(RightExecuting) {
		return f, Conflict("in-execution", "the engine is not done yet")
	}
	for i := range f.Rights {
		if f.Rights[i].State == RightOpen {
			f.Rights[i].State = RightDone
		}
	}
	return f.settle(), nil
}

func (f Facts) refuse(s Step) (Facts, error) {
	if f.State != Open && f.State != Identity {
		return f, Conflict("not-open", "this case waits for something else")
	}
	if f.Any(RightExecuting) {
		return f, Conflict("in-execution", "the engine is not done yet")
	}
	if err := s.grounded(); err != nil {
		return f, err
	}
	for i := range f.Rights {
		if f.Rights[i].State == RightOpen {
			f.Rights[i].State, f.Rights[i].Ground = RightRefused, s.Ground
		}
	}
	f.Ground = s.Ground
	return f.settle(), nil
}

// settle closes the case when every right is settled and everybody who had to
// be told has acknowledged: sent is not done.
func (f Facts) settle() Facts {
	if len(f.Rights) == 0 || f.Any(RightOpen) || f.Any(RightExecuting) {
		return f
	}
	switch {
	case f.Owed > 0 && !sabotage.Off("REQ-1.sent"):
		f.State = Sent
	case f.Any(RightDone):
		f.State = Done
	default:
		f.State = Refused
		if f.Ground == "" {
			f.Ground = f.Rights[0].Ground
		}
	}
	return f
}

// merge puts a duplicate into another case. Who asked twice is verified twice:
// the one case lends the other nothing.
func (f Facts) merge(s Step) (Facts, error) {
	switch {
	case s.Into == nil || !s.Into.Same:
		return f, fault.InvalidFields([]fault.Field{{Path: "into", Code: "unknown"}})
	case s.Into.Facts.State.Ended():
		return f, Conflict("case-closed", "the other case is closed")
	case f.Verified == "" || s.Into.Facts.Verified == "":
		return f, fault.New(fault.Denied, "identity-first", "it has to be known first who asks, in both cases")
	case f.Any(RightExecuting) || f.Any(RightDone):
		return f, Conflict("in-execution", "this case was begun")
	}
	for _, r := range f.Rights {
		if !slices.ContainsFunc(s.Into.Facts.Rights, func(x Right) bool { return x.Article == r.Article }) {
			return f, Conflict("other-rights", "the other case is not about the same")
		}
	}
	f.State, f.Into = Merged, s.Into.ID
	return f, nil
}

// clock is the case's clock as package retention counts.
func (f Facts) clock() retention.Request {
	date := func(s string) retention.Date { d, _ := retention.ParseDate(s); return d }
	r := retention.Request{Received: date(f.Received), Country: f.Country, Extended: date(f.Extended)}
	for _, p := range f.Pauses {
		r.Pauses = append(r.Pauses, retention.Pause{From: date(p.From), Until: date(p.Until)})
	}
	return r
}

func (f Facts) unclock(r retention.Request) Facts {
	day := func(d retention.Date) string {
		if d.IsZero() {
			return ""
		}
		return d.String()
	}
	f.Extended, f.Pauses = day(r.Extended), nil
	for _, p := range r.Pauses {
		f.Pauses = append(f.Pauses, Stood{day(p.From), day(p.Until)})
	}
	return f
}

// Due is the last day for the answer.
func (f Facts) Due(today retention.Date) retention.Date { return f.clock().Due(today) }

// Late reports whether the last day is over without an answer.
func (f Facts) Late(today retention.Date) bool {
	return (f.State == Open || f.State == Identity) && f.clock().Late(today)
}

// Overdue is the reminder that is an alarm.
const Overdue = 4

// nudge is how many days lie between reminders of acknowledgements.
const nudge = 7

// Reminder is which reminder is due on a day that was not given yet: 1 to 3
// after 14, 21 and 28 days, 4 when it is late; 0 for none. While the clock
// stands none is.
func (f Facts) Reminder(today retention.Date) int {
	if f.State != Open {
		return 0
	}
	level, r := 0, f.clock()
	shift := r.Due(today)
	base := r
	base.Pauses = nil
	stood := base.Due(today).Until(shift)
	for i, days := range []int{14, 21, 28} {
		if !today.Before(r.Received.AddDays(days + stood)) {
			level = i + 1
		}
	}
	if !r.Extended.IsZero() { // the first month is over by consent of the law: only the new end counts
		level = 0
		for i, days := range []int{28, 14, 7} {
			if !today.Before(shift.AddDays(-days)) {
				level = i + 1
			}
		}
	}
	if r.Late(today) {
		level = Overdue
	}
	if level <= f.Reminded {
		return 0
	}
	return level
}

// Nudge notes a reminder of acknowledgements, where a week has passed.
func Nudge(f *Facts, today string) bool {
	now, _ := retention.ParseDate(today)
	last, ok := retention.ParseDate(f.Nudged)
	if ok && last.Until(now) < nudge {
		return false
	}
	f.Nudged = today
	return true
}

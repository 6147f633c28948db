package casework

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"plumbline/internal/fault"
	"plumbline/internal/privacy/letter"
	"plumbline/internal/retention"
)

func day(t *testing.T, s string) retention.Date {
	t.Helper()
	d, ok := retention.ParseDate(s)
	if !ok {
		t.Fatal(s)
	}
	return d
}

func opened(rights ...string) Facts {
	f := Facts{State: Open, Country: "BE", Received: "2026-03-02"}
	for _, r := range rights {
		f.Rights = append(f.Rights, Right{Article: r, State: RightOpen})
	}
	return f
}

func verified(f Facts) Facts {
	f.Verified = ByMail
	return f
}

func TestSteps(t *testing.T) {
	t.Parallel()
	access, both := opened(letter.Access), opened(letter.Access, letter.Erase)
	running := verified(opened(letter.Erase))
	running.Rights[0].State = RightExecuting
	sent := verified(opened(letter.Erase))
	sent.Rights[0].State, sent.State, sent.Owed = RightDone, Sent, 2
	doubt, _ := access.Apply(Step{Kind: AskIdentity, Reasons: true}, day(t, "2026-03-10"))
	unknown := opened(letter.Access)
	unknown.State, unknown.Ground = Refused, NotIdentified
	cases := []struct {
		name string
		on   Facts
		step Step
		at   string
		code string // of the refusal
		then State
	}{
		{"shown to nobody", access, Step{Kind: Executed, Right: letter.Access}, "2026-03-03", "identity-first", ""},
		{"erased for nobody", opened(letter.Erase), Step{Kind: Start, Right: letter.Erase}, "2026-03-03", "identity-first", ""},
		{"answered to nobody", access, Step{Kind: Answer, Reasons: true}, "2026-03-03", "identity-first", ""},
		{"shown", verified(access), Step{Kind: Executed, Right: letter.Access}, "2026-03-03", "", Done},
		{"one of two", verified(both), Step{Kind: Executed, Right: letter.Access}, "2026-03-03", "", Open},
		{"an erasure begins", verified(opened(letter.Erase)), Step{Kind: Start, Right: letter.Erase}, "2026-03-03", "", Open},
		{"begins once", running, Step{Kind: Start, Right: letter.Erase}, "2026-03-03", "in-execution", ""},
		{"what runs is not refused", running, Step{Kind: Refuse, Ground: LegalDuty, Reasons: true}, "2026-03-03", "in-execution", ""},
		{"what runs is not taken back", running, Step{Kind: Withdraw}, "2026-03-03", "in-execution", ""},
		{"sent is not done", sent, Step{Kind: Owe, N: 1}, "2026-03-03", "", Sent},
		{"acknowledged is done", sent, Step{Kind: Owe, N: 0}, "2026-03-03", "", Done},
		{"doubt without a reason", access, Step{Kind: AskIdentity}, "2026-03-03", "invalid", ""},
		{"doubt with a reason", access, Step{Kind: AskIdentity, Reasons: true}, "2026-03-03", "", Identity},
		{"no doubt of who is known", verified(access), Step{Kind: AskIdentity, Reasons: true}, "2026-03-03", "no-doubt", ""},
		{"doubt ends", doubt, Step{Kind: Verify, Method: ByEvidence}, "2026-03-15", "", Open},
		{"a method that is none", access, Step{Kind: Verify, Method: "hunch"}, "2026-03-15", "invalid", ""},
		{"extended without reasons", access, Step{Kind: Extend}, "2026-03-20", "invalid", ""},
		{"extended in the first month", access, Step{Kind: Extend, Reasons: true}, "2026-04-02", "", Open},
		{"extended after it", access, Step{Kind: Extend, Reasons: true}, "2026-04-03", "first-month-over", ""},
		{"refused without reasons", access, Step{Kind: Refuse, Ground: Unfounded}, "2026-03-20", "invalid", ""},
		{"refused without a ground", access, Step{Kind: Refuse, Reasons: true}, "2026-03-20", "invalid", ""},
		{"refused", access, Step{Kind: Refuse, Ground: Unfounded, Reasons: true}, "2026-03-20", "", Refused},
		{"one refused, one open", verified(both), Step{Kind: Decline, Right: letter.Erase, Ground: LegalDuty, Reasons: true}, "2026-03-20", "", Open},
		{"merged with who is unknown", access, Step{Kind: Merge, Into: &Other{"x", true, verified(access)}}, "2026-03-20", "identity-first", ""},
		{"merged into who is unknown", verified(access), Step{Kind: Merge, Into: &Other{"x", true, access}}, "2026-03-20", "identity-first", ""},
		{"merged with somebody else", verified(access), Step{Kind: Merge, Into: &Other{"x", false, verified(access)}}, "2026-03-20", "invalid", ""},
		{"merged into less", verified(both), Step{Kind: Merge, Into: &Other{"x", true, verified(access)}}, "2026-03-20", "other-rights", ""},
		{"merged", verified(access), Step{Kind: Merge, Into: &Other{"x", true, verified(both)}}, "2026-03-20", "", Merged},
		{"nobody found, and then", unknown, Step{Kind: Reopen}, "2026-05-20", "", Open},
		{"closed is closed", unknown, Step{Kind: Answer, Reasons: true}, "2026-05-20", "case-closed", ""},
		{"corrected", access, Step{Kind: Classify, Rights: []string{letter.Rectify}}, "2026-03-03", "", Open},
		{"corrected to nothing", access, Step{Kind: Classify}, "2026-03-03", "invalid", ""},
		{"corrected to what is no right", access, Step{Kind: Classify, Rights: []string{"A99"}}, "2026-03-03", "invalid", ""},
		{"what is no step", access, Step{Kind: "dance"}, "2026-03-03", "no-such-step", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			before := fmt.Sprintf("%+v", c.on)
			got, err := c.on.Apply(c.step, day(t, c.at))
			if fault.CodeOf(err) != c.code {
				t.Fatalf("%v, want %q", err, c.code)
			}
			if err == nil && got.State != c.then {
				t.Errorf("is %s, want %s", got.State, c.then)
			}
			if fmt.Sprintf("%+v", c.on) != before {
				t.Error("the case given was changed")
			}
		})
	}
}

func TestClockAndReminders(t *testing.T) {
	t.Parallel()
	f := opened(letter.Access) // received on Monday 2 March 2026
	if got := f.Due(day(t, "2026-03-02")).String(); got != "2026-04-02" {
		t.Errorf("due %s", got)
	}
	f, err := f.Apply(Step{Kind: AskIdentity, Reasons: true}, day(t, "2026-03-10"))
	if err != nil {
		t.Fatal(err)
	}
	if f.Late(day(t, "2026-07-01")) || f.Reminder(day(t, "2026-07-01")) != 0 {
		t.Error("late while the clock stood")
	}
	if f, err = f.Apply(Step{Kind: Verify, Method: ByEvidence}, day(t, "2026-03-17")); err != nil {
		t.Fatal(err)
	}
	if got := f.Due(day(t, "2026-03-17")).String(); got != "2026-04-09" || len(f.Pauses) != 1 || f.Pauses[0] != (Stood{"2026-03-10", "2026-03-17"}) {
		t.Errorf("due %s after %v", got, f.Pauses)
	}
	for at, want := range map[string]int{"2026-03-20": 0, "2026-03-23": 1, "2026-03-30": 2, "2026-04-06": 3, "2026-04-09": 3, "2026-04-10": Overdue} {
		if got := f.Reminder(day(t, at)); got != want {
			t.Errorf("on %s: reminder %d, want %d", at, got, want)
		}
	}
	f.Reminded = Overdue
	if f.Reminder(day(t, "2026-05-10")) != 0 {
		t.Error("reminded twice")
	}
}

// model is the protocol of a case, written a second time and otherwise: what
// may be done is a set of guards, what follows a set of effects.
type model struct {
	state    State
	known    bool
	first    retention.Date // the last day of the first month
	extended bool
	rights   map[string]string
	owed     int
	ground   string
}

func (m *model) all(states ...string) bool {
	for _, s := range m.rights {
		if !slices.Contains(states, s) {
			return false
		}
	}
	return len(m.rights) > 0
}

func (m *model) has(state string) bool {
	return slices.Contains(slices.Collect(maps.Values(m.rights)), state)
}

// may says whether the step is allowed.
func (m *model) may(s Step, today retention.Date) bool {
	live := map[State]bool{Open: true, Identity: true, Sent: true}[m.state]
	if s.Kind == Reopen {
		return m.state == Refused && m.ground == NotIdentified
	}
	if !live {
		return false
	}
	early := m.state != Sent
	switch s.Kind {
	case Classify:
		return early && len(s.Rights) > 0
	case Verify:
		return early && s.Method != ""
	case AskIdentity:
		return m.state == Open && !m.known && s.Reasons && !today.After(m.first) || m.state == Open && !m.known && s.Reasons && m.extended && !today.After(m.first.Months(3))
	case Extend:
		return early && s.Reasons && !m.extended && !today.After(m.first)
	case Start:
		return m.known && m.rights[s.Right] == RightOpen
	case Executed:
		return m.known && (m.rights[s.Right] == RightOpen || m.rights[s.Right] == RightExecuting)
	case Decline:
		return m.rights[s.Right] == RightOpen && s.Ground != "" && s.Reasons
	case Answer:
		return m.state == Open && m.known && s.Reasons && !m.has(RightExecuting)
	case Refuse:
		return early && s.Ground != "" && s.Reasons && !m.has(RightExecuting)
	case Owe:
		return true
	case Withdraw:
		return !m.has(RightExecuting)
	case Merge:
		return s.Into != nil && s.Into.Same && m.known && s.Into.Facts.Verified != "" && !m.has(RightExecuting) && !m.has(RightDone)
	}
	return false
}

func (m *model) do(s Step) {
	put := func(from, to string) {
		for a, x := range m.rights {
			if x == from {
				m.rights[a] = to
			}
		}
	}
	switch s.Kind {
	case Reopen:
		m.state, m.extended, m.ground = Open, false, ""
		for a := range m.rights {
			m.rights[a] = RightOpen
		}
		return
	case Classify:
		for a, x := range m.rights {
			if x == RightOpen {
				delete(m.rights, a)
			}
		}
		for _, a := range s.Rights {
			if m.rights[a] == "" {
				m.rights[a] = RightOpen
			}
		}
		return
	case Verify:
		m.known, m.state = true, Open
		return
	case AskIdentity:
		m.state = Identity
		return
	case Extend:
		m.extended = true
		return
	case Start:
		m.rights[s.Right] = RightExecuting
		return
	case Executed:
		m.rights[s.Right] = RightDone
	case Decline:
		m.rights[s.Right] = RightRefused
	case Answer:
		put(RightOpen, RightDone)
	case Refuse:
		put(RightOpen, RightRefused)
		m.ground = s.Ground
	case Owe:
		m.owed = s.N
	case Withdraw:
		m.state = Withdrawn
		return
	case Merge:
		m.state = Merged
		return
	}
	if m.all(RightDone, RightRefused) {
		switch {
		case m.owed > 0:
			m.state = Sent
		case m.has(RightDone):
			m.state = Done
		default:
			m.state = Refused
		}
	}
}

// TestRandomWalks takes both through the same steps, and compares what is
// allowed and what becomes of it. What must never be is looked at on the way.
func TestRandomWalks(t *testing.T) {
	t.Parallel()
	kinds := []string{Classify, Verify, AskIdentity, Extend, Start, Executed, Decline, Answer, Refuse, Owe, Merge, Withdraw, Reopen}
	taken := map[string]int{}
	for seed := range uint64(1200) {
		r := rand.New(rand.NewPCG(seed, 7))
		f, m := walkStart(r)
		today := retention.MakeDate(2026, 3, 2)
		var path []string
		for range 25 {
			today = today.AddDays(r.IntN(4))
			s := randomStep(r, kinds, f)
			m.first = firstMonth(f, today)
			may := m.may(s, today)
			if s.Kind == AskIdentity && m.state == Open && !m.known && s.Reasons {
				may = !f.clock().Late(today) // the clock is package retention's to test
			}
			next, err := f.Apply(s, today)
			path = append(path, fmt.Sprintf("%s %s %v %q %v", today, s.Kind, s.Right, s.Ground, err == nil))
			if (err == nil) != may {
				t.Fatalf("seed %d: the model says %v, the rules %v after %v", seed, may, err, path)
			}
			if err != nil {
				continue
			}
			taken[s.Kind]++
			m.do(s)
			if s.Kind == Owe || s.Kind == Decline || s.Kind == Executed || s.Kind == Answer || s.Kind == Refuse {
				if m.ground == "" && next.State == Refused {
					m.ground = next.Ground
				}
			}
			if next.State != m.state || (next.Verified != "") != m.known || !sameRights(next, m) {
				t.Fatalf("seed %d: rules %+v, model %+v after %v", seed, next, m, path)
			}
			never(t, f, next, s, path)
			f = next
		}
	}
	for _, k := range kinds {
		if taken[k] < 20 {
			t.Errorf("%s was taken %d times only", k, taken[k])
		}
	}
}

// never are the promises.
func never(t *testing.T, was, is Facts, s Step, path []string) {
	t.Helper()
	for i, r := range is.Rights {
		before := RightOpen
		if i < len(was.Rights) && was.Rights[i].Article == r.Article {
			before = was.Rights[i].State
		}
		if before != r.State && (r.State == RightDone || r.State == RightExecuting) && is.Verified == "" {
			t.Fatalf("something was done for somebody who is not known: %v", path)
		}
		if r.State == RightRefused && r.Ground == "" {
			t.Fatalf("refused without a ground: %v", path)
		}
	}
	if is.State == Done && is.Owed > 0 {
		t.Fatalf("done while somebody has not acknowledged: %v", path)
	}
	if was.Verified == "" && is.Verified != "" && s.Kind != Verify {
		t.Fatalf("known by %s: %v", s.Kind, path)
	}
	open := 0
	for _, p := range is.Pauses {
		if p.Until == "" {
			open++
		}
	}
	if (is.State == Identity) != (open == 1) && !is.State.Ended() || open > 1 {
		t.Fatalf("the clock stands %d times in state %s: %v", open, is.State, path)
	}
}

func sameRights(f Facts, m *model) bool {
	if len(f.Rights) != len(m.rights) {
		return false
	}
	for _, r := range f.Rights {
		if m.rights[r.Article] != r.State {
			return false
		}
	}
	return true
}

func walkStart(r *rand.Rand) (Facts, *model) {
	rights := letter.Rights()
	r.Shuffle(len(rights), func(i, j int) { rights[i], rights[j] = rights[j], rights[i] })
	f := opened(rights[:1+r.IntN(3)]...)
	m := &model{state: Open, rights: map[string]string{}}
	for _, x := range f.Rights {
		m.rights[x.Article] = x.State
	}
	if r.IntN(2) == 0 {
		f.Verified, m.known = ByMail, true
	}
	return f, m
}

func firstMonth(f Facts, today retention.Date) retention.Date {
	c := f.clock()
	c.Extended = retention.Date{}
	return c.Due(today)
}

func randomStep(r *rand.Rand, kinds []string, f Facts) Step {
	s := Step{Kind: kinds[r.IntN(len(kinds))], Reasons: r.IntN(4) > 0, N: r.IntN(3)}
	if len(f.Rights) > 0 {
		s.Right = f.Rights[r.IntN(len(f.Rights))].Article
	}
	if r.IntN(4) > 0 {
		s.Ground = Grounds()[r.IntN(len(Grounds()))]
	}
	if r.IntN(5) > 0 {
		s.Method = []string{ByMail, BySession, ByEvidence, ByOffice}[r.IntN(4)]
	}
	if s.Kind == Classify && r.IntN(4) > 0 {
		s.Rights = letter.Rights()[:1+r.IntN(3)]
	}
	if s.Kind == Merge && r.IntN(4) > 0 {
		other := opened()
		other.Rights = f.Rights
		if r.IntN(2) == 0 {
			other.Verified = ByMail
		}
		s.Into = &Other{ID: "x", Same: r.IntN(4) > 0, Facts: other}
	}
	if s.Kind == Withdraw && r.IntN(3) > 0 { // seldom, or walks are short
		s.Kind = Verify
	}
	return s
}

package cases

import (
	"context"
	"slices"

	"plumbline/internal/db"
	"plumbline/internal/disclosure"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/org"
	"plumbline/internal/person"
	"plumbline/internal/personal"
	"plumbline/internal/policy"
	"plumbline/internal/privacy/casework"
	"plumbline/internal/privacy/letterbox"
	"plumbline/internal/retention"
)

// Desk is who works on cases: an organisation's office, or the operator's.
type Desk struct {
	Org id.Org // empty: the operator's
	By  feed.Actor
}

// OfOrg is the desk of an organisation, for its managers and owners.
func OfOrg(g org.Grant) (Desk, error) {
	return Desk{Org: g.Org, By: g.By()}, g.Need(policy.ManagePeople)
}

// Scope is whose rows the desk touches.
func (d Desk) Scope() db.Scope {
	if d.Org == "" {
		return everyone()
	}
	return db.Tenant(d.Org)
}

// NoCase is a case that is not there, or not for this desk.
func NoCase() error { return fault.New(fault.NotFound, "case-not-found", "there is no such case") }

// Listed is a case in the queue.
type Listed struct {
	Case
	Due  retention.Date
	Late bool
	Days int // left; negative when late
}

// Queue is the work of a desk: what is open, the most urgent first; or what was
// closed, the latest first.
func (s *Service) Queue(ctx context.Context, d Desk, closed bool) ([]Listed, error) {
	var out []Listed
	err := s.DB.Read(ctx, d.Scope(), func(tx *db.Tx) error {
		out = nil
		all, err := queue(tx, d.Org, closed, 500)
		today := s.Today(tx, d.Org)
		for _, c := range all {
			due := c.Facts.Due(today)
			out = append(out, Listed{c, due, c.Facts.Late(today), today.Until(due)})
		}
		return err
	})
	return out, fault.Wrap("request.Queue", err)
}

// Whole is a case with everything that its desk works with.
type Whole struct {
	Listed
	letterbox.Letter
	Said
	Channel  string
	Locale   string
	Owed     []disclosure.Owed // who was told something of whom, and has to be told
	Upstream []Upstream
	Places   int
	Similar  []id.Case // open cases about the same person
}

// Get is one case.
func (s *Service) Get(ctx context.Context, d Desk, which id.Case) (Whole, error) {
	const op = "request.Get"
	var w Whole
	err := s.DB.Read(ctx, d.Scope(), func(tx *db.Tx) error {
		c, ok, err := Find(tx, d.Org, which)
		if err != nil {
			return err
		}
		if !ok {
			return NoCase()
		}
		r, ok, err := letterbox.Find(tx, c.Request)
		if err != nil || !ok {
			return err
		}
		today := s.Today(tx, d.Org)
		due := c.Facts.Due(today)
		w = Whole{Listed: Listed{c, due, c.Facts.Late(today), today.Until(due)}, Channel: r.Channel, Locale: r.Locale}
		if w.Letter, err = s.Box.Read(r); err != nil {
			return err
		}
		if err := s.Box.Unseal(saidBind(r, c.ID), c.sealed, &w.Said); err != nil {
			return err
		}
		if w.Upstream, err = upstreamOf(tx, d.Org, which); err != nil {
			return err
		}
		if c.Who.Kind == "" {
			return nil
		}
		if w.Owed, err = disclosure.OwedFor(tx, c.Who); err != nil {
			return err
		}
		others, err := casesAbout(tx, c.Who)
		for _, x := range others {
			if x.ID != which {
				w.Similar = append(w.Similar, x.ID)
			}
		}
		return err
	})
	if err != nil {
		return w, fault.Wrap(op, err)
	}
	if s.Erasures != nil && w.Who.Kind != "" && !w.Facts.State.Ended() && slices.ContainsFunc(w.Facts.Rights, func(r casework.Right) bool { return r.Article == "A17" && r.State != casework.RightDone }) {
		w.Places, err = s.Erasures.Places(ctx, w.Who)
		if fault.Is(err, fault.NotFound) || fault.Is(err, fault.Gone) || fault.Is(err, fault.Conflict) {
			err = nil // gone already
		}
	}
	return w, fault.Wrap(op, err)
}

// Act is a step as a desk takes it.
type Act struct {
	Kind     string
	Rights   []string
	Right    string
	Ground   string
	Method   string
	Text     string            // answer, reasons
	Fields   map[string]string // of a rectification: name, phone, function
	Purposes []personal.Purpose
	Into     id.Case
	Row      string // of an acknowledgement
}

// AckRow and AckSource are the kinds of acts that are not steps: somebody else
// has acknowledged.
const (
	AckRow    = "acknowledge"
	AckSource = "acknowledge-source"
)

// Do takes a step.
func (s *Service) Do(ctx context.Context, d Desk, which id.Case, a Act) (Whole, error) {
	const op = "request.Do"
	if fields := org.Text("text", a.Text, 0, LongestText); len(fields) > 0 {
		return Whole{}, fault.InvalidFields(fields)
	}
	err := s.DB.Write(ctx, d.Scope(), func(tx *db.Tx) error {
		c, ok, err := held(tx, d.Org, which)
		if err != nil {
			return err
		}
		if !ok {
			return NoCase()
		}
		step := casework.Step{Kind: a.Kind, Rights: a.Rights, Right: a.Right, Ground: a.Ground, Method: a.Method, Reasons: len([]rune(a.Text)) >= 10}
		switch a.Kind {
		case casework.Executed, casework.Owe, casework.Withdraw, casework.Reopen: // the engine's and the person's
			return fault.New(fault.Invalid, "no-such-step", "there is no such step here")
		case casework.Verify:
			if a.Method == casework.ByMail || a.Method == casework.BySession { // only the mail and the session can say so
				return fault.InvalidFields([]fault.Field{{Path: "method", Code: "not-one-of"}})
			}
		case AckRow, AckSource:
			return s.acknowledged(tx, d, c, a)
		case casework.Merge:
			if step.Into, err = other(tx, d, c, a.Into); err != nil {
				return err
			}
		case casework.Start:
			if c, step, err = s.begun(tx, d, c, a); err != nil {
				return err
			}
		}
		if c, err = s.Apply(tx, d, c, step, &a); err != nil {
			return err
		}
		if a.Kind == casework.Verify || a.Kind == casework.Classify || a.Kind == casework.Start {
			if !c.Facts.State.Ended() && c.Facts.Verified != "" {
				return s.Engine(tx, c)
			}
		}
		return nil
	})
	if err != nil {
		return Whole{}, fault.Wrap(op, err)
	}
	return s.Get(ctx, d, which)
}

func other(tx *db.Tx, d Desk, c Case, into id.Case) (*casework.Other, error) {
	x, ok, err := Find(tx, d.Org, into)
	if err != nil || !ok || into == c.ID {
		return nil, err
	}
	return &casework.Other{ID: string(x.ID), Same: x.Who == c.Who && c.Who.Kind != "", Facts: x.Facts}, nil
}

// Apply takes a step of the pure rules and writes what follows: the row, what
// was said, the act on record, the log, a mail to who asked.
func (s *Service) Apply(tx *db.Tx, d Desk, c Case, step casework.Step, a *Act) (Case, error) {
	today := s.Today(tx, c.Org)
	was := c.Facts
	facts, err := c.Facts.Apply(step, today)
	if err != nil {
		return c, err
	}
	c.Facts = facts
	r, ok, err := letterbox.Find(tx, c.Request)
	if err != nil || !ok {
		return c, fault.Wrap("request.apply", err)
	}
	if a != nil && a.Text != "" {
		var said Said
		if err := s.Box.Unseal(saidBind(r, c.ID), c.sealed, &said); err != nil {
			return c, err
		}
		switch step.Kind {
		case casework.Answer, casework.Start:
			said.Answer = joined(said.Answer, a.Text)
		case casework.Refuse, casework.Decline:
			said.Reasons = joined(said.Reasons, a.Text)
		case casework.AskIdentity:
			said.Doubt = a.Text
		case casework.Extend:
			said.Later = a.Text
		}
		if c.sealed, err = s.Box.Seal(tx, saidBind(r, c.ID), said); err != nil {
			return c, err
		}
	}
	if step.Kind == casework.Verify || c.Facts.State.Ended() {
		if err := s.dropEvidence(tx, r); err != nil {
			return c, err
		}
	}
	if err := updateCase(tx, c, c.Facts.Due(today).String()); err != nil {
		return c, err
	}
	c.Version++
	body := map[string]any{"state": string(c.Facts.State)}
	for k, v := range map[string]string{"right": step.Right, "ground": step.Ground, "method": step.Method} {
		if v != "" {
			body[k] = v
		}
	}
	if err := Note(tx, "request."+step.Kind, c, body); err != nil {
		return c, err
	}
	if step.Kind == casework.Owe && was.State == c.Facts.State {
		return c, nil
	}
	if err := s.LogCase(tx, d, c, feed.Changed); err != nil {
		return c, err
	}
	if tells(step.Kind) || was.State != c.Facts.State {
		if err := s.news(tx, r); err != nil {
			return c, err
		}
	}
	return c, s.shut(tx, c)
}

func joined(a, b string) string {
	if a == "" {
		return b
	}
	return a + "\n\n" + b
}

// tells reports whether who asked is mailed about a step.
func tells(kind string) bool {
	return slices.Contains([]string{casework.AskIdentity, casework.Extend, casework.Answer, casework.Decline, casework.Refuse, casework.Executed, casework.Merge}, kind)
}

// news mails who asked: there is something to read behind the link.
func (s *Service) news(tx *db.Tx, r letterbox.Row) error {
	if r.Forgotten() || r.State == letterbox.Unconfirmed {
		return nil
	}
	return s.Mail.Post(tx, RecipientRequest, string(r.ID), MailNews, r.Locale, personal.Rights)
}

// shut closes a request whose cases have all ended. Where somebody was erased
// on it, what they wrote goes at once, with its key.
func (s *Service) shut(tx *db.Tx, c Case) error {
	if !c.Facts.State.Ended() {
		return nil
	}
	if c.Org != "" { // other controllers' cases are not seen from here
		return s.finish(tx, c)
	}
	return s.close(tx, c.Request)
}

// close ends a request when none of its cases is open. It needs to see all.
func (s *Service) close(tx *db.Tx, request id.Request) error {
	all, err := Of(tx, request)
	if err != nil {
		return err
	}
	erased := false
	for _, c := range all {
		if !c.Facts.State.Ended() {
			return nil
		}
		erased = erased || slices.ContainsFunc(c.Facts.Rights, func(r casework.Right) bool { return r.Article == "A17" && r.State == casework.RightDone })
	}
	if err := letterbox.Close(tx, request); err != nil || !erased {
		return err
	}
	if err := letterbox.Forget(tx, request); err != nil {
		return err
	}
	return forget(tx, request)
}

// dropEvidence deletes what was sent to prove who asks: it was for that alone.
func (s *Service) dropEvidence(tx *db.Tx, r letterbox.Row) error {
	l, err := s.Box.Read(r)
	if err != nil || r.Forgotten() {
		return err
	}
	n := len(l.Messages)
	l.Messages = slices.DeleteFunc(l.Messages, func(m letterbox.Message) bool { return m.Evidence })
	if len(l.Messages) == n {
		return nil
	}
	return s.Box.Save(tx, r, l)
}

// LogCase puts a step into the log: the organisation's, or that of the officer
// who took it.
func (s *Service) LogCase(tx *db.Tx, d Desk, c Case, what string) error {
	if c.Org == "" {
		return nil // the operator's acts stand in the evidence
	}
	stream := person.OrgAudience(c.Org)
	return feed.Append(tx, d.By, feed.Change{Stream: stream, Thing: feed.Thing{Kind: "privacy-case", ID: string(c.ID)}, Kind: what,
		Version: c.Version, Audiences: []string{stream}, Org: c.Org})
}

// acknowledged notes that a recipient or a source knows, and closes the case
// if it was the last.
func (s *Service) acknowledged(tx *db.Tx, d Desk, c Case, a Act) error {
	if c.Facts.State.Ended() {
		return casework.Conflict("case-closed", "this case is closed")
	}
	if a.Kind == AckSource {
		ok, err := acknowledgeUpstream(tx, c.Org, c.ID, a.Row)
		if err == nil && !ok {
			err = fault.InvalidFields([]fault.Field{{Path: "row", Code: "unknown"}})
		}
		if err != nil {
			return err
		}
	} else {
		owed, err := disclosure.OwedFor(tx, c.Who)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(owed, func(o disclosure.Owed) bool { return o.ID == a.Row && o.Open() }) {
			return fault.InvalidFields([]fault.Field{{Path: "row", Code: "unknown"}})
		}
		if err := disclosure.Acknowledge(tx, c.Org, a.Row, d.By.Person); err != nil {
			return err
		}
	}
	if err := Note(tx, "request.acknowledged", c, nil); err != nil {
		return err
	}
	_, err := s.recount(tx, d, c)
	return err
}

// recount sets how many acknowledgements are missing.
func (s *Service) recount(tx *db.Tx, d Desk, c Case) (Case, error) {
	n, err := missing(tx, c)
	if err != nil || n == c.Facts.Owed {
		return c, err
	}
	return s.Apply(tx, d, c, casework.Step{Kind: casework.Owe, N: n}, nil)
}

func missing(tx *db.Tx, c Case) (int, error) {
	n := 0
	if c.Who.Kind != "" {
		owed, err := disclosure.OwedFor(tx, c.Who)
		if err != nil {
			return 0, err
		}
		for _, o := range owed {
			if o.Open() {
				n++
			}
		}
	}
	up, err := upstreamOf(tx, c.Org, c.ID)
	for _, u := range up {
		if u.Done.IsZero() {
			n++
		}
	}
	return n, err
}

// owe notes whom an act has to be told to: recipients by the ledger, and where
// the data came from.
func (s *Service) owe(tx *db.Tx, c Case, act disclosure.Act, ledger bool) error {
	if ledger {
		if _, err := disclosure.Owe(tx, c.Who, act); err != nil {
			return err
		}
	}
	if c.Who.Kind != personal.PersonKind {
		return nil
	}
	source, inviter, ok, err := org.Given(tx, c.Who.Org, id.Person(c.Who.ID))
	if err != nil || !ok || source == string(personal.Self) || string(inviter) == c.Who.ID {
		return err
	}
	had, err := upstreamOf(tx, c.Org, c.ID)
	if err != nil || slices.ContainsFunc(had, func(u Upstream) bool { return u.Act == string(act) }) {
		return err
	}
	return insertUpstream(tx, c.Org, c.ID, Upstream{ID: id.New[string](), Source: source, Party: string(inviter), Act: string(act)})
}

// Said is what was said in a case of a request.
func (s *Service) Said(r letterbox.Row, c Case) (said Said, err error) {
	err = s.Box.Unseal(saidBind(r, c.ID), c.sealed, &said)
	return said, err
}

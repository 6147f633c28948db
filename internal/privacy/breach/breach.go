package breach

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"plumbline/internal/crypt"
	"plumbline/internal/db"
	"plumbline/internal/disclosure"
	"plumbline/internal/evidence"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/org"
	"plumbline/internal/person"
	"plumbline/internal/personal"
	"plumbline/internal/privacy/office"
)

// Templates of the mails.
const (
	MailController = "breach-controller"
	MailPerson     = "breach-person"
	MailDue        = "breach-due"
)

// Keys is the key ring, as far as this package needs it.
type Keys interface {
	CreateAll(ctx context.Context, owners []crypt.Owner) error
	Seal(ctx context.Context, b crypt.Bind, plain []byte) ([]byte, error)
	Open(b crypt.Bind, sealed []byte) ([]byte, error)
}

// Deps are what the slice works with.
type Deps struct {
	DB           *db.DB
	People       *person.Service
	Keys         Keys
	Mail         org.Mailer
	Operator     func() personal.Operator
	Declarations func() []personal.Declaration
	// Office mails whoever answers for an organisation, or for the operator where
	// it is empty.
	Office func(tx *db.Tx, which id.Org, template string) error
	// Post mails one person, with the id of the breach for the link.
	Post func(tx *db.Tx, who personal.Who, template string, of id.Breach) error
}

// Service is the slice.
type Service struct{ Deps }

// New makes the slice.
func New(d Deps) *Service { return &Service{d} }

func everyone() db.Scope { return db.Everyone("a breach can concern every tenant") }

// Desk is whose register it is.
type Desk struct {
	Org id.Org // empty: the operator's
	By  feed.Actor
}

func (d Desk) scope() db.Scope {
	if d.Org == "" {
		return everyone()
	}
	return db.Tenant(d.Org)
}

// Words are what people wrote about a breach.
type Words struct {
	Nature       string `json:"nature"`
	Consequences string `json:"consequences"`
	Measures     string `json:"measures"`
	Reasons      string `json:"reasons"` // of a judgement, a delay, an exemption
}

// Breach is one, as its register holds it.
type Breach struct {
	ID      id.Breach
	Org     id.Org
	Facts   Facts
	Words   Words
	Version int64
	Created time.Time
	Closed  time.Time
	Steps   []Done
	sealed  []byte
}

// Done is a step that was taken.
type Done struct {
	At    time.Time
	Kind  string
	Party string // phase, organisation …
	By    string
}

func bind(b Breach) crypt.Bind {
	owner := crypt.BucketOwner("breach/" + string(b.ID))
	if b.Org != "" {
		owner = crypt.OrgOwner(b.Org)
	}
	return crypt.Bind{Owner: owner, Org: b.Org, Table: "breach", Column: "sealed", Row: string(b.ID)}
}

func (s *Service) seal(tx *db.Tx, b *Breach) error {
	plain, err := json.Marshal(b.Words)
	if err != nil {
		return err
	}
	b.sealed, err = s.Keys.Seal(tx.Context(), bind(*b), plain)
	return err
}

func (s *Service) open(b *Breach) error {
	plain, err := s.Keys.Open(bind(*b), b.sealed)
	if err != nil {
		return err
	}
	return json.Unmarshal(plain, &b.Words)
}

func errNone() error { return fault.New(fault.NotFound, "breach-not-found", "there is no such breach") }

// Report is a breach as somebody notes it, or notes it again with more known.
type Report struct {
	Words
	Kinds     []string
	KeyLost   bool
	From      time.Time
	Until     time.Time
	Aware     time.Time
	Fields    []string
	Orgs      []id.Org // of the operator's register
	Recipient string
}

func (s *Service) check(d Desk, in Report, now time.Time) error {
	var fields []fault.Field
	bad := func(path, code string) { fields = append(fields, fault.Field{Path: path, Code: code}) }
	for _, x := range []struct{ path, text string }{{"nature", in.Nature}, {"consequences", in.Consequences}, {"measures", in.Measures}} {
		least := 0
		if x.path == "nature" {
			least = 10
		}
		fields = append(fields, org.Text(x.path, x.text, least, 10_000)...)
	}
	if len(in.Kinds) == 0 {
		bad("kinds", "required")
	}
	for _, k := range in.Kinds {
		if !slices.Contains(Kinds(), k) {
			bad("kinds", "not-one-of")
		}
	}
	if in.From.IsZero() || in.Until.Before(in.From) || in.From.After(now) {
		bad("from", "out-of-range")
	}
	if in.Aware.IsZero() || in.Aware.Before(in.From) || in.Aware.After(now) {
		bad("aware_at", "out-of-range")
	}
	known := map[string]bool{}
	for _, x := range s.Declarations() {
		known[x.Name()] = x.Personal()
	}
	if len(in.Fields) == 0 {
		bad("fields", "required")
	}
	for _, f := range in.Fields {
		if !known[f] {
			bad("fields", "not-one-of")
			break
		}
	}
	if d.Org != "" && len(in.Orgs) > 0 {
		bad("organisations", "not-one-of")
	}
	return fault.InvalidFields(fields)
}

// Put notes a breach, or what more is known of it. Whom it concerns is computed
// anew each time.
func (s *Service) Put(ctx context.Context, d Desk, which id.Breach, in Report) (Breach, bool, error) {
	const op = "breach.Put"
	if in.KeyLost && !slices.Contains(in.Kinds, Availability) {
		in.Kinds = append(slices.Clone(in.Kinds), Availability)
	}
	if d.Org == "" {
		if err := s.Keys.CreateAll(ctx, []crypt.Owner{crypt.BucketOwner("breach/" + string(which))}); err != nil {
			return Breach{}, false, fault.Wrap(op, err)
		}
	}
	made := false
	err := s.DB.Write(ctx, d.scope(), func(tx *db.Tx) error {
		if err := s.check(d, in, tx.Now()); err != nil {
			return err
		}
		b, ok, err := held(tx, d.Org, which)
		if err != nil {
			return err
		}
		if b.Facts.State == Closed {
			return conflict("breach-closed", "this breach is closed; it stays in the register")
		}
		made = !ok
		if ok {
			if err := s.open(&b); err != nil {
				return err
			}
			in.Reasons = b.Words.Reasons
			if in.Aware.After(b.Facts.Aware) {
				return field("aware_at", "later-than-before") // a clock is never set back
			}
		}
		b.ID, b.Org, b.Words = which, d.Org, in.Words
		f := &b.Facts
		f.State, f.Kinds, f.KeyLost, f.From, f.Until, f.Aware = Open, in.Kinds, in.KeyLost, in.From.UTC(), in.Until.UTC(), in.Aware.UTC()
		f.Fields, f.Recipient = in.Fields, in.Recipient
		if f.Country, err = s.country(tx, d.Org); err != nil {
			return err
		}
		f.Orgs = nil
		for _, o := range in.Orgs {
			if _, _, known, err := org.Named(tx, o); err != nil || !known {
				if err == nil {
					err = field("organisations", "unknown")
				}
				return err
			}
			f.Orgs = append(f.Orgs, string(o))
		}
		whos, err := s.affected(tx, b)
		if err != nil {
			return err
		}
		f.Accounts, f.Persons = 0, 0
		for _, w := range whos {
			if w.Kind == personal.AccountKind {
				f.Accounts++
			} else {
				f.Persons++
			}
		}
		if err := s.seal(tx, &b); err != nil {
			return err
		}
		if ok {
			err = update(tx, b)
		} else {
			err = insert(tx, b)
		}
		if err != nil {
			return err
		}
		if err := setPersons(tx, b, whos); err != nil {
			return err
		}
		return s.record(tx, d, b, "noted", "", map[string]any{"kinds": f.Kinds, "accounts": f.Accounts, "persons": f.Persons, "due": f.Due()})
	})
	if err != nil {
		return Breach{}, false, fault.Wrap(op, err)
	}
	b, err := s.Get(ctx, d, which)
	return b, made, err
}

func (s *Service) country(tx *db.Tx, which id.Org) (string, error) {
	if which == "" {
		return s.Operator().Country, nil
	}
	set, _, err := office.Of(tx, which)
	return set.Country, err
}

// affected are those whom a breach concerns: who stands in the ledger with a
// recipient where it happened, or whose data stands in the fields.
func (s *Service) affected(tx *db.Tx, b Breach) ([]personal.Who, error) {
	orgs := b.Facts.Orgs
	if b.Org != "" {
		orgs = []string{string(b.Org)}
	}
	seen := map[personal.Who]bool{}
	var out []personal.Who
	add := func(w personal.Who) {
		inside := w.Kind == personal.AccountKind && b.Org == "" || slices.Contains(orgs, string(w.Org)) && w.Org != ""
		if w.Valid() && inside && !seen[w] {
			seen[w] = true
			out = append(out, w)
		}
	}
	if b.Facts.Recipient != "" {
		rows, err := disclosure.Between(tx, disclosure.Recipient{Kind: disclosure.Processor, ID: b.Facts.Recipient}, b.Facts.From, b.Facts.Until)
		for _, r := range rows {
			if slices.ContainsFunc(r.Fields, func(f string) bool { return slices.Contains(b.Facts.Fields, f) }) {
				add(r.Who)
			}
		}
		return out, err
	}
	for _, h := range personal.Holdings(s.Declarations()) {
		if h.Inside || !slices.ContainsFunc(h.Columns, func(x personal.Declaration) bool { return slices.Contains(b.Facts.Fields, x.Name()) }) {
			continue
		}
		if h.Kind == personal.AccountKind {
			if b.Org != "" {
				continue
			}
			ids, err := holders(tx, h, "", b.Facts.Until)
			if err != nil {
				return nil, err
			}
			for _, x := range ids {
				add(personal.OfAccount(id.Account(x)))
			}
			continue
		}
		for _, o := range orgs {
			ids, err := holders(tx, h, o, b.Facts.Until)
			if err != nil {
				return nil, err
			}
			for _, x := range ids {
				add(personal.OfPerson(id.Org(o), id.Person(x)))
			}
		}
	}
	return out, nil
}

// record puts a step into the register, the evidence and the log.
func (s *Service) record(tx *db.Tx, d Desk, b Breach, kind, party string, body map[string]any) error {
	if err := insertStep(tx, b, kind, party, d.By.Person); err != nil {
		return err
	}
	if _, err := evidence.Append(tx, evidence.Act{Kind: "breach." + kind, Ref: string(b.ID), Org: b.Org, Body: body}); err != nil {
		return err
	}
	if b.Org == "" {
		return nil
	}
	stream := person.OrgAudience(b.Org)
	return feed.Append(tx, d.By, feed.Change{Stream: stream, Thing: feed.Thing{Kind: "breach", ID: string(b.ID)}, Kind: kind, Version: b.Version + 1,
		Audiences: []string{stream}, Org: b.Org})
}

// List is a register, what is open first.
func (s *Service) List(ctx context.Context, d Desk) ([]Breach, error) {
	var out []Breach
	err := s.DB.Read(ctx, d.scope(), func(tx *db.Tx) (err error) {
		if out, err = all(tx, d.Org); err != nil {
			return err
		}
		for i := range out {
			if err := s.open(&out[i]); err != nil {
				return err
			}
		}
		return nil
	})
	return out, fault.Wrap("breach.List", err)
}

// Get is one breach, with what was done about it.
func (s *Service) Get(ctx context.Context, d Desk, which id.Breach) (Breach, error) {
	var b Breach
	err := s.DB.Read(ctx, d.scope(), func(tx *db.Tx) error {
		var ok bool
		var err error
		if b, ok, err = find(tx, d.Org, which); err != nil || !ok {
			if err == nil {
				err = errNone()
			}
			return err
		}
		if b.Steps, err = steps(tx, d.Org, which); err != nil {
			return err
		}
		return s.open(&b)
	})
	return b, fault.Wrap("breach.Get", err)
}

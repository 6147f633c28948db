package consent

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"plumbline/internal/consent/suppression"
	"plumbline/internal/crypt"
	"plumbline/internal/db"
	"plumbline/internal/disclosure"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/personal"
	"plumbline/internal/sabotage"
)

// Keys is the key ring, as far as this package needs it.
type Keys interface {
	CreateAll(ctx context.Context, owners []crypt.Owner) error
	Seal(ctx context.Context, b crypt.Bind, plain []byte) ([]byte, error)
	Open(b crypt.Bind, sealed []byte) ([]byte, error)
}

// Deps are what the package works with.
type Deps struct {
	DB   *db.DB
	Keys Keys
	Log  *slog.Logger

	// Declarations are those of the vault: which purposes there are for whom,
	// and on which basis.
	Declarations []personal.Declaration

	// Normal is the one spelling in which addresses are compared.
	Normal func(email string) string

	// Changed tells whoever sees someone that they stand differently: the vault.
	Changed func(tx *db.Tx, by feed.Actor, who personal.Who) error

	// Record puts an act on record: package evidence. ref is a random id.
	Record func(tx *db.Tx, kind, ref string, org id.Org, body map[string]any) error

	// Locale is the language that an account reads.
	Locale func(tx *db.Tx, a id.Account) (string, error)

	// EraseChild erases whom the officer found to be a child, without grace.
	EraseChild func(ctx context.Context, by string, whos []personal.Who, ref string) error

	// Notify queues a mail to someone: a template and the id that it is about.
	// Nil: nobody is told, for tests of what lies below.
	Notify func(tx *db.Tx, who personal.Who, template, ref string) error
}

// Service is the package.
type Service struct {
	Deps
	*suppression.List
	bases map[string]map[personal.Purpose]personal.Basis // by kind of subject

	mu      sync.Mutex
	refused map[Refusal]int64
	heard   map[id.Account]bool // whose signal is known
}

// New makes the service. Ready must be called before addresses are suppressed.
func New(d Deps) *Service {
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	if d.Record == nil {
		panic("consent: without evidence nothing is proved")
	}
	if d.Changed == nil {
		d.Changed = func(*db.Tx, feed.Actor, personal.Who) error { return nil }
	}
	if d.Locale == nil {
		d.Locale = func(*db.Tx, id.Account) (string, error) { return "", nil }
	}
	if d.Notify == nil {
		d.Notify = func(*db.Tx, personal.Who, string, string) error { return nil }
	}
	s := &Service{Deps: d, List: suppression.New(d.DB, sealing(d.Keys), d.Normal), refused: map[Refusal]int64{}, heard: map[id.Account]bool{}, bases: map[string]map[personal.Purpose]personal.Basis{
		personal.AccountKind: {}, personal.PersonKind: {},
	}}
	for _, x := range d.Declarations {
		if x.Table != personal.AccountKind && x.Table != personal.PersonKind || x.Column != "sealed" {
			continue
		}
		for _, p := range x.Purposes {
			s.bases[x.Table][p] = x.BasisFor(p)
		}
	}
	return s
}

// Connect supplies what is known only after New; nil leaves what there is.
func (s *Service) Connect(changed func(*db.Tx, feed.Actor, personal.Who) error, notify func(*db.Tx, personal.Who, string, string) error,
	locale func(*db.Tx, id.Account) (string, error)) {
	if changed != nil {
		s.Changed = changed
	}
	if notify != nil {
		s.Notify = notify
	}
	if locale != nil {
		s.Locale = locale
	}
}

// Purposes are what someone of a kind can say something about, in the order of
// their names: what rests on consent, and what they may object to.
func (s *Service) Purposes(kind string) (consent, objection []personal.Purpose) {
	for _, p := range slices.Sorted(maps.Keys(s.bases[kind])) {
		switch {
		case s.bases[kind][p] == personal.Consent:
			consent = append(consent, p)
		case s.mayObject(kind, p):
			objection = append(objection, p)
		}
	}
	return consent, objection
}

// mayObject follows from the basis, as DPV maps it. Keeping strangers out is a
// compelling ground (recital 49), and so are legal claims (art. 21(1)).
func (s *Service) mayObject(kind string, p personal.Purpose) bool {
	if p == personal.Security || p == personal.Claims {
		return false
	}
	return slices.ContainsFunc(personal.RightsFor(s.bases[kind][p]), func(r personal.Right) bool { return r.Article == "A21" })
}

// Basis is the ground in law of a purpose for a kind of subject; it reports
// false where nothing declares the purpose.
func (s *Service) Basis(kind string, p personal.Purpose) (personal.Basis, bool) {
	b, ok := s.bases[kind][p]
	return b, ok
}

// Refusal is what was refused, as it is counted: no one is named.
type Refusal struct {
	Kind    string // of the subject
	Purpose personal.Purpose
	Code    string
}

// Count logs a refusal and counts it.
func (s *Service) Count(ctx context.Context, r Refusal) {
	s.mu.Lock()
	s.refused[r]++
	s.mu.Unlock()
	s.Log.WarnContext(ctx, "a purpose was refused", "purpose", string(r.Purpose), "code", r.Code)
}

// Refusals are what was refused since the process began.
func (s *Service) Refusals() map[Refusal]int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.refused)
}

// Gate is nil if someone may be used for a purpose, and a fault Denied with
// one of the codes otherwise.
func (s *Service) Gate(tx *db.Tx, who personal.Who, p personal.Purpose) error {
	basis, ok := s.Basis(who.Kind, p)
	if !ok && !sabotage.Off("USE-9") {
		s.Count(tx.Context(), Refusal{who.Kind, p, Undeclared})
		return denied(Undeclared)
	}
	standing, err := Of(tx, who)
	if err != nil {
		return err
	}
	return standing.Gate(p, basis)
}

// Of is how someone stands.
func Of(tx *db.Tx, who personal.Who) (Standing, error) {
	if err := valid(tx, who); err != nil {
		return Standing{}, err
	}
	all, err := standings(tx, who)
	return all, fault.Wrap("consent.Of", err)
}

// People is how the persons of an organisation stand; who is not there has
// said nothing. Nil ids: all of them.
func People(tx *db.Tx, org id.Org, ids []id.Person) (map[id.Person]Standing, error) {
	all, err := peopleStandings(tx, org, ids)
	return all, fault.Wrap("consent.People", err)
}

// valid refuses a subject that the transaction cannot see: to read nothing
// about someone must never look like nothing standing about them.
func valid(tx *db.Tx, who personal.Who) error {
	org, tenant := tx.Tenant()
	if who.Valid() && (who.Kind == personal.AccountKind || !tenant || who.Org == org) {
		return nil
	}
	return fault.New(fault.Other, "wrong-subject", "nobody, or another tenant's person")
}

// whole refuses a subject whose records the transaction cannot see: an
// account's are the operator's.
func whole(tx *db.Tx, who personal.Who) error {
	if _, tenant := tx.Tenant(); tenant && who.Kind == personal.AccountKind {
		return fault.New(fault.Other, "wrong-scope", "what an account said is no tenant's to read")
	}
	return valid(tx, who)
}

// Shown is how someone was asked.
type Shown struct {
	Text    string // word for word
	Locale  string
	Channel string // one of the channels
	UI      string // a hash of the screen, where there was one
}

// The channels through which people say something.
const (
	ByPage    = "page"    // the preference centre
	ByMail    = "mail"    // a link or button of a mail
	ByBrowser = "browser" // a signal that the browser sends
	ByLetter  = "letter"  // a request from outside, entered by the office
	BySystem  = "system"
)

// Version is the version of a text: the hash of what was shown.
func Version(p personal.Purpose, locale, text string) string {
	sum := sha256.Sum256([]byte(string(p) + "\x00" + locale + "\x00" + text))
	return hex.EncodeToString(sum[:])
}

// Record is what someone said.
type Record struct {
	ID      id.Consent
	Who     personal.Who
	Purpose personal.Purpose
	Word    Word
	Text    string
	Version string
	Locale  string
	Channel string
	UI      string
	At      time.Time
}

// Give is consent to a purpose that rests on it.
func (s *Service) Give(tx *db.Tx, by feed.Actor, who personal.Who, p personal.Purpose, shown Shown) (Record, error) {
	if s.bases[who.Kind][p] != personal.Consent {
		return Record{}, notAChoice()
	}
	return s.say(tx, by, who, p, Given, shown)
}

// Withdraw takes consent back, or refuses it where there was none.
func (s *Service) Withdraw(tx *db.Tx, by feed.Actor, who personal.Who, p personal.Purpose, shown Shown) (Record, error) {
	if s.bases[who.Kind][p] != personal.Consent {
		return Record{}, notAChoice()
	}
	standing, err := Of(tx, who)
	if err != nil {
		return Record{}, err
	}
	word := Refused
	if w := standing.Purposes[p].Word; w == Given || w == Gone {
		word = Gone
	}
	return s.say(tx, by, who, p, word, shown)
}

// Object ends a purpose that rests on an interest; consent is withdrawn.
func (s *Service) Object(tx *db.Tx, by feed.Actor, who personal.Who, p personal.Purpose, shown Shown) (Record, error) {
	if s.bases[who.Kind][p] == personal.Consent {
		return s.Withdraw(tx, by, who, p, shown)
	}
	if !s.mayObject(who.Kind, p) {
		return Record{}, notAChoice()
	}
	return s.say(tx, by, who, p, Against, shown)
}

// Unobject takes an objection back.
func (s *Service) Unobject(tx *db.Tx, by feed.Actor, who personal.Who, p personal.Purpose, shown Shown) (Record, error) {
	if !s.mayObject(who.Kind, p) {
		return Record{}, notAChoice()
	}
	return s.say(tx, by, who, p, NotAgain, shown)
}

func notAChoice() error {
	return fault.New(fault.Invalid, "no-such-choice", "this purpose is nothing to agree or object to")
}

// say keeps the record, and what now stands. What stands already is said again
// without a new record.
func (s *Service) say(tx *db.Tx, by feed.Actor, who personal.Who, p personal.Purpose, w Word, shown Shown) (Record, error) {
	const op = "consent.say"
	if err := whole(tx, who); err != nil {
		return Record{}, err
	}
	standing, err := Of(tx, who)
	if err != nil {
		return Record{}, err
	}
	r := Record{ID: id.New[id.Consent](), Who: who, Purpose: p, Word: w, Text: shown.Text, Version: Version(p, shown.Locale, shown.Text),
		Locale: shown.Locale, Channel: shown.Channel, UI: shown.UI, At: tx.Now()}
	if have := standing.Purposes[p]; have.Word == w || w == NotAgain && have.Word == "" {
		if have.Record == "" {
			return r, nil
		}
		r, err = find(tx, who, id.Consent(have.Record))
		return r, fault.Wrap(op, err)
	}
	if sabotage.Off("CON-1") && w == Gone {
		return r, nil
	}
	if !sabotage.Off("CON-2") {
		if err := insertRecord(tx, r); err != nil {
			return r, fault.Wrap(op, err)
		}
	}
	if w == NotAgain {
		err = clearStanding(tx, who, string(p))
	} else if !sabotage.Off("P-1") {
		err = putStanding(tx, who, string(p), string(w), string(r.ID))
	}
	if err != nil {
		return r, fault.Wrap(op, err)
	}
	kind := map[Word]string{Given: "consent.given", Gone: "consent.withdrawn", Refused: "consent.refused",
		Against: "objection.made", NotAgain: "objection.ended"}[w]
	if err := s.told(tx, by, who, kind, string(r.ID), map[string]any{"purpose": string(p), "text": r.Version, "channel": r.Channel}); err != nil {
		return r, err
	}
	if w == Gone || w == Against {
		_, err = disclosure.Owe(tx, who, disclosure.Restricted)
	}
	return r, fault.Wrap(op, err)
}

// told puts a change into the evidence and the log.
func (s *Service) told(tx *db.Tx, by feed.Actor, who personal.Who, kind, ref string, body map[string]any) error {
	const op = "consent.told"
	if err := s.Record(tx, kind, ref, who.Org, body); err != nil {
		return fault.Wrap(op, err)
	}
	return fault.Wrap(op, s.Changed(tx, by, who))
}

// Records are what someone said, the newest first.
func Records(tx *db.Tx, who personal.Who) ([]Record, error) {
	if err := whole(tx, who); err != nil {
		return nil, err
	}
	all, err := records(tx, who)
	return all, fault.Wrap("consent.Records", err)
}

// Find is one record of someone.
func Find(tx *db.Tx, who personal.Who, record id.Consent) (Record, error) {
	if err := whole(tx, who); err != nil {
		return Record{}, err
	}
	r, err := find(tx, who, record)
	return r, fault.Wrap("consent.Find", err)
}

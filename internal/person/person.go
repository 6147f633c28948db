package person

import (
	"context"
	"encoding/json"
	"log/slog"
	"sync"
	"time"

	"plumbline/internal/consent"
	"plumbline/internal/crypt"
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/person/address"
	"plumbline/internal/person/doomed"
	"plumbline/internal/person/index"
	"plumbline/internal/personal"
)

// Keys is the key ring, as far as the vault needs it.
type Keys interface {
	CreateAll(ctx context.Context, owners []crypt.Owner) error
	Seal(ctx context.Context, b crypt.Bind, plain []byte) ([]byte, error)
	Open(b crypt.Bind, sealed []byte) ([]byte, error)
	Erase(ctx context.Context, owners ...crypt.Owner) error
	Counter() uint64
}

// State is where a person stands in the address book.
type State string

// The states.
const (
	Invited State = "invited" // asked, has not answered
	Active  State = "active"
	Former  State = "former" // only the id is left, for what they did
)

// Profile is who a person is. Locale is a tag that package lang knows.
type Profile struct {
	Name     string `json:"name"`
	Email    string `json:"email"`
	Phone    string `json:"phone"`
	Function string `json:"function"`
	Locale   string `json:"locale"`

	Origins Origins `json:"origins,omitzero"`
}

// Person is a record of the address book. The profile holds what the purpose
// allows. Of a Limited one nothing is shown for the purpose asked: they are
// restricted, object to it, or are being erased; they are still there.
type Person struct {
	ID      id.Person
	Account id.Account // empty without one
	Company id.Company // empty without one
	State   State
	Version int64
	Code    string // of a former participant: all that they are called by
	Limited bool
	Profile

	// Given is who gave the values, for Add: another's word for who invites.
	Given personal.Source
}

// Initials are one or two letters for a badge.
func (p Profile) Initials() string { return address.Initials(p.Name) }

// Ref points at a person from their account.
type Ref struct {
	Org     id.Org
	Person  id.Person
	Company id.Company
	State   State
	Denied  bool // nothing is left but their own rights: they enter nowhere
}

// Deps are what the vault works with.
type Deps struct {
	DB   *db.DB
	Keys Keys
	Log  *slog.Logger

	// Gate says what may be done with whom. Nil: one of the vault's own, for
	// tests.
	Gate *consent.Service

	// Reach names the audiences that see a person, besides the organisation:
	// the projects they are on. Nil: none.
	Reach func(tx *db.Tx, org id.Org, person id.Person) ([]string, error)
}

// Service is the vault.
type Service struct {
	db    *db.DB
	keys  Keys
	log   *slog.Logger
	gate  *consent.Service
	reach func(tx *db.Tx, org id.Org, person id.Person) ([]string, error)

	fields map[string]map[personal.Purpose]map[string]bool // by table: what a purpose may read

	mu    sync.Mutex
	books map[id.Org]*book
	index *index.Index
}

// New makes the vault.
func New(d Deps) *Service {
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	s := &Service{db: d.DB, keys: d.Keys, log: d.Log, gate: d.Gate, reach: d.Reach, books: map[id.Org]*book{}, index: index.New(), fields: declared()}
	if s.gate == nil {
		s.gate = NewGate(d.DB, d.Keys, d.Log)
		s.gate.Connect(s.Touched, nil, nil)
	}
	return s
}

// SetReach says who sees a person, where that is known only after New.
func (s *Service) SetReach(fn func(tx *db.Tx, org id.Org, person id.Person) ([]string, error)) {
	s.reach = fn
}

// NewPersonKey makes the key of a person to be.
func (s *Service) NewPersonKey(ctx context.Context, p id.Person) error {
	return fault.Wrap("person.NewPersonKey", s.keys.CreateAll(ctx, []crypt.Owner{crypt.PersonOwner(p)}))
}

// NewAccountKey makes the key of an account to be.
func (s *Service) NewAccountKey(ctx context.Context, a id.Account) error {
	return fault.Wrap("person.NewAccountKey", s.keys.CreateAll(ctx, []crypt.Owner{crypt.AccountOwner(a)}))
}

// NewKeys makes the keys of many at once.
func (s *Service) NewKeys(ctx context.Context, owners []crypt.Owner) error {
	return fault.Wrap("person.NewKeys", s.keys.CreateAll(ctx, owners))
}

// RingCounter is how far the key ring was when the data last relied on it.
// The application opens no ring that is behind it.
func RingCounter(ctx context.Context, d *db.DB) (uint64, error) {
	var n int64
	err := d.Read(ctx, db.Everyone("the key ring belongs to all"), func(tx *db.Tx) (err error) {
		n, err = doomed.RingCounter(tx)
		return err
	})
	return uint64(n), fault.Wrap("person.RingCounter", err)
}

func personBind(org id.Org, p id.Person) crypt.Bind {
	return crypt.Bind{Owner: crypt.PersonOwner(p), Org: org, Table: "person", Column: "sealed", Row: string(p)}
}

func (s *Service) seal(tx *db.Tx, b crypt.Bind, v any) ([]byte, error) {
	plain, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	if err := doomed.Remember(tx, int64(s.keys.Counter())); err != nil {
		return nil, err
	}
	return s.keys.Seal(tx.Context(), b, plain)
}

func (s *Service) open(b crypt.Bind, sealed []byte, v any) error {
	plain, err := s.keys.Open(b, sealed)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(plain, v); err != nil {
		return fault.New(fault.Unreadable, "sealed-damaged", "a sealed value is damaged or not in its place").Because(err)
	}
	return nil
}

// Add puts a person into the address book.
func (s *Service) Add(tx *db.Tx, by feed.Actor, p Person) error {
	const op = "person.Add"
	stamp(&p.Profile, Profile{}, givenBy(by, p.ID, p.Given), tx.Micros())
	sealed, err := s.seal(tx, personBind(tx.Org(), p.ID), p.Profile)
	if err != nil {
		return fault.Wrap(op, err)
	}
	number, err := bumpPeople(tx, false)
	if err != nil {
		return fault.Wrap(op, err)
	}
	if err := insertPerson(tx, p, sealed, number); err != nil {
		return fault.Wrap(op, err)
	}
	return fault.Wrap(op, s.changed(tx, by, p.ID, feed.Created, 1))
}

// Change changes a person's record. fn gets it whole and changes it in place;
// the id and version are not its to change.
func (s *Service) Change(tx *db.Tx, by feed.Actor, p id.Person, fn func(*Person) error) (Person, error) {
	const op = "person.Change"
	number, err := bumpPeople(tx, false) // first: it is the lock
	if err != nil {
		return Person{}, fault.Wrap(op, err)
	}
	r, err := findPerson(tx, p)
	if err != nil {
		return Person{}, fault.Wrap(op, err)
	}
	if r.State == Former || r.denied {
		return Person{}, fault.Wrap(op, errNoPerson())
	}
	if err := s.open(personBind(tx.Org(), p), r.sealed, &r.Profile); err != nil {
		return Person{}, fault.Wrap(op, err)
	}
	changed := r.Person
	if err := fn(&changed); err != nil {
		return Person{}, err
	}
	changed.ID, changed.Version, changed.Origins = r.ID, r.Version+1, r.Origins
	stamp(&changed.Profile, r.Profile, givenBy(by, p, ""), tx.Micros())
	sealed, err := s.seal(tx, personBind(tx.Org(), p), changed.Profile)
	if err != nil {
		return Person{}, fault.Wrap(op, err)
	}
	if err := updatePerson(tx, changed, sealed, number); err != nil {
		return Person{}, fault.Wrap(op, err)
	}
	return changed, fault.Wrap(op, s.changed(tx, by, p, feed.Changed, changed.Version))
}

// Erase takes a person's profile, and their key with the next Sweep after due.
// keep leaves the bare row, for what the person did; without it nothing is
// left.
func (s *Service) Erase(tx *db.Tx, by feed.Actor, p id.Person, keep bool, due time.Time) error {
	const op = "person.Erase"
	number, err := bumpPeople(tx, true)
	if err != nil {
		return fault.Wrap(op, err)
	}
	r, err := findPerson(tx, p)
	if err != nil {
		return fault.Wrap(op, err)
	}
	// Before the row goes: who saw the person is told.
	if err := s.changed(tx, by, p, feed.Deleted, r.Version+1); err != nil {
		return fault.Wrap(op, err)
	}
	if keep {
		err = updatePerson(tx, Person{ID: p, State: Former, Version: r.Version + 1}, []byte{}, number)
	} else {
		err = deletePerson(tx, p)
	}
	if err != nil {
		return fault.Wrap(op, err)
	}
	return fault.Wrap(op, doomed.Doom(tx, "person", string(p), due.UnixMicro()))
}

func (s *Service) changed(tx *db.Tx, by feed.Actor, p id.Person, kind string, version int64) error {
	return s.changedOf(tx, by, tx.Org(), p, kind, version)
}

func (s *Service) changedOf(tx *db.Tx, by feed.Actor, org id.Org, p id.Person, kind string, version int64) error {
	audiences := []string{OrgAudience(org)}
	if s.reach != nil {
		more, err := s.reach(tx, org, p)
		if err != nil {
			return err
		}
		audiences = append(audiences, more...)
	}
	return feed.Append(tx, by, feed.Change{
		Stream: OrgAudience(org), Thing: feed.Thing{Kind: "person", ID: string(p)}, Kind: kind,
		Version: version, Audiences: audiences, Org: org,
	})
}

// OrgAudience is the stream of an organisation, and the audience of its
// members.
func OrgAudience(org id.Org) string { return "org:" + string(org) }

// AccountAudience is the stream and audience of an account.
func AccountAudience(a id.Account) string { return "account:" + string(a) }

// Sweep destroys the keys of what was erased and is due.
func (s *Service) Sweep(ctx context.Context) error {
	const op = "person.Sweep"
	everyone := db.Everyone("keys are destroyed for all tenants together")
	for {
		var owners []crypt.Owner
		err := s.db.Read(ctx, everyone, func(tx *db.Tx) (err error) {
			owners, err = doomed.Due(tx, tx.Micros(), 1000)
			return err
		})
		if err != nil || len(owners) == 0 {
			return fault.Wrap(op, err)
		}
		if err := s.keys.Erase(ctx, owners...); err != nil {
			return fault.Wrap(op, err)
		}
		err = s.db.Write(ctx, everyone, func(tx *db.Tx) error {
			if err := doomed.Remember(tx, int64(s.keys.Counter())); err != nil {
				return err
			}
			return doomed.Forget(tx, owners)
		})
		if err != nil {
			return fault.Wrap(op, err)
		}
	}
}

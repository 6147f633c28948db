package person

import (
	"context"
	"encoding/json"
	"log/slog"
	"strings"
	"sync"
	"time"

	"plumbline/internal/crypt"
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
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
}

// Person is a record of the address book. The profile holds what the purpose
// allows.
type Person struct {
	ID      id.Person
	Account id.Account // empty without one
	Company id.Company // empty without one
	State   State
	Version int64
	Profile
}

// Initials are one or two letters for a badge.
func (p Profile) Initials() string { return initials(p.Name) }

func initials(name string) string {
	words := strings.Fields(name)
	if len(words) == 0 {
		return ""
	}
	first := func(w string) string {
		for _, r := range w {
			return strings.ToUpper(string(r))
		}
		return ""
	}
	if len(words) == 1 {
		return first(words[0])
	}
	return first(words[0]) + first(words[len(words)-1])
}

// Ref points at a person from their account.
type Ref struct {
	Org     id.Org
	Person  id.Person
	Company id.Company
	State   State
}

// Deps are what the vault works with.
type Deps struct {
	DB   *db.DB
	Keys Keys
	Log  *slog.Logger

	// Reach names the audiences that see a person, besides the organisation:
	// the projects they are on. Nil: none.
	Reach func(tx *db.Tx, person id.Person) ([]string, error)
}

// Service is the vault.
type Service struct {
	db    *db.DB
	keys  Keys
	log   *slog.Logger
	reach func(tx *db.Tx, person id.Person) ([]string, error)

	mu    sync.Mutex
	books map[id.Org]*book
	index *index
}

// New makes the vault.
func New(d Deps) *Service {
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	return &Service{db: d.DB, keys: d.Keys, log: d.Log, reach: d.Reach, books: map[id.Org]*book{}, index: newIndex()}
}

// SetReach says who sees a person, where that is known only after New.
func (s *Service) SetReach(fn func(tx *db.Tx, person id.Person) ([]string, error)) { s.reach = fn }

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
		n, err = ringCounter(tx)
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
	if err := rememberRing(tx, int64(s.keys.Counter())); err != nil {
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
	if r.State == Former {
		return Person{}, fault.Wrap(op, errNoPerson())
	}
	if err := s.open(personBind(tx.Org(), p), r.sealed, &r.Profile); err != nil {
		return Person{}, fault.Wrap(op, err)
	}
	changed := r.Person
	if err := fn(&changed); err != nil {
		return Person{}, err
	}
	changed.ID, changed.Version = r.ID, r.Version+1
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
	return fault.Wrap(op, doom(tx, "person", string(p), due.UnixMicro()))
}

func (s *Service) changed(tx *db.Tx, by feed.Actor, p id.Person, kind string, version int64) error {
	audiences := []string{OrgAudience(tx.Org())}
	if s.reach != nil {
		more, err := s.reach(tx, p)
		if err != nil {
			return err
		}
		audiences = append(audiences, more...)
	}
	return feed.Append(tx, by, feed.Change{
		Stream: OrgAudience(tx.Org()), Thing: feed.Thing{Kind: "person", ID: string(p)}, Kind: kind,
		Version: version, Audiences: audiences,
	})
}

// OrgAudience is the stream of an organisation, and the audience of its
// members.
func OrgAudience(org id.Org) string { return "org:" + string(org) }

// AccountAudience is the stream and audience of an account.
func AccountAudience(a id.Account) string { return "account:" + string(a) }

// Read resolves persons of an organisation for a purpose. Who is not there is
// not in the answer; of a former person the profile is empty.
func (s *Service) Read(ctx context.Context, purpose personal.Purpose, org id.Org, ids []id.Person) (map[id.Person]Person, error) {
	var out map[id.Person]Person
	err := s.db.Read(ctx, db.Tenant(org), func(tx *db.Tx) (err error) {
		out, err = s.ReadIn(tx, purpose, ids)
		return err
	})
	return out, err
}

// ReadIn is Read inside a transaction.
func (s *Service) ReadIn(tx *db.Tx, purpose personal.Purpose, ids []id.Person) (map[id.Person]Person, error) {
	fields, err := allowed("person", purpose)
	if err != nil {
		return nil, err
	}
	b, err := s.book(tx)
	if err != nil {
		return nil, fault.Wrap("person.Read", err)
	}
	out := make(map[id.Person]Person, len(ids))
	for _, i := range ids {
		if p, ok := b.people[i]; ok {
			out[i] = p.only(fields)
		}
	}
	return out, nil
}

// Everybody is the whole address book of the transaction's organisation, in
// the order in which the records were made, former persons left out.
func (s *Service) Everybody(tx *db.Tx, purpose personal.Purpose) ([]Person, error) {
	fields, err := allowed("person", purpose)
	if err != nil {
		return nil, err
	}
	b, err := s.book(tx)
	if err != nil {
		return nil, fault.Wrap("person.Everybody", err)
	}
	out := make([]Person, 0, len(b.people))
	for _, p := range b.sorted() {
		if p.State != Former {
			out = append(out, p.only(fields))
		}
	}
	return out, nil
}

// ByEmail finds the persons of the organisation with an address; the purpose
// must be one that addresses are declared for.
func (s *Service) ByEmail(tx *db.Tx, purpose personal.Purpose, email string) ([]Person, error) {
	fields, err := allowed("person", purpose)
	if err != nil {
		return nil, err
	}
	if !fields["email"] {
		return nil, errPurpose()
	}
	b, err := s.book(tx)
	if err != nil {
		return nil, fault.Wrap("person.ByEmail", err)
	}
	want := NormalEmail(email)
	var out []Person
	for _, p := range b.sorted() {
		if p.State != Former && p.Email != "" && NormalEmail(p.Email) == want {
			out = append(out, p.only(fields))
		}
	}
	return out, nil
}

// OfAccount are the persons that an account is, over all organisations.
func OfAccount(tx *db.Tx, a id.Account) ([]Ref, error) {
	refs, err := personsOf(tx, a)
	return refs, fault.Wrap("person.OfAccount", err)
}

func errNoPerson() error {
	return fault.New(fault.NotFound, "person-not-found", "there is no such person")
}

func errPurpose() error {
	return fault.New(fault.Denied, "purpose-not-declared", "no declaration allows reading persons for this purpose")
}

// allowed are the fields of a profile that may be read for a purpose.
func allowed(table string, purpose personal.Purpose) (map[string]bool, error) {
	fields := personal.Allowed(Declarations(), table, "sealed", purpose)
	if len(fields) == 0 {
		return nil, errPurpose()
	}
	return fields, nil
}

// only is p with nothing but the fields.
func (p Person) only(fields map[string]bool) Person {
	keep := func(field string, v *string) {
		if !fields[field] {
			*v = ""
		}
	}
	keep("name", &p.Name)
	keep("email", &p.Email)
	keep("phone", &p.Phone)
	keep("function", &p.Function)
	keep("locale", &p.Locale)
	return p
}

// Sweep destroys the keys of what was erased and is due.
func (s *Service) Sweep(ctx context.Context) error {
	const op = "person.Sweep"
	everyone := db.Everyone("keys are destroyed for all tenants together")
	for {
		var owners []crypt.Owner
		err := s.db.Read(ctx, everyone, func(tx *db.Tx) (err error) {
			owners, err = doomed(tx, tx.Micros(), 1000)
			return err
		})
		if err != nil || len(owners) == 0 {
			return fault.Wrap(op, err)
		}
		if err := s.keys.Erase(ctx, owners...); err != nil {
			return fault.Wrap(op, err)
		}
		err = s.db.Write(ctx, everyone, func(tx *db.Tx) error {
			if err := rememberRing(tx, int64(s.keys.Counter())); err != nil {
				return err
			}
			return undoom(tx, owners)
		})
		if err != nil {
			return fault.Wrap(op, err)
		}
	}
}

package person

import (
	"context"
	"log/slog"
	"slices"

	"plumbline/internal/consent"
	"plumbline/internal/db"
	"plumbline/internal/evidence"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/personal"
	"plumbline/internal/sabotage"
)

// NewGate makes what the vault asks before it reads.
func NewGate(d *db.DB, keys Keys, log *slog.Logger) *consent.Service {
	return consent.New(consent.Deps{DB: d, Keys: keys, Log: log, Declarations: Declarations(), Normal: NormalEmail,
		Record: func(tx *db.Tx, kind, ref string, org id.Org, body map[string]any) error {
			var b any
			if body != nil {
				b = body
			}
			_, err := evidence.Append(tx, evidence.Act{Kind: kind, Ref: ref, Org: org, Body: b})
			return err
		}})
}

// Gate says what may be done with whom.
func (s *Service) Gate() *consent.Service { return s.gate }

// Read resolves persons of an organisation for a purpose. Who is not there is
// not in the answer; of a former or limited person the profile is empty.
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
	use, err := s.use(tx, personal.PersonKind, purpose)
	if err != nil {
		return nil, err
	}
	b, err := s.book(tx)
	if err != nil {
		return nil, fault.Wrap("person.Read", err)
	}
	out := make(map[id.Person]Person, len(ids))
	for _, i := range ids {
		if e, ok := b.people[i]; ok {
			if out[i], err = s.see(tx, e, use); err != nil {
				return nil, fault.Wrap("person.Read", err)
			}
		}
	}
	return out, nil
}

// Everybody is the whole address book of the transaction's organisation, in
// the order in which the records were made, former persons left out.
func (s *Service) Everybody(tx *db.Tx, purpose personal.Purpose) ([]Person, error) {
	use, err := s.use(tx, personal.PersonKind, purpose)
	if err != nil {
		return nil, err
	}
	b, err := s.book(tx)
	if err != nil {
		return nil, fault.Wrap("person.Everybody", err)
	}
	out := make([]Person, 0, len(b.people))
	for _, e := range b.order {
		if e.State == Former {
			continue
		}
		p, err := s.see(tx, e, use)
		if err != nil {
			return nil, fault.Wrap("person.Everybody", err)
		}
		out = append(out, p)
	}
	return out, nil
}

// ByEmail finds the persons of the organisation with an address; the purpose
// must be one that addresses are declared for. Who is limited is found, so
// that nobody is entered a second time, and is shown as nothing but limited.
func (s *Service) ByEmail(tx *db.Tx, purpose personal.Purpose, email string) ([]Person, error) {
	use, err := s.use(tx, personal.PersonKind, purpose)
	if err != nil {
		return nil, err
	}
	if !use.fields["email"] {
		return nil, errPurpose()
	}
	b, err := s.book(tx)
	if err != nil {
		return nil, fault.Wrap("person.ByEmail", err)
	}
	want := NormalEmail(email)
	var out []Person
	for _, e := range b.order {
		if e.State == Former {
			continue
		}
		address, err := s.addressOf(tx, e)
		if err != nil {
			return nil, fault.Wrap("person.ByEmail", err)
		}
		if address == "" || NormalEmail(address) != want {
			continue
		}
		p, err := s.see(tx, e, use)
		if err != nil {
			return nil, fault.Wrap("person.ByEmail", err)
		}
		out = append(out, p)
	}
	return out, nil
}

// addressOf is a person's address, to be compared and not shown.
func (s *Service) addressOf(tx *db.Tx, e *entry) (string, error) {
	if e.sealed == nil {
		return e.Email, nil
	}
	var p Profile
	err := s.open(personBind(tx.Org(), e.ID), e.sealed, &p)
	if fault.Is(err, fault.Gone) {
		return "", nil
	}
	return p.Email, err
}

// OfAccount are the persons that an account is, over all organisations, and
// as whom it may do something.
func OfAccount(tx *db.Tx, a id.Account) ([]Ref, error) {
	all, err := OfAccounts(tx, []id.Account{a})
	return all[a], err
}

// OfAccounts is OfAccount of many at once.
func OfAccounts(tx *db.Tx, accounts []id.Account) (map[id.Account][]Ref, error) {
	all, err := personsOf(tx, accounts)
	for a, refs := range all {
		all[a] = slices.DeleteFunc(refs, func(r Ref) bool { return r.Denied })
	}
	return all, fault.Wrap("person.OfAccounts", err)
}

// AllOfAccount are the persons that an account is, also those of whom nothing
// is left but their own rights.
func AllOfAccount(tx *db.Tx, a id.Account) ([]Ref, error) {
	refs, err := personsOf(tx, []id.Account{a})
	return refs[a], fault.Wrap("person.OfAccount", err)
}

func errNoPerson() error {
	return fault.New(fault.NotFound, "person-not-found", "there is no such person")
}

func errPurpose() error {
	return fault.New(fault.Denied, consent.Undeclared, "no declaration allows reading persons for this purpose")
}

// declared is what each purpose may read of each table.
func declared() map[string]map[personal.Purpose]map[string]bool {
	out := map[string]map[personal.Purpose]map[string]bool{}
	for _, table := range []string{personal.AccountKind, personal.PersonKind} {
		out[table] = map[personal.Purpose]map[string]bool{}
		for _, purpose := range personal.Purposes() {
			if fields := personal.Allowed(Declarations(), table, "sealed", purpose); len(fields) > 0 {
				out[table][purpose] = fields
			}
		}
	}
	return out
}

// use is a purpose that is declared for a table.
type use struct {
	purpose personal.Purpose
	basis   personal.Basis
	fields  map[string]bool
}

// use refuses a purpose that no field of the table is declared for.
func (s *Service) use(tx *db.Tx, table string, purpose personal.Purpose) (use, error) {
	u := use{purpose: purpose, fields: s.fields[table][purpose]}
	u.basis, _ = s.gate.Basis(table, purpose)
	if len(u.fields) > 0 {
		return u, nil
	}
	if sabotage.Off("USE-9") {
		u.fields = map[string]bool{"name": true, "email": true, "phone": true, "function": true, "locale": true, "time_zone": true}
		return u, nil
	}
	s.gate.Count(tx.Context(), consent.Refusal{Kind: table, Purpose: purpose, Code: consent.Undeclared})
	return u, errPurpose()
}

// see is what a purpose may see of a person, by how they stand.
func (s *Service) see(tx *db.Tx, e *entry, u use) (Person, error) {
	if e.State == Former {
		return e.Person, nil
	}
	if e.standing.Refuses(u.purpose, u.basis) != "" {
		return Person{ID: e.ID, Account: e.Account, State: e.State, Version: e.Version, Code: e.Code, Limited: true}, nil
	}
	p := e.Person
	if e.sealed != nil {
		err := s.open(personBind(tx.Org(), e.ID), e.sealed, &p.Profile)
		if fault.Is(err, fault.Gone) {
			return Person{ID: e.ID, State: Former, Version: e.Version, Code: e.Code}, nil
		}
		if err != nil {
			return Person{}, err
		}
	}
	return p.only(u.fields), nil
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
	if !fields["origins"] {
		p.Origins = Origins{}
	}
	return p
}

// Touched tells whoever sees someone that they stand differently: devices and
// the books in memory read the person again. It is what the gate calls.
func (s *Service) Touched(tx *db.Tx, by feed.Actor, who personal.Who) error {
	const op = "person.Touched"
	if who.Kind == personal.AccountKind {
		stream := AccountAudience(id.Account(who.ID))
		return fault.Wrap(op, feed.Append(tx, by, feed.Change{Stream: stream, Thing: feed.Thing{Kind: "choices", ID: who.ID},
			Kind: feed.Changed, Version: 1, Audiences: []string{stream}}))
	}
	standing, err := consent.Of(tx, who)
	if err != nil {
		return fault.Wrap(op, err)
	}
	number, err := bumpPeopleOf(tx, who.Org, false)
	if err != nil {
		return fault.Wrap(op, err)
	}
	version, err := touchPerson(tx, who.Org, id.Person(who.ID), standing.Denied != "", number)
	if fault.Is(err, fault.NotFound) {
		err = errNoPerson()
	}
	if err != nil {
		return fault.Wrap(op, err)
	}
	return fault.Wrap(op, s.changedOf(tx, by, who.Org, id.Person(who.ID), feed.Changed, version))
}

package person

import (
	"plumbline/internal/crypt"
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/person/codes"
	"plumbline/internal/person/doomed"
)

// Depersonalise takes a person's profile, account and company, and leaves the
// bare row with a code that is unique in the organisation and never given
// again: what they did stays, as a former participant's. The code is given
// once; a repetition gives the same one and changes nothing.
//
// The key is the caller's to destroy; should that be forgotten, Sweep does it.
func (s *Service) Depersonalise(tx *db.Tx, by feed.Actor, p id.Person, code string) (string, error) {
	const op = "person.Depersonalise"
	number, err := bumpPeople(tx, true) // first: it is the lock
	if err != nil {
		return "", fault.Wrap(op, err)
	}
	r, err := findPerson(tx, p)
	if err != nil {
		return "", fault.Wrap(op, err)
	}
	if r.State == Former && r.Code != "" && len(r.sealed) == 0 {
		return r.Code, nil
	}
	if code == "" {
		if code, err = codes.New(tx); err != nil {
			return "", fault.Wrap(op, err)
		}
	}
	if err := s.changed(tx, by, p, feed.Deleted, r.Version+1); err != nil { // before the row goes: who saw them is told
		return "", fault.Wrap(op, err)
	}
	if err := updatePerson(tx, Person{ID: p, State: Former, Version: r.Version + 1}, []byte{}, number); err != nil {
		return "", fault.Wrap(op, err)
	}
	if err := codes.Set(tx, p, code); err != nil {
		return "", fault.Wrap(op, err)
	}
	return code, fault.Wrap(op, doomed.Doom(tx, "person", string(p), tx.Micros()))
}

// Forget lets go of the address books in memory that hold a person whose key is
// gone. Nobody is read from them any more; this is about what the memory holds.
func (s *Service) Forget(gone func(crypt.Owner) bool) (books int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for org, b := range s.books {
		for _, p := range b.order {
			if p.State != Former && gone(crypt.PersonOwner(p.ID)) {
				delete(s.books, org)
				books++
				break
			}
		}
	}
	return books
}

// Formers are those of the organisation who were erased and have a code.
func (s *Service) Formers(tx *db.Tx) ([]Person, error) {
	b, err := s.book(tx)
	if err != nil {
		return nil, fault.Wrap("person.Formers", err)
	}
	var out []Person
	for _, e := range b.order {
		if e.State == Former && e.Code != "" {
			out = append(out, Person{ID: e.ID, State: Former, Code: e.Code, Version: e.Version})
		}
	}
	return out, nil
}

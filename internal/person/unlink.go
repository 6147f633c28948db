package person

import (
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
)

// Unlink takes the account off a person whose account is erased and who stays
// in the address book. Repeating it is harmless.
func (s *Service) Unlink(tx *db.Tx, by feed.Actor, p id.Person, a id.Account) error {
	const op = "person.Unlink"
	number, err := bumpPeople(tx, false) // first: it is the lock
	if err != nil {
		return fault.Wrap(op, err)
	}
	r, err := findPerson(tx, p)
	if err != nil {
		return fault.Wrap(op, err)
	}
	if r.Account != a {
		return nil
	}
	changed := r.Person
	changed.Account, changed.Version = "", r.Version+1
	if err := updatePerson(tx, changed, r.sealed, number); err != nil {
		return fault.Wrap(op, err)
	}
	return fault.Wrap(op, s.changed(tx, by, p, feed.Changed, changed.Version))
}

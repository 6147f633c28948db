package person

import (
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
)

// RefOf points at a person of the tenant; it reports false where there is none,
// and for whom nothing is left but their own rights.
func RefOf(tx *db.Tx, p id.Person) (Ref, bool, error) {
	r, err := findPerson(tx, p)
	if fault.Is(err, fault.NotFound) {
		return Ref{}, false, nil
	}
	return Ref{Org: tx.Org(), Person: r.ID, Company: r.Company, State: r.State, Denied: r.denied}, err == nil && !r.denied, fault.Wrap("person.RefOf", err)
}

// Known reports whether an organisation's address book has a person, former
// ones not counted.
func Known(tx *db.Tx, org id.Org, p id.Person) (bool, error) {
	r, err := findPersonOf(tx, org, p)
	if fault.Is(err, fault.NotFound) {
		return false, nil
	}
	return err == nil && r.State != Former, fault.Wrap("person.Known", err)
}

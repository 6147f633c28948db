package person

import (
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
)

// RefOf points at a person of the tenant; it reports false where there is none.
func RefOf(tx *db.Tx, p id.Person) (Ref, bool, error) {
	r, err := findPerson(tx, p)
	if fault.Is(err, fault.NotFound) {
		return Ref{}, false, nil
	}
	return Ref{Org: tx.Org(), Person: r.ID, Company: r.Company, State: r.State}, err == nil, fault.Wrap("person.RefOf", err)
}

package person

import (
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
)

// AccountOf is the account of a person of an organisation; it reports false
// for who has none.
func AccountOf(tx *db.Tx, org id.Org, p id.Person) (id.Account, bool, error) {
	a, ok, err := db.Maybe(tx, db.Value1[id.Account], `select account_id from person where org_id = $1 and id = $2 and account_id is not null`, org, p)
	return a, ok, fault.Wrap("person.AccountOf", err)
}

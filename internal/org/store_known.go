package org

import (
	"slices"

	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/policy"
)

// Locale is the language of the transaction's organisation.
func Locale(tx *db.Tx) (string, error) {
	o, err := find(tx, tx.Org())
	return o.Locale, fault.Wrap("org.Locale", err)
}

// KnownCompanies reports which of the companies are the transaction's
// organisation's.
func KnownCompanies(tx *db.Tx, companies []id.Company) (map[id.Company]bool, error) {
	out := make(map[id.Company]bool, len(companies))
	for some := range slices.Chunk(companies, 500) {
		found, err := db.All(tx, db.Value1[id.Company], `select id from company where org_id = $1 and id in `+db.In(len(some), 2),
			append([]any{tx.Org()}, db.Args(some)...)...)
		if err != nil {
			return nil, fault.Wrap("org.KnownCompanies", err)
		}
		for _, c := range found {
			out[c] = true
		}
	}
	return out, nil
}

// RoleOf is the role of a person in an organisation.
func RoleOf(tx *db.Tx, org id.Org, p id.Person) (policy.OrgRole, error) {
	r, err := roleOf(tx, org, p)
	return r, fault.Wrap("org.RoleOf", err)
}

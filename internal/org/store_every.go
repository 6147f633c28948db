package org

import (
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
)

// Every is the id of every organisation, for what concerns them all.
func Every(tx *db.Tx) ([]id.Org, error) {
	all, err := db.All(tx, db.Value1[id.Org], `select org_id from org order by org_id`)
	return all, fault.Wrap("org.Every", err)
}

// Named is what an organisation is called, and its language; it reports false
// where there is none.
func Named(tx *db.Tx, which id.Org) (name, locale string, ok bool, err error) {
	o, err := find(tx, which)
	if fault.Is(err, fault.NotFound) {
		return "", "", false, nil
	}
	return o.Name, o.Locale, err == nil, fault.Wrap("org.Named", err)
}

// Owners are the persons who own an organisation.
func Owners(tx *db.Tx, which id.Org) ([]id.Person, error) {
	all, err := db.All(tx, db.Value1[id.Person], `select person_id from member where org_id = $1 and role = 'owner' order by created_at, person_id`, which)
	return all, fault.Wrap("org.Owners", err)
}

// Given is where the address of a person was got from: the source that their
// invitation named, and who invited them; it reports false for who was never
// invited.
func Given(tx *db.Tx, which id.Org, p id.Person) (source string, inviter id.Person, ok bool, err error) {
	type given struct {
		source  string
		inviter id.Person
	}
	g, ok, err := db.Maybe(tx, func(s db.Scanner) (g given, err error) {
		err = s.Scan(&g.source, &g.inviter)
		return g, err
	}, `select source, inviter_id from invite where org_id = $1 and person_id = $2 order by created_at limit 1`, which, p)
	return g.source, g.inviter, ok, fault.Wrap("org.Given", err)
}

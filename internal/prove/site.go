package prove

import (
	"plumbline/internal/db"
	"plumbline/internal/id"
)

// Site is the made-up organisation in which probes try things out, with its
// project and owner. It stays from run to run; the people in it do not.
type Site struct {
	Org     id.Org
	Project id.Project
	Account id.Account
	Owner   id.Person
}

// SiteOf is the installation's.
func SiteOf(tx *db.Tx) (Site, bool, error) { return findSite(tx) }

// KeepSite remembers one.
func KeepSite(tx *db.Tx, s Site) error { return putSite(tx, s) }

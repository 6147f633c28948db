package org

import (
	"plumbline/internal/db"
	"plumbline/internal/id"
)

func deleteLinksOf(tx *db.Tx, org id.Org, p id.Person) error {
	_, err := tx.Exec(`delete from invite_link where org_id = $1 and invite_id in (select id from invite where org_id = $1 and person_id = $2)`, org, p)
	return err
}

func invitesTo(tx *db.Tx, p id.Person) ([]id.Invite, error) {
	return db.All(tx, db.Value1[id.Invite], `select id from invite where org_id = $1 and person_id = $2`, tx.Org(), p)
}

func deleteInvitesTo(tx *db.Tx, p id.Person) error {
	_, err := tx.Exec(`delete from invite where org_id = $1 and person_id = $2`, tx.Org(), p)
	return err
}

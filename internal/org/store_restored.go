package org

import "plumbline/internal/db"

// Restored lets every mailed invitation link lapse: for data that comes from a
// backup, whose invitations may have been withdrawn since. Who is still
// invited can be written to again.
func Restored(tx *db.Tx) error {
	_, err := tx.Exec(`delete from invite_link where org_id >= ''`)
	return err
}

package mail

import "plumbline/internal/db"

// Restored drops all mail that waits: for data that comes from a backup, whose
// mail was sent long ago.
func Restored(tx *db.Tx) error {
	_, err := tx.Exec(`update mail set state = 'dropped', note = 'restored' where org_id >= '' and state = 'queued'`)
	return err
}

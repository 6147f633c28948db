package rows

import "plumbline/internal/db"

// Restored ends every session and API token and lets every mailed link lapse: for data that
// comes from a backup, whose sessions may have been ended since.
func Restored(tx *db.Tx) error {
	for _, q := range []string{`delete from session`, `delete from api_token`, `delete from proof_step`, `delete from identity_step`, `delete from reset_link`} {
		if _, err := tx.Exec(q); err != nil {
			return err
		}
	}
	return nil
}

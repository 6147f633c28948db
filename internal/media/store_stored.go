package media

import "plumbline/internal/db"

// Stored are the files of all organisations that something refers to: for who
// copies an installation, in a transaction for everyone.
func Stored(tx *db.Tx) ([]Held, error) {
	return db.All(tx, func(s db.Scanner) (h Held, err error) {
		err = s.Scan(&h.Org, &h.SHA, &h.Bytes)
		return h, err
	}, `select org_id, sha256, bytes from file where refs > 0 order by org_id, sha256`)
}

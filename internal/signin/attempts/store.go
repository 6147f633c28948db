package attempts

import "plumbline/internal/db"

type attempt struct{ failures, at, until int64 }

// lockAttempt holds the row, which it makes where there is none.
func lockAttempt(tx *db.Tx, key []byte) (a attempt, err error) {
	err = tx.Row(`insert into attempt (key, failures, at, until) values ($1, 0, 0, 0)
		on conflict (key) do update set failures = attempt.failures returning failures, at, until`, key).Scan(&a.failures, &a.at, &a.until)
	return a, err
}

func saveAttempt(tx *db.Tx, key []byte, failures, at, until int64) error {
	_, err := tx.Exec(`update attempt set failures = $2, at = $3, until = $4 where key = $1`, key, failures, at, until)
	return err
}

func keepSecret(tx *db.Tx, name string, sealed []byte) (kept []byte, err error) {
	if _, err := tx.Exec(`insert into server_secret (name, sealed) values ($1, $2) on conflict (name) do nothing`, name, sealed); err != nil {
		return nil, err
	}
	err = tx.Row(`select sealed from server_secret where name = $1`, name).Scan(&kept)
	return kept, err
}

func deleteAttempt(tx *db.Tx, key []byte) error {
	_, err := tx.Exec(`delete from attempt where key = $1`, key)
	return err
}

package mutation

import (
	"plumbline/internal/db"
)

// insert keeps a result; false if the name is taken. It does not use an error
// for that: PostgreSQL would give the transaction up.
func insert(tx *db.Tx, k Key, r Result) (bool, error) {
	org, _ := tx.Tenant()
	n, err := tx.Exec(`insert into mutation (account, id, org_id, fingerprint, status, thing_id, version, conflicts, at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (account, id) do nothing`,
		k.Account, k.ID, org, r.Operation[:], r.Status, r.Thing, r.Version, join(r.Conflicts), tx.Micros())
	return n == 1, err
}

func find(tx *db.Tx, k Key) (Result, bool, error) {
	return db.Maybe(tx, func(s db.Scanner) (r Result, err error) {
		var operation []byte
		var conflicts string
		err = s.Scan(&operation, &r.Status, &r.Thing, &r.Version, &conflicts)
		copy(r.Operation[:], operation)
		r.Conflicts = split(conflicts)
		return r, err
	}, `select fingerprint, status, thing_id, version, conflicts from mutation where account = $1 and id = $2`, k.Account, k.ID)
}

func purge(tx *db.Tx, before int64) (int64, error) {
	return tx.Exec(`delete from mutation where at < $1`, before)
}

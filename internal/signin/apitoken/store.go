package apitoken

import (
	"time"

	"plumbline/internal/db"
	"plumbline/internal/id"
)

type row struct {
	Token
	account id.Account
	sealed  []byte
}

const selectToken = `select id, account_id, sealed, coalesce(to_org, ''), coalesce(to_project, ''), writes, created_at, expires_at, coalesce(used_at, 0), calendar from api_token` //nolint:gosec // a statement

func scan(s db.Scanner) (r row, err error) {
	var writes bool
	var created, expires, used int64
	err = s.Scan(&r.ID, &r.account, &r.sealed, &r.Reach.Org, &r.Reach.Project, &writes, &created, &expires, &used, &r.Calendar)
	r.Reach.Token, r.Reach.Reads = r.ID, !writes
	r.Created, r.Expires = time.UnixMicro(created).UTC(), time.UnixMicro(expires).UTC()
	if used != 0 {
		r.Used = time.UnixMicro(used).UTC()
	}
	return r, err
}

func insert(tx *db.Tx, r row, hash []byte) error {
	_, err := tx.Exec(`insert into api_token (id, hash, account_id, sealed, to_org, to_project, writes, created_at, expires_at, calendar)
		values ($1, $2, $3, $4, nullif($5, ''), nullif($6, ''), $7, $8, $9, $10)`,
		r.ID, hash, r.account, r.sealed, string(r.Reach.Org), string(r.Reach.Project), !r.Reach.Reads, tx.Micros(), r.Expires.UnixMicro(), r.Calendar)
	return err
}

func find(tx *db.Tx, t id.Token) (row, bool, error) {
	return db.Maybe(tx, scan, selectToken+` where id = $1`, t)
}

func byHash(tx *db.Tx, hash []byte) (row, bool, error) {
	return db.Maybe(tx, scan, selectToken+` where hash = $1`, hash)
}

func of(tx *db.Tx, a id.Account) ([]row, error) {
	return db.All(tx, scan, selectToken+` where account_id = $1 order by id desc`, a)
}

func count(tx *db.Tx, a id.Account) (n int64, err error) {
	err = tx.Row(`select count(*) from api_token where account_id = $1`, a).Scan(&n)
	return n, err
}

func touched(tx *db.Tx, t id.Token) error {
	_, err := tx.Exec(`update api_token set used_at = $2 where id = $1`, t, tx.Micros())
	return err
}

func remove(tx *db.Tx, a id.Account, t id.Token) (int64, error) {
	return tx.Exec(`delete from api_token where account_id = $1 and id = $2`, a, t)
}

func removeAll(tx *db.Tx, a id.Account) error {
	_, err := tx.Exec(`delete from api_token where account_id = $1`, a)
	return err
}

func purge(tx *db.Tx) (int64, error) {
	return tx.Exec(`delete from api_token where expires_at <= $1`, tx.Micros())
}

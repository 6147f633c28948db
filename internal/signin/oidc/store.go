package oidc

import (
	"time"

	"plumbline/internal/db"
	"plumbline/internal/id"
)

type row struct {
	Link
	account id.Account
	hash    []byte
}

type step struct {
	account                   id.Account // empty: to sign in
	session                   id.Session
	provider, nonce, verifier string
}

const selectLink = `select id, account_id, provider, hash, created_at, coalesce(used_at, 0) from identity_link`

func scan(s db.Scanner) (r row, err error) {
	var created, used int64
	err = s.Scan(&r.ID, &r.account, &r.Provider, &r.hash, &created, &used)
	r.Created = time.UnixMicro(created).UTC()
	if used != 0 {
		r.Used = time.UnixMicro(used).UTC()
	}
	return r, err
}

func insert(tx *db.Tx, r row) error {
	_, err := tx.Exec(`insert into identity_link (id, account_id, provider, hash, created_at) values ($1, $2, $3, $4, $5)`, r.ID, r.account, r.Provider, r.hash, tx.Micros())
	return err
}

func findByHash(tx *db.Tx, hash []byte) (row, bool, error) {
	return db.Maybe(tx, scan, selectLink+` where hash = $1`, hash)
}

func linksOf(tx *db.Tx, a id.Account) ([]row, error) {
	return db.All(tx, scan, selectLink+` where account_id = $1 order by created_at, id`, a)
}

func used(tx *db.Tx, link id.IdentityLink) error {
	_, err := tx.Exec(`update identity_link set used_at = $2 where id = $1`, link, tx.Micros())
	return err
}

func remove(tx *db.Tx, a id.Account, link id.IdentityLink) (int64, error) {
	return tx.Exec(`delete from identity_link where account_id = $1 and id = $2`, a, link)
}

func insertStep(tx *db.Tx, hash []byte, st step) error {
	_, err := tx.Exec(`insert into identity_step (hash, account_id, session_id, provider, nonce, verifier, expires_at) values ($1, nullif($2, ''), nullif($3, ''), $4, $5, $6, $7)`,
		hash, string(st.account), string(st.session), st.provider, st.nonce, st.verifier, tx.Now().Add(stepLife).UnixMicro())
	return err
}

// takeStep takes it, so that it works once.
func takeStep(tx *db.Tx, hash []byte) (step, error) {
	st, ok, err := db.Maybe(tx, func(s db.Scanner) (st step, err error) {
		err = s.Scan(&st.account, &st.session, &st.provider, &st.nonce, &st.verifier)
		return st, err
	}, `delete from identity_step where hash = $1 and expires_at > $2 returning coalesce(account_id, ''), coalesce(session_id, ''), provider, nonce, verifier`, hash, tx.Micros())
	if err == nil && !ok {
		err = errLapsed()
	}
	return st, err
}

// Purge deletes steps that have run out.
func Purge(tx *db.Tx) (int64, error) {
	return tx.Exec(`delete from identity_step where expires_at <= $1`, tx.Micros())
}

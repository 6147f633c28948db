package signin

import (
	"time"

	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
)

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

type sessionRow struct {
	ID      id.Session
	Account id.Account
	Agent   string
	Created time.Time
	Seen    time.Time
	Expires time.Time
}

const selectSession = `select id, account_id, agent, created_at, last_seen_at, expires_at from session`

func scanSession(s db.Scanner) (r sessionRow, err error) {
	var created, seen, expires int64
	err = s.Scan(&r.ID, &r.Account, &r.Agent, &created, &seen, &expires)
	r.Created, r.Seen, r.Expires = time.UnixMicro(created).UTC(), time.UnixMicro(seen).UTC(), time.UnixMicro(expires).UTC()
	return r, err
}

func insertSession(tx *db.Tx, r sessionRow, hash []byte) error {
	_, err := tx.Exec(`insert into session (id, hash, account_id, agent, created_at, last_seen_at, expires_at) values ($1, $2, $3, $4, $5, $5, $6)`,
		r.ID, hash, r.Account, r.Agent, r.Created.UnixMicro(), r.Expires.UnixMicro())
	return err
}

func findSession(tx *db.Tx, hash []byte) (sessionRow, bool, error) {
	return db.Maybe(tx, scanSession, selectSession+` where hash = $1`, hash)
}

func sessionsOf(tx *db.Tx, a id.Account) ([]sessionRow, error) {
	return db.All(tx, scanSession, selectSession+` where account_id = $1 order by last_seen_at desc, id desc`, a)
}

func touchSession(tx *db.Tx, session id.Session) error {
	_, err := tx.Exec(`update session set last_seen_at = $2 where id = $1 and last_seen_at < $2`, session, tx.Micros())
	return err
}

func deleteSession(tx *db.Tx, a id.Account, session id.Session) error {
	n, err := tx.Exec(`delete from session where account_id = $1 and id = $2`, a, session)
	if err == nil && n == 0 {
		err = fault.New(fault.NotFound, "session-not-found", "there is no such session")
	}
	return err
}

func deleteSessionByHash(tx *db.Tx, hash []byte) error {
	_, err := tx.Exec(`delete from session where hash = $1`, hash)
	return err
}

// deleteOtherSessions ends all sessions of an account but one.
func deleteOtherSessions(tx *db.Tx, a id.Account, but id.Session) (int64, error) {
	return tx.Exec(`delete from session where account_id = $1 and id <> $2`, a, but)
}

func knownDevice(tx *db.Tx, hash []byte, a id.Account) (bool, error) {
	_, ok, err := db.Maybe(tx, db.Value1[string], `select account_id from device where hash = $1 and account_id = $2`, hash, a)
	return ok, err
}

func rememberDevice(tx *db.Tx, hash []byte, a id.Account) error {
	_, err := tx.Exec(`insert into device (hash, account_id, used_at) values ($1, $2, $3)
		on conflict (hash, account_id) do update set used_at = excluded.used_at`, hash, a, tx.Micros())
	return err
}

func forgetDevices(tx *db.Tx, a id.Account) error {
	_, err := tx.Exec(`delete from device where account_id = $1`, a)
	return err
}

func insertReset(tx *db.Tx, hash []byte, a id.Account, expires int64) error {
	_, err := tx.Exec(`insert into reset_link (hash, account_id, created_at, expires_at) values ($1, $2, $3, $4)`, hash, a, tx.Micros(), expires)
	return err
}

func findReset(tx *db.Tx, hash []byte) (a id.Account, ok bool, err error) {
	return db.Maybe(tx, db.Value1[id.Account], `select account_id from reset_link where hash = $1 and expires_at > $2`, hash, tx.Micros())
}

// useReset takes a link and all others of its account: true for the first.
func useReset(tx *db.Tx, hash []byte, a id.Account) (bool, error) {
	n, err := tx.Exec(`delete from reset_link where hash = $1`, hash)
	if err != nil || n == 0 {
		return false, err
	}
	_, err = tx.Exec(`delete from reset_link where account_id = $1`, a)
	return true, err
}

// purge deletes what has run out.
func purge(tx *db.Tx, idle, devices, attempts int64) error {
	now := tx.Micros()
	if _, err := tx.Exec(`delete from session where expires_at <= $1 or last_seen_at <= $2`, now, idle); err != nil {
		return err
	}
	if _, err := tx.Exec(`delete from reset_link where expires_at <= $1`, now); err != nil {
		return err
	}
	if _, err := tx.Exec(`delete from device where used_at <= $1`, devices); err != nil {
		return err
	}
	_, err := tx.Exec(`delete from attempt where at <= $1 and until <= $2`, attempts, now)
	return err
}

// Package rows keeps the rows of signing in: sessions, known browsers and
// mailed links, each known by a hash.
package rows

import (
	"time"

	"plumbline/internal/db"
	"plumbline/internal/db/many"
	"plumbline/internal/fault"
	"plumbline/internal/id"
)

// Session is a row: a session without its token.
type Session struct {
	ID      id.Session
	Account id.Account
	Agent   string
	Created time.Time
	Seen    time.Time
	Expires time.Time
}

const selectSession = `select id, account_id, agent, created_at, last_seen_at, expires_at from session`

func scanSession(s db.Scanner) (r Session, err error) {
	var created, seen, expires int64
	err = s.Scan(&r.ID, &r.Account, &r.Agent, &created, &seen, &expires)
	r.Created, r.Seen, r.Expires = time.UnixMicro(created).UTC(), time.UnixMicro(seen).UTC(), time.UnixMicro(expires).UTC()
	return r, err
}

// InsertSession keeps a session, known by a hash.
func InsertSession(tx *db.Tx, r Session, hash []byte) error {
	_, err := tx.Exec(`insert into session (id, hash, account_id, agent, created_at, last_seen_at, expires_at) values ($1, $2, $3, $4, $5, $5, $6)`,
		r.ID, hash, r.Account, r.Agent, r.Created.UnixMicro(), r.Expires.UnixMicro())
	return err
}

// FindSession finds the session of a hash.
func FindSession(tx *db.Tx, hash []byte) (Session, bool, error) {
	return db.Maybe(tx, scanSession, selectSession+` where hash = $1`, hash)
}

// SessionsOf lists those of an account, the last used first.
func SessionsOf(tx *db.Tx, a id.Account) ([]Session, error) {
	return db.All(tx, scanSession, selectSession+` where account_id = $1 order by last_seen_at desc, id desc`, a)
}

// Lasting says of sessions of accounts which have not ended.
func Lasting(tx *db.Tx, accounts []id.Account) (map[id.Session]id.Account, error) {
	all, err := db.All(tx, scanSession, selectSession+` where account_id in `+many.In(tx, 1)+` and expires_at > $2`, many.Of(accounts), tx.Micros())
	out := make(map[id.Session]id.Account, len(all))
	for _, r := range all {
		out[r.ID] = r.Account
	}
	return out, err
}

// TouchSession notes that a session is used.
func TouchSession(tx *db.Tx, session id.Session) error {
	_, err := tx.Exec(`update session set last_seen_at = $2 where id = $1 and last_seen_at < $2`, session, tx.Micros())
	return err
}

// ConfirmSession notes that the holder has just proved who they are.
func ConfirmSession(tx *db.Tx, a id.Account, session id.Session) error {
	n, err := tx.Exec(`update session set confirmed_at = $3 where account_id = $1 and id = $2`, a, session, tx.Micros())
	if err == nil && n == 0 {
		err = fault.New(fault.NotFound, "session-not-found", "there is no such session")
	}
	return err
}

// SecondSession notes that the holder gave a second proof.
func SecondSession(tx *db.Tx, session id.Session) error {
	_, err := tx.Exec(`update session set second_at = $2 where id = $1`, session, tx.Micros())
	return err
}

// HasSecond reports whether a session of an account was proved twice.
func HasSecond(tx *db.Tx, a id.Account, session id.Session) (bool, error) {
	at, ok, err := db.Maybe(tx, db.Value1[int64], `select second_at from session where account_id = $1 and id = $2`, a, session)
	return ok && at > 0, err
}

// CountDevices counts the browsers that an account has signed in from.
func CountDevices(tx *db.Tx, a id.Account) (n int64, err error) {
	err = tx.Row(`select count(*) from device where account_id = $1`, a).Scan(&n)
	return n, err
}

// ConfirmedAt tells when the holder of a session last proved who they are.
func ConfirmedAt(tx *db.Tx, a id.Account, session id.Session) (time.Time, bool, error) {
	at, ok, err := db.Maybe(tx, db.Value1[int64], `select confirmed_at from session where account_id = $1 and id = $2`, a, session)
	return time.UnixMicro(at).UTC(), ok, err
}

// DeleteSession ends one of an account.
func DeleteSession(tx *db.Tx, a id.Account, session id.Session) error {
	n, err := tx.Exec(`delete from session where account_id = $1 and id = $2`, a, session)
	if err == nil && n == 0 {
		err = fault.New(fault.NotFound, "session-not-found", "there is no such session")
	}
	return err
}

// DeleteSessionByHash ends the one of a hash.
func DeleteSessionByHash(tx *db.Tx, hash []byte) error {
	_, err := tx.Exec(`delete from session where hash = $1`, hash)
	return err
}

// DeleteOtherSessions ends all sessions of an account but one.
func DeleteOtherSessions(tx *db.Tx, a id.Account, but id.Session) (int64, error) {
	return tx.Exec(`delete from session where account_id = $1 and id <> $2`, a, but)
}

// KnownDevice reports whether an account has signed in from a browser.
func KnownDevice(tx *db.Tx, hash []byte, a id.Account) (bool, error) {
	_, ok, err := db.Maybe(tx, db.Value1[string], `select account_id from device where hash = $1 and account_id = $2`, hash, a)
	return ok, err
}

// RememberDevice remembers a browser of an account.
func RememberDevice(tx *db.Tx, hash []byte, a id.Account) error {
	_, err := tx.Exec(`insert into device (hash, account_id, used_at) values ($1, $2, $3)
		on conflict (hash, account_id) do update set used_at = excluded.used_at`, hash, a, tx.Micros())
	return err
}

// ForgetDevices forgets the browsers of an account.
func ForgetDevices(tx *db.Tx, a id.Account) error {
	_, err := tx.Exec(`delete from device where account_id = $1`, a)
	return err
}

// InsertReset keeps a mailed link, known by a hash.
func InsertReset(tx *db.Tx, hash []byte, a id.Account, expires int64) error {
	_, err := tx.Exec(`insert into reset_link (hash, account_id, created_at, expires_at) values ($1, $2, $3, $4)`, hash, a, tx.Micros(), expires)
	return err
}

// FindReset tells whose link it is, while it is good.
func FindReset(tx *db.Tx, hash []byte) (a id.Account, ok bool, err error) {
	return db.Maybe(tx, db.Value1[id.Account], `select account_id from reset_link where hash = $1 and expires_at > $2`, hash, tx.Micros())
}

// UseReset takes a link and all others of its account: true for the first.
func UseReset(tx *db.Tx, hash []byte, a id.Account) (bool, error) {
	n, err := tx.Exec(`delete from reset_link where hash = $1`, hash)
	if err != nil || n == 0 {
		return false, err
	}
	_, err = tx.Exec(`delete from reset_link where account_id = $1`, a)
	return true, err
}

// Purge deletes what has run out, and says how much.
func Purge(tx *db.Tx, idle, devices, attempts int64) (all int64, err error) {
	now := tx.Micros()
	for _, d := range []struct {
		query string
		args  []any
	}{
		{`delete from session where expires_at <= $1 or last_seen_at <= $2`, []any{now, idle}},
		{`delete from reset_link where expires_at <= $1`, []any{now}},
		{`delete from device where used_at <= $1`, []any{devices}},
		{`delete from attempt where at <= $1 and until <= $2`, []any{attempts, now}},
	} {
		n, err := tx.Exec(d.query, d.args...)
		if err != nil {
			return all, err
		}
		all += n
	}
	return all, nil
}

// ForgetResets takes the links of an account.
func ForgetResets(tx *db.Tx, a id.Account) error {
	_, err := tx.Exec(`delete from reset_link where account_id = $1`, a)
	return err
}

package factor

import (
	"time"

	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
)

type row struct {
	Factor
	account      id.Account
	sealed, name []byte
	ready        bool
}

const selectFactor = `select id, account_id, kind, sealed, name, ready, created_at, coalesce(used_at, 0) from factor`

func scan(s db.Scanner) (r row, err error) {
	var created, used int64
	err = s.Scan(&r.ID, &r.account, &r.Kind, &r.sealed, &r.name, &r.ready, &created, &used)
	r.Created = time.UnixMicro(created).UTC()
	if used != 0 {
		r.Used = time.UnixMicro(used).UTC()
	}
	return r, err
}

// insert refuses one more than an account may have.
func (s *Service) insert(tx *db.Tx, r row) error {
	var n int64
	if err := tx.Row(`select count(*) from factor where account_id = $1`, r.account).Scan(&n); err != nil {
		return err
	}
	if n >= most {
		return fault.New(fault.Conflict, "too-many-factors", "remove a factor first")
	}
	if r.name == nil {
		r.name = []byte{}
	}
	_, err := tx.Exec(`insert into factor (id, account_id, kind, sealed, name, ready, step, created_at) values ($1, $2, $3, $4, $5, $6, 0, $7)`,
		r.ID, r.account, r.Kind, r.sealed, r.name, r.ready, tx.Micros())
	return err
}

func readyOf(tx *db.Tx, a id.Account) ([]row, error) {
	return db.All(tx, scan, selectFactor+` where account_id = $1 and ready = true order by created_at, id`, a)
}

// find is a factor of an account; with none, of anybody.
func find(tx *db.Tx, a id.Account, f id.Factor) (row, bool, error) {
	return db.Maybe(tx, scan, selectFactor+` where id = $1 and (account_id = $2 or $2 = '')`, f, string(a))
}

func kindsOf(tx *db.Tx, a id.Account) ([]string, error) {
	return db.All(tx, db.Value1[string], `select distinct kind from factor where account_id = $1 and ready = true order by kind desc`, a)
}

func remove(tx *db.Tx, a id.Account, f id.Factor) (int64, error) {
	return tx.Exec(`delete from factor where account_id = $1 and id = $2 and ready = true`, a, f)
}

func removeUnready(tx *db.Tx, a id.Account) error {
	_, err := tx.Exec(`delete from factor where account_id = $1 and ready = false`, a)
	return err
}

func makeReady(tx *db.Tx, f id.Factor, name []byte, step int64) error {
	_, err := tx.Exec(`update factor set ready = true, name = $2, step = $3, used_at = $4 where id = $1`, f, name, step, tx.Micros())
	return err
}

// spend takes a step of time, once.
func spend(tx *db.Tx, f id.Factor, step int64) (int64, error) {
	return tx.Exec(`update factor set step = $2, used_at = $3 where id = $1 and step < $2`, f, step, tx.Micros())
}

func used(tx *db.Tx, f id.Factor, sealed []byte) error {
	_, err := tx.Exec(`update factor set sealed = $2, used_at = $3 where id = $1`, f, sealed, tx.Micros())
	return err
}

func insertCode(tx *db.Tx, hash []byte, a id.Account) error {
	_, err := tx.Exec(`insert into recovery_code (hash, account_id, created_at) values ($1, $2, $3)`, hash, a, tx.Micros())
	return err
}

func countCodes(tx *db.Tx, a id.Account) (n int64, err error) {
	err = tx.Row(`select count(*) from recovery_code where account_id = $1`, a).Scan(&n)
	return n, err
}

func removeCodes(tx *db.Tx, a id.Account) error {
	_, err := tx.Exec(`delete from recovery_code where account_id = $1`, a)
	return err
}

func useCode(tx *db.Tx, hash []byte) (int64, error) {
	return tx.Exec(`delete from recovery_code where hash = $1`, hash)
}

func insertStep(tx *db.Tx, hash []byte, st Step, expires int64) error {
	_, err := tx.Exec(`insert into proof_step (hash, account_id, kind, challenge, expires_at) values ($1, nullif($2, ''), $3, $4, $5)`,
		hash, string(st.Account), st.Kind, st.Challenge, expires)
	return err
}

func findStep(tx *db.Tx, hash []byte) (Step, bool, error) {
	return db.Maybe(tx, func(s db.Scanner) (st Step, err error) {
		err = s.Scan(&st.Account, &st.Kind, &st.Challenge)
		return st, err
	}, `select coalesce(account_id, ''), kind, challenge from proof_step where hash = $1 and expires_at > $2`, hash, tx.Micros())
}

func setChallenge(tx *db.Tx, hash []byte, challenge string) error {
	_, err := tx.Exec(`update proof_step set challenge = $2 where hash = $1`, hash, challenge)
	return err
}

func deleteStep(tx *db.Tx, hash []byte) (int64, error) {
	return tx.Exec(`delete from proof_step where hash = $1`, hash)
}

func deleteSteps(tx *db.Tx, a id.Account) error {
	_, err := tx.Exec(`delete from proof_step where account_id = $1`, a)
	return err
}

// purge deletes steps that have run out, and secrets that nobody confirmed
// within an hour.
func purge(tx *db.Tx) (int64, error) {
	n, err := tx.Exec(`delete from proof_step where expires_at <= $1`, tx.Micros())
	if err != nil {
		return n, err
	}
	m, err := tx.Exec(`delete from factor where ready = false and created_at <= $1`, tx.Now().Add(-time.Hour).UnixMicro())
	return n + m, err
}

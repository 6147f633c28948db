package staff

import (
	"time"

	"plumbline/internal/db"
	"plumbline/internal/id"
)

type row struct {
	account id.Account
	role    Role
	rules   string
	added   time.Time
}

const selectStaff = `select account_id, role, rules_version, added_at from staff`

func scanStaff(s db.Scanner) (r row, err error) {
	var added int64
	err = s.Scan(&r.account, &r.role, &r.rules, &added)
	r.added = time.UnixMicro(added).UTC()
	return r, err
}

func find(tx *db.Tx, a id.Account) (row, bool, error) {
	return db.Maybe(tx, scanStaff, selectStaff+` where account_id = $1`, a)
}

func all(tx *db.Tx) ([]row, error) {
	return db.All(tx, scanStaff, selectStaff+` order by role, added_at, account_id`)
}

// put gives a role; the rules are to be acknowledged anew.
func put(tx *db.Tx, a id.Account, role Role) error {
	_, err := tx.Exec(`insert into staff (account_id, role, rules_version, added_at) values ($1, $2, '', $3)
		on conflict (account_id) do update set role = excluded.role, rules_version = '', rules_at = null, added_at = excluded.added_at`, a, string(role), tx.Micros())
	return err
}

func remove(tx *db.Tx, a id.Account) (bool, error) {
	n, err := tx.Exec(`delete from staff where account_id = $1`, a)
	return n > 0, err
}

func acknowledge(tx *db.Tx, a id.Account, version string) error {
	_, err := tx.Exec(`update staff set rules_version = $2, rules_at = $3 where account_id = $1`, a, version, tx.Micros())
	return err
}

const selectGrant = `select org_id, id, account_id, opener_id, reason, opened_at, until_at, ended_at, ended_how from support_grant`

func scanGrant(s db.Scanner) (g Grant, err error) {
	var opened, until int64
	var ended *int64
	err = s.Scan(&g.Org, &g.ID, &g.Staff, &g.Opener, &g.sealed, &opened, &until, &ended, &g.How)
	g.Opened, g.Until = time.UnixMicro(opened).UTC(), time.UnixMicro(until).UTC()
	if ended != nil {
		g.Ended = time.UnixMicro(*ended).UTC()
	}
	return g, err
}

func insertGrant(tx *db.Tx, g Grant, reason []byte) error {
	_, err := tx.Exec(`insert into support_grant (org_id, id, account_id, opener_id, purpose, reason, opened_at, until_at, ended_how)
		values ($1, $2, $3, $4, 'support', $5, $6, $7, '')`,
		tx.Org(), g.ID, g.Staff, g.Opener, reason, g.Opened.UnixMicro(), g.Until.UnixMicro())
	return err
}

func findGrant(tx *db.Tx, grant id.Grant) (Grant, bool, error) {
	return db.Maybe(tx, scanGrant, selectGrant+` where org_id = $1 and id = $2`, tx.Org(), grant)
}

func grantsOf(tx *db.Tx) ([]Grant, error) {
	return db.All(tx, scanGrant, selectGrant+` where org_id = $1 order by opened_at desc, id desc limit 500`, tx.Org())
}

// running is the grant by which an account may look into the organisation now.
func running(tx *db.Tx, a id.Account) (Grant, bool, error) {
	return db.Maybe(tx, scanGrant, selectGrant+` where org_id = $1 and account_id = $2 and ended_at is null and until_at > $3
		order by until_at desc limit 1`, tx.Org(), a, tx.Micros())
}

func endGrant(tx *db.Tx, grant id.Grant, how string) error {
	_, err := tx.Exec(`update support_grant set ended_at = $3, ended_how = $4 where org_id = $1 and id = $2 and ended_at is null`,
		tx.Org(), grant, tx.Micros(), how)
	return err
}

func endGrantsOf(tx *db.Tx, a id.Account, how string) (int64, error) {
	return tx.Exec(`update support_grant set ended_at = $2, ended_how = $3 where account_id = $1 and org_id <> '' and ended_at is null and until_at > $2`,
		a, tx.Micros(), how)
}

func countOpen(tx *db.Tx, a id.Account) (n int, err error) {
	err = tx.Row(`select count(*) from support_grant where account_id = $1 and org_id <> '' and ended_at is null and until_at > $2`, a, tx.Micros()).Scan(&n)
	return n, err
}

package sweep

import (
	"regexp"
	"time"

	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
)

const selectRun = `select id, rule, state, due, of_all, done, at, decided_at from sweep_run`

func scanRun(s db.Scanner) (r Run, err error) {
	var at, decided int64
	err = s.Scan(&r.ID, &r.Rule, &r.State, &r.Due, &r.Of, &r.Done, &at, &decided)
	r.At = time.UnixMicro(at).UTC()
	if decided > 0 {
		r.Decided = time.UnixMicro(decided).UTC()
	}
	return r, err
}

func insertRun(tx *db.Tx, r Run) error {
	_, err := tx.Exec(`insert into sweep_run (id, rule, state, due, of_all, done, at, decided_by, decided_at) values ($1, $2, $3, $4, $5, $6, $7, '', 0)`,
		r.ID, r.Rule, string(r.State), r.Due, r.Of, r.Done, tx.Micros())
	return err
}

func openRun(tx *db.Tx, rule string) (Run, bool, error) {
	return db.Maybe(tx, scanRun, selectRun+` where rule = $1 and state in ('held', 'approved')`, rule)
}

func findRun(tx *db.Tx, run string) (Run, bool, error) {
	return db.Maybe(tx, scanRun, selectRun+` where id = $1`, run)
}

// holdRun holds anew what grew beyond what was approved or held.
func holdRun(tx *db.Tx, r Run) error {
	_, err := tx.Exec(`update sweep_run set state = 'held', due = $2, of_all = $3, at = $4 where id = $1`, r.ID, r.Due, r.Of, tx.Micros())
	return err
}

func approveRun(tx *db.Tx, run string, by id.Account) error {
	_, err := tx.Exec(`update sweep_run set state = 'approved', decided_by = $2, decided_at = $3 where id = $1 and state = 'held'`, run, string(by), tx.Micros())
	return err
}

func closeRun(tx *db.Tx, run string, r Run) error {
	_, err := tx.Exec(`update sweep_run set state = 'done', due = $2, done = $3, at = $4 where id = $1`, run, r.Due, r.Done, tx.Micros())
	return err
}

func lastRuns(tx *db.Tx, limit int) ([]Run, error) {
	return db.All(tx, scanRun, selectRun+` order by case state when 'done' then 1 else 0 end, at desc, id desc limit $1`, limit)
}

// The names in the statements below are those of rules, never of a request.

func plain(names ...string) error {
	for _, n := range names {
		if !regexp.MustCompile(`^[a-z_]{1,60}$`).MatchString(n) {
			return fault.New(fault.Other, "bad-rule", "a sweep names what is no table")
		}
	}
	return nil
}

// deleteBefore deletes rows that have begun and whose period is over.
func deleteBefore(tx *db.Tx, table, column string, cutoff int64) (int64, error) {
	return deleteOnly(tx, table, column, "", cutoff)
}

func over(table, column, only string) string {
	where := table + `.` + column + ` > 0 and ` + table + `.` + column + ` <= $1`
	if only != "" {
		where += ` and ` + table + `.` + only
	}
	return where
}

func deleteOnly(tx *db.Tx, table, column, only string, cutoff int64) (int64, error) {
	if err := plain(table, column); err != nil {
		return 0, err
	}
	return tx.Exec(`delete from `+table+` where `+over(table, column, only), cutoff)
}

// deleteOf deletes the rows that belong to rows whose period is over.
func deleteOf(tx *db.Tx, child, link, table, column, only string, cutoff int64) (int64, error) {
	if err := plain(child, link, table, column); err != nil {
		return 0, err
	}
	return tx.Exec(`delete from `+child+` where exists (select 1 from `+table+` where `+table+`.id = `+child+`.`+link+` and `+over(table, column, only)+`)`, cutoff)
}

func countClaims(tx *db.Tx, today string) (n int64, err error) {
	return n, tx.Row(`select count(*) from claim_record where org_id >= '' and until <= $1`, today).Scan(&n)
}

// countPassed counts rows; state, where it is not empty, is the one they must
// be in.
func countPassed(tx *db.Tx, table, column, state string, until int64) (n int64, err error) {
	if err := plain(table, column); err != nil {
		return 0, err
	}
	query, args := `select count(*) from `+table+` where `+column+` <= $1`, []any{until}
	if state != "" {
		query, args = query+` and state = $2`, append(args, state)
	}
	return n, tx.Row(query, args...).Scan(&n)
}

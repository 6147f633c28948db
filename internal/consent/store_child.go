package consent

import (
	"plumbline/internal/db"
	"plumbline/internal/id"
	"plumbline/internal/personal"
)

type reportRow struct {
	ChildReport
	sealed []byte
}

const selectReport = `select id, org_id, person_id, account_id, reporter, country, description, state, at, decided_at from child_report`

func scanReport(s db.Scanner) (r reportRow, err error) {
	var at, decided int64
	err = s.Scan(&r.ID, &r.Org, &r.Person, &r.Account, &r.Reporter, &r.Country, &r.sealed, &r.State, &at, &decided)
	r.At, r.Decided = instant(at), instant(decided)
	return r, err
}

func insertReport(tx *db.Tx, r ChildReport, sealed []byte) error {
	_, err := tx.Exec(`insert into child_report (id, org_id, person_id, account_id, reporter, country, description, state, at, decided_at, decided_by)
		values ($1, $2, $3, $4, $5, $6, $7, 'reported', $8, 0, '')`,
		r.ID, r.Org, r.Person, r.Account, r.Reporter, r.Country, sealed, micros(r.At))
	return err
}

func findReport(tx *db.Tx, report id.ChildReport) (ChildReport, error) {
	r, ok, err := db.Maybe(tx, scanReport, selectReport+` where id = $1`, report)
	if err == nil && !ok {
		err = errNoReport()
	}
	return r.ChildReport, err
}

func openReports(tx *db.Tx) ([]reportRow, error) {
	return db.All(tx, scanReport, selectReport+` where state = 'reported' order by at, id limit 500`)
}

func reportsBy(tx *db.Tx, reporter string, since int64) (n int, err error) {
	err = tx.Row(`select count(org_id) from child_report where reporter = $1 and at > $2`, reporter, since).Scan(&n)
	return n, err
}

// reportsOf counts the other reports about someone that are not dismissed.
func reportsOf(tx *db.Tx, who personal.Who, except id.ChildReport) (n int, err error) {
	if who.Kind == personal.AccountKind {
		err = tx.Row(`select count(org_id) from child_report where account_id = $1 and id <> $2 and state <> 'dismissed'`, who.ID, except).Scan(&n)
		return n, err
	}
	err = tx.Row(`select count(*) from child_report where org_id = $1 and person_id = $2 and id <> $3 and state <> 'dismissed'`, who.Org, who.ID, except).Scan(&n)
	return n, err
}

func decideReport(tx *db.Tx, r ChildReport, state, by string) error {
	_, err := tx.Exec(`update child_report set state = $3, decided_at = $4, decided_by = $5 where org_id = $1 and id = $2`, r.Org, r.ID, state, tx.Micros(), by)
	return err
}

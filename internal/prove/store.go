package prove

import (
	"time"

	"plumbline/internal/db"
)

func put(tx *db.Tx, r Result) error {
	_, err := tx.Exec(`insert into proof (promise, state, evidence, at) values ($1, $2, $3, $4)
		on conflict (promise) do update set state = excluded.state, evidence = excluded.evidence, at = excluded.at`,
		r.ID, string(r.State), r.Evidence, r.At.UnixMicro())
	return err
}

func last(tx *db.Tx) ([]Result, error) {
	return db.All(tx, func(s db.Scanner) (r Result, err error) {
		var at int64
		err = s.Scan(&r.ID, &r.State, &r.Evidence, &at)
		r.At = time.UnixMicro(at).UTC()
		return r, err
	}, `select promise, state, evidence, at from proof order by promise`)
}

func findSite(tx *db.Tx) (Site, bool, error) {
	return db.Maybe(tx, func(s db.Scanner) (x Site, err error) {
		err = s.Scan(&x.Org, &x.Project, &x.Account, &x.Owner)
		return x, err
	}, `select org_id, project_id, account_id, person_id from proof_site order by org_id limit 1`)
}

func putSite(tx *db.Tx, s Site) error {
	_, err := tx.Exec(`insert into proof_site (org_id, project_id, account_id, person_id) values ($1, $2, $3, $4)`,
		string(s.Org), string(s.Project), string(s.Account), string(s.Owner))
	return err
}

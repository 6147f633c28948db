package disclosure

import (
	"strings"
	"time"

	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/personal"
)

func insert(tx *db.Tx, row string, r Row) error {
	_, err := tx.Exec(`insert into disclosure (org_id, id, who_kind, who_id, recipient_kind, recipient_id, fields, purpose, why, by_id, at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		string(r.Who.Org), row, r.Who.Kind, r.Who.ID, string(r.Recipient.Kind), r.Recipient.ID, strings.Join(r.Fields, ","),
		string(r.Purpose), r.Why, r.By, r.At.UnixMicro())
	return err
}

const selectRow = `select org_id, id, who_kind, who_id, recipient_kind, recipient_id, fields, purpose, why, by_id, at from disclosure`

func scanRow(s db.Scanner) (r Row, err error) {
	var fields string
	var at int64
	err = s.Scan(&r.Who.Org, &r.ID, &r.Who.Kind, &r.Who.ID, &r.Recipient.Kind, &r.Recipient.ID, &fields, &r.Purpose, &r.Why, &r.By, &at)
	if fields != "" {
		r.Fields = strings.Split(fields, ",")
	}
	r.At = time.UnixMicro(at).UTC()
	return r, err
}

func rowsOf(tx *db.Tx, w personal.Who) ([]Row, error) {
	return db.All(tx, scanRow, selectRow+` where org_id = $1 and who_kind = $2 and who_id = $3 order by at desc, id desc`, string(w.Org), w.Kind, w.ID)
}

// recipientsOf are who received something, with which fields.
func recipientsOf(tx *db.Tx, w personal.Who) ([]Row, error) {
	return db.All(tx, func(s db.Scanner) (r Row, err error) {
		var fields string
		err = s.Scan(&r.Recipient.Kind, &r.Recipient.ID, &fields)
		r.Fields = strings.Split(fields, ",")
		return r, err
	}, `select distinct recipient_kind, recipient_id, fields from disclosure where org_id = $1 and who_kind = $2 and who_id = $3
		order by recipient_kind, recipient_id, fields`, string(w.Org), w.Kind, w.ID)
}

func owe(tx *db.Tx, row string, w personal.Who, r Recipient, act Act) error {
	_, err := tx.Exec(`insert into disclosure_owed (org_id, id, who_kind, who_id, recipient_kind, recipient_id, act, owed_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8)
		on conflict (who_id, recipient_kind, recipient_id, act) where done_at = 0 do update set owed_at = excluded.owed_at`,
		string(w.Org), row, w.Kind, w.ID, string(r.Kind), r.ID, string(act), tx.Micros())
	return err
}

const selectOwed = `select org_id, id, who_kind, who_id, recipient_kind, recipient_id, act, owed_at, done_at, done_by from disclosure_owed`

func scanOwed(s db.Scanner) (o Owed, err error) {
	var since, done int64
	err = s.Scan(&o.Who.Org, &o.ID, &o.Who.Kind, &o.Who.ID, &o.Recipient.Kind, &o.Recipient.ID, &o.Act, &since, &done, &o.DoneBy)
	o.Since = time.UnixMicro(since).UTC()
	if done != 0 {
		o.Done = time.UnixMicro(done).UTC()
	}
	return o, err
}

func owedFor(tx *db.Tx, w personal.Who) ([]Owed, error) {
	return db.All(tx, scanOwed, selectOwed+` where org_id = $1 and who_kind = $2 and who_id = $3 order by owed_at desc, id desc`,
		string(w.Org), w.Kind, w.ID)
}

func openOf(tx *db.Tx, org id.Org, limit int) ([]Owed, error) {
	return db.All(tx, scanOwed, selectOwed+` where org_id = $1 and done_at = 0 order by owed_at, id limit $2`, string(org), limit)
}

func acknowledge(tx *db.Tx, org id.Org, row, by string) error {
	n, err := tx.Exec(`update disclosure_owed set done_at = $3, done_by = $4 where org_id = $1 and id = $2 and done_at = 0`,
		string(org), row, tx.Micros(), by)
	if err != nil || n > 0 {
		return err
	}
	_, ok, err := db.Maybe(tx, db.Value1[string], `select id from disclosure_owed where org_id = $1 and id = $2`, string(org), row)
	if err == nil && !ok {
		err = fault.New(fault.NotFound, "owed-not-found", "there is no such row")
	}
	return err
}

func between(tx *db.Tx, r Recipient, from, until int64) ([]Row, error) {
	where, args := "", []any{string(r.Kind), r.ID, from, until}
	if org, ok := tx.Tenant(); ok {
		where, args = " and org_id = $5", append(args, string(org))
	}
	return db.All(tx, scanRow, selectRow+` where recipient_kind = $1 and recipient_id = $2 and at >= $3 and at < $4`+where+` order by at, id`, args...)
}

package consent

import (
	"time"

	"plumbline/internal/db"
	"plumbline/internal/id"
	"plumbline/internal/personal"
)

type restrictionRow struct {
	Restriction
	note []byte
}

const selectRestriction = `select id, org_id, subject_kind, subject_id, ground, note, asked_by, since, told_at, lifts_at, lifted_at from restriction`

func scanRestriction(s db.Scanner) (r restrictionRow, err error) {
	var since, told, lifts, lifted int64
	err = s.Scan(&r.ID, &r.Who.Org, &r.Who.Kind, &r.Who.ID, &r.Ground, &r.note, &r.By, &since, &told, &lifts, &lifted)
	r.Since, r.Told, r.Lifts, r.Lifted = instant(since), instant(told), instant(lifts), instant(lifted)
	return r, err
}

func instant(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}

func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func insertRestriction(tx *db.Tx, r Restriction, note []byte) error {
	_, err := tx.Exec(`insert into restriction (id, org_id, subject_kind, subject_id, ground, note, asked_by, since, told_at, lifts_at, lifted_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, 0, 0, 0)`, r.ID, r.Who.Org, r.Who.Kind, r.Who.ID, string(r.Ground), note, r.By, micros(r.Since))
	return err
}

func findRestriction(tx *db.Tx, who personal.Who, restriction id.Restriction) (restrictionRow, bool, error) {
	return db.Maybe(tx, scanRestriction, selectRestriction+` where org_id = $1 and subject_kind = $2 and subject_id = $3 and id = $4`,
		who.Org, who.Kind, who.ID, restriction)
}

func restrictions(tx *db.Tx, who personal.Who) ([]restrictionRow, error) {
	return db.All(tx, scanRestriction, selectRestriction+` where org_id = $1 and subject_kind = $2 and subject_id = $3 order by since desc, id desc`,
		who.Org, who.Kind, who.ID)
}

func setLift(tx *db.Tx, r Restriction) error {
	_, err := tx.Exec(`update restriction set told_at = $3, lifts_at = $4, lifted_at = $5 where org_id = $1 and id = $2`,
		r.Who.Org, r.ID, micros(r.Told), micros(r.Lifts), micros(r.Lifted))
	return err
}

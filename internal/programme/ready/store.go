package ready

import (
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/programme/live"
	"plumbline/internal/programme/ready/measure"
)

const constraintColumns = `id, activity_id, version, kind, words, owner_kind, owner_id, needed_by, cleared_at, cleared_by, author_id, at`

func scanConstraint(s db.Scanner) (c Constraint, err error) {
	var kind, owner, needed, by *string
	var cleared *int64
	err = s.Scan(&c.ID, &c.Activity, &c.Version, &c.Kind, &c.Words, &kind, &owner, &needed, &cleared, &by, &c.Author, &c.At)
	if kind != nil && owner != nil {
		c.Owner = live.Charge{Kind: *kind, ID: *owner}
	}
	if needed != nil {
		c.NeededBy = *needed
	}
	if cleared != nil {
		c.ClearedAt = *cleared
	}
	if by != nil {
		c.ClearedBy = id.Person(*by)
	}
	return c, err
}

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func findConstraint(tx *db.Tx, c id.Constraint) (Constraint, bool, error) {
	out, ok, err := db.Maybe(tx, scanConstraint, `select `+constraintColumns+` from ready_constraint where org_id = $1 and id = $2`, tx.Org(), c)
	return out, ok, fault.Wrap("ready.findConstraint", err)
}

// constraintsOf a programme, the oldest first.
func constraintsOf(tx *db.Tx, p id.Programme) ([]Constraint, error) {
	all, err := db.All(tx, scanConstraint, `select `+constraintColumns+` from ready_constraint where org_id = $1 and programme_id = $2 order by at, id`, tx.Org(), p)
	return all, fault.Wrap("ready.constraintsOf", err)
}

// openOn counts the open constraints of an activity, and all of them.
func openOn(tx *db.Tx, a id.Activity) (open, all int, err error) {
	err = tx.Row(`select count(*), coalesce(sum(case when cleared_at is null then 1 else 0 end), 0) from ready_constraint where org_id = $1 and activity_id = $2`, tx.Org(), a).Scan(&all, &open)
	return open, all, fault.Wrap("ready.openOn", err)
}

func saveConstraint(tx *db.Tx, project id.Project, p id.Programme, c Constraint) error {
	var cleared any
	if c.ClearedAt != 0 {
		cleared = c.ClearedAt
	}
	_, err := tx.Exec(`insert into ready_constraint (org_id, id, activity_id, programme_id, project_id, version, kind, words, owner_kind, owner_id, needed_by, cleared_at, cleared_by, author_id, at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
		on conflict (org_id, id) do update set version = excluded.version, kind = excluded.kind, words = excluded.words, owner_kind = excluded.owner_kind, owner_id = excluded.owner_id,
		needed_by = excluded.needed_by, cleared_at = excluded.cleared_at, cleared_by = excluded.cleared_by`,
		tx.Org(), c.ID, c.Activity, p, project, c.Version, c.Kind, c.Words, orNull(c.Owner.Kind), orNull(c.Owner.ID), orNull(c.NeededBy), cleared, orNull(string(c.ClearedBy)), c.Author, c.At)
	return fault.Wrap("ready.saveConstraint", err)
}

func removeConstraint(tx *db.Tx, c id.Constraint) error {
	_, err := tx.Exec(`delete from ready_constraint where org_id = $1 and id = $2`, tx.Org(), c)
	return fault.Wrap("ready.removeConstraint", err)
}

const promiseColumns = `activity_id, week, words, author_id, at, kept, reason, why, judged_by, judged_at`

func scanPromise(s db.Scanner) (p Promise, err error) {
	var by *string
	var at *int64
	err = s.Scan(&p.Activity, &p.Week, &p.Words, &p.Author, &p.At, &p.Kept, &p.Reason, &p.Why, &by, &at)
	if by != nil {
		p.JudgedBy = id.Person(*by)
	}
	if at != nil {
		p.JudgedAt = *at
	}
	return p, err
}

func findPromise(tx *db.Tx, a id.Activity, week string) (Promise, bool, error) {
	out, ok, err := db.Maybe(tx, scanPromise, `select `+promiseColumns+` from ready_promise where org_id = $1 and activity_id = $2 and week = $3`, tx.Org(), a, week)
	return out, ok, fault.Wrap("ready.findPromise", err)
}

// promisesOf a programme from one week to another, both included.
func promisesOf(tx *db.Tx, p id.Programme, from, to string) ([]Promise, error) {
	all, err := db.All(tx, scanPromise, `select `+promiseColumns+` from ready_promise where org_id = $1 and programme_id = $2 and week >= $3 and week <= $4 order by week, at, activity_id`, tx.Org(), p, from, to)
	return all, fault.Wrap("ready.promisesOf", err)
}

func savePromise(tx *db.Tx, project id.Project, programme id.Programme, p Promise) error {
	var at any
	if p.JudgedAt != 0 {
		at = p.JudgedAt
	}
	_, err := tx.Exec(`insert into ready_promise (org_id, activity_id, week, programme_id, project_id, words, author_id, at, kept, reason, why, judged_by, judged_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
		on conflict (org_id, activity_id, week) do update set words = excluded.words, kept = excluded.kept, reason = excluded.reason, why = excluded.why, judged_by = excluded.judged_by, judged_at = excluded.judged_at`,
		tx.Org(), p.Activity, p.Week, programme, project, p.Words, p.Author, p.At, p.Kept, p.Reason, p.Why, orNull(string(p.JudgedBy)), at)
	return fault.Wrap("ready.savePromise", err)
}

func removePromise(tx *db.Tx, a id.Activity, week string) error {
	_, err := tx.Exec(`delete from ready_promise where org_id = $1 and activity_id = $2 and week = $3`, tx.Org(), a, week)
	return fault.Wrap("ready.removePromise", err)
}

func weeksOf(tx *db.Tx, p id.Programme, from, to string) ([]measure.Start, error) {
	all, err := db.All(tx, func(s db.Scanner) (w measure.Start, err error) {
		err = s.Scan(&w.Week, &w.Due, &w.Ready)
		return w, err
	}, `select week, due, ready from ready_week where org_id = $1 and programme_id = $2 and week >= $3 and week <= $4 order by week`, tx.Org(), p, from, to)
	return all, fault.Wrap("ready.weeksOf", err)
}

// countWeek writes down what was ready; the first time counts.
func countWeek(tx *db.Tx, project id.Project, p id.Programme, w measure.Start) error {
	_, err := tx.Exec(`insert into ready_week (org_id, programme_id, project_id, week, due, ready) values ($1, $2, $3, $4, $5, $6) on conflict (org_id, programme_id, week) do nothing`, tx.Org(), p, project, w.Week, w.Due, w.Ready)
	return fault.Wrap("ready.countWeek", err)
}

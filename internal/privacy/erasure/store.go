package erasure

import (
	"encoding/json"
	"time"

	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/personal"
)

// record is the row of an erasure.
type record struct {
	Erasure
	askedBy  string
	planHash string
	suppress bool
	located  bool
	settled  bool
	grace    int64
}

const selectErasure = `select id, state, ground, asked_by, case_id, plan_hash, plan, suppress, located, settled, requested_at, grace_until, done_at from erasure`

func scanErasure(s db.Scanner) (r record, err error) {
	var plan string
	var requested, done int64
	if err = s.Scan(&r.ID, &r.State, &r.Ground, &r.askedBy, &r.Case, &r.planHash, &plan, &r.suppress, &r.located, &r.settled,
		&requested, &r.grace, &done); err != nil {
		return r, err
	}
	r.Requested = time.UnixMicro(requested).UTC()
	if r.grace > 0 {
		r.GraceUntil = time.UnixMicro(r.grace).UTC()
	}
	if done > 0 {
		r.Done = time.UnixMicro(done).UTC()
	}
	err = json.Unmarshal([]byte(plan), &r.Items)
	return r, err
}

func insertErasure(tx *db.Tx, r record) error {
	if r.Items == nil {
		r.Items = []Item{}
	}
	plan, err := json.Marshal(r.Items)
	if err != nil {
		return err
	}
	//nolint:dupword // two columns that begin as false
	_, err = tx.Exec(`insert into erasure (id, state, ground, asked_by, case_id, plan_hash, plan, suppress, located, settled, requested_at, grace_until, done_at)
		values ($1, 'requested', $2, $3, $4, $5, $6, $7, false, false, $8, $9, 0)`,
		r.ID, string(r.Ground), r.askedBy, r.Case, r.planHash, string(plan), r.suppress, tx.Micros(), r.grace)
	return err
}

func findErasure(tx *db.Tx, erasure string) (record, error) {
	r, ok, err := db.Maybe(tx, scanErasure, selectErasure+` where id = $1`, erasure)
	if err == nil && !ok {
		err = errNoErasure()
	}
	return r, err
}

// move takes an erasure from one state to the next; false where it stands
// elsewhere by now.
func move(tx *db.Tx, erasure string, from, to State) (bool, error) {
	n, err := tx.Exec(`update erasure set state = $3 where id = $1 and state = $2`, erasure, string(from), string(to))
	return n == 1, err
}

// beginDestroying is for when the grace is over, by the clock of the database's
// transactions.
func beginDestroying(tx *db.Tx, erasure string) (bool, error) {
	n, err := tx.Exec(`update erasure set state = 'destroying' where id = $1 and state = 'denied' and located and grace_until <= $2`, erasure, tx.Micros())
	return n == 1, err
}

func setLocated(tx *db.Tx, erasure string) error {
	_, err := tx.Exec(`update erasure set located = true where id = $1`, erasure)
	return err
}

func hasten(tx *db.Tx, erasure string, g Ground) error {
	_, err := tx.Exec(`update erasure set grace_until = 0, ground = $2 where id = $1 and state in ('requested', 'denied')`, erasure, string(g))
	return err
}

func finishErasure(tx *db.Tx, erasure string) (bool, error) {
	n, err := tx.Exec(`update erasure set state = 'done', settled = true, done_at = $2 where id = $1 and state = 'purging'`, erasure, tx.Micros())
	return n == 1, err
}

// cancelErasure is for the grace alone.
func cancelErasure(tx *db.Tx, erasure string) (bool, error) {
	n, err := tx.Exec(`update erasure set state = 'cancelled' where id = $1 and state in ('requested', 'denied') and grace_until > $2`, erasure, tx.Micros())
	return n == 1, err
}

func settle(tx *db.Tx, erasure string) error {
	_, err := tx.Exec(`update erasure set settled = true where id = $1 and state = 'cancelled'`, erasure)
	return err
}

// unsettled are the erasures of which something is still to do at an instant.
func unsettled(tx *db.Tx, now int64, limit int) ([]string, error) {
	return db.All(tx, db.Value1[string], `select id from erasure where settled = false
		and (state in ('requested', 'destroying', 'purging', 'cancelled') or located = false or grace_until <= $1) order by grace_until, id limit $2`, now, limit)
}

// subject is one of those whom an erasure is of.
type subject struct {
	personal.Who
	whole bool
	step  string
	code  string
}

const selectSubject = `select kind, subject_id, org_id, whole, step, code from erasure_subject`

func scanSubject(s db.Scanner) (x subject, err error) {
	err = s.Scan(&x.Kind, &x.ID, &x.Org, &x.whole, &x.step, &x.code)
	return x, err
}

func insertSubject(tx *db.Tx, erasure string, x subject) error {
	n, err := tx.Exec(`insert into erasure_subject (erasure_id, org_id, kind, subject_id, whole, active, step, code)
		values ($1, $2, $3, $4, $5, true, '', '') on conflict do nothing`, erasure, x.Org, x.Kind, x.ID, x.whole)
	if err == nil && n == 0 {
		err = fault.New(fault.Conflict, "erasure-under-way", "an erasure of this person is under way")
	}
	return err
}

func subjectsOf(tx *db.Tx, erasure string) ([]subject, error) {
	return db.All(tx, scanSubject, selectSubject+` where erasure_id = $1 order by org_id, kind, subject_id`, erasure)
}

// underWay is the open erasure of someone.
func underWay(tx *db.Tx, who personal.Who) (string, bool, error) {
	return db.Maybe(tx, db.Value1[string], `select erasure_id from erasure_subject where kind = $1 and subject_id = $2 and org_id = $3 and active`,
		who.Kind, who.ID, who.Org)
}

func setStep(tx *db.Tx, erasure string, who personal.Who, step string) error {
	_, err := tx.Exec(`update erasure_subject set step = $5 where erasure_id = $1 and org_id = $2 and kind = $3 and subject_id = $4`,
		erasure, who.Org, who.Kind, who.ID, step)
	return err
}

// setSteps moves all that an erasure is of.
func setSteps(tx *db.Tx, erasure, step string) error {
	_, err := tx.Exec(`update erasure_subject set step = $2 where erasure_id = $1 and org_id >= ''`, erasure, step)
	return err
}

func setSubjectCode(tx *db.Tx, erasure string, who personal.Who, code string) error {
	_, err := tx.Exec(`update erasure_subject set code = $5 where erasure_id = $1 and org_id = $2 and kind = $3 and subject_id = $4`,
		erasure, who.Org, who.Kind, who.ID, code)
	return err
}

func release(tx *db.Tx, erasure string) error {
	_, err := tx.Exec(`update erasure_subject set active = false where erasure_id = $1 and org_id >= ''`, erasure)
	return err
}

func insertLink(tx *db.Tx, hash []byte, erasure string, expires time.Time) error {
	_, err := tx.Exec(`insert into erasure_link (hash, erasure_id, expires_at) values ($1, $2, $3)`, hash, erasure, expires.UnixMicro())
	return err
}

func findLink(tx *db.Tx, hash []byte) (string, error) {
	e, ok, err := db.Maybe(tx, db.Value1[string], `select erasure_id from erasure_link where hash = $1 and expires_at > $2`, hash, tx.Micros())
	if err == nil && !ok {
		err = fault.New(fault.Gone, "link-lapsed", "this link is no longer good")
	}
	return e, err
}

func purgeLinks(tx *db.Tx) (int64, error) {
	return tx.Exec(`delete from erasure_link where expires_at <= $1`, tx.Micros())
}

// carried are the erasures that have begun to destroy or are done: what a
// restore has to carry out again.
func carried(tx *db.Tx) ([]string, error) {
	return db.All(tx, db.Value1[string], `select id from erasure where state in ('destroying', 'purging', 'done') order by requested_at, id`)
}

func orgsOf(subjects []subject) (orgs []id.Org) {
	for _, x := range subjects {
		if x.Org != "" && (len(orgs) == 0 || orgs[len(orgs)-1] != x.Org) {
			orgs = append(orgs, x.Org)
		}
	}
	return orgs
}

func subjectCode(tx *db.Tx, erasure string, p id.Person) (string, error) {
	code, _, err := db.Maybe(tx, db.Value1[string], `select code from erasure_subject where erasure_id = $1 and org_id = $2 and subject_id = $3`,
		erasure, tx.Org(), p)
	return code, err
}

package cases

import (
	"encoding/json"
	"time"

	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/personal"
	"plumbline/internal/privacy/casework"
)

// Case is what one controller has to do.
type Case struct {
	ID      id.Case
	Org     id.Org // empty: the operator
	Request id.Request
	Who     personal.Who // Kind is empty where nobody was found
	Facts   casework.Facts
	Version int64
	Opened  time.Time
	Closed  time.Time
	sealed  []byte
}

const selectCase = `select org_id, id, request_id, who_kind, who_id, facts, sealed, version, opened_at, closed_at from dsr_case`

func scanCase(s db.Scanner) (c Case, err error) {
	var facts string
	var opened int64
	var closed *int64
	if err = s.Scan(&c.Org, &c.ID, &c.Request, &c.Who.Kind, &c.Who.ID, &facts, &c.sealed, &c.Version, &opened, &closed); err != nil {
		return c, err
	}
	if c.Who.Kind == personal.PersonKind {
		c.Who.Org = c.Org
	}
	c.Opened = time.UnixMicro(opened).UTC()
	if closed != nil {
		c.Closed = time.UnixMicro(*closed).UTC()
	}
	return c, json.Unmarshal([]byte(facts), &c.Facts)
}

func insertCase(tx *db.Tx, c Case, due string) (bool, error) {
	facts, err := json.Marshal(c.Facts)
	if err != nil {
		return false, err
	}
	n, err := tx.Exec(`insert into dsr_case (org_id, id, request_id, who_kind, who_id, state, due_on, facts, sealed, version, opened_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1, $10) on conflict do nothing`,
		c.Org, c.ID, c.Request, c.Who.Kind, c.Who.ID, string(c.Facts.State), due, string(facts), c.sealed, tx.Micros())
	return n > 0, err
}

// updateCase writes a case that was read as version c.Version.
func updateCase(tx *db.Tx, c Case, due string) error {
	facts, err := json.Marshal(c.Facts)
	if err != nil {
		return err
	}
	var closed *int64
	if c.Facts.State.Ended() {
		at := tx.Micros()
		closed = &at
	}
	n, err := tx.Exec(`update dsr_case set state = $4, due_on = $5, facts = $6, sealed = $7, version = version + 1, closed_at = $8, request_id = $9
		where org_id = $1 and id = $2 and version = $3`,
		c.Org, c.ID, c.Version, string(c.Facts.State), due, string(facts), c.sealed, closed, c.Request)
	if err == nil && n == 0 {
		err = fault.New(fault.Conflict, "changed-meanwhile", "the case was changed meanwhile")
	}
	return err
}

// Find is one case of a controller.
func Find(tx *db.Tx, org id.Org, which id.Case) (Case, bool, error) {
	return db.Maybe(tx, scanCase, selectCase+` where org_id = $1 and id = $2`, org, which)
}

// held is a case that the transaction is going to write. The engine notes what
// it did while an office works: whoever comes second waits, and sees it.
func held(tx *db.Tx, org id.Org, which id.Case) (Case, bool, error) {
	return db.Maybe(tx, scanCase, selectCase+` where org_id = $1 and id = $2`+tx.Locked(), org, which)
}

// Anywhere finds a case whose controller is not known, for its request.
func Anywhere(tx *db.Tx, request id.Request, which id.Case) (Case, bool, error) {
	return db.Maybe(tx, scanCase, selectCase+` where request_id = $1 and id = $2`, request, which)
}

// Of are the cases of a request, of all controllers that the transaction sees.
func Of(tx *db.Tx, request id.Request) ([]Case, error) {
	return db.All(tx, scanCase, selectCase+` where request_id = $1 order by org_id, id`, request)
}

// HeldOf are the cases of a request that the transaction is going to write.
func HeldOf(tx *db.Tx, request id.Request) ([]Case, error) {
	return db.All(tx, scanCase, selectCase+` where request_id = $1 order by org_id, id`+tx.Locked(), request)
}

// queue is the work of an office: what is open first, the most urgent on top.
func queue(tx *db.Tx, org id.Org, closed bool, limit int) ([]Case, error) {
	open := `state in ('open', 'identity', 'sent')`
	order := `due_on, opened_at, id`
	if closed {
		open, order = `state not in ('open', 'identity', 'sent')`, `closed_at desc, id`
	}
	return db.All(tx, scanCase, selectCase+` where org_id = $1 and `+open+` order by `+order+` limit $2`, org, limit)
}

// pending are all cases that wait for something, of all controllers.
func pending(tx *db.Tx, after string, limit int) ([]Case, error) {
	return db.All(tx, scanCase, selectCase+` where state in ('open', 'identity', 'sent') and id > $1 order by id limit $2`, after, limit)
}

// casesAbout are the open cases about someone.
func casesAbout(tx *db.Tx, who personal.Who) ([]Case, error) {
	return db.All(tx, scanCase, selectCase+` where who_id = $1 and who_kind = $2 and org_id = $3 and state in ('open', 'identity', 'sent') order by opened_at, id`,
		who.ID, who.Kind, who.Org)
}

// Upstream is where data came from, to be told.
type Upstream struct {
	ID     string
	Source string
	Party  string // who gave it: a person's id
	Act    string
	Since  time.Time
	Done   time.Time
}

func insertUpstream(tx *db.Tx, org id.Org, c id.Case, u Upstream) error {
	_, err := tx.Exec(`insert into dsr_upstream (org_id, id, case_id, source, party_id, act, created_at) values ($1, $2, $3, $4, $5, $6, $7)`,
		org, u.ID, c, u.Source, u.Party, u.Act, tx.Micros())
	return err
}

func upstreamOf(tx *db.Tx, org id.Org, c id.Case) ([]Upstream, error) {
	return db.All(tx, func(s db.Scanner) (u Upstream, err error) {
		var since int64
		var done *int64
		err = s.Scan(&u.ID, &u.Source, &u.Party, &u.Act, &since, &done)
		u.Since = time.UnixMicro(since).UTC()
		if done != nil {
			u.Done = time.UnixMicro(*done).UTC()
		}
		return u, err
	}, `select id, source, party_id, act, created_at, acknowledged_at from dsr_upstream where org_id = $1 and case_id = $2 order by created_at, id`, org, c)
}

func acknowledgeUpstream(tx *db.Tx, org id.Org, c id.Case, which string) (bool, error) {
	n, err := tx.Exec(`update dsr_upstream set acknowledged_at = $4 where org_id = $1 and case_id = $2 and id = $3 and acknowledged_at is null`,
		org, c, which, tx.Micros())
	return n > 0, err
}

// forget empties what was said in the cases of a request.
func forget(tx *db.Tx, request id.Request) error {
	_, err := tx.Exec(`update dsr_case set sealed = $2 where request_id = $1`, request, []byte{})
	return err
}

func deleteCases(tx *db.Tx, request id.Request) error {
	if _, err := tx.Exec(`delete from dsr_upstream where case_id in (select id from dsr_case where request_id = $1)`, request); err != nil {
		return err
	}
	_, err := tx.Exec(`delete from dsr_case where request_id = $1`, request)
	return err
}

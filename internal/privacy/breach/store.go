package breach

import (
	"encoding/json"
	"fmt"
	"time"

	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/personal"
)

const selectBreach = `select org_id, id, facts, sealed, version, created_at, closed_at from breach`

func scan(s db.Scanner) (b Breach, err error) {
	var facts string
	var created int64
	var closed *int64
	if err = s.Scan(&b.Org, &b.ID, &facts, &b.sealed, &b.Version, &created, &closed); err != nil {
		return b, err
	}
	b.Created = time.UnixMicro(created).UTC()
	if closed != nil {
		b.Closed = time.UnixMicro(*closed).UTC()
	}
	return b, json.Unmarshal([]byte(facts), &b.Facts)
}

func find(tx *db.Tx, org id.Org, which id.Breach) (Breach, bool, error) {
	return db.Maybe(tx, scan, selectBreach+` where org_id = $1 and id = $2`, org, which)
}

// held is a breach that the transaction is going to write.
func held(tx *db.Tx, org id.Org, which id.Breach) (Breach, bool, error) {
	return db.Maybe(tx, scan, selectBreach+` where org_id = $1 and id = $2`+tx.Locked(), org, which)
}

func all(tx *db.Tx, org id.Org) ([]Breach, error) {
	return db.All(tx, scan, selectBreach+` where org_id = $1 order by case when state = 'open' then 0 else 1 end, aware_at desc, id limit 1000`, org)
}

// running are the open breaches of all registers, to be written.
func running(tx *db.Tx) ([]Breach, error) {
	return db.All(tx, scan, selectBreach+` where state = 'open' order by aware_at, org_id, id`+tx.Locked())
}

func insert(tx *db.Tx, b Breach) error {
	facts, err := json.Marshal(b.Facts)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`insert into breach (org_id, id, state, aware_at, facts, sealed, version, created_at) values ($1, $2, $3, $4, $5, $6, 1, $7)`,
		b.Org, b.ID, string(b.Facts.State), b.Facts.Aware.UnixMicro(), string(facts), b.sealed, tx.Micros())
	return err
}

func update(tx *db.Tx, b Breach) error {
	facts, err := json.Marshal(b.Facts)
	if err != nil {
		return err
	}
	var closed *int64
	if b.Facts.State == Closed {
		at := tx.Micros()
		closed = &at
	}
	n, err := tx.Exec(`update breach set state = $4, aware_at = $5, facts = $6, sealed = $7, version = version + 1, closed_at = $8
		where org_id = $1 and id = $2 and version = $3`, b.Org, b.ID, b.Version, string(b.Facts.State), b.Facts.Aware.UnixMicro(), string(facts), b.sealed, closed)
	if err == nil && n == 0 {
		err = fault.New(fault.Conflict, "changed-meanwhile", "the breach was changed meanwhile")
	}
	return err
}

func insertStep(tx *db.Tx, b Breach, kind, party, by string) error {
	_, err := tx.Exec(`insert into breach_step (org_id, id, breach_id, at, kind, party, actor_id) values ($1, $2, $3, $4, $5, $6, $7)`,
		b.Org, id.New[string](), b.ID, tx.Micros(), kind, party, by)
	return err
}

func steps(tx *db.Tx, org id.Org, which id.Breach) ([]Done, error) {
	return db.All(tx, func(s db.Scanner) (d Done, err error) {
		var at int64
		err = s.Scan(&at, &d.Kind, &d.Party, &d.By)
		d.At = time.UnixMicro(at).UTC()
		return d, err
	}, `select at, kind, party, actor_id from breach_step where org_id = $1 and breach_id = $2 order by at, id`, org, which)
}

// setPersons replaces whom a breach concerns; who was told stays told.
func setPersons(tx *db.Tx, b Breach, whos []personal.Who) error {
	if _, err := tx.Exec(`delete from breach_person where org_id = $1 and breach_id = $2 and told_at is null`, b.Org, b.ID); err != nil {
		return err
	}
	for _, w := range whos {
		// A person's organisation is that of the person: the register's own may be
		// the operator's.
		if _, err := tx.Exec(`insert into breach_person (org_id, breach_id, who_kind, who_id, who_org) values ($1, $2, $3, $4, $5) on conflict do nothing`,
			b.Org, b.ID, w.Kind, w.ID, w.Org); err != nil {
			return err
		}
	}
	return nil
}

func persons(tx *db.Tx, b Breach, untold bool) ([]personal.Who, error) {
	only := ""
	if untold {
		only = " and told_at is null"
	}
	return db.All(tx, func(s db.Scanner) (w personal.Who, err error) {
		err = s.Scan(&w.Kind, &w.ID, &w.Org)
		return w, err
	}, `select who_kind, who_id, who_org from breach_person where org_id = $1 and breach_id = $2`+only+` order by who_kind, who_id`, b.Org, b.ID)
}

func told(tx *db.Tx, b Breach, w personal.Who) error {
	_, err := tx.Exec(`update breach_person set told_at = $5 where org_id = $1 and breach_id = $2 and who_kind = $3 and who_id = $4`,
		b.Org, b.ID, w.Kind, w.ID, tx.Micros())
	return err
}

// public is a breach that persons were told of, from whichever register.
func public(tx *db.Tx, which id.Breach) ([]Breach, error) {
	return db.All(tx, scan, selectBreach+` where id = $1 order by org_id`, which)
}

// holders are the ids in the link column of a holding: whose data stands there.
// Names of tables and columns are those of the program's own declarations.
func holders(tx *db.Tx, h personal.Holding, org string, until time.Time) ([]string, error) {
	from, link, where := h.Table, "t."+h.Link, "1 = 1"
	join := ""
	if h.Through != nil {
		join = " join " + h.Through.Table + " o on "
		for i, on := range h.Through.On {
			if i > 0 {
				join += " and "
			}
			join += "t." + on[0] + " = o." + on[1]
		}
		link = "o." + h.Link
	}
	args := []any{}
	if org != "" {
		args = append(args, org)
		where = "t.org_id = $1"
	}
	if since := sinceOf(h); since != "" && h.Through == nil {
		args = append(args, until.UnixMicro())
		where += fmt.Sprintf(" and t.%s <= $%d", since, len(args))
	}
	ids, err := db.All(tx, db.Value1[*string], "select distinct "+link+" from "+from+" t"+join+" where "+where, args...)
	var out []string
	for _, x := range ids {
		if x != nil && *x != "" {
			out = append(out, *x)
		}
	}
	return out, err
}

// sinceOf is the column that says since when rows are there, if all declare one.
func sinceOf(h personal.Holding) string {
	since := ""
	for _, c := range h.Columns {
		if c.Since != "" {
			since = c.Since
		}
	}
	return since
}

// Expire forgets breaches that were closed before an instant, from every
// register.
func Expire(tx *db.Tx, before time.Time) (int64, error) {
	const op = "breach.Expire"
	old, err := db.All(tx, scan, selectBreach+` where closed_at < $1 order by closed_at limit 500`, before.UnixMicro())
	if err != nil {
		return 0, fault.Wrap(op, err)
	}
	for _, b := range old {
		for _, q := range []string{`delete from breach_person where org_id = $1 and breach_id = $2`, `delete from breach_step where org_id = $1 and breach_id = $2`,
			`delete from breach where org_id = $1 and id = $2`} {
			if _, err := tx.Exec(q, b.Org, b.ID); err != nil {
				return 0, fault.Wrap(op, err)
			}
		}
	}
	return int64(len(old)), nil
}

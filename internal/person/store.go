package person

import (
	"plumbline/internal/db"
	"plumbline/internal/db/many"
	"plumbline/internal/fault"
	"plumbline/internal/id"
)

type row struct {
	Person
	sealed []byte
	denied bool // nothing is left but their own rights; from their standing
}

const selectPerson = `select id, account_id, company_id, state, sealed, version, code, denied from person`

func scanPerson(s db.Scanner) (r row, err error) {
	var account, company *string
	err = s.Scan(&r.ID, &account, &company, &r.State, &r.sealed, &r.Version, &r.Code, &r.denied)
	if account != nil {
		r.Account = id.Account(*account)
	}
	if company != nil {
		r.Company = id.Company(*company)
	}
	return r, err
}

func null[T ~string](v T) *string {
	if v == "" {
		return nil
	}
	s := string(v)
	return &s
}

func insertPerson(tx *db.Tx, p Person, sealed []byte, number int64) error {
	_, err := tx.Exec(`insert into person (id, org_id, account_id, company_id, state, sealed, version, number, created_at)
		values ($1, $2, $3, $4, $5, $6, 1, $7, $8)`,
		p.ID, tx.Org(), null(p.Account), null(p.Company), p.State, sealed, number, tx.Micros())
	return err
}

func updatePerson(tx *db.Tx, p Person, sealed []byte, number int64) error {
	_, err := tx.Exec(`update person set account_id = $3, company_id = $4, state = $5, sealed = $6, version = $7, number = $8
		where org_id = $1 and id = $2`,
		tx.Org(), p.ID, null(p.Account), null(p.Company), p.State, sealed, p.Version, number)
	return err
}

func deletePerson(tx *db.Tx, p id.Person) error {
	_, err := tx.Exec(`delete from person where org_id = $1 and id = $2`, tx.Org(), p)
	return err
}

func findPerson(tx *db.Tx, p id.Person) (row, error) { return findPersonOf(tx, tx.Org(), p) }

func findPersonOf(tx *db.Tx, org id.Org, p id.Person) (row, error) {
	r, ok, err := db.Maybe(tx, scanPerson, selectPerson+` where org_id = $1 and id = $2`, org, p)
	if err == nil && !ok {
		err = errNoPerson()
	}
	return r, err
}

func peopleSince(tx *db.Tx, number int64) ([]row, error) {
	return db.All(tx, scanPerson, selectPerson+` where org_id = $1 and number > $2 order by number`, tx.Org(), number)
}

func peopleCounter(tx *db.Tx) (number, epoch int64, err error) {
	err = tx.Row(`select number, epoch from person_counter where org_id = $1`, tx.Org()).Scan(&number, &epoch)
	if fault.Is(err, fault.NotFound) {
		err = nil
	}
	return number, epoch, err
}

// touchPerson makes everybody read the person again.
func touchPerson(tx *db.Tx, org id.Org, p id.Person, denied bool, number int64) (version int64, err error) {
	err = tx.Row(`update person set denied = $3, number = $4, version = version + 1 where org_id = $1 and id = $2 returning version`,
		org, p, denied, number).Scan(&version)
	return version, err
}

func bumpPeople(tx *db.Tx, anew bool) (number int64, err error) {
	return bumpPeopleOf(tx, tx.Org(), anew)
}

// bumpPeopleOf takes the next number of an organisation's people, and with it
// the lock on them all. anew says that a record goes, which no number tells.
func bumpPeopleOf(tx *db.Tx, org id.Org, anew bool) (number int64, err error) {
	tx.SetValue(dirtyKey{}, true)
	more := int64(0)
	if anew {
		more = 1
	}
	err = tx.Row(`insert into person_counter (org_id, number, epoch) values ($1, 1, $2)
		on conflict (org_id) do update set number = person_counter.number + 1, epoch = person_counter.epoch + $2
		returning number`, org, more).Scan(&number)
	return number, err
}

func personsOf(tx *db.Tx, accounts []id.Account) (map[id.Account][]Ref, error) {
	type owned struct {
		Ref
		by id.Account
	}
	all, err := db.All(tx, func(s db.Scanner) (r owned, err error) {
		var company *string
		err = s.Scan(&r.by, &r.Org, &r.Person, &company, &r.State, &r.Denied)
		if company != nil {
			r.Company = id.Company(*company)
		}
		return r, err
	}, `select account_id, org_id, id, company_id, state, denied from person where account_id in `+many.In(tx, 1)+` order by created_at, id`, many.Of(accounts))
	out := make(map[id.Account][]Ref, len(accounts))
	for _, r := range all {
		out[r.by] = append(out[r.by], r.Ref)
	}
	return out, err
}

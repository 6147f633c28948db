package consent

import (
	"time"

	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/personal"
)

type standingRow struct {
	subject, about, word, ref string
	at                        int64
}

func scanStanding(s db.Scanner) (r standingRow, err error) {
	err = s.Scan(&r.subject, &r.about, &r.word, &r.ref, &r.at)
	return r, err
}

func with(s *Standing, r standingRow) {
	switch r.about {
	case aboutRestriction:
		s.Restricted = true
	case aboutErasing:
		s.Denied = Erasing
	case aboutChild:
		if s.Denied == "" {
			s.Denied = Child
		}
	case aboutSignal:
		s.Signalled = true
	default:
		if s.Purposes == nil {
			s.Purposes = map[personal.Purpose]Said{}
		}
		s.Purposes[personal.Purpose(r.about)] = Said{Word: Word(r.word), Record: r.ref, At: time.UnixMicro(r.at).UTC()}
	}
}

func standings(tx *db.Tx, who personal.Who) (Standing, error) {
	var rows []standingRow
	var err error
	if who.Kind == personal.AccountKind {
		rows, err = db.All(tx, scanStanding, `select account_id, about, word, ref, at from account_standing where account_id = $1`, who.ID)
	} else {
		rows, err = db.All(tx, scanStanding, `select person_id, about, word, ref, at from person_standing where org_id = $1 and person_id = $2`, who.Org, who.ID)
	}
	var s Standing
	for _, r := range rows {
		with(&s, r)
	}
	return s, err
}

// manyIDs is from how many persons on all are read at once.
const manyIDs = 200

func peopleStandings(tx *db.Tx, org id.Org, ids []id.Person) (map[id.Person]Standing, error) {
	const query = `select person_id, about, word, ref, at from person_standing where org_id = $1`
	where, args := "", []any{org}
	if ids != nil && len(ids) == 0 {
		return nil, nil
	}
	if ids != nil && len(ids) <= manyIDs {
		where, args = " and person_id in "+db.In(len(ids), 2), append(args, db.Args(ids)...)
	}
	rows, err := db.All(tx, scanStanding, query+where, args...)
	out := make(map[id.Person]Standing, len(rows))
	for _, r := range rows {
		s := out[id.Person(r.subject)]
		with(&s, r)
		out[id.Person(r.subject)] = s
	}
	return out, err
}

func putStanding(tx *db.Tx, who personal.Who, about, word, ref string) (err error) {
	if who.Kind == personal.AccountKind {
		_, err = tx.Exec(`insert into account_standing (account_id, about, word, ref, at) values ($1, $2, $3, $4, $5)
			on conflict (account_id, about) do update set word = excluded.word, ref = excluded.ref, at = excluded.at`,
			who.ID, about, word, ref, tx.Micros())
		return err
	}
	_, err = tx.Exec(`insert into person_standing (org_id, person_id, about, word, ref, at) values ($1, $2, $3, $4, $5, $6)
		on conflict (org_id, person_id, about) do update set word = excluded.word, ref = excluded.ref, at = excluded.at`,
		who.Org, who.ID, about, word, ref, tx.Micros())
	return err
}

func clearStanding(tx *db.Tx, who personal.Who, about string) (err error) {
	if who.Kind == personal.AccountKind {
		_, err = tx.Exec(`delete from account_standing where account_id = $1 and about = $2`, who.ID, about)
		return err
	}
	_, err = tx.Exec(`delete from person_standing where org_id = $1 and person_id = $2 and about = $3`, who.Org, who.ID, about)
	return err
}

// Saying are accounts with a word about a purpose, by id.
func Saying(tx *db.Tx, p personal.Purpose, w Word, after id.Account, limit int) ([]id.Account, error) {
	all, err := db.All(tx, db.Value1[id.Account], `select account_id from account_standing where about = $1 and word = $2 and account_id > $3
		order by account_id limit $4`, string(p), string(w), after, limit)
	return all, fault.Wrap("consent.Saying", err)
}

func insertRecord(tx *db.Tx, r Record) error {
	if _, err := tx.Exec(`insert into consent_text (version, purpose, locale, text, created_at) values ($1, $2, $3, $4, $5)
		on conflict (version) do nothing`, r.Version, string(r.Purpose), r.Locale, r.Text, tx.Micros()); err != nil {
		return err
	}
	_, err := tx.Exec(`insert into consent_record (id, org_id, subject_kind, subject_id, purpose, word, text_version, locale, channel, ui_hash, at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`, r.ID, r.Who.Org, r.Who.Kind, r.Who.ID, string(r.Purpose), string(r.Word),
		r.Version, r.Locale, r.Channel, r.UI, r.At.UnixMicro())
	return err
}

const selectRecord = `select r.id, r.org_id, r.subject_kind, r.subject_id, r.purpose, r.word, r.text_version, r.locale, r.channel, r.ui_hash, r.at, t.text
	from consent_record r join consent_text t on t.version = r.text_version
	where r.org_id = $1 and r.subject_kind = $2 and r.subject_id = $3`

func scanRecord(s db.Scanner) (r Record, err error) {
	var at int64
	err = s.Scan(&r.ID, &r.Who.Org, &r.Who.Kind, &r.Who.ID, &r.Purpose, &r.Word, &r.Version, &r.Locale, &r.Channel, &r.UI, &at, &r.Text)
	r.At = time.UnixMicro(at).UTC()
	return r, err
}

func records(tx *db.Tx, who personal.Who) ([]Record, error) {
	return db.All(tx, scanRecord, selectRecord+` order by r.at desc, r.id desc`, who.Org, who.Kind, who.ID)
}

func find(tx *db.Tx, who personal.Who, record id.Consent) (Record, error) {
	r, ok, err := db.Maybe(tx, scanRecord, selectRecord+` and r.id = $4`, who.Org, who.Kind, who.ID, record)
	if err == nil && !ok {
		err = fault.New(fault.NotFound, "consent-not-found", "there is no such record")
	}
	return r, err
}

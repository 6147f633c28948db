package feed

import (
	"encoding/json"

	"plumbline/internal/db"
	"plumbline/internal/fault"
)

// EraseStream takes a whole stream and the audience of the same name: an
// account's own log, when the account is erased. Nobody reads it any more.
func EraseStream(tx *db.Tx, stream string) error {
	own, args := tenant(tx, "", []any{stream})
	for _, statement := range []string{
		`delete from feed_value where stream = $1`,
		`delete from feed_change where stream = $1`,
		`delete from feed_delivery where (stream = $1 or audience = $1)`,
		`delete from feed_audience where audience = $1`,
		`delete from feed_stream where stream = $1`,
	} {
		if _, err := tx.Exec(statement+own, args...); err != nil {
			return fault.Wrap("feed.EraseStream", err)
		}
	}
	return nil
}

// Value is one side row of an entry: what a field was and became.
type Value struct {
	Stream        string
	Number        int64
	Field         string
	Before, After *string // JSON
}

func scanValue(s db.Scanner) (v Value, err error) {
	err = s.Scan(&v.Stream, &v.Number, &v.Field, &v.Before, &v.After)
	return v, err
}

// Values are the tenant's side rows after one of them, in a fixed order.
func Values(tx *db.Tx, after Value, limit int) ([]Value, error) {
	all, err := db.All(tx, scanValue, `select stream, number, field, before, after from feed_value
		where org_id = $1 and (stream, number, field) > ($2, $3, $4) order by stream, number, field limit $5`,
		string(tx.Org()), after.Stream, after.Number, after.Field, limit)
	return all, fault.Wrap("feed.Values", err)
}

// ValueOf is one side row; it reports false where it was erased.
func ValueOf(tx *db.Tx, stream string, number int64, field string) (Value, bool, error) {
	v, ok, err := db.Maybe(tx, scanValue, `select stream, number, field, before, after from feed_value
		where org_id = $1 and stream = $2 and number = $3 and field = $4`, string(tx.Org()), stream, number, field)
	return v, ok, fault.Wrap("feed.ValueOf", err)
}

// Redact puts another text in the place of a value. Its salt goes with what it
// was, so that the commitment, which stays, does not tell a guess from the
// truth; Verify then leaves the value out, as one that was erased.
func Redact(tx *db.Tx, v Value) error {
	for _, s := range []*string{v.Before, v.After} {
		if s != nil && !json.Valid([]byte(*s)) {
			return fault.New(fault.Other, "bad-change", "a value that is not JSON")
		}
	}
	_, err := tx.Exec(`update feed_value set before = $5, after = $6, salt = $7 where org_id = $1 and stream = $2 and number = $3 and field = $4`,
		string(tx.Org()), v.Stream, v.Number, v.Field, v.Before, v.After, []byte{})
	return fault.Wrap("feed.Redact", err)
}

// ThingOf is what an entry is about.
func ThingOf(tx *db.Tx, stream string, number int64) (Thing, error) {
	t, ok, err := db.Maybe(tx, func(s db.Scanner) (t Thing, err error) {
		err = s.Scan(&t.Kind, &t.ID)
		return t, err
	}, `select thing_kind, thing_id from feed_change where org_id = $1 and stream = $2 and number = $3`, string(tx.Org()), stream, number)
	if err == nil && !ok {
		err = fault.New(fault.NotFound, "entry-not-found", "there is no such entry")
	}
	return t, fault.Wrap("feed.ThingOf", err)
}

// Acted reports whether an actor stands in a stream.
func Acted(tx *db.Tx, stream, actor string) (bool, error) {
	_, ok, err := db.Maybe(tx, db.Value1[int64], `select number from feed_change where org_id = $1 and stream = $2 and actor = $3 limit 1`, string(tx.Org()), stream, actor)
	return ok, fault.Wrap("feed.Acted", err)
}

package letterbox

import (
	"time"

	"plumbline/internal/db"
	"plumbline/internal/id"
)

const selectRequest = `select id, bucket, channel, locale, wanted_org, state, sealed, received_on, received_at, confirmed_at from dsr`

func scanRequest(s db.Scanner) (r Row, err error) {
	var received int64
	var confirmed *int64
	err = s.Scan(&r.ID, &r.Bucket, &r.Channel, &r.Locale, &r.Org, &r.State, &r.sealed, &r.ReceivedOn, &received, &confirmed)
	r.Received = time.UnixMicro(received).UTC()
	if confirmed != nil {
		r.Confirmed = time.UnixMicro(*confirmed).UTC()
	}
	return r, err
}

func insert(tx *db.Tx, r Row) error {
	var confirmed *int64
	if !r.Confirmed.IsZero() {
		at := r.Confirmed.UnixMicro()
		confirmed = &at
	}
	_, err := tx.Exec(`insert into dsr (id, bucket, channel, locale, wanted_org, state, sealed, received_on, received_at, confirmed_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		r.ID, r.Bucket, r.Channel, r.Locale, r.Org, r.State, r.sealed, r.ReceivedOn, r.Received.UnixMicro(), confirmed)
	return err
}

// Find is one request.
func Find(tx *db.Tx, request id.Request) (Row, bool, error) {
	return db.Maybe(tx, scanRequest, selectRequest+` where id = $1`, request)
}

// confirm opens a request under a key of its own: false if it was opened
// already.
func confirm(tx *db.Tx, r Row) (bool, error) {
	n, err := tx.Exec(`update dsr set state = 'open', bucket = $2, sealed = $3, confirmed_at = $4 where id = $1 and state = 'unconfirmed'`,
		r.ID, r.Bucket, r.sealed, tx.Micros())
	return n > 0, err
}

func save(tx *db.Tx, r Row) error {
	_, err := tx.Exec(`update dsr set sealed = $2 where id = $1`, r.ID, r.sealed)
	return err
}

// Close ends a request in which no controller has work left.
func Close(tx *db.Tx, request id.Request) error {
	_, err := tx.Exec(`update dsr set state = 'closed', closed_at = $2 where id = $1 and state = 'open'`, request, tx.Micros())
	return err
}

// Reopen begins a closed request again.
func Reopen(tx *db.Tx, request id.Request) error {
	_, err := tx.Exec(`update dsr set state = 'open', closed_at = null where id = $1`, request)
	return err
}

// keyless are requests whose words are gone and whose key is not.
func keyless(tx *db.Tx) ([]string, error) {
	return db.All(tx, db.Value1[string], `select bucket from dsr where state = 'closed' and bucket <> '' and length(sealed) = 0 order by received_at limit 1000`)
}

func unkey(tx *db.Tx, bucket string) error {
	_, err := tx.Exec(`update dsr set bucket = '' where bucket = $1`, bucket)
	return err
}

// lapse deletes what nobody confirmed, and names the keys of days that are no
// longer needed.
func lapse(tx *db.Tx, before int64, today string) (buckets []string, err error) {
	old, err := db.All(tx, db.Value1[string], `select distinct bucket from dsr where state = 'unconfirmed' and received_at < $1`, before)
	if err != nil {
		return nil, err
	}
	if _, err := tx.Exec(`delete from dsr_link where request_id in (select id from dsr where state = 'unconfirmed' and received_at < $1)`, before); err != nil {
		return nil, err
	}
	if _, err := tx.Exec(`delete from dsr where state = 'unconfirmed' and received_at < $1`, before); err != nil {
		return nil, err
	}
	for _, b := range old {
		var n int
		if err := tx.Row(`select count(*) from dsr where bucket = $1`, b).Scan(&n); err != nil {
			return nil, err
		}
		if n == 0 && b < today {
			buckets = append(buckets, b)
		}
	}
	return buckets, nil
}

// expired are requests that were closed before an instant.
func expired(tx *db.Tx, before int64) ([]Row, error) {
	return db.All(tx, scanRequest, selectRequest+` where state = 'closed' and closed_at < $1 order by closed_at limit 500`, before)
}

func insertLink(tx *db.Tx, hash []byte, request id.Request) error {
	_, err := tx.Exec(`insert into dsr_link (hash, request_id, created_at) values ($1, $2, $3)`, hash, request, tx.Micros())
	return err
}

func findLink(tx *db.Tx, hash []byte) (id.Request, bool, error) {
	return db.Maybe(tx, db.Value1[id.Request], `select request_id from dsr_link where hash = $1`, hash)
}

// Forget empties what was written; the key is destroyed by the next Sweep.
func Forget(tx *db.Tx, request id.Request) error {
	_, err := tx.Exec(`update dsr set sealed = $2, wanted_org = '' where id = $1`, request, []byte{})
	return err
}

func remove(tx *db.Tx, request id.Request) error {
	if _, err := tx.Exec(`delete from dsr_link where request_id = $1`, request); err != nil {
		return err
	}
	_, err := tx.Exec(`delete from dsr where id = $1`, request)
	return err
}

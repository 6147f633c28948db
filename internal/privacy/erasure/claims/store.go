package claims

import (
	"time"

	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/privacy/erasure/plan"
)

// Claim is what is kept of an erased person, without the record itself.
type Claim struct {
	ID      string
	Class   string
	Subject id.Person
	Article string
	Law     string
	Until   string
	Created time.Time

	bucket string
	sealed []byte
}

const selectClaim = `select c.id, c.class, c.subject_id, c.article, c.law, c.until, c.created_at, c.bucket, c.sealed from claim_record c`

func scanClaim(s db.Scanner) (c Claim, err error) {
	var at int64
	err = s.Scan(&c.ID, &c.Class, &c.Subject, &c.Article, &c.Law, &c.Until, &at, &c.bucket, &c.sealed)
	c.Created = time.UnixMicro(at).UTC()
	return c, err
}

func insertClaim(tx *db.Tx, claim string, p id.Person, r plan.Rule, bucket string, sealed []byte) error {
	_, err := tx.Exec(`insert into claim_record (org_id, id, class, bucket, subject_id, article, law, sealed, until, created_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict do nothing`,
		tx.Org(), claim, r.Class, bucket, p, r.Article, r.Law, sealed, r.Until, tx.Micros())
	return err
}

func claims(tx *db.Tx) ([]Claim, error) {
	return db.All(tx, scanClaim, selectClaim+` where c.org_id = $1 order by c.created_at, c.id`, tx.Org())
}

func findClaim(tx *db.Tx, claim string) (Claim, error) {
	c, ok, err := db.Maybe(tx, scanClaim, selectClaim+` where c.org_id = $1 and c.id = $2`, tx.Org(), claim)
	if err == nil && !ok {
		err = fault.New(fault.NotFound, "claim-not-found", "there is no such record")
	}
	return c, err
}

// lapsedBuckets are those of which every record is past its day.
func lapsedBuckets(tx *db.Tx, today string) ([]string, error) {
	return db.All(tx, db.Value1[string], `select bucket from claim_record where org_id >= '' group by bucket having max(until) < $1 order by bucket`, today)
}

func deleteClaims(tx *db.Tx, today string) (int64, error) {
	return tx.Exec(`delete from claim_record where org_id >= '' and until < $1`, today)
}

package consent

import (
	"time"

	"plumbline/internal/db"
)

// Expire deletes what was said about a purpose once nothing was said about it
// since an instant, unless the last word is that consent is given: until then,
// and for that time after, it is the proof.
func Expire(tx *db.Tx, before time.Time) (int64, error) {
	return tx.Exec(`delete from consent_record where org_id >= '' and not exists (
		select 1 from consent_record n where n.org_id = consent_record.org_id and n.subject_kind = consent_record.subject_kind
		and n.subject_id = consent_record.subject_id and n.purpose = consent_record.purpose
		and (n.at >= $1 or n.word = 'given' and not exists (
			select 1 from consent_record m where m.org_id = n.org_id and m.subject_kind = n.subject_kind
			and m.subject_id = n.subject_id and m.purpose = n.purpose and (m.at > n.at or m.at = n.at and m.id > n.id))))`, before.UnixMicro())
}

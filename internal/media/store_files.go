package media

import (
	"plumbline/internal/db"
)

// holdFile makes or touches the file's row and says how many references it
// has. It waits for a transaction that is just deleting the file.
func holdFile(tx *db.Tx, h Held) (refs int64, err error) {
	err = tx.Row(`insert into file (org_id, sha256, bytes, refs, hold, touched_at) values ($1, $2, $3, 0, $4, $5)
		on conflict (org_id, sha256) do update set hold = excluded.hold, touched_at = excluded.touched_at
		returning refs`, tx.Org(), h.SHA, h.Bytes, h.hold, tx.Micros()).Scan(&refs)
	return refs, err
}

func keepFile(tx *db.Tx, h Held) (int64, error) {
	return tx.Exec(`update file set refs = refs + 1, touched_at = $1
		where org_id = $2 and sha256 = $3 and (refs > 0 or hold = $4)`, tx.Micros(), tx.Org(), h.SHA, h.hold)
}

func dropFile(tx *db.Tx, sha string) error {
	_, err := tx.Exec(`update file set refs = refs - 1, touched_at = $1 where org_id = $2 and sha256 = $3 and refs > 0`,
		tx.Micros(), tx.Org(), sha)
	return err
}

func forgetFile(tx *db.Tx, h Held) (int64, error) {
	return tx.Exec(`delete from file where org_id = $1 and sha256 = $2 and refs = 0 and hold = $3`, tx.Org(), h.SHA, h.hold)
}

func unusedFiles(tx *db.Tx, before int64, limit int) ([]Held, error) {
	return db.All(tx, func(s db.Scanner) (h Held, err error) {
		err = s.Scan(&h.Org, &h.SHA, &h.Bytes, &h.hold)
		return h, err
	}, `select org_id, sha256, bytes, hold from file where refs = 0 and touched_at < $1 order by touched_at limit $2`, before, limit)
}

// reholdFile takes hold of an unused file over whoever held it: they will
// store it anew. Should it not be removed now, the next Sweep does it.
func reholdFile(tx *db.Tx, h Held) error {
	_, err := tx.Exec(`update file set hold = $1, touched_at = 0 where org_id = $2 and sha256 = $3 and refs = 0`, h.hold, tx.Org(), h.SHA)
	return err
}

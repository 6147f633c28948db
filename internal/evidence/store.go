package evidence

import (
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"plumbline/internal/db"
	"plumbline/internal/fault"
)

const head = "log"

type hashRow struct {
	number int64
	hash   tlog.Hash
}

// extend makes the log n entries longer and gives its size before. It holds
// the head until the transaction ends.
func extend(tx *db.Tx, n int64) (first int64, err error) {
	err = tx.Row(`insert into evidence_head (name, size) values ($1, $2)
		on conflict (name) do update set size = evidence_head.size + excluded.size returning size`, head, n).Scan(&first)
	return first - n, err
}

func size(tx *db.Tx) (int64, error) {
	n, _, err := db.Maybe(tx, db.Value1[int64], `select size from evidence_head where name = $1`, head)
	return n, err
}

// readHashes gives stored hashes in the order asked for; those in fresh are
// not stored yet.
func readHashes(tx *db.Tx, at []int64, fresh map[int64]tlog.Hash) ([]tlog.Hash, error) {
	known := map[int64]tlog.Hash{}
	var missing []int64
	for _, n := range at {
		if h, ok := fresh[n]; ok {
			known[n] = h
		} else {
			missing = append(missing, n)
		}
	}
	for len(missing) > 0 {
		some := missing[:min(len(missing), 200)]
		missing = missing[len(some):]
		rows, err := db.All(tx, func(s db.Scanner) (r hashRow, err error) {
			var b []byte
			err = s.Scan(&r.number, &b)
			if err == nil && len(b) != tlog.HashSize {
				err = fault.New(fault.Unreadable, "evidence-damaged", "a hash of the evidence log is damaged")
			}
			copy(r.hash[:], b)
			return r, err
		}, `select number, hash from evidence_hash where number in `+db.In(len(some), 1), db.Args(some)...)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			known[r.number] = r.hash
		}
	}
	out := make([]tlog.Hash, len(at))
	for i, n := range at {
		h, ok := known[n]
		if !ok {
			return nil, fault.New(fault.Unreadable, "evidence-damaged", "a hash of the evidence log is missing")
		}
		out[i] = h
	}
	return out, nil
}

func insertEntries(tx *db.Tx, first int64, acts []pending, hashes []hashRow) error {
	var h, e, b [][]any
	for _, r := range hashes {
		h = append(h, []any{r.number, r.hash[:]})
	}
	for i, a := range acts {
		e = append(e, []any{first + int64(i), a.entry.ID, a.leaf})
		b = append(b, []any{a.entry.ID, string(a.org), a.said.Ref, a.said.Kind, tx.Micros(), string(a.said.Body), a.salt})
	}
	if err := tx.BulkInsert("evidence_hash", []string{"number", "hash"}, h); err != nil {
		return err
	}
	if err := tx.BulkInsert("evidence_entry", []string{"number", "id", "leaf"}, e); err != nil {
		return err
	}
	return tx.BulkInsert("evidence_body", []string{"id", "org_id", "ref", "kind", "at", "body", "salt"}, b)
}

// scope is the tenant of a transaction as statements on bodies take it.
func scope(tx *db.Tx) string {
	if org, ok := tx.Tenant(); ok {
		return string(org)
	}
	return "*"
}

func shred(tx *db.Tx, ref string) error {
	_, err := tx.Exec(`delete from evidence_body where ref = $1 and ($2 = '*' or org_id = $2)`, ref, scope(tx))
	return err
}

type entryRow struct {
	number int64
	id     string
	leaf   []byte
}

func scanEntry(s db.Scanner) (r entryRow, err error) {
	err = s.Scan(&r.number, &r.id, &r.leaf)
	return r, err
}

func findEntry(tx *db.Tx, number int64) (entryRow, bool, error) {
	return db.Maybe(tx, scanEntry, `select number, id, leaf from evidence_entry where number = $1`, number)
}

func entriesFrom(tx *db.Tx, from int64, limit int) ([]entryRow, error) {
	return db.All(tx, scanEntry, `select number, id, leaf from evidence_entry where number >= $1 order by number limit $2`, from, limit)
}

type bodyRow struct {
	said said
	salt []byte
}

func findBody(tx *db.Tx, entry string) (bodyRow, bool, error) {
	return db.Maybe(tx, func(s db.Scanner) (r bodyRow, err error) {
		var at int64
		var body string
		err = s.Scan(&r.said.Kind, &r.said.Ref, &at, &body, &r.salt)
		r.said.At, r.said.Body = time.UnixMicro(at).UTC().Format(time.RFC3339Nano), []byte(body)
		return r, err
	}, `select kind, ref, at, body, salt from evidence_body where id = $1 and ($2 = '*' or org_id = $2)`, entry, scope(tx))
}

// foundOf are the entries about ref, oldest first.
func foundOf(tx *db.Tx, ref string) ([]Found, error) {
	return db.All(tx, func(s db.Scanner) (f Found, err error) {
		var at int64
		err = s.Scan(&f.Number, &f.Kind, &at)
		f.At = time.UnixMicro(at).UTC()
		return f, err
	}, `select e.number, b.kind, b.at from evidence_body b join evidence_entry e on e.id = b.id
		where b.ref = $1 and ($2 = '*' or b.org_id = $2) order by e.number`, ref, scope(tx))
}

func findCheckpoint(tx *db.Tx, size int64) (string, bool, error) {
	return db.Maybe(tx, db.Value1[string], `select note from evidence_checkpoint where size = $1`, size)
}

func checkpoints(tx *db.Tx) ([]string, error) {
	return db.All(tx, db.Value1[string], `select note from evidence_checkpoint order by size`)
}

func keepCheckpoint(tx *db.Tx, size int64, note string) (string, error) {
	if _, err := tx.Exec(`insert into evidence_checkpoint (size, at, note) values ($1, $2, $3) on conflict (size) do nothing`,
		size, tx.Micros(), note); err != nil {
		return "", err
	}
	kept, _, err := findCheckpoint(tx, size)
	return kept, err
}

type keyRow struct {
	public string
	sealed []byte
}

func findKey(tx *db.Tx) (keyRow, bool, error) {
	return db.Maybe(tx, func(s db.Scanner) (k keyRow, err error) {
		err = s.Scan(&k.public, &k.sealed)
		return k, err
	}, `select public, sealed from evidence_key where name = $1`, head)
}

func keepKey(tx *db.Tx, k keyRow) (keyRow, error) {
	if _, err := tx.Exec(`insert into evidence_key (name, public, sealed, made_at) values ($1, $2, $3, $4) on conflict (name) do nothing`,
		head, k.public, k.sealed, tx.Micros()); err != nil {
		return keyRow{}, err
	}
	kept, _, err := findKey(tx)
	return kept, err
}

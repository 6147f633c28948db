package db

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"regexp"
	"slices"
	"time"

	"plumbline/internal/fault"
)

var plainName = regexp.MustCompile(`^[a-z_][a-z0-9_]*$`)

// Scrub takes what was deleted out of the files too. Call it after the
// transaction that deleted, outside of any.
//
// On SQLite a deleted value is overwritten when it is deleted (secure_delete).
// That leaves two places: the gap in the middle of pages that were laid out anew,
// which Scrub overwrites, and the write-ahead log, which it copies into the
// database and cuts to nothing. It reads the whole file, writes only what is not
// clean, and is busy (Unavailable) while a reader needs the log.
//
// On PostgreSQL it vacuums the tables named: dead rows can no longer be read by
// any statement. Bytes of theirs may stay in the free space of a page until it
// is used again, and in the server's own log until its segments are recycled
// (max_wal_size; wal_keep_size and archives for as long as they are configured
// to be kept). Values of the vault are sealed there, under keys that are
// elsewhere.
func (d *DB) Scrub(ctx context.Context, tables ...string) error {
	const op = "db.Scrub"
	if d.dialect == Postgres {
		for _, t := range slices.Compact(slices.Sorted(slices.Values(tables))) {
			if !plainName.MatchString(t) {
				return fault.New(fault.Other, "bad-table", "a table has a plain name")
			}
			if _, err := d.write.ExecContext(ctx, `vacuum "`+t+`"`); err != nil {
				return fault.Wrap(op, translate(ctx, err))
			}
		}
		return nil
	}
	dirty, err := d.dirtyPages(ctx)
	if err != nil {
		return fault.Wrap(op, err)
	}
	for len(dirty) > 0 {
		n := min(len(dirty), 500)
		if err := d.cleanPages(ctx, dirty[:n]); err != nil {
			return fault.Wrap(op, err)
		}
		dirty = dirty[n:]
	}
	return fault.Wrap(op, d.cutLog(ctx))
}

// cutLog copies the write-ahead log into the database and empties its file.
func (d *DB) cutLog(ctx context.Context) error {
	const tries = 50
	for n := 1; ; n++ {
		var busyNow, frames, moved int64
		if err := d.write.QueryRowContext(ctx, `pragma wal_checkpoint(truncate)`).Scan(&busyNow, &frames, &moved); err != nil {
			return translate(ctx, err)
		}
		if busyNow == 0 {
			return nil
		}
		if n == tries {
			return fault.New(fault.Unavailable, "busy", "a reader holds the write-ahead log")
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// mostPages is up to where a page's first byte tells what it is: a page of
// another kind begins with a page number, whose first byte is 0 below this.
const mostPages = 1 << 24

// dirtyPages are those with something left in their gap.
func (d *DB) dirtyPages(ctx context.Context) ([]int64, error) {
	rows, err := d.read.QueryContext(ctx, `select pgno, data from sqlite_dbpage`)
	if err != nil {
		return nil, translate(ctx, err)
	}
	defer rows.Close() //nolint:errcheck // rows.Err is looked at
	var dirty []int64
	for rows.Next() {
		var page int64
		var data sql.RawBytes
		if err := rows.Scan(&page, &data); err != nil {
			return nil, translate(ctx, err)
		}
		if page >= mostPages {
			return nil, fault.New(fault.Unsupported, "database-too-large", "a SQLite database of this size is scrubbed with VACUUM")
		}
		if from, to := gap(page, data); !blank(data[from:to]) {
			dirty = append(dirty, page)
		}
	}
	return dirty, translate(ctx, rows.Err())
}

// cleanPages overwrites the gaps of pages, as they are now, in a transaction.
func (d *DB) cleanPages(ctx context.Context, pages []int64) error {
	tx, err := d.write.BeginTx(ctx, nil)
	if err != nil {
		return translate(ctx, err)
	}
	defer tx.Rollback() //nolint:errcheck // after a commit it does nothing
	for _, page := range pages {
		var data []byte
		err := tx.QueryRowContext(ctx, `select data from sqlite_dbpage where pgno = $1`, page).Scan(&data)
		if errors.Is(err, sql.ErrNoRows) { // the file has become shorter
			continue
		}
		if err != nil {
			return translate(ctx, err)
		}
		from, to := gap(page, data)
		if blank(data[from:to]) {
			continue
		}
		clear(data[from:to])
		if _, err := tx.ExecContext(ctx, `update sqlite_dbpage set data = $2 where pgno = $1`, page, data); err != nil {
			return translate(ctx, err)
		}
	}
	return translate(ctx, tx.Commit())
}

// gap is what no cell of a b-tree page uses: from the end of the cell pointers
// to the first cell. SQLite's secure_delete overwrites freed cells, but not what
// stays there when a page is laid out anew. Empty for every other kind of page.
func gap(page int64, data []byte) (from, to int) {
	head := 0
	if page == 1 {
		head = 100 // the file's own header
	}
	if len(data) < 512 {
		return 0, 0
	}
	switch data[head] {
	case 2, 5: // interior
		from = head + 12
	case 10, 13: // leaf
		from = head + 8
	default:
		return 0, 0
	}
	from += 2 * int(binary.BigEndian.Uint16(data[head+3:]))
	to = int(binary.BigEndian.Uint16(data[head+5:]))
	if to == 0 {
		to = 65536
	}
	if from > to || to > len(data) {
		return 0, 0
	}
	return from, to
}

func blank(b []byte) bool {
	for _, c := range b {
		if c != 0 {
			return false
		}
	}
	return true
}

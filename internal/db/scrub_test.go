package db_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"plumbline/internal/db"
	"plumbline/internal/db/dbtest"
)

// TestScrubLeavesNoBytes looks at the raw files, which is where a deleted value
// would be found.
func TestScrubLeavesNoBytes(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "scrub.db")
	d, err := db.Open(t.Context(), db.Config{URL: "sqlite:" + path})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	everyone := db.Everyone("a test of what is left in the file")
	pool, done, err := d.Migrator()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := pool.ExecContext(t.Context(), `create table secret (id bigint primary key, word text not null, more text not null)`); err != nil {
		t.Fatal(err)
	}
	done()
	const rows = 2000
	canary := func(i int) string { return "CANARY-" + strings.Repeat("x", i%700) + "-END" }
	if err := d.Write(t.Context(), everyone, func(tx *db.Tx) error {
		for i := range rows {
			if _, err := tx.Exec(`insert into secret (id, word, more) values ($1, $2, $3)`, i, canary(i), strings.Repeat("ordinary ", i%50)); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	held := func() (in []string) {
		for _, f := range []string{path, path + "-wal"} {
			b, err := os.ReadFile(f)
			if err != nil && !os.IsNotExist(err) {
				t.Fatal(err)
			}
			if bytes.Contains(b, []byte("CANARY-")) {
				in = append(in, filepath.Base(f))
			}
		}
		return in
	}
	if len(held()) == 0 {
		t.Fatal("the canary stands in no file: the test looks in the wrong place")
	}
	// Deleted in part, changed in part, in several transactions.
	for part := range 4 {
		if err := d.Write(t.Context(), everyone, func(tx *db.Tx) error {
			if _, err := tx.Exec(`delete from secret where id % 8 = $1`, part); err != nil {
				return err
			}
			_, err := tx.Exec(`update secret set word = 'gone' where id % 8 = $1`, part+4)
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.Scrub(t.Context(), "secret"); err != nil {
		t.Fatal(err)
	}
	if in := held(); len(in) > 0 {
		t.Errorf("what was deleted stands in %v", in)
	}
	pool, done, err = d.Migrator()
	if err != nil {
		t.Fatal(err)
	}
	defer done()
	var sound string
	var left int
	if err := pool.QueryRowContext(t.Context(), `pragma integrity_check`).Scan(&sound); err != nil || sound != "ok" {
		t.Errorf("the database is %q, %v", sound, err)
	}
	if err := pool.QueryRowContext(t.Context(), `select count(*) from secret where word = 'gone'`).Scan(&left); err != nil || left != rows/2 {
		t.Errorf("%d rows are left, %v", left, err)
	}
}

func TestScrubOnPostgres(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t, db.Postgres)
	if err := d.Scrub(t.Context(), "person", "account", "person"); err != nil {
		t.Fatal(err)
	}
	if err := d.Scrub(t.Context(), `person"; drop table account; --`); err == nil {
		t.Error("a name that is no name is vacuumed")
	}
}

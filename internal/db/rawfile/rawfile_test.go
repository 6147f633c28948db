package rawfile

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"plumbline/internal/db"
)

const closes = "PLUMBLINE_TEST_CLOSES" // what the child opens and closes

// TestFilesLeaveTheLocks reads the files of a database that is open, and lets
// another process open and close it. Had the reading given up the locks, the
// other would take itself for the last and remove the log.
func TestFilesLeaveTheLocks(t *testing.T) {
	if url := os.Getenv(closes); url != "" { // the other process
		other, err := db.Open(t.Context(), db.Config{URL: url})
		if err != nil {
			t.Fatal(err)
		}
		if err := other.Write(t.Context(), db.Everyone("another process"), func(tx *db.Tx) error { _, err := tx.Exec(`insert into thing (name) values ('theirs')`); return err }); err != nil {
			t.Fatal(err)
		}
		if err := other.Close(); err != nil {
			t.Fatal(err)
		}
		return
	}
	path := filepath.Join(t.TempDir(), "a.db")
	d, err := db.Open(t.Context(), db.Config{URL: "sqlite:" + path})
	if err != nil {
		t.Fatal(err)
	}
	files := Of("sqlite:" + path)
	defer files.Close()
	defer func() { _ = d.Close() }()
	write := func(text string) {
		t.Helper()
		if err := d.Write(t.Context(), db.Everyone("a test"), func(tx *db.Tx) error { _, err := tx.Exec(text); return err }); err != nil {
			t.Fatal(err)
		}
	}
	write(`create table thing (name text not null)`)
	write(`insert into thing (name) values ('a name that can be found')`)
	for range 2 {
		read, found := 0, false
		if err := files.Read(func(_ string, r io.Reader) error {
			b, err := io.ReadAll(r)
			read++
			found = found || bytes.Contains(b, []byte("a name that can be found"))
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if read != 3 || !found {
			t.Fatalf("%d files are read, and what was written is found: %v", read, found)
		}
	}
	info, err := os.Stat(path + "-wal")
	if err != nil || !files.Own(info) {
		t.Errorf("the log is not the database's: %v", err)
	}
	if info, err := os.Stat(os.Args[0]); err != nil || files.Own(info) {
		t.Errorf("another file is: %v", err)
	}
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestFilesLeaveTheLocks$") //nolint:gosec // this test
	child.Env = append(os.Environ(), closes+"=sqlite:"+path)
	if out, err := child.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if _, err := os.Stat(path + "-wal"); errors.Is(err, os.ErrNotExist) {
		t.Error("another process that closed the database took the log away under this one")
	}
	write(`insert into thing (name) values ('ours')`)
	var n int
	if err := d.Read(t.Context(), db.Everyone("a test"), func(tx *db.Tx) error { return tx.Row(`select count(*) from thing`).Scan(&n) }); err != nil || n != 3 {
		t.Errorf("%d rows, want 3 (%v)", n, err)
	}
}

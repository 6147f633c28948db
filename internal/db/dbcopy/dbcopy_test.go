package dbcopy_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"plumbline/internal/db"
	"plumbline/internal/db/dbcopy"
	"plumbline/internal/db/dbtest"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/schema"
	"plumbline/internal/search"
)

const org = id.Org("0190163d-8694-739b-aea5-966c26f8ad91")

func fill(t *testing.T, d *db.DB) {
	t.Helper()
	err := d.Write(t.Context(), db.Tenant(org), func(tx *db.Tx) error {
		for i, text := range []string{"plain", "tab\tline\nreturn\r back\\slash \\N \\.", "Ærø – 😀", "", `"quoted", 'single'`} {
			if err := search.Put(tx, search.Doc{Kind: "point", ID: fmt.Sprint(i), Text: text}); err != nil {
				return err
			}
			if _, err := tx.Exec(`insert into company (org_id, id, name, trade, version, created_at) values ($1, $2, $3, '', $4, 0)`, org, fmt.Sprint(i), text, i); err != nil {
				return err
			}
		}
		// A table that refers to itself, one that refers to another, null and bytes.
		for _, q := range []string{
			`insert into location (org_id, id, project_id, parent_id, kind, name, code, ord, version) values ($1, 'b', 'p', null, 'building', 'B', '', 0, 1)`,
			`insert into location (org_id, id, project_id, parent_id, kind, name, code, ord, version) values ($1, 'a', 'p', 'b', 'level', 'A', '', 0, 1)`,
			`insert into feed_change (stream, number, org_id, at, actor, via, thing_kind, thing_id, kind, version, leaves, commitment) values ('s', 1, $1, 0, 'x', 'x', 'x', 'x', 'x', 1, '', '')`,
		} {
			if _, err := tx.Exec(q, org); err != nil {
				return err
			}
		}
		_, err := tx.Exec(`insert into feed_value (stream, number, field, org_id, before, after, salt) values ('s', 1, 'f', $1, null, '"x"', $2)`, org, []byte{0, 1, '\\', '\n', 255})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func dump(t *testing.T, d *db.DB) string {
	t.Helper()
	var b strings.Builder
	err := d.Read(t.Context(), db.Everyone("a test"), func(tx *db.Tx) error {
		return db.Dump(tx, func(table, row string) error {
			if table != "schema_version" && !strings.HasPrefix(table, "search_text_") {
				fmt.Fprintf(&b, "%s: %s\n", table, row)
			}
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func quiet(int, int) {}

func each(t *testing.T, fn func(t *testing.T, dialect db.Dialect)) {
	t.Helper()
	for _, dialect := range []db.Dialect{db.SQLite, db.Postgres} {
		t.Run(dialect.String(), func(t *testing.T) {
			t.Parallel()
			fn(t, dialect)
		})
	}
}

// back reads a copy into an empty place, as a restore does.
func back(t *testing.T, dialect db.Dialect, dir string, copied dbcopy.Dump) *db.DB {
	t.Helper()
	url := dbtest.EmptyURL(t, dialect)
	if dialect == db.SQLite {
		b, err := os.ReadFile(filepath.Join(dir, dbcopy.SQLiteFile))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(strings.TrimPrefix(url, "sqlite:"), b, 0o600); err != nil {
			t.Fatal(err)
		}
		return dbtest.OpenURL(t, url)
	}
	d := dbtest.OpenURL(t, url)
	if err := schema.MigrateTo(t.Context(), d, copied.Schema); err != nil {
		t.Fatal(err)
	}
	if err := dbcopy.Import(t.Context(), d, dir, copied, quiet); err != nil {
		t.Fatal(err)
	}
	return d
}

func TestThereAndBack(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, dialect db.Dialect) {
		url := dbtest.URL(t, dialect)
		d := dbtest.OpenURL(t, url)
		fill(t, d)
		dir := t.TempDir()
		copied, err := dbcopy.Export(t.Context(), dbtest.OpenURL(t, url), dir, quiet)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"company 5", "location 2", "feed_value 1"} {
			found := false
			for _, table := range copied.Tables {
				found = found || fmt.Sprint(table.Name, " ", table.Rows) == want
			}
			if !found {
				t.Errorf("no %q among %v", want, copied.Tables)
			}
		}
		r := back(t, dialect, dir, copied)
		if err := schema.Migrate(t.Context(), r); err != nil {
			t.Fatal(err)
		}
		if got, want := dump(t, r), dump(t, d); got != want {
			t.Errorf("came back otherwise:\n%s\nwas\n%s", got, want)
		}
		err = r.Read(t.Context(), db.Tenant(org), func(tx *db.Tx) error {
			hits, err := search.Query(tx, "", []string{"point"}, "slash", 10)
			if err == nil && len(hits) != 1 {
				err = fmt.Errorf("search finds %v", hits)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
		if dialect == db.Postgres { // and the tenants are fenced again
			err := r.Read(t.Context(), db.Tenant("0190163d-8694-739b-aea5-966c26f8ad92"), func(tx *db.Tx) error {
				var n int
				if err := tx.Row(`select count(*) from company`).Scan(&n); err != nil || n != 0 {
					return errors.Join(err, fmt.Errorf("another tenant sees %d companies", n))
				}
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		}
	})
}

// TestOneMoment copies while pairs of rows are written: no copy has one without
// the other.
func TestOneMoment(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, dialect db.Dialect) {
		url := dbtest.URL(t, dialect)
		d := dbtest.OpenURL(t, url)
		stop := make(chan struct{})
		var writing sync.WaitGroup
		first := make(chan struct{})
		writing.Go(func() {
			for i := 0; ; i++ {
				err := d.Write(t.Context(), db.Tenant(org), func(tx *db.Tx) error {
					for _, q := range []string{`insert into company (org_id, id, name, trade, version, created_at) values ($1, $2, '', '', 1, 0)`,
						`insert into project_role (org_id, id, project_id, name, version) values ($1, $2, '', '', 1)`} {
						if _, err := tx.Exec(q, org, fmt.Sprint(i)); err != nil {
							return err
						}
					}
					return nil
				})
				if err != nil {
					t.Error(err)
					return
				}
				if i == 20 {
					close(first)
				}
				select {
				case <-stop:
					return
				default:
				}
			}
		})
		<-first
		for range 3 {
			copied, err := dbcopy.Export(t.Context(), dbtest.OpenURL(t, url), t.TempDir(), quiet)
			if err != nil {
				t.Fatal(err)
			}
			rows := map[string]int64{}
			for _, table := range copied.Tables {
				rows[table.Name] = table.Rows
			}
			if rows["company"] != rows["project_role"] || rows["company"] < 20 {
				t.Errorf("%d companies, %d roles", rows["company"], rows["project_role"])
			}
		}
		close(stop)
		writing.Wait()
	})
}

func TestMark(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, dialect db.Dialect) {
		d := dbtest.OpenURL(t, dbtest.EmptyURL(t, dialect))
		state := func(wantEmpty, wantMarked bool) {
			t.Helper()
			empty, err := dbcopy.Empty(t.Context(), d)
			marked, err2 := dbcopy.Marked(t.Context(), d)
			if err := errors.Join(err, err2); err != nil || empty != wantEmpty || marked != wantMarked {
				t.Fatalf("empty %v, marked %v, %v", empty, marked, err)
			}
		}
		state(true, false)
		if err := dbcopy.Wipe(t.Context(), d); fault.CodeOf(err) != "not-restoring" {
			t.Errorf("wiped without the mark: %v", err)
		}
		for range 2 {
			if err := dbcopy.Mark(t.Context(), d); err != nil {
				t.Fatal(err)
			}
		}
		state(false, true)
		if err := schema.Migrate(t.Context(), d); err != nil {
			t.Fatal(err)
		}
		state(false, true)
		if _, err := dbcopy.Export(t.Context(), d, t.TempDir(), quiet); fault.CodeOf(err) != "restoring" {
			t.Errorf("copied while it is being restored: %v", err)
		}
		if dialect == db.Postgres {
			if err := dbcopy.Wipe(t.Context(), d); err != nil {
				t.Fatal(err)
			}
			state(false, true)
			if err := schema.Migrate(t.Context(), d); err != nil {
				t.Fatal(err)
			}
		}
		if err := dbcopy.Unmark(t.Context(), d); err != nil {
			t.Fatal(err)
		}
		state(false, false)
	})
}

func TestDamagedCopies(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t, db.SQLite)
	fill(t, d)
	dir := t.TempDir()
	if _, err := dbcopy.Export(t.Context(), d, dir, quiet); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, dbcopy.SQLiteFile)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, whole[:len(whole)/2], 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := dbcopy.Inspect(t.Context(), path); err == nil {
		t.Error("half a file passes")
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 1 {
		t.Errorf("looking left something: %v %v", left, err)
	}
}

func TestNewerThanTheProgram(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, dialect db.Dialect) {
		d := dbtest.OpenURL(t, dbtest.EmptyURL(t, dialect))
		if err := schema.MigrateTo(t.Context(), d, 9999); fault.CodeOf(err) != "database-newer" {
			t.Errorf("%v", err)
		}
		if err := schema.MigrateTo(t.Context(), d, 0); fault.CodeOf(err) != "bad-schema-version" {
			t.Errorf("%v", err)
		}
	})
}

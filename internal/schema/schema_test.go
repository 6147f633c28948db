package schema

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"plumbline/internal/db"
)

func TestReleasedFilesDoNotChange(t *testing.T) {
	t.Parallel()
	list, err := fs.ReadFile(embedded, "migrations/RELEASED")
	if err != nil {
		t.Fatal(err)
	}
	if err := checkReleased(embedded, "migrations", string(list)); err != nil {
		t.Error(err)
	}
}

func TestCheckReleasedFindsChanges(t *testing.T) {
	t.Parallel()
	src := fstest.MapFS{"m/0001_a.sql": {Data: []byte("a")}, "m/sqlite/0001_a.sql": {Data: []byte("b")}}
	sum := func(s string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(s))) }
	cases := []struct {
		name, list, want string
	}{
		{"as released", sum("a") + "  0001_a.sql\n" + sum("b") + "  sqlite/0001_a.sql\n", ""},
		{"changed", sum("x") + "  0001_a.sql\n", "was changed"},
		{"gone", sum("a") + "  0002_b.sql\n", "is gone"},
		{"not a line", "what", "not \"hash  name\""},
		{"empty and remarks", "\n# none yet\n", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			err := checkReleased(src, "m", c.list)
			if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

func TestEnginesOwnFilesAreAppended(t *testing.T) {
	t.Parallel()
	src := fstest.MapFS{
		"migrations/0001_a.sql":          {Data: []byte("-- +goose Up\ncommon;\n")},
		"migrations/sqlite/0001_a.sql":   {Data: []byte("-- +goose Up\nlite;\n")},
		"migrations/postgres/0002_b.sql": {Data: []byte("-- +goose Up\nx;\n")},
	}
	m, err := migrations(src, db.SQLite)
	if err != nil || m["0001_a.sql"] != "-- +goose Up\ncommon;\n\nlite;\n" {
		t.Errorf("got %q, %v", m["0001_a.sql"], err)
	}
	if _, err := migrations(src, db.Postgres); err == nil {
		t.Error("an engine's own file without a common one was taken")
	}
}

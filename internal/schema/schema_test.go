package schema

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"regexp"
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

// narrowing finds statements that the version before would stumble over: those
// that take away, rename, or ask for what it does not give.
func narrowing(text string) (found []string) {
	text = regexp.MustCompile(`--[^\n]*`).ReplaceAllString(text, "")
	for statement := range strings.SplitSeq(strings.ToLower(text), ";") {
		s := strings.Join(strings.Fields(statement), " ")
		alters := strings.HasPrefix(s, "alter table")
		switch {
		case strings.HasPrefix(s, "drop table"), alters && strings.Contains(s, " drop column"), alters && strings.Contains(s, " rename "),
			alters && strings.Contains(s, " type "), alters && strings.Contains(s, " set not null"), alters && strings.Contains(s, " drop default"),
			alters && strings.Contains(s, " add column") && strings.Contains(s, " not null") && !strings.Contains(s, " default "),
			alters && strings.Contains(s, " add constraint"):
			found = append(found, s)
		}
	}
	return found
}

// widened is the last migration from before nodes were upgraded one by one.
const widened = "0033"

// TestMigrationsOnlyAdd: the version before serves on beside a newer one. What
// nothing uses any more is taken away by a later version than the one that
// stopped using it; such a file says so: "-- unused since NNNN".
func TestMigrationsOnlyAdd(t *testing.T) {
	t.Parallel()
	all, err := migrations(embedded, db.Postgres)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range all {
		if name[:4] <= widened || strings.Contains(text, "-- unused since ") {
			continue
		}
		for _, s := range narrowing(text) {
			t.Errorf("%s: a node of the version before would stumble over %q (ADR 62)", name, s)
		}
	}
}

func TestNarrowingIsNoticed(t *testing.T) {
	t.Parallel()
	for statement, want := range map[string]int{
		"alter table a add column b text not null default ''": 0,
		"alter table a add column b text":                     0,
		"create table a (b text not null)":                    0,
		"create index a_b on a (b); drop index a_c":           0,
		"alter table a add column b text not null":            1,
		"Drop  Table a": 1,
		"alter table a drop column b; -- x\nalter table a rename b to c":   2,
		"alter table a alter column b type bigint":                         1,
		"alter table a alter column b set not null; -- drop table a":       1,
		"alter table a add constraint c check (b > 0)":                     1,
		"update a set b = 1; alter table a alter column b drop default; ;": 1,
	} {
		if got := narrowing(statement); len(got) != want {
			t.Errorf("%s: %q", statement, got)
		}
	}
}

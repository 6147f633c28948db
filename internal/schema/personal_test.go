package schema_test

import (
	"slices"
	"strings"
	"testing"

	"plumbline/internal/db"
	"plumbline/internal/db/dbtest"
	"plumbline/internal/feed"
	"plumbline/internal/job"
	"plumbline/internal/mail"
	"plumbline/internal/personal"
	"plumbline/internal/search"
)

// The platform's own tables, on both engines; the slices' are tested with app.
func TestPlatformTablesAreDeclared(t *testing.T) {
	t.Parallel()
	var all []personal.Declaration
	for _, some := range [][]personal.Declaration{feed.Declarations(), job.Declarations(), mail.Declarations(), search.Declarations()} {
		all = append(all, some...)
	}
	for _, wrong := range personal.Check(all) {
		t.Error(wrong)
	}
	ours := []string{"feed_stream", "feed_change", "feed_value", "feed_audience", "feed_delivery", "job", "mail", "search_doc", "search_text"}
	var columns []personal.Column
	for dialect, query := range map[db.Dialect]string{
		db.SQLite:   `select m.name || ' ' || c.name || ' ' || c.type from sqlite_schema m, pragma_table_info(m.name) c where m.type = 'table'`,
		db.Postgres: `select table_name || ' ' || column_name || ' ' || data_type from information_schema.columns where table_schema = current_schema()`,
	} {
		for _, s := range strs(t, pool(t, dbtest.Open(t, dialect)), query) {
			x := strings.SplitN(s, " ", 3)
			if slices.Contains(ours, x[0]) {
				columns = append(columns, personal.Column{Table: x[0], Name: x[1], Type: x[2]})
			}
		}
	}
	if len(columns) < 100 {
		t.Fatalf("only %d columns", len(columns))
	}
	for _, wrong := range personal.Undeclared(columns, all) {
		t.Error(wrong)
	}
}

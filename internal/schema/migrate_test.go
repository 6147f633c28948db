package schema_test

import (
	"context"
	"database/sql"
	"slices"
	"strings"
	"sync"
	"testing"

	"plumbline/internal/db"
	"plumbline/internal/db/dbtest"
	"plumbline/internal/fault"
	"plumbline/internal/schema"
)

func pool(t *testing.T, d *db.DB) *sql.DB {
	t.Helper()
	p, done, err := d.Migrator()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(done)
	return p
}

func strs(t *testing.T, p *sql.DB, query string) []string {
	t.Helper()
	rows, err := p.Query(query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close() //nolint:errcheck // a test
	var out []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			t.Fatal(err)
		}
		out = append(out, s)
	}
	if rows.Err() != nil {
		t.Fatal(rows.Err())
	}
	return out
}

func TestFromEmptyBothEnginesHaveTheSameColumns(t *testing.T) {
	t.Parallel()
	// The search index is each engine's own; goose's table too.
	own := func(s string) bool {
		return strings.HasPrefix(s, "search_text") || strings.HasPrefix(s, "schema_version.") || strings.HasPrefix(s, "sqlite_")
	}
	get := func(dialect db.Dialect, query string) []string {
		d := dbtest.OpenURL(t, dbtest.EmptyURL(t, dialect))
		for range 2 { // the second time changes nothing
			if err := schema.Migrate(context.Background(), d); err != nil {
				t.Fatal(err)
			}
		}
		out := strs(t, pool(t, d), query)
		slices.Sort(out)
		return slices.DeleteFunc(out, own)
	}
	lite := get(db.SQLite, `select m.name || '.' || c.name || ' ' || lower(c.type) || case when c."notnull" then ' not null' else '' end
		from sqlite_schema m, pragma_table_info(m.name) c where m.type = 'table'`)
	post := get(db.Postgres, `select table_name || '.' || column_name || ' ' || data_type || case when is_nullable = 'NO' then ' not null' else '' end
		from information_schema.columns where table_schema = current_schema()`)
	if len(lite) < 50 {
		t.Fatalf("only %d columns", len(lite))
	}
	allowed := map[string]bool{"text": true, "bigint": true, "boolean": true, "bytea": true, "double precision": true}
	for _, c := range lite {
		kind := strings.TrimSuffix(c[strings.IndexByte(c, ' ')+1:], " not null")
		if !allowed[kind] {
			t.Errorf("%s: not a portable type", c)
		}
		if !slices.Contains(post, c) {
			t.Errorf("only on SQLite: %s (an integer key of SQLite may be null unless it says not null)", c)
		}
	}
	for _, c := range post {
		if !slices.Contains(lite, c) {
			t.Errorf("only on PostgreSQL: %s", c)
		}
	}
}

func TestEveryTenantTableIsFenced(t *testing.T) {
	t.Parallel()
	p := pool(t, dbtest.Open(t, db.Postgres))
	open := strs(t, p, `select table_name::text from information_schema.columns where column_name = 'org_id' and table_schema = current_schema()
		except select c.relname::text from pg_class c join pg_policy p on p.polrelid = c.oid where c.relrowsecurity and c.relforcerowsecurity`)
	if len(open) > 0 {
		t.Errorf("no row-level security on %v", open)
	}
	if n := len(strs(t, p, `select polname::text from pg_policy`)); n < 8 {
		t.Errorf("only %d policies", n)
	}
	if null := strs(t, p, `select table_name::text from information_schema.columns where column_name = 'org_id' and is_nullable = 'YES' and table_schema = current_schema()`); len(null) > 0 {
		t.Errorf("org_id can be null in %v", null)
	}
}

func TestSeveralNodesMigrateAtOnce(t *testing.T) {
	t.Parallel()
	url := dbtest.EmptyURL(t, db.Postgres)
	var all sync.WaitGroup
	for range 3 {
		d := dbtest.OpenURL(t, url)
		all.Go(func() {
			if err := schema.Migrate(context.Background(), d); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}

func TestNewerDatabaseIsRefused(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		if _, err := pool(t, d).Exec(`insert into schema_version (version_id, is_applied) values (999999, true)`); err != nil {
			t.Fatal(err)
		}
		if err := schema.Migrate(context.Background(), d); fault.CodeOf(err) != "database-newer" {
			t.Errorf("got %v", err)
		}
	})
}

// TestAMigrationHoldsNobodyUp: while somebody reads a table for long, a
// migration of it waits, but whoever comes after it does not.
func TestAMigrationHoldsNobodyUp(t *testing.T) {
	t.Parallel()
	d := dbtest.OpenURL(t, dbtest.EmptyURL(t, db.Postgres))
	if err := schema.MigrateTo(t.Context(), d, 5); err != nil {
		t.Fatal(err)
	}
	p := pool(t, d)
	long, err := p.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer long.Rollback() //nolint:errcheck // it is over by then
	// The sixth adds a column to it.
	if _, err := long.ExecContext(t.Context(), "lock table person in access share mode"); err != nil {
		t.Fatal(err)
	}
	migrated := make(chan error, 1)
	go func() { migrated <- schema.Migrate(context.Background(), d) }()
	for len(strs(t, p, `select l.pid::text from pg_locks l, pg_database b where not l.granted and l.mode = 'AccessExclusiveLock'
		and l.database = b.oid and b.datname = current_database()`)) == 0 {
		select {
		case err := <-migrated:
			t.Fatalf("it went past a lock: %v", err)
		default:
		}
	}
	// This stands behind it in the queue, and comes back because it lets go.
	if err := d.Read(t.Context(), db.Everyone("a test"), func(tx *db.Tx) error {
		_, err := db.One(tx, db.Value1[int], "select count(*) from person")
		return err
	}); err != nil {
		t.Error(err)
	}
	if err := long.Rollback(); err != nil {
		t.Fatal(err)
	}
	if err := <-migrated; err != nil {
		t.Error(err)
	}
}

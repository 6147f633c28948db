// Package dbcopy writes a consistent copy of a whole database to files while
// the database is in use, and reads one back into an empty place.
//
// On SQLite the copy is one database file (VACUUM INTO: what was deleted is
// not in it). On PostgreSQL it is one file for each table, in COPY's text
// format, all read in one repeatable-read snapshot. A copy goes back to the
// engine it came from.
//
// A place that is being filled carries the table restoring from before the
// first row until Unmark. Who opens a database asks Marked first.
package dbcopy

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/jackc/pgx/v5/stdlib"

	"plumbline/internal/db"
	"plumbline/internal/fault"
)

// Dump says what a copy holds.
type Dump struct {
	Engine string  `json:"engine"`
	Schema int64   `json:"schema"` // version of the tables
	Tables []Table `json:"tables"` // those referred to before those that refer
}

// Table is a table of a copy.
type Table struct {
	Name    string   `json:"name"`
	Rows    int64    `json:"rows"`
	Columns []string `json:"columns,omitempty"` // PostgreSQL
	File    string   `json:"file,omitempty"`    // PostgreSQL
}

// SQLiteFile is the name of the database in a copy of SQLite.
const SQLiteFile = "database.sqlite"

const (
	versionTable = "schema_version"
	markTable    = "restoring"
)

// Progress hears of each table that is done.
type Progress func(done, total int)

// Export writes a copy of d into dir, which is empty. d must be a handle of
// its own: on SQLite its writer is busy meanwhile. Other handles and processes
// go on reading and writing.
func Export(ctx context.Context, d *db.DB, dir string, say Progress) (Dump, error) {
	const op = "dbcopy.Export"
	if marked, err := Marked(ctx, d); err != nil || marked {
		if err == nil {
			err = fault.New(fault.Conflict, "restoring", "the database is being restored")
		}
		return Dump{}, fault.Wrap(op, err)
	}
	pool, done, err := d.Migrator()
	if err != nil {
		return Dump{}, fault.Wrap(op, err)
	}
	defer done()
	var dump Dump
	if d.Dialect() == db.SQLite {
		dump, err = exportSQLite(ctx, pool, dir, say)
	} else {
		dump, err = exportPostgres(ctx, pool, dir, say)
	}
	return dump, fault.Wrap(op, err)
}

func exportSQLite(ctx context.Context, pool *sql.DB, dir string, say Progress) (Dump, error) {
	path := filepath.Join(dir, SQLiteFile)
	if _, err := pool.ExecContext(ctx, `vacuum into $1`, path); err != nil {
		return Dump{}, broken("the database cannot be copied", err)
	}
	if err := syncFile(path); err != nil {
		return Dump{}, err
	}
	say(1, 1)
	return Inspect(ctx, path)
}

// Inspect counts what is in a copy of SQLite, without changing it.
func Inspect(ctx context.Context, path string) (Dump, error) {
	copied, err := db.OpenCopy(path)
	if err != nil {
		return Dump{}, err
	}
	defer copied.Close() //nolint:errcheck // read only
	var ok string
	if err := copied.QueryRowContext(ctx, `pragma integrity_check(1)`).Scan(&ok); err != nil || ok != "ok" {
		return Dump{}, broken("the copy of the database is damaged", err)
	}
	dump := Dump{Engine: db.SQLite.String()}
	if err := copied.QueryRowContext(ctx, `select max(version_id) from `+versionTable).Scan(&dump.Schema); err != nil {
		return Dump{}, broken("the copy of the database has no version", err)
	}
	names, err := column(ctx, copied, `select name from sqlite_schema where type = 'table' and name not like 'sqlite_%' order by name`)
	if err != nil {
		return Dump{}, err
	}
	for _, name := range names {
		t := Table{Name: name}
		if name == versionTable || strings.HasPrefix(name, "search_text_") { // the index's own
			continue
		}
		if err := copied.QueryRowContext(ctx, `select count(*) from `+quoted(name)).Scan(&t.Rows); err != nil {
			return Dump{}, broken("the copy of the database cannot be counted", err)
		}
		dump.Tables = append(dump.Tables, t)
	}
	return dump, nil
}

func exportPostgres(ctx context.Context, pool *sql.DB, dir string, say Progress) (Dump, error) {
	dump := Dump{Engine: db.Postgres.String()}
	conn, err := pool.Conn(ctx)
	if err != nil {
		return dump, broken("the database cannot be reached", err)
	}
	defer conn.Close() //nolint:errcheck // its pool is closed next
	if _, err := conn.ExecContext(ctx, `begin isolation level repeatable read, read only`); err != nil {
		return dump, broken("no snapshot of the database can be had", err)
	}
	defer conn.ExecContext(context.WithoutCancel(ctx), `rollback`) //nolint:errcheck // nothing was changed
	if err := conn.QueryRowContext(ctx, `select max(version_id) from `+versionTable).Scan(&dump.Schema); err != nil {
		return dump, broken("the database has no version", err)
	}
	if dump.Tables, err = tables(ctx, conn); err != nil {
		return dump, err
	}
	for i := range dump.Tables {
		t := &dump.Tables[i]
		t.File = t.Name + ".copy"
		if t.Rows, err = copyOut(ctx, conn, *t, filepath.Join(dir, t.File)); err != nil {
			return dump, err
		}
		say(i+1, len(dump.Tables))
	}
	return dump, nil
}

type queryer interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

func column(ctx context.Context, q queryer, query string, args ...any) ([]string, error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, broken("the database cannot be read", err)
	}
	defer rows.Close() //nolint:errcheck // Err tells
	var out []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, broken("the database cannot be read", err)
		}
		out = append(out, s)
	}
	if err := rows.Err(); err != nil {
		return nil, broken("the database cannot be read", err)
	}
	return out, nil
}

// tables lists the tables so that none refers to one after it.
func tables(ctx context.Context, conn *sql.Conn) ([]Table, error) {
	names, err := column(ctx, conn, `select table_name from information_schema.tables
		where table_schema = current_schema() and table_type = 'BASE TABLE' and table_name not in ($1, $2) order by table_name`, versionTable, markTable)
	if err != nil {
		return nil, err
	}
	refs, err := column(ctx, conn, `select distinct c.relname || ' ' || f.relname from pg_constraint k
		join pg_class c on c.oid = k.conrelid join pg_class f on f.oid = k.confrelid join pg_namespace n on n.oid = c.relnamespace
		where k.contype = 'f' and n.nspname = current_schema() and c.oid <> f.oid`)
	if err != nil {
		return nil, err
	}
	needs := map[string][]string{}
	for _, r := range refs {
		from, to, _ := strings.Cut(r, " ")
		needs[from] = append(needs[from], to)
	}
	var out []Table
	done := map[string]bool{}
	var visit func(name string)
	visit = func(name string) {
		if done[name] {
			return
		}
		done[name] = true // a circle ends here; COPY then tells
		for _, n := range needs[name] {
			visit(n)
		}
		out = append(out, Table{Name: name})
	}
	for _, name := range names {
		visit(name)
	}
	for i := range out {
		out[i].Columns, err = column(ctx, conn, `select column_name from information_schema.columns
			where table_schema = current_schema() and table_name = $1 and is_generated = 'NEVER' order by ordinal_position`, out[i].Name)
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

func copyOut(ctx context.Context, conn *sql.Conn, t Table, path string) (rows int64, err error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return 0, err
	}
	defer func() {
		if e := f.Close(); err == nil {
			err = e
		}
	}()
	err = raw(conn, func(c *stdlib.Conn) error {
		tag, err := c.Conn().PgConn().CopyTo(ctx, f, fmt.Sprintf(`copy (select %s from %s) to stdout`, list(t.Columns), quoted(t.Name)))
		rows = tag.RowsAffected()
		return err
	})
	if err != nil {
		return rows, broken("a table cannot be copied", err)
	}
	return rows, f.Sync()
}

// Import fills the tables of a PostgreSQL database, which has the copy's
// version and is not fenced, from a copy. All is committed at once.
func Import(ctx context.Context, d *db.DB, dir string, dump Dump, say Progress) error {
	const op = "dbcopy.Import"
	pool, done, err := d.Migrator()
	if err != nil {
		return fault.Wrap(op, err)
	}
	defer done()
	conn, err := pool.Conn(ctx)
	if err != nil {
		return fault.Wrap(op, broken("the database cannot be reached", err))
	}
	defer conn.Close() //nolint:errcheck // its pool is closed next
	return fault.Wrap(op, importAll(ctx, conn, dir, dump, say))
}

func importAll(ctx context.Context, conn *sql.Conn, dir string, dump Dump, say Progress) (err error) {
	if _, err := conn.ExecContext(ctx, `begin`); err != nil {
		return broken("the database cannot be written", err)
	}
	defer func() {
		if err != nil {
			_, _ = conn.ExecContext(context.WithoutCancel(ctx), `rollback`)
		}
	}()
	here, err := tables(ctx, conn)
	if err != nil {
		return err
	}
	have := map[string]bool{}
	var names []string
	for _, t := range here {
		have[t.Name] = true
		names = append(names, t.Name)
	}
	if _, err := conn.ExecContext(ctx, `truncate `+list(names)); err != nil { // what migrations put in
		return broken("the database cannot be emptied", err)
	}
	for i, t := range dump.Tables {
		if !have[t.Name] {
			return fault.New(fault.Unreadable, "backup-damaged", "the backup holds a table that its version does not have")
		}
		rows, err := copyIn(ctx, conn, t, filepath.Join(dir, t.File))
		if err != nil {
			return err
		}
		if rows != t.Rows {
			return fault.New(fault.Unreadable, "backup-damaged", "a table of the backup does not hold what its manifest says")
		}
		say(i+1, len(dump.Tables))
	}
	_, err = conn.ExecContext(ctx, `commit`)
	return err
}

func copyIn(ctx context.Context, conn *sql.Conn, t Table, path string) (rows int64, err error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer f.Close() //nolint:errcheck // read only
	err = raw(conn, func(c *stdlib.Conn) error {
		tag, err := c.Conn().PgConn().CopyFrom(ctx, f, fmt.Sprintf(`copy %s (%s) from stdin`, quoted(t.Name), list(t.Columns)))
		rows = tag.RowsAffected()
		return err
	})
	if err != nil {
		return rows, broken("a table cannot be filled", err)
	}
	return rows, nil
}

func raw(conn *sql.Conn, fn func(*stdlib.Conn) error) error {
	return conn.Raw(func(c any) error {
		p, ok := c.(*stdlib.Conn)
		if !ok {
			return fmt.Errorf("a connection of type %T", c)
		}
		return fn(p)
	})
}

func quoted(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

func list(names []string) string {
	q := make([]string, len(names))
	for i, n := range names {
		q[i] = quoted(n)
	}
	return strings.Join(q, ", ")
}

func broken(message string, cause error) error {
	return fault.New(fault.Unavailable, "database-copy", message).Because(cause)
}

func syncFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	err = f.Sync()
	if e := f.Close(); err == nil {
		err = e
	}
	return err
}

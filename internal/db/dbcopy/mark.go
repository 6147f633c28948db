package dbcopy

import (
	"context"
	"slices"

	"plumbline/internal/db"
	"plumbline/internal/fault"
)

func names(d *db.DB) string {
	if d.Dialect() == db.Postgres {
		return `select table_name from information_schema.tables where table_schema = current_schema() and table_type = 'BASE TABLE'`
	}
	return `select name from sqlite_schema where type = 'table' and name not like 'sqlite_%'`
}

// all lists the tables of a database, whatever they are.
func all(ctx context.Context, d *db.DB) ([]string, error) {
	pool, done, err := d.Migrator()
	if err != nil {
		return nil, err
	}
	defer done()
	return column(ctx, pool, names(d))
}

// Marked reports whether the database is being filled, or was when a crash
// came: nobody may use it.
func Marked(ctx context.Context, d *db.DB) (bool, error) {
	have, err := all(ctx, d)
	return slices.Contains(have, markTable), fault.Wrap("dbcopy.Marked", err)
}

// Empty reports whether the database has no table.
func Empty(ctx context.Context, d *db.DB) (bool, error) {
	have, err := all(ctx, d)
	return len(have) == 0, fault.Wrap("dbcopy.Empty", err)
}

// Mark says that the database is being filled.
func Mark(ctx context.Context, d *db.DB) error {
	return fault.Wrap("dbcopy.Mark", exec(ctx, d, `create table if not exists `+markTable+` (at bigint)`))
}

// Unmark says that it is whole.
func Unmark(ctx context.Context, d *db.DB) error {
	return fault.Wrap("dbcopy.Unmark", exec(ctx, d, `drop table if exists `+markTable))
}

// Wipe drops every table of a PostgreSQL database that is marked, the mark
// last.
func Wipe(ctx context.Context, d *db.DB) error {
	const op = "dbcopy.Wipe"
	marked, err := Marked(ctx, d)
	if err == nil && !marked {
		err = fault.New(fault.Conflict, "not-restoring", "the database is not one that is being restored")
	}
	if err != nil {
		return fault.Wrap(op, err)
	}
	have, err := all(ctx, d)
	if err != nil {
		return fault.Wrap(op, err)
	}
	var drop []string
	for _, name := range have {
		if name != markTable {
			drop = append(drop, name)
		}
	}
	if len(drop) == 0 {
		return nil
	}
	return fault.Wrap(op, exec(ctx, d, `drop table `+list(drop)+` cascade`))
}

func exec(ctx context.Context, d *db.DB, statement string) error {
	pool, done, err := d.Migrator()
	if err != nil {
		return err
	}
	defer done()
	if _, err := pool.ExecContext(ctx, statement); err != nil {
		return broken("the database cannot be written", err)
	}
	return nil
}

// Package study lets SQLite count how its tables are spread, by which it picks an
// index; it does not do so by itself.
package study

import (
	"context"

	"plumbline/internal/db"
	"plumbline/internal/fault"
)

// Tables looks at a few hundred rows of each index and keeps counts, never values.
// PostgreSQL does the like by itself, and nothing happens there.
func Tables(ctx context.Context, d *db.DB) error {
	if d.Dialect() == db.Postgres {
		return nil
	}
	pool, done, err := d.Migrator()
	if err != nil {
		return fault.Wrap("study.Tables", err)
	}
	defer done()
	// The limit also keeps samples of values (sqlite_stat4) from being taken; the
	// mask says all tables, whether or not this connection read them.
	_, err = pool.ExecContext(ctx, `pragma analysis_limit = 1000; pragma optimize = 0x10002`)
	return fault.Wrap("study.Tables", err)
}

package db

import (
	"context"

	"plumbline/internal/fault"
)

// Study lets SQLite count how its tables are spread, by which it picks an index;
// it does not do so by itself. It looks at a few hundred rows of each index and
// keeps counts, never values. PostgreSQL does the like by itself, and nothing
// happens here.
func (d *DB) Study(ctx context.Context) error {
	if d.dialect == Postgres {
		return nil
	}
	// The limit also keeps samples of values (sqlite_stat4) from being taken; the
	// mask says all tables, whether or not this connection read them.
	_, err := d.write.ExecContext(ctx, `pragma analysis_limit = 1000; pragma optimize = 0x10002`)
	return fault.Wrap("db.Study", translate(ctx, err))
}

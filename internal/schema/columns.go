package schema

import (
	"context"
	"database/sql"
	"strings"

	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/personal"
)

// Columns are those of a migrated database, as the engine says them, but for
// the tables of the migrations and of the engine itself.
func Columns(ctx context.Context, d *db.DB) ([]personal.Column, error) {
	const op = "schema.Columns"
	pool, done, err := d.Migrator()
	if err != nil {
		return nil, fault.Wrap(op, err)
	}
	defer done()
	query := `select table_name, column_name, data_type from information_schema.columns where table_schema = current_schema()`
	if d.Dialect() == db.SQLite {
		query = `select m.name, c.name, lower(c.type) from sqlite_schema m, pragma_table_info(m.name) c where m.type = 'table'`
	}
	rows, err := pool.QueryContext(ctx, query)
	if err != nil {
		return nil, fault.Wrap(op, err)
	}
	defer func() { _ = rows.Close() }()
	var all []personal.Column
	for rows.Next() {
		var c personal.Column
		var kind sql.NullString
		if err := rows.Scan(&c.Table, &c.Name, &kind); err != nil {
			return nil, fault.Wrap(op, err)
		}
		c.Type = kind.String
		// search_text_* are FTS5's own, which hold the words of search_text.
		if c.Table == versionTable || strings.HasPrefix(c.Table, "sqlite_") || strings.HasPrefix(c.Table, "search_text_") {
			continue
		}
		all = append(all, c)
	}
	return all, fault.Wrap(op, rows.Err())
}

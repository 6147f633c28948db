package main

import (
	"context"
	"fmt"

	"plumbline/bench/site"
	"plumbline/internal/db"
	"plumbline/internal/point/query"
)

// floorOf reads a page in an order the way it would be written by hand: one
// statement in the engine's own pool, all columns, nothing that hangs on the
// points, no rules.
func floorOf(d *db.DB, w *site.Site) (read func(context.Context, query.Sort) error, done func(), err error) {
	pool, done, err := d.Migrator()
	if err != nil {
		return nil, nil, err
	}
	columns := map[query.Sort]string{
		query.ByNumber: "code, occurrence, sequence, id", query.BySubject: "subject_key, id", query.ByStatus: "status_id, id",
		query.ByDue: "due, id", query.ByChanged: "changed_at, id", query.ByCreated: "created_at, id", query.ByLocation: "location_id, id",
	}
	return func(ctx context.Context, sort query.Sort) error {
		order, known := columns[sort]
		if !known {
			return fmt.Errorf("no floor for the order %s", sort)
		}
		rows, err := pool.QueryContext(ctx, "select * from point where org_id = $1 and project_id = $2 and deleted_at is null order by "+order+" limit 100", string(w.Org), string(w.Project)) //nolint:gosec // one of the orders above
		if err != nil {
			return err
		}
		defer rows.Close() //nolint:errcheck // its error is asked for below
		names, err := rows.Columns()
		if err != nil {
			return err
		}
		n := 0
		for rows.Next() {
			values := make([]any, len(names))
			into := make([]any, len(names))
			for i := range values {
				into[i] = &values[i]
			}
			if err := rows.Scan(into...); err != nil {
				return err
			}
			n++
		}
		if err := rows.Err(); err != nil {
			return err
		}
		if n != pageSize {
			return fmt.Errorf("a page of %d rows", n)
		}
		return nil
	}, done, nil
}

package pointapi

import (
	"context"

	"plumbline/internal/access"
	"plumbline/internal/db"
	"plumbline/internal/id"
	"plumbline/internal/page"
	"plumbline/internal/point"
)

// Page is a page of all points that the grant sees, changed last first: for
// package syncapi.
func Page(ctx context.Context, d *db.DB, points *point.Service, g access.Grant, cursor string, limit int) ([]any, string, error) {
	var found page.Page[point.Point]
	err := d.Read(ctx, g.Scope(), func(tx *db.Tx) (err error) {
		found, err = points.Recent(tx, g, cursor, limit)
		return err
	})
	out := make([]any, len(found.Items))
	for i, p := range found.Items {
		out[i] = PointOf(p)
	}
	return out, found.Next, err
}

// Load is those of the points that the grant sees; the others are gone for it.
func Load(ctx context.Context, d *db.DB, points *point.Service, g access.Grant, ids []string) (map[string]any, error) {
	which := make([]id.Point, len(ids))
	for i, one := range ids {
		which[i] = id.Point(one)
	}
	var found []point.Point
	err := d.Read(ctx, g.Scope(), func(tx *db.Tx) (err error) {
		found, err = points.Load(tx, g, which)
		return err
	})
	out := make(map[string]any, len(found))
	for _, p := range found {
		out[string(p.ID)] = PointOf(p)
	}
	return out, err
}

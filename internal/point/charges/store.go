// Package charges keeps who is in charge of points, and gives points their
// numbers: the rows that hang on a point or on its list.
package charges

import (
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/point/fields"
)

type row struct {
	point id.Point
	fields.Charge
}

// Of reads who is in charge of many points.
func Of(tx *db.Tx, points []id.Point) (map[id.Point][]fields.Charge, error) {
	all, err := db.All(tx, func(s db.Scanner) (c row, err error) {
		err = s.Scan(&c.point, &c.Kind, &c.ID)
		return c, err
	}, `select point_id, kind, ref_id from point_in_charge where org_id = $1 and point_id in `+db.In(len(points), 2)+`
		order by point_id, kind, ref_id`, append([]any{tx.Org()}, db.Args(points)...)...)
	if err != nil {
		return nil, fault.Wrap("charges.Of", err)
	}
	out := make(map[id.Point][]fields.Charge, len(points))
	for _, c := range all {
		out[c.point] = append(out[c.point], c.Charge)
	}
	return out, nil
}

// Put says who is in charge of a point that has nobody yet.
func Put(tx *db.Tx, point id.Point, all []fields.Charge) error {
	rows := make([][]any, len(all))
	for i, c := range all {
		rows[i] = []any{string(tx.Org()), string(point), c.Kind, c.ID}
	}
	return fault.Wrap("charges.Put", tx.BulkInsert("point_in_charge", []string{"org_id", "point_id", "kind", "ref_id"}, rows))
}

// Erase takes all of them off.
func Erase(tx *db.Tx, point id.Point) error {
	_, err := tx.Exec(`delete from point_in_charge where org_id = $1 and point_id = $2`, tx.Org(), point)
	return fault.Wrap("charges.Erase", err)
}

// Next takes the next sequence of a list. The row stays locked until the
// transaction ends, so a number that is rolled back is given again.
func Next(tx *db.Tx, list id.List, occurrence int64) (int64, error) {
	var n int64
	err := tx.Row(`insert into point_counter (org_id, list_id, occurrence, sequence) values ($1, $2, $3, 1)
		on conflict (org_id, list_id, occurrence) do update set sequence = point_counter.sequence + 1
		returning sequence`, tx.Org(), list, occurrence).Scan(&n)
	return n, fault.Wrap("charges.Next", err)
}

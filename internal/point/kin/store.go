package kin

import (
	"plumbline/internal/db"
	"plumbline/internal/id"
)

type row struct {
	point, other id.Point
	kind         string
}

func scan(s db.Scanner) (r row, err error) {
	err = s.Scan(&r.point, &r.kind, &r.other)
	return r, err
}

func read(tx *db.Tx, points []id.Point) ([]row, error) {
	if len(points) == 0 {
		return nil, nil
	}
	in := db.In(len(points), 2)
	return db.All(tx, scan, `select point_id, kind, other_id from point_kin where org_id = $1 and point_id in `+in+`
		union all select point_id, 'origin', origin_id from point_relay where org_id = $1 and point_id in `+in+`
		order by 1, 2, 3`, append([]any{tx.Org()}, db.Args(points)...)...)
}

func parentOf(tx *db.Tx, point id.Point) (id.Point, error) {
	p, _, err := db.Maybe(tx, db.Value1[id.Point], `select other_id from point_kin where org_id = $1 and point_id = $2 and kind = 'parent'`, tx.Org(), point)
	return p, err
}

func saveParent(tx *db.Tx, point, parent id.Point) error {
	if _, err := tx.Exec(`delete from point_kin where org_id = $1 and point_id = $2 and kind = 'parent'`, tx.Org(), point); err != nil || parent == "" {
		return err
	}
	_, err := tx.Exec(`insert into point_kin (org_id, point_id, kind, other_id) values ($1, $2, 'parent', $3)`, tx.Org(), point, parent)
	return err
}

// said is which of two points says that they are related.
func said(tx *db.Tx, a, b id.Point) (id.Point, bool, error) {
	return db.Maybe(tx, db.Value1[id.Point], `select point_id from point_kin where org_id = $1 and kind = 'related'
		and (point_id = $2 and other_id = $3 or point_id = $3 and other_id = $2)`, tx.Org(), a, b)
}

func relations(tx *db.Tx, point id.Point) (n int, err error) {
	err = tx.Row(`select count(*) from point_kin where org_id = $1 and point_id = $2 and kind = 'related'`, tx.Org(), point).Scan(&n)
	return n, err
}

func relate(tx *db.Tx, a, b id.Point) error {
	_, err := tx.Exec(`insert into point_kin (org_id, point_id, kind, other_id) values ($1, $2, 'related', $3)`, tx.Org(), a, b)
	return err
}

func unrelate(tx *db.Tx, a, b id.Point) error {
	_, err := tx.Exec(`delete from point_kin where org_id = $1 and kind = 'related'
		and (point_id = $2 and other_id = $3 or point_id = $3 and other_id = $2)`, tx.Org(), a, b)
	return err
}

func relays(tx *db.Tx, origin id.Point) (n int, err error) {
	err = tx.Row(`select count(*) from point_relay where org_id = $1 and origin_id = $2`, tx.Org(), origin).Scan(&n)
	return n, err
}

func saveRelay(tx *db.Tx, point, origin id.Point) error {
	_, err := tx.Exec(`insert into point_relay (org_id, point_id, origin_id) values ($1, $2, $3)`, tx.Org(), point, origin)
	return err
}

func originOf(tx *db.Tx, point id.Point) (id.Point, error) {
	p, _, err := db.Maybe(tx, db.Value1[id.Point], `select origin_id from point_relay where org_id = $1 and point_id = $2`, tx.Org(), point)
	return p, err
}

func naming(tx *db.Tx, point id.Point) ([]id.Point, error) {
	return db.All(tx, db.Value1[id.Point], `select point_id from point_kin where org_id = $1 and other_id = $2
		union select point_id from point_relay where org_id = $1 and origin_id = $2 order by 1`, tx.Org(), point)
}

func forget(tx *db.Tx, point id.Point) error {
	if _, err := tx.Exec(`delete from point_relay where org_id = $1 and (point_id = $2 or origin_id = $2)`, tx.Org(), point); err != nil {
		return err
	}
	_, err := tx.Exec(`delete from point_kin where org_id = $1 and (point_id = $2 or other_id = $2)`, tx.Org(), point)
	return err
}

package around

import (
	"slices"

	"plumbline/internal/access"
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
)

// pinned counts the live points that stand on any of the sheets.
func pinned(tx *db.Tx, sheets []id.Sheet) (int, error) {
	if len(sheets) == 0 {
		return 0, nil
	}
	var n int
	err := tx.Row(`select count(*) from point where org_id = $1 and deleted_at is null and sheet_id in `+db.In(len(sheets), 2),
		append([]any{tx.Org()}, db.Args(sheets)...)...).Scan(&n)
	return n, fault.Wrap("around.pinned", err)
}

func unpin(tx *db.Tx, sheets []id.Sheet) error {
	if len(sheets) == 0 {
		return nil
	}
	_, err := tx.Exec(`update point set sheet_id = null, pin_x = null, pin_y = null
		where org_id = $1 and deleted_at is not null and sheet_id in `+db.In(len(sheets), 2),
		append([]any{tx.Org()}, db.Args(sheets)...)...)
	return fault.Wrap("around.unpin", err)
}

// Followers are the audiences of those in charge of points on the sheets.
func Followers(tx *db.Tx, project id.Project, sheets []id.Sheet) ([]string, error) {
	if len(sheets) == 0 {
		return nil, nil
	}
	type on struct {
		list id.List
		access.InCharge
	}
	all, err := db.All(tx, func(s db.Scanner) (o on, err error) {
		err = s.Scan(&o.list, &o.Kind, &o.ID)
		return o, err
	}, `select distinct p.list_id, c.kind, c.ref_id from point_in_charge c join point p on p.org_id = c.org_id and p.id = c.point_id
		where p.org_id = $1 and p.project_id = $2 and p.deleted_at is null and p.sheet_id in `+db.In(len(sheets), 3),
		append([]any{tx.Org(), project}, db.Args(sheets)...)...)
	if err != nil {
		return nil, fault.Wrap("around.followers", err)
	}
	lists := map[id.List][]access.InCharge{}
	for _, o := range all {
		lists[o.list] = append(lists[o.list], o.InCharge)
	}
	var out []string
	for list, who := range lists {
		to, err := access.ChargedOn(tx, project, list, who)
		if err != nil {
			return nil, fault.Wrap("around.followers", err)
		}
		out = append(out, to...)
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// inUse reports whether a point names a setting.
func inUse(tx *db.Tx, kind, thing string) (bool, error) {
	column := map[string]string{"status": "status_id", "location": "location_id", "category": "category_id", "list": "list_id"}[kind]
	query := `select point_id from point_in_charge where org_id = $1 and ref_id = $2 and kind = 'role'`
	switch {
	case column != "":
		query = `select id from point where org_id = $1 and ` + column + ` = $2`
	case kind != "role":
		return false, nil
	}
	_, ok, err := db.Maybe(tx, db.Value1[string], query+` limit 1`, tx.Org(), thing)
	return ok, fault.Wrap("around.inUse", err)
}

// peopleOf are the authors of points and the persons in charge of them.
func peopleOf(tx *db.Tx, points []id.Point) ([]id.Person, error) {
	list := db.In(len(points), 2)
	all, err := db.All(tx, db.Value1[id.Person], `select author_id from point where org_id = $1 and id in `+list+`
		union select ref_id from point_in_charge where org_id = $1 and kind = 'person' and point_id in `+list,
		append([]any{tx.Org()}, db.Args(points)...)...)
	return all, fault.Wrap("around.peopleOf", err)
}

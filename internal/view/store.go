package view

import (
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
)

const columns = "id, project_id, owner_id, name, query, shared, version"

func scan(s db.Scanner) (v View, err error) {
	err = s.Scan(&v.ID, &v.Project, &v.Owner, &v.Name, &v.Query, &v.Shared, &v.Version)
	return v, err
}

// find reads a view of the project; with lock, others who lock it wait.
func find(tx *db.Tx, project id.Project, view id.View, lock bool) (View, bool, error) {
	query := `select ` + columns + ` from point_view where org_id = $1 and id = $2 and project_id = $3`
	if lock {
		query += tx.Locked()
	}
	v, ok, err := db.Maybe(tx, scan, query, tx.Org(), view, project)
	return v, ok, fault.Wrap("view.find", err)
}

// of are the views that a person sees: their own, and the shared ones.
func of(tx *db.Tx, project id.Project, person id.Person) ([]View, error) {
	all, err := db.All(tx, scan, `select `+columns+` from point_view where org_id = $1 and project_id = $2 and (shared or owner_id = $3) order by id`,
		tx.Org(), project, person)
	return all, fault.Wrap("view.of", err)
}

func count(tx *db.Tx, project id.Project, person id.Person) (n int, err error) {
	err = tx.Row(`select count(*) from point_view where org_id = $1 and project_id = $2 and owner_id = $3`, tx.Org(), project, person).Scan(&n)
	return n, fault.Wrap("view.count", err)
}

// insert reports false where the id was there already, in whichever project.
func insert(tx *db.Tx, v View) (bool, error) {
	n, err := tx.Exec(`insert into point_view (org_id, id, project_id, owner_id, name, query, shared, version, created_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing`,
		tx.Org(), v.ID, v.Project, v.Owner, v.Name, v.Query, v.Shared, v.Version, tx.Micros())
	return n == 1, fault.Wrap("view.insert", err)
}

func update(tx *db.Tx, v View) error {
	_, err := tx.Exec(`update point_view set name = $3, query = $4, shared = $5, version = $6 where org_id = $1 and id = $2`,
		tx.Org(), v.ID, v.Name, v.Query, v.Shared, v.Version)
	return fault.Wrap("view.update", err)
}

func erase(tx *db.Tx, view id.View) error {
	_, err := tx.Exec(`delete from point_view where org_id = $1 and id = $2`, tx.Org(), view)
	return fault.Wrap("view.erase", err)
}

package lists

import (
	"plumbline/internal/db"
	"plumbline/internal/id"
)

const query = `select id, prefix, name, ord, numbering, occurrence, occurrence_at, coalesce(archived_at, 0), version from point_list
	where org_id = $1 and project_id = $2`

func scan(s db.Scanner) (l List, err error) {
	err = s.Scan(&l.ID, &l.Code, &l.Name, &l.Order, &l.Numbering, &l.Occurrence, &l.OccurrenceAt, &l.ArchivedAt, &l.Version)
	return l, err
}

func read(tx *db.Tx, project id.Project) ([]List, error) {
	return db.All(tx, scan, query+` order by ord, id`, tx.Org(), project)
}

func find(tx *db.Tx, project id.Project, list id.List) (List, bool, error) {
	return db.Maybe(tx, scan, query+` and id = $3`, tx.Org(), project, list)
}

// insert keeps the id in the column code too, which is unique for a reason that
// is gone (migration 23).
func insert(tx *db.Tx, project id.Project, l List) (bool, error) {
	n, err := tx.Exec(`insert into point_list (org_id, id, project_id, code, prefix, name, ord, numbering, occurrence, occurrence_at, archived_at, version)
		values ($1, $2, $3, $2, $4, $5, $6, $7, $8, $9, $10, $11) on conflict (org_id, id) do nothing`,
		tx.Org(), l.ID, project, l.Code, l.Name, l.Order, l.Numbering, l.Occurrence, l.OccurrenceAt, orNull(l.ArchivedAt), l.Version)
	return n == 1, err
}

func update(tx *db.Tx, project id.Project, l List) error {
	_, err := tx.Exec(`update point_list set code = id, prefix = $4, name = $5, ord = $6, numbering = $7, occurrence = $8, occurrence_at = $9,
			archived_at = $10, version = $11 where org_id = $1 and project_id = $2 and id = $3`,
		tx.Org(), project, l.ID, l.Code, l.Name, l.Order, l.Numbering, l.Occurrence, l.OccurrenceAt, orNull(l.ArchivedAt), l.Version)
	return err
}

func remove(tx *db.Tx, project id.Project, list id.List) error {
	_, err := tx.Exec(`delete from point_list where org_id = $1 and project_id = $2 and id = $3`, tx.Org(), project, list)
	return err
}

func orNull(at int64) any {
	if at == 0 {
		return nil
	}
	return at
}

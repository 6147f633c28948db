package project

import (
	"encoding/json"
	"slices"
	"strings"

	"plumbline/internal/db"
	"plumbline/internal/id"
)

func scanProject(s db.Scanner) (p Project, err error) {
	return p, s.Scan(&p.ID, &p.Org, &p.Name, &p.Code, &p.Place, &p.TimeZone, &p.Version)
}

func insertProject(tx *db.Tx, p Project) (bool, error) {
	n, err := tx.Exec(`insert into project (id, org_id, name, code, place, time_zone, version, created_at)
		values ($1, $2, $3, $4, $5, $6, 1, $7) on conflict (id) do nothing`,
		p.ID, tx.Org(), p.Name, p.Code, p.Place, p.TimeZone, tx.Micros())
	return n == 1, err
}

func find(tx *db.Tx, project id.Project) (Project, bool, error) {
	return db.Maybe(tx, scanProject, `select id, org_id, name, code, place, time_zone, version from project where org_id = $1 and id = $2`, tx.Org(), project)
}

// lockProject holds the project, and with it its settings.
func lockProject(tx *db.Tx, project id.Project) error {
	n, err := tx.Exec(`update project set version = version where org_id = $1 and id = $2`, tx.Org(), project)
	if err == nil && n == 0 {
		err = errNoProject()
	}
	return err
}

func updateProject(tx *db.Tx, p Project) error {
	_, err := tx.Exec(`update project set name = $3, code = $4, place = $5, time_zone = $6, version = $7 where org_id = $1 and id = $2`,
		tx.Org(), p.ID, p.Name, p.Code, p.Place, p.TimeZone, p.Version)
	return err
}

func projectIDs(tx *db.Tx) ([]id.Project, error) {
	return db.All(tx, db.Value1[id.Project], `select id from project where org_id = $1 order by id`, tx.Org())
}

func sortMine(all []Mine) {
	slices.SortStableFunc(all, func(a, b Mine) int {
		if c := strings.Compare(db.Fold(a.Name), db.Fold(b.Name)); c != 0 {
			return c
		}
		return strings.Compare(string(a.ID), string(b.ID))
	})
}

func (k kind[T]) scan(s db.Scanner) (v T, err error) {
	thing, version, values := k.parts(&v)
	return v, s.Scan(append([]any{thing, version}, values...)...)
}

func (k kind[T]) sel() string {
	return "select id, version, " + strings.Join(k.columns, ", ") + " from " + k.table + " where org_id = $1 and project_id = $2"
}

func (k kind[T]) all(tx *db.Tx, project id.Project) ([]T, error) {
	return db.All(tx, k.scan, k.sel()+" order by "+k.order, tx.Org(), project)
}

func (k kind[T]) find(tx *db.Tx, project id.Project, thing string) (T, bool, error) {
	return db.Maybe(tx, k.scan, k.sel()+" and id = $3", tx.Org(), project, thing)
}

// args are the values of the columns as SQL takes them.
func (k kind[T]) args(v *T) ([]any, error) {
	args := k.values(v)
	for i, a := range args {
		if c, ok := a.(charges); ok {
			b, err := json.Marshal(c)
			if err != nil {
				return nil, err
			}
			args[i] = string(b)
		}
	}
	return args, nil
}

func (k kind[T]) insert(tx *db.Tx, project id.Project, v *T) error {
	thing, version, _ := k.parts(v)
	args, err := k.args(v)
	if err != nil {
		return err
	}
	_, err = tx.Exec("insert into "+k.table+" (org_id, project_id, id, version, "+strings.Join(k.columns, ", ")+") values "+db.In(4+len(args), 1),
		append([]any{string(tx.Org()), string(project), *thing, *version}, args...)...)
	return err
}

func (k kind[T]) update(tx *db.Tx, project id.Project, v *T) error {
	thing, version, _ := k.parts(v)
	args, err := k.args(v)
	if err != nil {
		return err
	}
	set := "version = $4"
	for i, c := range k.columns {
		set += ", " + c + " = " + strings.Trim(db.In(1, 5+i), "()")
	}
	_, err = tx.Exec("update "+k.table+" set "+set+" where org_id = $1 and project_id = $2 and id = $3",
		append([]any{string(tx.Org()), string(project), *thing, *version}, args...)...)
	return err
}

func (k kind[T]) delete(tx *db.Tx, project id.Project, thing string) error {
	_, err := tx.Exec("delete from "+k.table+" where org_id = $1 and project_id = $2 and id = $3", string(tx.Org()), string(project), thing)
	return err
}

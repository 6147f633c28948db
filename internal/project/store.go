package project

import (
	"encoding/json"
	"fmt"
	"strings"

	"plumbline/internal/access"
	"plumbline/internal/db"
	"plumbline/internal/id"
)

func scanProject(s db.Scanner) (p Project, err error) {
	err = s.Scan(&p.ID, &p.Org, &p.Name, &p.Code, &p.Place, &p.TimeZone, &p.Version)
	return p, err
}

func insertProject(tx *db.Tx, p Project) (bool, error) {
	n, err := tx.Exec(`insert into project (id, org_id, name, code, place, time_zone, version, created_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (id) do nothing`,
		p.ID, tx.Org(), p.Name, p.Code, p.Place, p.TimeZone, p.Version, tx.Micros())
	return n == 1, err
}

func find(tx *db.Tx, project id.Project) (Project, bool, error) {
	return db.Maybe(tx, scanProject, `select id, org_id, name, code, place, time_zone, version from project where org_id = $1 and id = $2`, tx.Org(), project)
}

// Hold locks a project, and with it its settings.
func Hold(tx *db.Tx, project id.Project) error { return lockProject(tx, project) }

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

// The statements of settings are put together of the names in their kind,
// which are the program's own.

func (k kind[T]) scan(s db.Scanner) (v T, err error) {
	thing, version, values := k.parts(&v)
	err = s.Scan(append([]any{thing, version}, values...)...)
	return v, err
}

func (k kind[T]) query() string {
	return "select id, version, " + strings.Join(k.columns, ", ") + " from " + k.table + " where org_id = $1 and project_id = $2"
}

func (k kind[T]) all(tx *db.Tx, project id.Project) ([]T, error) {
	all, err := db.All(tx, k.scan, k.query()+" order by "+k.order, tx.Org(), project)
	if err == nil && k.arrange != nil {
		all = k.arrange(all)
	}
	return all, err
}

func (k kind[T]) find(tx *db.Tx, project id.Project, thing string) (T, bool, error) {
	return db.Maybe(tx, k.scan, k.query()+" and id = $3", tx.Org(), project, thing)
}

// hold locks a row against whoever relies on it to stay.
func (k kind[T]) hold(tx *db.Tx, project id.Project, thing string) error {
	_, err := tx.Exec("update "+k.table+" set version = version where org_id = $1 and project_id = $2 and id = $3", tx.Org(), project, thing)
	return err
}

// keepRoles are those of the ids that are the project's roles. On PostgreSQL
// they are held; SQLite has one writer. (A query that only reads takes no lock.)
func keepRoles(tx *db.Tx, project id.Project, ids []string) (map[string]bool, error) {
	out := make(map[string]bool, len(ids))
	if len(ids) == 0 {
		return out, nil
	}
	query := `select id from project_role where org_id = $1 and project_id = $2 and id in ` + db.In(len(ids), 3)
	if tx.Dialect() == db.Postgres {
		query += ` for share`
	}
	found, err := db.All(tx, db.Value1[string], query, append([]any{tx.Org(), project}, db.Args(ids)...)...)
	for _, r := range found {
		out[r] = true
	}
	return out, err
}

// args are the values of the columns as SQL takes them.
func (k kind[T]) args(v *T) ([]any, error) {
	args := k.values(v)
	for i, a := range args {
		switch a := a.(type) {
		case charges:
			b, err := json.Marshal(a)
			if err != nil {
				return nil, err
			}
			args[i] = string(b)
		case *id.Location:
			args[i] = orNull(a)
		case *id.Category:
			args[i] = orNull(a)
		}
	}
	return args, nil
}

func orNull[ID ~string](v *ID) any {
	if v == nil {
		return nil
	}
	return string(*v)
}

func (k kind[T]) insert(tx *db.Tx, project id.Project, v *T) (bool, error) {
	thing, version, _ := k.parts(v)
	args, err := k.args(v)
	if err != nil {
		return false, err
	}
	n, err := tx.Exec("insert into "+k.table+" (org_id, project_id, id, version, "+strings.Join(k.columns, ", ")+") values "+
		db.In(4+len(args), 1)+" on conflict (org_id, id) do nothing",
		append([]any{tx.Org(), project, *thing, *version}, args...)...)
	return n == 1, err
}

func (k kind[T]) update(tx *db.Tx, project id.Project, v *T) error {
	thing, version, _ := k.parts(v)
	args, err := k.args(v)
	if err != nil {
		return err
	}
	var set strings.Builder
	set.WriteString("version = $4")
	for i, c := range k.columns {
		_, _ = fmt.Fprintf(&set, ", %s = $%d", c, 5+i)
	}
	_, err = tx.Exec("update "+k.table+" set "+set.String()+" where org_id = $1 and project_id = $2 and id = $3",
		append([]any{tx.Org(), project, *thing, *version}, args...)...)
	return err
}

func (k kind[T]) delete(tx *db.Tx, project id.Project, thing string) error {
	_, err := tx.Exec("delete from "+k.table+" where org_id = $1 and project_id = $2 and id = $3", tx.Org(), project, thing)
	return err
}

// charges is a JSON column.
type charges []access.InCharge //nolint:recvcheck // JSON is written from a value, Scan needs a place

// MarshalJSON writes an empty list as one.
func (c charges) MarshalJSON() ([]byte, error) {
	if c == nil {
		return []byte("[]"), nil
	}
	return json.Marshal([]access.InCharge(c))
}

// Scan reads the column.
func (c *charges) Scan(src any) error {
	switch v := src.(type) {
	case string:
		return json.Unmarshal([]byte(v), (*[]access.InCharge)(c))
	case []byte:
		return json.Unmarshal(v, (*[]access.InCharge)(c))
	}
	return fmt.Errorf("in charge is kept as text, not as %T", src)
}

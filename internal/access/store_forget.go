package access

import (
	"plumbline/internal/db"
	"plumbline/internal/id"
)

func forgetPerson(tx *db.Tx, p id.Person) error {
	for _, statement := range []string{
		`delete from participant_role where org_id = $1 and person_id = $2`,
		`delete from list_level where org_id = $1 and person_id = $2`,
		`delete from participant where org_id = $1 and person_id = $2`,
	} {
		if _, err := tx.Exec(statement, tx.Org(), p); err != nil {
			return err
		}
	}
	return nil
}

func projectsEver(tx *db.Tx, p id.Person) ([]id.Project, error) {
	return db.All(tx, db.Value1[id.Project], `select project_id from participant where org_id = $1 and person_id = $2 order by project_id`, tx.Org(), p)
}

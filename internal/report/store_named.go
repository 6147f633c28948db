package report

import (
	"plumbline/internal/db"
	"plumbline/internal/id"
)

func setNamed(tx *db.Tx, report id.Report, people []id.Person) error {
	if _, err := tx.Exec(`delete from report_person where org_id = $1 and report_id = $2`, tx.Org(), report); err != nil {
		return err
	}
	rows := make([][]any, len(people))
	for i, p := range people {
		rows[i] = []any{string(tx.Org()), string(report), string(p)}
	}
	return tx.BulkInsert("report_person", []string{"org_id", "report_id", "person_id"}, rows)
}

// naming are the made reports that name a person; those they asked for among
// them, made or in the making. Of one that was made before names were
// remembered nothing tells whom it names: it counts as naming whoever takes part
// in its project.
func naming(tx *db.Tx, p id.Person) ([]Report, error) {
	return db.All(tx, scan, `select `+columns+` from report where org_id = $1 and (author_id = $2
		or state = 'ready' and (id in (select report_id from report_person where org_id = $1 and person_id = $2)
			or not exists (select 1 from report_person n where n.org_id = report.org_id and n.report_id = report.id)
				and project_id in (select project_id from participant where org_id = $1 and person_id = $2)))
		order by id`+tx.Locked(), tx.Org(), p)
}

// standing are those of a project, or of all, that are made or in the making.
func standing(tx *db.Tx, project id.Project) ([]Report, error) {
	return db.All(tx, scan, `select `+columns+` from report where org_id = $1 and state in ('ready', 'making') and (project_id = $2 or $2 = '') order by id`+tx.Locked(),
		tx.Org(), string(project))
}

func restart(tx *db.Tx, r Report) error {
	if _, err := tx.Exec(`delete from report_person where org_id = $1 and report_id = $2`, tx.Org(), r.ID); err != nil {
		return err
	}
	_, err := tx.Exec(`update report set state = $3, code = $4, job_id = $5, file = null, bytes = 0, version = $6 where org_id = $1 and id = $2`,
		tx.Org(), r.ID, r.State, r.Code, r.Job, r.Version)
	return err
}

func forgetNamed(tx *db.Tx, p id.Person) error {
	_, err := tx.Exec(`delete from report_person where org_id = $1 and person_id = $2`, tx.Org(), p)
	return err
}

package report

import (
	"time"

	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
)

const columns = `id, project_id, format, title, query, locale, time_zone, with_photos, with_plans, state, code, job_id,
	points, pages, replaced, missing, bytes, coalesce(file, ''), author_id, created_at, version`

func scan(s db.Scanner) (Report, error) {
	var (
		r  Report
		at int64
	)
	err := s.Scan(&r.ID, &r.Project, &r.Format, &r.Title, &r.Query, &r.Locale, &r.Zone, &r.Photos, &r.Plans, &r.State, &r.Code, &r.Job,
		&r.Points, &r.Pages, &r.Replaced, &r.Missing, &r.Bytes, &r.file, &r.Author, &at, &r.Version)
	r.CreatedAt = time.UnixMicro(at).UTC()
	return r, err
}

func notFound() error {
	return fault.New(fault.NotFound, "report-not-found", "there is no such report here")
}

func find(tx *db.Tx, project id.Project, report id.Report) (Report, bool, error) {
	return db.Maybe(tx, scan, `select `+columns+` from report where org_id = $1 and project_id = $2 and id = $3`,
		tx.Org(), project, report)
}

// locked is find for who changes the report: others who lock it wait.
func locked(tx *db.Tx, project id.Project, report id.Report) (Report, bool, error) {
	return db.Maybe(tx, scan, `select `+columns+` from report where org_id = $1 and project_id = $2 and id = $3`+tx.Locked(), tx.Org(), project, report)
}

// ofJob are those that a job still has to make.
func ofJob(tx *db.Tx, j id.Job) ([]Report, error) {
	return db.All(tx, scan, `select `+columns+` from report where org_id = $1 and job_id = $2 and state = 'making' order by id`, tx.Org(), j)
}

func insert(tx *db.Tx, r Report) (bool, error) {
	n, err := tx.Exec(`insert into report (org_id, id, project_id, title, query, locale, time_zone, with_photos, with_plans,
			state, code, job_id, points, pages, replaced, missing, bytes, author_id, created_at, version, format)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'making', '', $10, 0, 0, 0, 0, 0, $11, $12, 1, $13)
		on conflict do nothing`,
		tx.Org(), r.ID, r.Project, r.Title, r.Query, r.Locale, r.Zone, r.Photos, r.Plans, r.Job, r.Author, tx.Micros(), r.Format)
	return n == 1, err
}

func finish(tx *db.Tx, r Report) error {
	n, err := tx.Exec(`update report set state = $1, code = $2, points = $3, pages = $4, replaced = $5, missing = $6,
			bytes = $7, file = $8, version = version + 1
		where org_id = $9 and id = $10 and state = 'making'`,
		r.State, r.Code, r.Points, r.Pages, r.Replaced, r.Missing, r.Bytes, orNull(r.file), tx.Org(), r.ID)
	if err == nil && n == 0 {
		err = notFound() // deleted, or finished by another attempt
	}
	return err
}

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func remove(tx *db.Tx, report id.Report) error {
	_, err := tx.Exec(`delete from report where org_id = $1 and id = $2`, tx.Org(), report)
	return err
}

func list(tx *db.Tx, project id.Project) ([]Report, error) {
	return db.All(tx, scan, `select `+columns+` from report
		where org_id = $1 and project_id = $2 order by created_at desc, id desc limit 500`, tx.Org(), project)
}

func byIDs(tx *db.Tx, project id.Project, ids []id.Report) ([]Report, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	return db.All(tx, scan, `select `+columns+` from report where org_id = $1 and project_id = $2 and id in `+db.In(len(ids), 3),
		append([]any{tx.Org(), project}, db.Args(ids)...)...)
}

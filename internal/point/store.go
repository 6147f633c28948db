package point

import (
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/point/charges"
	"plumbline/internal/point/fields"
	"plumbline/internal/point/kin"
	"plumbline/internal/point/query"
)

const columns = `p.id, p.project_id, p.list_id, p.code, p.occurrence, p.sequence, p.version, p.subject, p.subject_key,
	p.description, p.status_id, p.category_id, p.location_id, p.due, p.urgent, p.sheet_id, p.pin_x, p.pin_y,
	p.author_id, p.created_at, p.changed_at, p.closed_at, p.deleted_at, p.deleted_by`

func scan(s db.Scanner) (Point, error) {
	var (
		p                                       Point
		category, location, due, sheet, deleter *string
		x, y                                    *float64
		closed, deleted                         *int64
	)
	err := s.Scan(&p.ID, &p.Project, &p.List, &p.Number.Code, &p.Number.Occurrence, &p.Number.Sequence, &p.Version,
		&p.Subject, &p.subjectKey, &p.Description, &p.Values.Status, &category, &location, &due, &p.Urgent, &sheet, &x, &y,
		&p.Author, &p.CreatedAt, &p.ChangedAt, &closed, &deleted, &deleter)
	p.Category, p.Location, p.Due = id.Category(text(category)), id.Location(text(location)), text(due)
	p.DeletedBy = id.Person(text(deleter))
	if sheet != nil && x != nil && y != nil {
		p.Pin = &fields.Pin{Sheet: id.Sheet(*sheet), X: *x, Y: *y}
	}
	if closed != nil {
		p.ClosedAt = *closed
	}
	if deleted != nil {
		p.DeletedAt = *deleted
	}
	return p, err
}

// rows is how package query reads points.
func rows() query.Rows[Point] {
	return query.Rows[Point]{Columns: columns, Scan: scan, Key: func(p Point, column string) any {
		switch column {
		case "p.code":
			return p.Number.Code
		case "p.occurrence":
			return p.Number.Occurrence
		case "p.sequence":
			return p.Number.Sequence
		case "p.subject_key":
			return p.subjectKey
		case "p.changed_at":
			return p.ChangedAt
		case "p.created_at":
			return p.CreatedAt
		case "p.due":
			return p.Due
		case "p.status_id":
			return string(p.Status)
		case "p.location_id":
			return string(p.Location)
		}
		return string(p.ID)
	}}
}

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func instant(at int64) any {
	if at == 0 {
		return nil
	}
	return at
}

func notFound() error {
	return fault.New(fault.NotFound, "point-not-found", "there is no such point")
}

// find reads a point of the project with those in charge, a deleted one too.
// With lock, others who lock it wait until this transaction ends.
func find(tx *db.Tx, project id.Project, point id.Point, lock bool) (Point, bool, error) {
	query := `select ` + columns + ` from point p where p.org_id = $1 and p.id = $2 and p.project_id = $3`
	if lock {
		query += tx.Locked()
	}
	p, ok, err := db.Maybe(tx, scan, query, tx.Org(), point, project)
	if err != nil || !ok {
		return p, ok, fault.Wrap("point.find", err)
	}
	all, err := charges.Of(tx, []id.Point{point})
	p.InCharge = all[point]
	return p, err == nil, err
}

// taken reports whether the id is that of a point of another project of the
// organisation.
func taken(tx *db.Tx, point id.Point) (bool, error) {
	_, ok, err := db.Maybe(tx, db.Value1[string], `select id from point where org_id = $1 and id = $2`, tx.Org(), point)
	return ok, fault.Wrap("point.taken", err)
}

func pinColumns(p *fields.Pin) (sheet, x, y any) {
	if p == nil {
		return nil, nil, nil
	}
	return p.Sheet, p.X, p.Y
}

func insert(tx *db.Tx, p Point) error {
	sheet, x, y := pinColumns(p.Pin)
	_, err := tx.Exec(`insert into point (org_id, id, project_id, list_id, code, occurrence, sequence, version, subject, subject_key,
			description, status_id, category_id, location_id, due, urgent, sheet_id, pin_x, pin_y, author_id, created_at, changed_at, closed_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)`,
		tx.Org(), p.ID, p.Project, p.List, p.Number.Code, p.Number.Occurrence, p.Number.Sequence, p.Version, p.Subject, fields.SortKey(p.Subject),
		p.Description, p.Values.Status, orNull(string(p.Category)), orNull(string(p.Location)), orNull(p.Due), p.Urgent, sheet, x, y,
		p.Author, p.CreatedAt, p.ChangedAt, instant(p.ClosedAt))
	if err != nil {
		return fault.Wrap("point.insert", err)
	}
	return charges.Put(tx, p.ID, p.InCharge)
}

// update writes every field that can change; charge says whether those in
// charge did. The version that was read guards the row.
func update(tx *db.Tx, p Point, was int64, charge bool) error {
	sheet, x, y := pinColumns(p.Pin)
	n, err := tx.Exec(`update point set version = $1, subject = $2, subject_key = $3, description = $4, status_id = $5, category_id = $6,
			location_id = $7, due = $8, urgent = $9, sheet_id = $10, pin_x = $11, pin_y = $12, changed_at = $13, closed_at = $14,
			deleted_at = $15, deleted_by = $16, list_id = $17, code = $18, occurrence = $19, sequence = $20
		where org_id = $21 and id = $22 and version = $23`,
		p.Version, p.Subject, fields.SortKey(p.Subject), p.Description, p.Values.Status, orNull(string(p.Category)),
		orNull(string(p.Location)), orNull(p.Due), p.Urgent, sheet, x, y, p.ChangedAt, instant(p.ClosedAt),
		instant(p.DeletedAt), orNull(string(p.DeletedBy)), p.List, p.Number.Code, p.Number.Occurrence, p.Number.Sequence,
		tx.Org(), p.ID, was)
	if err != nil {
		return fault.Wrap("point.update", err)
	}
	if n != 1 {
		return fault.New(fault.Unavailable, "busy", "the point changed in this moment")
	}
	if !charge {
		return nil
	}
	if err := charges.Erase(tx, p.ID); err != nil {
		return err
	}
	return charges.Put(tx, p.ID, p.InCharge)
}

// erase removes a point's own rows.
func erase(tx *db.Tx, point id.Point) error {
	if err := kin.Forget(tx, point); err != nil {
		return err
	}
	if err := charges.Erase(tx, point); err != nil {
		return err
	}
	_, err := tx.Exec(`delete from point where org_id = $1 and id = $2`, tx.Org(), point)
	return fault.Wrap("point.erase", err)
}

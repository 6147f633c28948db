package book

import (
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/sheet"
)

const drawingColumns = `d.id, d.project_id, d.name, d.media_type, d.Source, d.bytes, d.state, d.code, d.job_id, d.author_id, d.created_at, d.version,
	(select count(*) from drawing_page p where p.org_id = d.org_id and p.drawing_id = d.id)`

func scanDrawing(s db.Scanner) (Drawing, error) {
	var (
		d      Drawing
		source *string
	)
	err := s.Scan(&d.ID, &d.Project, &d.Name, &d.MediaType, &source, &d.Bytes, &d.State, &d.Code, &d.Job, &d.Author, &d.CreatedAt, &d.Version, &d.Pending)
	if source != nil {
		d.Source = *source
	}
	return d, err
}

const revisionColumns = `r.id, r.sheet_id, r.drawing_id, r.project_id, r.code, r.at, r.page, r.width_px, r.height_px, r.max_zoom, r.tile_size, r.tile_type,
	r.a, r.b, r.c, r.d, r.e, r.f, r.archive, r.archive_bytes, r.thumb,
	r.page_w, r.page_h, r.alignment, r.confidence, r.words`

func (r *Revision) fields() []any {
	m := &r.Affine
	return []any{&r.ID, &r.Sheet, &r.Drawing, &r.Project, &r.Code, &r.At, &r.Page, &r.Pixels.Width, &r.Pixels.Height, &r.MaxZoom, &r.TileSize, &r.TileType,
		&m[0], &m[1], &m[2], &m[3], &m[4], &m[5], &r.Archive, &r.Bytes, &r.Thumb,
		&r.Size.Width, &r.Size.Height, &r.Alignment, &r.Confidence, (*wordsColumn)(&r.Words)}
}

func scanRevision(s db.Scanner) (r Revision, err error) {
	err = s.Scan(r.fields()...)
	return r, err
}

const sheetColumns = `s.id, s.drawing_id, s.project_id, s.name, s.number, s.ord, s.location_id, s.frame_w, s.frame_h, s.version, ` + revisionColumns

func scanSheet(s db.Scanner) (Sheet, error) {
	var (
		v        Sheet
		location *id.Location
	)
	err := s.Scan(append([]any{&v.ID, &v.Drawing, &v.Project, &v.Name, &v.Number, &v.Order, &location, &v.Frame.Width, &v.Frame.Height, &v.Version},
		v.Revision.fields()...)...)
	if location != nil {
		v.Location = *location
	}
	return v, err
}

// DrawingNotFound is the answer for what the caller does not see.
func DrawingNotFound() error {
	return fault.New(fault.NotFound, "drawing-not-found", "there is no such drawing")
}

// SheetNotFound is the answer for what the caller does not see.
func SheetNotFound() error {
	return fault.New(fault.NotFound, "sheet-not-found", "there is no such sheet")
}

// InsertDrawing adds one.
func InsertDrawing(tx *db.Tx, d Drawing) error {
	_, err := tx.Exec(`insert into drawing (org_id, id, project_id, name, media_type, source, bytes, state, code, job_id, author_id, created_at, version)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
		tx.Org(), d.ID, d.Project, d.Name, d.MediaType, d.Source, d.Bytes, string(d.State), d.Code, d.Job, d.Author, d.CreatedAt, d.Version)
	return fault.Wrap("book.InsertDrawing", err)
}

// FindDrawing reads a drawing, in whatever project of the organisation.
func FindDrawing(tx *db.Tx, drawing id.Drawing, lock bool) (Drawing, bool, error) {
	query := `select ` + drawingColumns + ` from drawing d where d.org_id = $1 and d.id = $2`
	if lock {
		query += tx.Locked()
	}
	d, ok, err := db.Maybe(tx, scanDrawing, query, tx.Org(), drawing)
	return d, ok, fault.Wrap("book.FindDrawing", err)
}

// UpdateDrawing writes its state.
func UpdateDrawing(tx *db.Tx, d Drawing) error {
	var source any
	if d.Source != "" {
		source = d.Source
	}
	_, err := tx.Exec(`update drawing set state = $1, code = $2, source = $3, version = $4 where org_id = $5 and id = $6`,
		string(d.State), d.Code, source, d.Version, tx.Org(), d.ID)
	return fault.Wrap("book.UpdateDrawing", err)
}

// DrawingsOf reads all of a project, oldest first.
func DrawingsOf(tx *db.Tx, project id.Project) ([]Drawing, error) {
	all, err := db.All(tx, scanDrawing, `select `+drawingColumns+` from drawing d where d.org_id = $1 and d.project_id = $2
		order by d.created_at, d.id`, tx.Org(), project)
	return all, fault.Wrap("book.DrawingsOf", err)
}

// SheetsOf reads all of a project in their order, each with its newest revision.
func SheetsOf(tx *db.Tx, project id.Project) ([]Sheet, error) {
	all, err := db.All(tx, scanSheet, `select `+sheetColumns+` from sheet s join revision r on r.org_id = s.org_id and r.id = s.revision_id
		where s.org_id = $1 and s.project_id = $2 order by s.ord, s.id`, tx.Org(), project)
	return all, fault.Wrap("book.SheetsOf", err)
}

// FindSheet reads one of the project.
func FindSheet(tx *db.Tx, project id.Project, one id.Sheet, lock bool) (Sheet, bool, error) {
	if lock && tx.Dialect() == db.Postgres {
		if _, err := tx.Exec(`select 1 from sheet where org_id = $1 and id = $2 for update`, tx.Org(), one); err != nil {
			return Sheet{}, false, fault.Wrap("book.FindSheet", err)
		}
	}
	v, ok, err := db.Maybe(tx, scanSheet, `select `+sheetColumns+` from sheet s join revision r on r.org_id = s.org_id and r.id = s.revision_id
		where s.org_id = $1 and s.project_id = $2 and s.id = $3`, tx.Org(), project, one)
	return v, ok, fault.Wrap("book.FindSheet", err)
}

// FrameOf reads a sheet's frame.
func FrameOf(tx *db.Tx, project id.Project, one id.Sheet) (sheet.Frame, bool, error) {
	f, ok, err := db.Maybe(tx, func(s db.Scanner) (f sheet.Frame, err error) {
		err = s.Scan(&f.Width, &f.Height)
		return f, err
	}, `select frame_w, frame_h from sheet where org_id = $1 and project_id = $2 and id = $3`, tx.Org(), project, one)
	return f, ok, fault.Wrap("book.FrameOf", err)
}

// LastOrder is the order of the project's last sheet.
func LastOrder(tx *db.Tx, project id.Project) (int64, error) {
	var n int64
	err := tx.Row(`select coalesce(max(ord), 0) from sheet where org_id = $1 and project_id = $2`, tx.Org(), project).Scan(&n)
	return n, fault.Wrap("book.LastOrder", err)
}

// InsertSheets adds sheets with their first revisions.
func InsertSheets(tx *db.Tx, all []Sheet) error {
	if len(all) == 0 {
		return nil
	}
	org := string(tx.Org())
	sheets, revisions := make([][]any, len(all)), make([]Revision, len(all))
	for i, s := range all {
		sheets[i] = []any{org, string(s.ID), string(s.Project), string(s.Drawing), s.Name, s.Number, s.Order, s.Frame.Width, s.Frame.Height,
			string(s.Revision.ID), s.Version}
		revisions[i] = s.Revision
		revisions[i].Sheet, revisions[i].Drawing, revisions[i].Project = s.ID, s.Drawing, s.Project
	}
	if err := tx.BulkInsert("sheet", []string{"org_id", "id", "project_id", "drawing_id", "name", "number", "ord", "frame_w", "frame_h",
		"revision_id", "version"}, sheets); err != nil {
		return fault.Wrap("book.InsertSheets", err)
	}
	return InsertRevisions(tx, revisions)
}

// UpdateSheet writes a sheet's name, number, place, newest revision and version.
func UpdateSheet(tx *db.Tx, s Sheet) error {
	var location any
	if s.Location != "" {
		location = s.Location
	}
	_, err := tx.Exec(`update sheet set name = $1, number = $2, location_id = $3, revision_id = $4, version = $5 where org_id = $6 and id = $7`,
		s.Name, s.Number, location, s.Revision.ID, s.Version, tx.Org(), s.ID)
	return fault.Wrap("book.UpdateSheet", err)
}

// FindRevision reads one of the project.
func FindRevision(tx *db.Tx, project id.Project, revision id.Revision) (Revision, bool, error) {
	r, ok, err := db.Maybe(tx, scanRevision, `select `+revisionColumns+` from revision r where r.org_id = $1 and r.project_id = $2 and r.id = $3`,
		tx.Org(), project, revision)
	return r, ok, fault.Wrap("book.FindRevision", err)
}

// SheetIDs are the sheets that a drawing made.
func SheetIDs(tx *db.Tx, drawing id.Drawing) ([]id.Sheet, error) {
	all, err := db.All(tx, db.Value1[id.Sheet], `select id from sheet where org_id = $1 and drawing_id = $2 order by ord`, tx.Org(), drawing)
	return all, fault.Wrap("book.SheetIDs", err)
}

// SheetVersions are those of the sheets that a drawing made.
func SheetVersions(tx *db.Tx, drawing id.Drawing) (map[id.Sheet]int64, error) {
	out := map[id.Sheet]int64{}
	_, err := db.All(tx, func(s db.Scanner) (v id.Sheet, err error) {
		var n int64
		err = s.Scan(&v, &n)
		out[v] = n
		return v, err
	}, `select id, version from sheet where org_id = $1 and drawing_id = $2`, tx.Org(), drawing)
	return out, fault.Wrap("book.SheetVersions", err)
}

// RevisionsOf reads those that a drawing gave.
func RevisionsOf(tx *db.Tx, drawing id.Drawing) ([]Revision, error) {
	all, err := db.All(tx, scanRevision, `select `+revisionColumns+` from revision r where r.org_id = $1 and r.drawing_id = $2`, tx.Org(), drawing)
	return all, fault.Wrap("book.RevisionsOf", err)
}

// EraseDrawing removes the rows of a drawing and its sheets.
func EraseDrawing(tx *db.Tx, drawing id.Drawing) error {
	for _, table := range []string{"sheet_mark", "drawing_page", "revision", "sheet"} {
		if _, err := tx.Exec(`delete from `+table+` where org_id = $1 and drawing_id = $2`, tx.Org(), drawing); err != nil {
			return fault.Wrap("book.EraseDrawing", err)
		}
	}
	_, err := tx.Exec(`delete from drawing where org_id = $1 and id = $2`, tx.Org(), drawing)
	return fault.Wrap("book.EraseDrawing", err)
}

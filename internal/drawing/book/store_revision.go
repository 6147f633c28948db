package book

import (
	"encoding/json"

	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/raster"
)

// wordsColumn reads JSON text.
type wordsColumn []raster.Word

// Scan takes what the column holds.
func (w *wordsColumn) Scan(v any) error {
	var b []byte
	switch v := v.(type) {
	case string:
		b = []byte(v)
	case []byte:
		b = v
	}
	return json.Unmarshal(b, (*[]raster.Word)(w))
}

func wordsText(words []raster.Word) (string, error) {
	b, err := json.Marshal(append([]raster.Word{}, words...))
	return string(b), err
}

// InsertRevisions adds revisions.
func InsertRevisions(tx *db.Tx, all []Revision) error {
	if len(all) == 0 {
		return nil
	}
	rows := make([][]any, len(all))
	for i, r := range all {
		words, err := wordsText(r.Words)
		if err != nil {
			return err
		}
		m := r.Affine
		rows[i] = []any{string(tx.Org()), string(r.ID), string(r.Project), string(r.Sheet), string(r.Drawing), r.Code, r.At, int64(r.Page),
			int64(r.Pixels.Width), int64(r.Pixels.Height), int64(r.MaxZoom), int64(r.TileSize), r.TileType,
			m[0], m[1], m[2], m[3], m[4], m[5], r.Archive, r.Bytes, r.Thumb, r.Size.Width, r.Size.Height, string(r.Alignment), r.Confidence, words}
	}
	return fault.Wrap("book.InsertRevisions", tx.BulkInsert("revision", []string{"org_id", "id", "project_id", "sheet_id", "drawing_id", "code", "at", "page",
		"width_px", "height_px", "max_zoom", "tile_size", "tile_type", "a", "b", "c", "d", "e", "f", "archive", "archive_bytes", "thumb",
		"page_w", "page_h", "alignment", "confidence", "words"}, rows))
}

// AlignRevision writes how a revision lies in the frame.
func AlignRevision(tx *db.Tx, r Revision) error {
	m := r.Affine
	_, err := tx.Exec(`update revision set a = $1, b = $2, c = $3, d = $4, e = $5, f = $6, alignment = $7, confidence = $8 where org_id = $9 and id = $10`,
		m[0], m[1], m[2], m[3], m[4], m[5], string(r.Alignment), r.Confidence, tx.Org(), r.ID)
	return fault.Wrap("book.AlignRevision", err)
}

// RevisionsOfSheets reads what can be looked at, newest first: of one sheet, or
// of all of a project.
func RevisionsOfSheets(tx *db.Tx, project id.Project, one id.Sheet) (map[id.Sheet][]Revision, error) {
	all, err := db.All(tx, scanRevision, `select `+revisionColumns+` from revision r where r.org_id = $1 and r.project_id = $2
		and ($3 = '' or r.sheet_id = $3) and r.alignment <> 'waiting' order by r.at desc, r.id desc`, tx.Org(), project, string(one))
	out := map[id.Sheet][]Revision{}
	for _, r := range all {
		out[r.Sheet] = append(out[r.Sheet], r)
	}
	return out, fault.Wrap("book.RevisionsOfSheets", err)
}

// CountRevisions counts those of a sheet.
func CountRevisions(tx *db.Tx, one id.Sheet) (int, error) {
	var n int
	err := tx.Row(`select count(*) from revision where org_id = $1 and sheet_id = $2`, tx.Org(), one).Scan(&n)
	return n, fault.Wrap("book.CountRevisions", err)
}

// DeleteRevision removes one.
func DeleteRevision(tx *db.Tx, r id.Revision) error {
	_, err := tx.Exec(`delete from revision where org_id = $1 and id = $2`, tx.Org(), r)
	return fault.Wrap("book.DeleteRevision", err)
}

const pageColumns = `p.drawing_id, p.project_id, p.page, p.number, p.title, p.proposed_id, p.certainty, p.width_px, p.height_px, p.max_zoom,
	p.tile_size, p.tile_type, p.page_w, p.page_h, p.archive, p.archive_bytes, p.thumb, p.words`

func scanPage(s db.Scanner) (Page, error) {
	var (
		p        Page
		proposed *id.Sheet
		r        = &p.Revision
	)
	err := s.Scan(&r.Drawing, &r.Project, &r.Page, &p.Number, &p.Title, &proposed, &p.Certainty, &r.Pixels.Width, &r.Pixels.Height, &r.MaxZoom,
		&r.TileSize, &r.TileType, &r.Size.Width, &r.Size.Height, &r.Archive, &r.Bytes, &r.Thumb, (*wordsColumn)(&r.Words))
	if proposed != nil {
		p.Proposed = *proposed
	}
	return p, err
}

// PagesOf reads those of a drawing that wait.
func PagesOf(tx *db.Tx, drawing id.Drawing) ([]Page, error) {
	all, err := db.All(tx, scanPage, `select `+pageColumns+` from drawing_page p where p.org_id = $1 and p.drawing_id = $2 order by p.page`, tx.Org(), drawing)
	return all, fault.Wrap("book.PagesOf", err)
}

// InsertPages adds pages that wait.
func InsertPages(tx *db.Tx, all []Page) error {
	rows := make([][]any, len(all))
	for i, p := range all {
		r := p.Revision
		words, err := wordsText(r.Words)
		if err != nil {
			return err
		}
		var proposed any
		if p.Proposed != "" {
			proposed = string(p.Proposed)
		}
		rows[i] = []any{string(tx.Org()), string(r.Project), string(r.Drawing), int64(r.Page), p.Number, p.Title, proposed, p.Certainty,
			int64(r.Pixels.Width), int64(r.Pixels.Height), int64(r.MaxZoom), int64(r.TileSize), r.TileType, r.Size.Width, r.Size.Height,
			r.Archive, r.Bytes, r.Thumb, words}
	}
	return fault.Wrap("book.InsertPages", tx.BulkInsert("drawing_page", []string{"org_id", "project_id", "drawing_id", "page", "number", "title",
		"proposed_id", "certainty", "width_px", "height_px", "max_zoom", "tile_size", "tile_type", "page_w", "page_h", "archive", "archive_bytes",
		"thumb", "words"}, rows))
}

// ErasePages removes a drawing's pages that wait.
func ErasePages(tx *db.Tx, drawing id.Drawing) error {
	_, err := tx.Exec(`delete from drawing_page where org_id = $1 and drawing_id = $2`, tx.Org(), drawing)
	return fault.Wrap("book.ErasePages", err)
}

package book

import (
	"encoding/json"

	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
)

func scanMark(s db.Scanner) (m Mark, err error) {
	var places string
	var location, target *string
	if err = s.Scan(&m.ID, &m.Sheet, &m.Kind, &places, &location, &target, &m.Metres); err != nil {
		return m, err
	}
	if location != nil {
		m.Location = id.Location(*location)
	}
	if target != nil {
		m.Target = id.Sheet(*target)
	}
	return m, json.Unmarshal([]byte(places), &m.At)
}

// MarksOf reads what is laid onto one sheet, or onto all of a project.
func MarksOf(tx *db.Tx, project id.Project, one id.Sheet) (map[id.Sheet][]Mark, error) {
	all, err := db.All(tx, scanMark, `select id, sheet_id, kind, places, location_id, target_id, metres from sheet_mark
		where org_id = $1 and project_id = $2 and ($3 = '' or sheet_id = $3) order by id`, tx.Org(), project, string(one))
	out := map[id.Sheet][]Mark{}
	for _, m := range all {
		out[m.Sheet] = append(out[m.Sheet], m)
	}
	return out, fault.Wrap("book.MarksOf", err)
}

// PutMark writes a mark of a sheet, in the place of the one of its id there;
// false where another sheet has the id.
func PutMark(tx *db.Tx, v Sheet, m Mark) (bool, error) {
	places, err := json.Marshal(m.At)
	if err != nil {
		return false, fault.Wrap("book.PutMark", err)
	}
	n, err := tx.Exec(`insert into sheet_mark (org_id, id, project_id, sheet_id, drawing_id, kind, places, location_id, target_id, metres)
		values ($1, $2, $3, $4, $5, $6, $7, nullif($8, ''), nullif($9, ''), $10)
		on conflict (org_id, id) do update set kind = excluded.kind, places = excluded.places, location_id = excluded.location_id,
			target_id = excluded.target_id, metres = excluded.metres where sheet_mark.sheet_id = excluded.sheet_id`,
		tx.Org(), m.ID, v.Project, v.ID, v.Drawing, m.Kind, string(places), string(m.Location), string(m.Target), m.Metres)
	return n == 1, fault.Wrap("book.PutMark", err)
}

// DeleteMark takes a mark off a sheet; false where there is none.
func DeleteMark(tx *db.Tx, one id.Sheet, m id.Mark) (bool, error) {
	n, err := tx.Exec(`delete from sheet_mark where org_id = $1 and sheet_id = $2 and id = $3`, tx.Org(), one, m)
	return n == 1, fault.Wrap("book.DeleteMark", err)
}

// Hang gives sheets their revisions and what is laid onto them; one says which
// sheet, where they are not all of the project.
func Hang(tx *db.Tx, project id.Project, one id.Sheet, sheets []Sheet) error {
	revisions, err := RevisionsOfSheets(tx, project, one)
	if err != nil {
		return err
	}
	marks, err := MarksOf(tx, project, one)
	for i := range sheets {
		sheets[i].Revisions, sheets[i].Marks = revisions[sheets[i].ID], marks[sheets[i].ID]
	}
	return err
}

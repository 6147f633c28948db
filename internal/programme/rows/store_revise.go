package rows

import (
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/programme/plan"
)

// Import is a file that was read for a programme: waiting, or approved as a
// revision, which has a number from 1.
type Import struct {
	ID                   id.Import
	Programme            id.Programme
	Format               plan.Format
	Base                 int64
	Number               int64
	Added, Changed, Gone int64
	Author               id.Person
	At                   int64
}

const importColumns = `id, programme_id, format, base, number, added, changed, gone, author_id, at`

func scanImport(s db.Scanner) (i Import, err error) {
	var n *int64
	err = s.Scan(&i.ID, &i.Programme, &i.Format, &i.Base, &n, &i.Added, &i.Changed, &i.Gone, &i.Author, &i.At)
	if n != nil {
		i.Number = *n
	}
	return i, err
}

// FindImport reads an import of a programme without its document.
func FindImport(tx *db.Tx, p id.Programme, i id.Import) (Import, bool, error) {
	out, ok, err := db.Maybe(tx, scanImport, `select `+importColumns+` from programme_import where org_id = $1 and id = $2 and programme_id = $3`, tx.Org(), i, p)
	return out, ok, fault.Wrap("programme.FindImport", err)
}

// Document reads the document of an import, as it was packed.
func Document(tx *db.Tx, i id.Import) ([]byte, error) {
	b, err := db.One(tx, db.Value1[[]byte], `select document from programme_import where org_id = $1 and id = $2`, tx.Org(), i)
	return b, fault.Wrap("programme.Document", err)
}

// InsertImport keeps a file that waits, in the place of those that waited.
func InsertImport(tx *db.Tx, project Head, i Import, document []byte) error {
	const op = "programme.InsertImport"
	if _, err := tx.Exec(`delete from programme_import where org_id = $1 and programme_id = $2 and number is null`, tx.Org(), i.Programme); err != nil {
		return fault.Wrap(op, err)
	}
	_, err := tx.Exec(`insert into programme_import (org_id, id, programme_id, project_id, format, document, base, number, added, changed, gone, author_id, at)
		values ($1, $2, $3, $4, $5, $6, $7, null, $8, $9, $10, $11, $12)`, tx.Org(), i.ID, i.Programme, project.Project, string(i.Format), document, i.Base, i.Added, i.Changed, i.Gone, i.Author, i.At)
	return fault.Wrap(op, err)
}

// Approve gives an import the next number.
func Approve(tx *db.Tx, i Import) (int64, error) {
	const op = "programme.Approve"
	var n int64
	if err := tx.Row(`select coalesce(max(number), 0) from programme_import where org_id = $1 and programme_id = $2`, tx.Org(), i.Programme).Scan(&n); err != nil {
		return 0, fault.Wrap(op, err)
	}
	_, err := tx.Exec(`update programme_import set number = $3, added = $4, changed = $5, gone = $6, at = $7 where org_id = $1 and id = $2`, tx.Org(), i.ID, n+1, i.Added, i.Changed, i.Gone, tx.Micros())
	return n + 1, fault.Wrap(op, err)
}

// Revisions are the approved imports of a programme, the newest first.
func Revisions(tx *db.Tx, p id.Programme) ([]Import, error) {
	all, err := db.All(tx, scanImport, `select `+importColumns+` from programme_import where org_id = $1 and programme_id = $2 and number is not null order by number desc`, tx.Org(), p)
	return all, fault.Wrap("programme.Revisions", err)
}

// Baseline is dates of a programme as they once were.
type Baseline struct {
	ID        id.Baseline
	Programme id.Programme
	Name      string
	Author    id.Person
	At        int64
}

// Dates are those of one activity, in ticks.
type Dates struct {
	ID            id.Activity
	Start, Finish int32
	Duration      int32
	Budget        int64
}

func scanBaseline(s db.Scanner) (b Baseline, err error) {
	err = s.Scan(&b.ID, &b.Programme, &b.Name, &b.Author, &b.At)
	return b, err
}

// Baselines of a programme, the oldest first.
func Baselines(tx *db.Tx, p id.Programme) ([]Baseline, error) {
	all, err := db.All(tx, scanBaseline, `select id, programme_id, name, author_id, at from programme_baseline where org_id = $1 and programme_id = $2 order by at, id`, tx.Org(), p)
	return all, fault.Wrap("programme.Baselines", err)
}

// FindBaseline reads a baseline of whichever programme of the organisation.
func FindBaseline(tx *db.Tx, b id.Baseline) (Baseline, bool, error) {
	out, ok, err := db.Maybe(tx, scanBaseline, `select id, programme_id, name, author_id, at from programme_baseline where org_id = $1 and id = $2`, tx.Org(), b)
	return out, ok, fault.Wrap("programme.FindBaseline", err)
}

// BaselineDates reads its dates.
func BaselineDates(tx *db.Tx, b id.Baseline) (out []Dates, err error) {
	text, err := db.One(tx, db.Value1[string], `select dates from programme_baseline where org_id = $1 and id = $2`, tx.Org(), b)
	if err != nil {
		return nil, fault.Wrap("programme.BaselineDates", err)
	}
	return out, decode(text, &out)
}

// InsertBaseline keeps dates.
func InsertBaseline(tx *db.Tx, h Head, b Baseline, dates []Dates) error {
	text, err := encode(dates)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`insert into programme_baseline (org_id, id, programme_id, project_id, name, dates, author_id, at) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
		tx.Org(), b.ID, b.Programme, h.Project, b.Name, text, b.Author, b.At)
	return fault.Wrap("programme.InsertBaseline", err)
}

// RemoveBaseline takes it away.
func RemoveBaseline(tx *db.Tx, b id.Baseline) error {
	_, err := tx.Exec(`delete from programme_baseline where org_id = $1 and id = $2`, tx.Org(), b)
	return fault.Wrap("programme.RemoveBaseline", err)
}

package places

import (
	"encoding/json"

	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/privacy/erasure/words"
)

// source is a table with free text: what people wrote, and titles and names that
// may be a person's. The names are this program's, never a request's.
type source struct {
	table, thing, project string // project: the column, or '' for what is the organisation's
	columns               []string
	version               bool
}

func sources() []source {
	return []source{
		{"point", "'point'", "project_id", []string{"subject", "description"}, false}, // its slice counts its versions
		{"comment", "thing_kind", "project_id", []string{"text"}, false},
		{"point_markup", "'point'", "project_id", []string{"words"}, false},
		{"activity_report", "'activity'", "project_id", []string{"reason", "words"}, false},
		{"company", "'company'", "''", []string{"name", "trade"}, true},
		{"location", "'location'", "project_id", []string{"name"}, true},
		{"category", "'category'", "project_id", []string{"name"}, true},
		{"project_status", "'status'", "project_id", []string{"name"}, true},
		{"project_role", "'role'", "project_id", []string{"name"}, true},
		{"point_list", "'list'", "project_id", []string{"name"}, true},
		{"project", "'project'", "id", []string{"name", "place"}, true},
		{"drawing", "'drawing'", "project_id", []string{"name"}, true},
		{"sheet", "'sheet'", "project_id", []string{"name"}, true},
		{"point_view", "'view'", "project_id", []string{"name"}, true},
		{"report", "'report'", "project_id", []string{"title"}, true},
	}
}

// Text is a text of the organisation, and the thing that it belongs to.
type Text struct {
	Table, Column, Row string
	Project            string
	Kind, Thing        string
	Text               string
	Version            int64
}

func scanText(s db.Scanner) (t Text, err error) {
	err = s.Scan(&t.Row, &t.Project, &t.Kind, &t.Thing, &t.Text)
	return t, err
}

// head is the beginning of a statement on a source's text.
func (x source) head(column string) string {
	thing := "id"
	switch x.table {
	case "comment":
		thing = "thing_id"
	case "point_markup":
		thing = "point_id"
	case "activity_report":
		thing = "activity_id"
	}
	return `select id, ` + x.project + `, ` + x.thing + `, ` + thing + `, ` + column + ` from ` + x.table + ` where org_id = $1`
}

// texts are those of a column after a row.
func (x source) texts(tx *db.Tx, column, after string, limit int) ([]Text, error) {
	all, err := db.All(tx, scanText, x.head(column)+` and id > $2 order by id limit $3`, tx.Org(), after, limit)
	for i := range all {
		all[i].Table, all[i].Column = x.table, column
	}
	return all, err
}

// text is one of them.
func (x source) text(tx *db.Tx, column, row string) (Text, bool, error) {
	t, ok, err := db.Maybe(tx, scanText, x.head(column)+` and id = $2`, tx.Org(), row)
	t.Table, t.Column = x.table, column
	return t, ok, err
}

// write puts another text in its place.
func (x source) write(tx *db.Tx, t *Text, text string) error {
	t.Text = text
	if !x.version {
		_, err := tx.Exec(`update `+x.table+` set `+t.Column+` = $3 where org_id = $1 and id = $2`, tx.Org(), t.Row, text)
		return err
	}
	return tx.Row(`update `+x.table+` set `+t.Column+` = $3, version = version + 1 where org_id = $1 and id = $2 returning version`,
		tx.Org(), t.Row, text).Scan(&t.Version)
}

// authored are how many photos and drawings somebody made, by project.
func authored(tx *db.Tx, p id.Person) (map[string]map[string]int, error) {
	out := map[string]map[string]int{}
	for kind, query := range map[string]string{
		KindPhoto:    `select project_id, count(*) from photo where org_id = $1 and author_id = $2 group by project_id`,
		KindDocument: `select project_id, count(*) from drawing where org_id = $1 and author_id = $2 group by project_id`,
	} {
		out[kind] = map[string]int{}
		if _, err := db.All(tx, func(s db.Scanner) (project string, err error) {
			var n int
			err = s.Scan(&project, &n)
			out[kind][project] = n
			return project, err
		}, query, tx.Org(), p); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// projects of the organisation, for the search in each.
func projects(tx *db.Tx) ([]string, error) {
	return db.All(tx, db.Value1[string], `select id from project where org_id = $1 order by id`, tx.Org())
}

// Place is where something of a person stands that the controller decides on.
type Place struct {
	ID      string
	Erasure string
	Subject id.Person
	Kind    string // KindText, KindPhoto or KindDocument
	Text    Text   // Text.Text is what stands there now; for an open place of text alone
	Spans   []words.Span
	Count   int // of photos or documents
	State   string

	salt, mark []byte
}

// The kinds of places.
const (
	KindText     = "text"
	KindPhoto    = "photo"
	KindDocument = "document"
)

const selectPlace = `select id, erasure_id, subject_id, kind, tab, col, row_id, project_id, thing_kind, thing_id, spans, salt, mark, state from erasure_place`

func scanPlace(s db.Scanner) (p Place, err error) {
	var spans string
	if err = s.Scan(&p.ID, &p.Erasure, &p.Subject, &p.Kind, &p.Text.Table, &p.Text.Column, &p.Text.Row, &p.Text.Project, &p.Text.Kind, &p.Text.Thing,
		&spans, &p.salt, &p.mark, &p.State); err != nil {
		return p, err
	}
	if p.Kind == KindText {
		err = json.Unmarshal([]byte(spans), &p.Spans)
	} else {
		err = json.Unmarshal([]byte(spans), &p.Count)
	}
	return p, err
}

func insertPlace(tx *db.Tx, p Place) error {
	var spans any = p.Count
	if p.Kind == KindText {
		spans = p.Spans
	}
	b, err := json.Marshal(spans)
	if err != nil {
		return err
	}
	for _, part := range []*[]byte{&p.salt, &p.mark} {
		if *part == nil {
			*part = []byte{}
		}
	}
	_, err = tx.Exec(`insert into erasure_place (org_id, id, erasure_id, subject_id, kind, tab, col, row_id, project_id, thing_kind, thing_id, spans, salt, mark, state, decided_by, decided_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 'open', '', 0) on conflict do nothing`,
		tx.Org(), id.New[string](), p.Erasure, p.Subject, p.Kind, p.Text.Table, p.Text.Column, p.Text.Row, p.Text.Project, p.Text.Kind, p.Text.Thing,
		string(b), p.salt, p.mark)
	return err
}

func findPlace(tx *db.Tx, place string) (Place, error) {
	p, ok, err := db.Maybe(tx, scanPlace, selectPlace+` where org_id = $1 and id = $2`, tx.Org(), place)
	if err == nil && !ok {
		err = fault.New(fault.NotFound, "place-not-found", "there is no such place")
	}
	return p, err
}

func openPlaces(tx *db.Tx, after string, limit int) ([]Place, error) {
	return db.All(tx, scanPlace, selectPlace+` where org_id = $1 and state = 'open' and id > $2 order by id limit $3`, tx.Org(), after, limit)
}

// placesIn are the open ones in one text.
func placesIn(tx *db.Tx, t Text) ([]Place, error) {
	return db.All(tx, scanPlace, selectPlace+` where org_id = $1 and state = 'open' and kind = 'text' and tab = $2 and col = $3 and row_id = $4`,
		tx.Org(), t.Table, t.Column, t.Row)
}

func remark(tx *db.Tx, place string, spans []words.Span, mark []byte) error {
	b, err := json.Marshal(spans)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`update erasure_place set spans = $3, mark = $4 where org_id = $1 and id = $2`, tx.Org(), place, string(b), mark)
	return err
}

// closePlace keeps what was decided. Where the words of a redaction stood is
// remembered as long as a restore could bring them back; else it goes at once.
func closePlace(tx *db.Tx, place, state, by string) error {
	if state == "redacted" {
		_, err := tx.Exec(`update erasure_place set state = 'redacted', decided_by = $3, decided_at = $4
			where org_id = $1 and id = $2 and state = 'open'`, tx.Org(), place, by, tx.Micros())
		return err
	}
	_, err := tx.Exec(`update erasure_place set state = $3, spans = '[]', salt = $4, mark = $4, decided_by = $5, decided_at = $6
		where org_id = $1 and id = $2 and state = 'open'`, tx.Org(), place, state, []byte{}, by, tx.Micros())
	return err
}

func redacted(tx *db.Tx) ([]Place, error) {
	return db.All(tx, scanPlace, selectPlace+` where org_id = $1 and state = 'redacted' and spans <> '[]' order by id`, tx.Org())
}

func orgsWith(tx *db.Tx, state string) ([]id.Org, error) {
	return db.All(tx, db.Value1[id.Org], `select distinct org_id from erasure_place where state = $1 and spans <> '[]' order by org_id`, state)
}

func forgetSpans(tx *db.Tx, before int64) error {
	_, err := tx.Exec(`update erasure_place set spans = '[]', salt = $2, mark = $2
		where org_id >= '' and state = 'redacted' and decided_at < $1 and spans <> '[]'`, before, []byte{})
	return err
}

// Delete forgets those of an erasure that was cancelled, in every tenant.
func Delete(tx *db.Tx, erasure string) error {
	_, err := tx.Exec(`delete from erasure_place where erasure_id = $1 and org_id >= ''`, erasure)
	return err
}

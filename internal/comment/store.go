package comment

import (
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
)

const columns = "id, project_id, thing_kind, thing_id, text, author_id, at"

func scan(s db.Scanner) (Comment, error) {
	var c Comment
	err := s.Scan(&c.ID, &c.Project, &c.Kind, &c.Thing, &c.Text, &c.Author, &c.At)
	return c, err
}

// Add keeps c and reports true; false where the comment was there already, on
// the same thing. An id that stands on another thing is NotFound.
func Add(tx *db.Tx, c Comment) (bool, error) {
	n, err := tx.Exec(`insert into comment (org_id, id, project_id, thing_kind, thing_id, text, author_id, at)
		values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing`,
		tx.Org(), c.ID, c.Project, c.Kind, c.Thing, c.Text, c.Author, c.At)
	if err != nil || n == 1 {
		return n == 1, fault.Wrap("comment.Add", err)
	}
	have, err := Get(tx, c.ID)
	if err == nil && (have.Thing != c.Thing || have.Kind != c.Kind) {
		err = fault.New(fault.NotFound, "comment-not-found", "no such comment here")
	}
	return false, err
}

// Get reads one comment.
func Get(tx *db.Tx, c id.Comment) (Comment, error) {
	got, ok, err := db.Maybe(tx, scan, `select `+columns+` from comment where org_id = $1 and id = $2`, tx.Org(), c)
	if err == nil && !ok {
		err = fault.New(fault.NotFound, "comment-not-found", "no such comment here")
	}
	return got, fault.Wrap("comment.Get", err)
}

// On reads the comments of many things at once, oldest first, by thing.
func On(tx *db.Tx, kind string, things []string) (map[string][]Comment, error) {
	if len(things) == 0 {
		return nil, nil
	}
	all, err := db.All(tx, scan, `select `+columns+` from comment
		where org_id = $1 and thing_kind = $2 and thing_id in `+db.In(len(things), 3)+`
		order by thing_id, at, id`, append([]any{tx.Org(), kind}, db.Args(things)...)...)
	if err != nil {
		return nil, fault.Wrap("comment.On", err)
	}
	out := make(map[string][]Comment, len(things))
	for _, c := range all {
		out[c.Thing] = append(out[c.Thing], c)
	}
	return out, nil
}

// Erase removes the comments of a thing that is erased.
func Erase(tx *db.Tx, kind, thing string) error {
	_, err := tx.Exec(`delete from comment where org_id = $1 and thing_kind = $2 and thing_id = $3`, tx.Org(), kind, thing)
	return fault.Wrap("comment.Erase", err)
}

// Authors are who made the comments of things.
func Authors(tx *db.Tx, kind string, things []string) ([]id.Person, error) {
	if len(things) == 0 {
		return nil, nil
	}
	all, err := db.All(tx, db.Value1[id.Person], `select distinct author_id from comment
		where org_id = $1 and thing_kind = $2 and thing_id in `+db.In(len(things), 3), append([]any{tx.Org(), kind}, db.Args(things)...)...)
	return all, fault.Wrap("comment.Authors", err)
}

package search

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"plumbline/internal/db"
	"plumbline/internal/fault"
)

// Doc is a thing that can be found, of the transaction's tenant.
type Doc struct {
	Project string // empty for what belongs to no project
	Kind    string
	ID      string
	Text    string
}

// Hit is a document found.
type Hit struct {
	Kind string
	ID   string
}

// place is one word for the tenant and the project, so that the index itself
// narrows a search to them.
func place(org, project string) string {
	keep := func(r rune) rune {
		if r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return -1
	}
	return strings.Map(keep, org) + "z" + strings.Map(keep, project)
}

// Put makes a document found by its text, and no longer by its text before.
func Put(tx *db.Tx, d Doc) error {
	const op = "search.Put"
	w := words(d.Text, maxWords)
	if len(w) == 0 {
		return Delete(tx, d.Project, d.Kind, d.ID)
	}
	org := string(tx.Org())
	var doc int64
	err := tx.Row(`insert into search_doc (org_id, project_id, kind, id, doc) values ($1, $2, $3, $4, $5)
		on conflict (org_id, project_id, kind, id) do update set kind = excluded.kind returning doc`,
		org, d.Project, d.Kind, d.ID, rand.Int64()).Scan(&doc)
	if err != nil {
		return fault.Wrap(op, err)
	}
	if tx.Dialect() == db.Postgres {
		_, err = tx.Exec(`insert into search_text (doc, words) values ($1, cast(cast($2 as text) as tsvector))
			on conflict (doc) do update set words = excluded.words`, doc, vector(place(org, d.Project), w))
		return fault.Wrap(op, err)
	}
	if _, err := tx.Exec(`delete from search_text where rowid = $1`, doc); err != nil {
		return fault.Wrap(op, err)
	}
	_, err = tx.Exec(`insert into search_text (rowid, place, words) values ($1, $2, $3)`, doc, place(org, d.Project), strings.Join(w, " "))
	return fault.Wrap(op, err)
}

// vector writes a tsvector: each word once, with its first positions. The
// place is told from a word by its colon.
func vector(place string, w []string) string {
	at := map[string][]string{}
	for i, s := range w {
		if len(at[s]) < 20 {
			at[s] = append(at[s], strconv.Itoa(min(i+1, 16_000)))
		}
	}
	out := []string{"'p:" + place + "'"}
	for s, positions := range at {
		out = append(out, "'"+s+"':"+strings.Join(slices.Compact(positions), ","))
	}
	return strings.Join(out, " ")
}

// Delete makes a document found no more.
func Delete(tx *db.Tx, project, kind, id string) error {
	return remove(tx, "search.Delete", ` and kind = $3 and id = $4`, project, kind, id)
}

// DeleteProject makes nothing of a project found any more.
func DeleteProject(tx *db.Tx, project string) error {
	return remove(tx, "search.DeleteProject", "", project)
}

func remove(tx *db.Tx, op, where, project string, more ...any) error {
	docs, err := db.All(tx, db.Value1[int64], `delete from search_doc where org_id = $1 and project_id = $2`+where+` returning doc`,
		append([]any{string(tx.Org()), project}, more...)...)
	if err != nil {
		return fault.Wrap(op, err)
	}
	if tx.Dialect() == db.Postgres { // the words go by the foreign key
		return nil
	}
	for _, doc := range docs {
		if _, err := tx.Exec(`delete from search_text where rowid = $1`, doc); err != nil {
			return fault.Wrap(op, err)
		}
	}
	return nil
}

// Query finds documents of a project, of some kinds or (with none) of all.
func Query(tx *db.Tx, project string, kinds []string, text string, limit int) ([]Hit, error) {
	w := words(text, maxQueryWords)
	if len(w) == 0 || limit <= 0 {
		return nil, nil
	}
	org := string(tx.Org())
	args := []any{"", org, project, limit}
	where := ""
	if len(kinds) > 0 {
		where = " and d.kind in " + db.In(len(kinds), len(args)+1)
		args = append(args, db.Args(kinds)...)
	}
	var query string
	if tx.Dialect() == db.Postgres {
		args[0] = "'" + strings.Join(w, "' & '") + "':*"
		args = append(args, "'p:"+place(org, project)+"'")
		at := db.In(1, len(args))
		query = `select d.kind, d.id from search_text t join search_doc d on d.doc = t.doc
			where t.words @@ (cast(cast(` + at + ` as text) as tsquery) && cast(cast($1 as text) as tsquery)) and d.org_id = $2 and d.project_id = $3` + where + `
			order by ts_rank(t.words, cast(cast($1 as text) as tsquery)) desc, d.id limit $4`
	} else {
		args[0] = `place : "` + place(org, project) + `" AND words : ("` + strings.Join(w, `" AND "`) + `" *)`
		query = `select d.kind, d.id from search_text join search_doc d on d.doc = search_text.rowid
			where search_text match $1 and d.org_id = $2 and d.project_id = $3` + where + `
			order by bm25(search_text, 0, 1), d.id limit $4`
	}
	hits, err := db.All(tx, func(s db.Scanner) (h Hit, err error) {
		err = s.Scan(&h.Kind, &h.ID)
		return h, err
	}, query, args...)
	return hits, fault.Wrap("search.Query", err)
}

package search

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"plumbline/internal/db"
	"plumbline/internal/fault"
)

// Hit is a document found.
type Hit struct {
	Kind string
	ID   string
}

// Doc is a thing that can be found, of the transaction's tenant.
type Doc struct {
	Project string // empty for what belongs to no project
	Kind    string
	ID      string
	Text    string
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
	// FTS5 wants numbers that ascend: for one that does not it writes a part of
	// its index away. PostgreSQL, which has more than one writer, does not care.
	number, args := "(select coalesce(max(doc), 0) + 1 from search_doc)", []any{org, d.Project, d.Kind, d.ID}
	if tx.Dialect() == db.Postgres {
		number, args = "$5", append(args, rand.Int64())
	}
	var doc int64
	err := tx.Row(`insert into search_doc (org_id, project_id, kind, id, doc) values ($1, $2, $3, $4, `+number+`)
		on conflict (org_id, project_id, kind, id) do update set kind = excluded.kind returning doc`, args...).Scan(&doc)
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

// Query finds documents of a project, of some kinds or (with none) of all, the
// best first.
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

// Words is what is looked for in a project, as a part of somebody else's
// statement: which of their rows are found is asked in one with whatever else
// is asked of them, so that nothing is found but what may be seen, and no hit is
// left out.
type Words struct {
	dialect      db.Dialect
	org, project string
	kinds        []string
	words        []string
}

// For is the words of a text, in documents of some kinds or (with none) of all.
func For(tx *db.Tx, project string, kinds []string, text string) Words {
	return Words{tx.Dialect(), string(tx.Org()), project, kinds, words(text, maxQueryWords)}
}

// of is which of the tenant's documents they are looked for in.
func (w Words) of(arg func(any) string) string {
	cond := " and d.project_id = " + arg(w.project)
	if len(w.kinds) == 0 {
		return cond
	}
	marks := make([]string, len(w.kinds))
	for i, k := range w.kinds {
		marks[i] = arg(k)
	}
	return cond + " and d.kind in (" + strings.Join(marks, ", ") + ")"
}

// match is the condition that a text of the index t holds the words: the last as
// a beginning, or where whole is set as a word too.
func (w Words) match(arg func(any) string, whole bool) string {
	begins := "*"
	if whole {
		begins = ""
	}
	at := place(w.org, w.project)
	if w.dialect == db.Postgres {
		if begins != "" {
			begins = ":*"
		}
		return "t.words @@ (cast(cast(" + arg("'p:"+at+"'") + " as text) as tsquery) && cast(cast(" +
			arg("'"+strings.Join(w.words, "' & '")+"'"+begins) + " as text) as tsquery))"
	}
	return "t.search_text match " + arg(`place : "`+at+`" AND words : ("`+strings.Join(w.words, `" AND "`)+`" `+begins+`)`)
}

// doc joins a document to its text in the index.
func (w Words) doc() string {
	if w.dialect == db.Postgres {
		return "d.doc = t.doc"
	}
	return "d.doc = t.rowid"
}

// From is for a statement that goes through the documents found one by one, and
// ends after so many: what stands before the caller's rows, and their condition.
func (w Words) From(id string, arg func(any) string) (tables, cond string) {
	if len(w.words) == 0 {
		return "", "1 = 0"
	}
	return "search_text t cross join search_doc d cross join ", // to SQLite also: in this order
		w.match(arg, false) + " and " + w.doc() + " and d.org_id = " + arg(w.org) + w.of(arg) + " and " + id + " = d.id"
}

// Holds is the condition that the document of an id, a column of the caller's,
// holds the words: for a walk over rows of which many are found. The words are
// compared one by one, which costs the same however many documents hold them.
func (w Words) Holds(id string, arg func(any) string) string {
	if len(w.words) == 0 {
		return "1 = 0"
	}
	if w.dialect == db.Postgres {
		return "exists (select 1 from search_doc d join search_text t on t.doc = d.doc where d.org_id = " + arg(w.org) + w.of(arg) + " and d.id = " + id + " and " + w.match(arg, false) + ")"
	}
	var conds []string
	for i, x := range w.words {
		within, x := "' ' || t.c1 || ' '", " "+x+" "
		if i == len(w.words)-1 {
			within, x = "' ' || t.c1", strings.TrimRight(x, " ")
		}
		conds = append(conds, "instr("+within+", "+arg(x)+") > 0")
	}
	// FTS5's own table of texts, by the number: two looks, and none by its index.
	return "exists (select 1 from search_doc d join search_text_content t on t.id = d.doc where d.org_id = " + arg(w.org) + w.of(arg) + " and d.id = " + id + " and " + strings.Join(conds, " and ") + ")"
}

// Few gives the ids of the documents found, in no order and never nil, if those
// of any kind are fewer than n.
func (w Words) Few(tx *db.Tx, n int) (ids []string, few bool, err error) {
	const op = "search.Few"
	if len(w.words) == 0 {
		return []string{}, true, nil
	}
	var args []any
	arg := func(v any) string {
		args = append(args, v)
		return "$" + strconv.Itoa(len(args))
	}
	// The beginning of a word is looked up in all the words that have it, which
	// costs more the more texts do: often the words as they are say enough.
	var found int
	whole := "select count(*) from (select 1 from search_text t where " + w.match(arg, true) + " limit " + arg(int64(n)) + ") c"
	if err := tx.Row(whole, args...).Scan(&found); err != nil || found == n {
		return nil, false, fault.Wrap(op, err)
	}
	args = nil
	ids, err = db.All(tx, db.Value1[string], "select d.id from search_text t cross join search_doc d where "+w.match(arg, false)+
		" and "+w.doc()+" and d.org_id = "+arg(w.org)+w.of(arg)+" limit "+arg(int64(n)), args...)
	if err != nil || len(ids) == n {
		return nil, false, fault.Wrap(op, err)
	}
	return append([]string{}, ids...), true, nil
}

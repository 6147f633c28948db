package app

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"plumbline/internal/app/declared"
	"plumbline/internal/db"
	"plumbline/internal/personal"
)

// storedWrong looks at one stored text: JSON that is not declared, a field in
// it that is not, a name of a file in a column of no file class.
type storedWrong struct {
	columns map[string][]personal.JSON
	files   map[string]bool // hashes of stored files
	classes map[string]bool // columns that name files
	seen    map[string]bool
	wrong   map[string]bool
}

func newStored(files []string) *storedWrong {
	s := &storedWrong{columns: map[string][]personal.JSON{}, files: map[string]bool{}, classes: map[string]bool{"file.sha256": true}, seen: map[string]bool{}, wrong: map[string]bool{}}
	for _, j := range declared.JSON() {
		s.columns[j.Table+"."+j.Column] = append(s.columns[j.Table+"."+j.Column], j)
	}
	for _, c := range declared.FileClasses() {
		for _, column := range c.Columns {
			s.classes[column] = true
		}
	}
	for _, f := range files {
		s.files[f] = true
	}
	return s
}

func (s *storedWrong) look(table, column, kind, text string) {
	name := table + "." + column
	if s.files[text] && !s.classes[name] {
		s.wrong[name+": names a file, and belongs to no file class"] = true
	}
	if !personal.IsJSON(text) {
		return
	}
	all, ok := s.columns[name]
	if !ok {
		s.wrong[name+": holds JSON that is not declared"] = true
		return
	}
	i := slices.IndexFunc(all, func(j personal.JSON) bool { return j.Case == "" || j.Case == kind })
	if i < 0 {
		if text != "{}" {
			s.wrong[fmt.Sprintf("%s: holds JSON of %q that is not declared", name, kind)] = true
		}
		return
	}
	s.seen[name] = true
	for _, w := range all[i].Undeclared(text) {
		s.wrong[w] = true
	}
}

// lookAll looks at every text in the database.
func (s *storedWrong) lookAll(t *testing.T, d *db.DB) {
	t.Helper()
	pool, done, err := d.Migrator()
	if err != nil {
		t.Fatal(err)
	}
	defer done()
	kinds := map[string]string{"job.payload": "kind", "mail.data": "template", "evidence_body.body": "kind"}
	for _, c := range columns(t, d) {
		if c.Type != "text" {
			continue
		}
		kind := "''"
		if k := kinds[c.Table+"."+c.Name]; k != "" {
			kind = k
		}
		rows, err := pool.QueryContext(context.Background(), fmt.Sprintf(`select distinct %s, coalesce(%q, '') from %q`, kind, c.Name, c.Table)) //nolint:gosec // names of the schema
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			var of, text string
			if err := rows.Scan(&of, &text); err != nil {
				t.Fatal(err)
			}
			s.look(c.Table, c.Name, of, text)
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		_ = rows.Close()
	}
}

// stored looks at all that the walk of every operation has left behind.
func (w *world) stored() {
	w.t.Helper()
	pool, done, err := w.DB.Migrator()
	if err != nil {
		w.t.Fatal(err)
	}
	var files []string
	rows, err := pool.QueryContext(context.Background(), `select sha256 from file`)
	if err != nil {
		w.t.Fatal(err)
	}
	for rows.Next() {
		var f string
		if err := rows.Scan(&f); err != nil {
			w.t.Fatal(err)
		}
		files = append(files, f)
	}
	_ = rows.Close()
	done()
	if len(files) < 3 {
		w.t.Errorf("only %d files are stored", len(files))
	}
	s := newStored(files)
	s.lookAll(w.t, w.DB)
	for wrong := range s.wrong {
		w.t.Error(wrong)
	}
	for _, name := range []string{"job.payload", "feed_value.after", "category.in_charge"} {
		if !s.seen[name] {
			w.t.Errorf("nothing stood in %s: the walk shows nothing of it", name)
		}
	}
}

func TestUndeclaredContentIsNoticed(t *testing.T) {
	t.Parallel()
	hash := strings.Repeat("ab", 32)
	for name, c := range map[string]struct{ table, column, kind, text, want string }{
		"JSON in a column of text":       {"comment", "text", "", `{"email":"a@b.example"}`, "comment.text: holds JSON that is not declared"},
		"a field more in a payload":      {"job", "payload", "mail.send", `{"mail":"1","to":"a@b.example"}`, "job.payload (mail.send).to: not declared"},
		"a job of a kind nobody knows":   {"job", "payload", "made.up", `{"email":"a@b.example"}`, `job.payload: holds JSON of "made.up" that is not declared`},
		"a file in a column of no class": {"comment", "text", "", hash, "comment.text: names a file, and belongs to no file class"},
	} {
		s := newStored([]string{hash})
		s.look(c.table, c.column, c.kind, c.text)
		if !s.wrong[c.want] {
			t.Errorf("%s: %v, want %q", name, s.wrong, c.want)
		}
	}
	s := newStored([]string{hash})
	s.look("photo", "file", "", hash)
	s.look("job", "payload", "mail.send", `{"mail":"1"}`)
	s.look("comment", "text", "", "[see the drawing]")
	if len(s.wrong) != 0 {
		t.Errorf("all is declared: %v", s.wrong)
	}
}

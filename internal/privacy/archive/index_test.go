package archive_test

import (
	"fmt"
	"strings"
	"testing"

	"plumbline/internal/app/declared"
	"plumbline/internal/db"
	"plumbline/internal/db/dbtest"
	"plumbline/internal/personal"
	"plumbline/internal/privacy/archive"
)

// TestSomebodysRowsAreFoundByIndex looks at the plan of every statement that
// finds somebody's rows: among ten million entries none may read a table from
// its beginning. Tables that stay small are named.
func TestSomebodysRowsAreFoundByIndex(t *testing.T) {
	t.Parallel()
	small := map[string]string{
		"doomed_key":   "keys that wait a day to be destroyed",
		"sweep_run":    "one row a day",
		"breach_step":  "what was done about breaches",
		"child_report": "reports that an account is a child's",
	}
	d := dbtest.Open(t, db.SQLite)
	s := archive.New(archive.Deps{DB: d, Declarations: declared.Declarations(), Classes: declared.FileClasses()})
	n := 0
	for _, w := range []personal.Who{personal.OfAccount("a"), personal.OfPerson("o", "p")} {
		for name, text := range s.Statements(w) {
			n++
			if _, ok := small[strings.Split(name, ".")[0]]; ok {
				continue
			}
			args := []any{"o", "p"}[:1+strings.Count(text, "$2")]
			err := d.Read(t.Context(), db.Everyone("a test"), func(tx *db.Tx) error {
				return db.Each(tx, func(_ []string, v []any) error {
					if plan := fmt.Sprint(v[len(v)-1]); strings.HasPrefix(plan, "SCAN") {
						t.Errorf("%s: %s\n\t%s", name, plan, text)
					}
					return nil
				}, "explain query plan "+text, args...)
			})
			if err != nil {
				t.Fatal(name, err)
			}
		}
	}
	if n < 40 {
		t.Errorf("only %d statements", n)
	}
}

package query

import (
	"strings"
	"testing"

	"plumbline/internal/db"
	"plumbline/internal/db/dbtest"
	"plumbline/internal/id"
	"plumbline/internal/point/fields"
)

// TestEveryOrderHasAnIndex looks at the plans: no segment of any order, on its
// first page or a later one, is sorted by the engine.
func TestEveryOrderHasAnIndex(t *testing.T) {
	t.Parallel()
	set := fields.Settings{Statuses: []fields.StatusRule{{ID: id.New[id.Status]()}}, Locations: []fields.Node{{ID: string(id.New[id.Location]())}}}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for _, sort := range Sorts() {
			for _, desc := range []bool{false, true} {
				for _, seg := range segments(sort, desc, set) {
					for _, later := range []bool{false, true} {
						var after []any
						if later {
							for _, k := range seg.keys {
								switch k.kind {
								case 'i':
									after = append(after, int64(5))
								case 'b':
									after = append(after, []byte("m"))
								default:
									after = append(after, "m")
								}
							}
						}
						plan := explain(t, d, func(s *statement) string {
							where := s.where("p", Filter{Status: []id.Status{"a", "b"}}, Sight{All: true}, "", nil)
							return s.stretch("p.id", seg, where, after, desc, 101)
						})
						if strings.Contains(plan, "TEMP B-TREE") || strings.Contains(plan, "Sort") || !strings.Contains(plan, "point_by_"+string(sort)) && !strings.Contains(plan, "point_open_"+string(sort)) {
							t.Errorf("%s %q (descending %v, later %v):\n%s", sort, seg.name, desc, later, plan)
						}
					}
				}
			}
		}
	})
}

// TestNarrowListsBeginWithWhatIsFew looks at plans on SQLite, whose counts tell it
// nothing of a project with very many points.
func TestNarrowListsBeginWithWhatIsFew(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t, db.SQLite)
	yes := true
	due := segments(ByDue, false, fields.Settings{})[0]
	for _, c := range []struct {
		name, want string
		ask        func(s *statement) string
	}{
		{"urgent", "USING INDEX point_urgent", func(s *statement) string {
			return s.stretch("p.id", due, s.where("p", Filter{Urgent: &yes, Status: []id.Status{"a"}}, Sight{All: true}, "", nil), nil, false, 101)
		}},
		{"few hits", "USING INDEX sqlite_autoindex_point_1 (org_id=? AND id=?)", func(s *statement) string {
			s.begin(found{hits: `["a"]`})
			return s.stretch("p.id", due, s.where("p", Filter{Urgent: &yes}, Sight{Self: []fields.Charge{{Kind: "person", ID: "x"}}}, "", nil), nil, false, 101)
		}},
	} {
		if plan := explain(t, d, c.ask); !strings.Contains(plan, c.want) {
			t.Errorf("%s:\n%s", c.name, plan)
		}
	}
}

// explain is the plan of a statement. PostgreSQL, which would read an empty
// table whole, is told not to.
func explain(t *testing.T, d *db.DB, text func(*statement) string) string {
	t.Helper()
	var plan []string
	err := d.Write(t.Context(), db.Tenant("o"), func(tx *db.Tx) error {
		prefix := "explain query plan "
		if tx.Dialect() == db.Postgres {
			prefix = "explain (costs off) "
			for _, set := range []string{"enable_seqscan", "enable_bitmapscan", "enable_sort", "enable_incremental_sort"} {
				if _, err := tx.Exec("set local " + set + " = off"); err != nil {
					return err
				}
			}
		}
		s := newStatement(tx)
		s.ordered = true
		query := text(s)
		var err error
		plan, err = db.All(tx, func(r db.Scanner) (line string, err error) {
			if tx.Dialect() == db.SQLite {
				var a, b, c int64
				err = r.Scan(&a, &b, &c, &line)
				return line, err
			}
			err = r.Scan(&line)
			return line, err
		}, prefix+query, s.args...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(plan, "\n")
}

func FuzzCursor(f *testing.F) {
	segs := segments(ByDue, false, fields.Settings{})
	f.Add("W10")
	f.Add("WyJkdWVmYWxzZSIsImR1ZSIsIjIwMjYtMDEtMDEiLCJhIl0")
	f.Fuzz(func(t *testing.T, cursor string) {
		for _, sort := range []Sort{ByDue, BySubject, ByNumber} {
			at, err := decodeCursor(cursor, sort, false, segs)
			if err == nil && (at.segment < 0 || at.segment >= len(segs) || at.keys != nil && len(at.keys) != len(segs[at.segment].keys)) {
				t.Errorf("%q is read as %+v", cursor, at)
			}
		}
	})
}

package merge

import (
	"testing"

	"plumbline/internal/db"
	"plumbline/internal/db/dbtest"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
)

func TestFields(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		org, thing := id.New[id.Org](), string(id.New[id.Point]())
		by := feed.Actor{Person: string(id.New[id.Person]()), Via: "session"}
		write := func(fn func(*db.Tx) error) {
			t.Helper()
			if err := d.Write(t.Context(), db.Tenant(org), fn); err != nil {
				t.Fatal(err)
			}
		}
		change := func(version int64, name string, before, after any) {
			write(func(tx *db.Tx) error {
				return feed.Append(tx, by, feed.Change{Stream: "project:x", Thing: feed.Thing{Kind: "point", ID: thing}, Kind: feed.Changed,
					Version: version, Fields: []feed.Field{{Name: name, Before: before, After: after}}, Audiences: []string{"project:x"}})
			})
		}
		change(1, "subject", nil, "crack")
		change(2, "subject", "crack", "crack in wall")
		change(3, "due", nil, "2026-04-01")

		cases := []struct {
			name             string
			base             int64
			field            Field
			apply, conflicts int
		}{
			{"nobody else", 3, Field{"subject", "crack in wall", "wide crack"}, 1, 0},
			{"another field", 2, Field{"subject", "crack in wall", "wide crack"}, 1, 0},
			{"the same field", 1, Field{"subject", "crack in wall", "wide crack"}, 0, 1},
			{"the same field, the same value", 1, Field{"subject", "crack in wall", "crack in wall"}, 0, 0},
			{"cleared meanwhile kept", 1, Field{"due", "2026-04-01", nil}, 0, 1},
			{"nothing to do", 3, Field{"due", "2026-04-01", "2026-04-01"}, 0, 0},
		}
		for _, c := range cases {
			write(func(tx *db.Tx) error {
				r, err := Fields(tx, thing, c.base, 3, []Field{c.field})
				if err != nil {
					return err
				}
				if len(r.Apply) != c.apply || len(r.Conflicts) != c.conflicts || r.Applies(c.field.Name) != (c.apply == 1) {
					t.Errorf("%s: %d applied, %d in conflict", c.name, len(r.Apply), len(r.Conflicts))
				}
				for _, x := range r.Conflicts {
					if x.Actor != by.Person || x.Version < 2 || x.At.IsZero() || len(x.Theirs) == 0 || len(x.Mine) == 0 {
						t.Errorf("%s: %+v", c.name, x)
					}
				}
				return nil
			})
		}
		for _, base := range []int64{0, -1, 4} {
			write(func(tx *db.Tx) error {
				if _, err := Fields(tx, thing, base, 3, nil); !fault.Is(err, fault.Invalid) {
					t.Errorf("base %d: %v", base, err)
				}
				return nil
			})
		}
	})
}

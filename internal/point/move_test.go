package point

import (
	"encoding/json"
	"slices"
	"testing"

	"plumbline/internal/access"
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/point/fields"
	"plumbline/internal/policy"
)

func TestMove(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		other := w.create(w.admin, Draft{ID: id.New[id.Point](), List: w.quiet, Values: fields.Values{Subject: "There already"}})
		p := w.create(w.contributor, draft("To be moved"))
		if _, err := w.s.Move(ctx, w.guest, p.ID, w.quiet); !fault.Is(err, fault.Denied) {
			t.Errorf("a guest moves: %v", err)
		}
		reader := w.contributor
		reader.ListLevels = map[id.List]policy.Level{w.quiet: policy.Guest}
		if _, err := w.s.Move(ctx, reader, p.ID, w.quiet); fault.CodeOf(err) != "needs-contributor" {
			t.Errorf("to a list that one only reads: %v", err)
		}
		shut := w.contributor
		shut.ListLevels = map[id.List]policy.Level{w.quiet: policy.None}
		if _, err := w.s.Move(ctx, shut, p.ID, w.quiet); !fault.Is(err, fault.Invalid) {
			t.Errorf("to a list that one does not know of: %v", err)
		}
		moved, err := w.s.Move(ctx, w.contributor, p.ID, w.quiet)
		if err != nil || moved.List != w.quiet || moved.Number.String() != "Q-1.2" || moved.Version != p.Version+1 {
			t.Fatalf("%+v %v", moved, err)
		}
		if again, err := w.s.Move(ctx, w.contributor, p.ID, w.quiet); err != nil || again.Version != moved.Version {
			t.Errorf("moved again: %+v %v", again, err)
		}
		to, gone := w.delivered(p.ID)
		if !slices.Contains(to, access.OnList(w.project, w.quiet)) || !slices.Equal(gone, []string{access.OnList(w.project, w.list)}) {
			t.Errorf("told %v, gone from %v", to, gone)
		}
		// The history remembers the old number; who does not know of the list it
		// came from sees that it came, and not from where.
		newcomer := w.guest
		newcomer.ListLevels = map[id.List]policy.Level{w.list: policy.None}
		for _, c := range []struct {
			name   string
			g      access.Grant
			before string
		}{{"who knows both lists", w.guest, `"C-1.1"`}, {"who knows the new one", newcomer, ""}} {
			h, err := w.s.History(ctx, c.g, p.ID, "", 1)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range h.Items[0].Fields {
				var number string
				if f.Name == "number" && (string(f.Before) != c.before || json.Unmarshal(f.After, &number) != nil || number != "Q-1.2") {
					t.Errorf("%s: %s → %s", c.name, f.Before, f.After)
				}
				if f.Name == "list_id" && (len(f.Before) > 0) != (c.before != "") {
					t.Errorf("%s: the list was %s", c.name, f.Before)
				}
			}
		}
		if back, err := w.s.Move(ctx, w.admin, p.ID, w.list); err != nil || back.Number.String() != "C-1.2" {
			t.Errorf("back again: %s %v", back.Number, err)
		}
		w.set.Lists[1].Archived = true
		if _, err := w.s.Move(ctx, w.admin, p.ID, w.quiet); fault.CodeOf(err) != "list-archived" {
			t.Errorf("to an archived list: %v", err)
		}
		if other.Number.String() != "Q-1.1" {
			t.Errorf("%s", other.Number)
		}
	})
}

// TestAClosedListTellsItsOwn: those in charge by a role hear of a point on a
// closed list as persons, and only if they are on it.
func TestAClosedListTellsItsOwn(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.write(func(tx *db.Tx) error { return access.CloseList(tx, w.project, w.quiet, true) })
		d := draft("Hidden")
		d.List, d.InCharge = w.quiet, []fields.Charge{{Kind: "role", ID: string(w.role)}}
		maker := w.admin
		maker.ListLevels = map[id.List]policy.Level{w.quiet: policy.Administrator}
		p := w.create(maker, d)
		if to, _ := w.delivered(p.ID); !slices.Equal(to, []string{access.OnList(w.project, w.quiet)}) {
			t.Errorf("told: %v", to)
		}
	})
}

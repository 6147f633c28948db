package point

import (
	"slices"
	"testing"

	"plumbline/internal/access"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/policy"
)

func TestParentsAndRelations(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ctx := t.Context()
		hidden := draft("hidden")
		hidden.List = w.quiet
		a, b, c := w.create(w.contributor, draft("a")), w.create(w.contributor, draft("b")), w.create(w.admin, hidden)
		shut := w.guest
		shut.ListLevels = map[id.List]policy.Level{w.quiet: policy.None}
		if _, err := w.s.SetParent(ctx, w.guest, a.ID, b.ID); !fault.Is(err, fault.Denied) {
			t.Errorf("a guest gives a parent: %v", err)
		}
		if p, err := w.s.SetParent(ctx, w.contributor, a.ID, b.ID); err != nil || p.Parent != b.ID || p.Version != 2 {
			t.Fatalf("%+v %v", p, err)
		}
		if p, err := w.s.SetParent(ctx, w.contributor, a.ID, b.ID); err != nil || p.Version != 2 {
			t.Errorf("again: %+v %v", p, err)
		}
		for _, above := range []id.Point{a.ID, b.ID} {
			if _, err := w.s.SetParent(ctx, w.contributor, b.ID, above); fault.CodeOf(err) != "parent-cycle" {
				t.Errorf("a circle: %v", err)
			}
		}
		if _, err := w.s.Relate(ctx, w.contributor, a.ID, c.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := w.s.SetParent(ctx, w.contributor, b.ID, c.ID); err != nil {
			t.Fatal(err)
		}
		read := func(g access.Grant, p id.Point) Point {
			t.Helper()
			out, err := w.s.Get(ctx, g, p)
			if err != nil {
				t.Fatal(err)
			}
			return out
		}
		if p := read(w.guest, a.ID); !slices.Equal(p.Related, []id.Point{c.ID}) || p.Parent != b.ID {
			t.Errorf("who sees both: %+v", p)
		}
		// Who does not know of the other end reads nothing of it, in the history too.
		if p := read(shut, a.ID); len(p.Related) != 0 || p.Parent != b.ID || read(shut, b.ID).Parent != "" {
			t.Errorf("who sees one end: %+v", p)
		}
		for g, want := range map[*access.Grant]int{&w.guest: 3, &shut: 2} { // made, parent, related
			h, err := w.s.History(ctx, *g, a.ID, "", 10)
			if err != nil || len(h.Items) != want {
				t.Errorf("%d entries, want %d, %v", len(h.Items), want, err)
			}
		}
		// It comes into sight: what names it is delivered anew, without news.
		if _, err := w.s.Move(ctx, w.admin, c.ID, w.list); err != nil {
			t.Fatal(err)
		}
		if to, _ := w.delivered(a.ID); !slices.Equal(to, []string{access.OnList(w.project, w.list), access.OnList(w.project, w.list)}) {
			t.Errorf("told %v", to)
		}
		if p := read(shut, a.ID); !slices.Equal(p.Related, []id.Point{c.ID}) {
			t.Errorf("in sight now: %+v", p)
		}
		// Taken back from the other end: the point that said it changes.
		before := read(w.admin, a.ID).Version
		if _, err := w.s.Unrelate(ctx, w.admin, c.ID, a.ID); err != nil {
			t.Fatal(err)
		}
		if p := read(w.admin, a.ID); len(p.Related) != 0 || p.Version != before+1 {
			t.Errorf("taken back: %+v", p)
		}
		if p, err := w.s.SetParent(ctx, w.contributor, a.ID, ""); err != nil || p.Parent != "" {
			t.Errorf("without a parent: %+v %v", p, err)
		}
		if _, err := w.s.Relate(ctx, w.contributor, a.ID, a.ID); fault.CodeOf(err) != "related-to-itself" {
			t.Errorf("to itself: %v", err)
		}
		if _, err := w.s.Relate(ctx, w.contributor, a.ID, id.New[id.Point]()); !fault.Is(err, fault.NotFound) {
			t.Errorf("to nothing: %v", err)
		}
	})
}

package programme_test

import (
	"testing"

	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/policy"
	"plumbline/internal/programme/site"
)

func TestCommentsAreOfWhoMayReport(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		guest := w.manager
		guest.Person, guest.Level = id.New[id.Person](), policy.Guest
		c := id.New[id.Comment]()
		for i, want := range []bool{true, false} {
			if _, added, err := w.site.Comment(w.Context(), w.sub, w.a, c, "scaffold is in the way"); err != nil || added != want {
				w.Errorf("time %d: %v, %v", i, added, err)
			}
		}
		if _, _, err := w.site.Comment(w.Context(), w.sub, w.b, id.New[id.Comment](), "not mine"); !fault.Is(err, fault.NotFound) {
			w.Errorf("on another's: %v", err)
		}
		if _, _, err := w.site.Comment(w.Context(), guest, w.a, id.New[id.Comment](), "as a guest"); !fault.Is(err, fault.Denied) {
			w.Errorf("a guest: %v", err)
		}
		if _, _, err := w.site.Comment(w.Context(), w.manager, w.b, c, "elsewhere"); !fault.Is(err, fault.NotFound) {
			w.Errorf("with the id of another: %v", err)
		}
		d, err := w.site.Activity(w.Context(), w.manager, w.a)
		if err != nil || len(d.Comments) != 1 || d.Comments[0].Author != w.sub.Person {
			w.Errorf("%v, %+v", err, d.Comments)
		}
		seen, err := w.site.History(w.Context(), w.sub, w.a, "", 10)
		if err != nil || seen.Items[0].Kind != "commented" {
			w.Errorf("history: %v, %+v", err, seen.Items)
		}
	})
}

func TestAPointTellsWhatItBlocksToWhoSeesThat(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		p := id.New[id.Point]()
		for _, a := range []id.Activity{w.a, w.b} {
			if err := w.site.Block(w.Context(), w.manager, a, p); err != nil {
				w.Fatal(err)
			}
		}
		all, err := w.site.OfPoint(w.Context(), w.manager, p)
		if err != nil || len(all) != 2 {
			w.Errorf("%v, %d activities", err, len(all))
		}
		own, err := w.site.OfPoint(w.Context(), w.sub, p)
		if err != nil || len(own) != 1 || own[0].Activity != w.a {
			w.Errorf("whose is one of them: %v, %+v", err, own)
		}
		if err := w.all.Delete(w.Context(), w.manager, w.programme); err != nil {
			w.Fatal(err)
		}
		if gone, err := w.site.OfPoint(w.Context(), w.manager, p); err != nil || len(gone) != 0 {
			w.Errorf("of a deleted programme: %v, %+v", err, gone)
		}
	})
}

func TestWhatOneMayDoWithAnActivity(t *testing.T) {
	t.Parallel()
	each(t, func(w *world) {
		d, err := w.site.Activity(w.Context(), w.sub, w.a)
		if err != nil {
			w.Fatal(err)
		}
		if got := site.MayOf(w.sub, &d); got != (site.May{Report: true}) {
			w.Errorf("in charge: %+v", got)
		}
		if got := site.MayOf(w.manager, &d); got != (site.May{Report: true, Judge: true, Block: true}) {
			w.Errorf("a manager: %+v", got)
		}
	})
}

package prove

import (
	"context"
	"strings"
	"testing"
	"time"

	"plumbline/internal/clock"
	"plumbline/internal/db"
	"plumbline/internal/db/dbtest"
	"plumbline/internal/lang"
	"plumbline/internal/promise"
)

func probe(id, name string, run func(context.Context) promise.Finding) promise.Probe {
	return promise.Probe{Promise: id, Name: name, Run: run}
}

func finds(s promise.State) func(context.Context) promise.Finding {
	return func(context.Context) promise.Finding { return promise.Found(s, "seen "+string(s)) }
}

func TestRun(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC)
	probes := []promise.Probe{
		probe("ERA-1", "rows", finds(promise.Kept)),
		probe("ERA-1", "files", finds(promise.Broken)),
		probe("ERA-2", "restore", finds(promise.Kept)),
		probe("RES-1", "panics", func(context.Context) promise.Finding { panic("no") }),
		probe("OBJ-1", "hangs", func(ctx context.Context) promise.Finding { <-ctx.Done(); select {} }),
		probe("CON-1", "says nothing", func(context.Context) promise.Finding { return promise.Finding{} }),
		probe("SHR-1", "nobody to share with", finds(promise.NotApplicable)),
	}
	got := map[string]Result{}
	all := Run(t.Context(), probes, Options{Clock: clock.NewFake(now), Each: 50 * time.Millisecond, Repeat: "plumbline prove"})
	for _, r := range all {
		got[r.ID] = r
	}
	if len(all) != len(promise.All()) {
		t.Errorf("%d results of %d promises", len(all), len(promise.All()))
	}
	for id, want := range map[string]promise.State{
		"ERA-1": promise.Broken, "ERA-2": promise.Kept, "RES-1": promise.Broken, "OBJ-1": promise.Broken,
		"CON-1": promise.Broken, "SHR-1": promise.NotApplicable, "APP-6": promise.NotBuilt,
	} {
		if r := got[id]; r.State != want || r.Evidence == "" || r.Repeat != "plumbline prove "+id || !r.At.Equal(now) {
			t.Errorf("%s: %+v, want %s", id, r, want)
		}
	}
	if !strings.Contains(got["ERA-1"].Evidence, "rows: seen kept; files: seen broken") {
		t.Errorf("evidence %q", got["ERA-1"].Evidence)
	}
	if !AnyBroken(all) {
		t.Error("nothing broken")
	}
	if some := Run(t.Context(), probes, Options{Only: []string{"ERA-2"}}); len(some) != 1 || some[0].ID != "ERA-2" || AnyBroken(some) {
		t.Errorf("only one: %+v", some)
	}
}

func TestKept(t *testing.T) {
	t.Parallel()
	for _, dialect := range []db.Dialect{db.SQLite, db.Postgres} {
		d := dbtest.Open(t, dialect)
		at := time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC)
		for _, s := range []promise.State{promise.Broken, promise.Kept} {
			if err := Save(t.Context(), d, []Result{{ID: "ERA-1", State: s, Evidence: "e", At: at}, {ID: "DATA-1", State: promise.Kept, Evidence: "e", At: at}}); err != nil {
				t.Fatal(err)
			}
		}
		all, err := Last(t.Context(), d)
		if err != nil || len(all) != 2 || all[0].ID != "DATA-1" || all[1].State != promise.Kept || !all[1].At.Equal(at) {
			t.Errorf("%s: %+v %v", dialect, all, err)
		}
	}
}

func TestEveryPromiseHasWords(t *testing.T) {
	t.Parallel()
	for _, p := range promise.All() {
		for _, l := range lang.Locales() {
			if !lang.Has("promise."+p.ID) || lang.T(l, "promise."+p.ID) == "promise."+p.ID {
				t.Errorf("%s has no text in %s", p.ID, l)
			}
		}
	}
}

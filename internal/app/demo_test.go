package app

import (
	"crypto/sha256"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"context"

	"plumbline/internal/clock"
	"plumbline/internal/db"
	"plumbline/internal/db/dbtest"
	"plumbline/internal/demo"
	"plumbline/internal/point/query"
)

// fill makes a small demo and gives a fingerprint of what people see of it.
func fill(t *testing.T, dialect db.Dialect, seed uint64) (points int, print string) {
	t.Helper()
	end := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	fake := clock.NewFake(demo.Start(end))
	dir := t.TempDir()
	cfg := Config{Data: filepath.Join(dir, "data"), Database: dbtest.URL(t, dialect), Ring: Ring{Root: filepath.Join(dir, "root", "root.key")}}
	if err := cfg.Complete(); err != nil {
		t.Fatal(err)
	}
	h, err := Open(t.Context(), cfg, Options{Clock: fake, NoChores: true})
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	running, stop := context.WithCancel(t.Context())
	var beside sync.WaitGroup
	beside.Go(func() { h.Run(running) })
	defer beside.Wait()
	defer stop()
	deps := h.demoDeps(t.Context(), fake)
	deps.Some = 8
	if err := demo.Fill(t.Context(), deps, seed, end); err != nil {
		t.Fatal(err)
	}
	me, ok, err := h.account(t.Context(), demo.Accounts()[0].Email)
	if err != nil || !ok {
		t.Fatalf("the owner has no account: %v", err)
	}
	grants, err := h.Access.Grants(t.Context(), me)
	if err != nil || len(grants) != 1 {
		t.Fatalf("%d projects, %v", len(grants), err)
	}
	page, _, err := h.Points.List(t.Context(), grants[0], query.Query{Filter: query.Filter{Closed: query.Any}})
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.New()
	for _, p := range page.Items {
		_, _ = fmt.Fprintln(sum, p.ID, p.Number, p.Subject, p.Status != "", p.CreatedAt, p.ChangedAt, p.Version, p.Pin.X, len(p.Photos), len(p.Comments))
	}
	reports, err := h.Reports.List(t.Context(), grants[0])
	if err != nil || len(reports) != 1 || reports[0].State != "ready" || reports[0].Missing != 0 {
		t.Errorf("report %+v %v", reports, err)
	}
	return len(page.Items), fmt.Sprintf("%x", sum.Sum(nil))
}

func TestDemoRepeatsFromItsSeed(t *testing.T) {
	t.Parallel()
	n, first := fill(t, db.SQLite, 1)
	if n != 8 {
		t.Errorf("%d points, want 8", n)
	}
	if _, again := fill(t, db.Postgres, 1); again != first {
		t.Error("the same seed made another site on PostgreSQL")
	}
	if _, other := fill(t, db.SQLite, 2); other == first {
		t.Error("another seed made the same site")
	}
}

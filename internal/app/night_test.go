package app

import (
	"context"
	"errors"
	"testing"
	"time"

	"plumbline/internal/clock"
	"plumbline/internal/db"
	"plumbline/internal/db/dbtest"
	"plumbline/internal/prove"
)

// TestProofsAreDueEveryNight: the first one soon after the first start, then at
// three in the morning, however often the program starts.
func TestProofsAreDueEveryNight(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	fake := clock.NewFake(noon)
	cfg := settings(t, dbtest.URL(t, db.SQLite))
	if err := cfg.Complete(); err != nil {
		t.Fatal(err)
	}
	h, err := Open(t.Context(), cfg, Options{Clock: fake, NoChores: true, Cost: cheap()})
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	due := func() (at []time.Time) {
		t.Helper()
		if err := h.DB.Read(t.Context(), db.Everyone("a test"), func(tx *db.Tx) (err error) {
			all, err := db.All(tx, db.Value1[int64], `select run_at from job where kind = $1 order by run_at`, proveJob)
			for _, micros := range all {
				at = append(at, time.UnixMicro(micros).UTC())
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		return at
	}
	for range 2 {
		if err := h.nextProof(context.Background(), firstProof); err != nil {
			t.Fatal(err)
		}
	}
	if got := due(); len(got) != 1 || !got[0].Equal(noon.Add(firstProof)) {
		t.Errorf("the first proof is due at %v", got)
	}
	if err := prove.Save(t.Context(), h.DB, []prove.Result{{ID: "ERA-1", State: "kept", Evidence: "e", At: noon}}); err != nil {
		t.Fatal(err)
	}
	if err := h.nextProof(context.Background(), firstProof); err != nil {
		t.Fatal(err)
	}
	if got := due(); len(got) != 2 || !got[1].Equal(time.Date(2026, 3, 2, 3, 0, 0, 0, time.UTC)) {
		t.Errorf("proofs are due at %v", got)
	}
}

// TestAnInterruptedProofBreaksNothing: a program that stops while it proves has
// found nothing, and the evidence before it stands.
func TestAnInterruptedProofBreaksNothing(t *testing.T) {
	t.Parallel()
	cfg := settings(t, dbtest.URL(t, db.SQLite))
	if err := cfg.Complete(); err != nil {
		t.Fatal(err)
	}
	h, err := Open(t.Context(), cfg, Options{Clock: clock.System{}, NoChores: true, Cost: cheap()})
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	// Nothing runs beside: the erasure that the probe waits for never comes.
	go func() {
		for people := 0; people == 0 && ctx.Err() == nil; {
			_ = h.DB.Read(ctx, db.Everyone("a test"), func(tx *db.Tx) (err error) {
				people, err = db.One(tx, db.Value1[int], `select count(*) from account`)
				return err
			})
		}
		stop()
	}()
	if all, err := h.prove(ctx, []string{"ERA-1"}, 1); !errors.Is(err, context.Canceled) {
		t.Errorf("an interrupted proof says %v, %v", all, err)
	}
	if last, err := prove.Last(t.Context(), h.DB); err != nil || len(last) != 0 {
		t.Errorf("an interrupted proof left %v, %v", last, err)
	}
}

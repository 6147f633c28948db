package mutation_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"plumbline/internal/clock"
	"plumbline/internal/db"
	"plumbline/internal/db/dbtest"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/mutation"
)

func TestResultAndChangeTogether(t *testing.T) {
	t.Parallel()
	fake := clock.NewFake(time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC))
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		book := mutation.New(d)
		k := mutation.Key{Account: "acc", ID: id.New[id.Mutation]()}
		asked := mutation.Result{Operation: mutation.Operation("put", "/x"), Status: 201}
		if mutation.Operation("put", "/x") == mutation.Operation("pu", "t/x") {
			t.Error("two operations have one fingerprint")
		}

		// A change that fails leaves no result.
		wctx, attempt := book.Begin(ctx, k, asked)
		boom := errors.New("boom")
		if err := d.Write(wctx, db.Tenant("org"), func(*db.Tx) error { return boom }); !errors.Is(err, boom) {
			t.Fatalf("got %v", err)
		}
		if _, ok, err := book.Find(ctx, k); ok || err != nil || attempt.Kept() || attempt.Repeat() {
			t.Fatalf("a result of nothing: %v %v", ok, err)
		}

		// One that commits leaves one; a second write under the context adds none.
		conflicts := func(tx *db.Tx) error {
			err := feed.Append(tx, feed.Actor{Person: "system", Via: "system"}, feed.Change{
				Stream: "org:org", Thing: feed.Thing{Kind: "thing", ID: "thing"}, Kind: "changed", Version: 3,
			})
			if err != nil {
				return err
			}
			mutation.Conflicts(tx, "subject", "due")
			mutation.Conflicts(tx, "due_2")
			return nil
		}
		for range 2 {
			if err := d.Write(wctx, db.Tenant("org"), conflicts); err != nil {
				t.Fatal(err)
			}
		}
		got, ok, err := book.Find(ctx, k)
		if err != nil || !ok || !attempt.Kept() {
			t.Fatalf("%v %v", ok, err)
		}
		if got.Operation != asked.Operation || got.Status != 201 || got.Thing != "thing" || got.Version != 3 ||
			!slices.Equal(got.Conflicts, []string{"due", "due_2", "subject"}) {
			t.Errorf("%+v", got)
		}

		// A repeat that got past the first look loses, with its effects.
		wctx, attempt = book.Begin(ctx, k, asked)
		err = d.Write(wctx, db.Tenant("org"), insertOther)
		if err == nil || !attempt.Repeat() || attempt.Kept() {
			t.Errorf("%v, repeat %v", err, attempt.Repeat())
		}
		var n int
		err = d.Read(ctx, db.Everyone("a test counts"), func(tx *db.Tx) error {
			return tx.Row(`select count(*) from mutation where account = 'other'`).Scan(&n)
		})
		if err != nil || n != 0 {
			t.Errorf("%d effects of a repeat, %v", n, err)
		}

		// What changed nothing is noted once.
		k2 := mutation.Key{Account: "acc", ID: id.New[id.Mutation]()}
		for _, status := range []int{200, 204} {
			if err := book.Note(ctx, k2, mutation.Result{Status: status}); err != nil {
				t.Fatal(err)
			}
		}
		if got, ok, err := book.Find(ctx, k2); err != nil || !ok || got.Status != 200 || got.Conflicts != nil {
			t.Errorf("%+v %v %v", got, ok, err)
		}

		// Ninety days, and no longer.
		now := fake.Now()
		if n, err := book.Purge(ctx, now); n != 0 || err != nil {
			t.Errorf("purged %d, %v: an instant too early", n, err)
		}
		if n, err := book.Purge(ctx, now.Add(time.Microsecond)); n != 2 || err != nil {
			t.Errorf("purged %d of 2, %v", n, err)
		}
	}, dbtest.Clock(fake))
}

func insertOther(tx *db.Tx) error {
	_, err := tx.Exec(`insert into mutation (account, id, org_id, fingerprint, status, at) values ('other', 'x', $1, $2, 1, 1)`, tx.Org(), []byte{})
	return err
}

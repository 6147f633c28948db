package db_test

import (
	"context"
	"testing"

	"plumbline/internal/db"
	"plumbline/internal/db/dbtest"
)

func TestLockHoldsOneAtATime(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t, db.Postgres)
	release, err := d.Lock(t.Context(), "ring")
	if err != nil {
		t.Fatal(err)
	}
	got := make(chan struct{})
	waiting, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() {
		if second, err := d.Lock(waiting, "ring"); err == nil {
			second()
			close(got)
		}
	}()
	other, err := d.Lock(t.Context(), "another name")
	if err != nil {
		t.Fatal(err)
	}
	other()
	select {
	case <-got:
		t.Fatal("two hold the same name")
	default:
	}
	release()
	<-got
}

package feed

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"plumbline/internal/db"
	"plumbline/internal/db/dbtest"
)

// patience is far beyond what is promised: a slow machine is no failure.
const patience = 30 * time.Second

func await(t *testing.T, wake <-chan struct{}) {
	t.Helper()
	select {
	case <-wake:
	case <-time.After(patience):
		t.Fatal("not woken")
	}
}

func quiet(wake <-chan struct{}) bool {
	select {
	case <-wake:
		return false
	default:
		return true
	}
}

func run(t *testing.T, h *Hub) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { h.Run(ctx); close(done) }()
	t.Cleanup(func() { cancel(); <-done })
}

func TestHubWakesWhoeverWaits(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := NewHub(d)
		a, cancelA := h.Subscribe([]string{"list:a", "project:1"})
		b, cancelB := h.Subscribe([]string{"list:b"})
		defer cancelB()
		add := func(ok bool, audiences ...string) {
			t.Helper()
			was := [2]int{len(a), len(b)}
			err := d.Write(context.Background(), db.Tenant(org), func(tx *db.Tx) error {
				if err := Append(tx, by, change("p", 1, audiences...)); err != nil {
					return err
				}
				if early := [2]int{len(a), len(b)}; early != was {
					t.Error("woken before the commit")
				}
				if !ok {
					return fmt.Errorf("no")
				}
				return nil
			})
			if (err == nil) != ok {
				t.Fatal(err)
			}
		}
		add(true, "list:a") // in process it is done when Write returns
		if quiet(a) || !quiet(b) {
			t.Error("a was not woken, or b was")
		}
		add(true, "list:b", "list:a")
		add(true, "list:b", "list:a") // one signal stands for all
		if quiet(a) || quiet(b) || !quiet(a) {
			t.Error("a and b were not woken once")
		}
		add(false, "list:b", "list:a")
		if !quiet(a) || !quiet(b) {
			t.Error("woken by what was rolled back")
		}
		cancelA()
		add(true, "list:a")
		if !quiet(a) {
			t.Error("woken after it left")
		}
		if len(h.subs) != 1 {
			t.Errorf("%d audiences are still known, want 1", len(h.subs))
		}
	})
}

// Two processes are two handles with a Hub each. Nobody polls here, so only a
// notification can wake.
func TestHubHearsAnotherProcess(t *testing.T) {
	t.Parallel()
	url := dbtest.URL(t, db.Postgres)
	one, two := NewHub(dbtest.OpenURL(t, url)), NewHub(dbtest.OpenURL(t, url))
	for _, h := range []*Hub{one, two} {
		h.poll = time.Hour
		all, cancel := h.Subscribe([]string{"ready"})
		run(t, h)
		await(t, all) // it listens
		cancel()
	}
	write := func(h *Hub, audiences ...string) {
		t.Helper()
		if err := h.db.Write(context.Background(), db.Tenant(org), func(tx *db.Tx) error {
			return Append(tx, by, change("p", 1, audiences...))
		}); err != nil {
			t.Fatal(err)
		}
	}
	mine, c1 := two.Subscribe([]string{"list:a"})
	defer c1()
	other, c2 := two.Subscribe([]string{"list:b"})
	defer c2()
	write(one, "list:a")
	await(t, mine)
	if !quiet(other) {
		t.Error("woken for another's audience")
	}
	write(one, "list:b")
	await(t, other)
	// Too many audiences for one notification: everybody looks.
	many := make([]string, 300)
	for i := range many {
		many[i] = fmt.Sprintf("list:%d-%s", i, strings.Repeat("x", 40))
	}
	write(one, many...)
	await(t, mine)
	await(t, other)
	// And the other way.
	back, c3 := one.Subscribe([]string{"list:a"})
	defer c3()
	write(two, "list:a")
	await(t, back)
}

func TestHubFindsWhatNobodyTold(t *testing.T) {
	t.Parallel()
	for _, dialect := range []db.Dialect{db.SQLite, db.Postgres} {
		t.Run(dialect.String(), func(t *testing.T) {
			t.Parallel()
			url := dbtest.URL(t, dialect)
			h := NewHub(dbtest.OpenURL(t, url))
			mute := dbtest.OpenURL(t, url) // a process without a Hub
			ctx := context.Background()
			look := func() {
				t.Helper()
				if err := h.lookOnce(ctx); err != nil {
					t.Fatal(err)
				}
			}
			wake, cancel := h.Subscribe([]string{"list:a"})
			look() // the first look does not know what was seen before
			await(t, wake)
			look()
			if !quiet(wake) {
				t.Error("woken although nothing happened")
			}
			write(t, mute, func(tx *db.Tx) error { return Append(tx, by, change("p", 1, "list:a")) })
			look()
			await(t, wake)
			cancel()
			look()
			if len(h.seen) != 0 {
				t.Error("an audience nobody waits for is remembered")
			}
		})
	}
}

func TestHubListensAgain(t *testing.T) {
	t.Parallel()
	url := dbtest.URL(t, db.Postgres)
	one, two := NewHub(dbtest.OpenURL(t, url)), NewHub(dbtest.OpenURL(t, url))
	for _, h := range []*Hub{one, two} {
		h.poll, h.relisten = time.Hour, time.Millisecond
		run(t, h)
	}
	wake, cancel := two.Subscribe([]string{"list:a"})
	defer cancel()
	killed := false
	for !killed {
		write(t, one.db, func(tx *db.Tx) error {
			// All connections but this one: the listeners' too.
			n, err := db.All(tx, db.Value1[bool], `select pg_terminate_backend(pid) from pg_stat_activity
				where datname = current_database() and pid <> pg_backend_pid() and query like 'listen %'`)
			killed = len(n) > 0
			return err
		})
	}
	await(t, wake) // listening again makes all look once
	write(t, one.db, func(tx *db.Tx) error { return Append(tx, by, change("p", 1, "list:a")) })
	await(t, wake)
}

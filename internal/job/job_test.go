package job

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"plumbline/internal/clock"
	"plumbline/internal/db"
	"plumbline/internal/db/dbtest"
	"plumbline/internal/fault"
	"plumbline/internal/id"
)

const org = id.Org("0190163d-8694-739b-aea5-966c26f8ad91")

// patience is far beyond what is promised: a slow machine is no failure.
const patience = 30 * time.Second

func fake() func(*db.Config) {
	return func(c *db.Config) { c.Clock = clock.NewFake(time.Date(2026, 5, 4, 3, 2, 1, 0, time.UTC)) }
}

func enqueue(t *testing.T, d *db.DB, s Spec) (out id.Job) {
	t.Helper()
	err := d.Write(context.Background(), db.Tenant(org), func(tx *db.Tx) (err error) {
		out, err = Enqueue(tx, s)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func get(t *testing.T, d *db.DB, job id.Job) (s Status) {
	t.Helper()
	err := d.Read(context.Background(), db.Tenant(org), func(tx *db.Tx) (err error) {
		s, err = Get(tx, job)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// ended waits until a job has ended.
func ended(t *testing.T, d *db.DB, job id.Job) (s Status) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := Watch(ctx, d, db.Tenant(org), job, func(x Status) error { s = x; return nil }); err != nil {
		t.Fatalf("job %s: %v", s.State, err)
	}
	return s
}

func start(t *testing.T, w *Worker) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { w.Run(ctx); close(done) }()
	stop = sync.OnceFunc(func() { cancel(); <-done })
	t.Cleanup(stop)
	return stop
}

// mark is the database effect of a test's job.
func mark(name string) func(tx *db.Tx) error {
	return func(tx *db.Tx) error {
		_, err := tx.Exec(`insert into feed_audience (audience, org_id, number) values ($1, $2, 1)
			on conflict (audience) do update set number = feed_audience.number + 1`, name, string(org))
		return err
	}
}

func marks(t *testing.T, d *db.DB, name string) (n int) {
	t.Helper()
	err := d.Read(context.Background(), db.Tenant(org), func(tx *db.Tx) error {
		return tx.Row(`select coalesce(max(number), 0) from feed_audience where audience = $1`, name).Scan(&n)
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestOutcomes(t *testing.T) {
	t.Parallel()
	boom := func(kind fault.Kind, code string) Handler {
		return func(_ context.Context, r *Run) error { return fault.Wrap("x", fault.New(kind, code, "no")) }
	}
	cases := []struct {
		name     string
		handler  Handler
		state    State
		code     string
		attempts int
		effects  int
	}{
		{"returns nil", func(context.Context, *Run) error { return nil }, Done, "", 1, 0},
		{"commits", func(_ context.Context, r *Run) error { return r.Commit(mark(r.Kind)) }, Done, "", 1, 1},
		{"commits, then fails", func(_ context.Context, r *Run) error {
			if err := r.Commit(mark(r.Kind)); err != nil {
				return err
			}
			return errors.New("too late")
		}, Done, "", 1, 1},
		{"commit fails", func(_ context.Context, r *Run) error {
			return r.Commit(func(tx *db.Tx) error {
				if err := mark(r.Kind)(tx); err != nil {
					return err
				}
				return fault.New(fault.Conflict, "not-now", "")
			})
		}, Failed, "not-now", 3, 0},
		{"third time lucky", func(_ context.Context, r *Run) error {
			if r.Attempt < 3 {
				return errors.New("flaky")
			}
			return r.Commit(mark(r.Kind))
		}, Done, "", 3, 1},
		{"always fails", func(context.Context, *Run) error { return errors.New("no") }, Failed, "failed", 3, 0},
		{"unavailable", boom(fault.Unavailable, "mail-down"), Failed, "mail-down", 3, 0},
		{"invalid is final", boom(fault.Invalid, "bad"), Failed, "bad", 1, 0},
		{"unreadable is final", boom(fault.Unreadable, "damaged"), Failed, "damaged", 1, 0},
		{"too large is final", boom(fault.TooLarge, ""), Failed, "too-large", 1, 0},
		{"unsupported is final", boom(fault.Unsupported, "odd"), Failed, "odd", 1, 0},
		{"panics", func(_ context.Context, r *Run) error { panic("secret") }, Failed, "panic", 3, 0},
		{"panics once", func(_ context.Context, r *Run) error {
			if r.Attempt == 1 {
				var nobody *Run
				_ = nobody.Scope()
			}
			return r.Commit(mark(r.Kind))
		}, Done, "", 2, 1},
		{"bad payload", func(_ context.Context, r *Run) error { return r.Payload(new([]int)) }, Failed, "bad-payload", 1, 0},
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		handlers := map[string]Handler{}
		for _, c := range cases {
			handlers[c.name] = c.handler
		}
		w := New(d, nil, handlers, Options{Backoff: func(int) time.Duration { return 0 }})
		for _, c := range cases {
			w.OnFailed(c.name, func(tx *db.Tx, s Status) error { return mark("failed: " + s.Kind + " " + s.Code)(tx) })
		}
		start(t, w)
		for _, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				job := enqueue(t, d, Spec{Kind: c.name, Payload: map[string]string{"id": "x"}, MaxAttempts: 3, ThingID: "thing", By: "ada"})
				s := ended(t, d, job)
				if s.State != c.state || s.Code != c.code || s.Attempts != c.attempts {
					t.Errorf("%s %q after %d attempts, want %s %q after %d", s.State, s.Code, s.Attempts, c.state, c.code, c.attempts)
				}
				if s.ThingID != "thing" || s.By != "ada" || s.Org != org || s.FinishedAt.IsZero() {
					t.Errorf("status %+v", s)
				}
				if n := marks(t, d, c.name); n != c.effects {
					t.Errorf("%d effects, want %d", n, c.effects)
				}
				want := 0
				if c.state == Failed {
					want = 1
				}
				if n := marks(t, d, "failed: "+c.name+" "+c.code); n != want {
					t.Errorf("told of the failure %d times, want %d", n, want)
				}
			})
		}
	}, fake())
}

func TestEnqueueIsPartOfTheTransaction(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var job id.Job
		no := errors.New("no")
		err := d.Write(context.Background(), db.Tenant(org), func(tx *db.Tx) (err error) {
			if job, err = Enqueue(tx, Spec{Kind: "k"}); err != nil {
				return err
			}
			return no
		})
		if !errors.Is(err, no) {
			t.Fatal(err)
		}
		err = d.Read(context.Background(), db.Tenant(org), func(tx *db.Tx) error { _, err := Get(tx, job); return err })
		if fault.CodeOf(err) != "job-not-found" {
			t.Errorf("the job of a transaction that was rolled back: %v", err)
		}
		kept := enqueue(t, d, Spec{Kind: "k"})
		err = d.Read(context.Background(), db.Tenant("0190163d-0000-739b-aea5-966c26f8ad91"), func(tx *db.Tx) error { _, err := Get(tx, kept); return err })
		if fault.CodeOf(err) != "job-not-found" {
			t.Errorf("another tenant's job: %v", err)
		}
		for name, s := range map[string]Spec{"no kind": {}, "large": {Kind: "k", Payload: strings.Repeat("x", maxPayload)}, "not JSON": {Kind: "k", Payload: func() {}}} {
			if err := d.Write(context.Background(), db.Tenant(org), func(tx *db.Tx) error { _, err := Enqueue(tx, s); return err }); err == nil {
				t.Errorf("%s: it was taken", name)
			}
		}
	})
}

func TestUnique(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		w := New(d, nil, map[string]Handler{"k": nil, "other": nil}, Options{})
		first := enqueue(t, d, Spec{Kind: "k", Unique: "u"})
		if again := enqueue(t, d, Spec{Kind: "k", Unique: "u"}); again != first {
			t.Error("a second job while the first waits")
		}
		for _, s := range []Spec{{Kind: "k", Unique: "v"}, {Kind: "other", Unique: "u"}, {Kind: "k"}} {
			if x := enqueue(t, d, s); x == first {
				t.Errorf("%+v is the same job", s)
			}
		}
		if r, err := w.claim(ctx); err != nil || r == nil || r.ID != first {
			t.Fatalf("claimed %+v, %v", r, err)
		}
		if again := enqueue(t, d, Spec{Kind: "k", Unique: "u"}); again != first {
			t.Error("a second job while the first runs")
		}
		err := d.Write(ctx, db.Tenant(org), func(tx *db.Tx) error { return Cancel(tx, first) })
		if err != nil {
			t.Fatal(err)
		}
		if again := enqueue(t, d, Spec{Kind: "k", Unique: "u"}); again == first {
			t.Error("no new job after the first ended")
		}
	}, fake())
}

// A worker that dies says nothing: here it takes a job and never works on it.
func TestAbandonedJobsRunAgain(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := d.Clock().(*clock.Fake)
		ctx := context.Background()
		runs := 0
		w := New(d, nil, map[string]Handler{"k": func(_ context.Context, r *Run) error { runs++; return r.Commit(mark("k")) }}, Options{})
		w.OnFailed("k", func(tx *db.Tx, s Status) error { return mark("failed " + s.Code)(tx) })
		job := enqueue(t, d, Spec{Kind: "k", MaxAttempts: 2})
		dead, err := w.claim(ctx)
		if err != nil || dead == nil {
			t.Fatal(dead, err)
		}
		dead.ctx = ctx
		if r, err := w.claim(ctx); r != nil || err != nil {
			t.Fatalf("taken twice: %v, %v", r, err)
		}
		c.Advance(30 * time.Second)
		if ok, err := dead.renew(ctx, time.Minute); !ok || err != nil {
			t.Fatalf("renewed %v, %v", ok, err)
		}
		c.Advance(45 * time.Second)
		if r, _ := w.claim(ctx); r != nil {
			t.Fatal("taken although the lease was renewed")
		}
		c.Advance(16 * time.Second)
		r, err := w.claim(ctx)
		if err != nil || r == nil || r.ID != job || r.Attempt != 2 {
			t.Fatalf("after the lease: %+v, %v", r, err)
		}
		// The dead one was only asleep. Nothing it does counts.
		if err := dead.Commit(mark("k")); fault.CodeOf(err) != "lease-lost" {
			t.Errorf("commit of the lost: %v", err)
		}
		if err := dead.Progress(1, 2); fault.CodeOf(err) != "lease-lost" {
			t.Errorf("progress of the lost: %v", err)
		}
		if ok, err := dead.renew(ctx, time.Minute); ok || err != nil {
			t.Errorf("renewed the lost: %v, %v", ok, err)
		}
		w.work(ctx, r)
		if err := dead.Commit(mark("k")); fault.CodeOf(err) != "lease-lost" {
			t.Errorf("commit after another's: %v", err)
		}
		if n := marks(t, d, "k"); n != 1 || runs != 1 || get(t, d, job).State != Done {
			t.Errorf("%d effects of %d runs, %s", n, runs, get(t, d, job).State)
		}
		// One that kills its worker each time is given up.
		job = enqueue(t, d, Spec{Kind: "k", MaxAttempts: 2})
		for range 2 {
			if r, err := w.claim(ctx); r == nil || err != nil {
				t.Fatal(r, err)
			}
			c.Advance(2 * time.Minute)
		}
		if r, err := w.claim(ctx); r != nil || err != nil {
			t.Fatalf("a third time: %v, %v", r, err)
		}
		if s := get(t, d, job); s.State != Failed || s.Code != "abandoned" || marks(t, d, "failed abandoned") != 1 {
			t.Errorf("%s %q, told %d times", s.State, s.Code, marks(t, d, "failed abandoned"))
		}
	}, fake())
}

func TestStoppingPutsJobsBack(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		started := make(chan int, 10)
		var stopOnce atomic.Bool
		handler := func(ctx context.Context, r *Run) error {
			started <- r.Attempt
			if stopOnce.CompareAndSwap(false, true) {
				<-ctx.Done()
				return ctx.Err()
			}
			return r.Commit(mark("k"))
		}
		stop := start(t, New(d, nil, map[string]Handler{"k": handler}, Options{}))
		job := enqueue(t, d, Spec{Kind: "k", MaxAttempts: 1})
		<-started
		stop()
		if s := get(t, d, job); s.State != Queued || s.Attempts != 0 || s.Code != "" {
			t.Errorf("after the stop: %s, %d attempts, %q", s.State, s.Attempts, s.Code)
		}
		start(t, New(d, nil, map[string]Handler{"k": handler}, Options{})) // the program starts again
		if s := ended(t, d, job); s.State != Done || s.Attempts != 1 || marks(t, d, "k") != 1 {
			t.Errorf("after the start: %s, %d attempts, %d effects", s.State, s.Attempts, marks(t, d, "k"))
		}
	}, fake())
}

func TestCancel(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		started, over := make(chan struct{}), make(chan error, 1)
		w := New(d, nil, map[string]Handler{"k": func(ctx context.Context, r *Run) error {
			close(started)
			<-ctx.Done() // the heartbeat notices
			over <- r.Commit(mark("k"))
			return ctx.Err()
		}}, Options{Lease: 40 * time.Millisecond})
		cancel := func(job id.Job) error {
			return d.Write(context.Background(), db.Tenant(org), func(tx *db.Tx) error { return Cancel(tx, job) })
		}
		waits := enqueue(t, d, Spec{Kind: "k", RunAt: d.Clock().Now().Add(time.Hour)})
		if err := cancel(waits); err != nil || get(t, d, waits).State != Cancelled {
			t.Errorf("a job that waits: %v, %s", err, get(t, d, waits).State)
		}
		if err := cancel("none"); fault.CodeOf(err) != "job-not-found" {
			t.Errorf("no job: %v", err)
		}
		start(t, w)
		job := enqueue(t, d, Spec{Kind: "k"})
		<-started
		if err := cancel(job); err != nil {
			t.Fatal(err)
		}
		if err := <-over; err == nil {
			t.Error("a cancelled job committed")
		}
		if s := ended(t, d, job); s.State != Cancelled || marks(t, d, "k") != 0 {
			t.Errorf("%s, %d effects", s.State, marks(t, d, "k"))
		}
		if err := cancel(job); err != nil {
			t.Errorf("twice: %v", err)
		}
	}, fake())
}

func TestProgressIsSeen(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		next := make(chan struct{})
		start(t, New(d, nil, map[string]Handler{"k": func(_ context.Context, r *Run) error {
			for i := range 3 {
				r.told = time.Time{} // no sparing here
				if err := r.Progress(i+1, 3); err != nil {
					return err
				}
				<-next
			}
			return nil
		}}, Options{}))
		job := enqueue(t, d, Spec{Kind: "k"})
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		var seen []string
		err := Watch(ctx, d, db.Tenant(org), job, func(s Status) error {
			if s.State == Running && s.Done > 0 {
				next <- struct{}{}
				seen = append(seen, fmt.Sprintf("%d/%d", s.Done, s.Total))
			}
			if s.State.Ended() {
				seen = append(seen, string(s.State))
			}
			return nil
		})
		if err != nil || !slices.Equal(seen, []string{"1/3", "2/3", "3/3", "done"}) {
			t.Errorf("saw %v, %v", seen, err)
		}
	}, fake())
}

func TestLaterJobsWait(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c, ctx := d.Clock().(*clock.Fake), context.Background()
		w := New(d, nil, map[string]Handler{"k": func(context.Context, *Run) error {
			return fault.New(fault.Unavailable, "down", "")
		}}, Options{Backoff: func(n int) time.Duration { return time.Duration(n) * time.Minute }})
		enqueue(t, d, Spec{Kind: "unknown"}) // nobody here does it
		job := enqueue(t, d, Spec{Kind: "k", RunAt: c.Now().Add(time.Hour), MaxAttempts: 3})
		step := func(advance time.Duration, due bool) {
			t.Helper()
			c.Advance(advance)
			r, err := w.claim(ctx)
			if err != nil || (r != nil) != due {
				t.Fatalf("due %v, want %v (%v)", r != nil, due, err)
			}
			if due {
				w.work(ctx, r)
			}
		}
		step(time.Hour-1, false)
		step(time.Second, true)
		step(time.Minute-time.Second, false)
		step(time.Second, true)
		step(2*time.Minute-time.Second, false)
		step(time.Second, true)
		if s := get(t, d, job); s.State != Failed || s.Code != "down" {
			t.Errorf("%s %q", s.State, s.Code)
		}
	}, fake())
}

func TestBackoffGrows(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]time.Duration{0: 5 * time.Second, 1: 5 * time.Second, 2: 20 * time.Second, 4: 320 * time.Second, 9: time.Hour, 1000: time.Hour} {
		if got := backoff(n); got < want || got >= want+want/4 {
			t.Errorf("attempt %d waits %v, want %v and up to a quarter more", n, got, want)
		}
	}
}

func TestManyWorkersRunEachJobOnce(t *testing.T) {
	t.Parallel()
	for _, dialect := range []db.Dialect{db.SQLite, db.Postgres} {
		t.Run(dialect.String(), func(t *testing.T) {
			t.Parallel()
			url := dbtest.URL(t, dialect)
			d := dbtest.OpenURL(t, url)
			const jobs = 60
			var runs atomic.Int32
			for range 3 { // three processes
				start(t, New(dbtest.OpenURL(t, url), nil, map[string]Handler{"k": func(_ context.Context, r *Run) error {
					runs.Add(1)
					return r.Commit(mark("k"))
				}}, Options{Parallel: 3, Poll: 20 * time.Millisecond}))
			}
			var all []id.Job
			for range jobs {
				all = append(all, enqueue(t, d, Spec{Kind: "k"}))
			}
			for _, j := range all {
				if s := ended(t, d, j); s.State != Done || s.Attempts != 1 {
					t.Errorf("%s after %d attempts", s.State, s.Attempts)
				}
			}
			if n := marks(t, d, "k"); n != jobs || runs.Load() != jobs {
				t.Errorf("%d effects of %d runs, want %d", n, runs.Load(), jobs)
			}
		})
	}
}

func TestPeriodic(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c, ctx := d.Clock().(*clock.Fake), context.Background()
		runs := 0
		w := New(d, nil, map[string]Handler{"sweep": func(context.Context, *Run) error { runs++; return nil }}, Options{})
		w.Every("sweep", 24*time.Hour)
		turn := func(advance time.Duration, want int) {
			t.Helper()
			c.Advance(advance)
			for range 3 { // looking more often makes no more jobs
				if err := w.schedule(ctx); err != nil {
					t.Fatal(err)
				}
				if r, err := w.claim(ctx); err != nil {
					t.Fatal(err)
				} else if r != nil {
					w.work(ctx, r)
				}
			}
			if runs != want {
				t.Errorf("%v: %d runs, want %d", c.Now(), runs, want)
			}
		}
		turn(0, 0)                                          // 03:02:01
		turn(20*time.Hour+57*time.Minute+58*time.Second, 0) // 23:59:59
		turn(time.Second, 1)                                // 00:00:00
		turn(23*time.Hour+59*time.Minute, 1)                // 23:59
		turn(10*24*time.Hour, 2)                            // ten days off: made up for once
		turn(time.Minute, 3)                                // 00:00
		turn(12*time.Hour, 3)                               // noon
	}, fake())
}

func TestPrune(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c, ctx := d.Clock().(*clock.Fake), context.Background()
		w := New(d, nil, map[string]Handler{"k": func(context.Context, *Run) error { return nil }}, Options{})
		enqueue(t, d, Spec{Kind: "k", ThingID: "x"})
		r, err := w.claim(ctx)
		if err != nil || r == nil {
			t.Fatal(r, err)
		}
		w.work(ctx, r)
		c.Advance(time.Hour)
		waits := enqueue(t, d, Spec{Kind: "k", ThingID: "x"})
		err = d.Write(ctx, db.Tenant(org), func(tx *db.Tx) error {
			if n, err := Prune(tx, c.Now()); n != 1 || err != nil {
				t.Errorf("pruned %d, %v", n, err)
			}
			s, ok, err := OfThing(tx, "x", "k")
			if !ok || s.ID != waits {
				t.Errorf("the newest of the thing is %v", s)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}, fake())
}

// TestOneClaimTakesOneJob asks it of every plan that PostgreSQL may make: a
// subquery that locks rows and is run again by a join takes other rows then.
func TestOneClaimTakesOneJob(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := New(d, nil, map[string]Handler{"walk": func(context.Context, *Run) error { return nil }}, Options{})
		defer w.detach()
		for claimed := 1; claimed <= 12; claimed++ {
			for range 3 {
				enqueue(t, d, Spec{Kind: "walk"})
			}
			if err := d.Write(t.Context(), db.Everyone("a test"), func(tx *db.Tx) error {
				_, err := tx.Exec("analyze job")
				return err
			}); err != nil {
				t.Fatal(err)
			}
			if r, err := w.claim(t.Context()); err != nil || r == nil {
				t.Fatalf("%v %v", r, err)
			}
			var running int
			if err := d.Read(t.Context(), db.Everyone("a test"), func(tx *db.Tx) (err error) {
				running, err = db.One(tx, db.Value1[int], "select count(*) from job where state = 'running'")
				return err
			}); err != nil {
				t.Fatal(err)
			}
			if running != claimed {
				t.Fatalf("%d claims took %d jobs", claimed, running)
			}
		}
	})
}

package job

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	mathrand "math/rand/v2"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/trace"
)

// Options of a worker. The zero value is good.
type Options struct {
	Parallel int           // jobs at a time; 2
	Lease    time.Duration // how long a silent run keeps its job; 1 minute
	Poll     time.Duration // how often to look without being woken; 2 seconds
	Backoff  func(attempt int) time.Duration
	Trace    trace.Tracer // nil: none
}

// Worker runs jobs.
type Worker struct {
	db       *db.DB
	log      *slog.Logger
	handlers map[string]Handler
	failed   map[string]func(tx *db.Tx, s Status) error
	periodic map[string]time.Duration
	o        Options
	wake     chan struct{}
	detach   func()
}

// New makes a worker for the kinds it is given handlers for; other kinds it
// leaves to others.
func New(d *db.DB, log *slog.Logger, handlers map[string]Handler, o Options) *Worker {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	if o.Parallel <= 0 {
		o.Parallel = 2
	}
	if o.Lease <= 0 {
		o.Lease = time.Minute
	}
	if o.Poll <= 0 {
		o.Poll = 2 * time.Second
	}
	if o.Backoff == nil {
		o.Backoff = backoff
	}
	w := &Worker{db: d, log: log, handlers: maps.Clone(handlers), failed: map[string]func(*db.Tx, Status) error{},
		periodic: map[string]time.Duration{}, o: o, wake: make(chan struct{}, 1)}
	w.detach = d.OnAnnounce(func(topics []string) {
		if slices.Contains(topics, topicReady) {
			signal(w.wake)
		}
	})
	return w
}

// backoff is 5 s, 20 s, 80 s … an hour at most, and up to a quarter more.
func backoff(attempt int) time.Duration {
	d := min(5*time.Second<<(2*min(max(attempt, 1)-1, 10)), time.Hour)
	return d + mathrand.N(d/4)
}

// OnFailed runs fn in the transaction that marks a job of a kind failed for
// good, whatever the reason. Call it before Run.
func (w *Worker) OnFailed(kind string, fn func(tx *db.Tx, s Status) error) { w.failed[kind] = fn }

// Every has a job of a kind, with no payload and of the operator, run at each
// multiple of a duration since 1970 (a day: midnight UTC). Nodes share it; what
// was missed while nothing ran is made up for once. Call it before Run.
func (w *Worker) Every(kind string, every time.Duration) { w.periodic[kind] = every }

// Run runs jobs until ctx ends. Those under way are then told to stop, waited
// for, and put back.
func (w *Worker) Run(ctx context.Context) {
	defer w.detach()
	free := make(chan struct{}, w.o.Parallel)
	var all sync.WaitGroup
	defer all.Wait()
	tick := time.NewTicker(w.o.Poll)
	defer tick.Stop()
	for {
		if err := w.schedule(ctx); err != nil && ctx.Err() == nil {
			w.log.WarnContext(ctx, "periodic jobs could not be enqueued", "error", err)
		}
		for ctx.Err() == nil {
			select {
			case free <- struct{}{}:
			case <-ctx.Done():
				return
			}
			r, err := w.claim(ctx)
			if err != nil || r == nil {
				<-free
				if err != nil && ctx.Err() == nil {
					w.log.WarnContext(ctx, "no job could be taken", "error", err)
				}
				break
			}
			all.Go(func() {
				defer func() { <-free; signal(w.wake) }()
				w.work(ctx, r)
			})
		}
		select {
		case <-ctx.Done():
			return
		case <-w.wake:
		case <-tick.C:
		}
	}
}

const whoseJobs = "jobs of all tenants are taken from one queue"

// claim takes one job that is due, or whose worker went silent; nil if there
// is none. Looking costs no write.
func (w *Worker) claim(ctx context.Context) (*Run, error) {
	kinds := slices.Sorted(maps.Keys(w.handlers))
	due := `((state = 'queued' and run_at <= $1) or (state = 'running' and lease_until < $1)) and kind in ` + db.In(len(kinds), 2)
	some := false
	err := w.db.Read(ctx, db.Everyone(whoseJobs), func(tx *db.Tx) (err error) {
		_, some, err = db.Maybe(tx, db.Value1[string], `select id from job where `+due+` limit 1`,
			append([]any{tx.Micros()}, db.Args(kinds)...)...)
		return err
	})
	if err != nil || !some {
		return nil, err
	}
	for {
		var r *Run
		abandoned := false
		err = w.db.Write(ctx, db.Everyone(whoseJobs), func(tx *db.Tx) (err error) {
			args := append([]any{tx.Micros()}, db.Args(kinds)...)
			n := len(args)
			args = append(args, rand.Text(), tx.Now().Add(w.o.Lease).UnixMicro())
			x := &Run{db: w.db}
			x, some, err := db.Maybe(tx, func(s db.Scanner) (*Run, error) {
				return x, s.Scan(&x.ID, &x.Org, &x.Kind, &x.payload, &x.Attempt, &x.max, &x.ThingID, &x.By, &x.lease)
			}, `update job set state = 'running', attempts = attempts + 1, lease = `+db.In(1, n+1)+`, lease_until = `+db.In(1, n+2)+`
				where id = (select id from job where `+due+` order by run_at, id limit 1`+tx.SkipLocked()+`)
				returning id, org_id, kind, payload, attempts, max_attempts, thing_id, actor, lease`, args...)
			if err != nil || !some {
				r = nil
				return err
			}
			r = x
			tx.Announce(topicOf + string(r.ID))
			if abandoned = r.Attempt > r.max; abandoned { // its workers died, each time
				return w.fail(tx, r, "abandoned")
			}
			return nil
		})
		if err != nil || r == nil || !abandoned {
			return r, err
		}
		w.log.ErrorContext(ctx, "a job was given up: its worker died each time", "job", r.ID, "kind", r.Kind)
	}
}

func (w *Worker) fail(tx *db.Tx, r *Run, code string) error {
	if err := r.end(tx, Failed, code); err != nil {
		return err
	}
	fn := w.failed[r.Kind]
	if fn == nil {
		return nil
	}
	s, err := Get(tx, r.ID)
	if err != nil {
		return err
	}
	return fn(tx, s)
}

// work runs one attempt and writes down how it ended.
func (w *Worker) work(ctx context.Context, r *Run) {
	log := w.log.With("job", r.ID, "kind", r.Kind, "attempt", r.Attempt)
	ctx, span := trace.Begin(ctx, w.o.Trace, "job "+r.Kind, trace.Consumer, trace.Number(trace.Attempt, r.Attempt))
	var failed error
	defer func() { span.End(failed) }()
	run, stop := context.WithCancelCause(ctx)
	r.ctx = run
	var beat sync.WaitGroup
	beat.Go(func() { w.heartbeat(run, r, stop, log) })
	err := w.call(run, r, log)
	failed = err
	ours := !errors.Is(context.Cause(run), errLost)
	stop(nil)
	beat.Wait()

	r.mu.Lock()
	committed := r.committed
	r.mu.Unlock()
	if committed || !ours || fault.CodeOf(err) == "lease-lost" {
		if err != nil {
			log.WarnContext(ctx, "a job ended with an error after it was over", "error", err)
		}
		return
	}
	// How it ended is written even when the program is stopping.
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	code := fault.CodeOf(err)
	if err != nil && (code == "" || code == fault.Other.String()) {
		code = "failed"
	}
	e := w.db.Write(last, r.Scope(), func(tx *db.Tx) error {
		switch {
		case err == nil:
			return r.end(tx, Done, "")
		case ctx.Err() != nil && !final(err):
			return r.again(tx, tx.Now(), "", false)
		case final(err) || r.Attempt >= r.max:
			return w.fail(tx, r, code)
		}
		wait := w.o.Backoff(r.Attempt)
		if f, ok := errors.AsType[*fault.Error](err); ok {
			wait = max(wait, f.RetryAfter)
		}
		return r.again(tx, tx.Now().Add(wait), code, true)
	})
	switch {
	case e != nil:
		log.WarnContext(ctx, "how a job ended could not be written; it will run again", "error", e)
	case err != nil && ctx.Err() == nil:
		log.WarnContext(ctx, "a job failed", "code", code, "final", final(err) || r.Attempt >= r.max, "error", err)
	}
}

func final(err error) bool {
	switch fault.KindOf(err) {
	case fault.Invalid, fault.Unreadable, fault.TooLarge, fault.Unsupported:
		return true
	}
	return false
}

func (w *Worker) call(ctx context.Context, r *Run, log *slog.Logger) (err error) {
	defer func() {
		if p := recover(); p != nil {
			log.ErrorContext(ctx, "a job panicked", "stack", string(debug.Stack()))
			err = fault.New(fault.Other, "panic", "a job panicked").Because(fmt.Errorf("%v", p))
		}
	}()
	return w.handlers[r.Kind](ctx, r)
}

var errLost = errors.New("the lease was lost")

// heartbeat renews the lease, and stops the run when it is lost or could not be
// renewed in time.
func (w *Worker) heartbeat(ctx context.Context, r *Run, stop context.CancelCauseFunc, log *slog.Logger) {
	tick := time.NewTicker(w.o.Lease / 4)
	defer tick.Stop()
	good := time.Now()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		ok, err := r.renew(ctx, w.o.Lease)
		switch {
		case err == nil && ok:
			good = time.Now()
		case err == nil:
			r.mu.Lock()
			committed := r.committed
			r.mu.Unlock()
			if !committed {
				stop(errLost)
			}
			return
		case ctx.Err() == nil:
			log.WarnContext(ctx, "the lease of a job could not be renewed", "error", err)
			if time.Since(good) > w.o.Lease*3/4 {
				stop(errLost)
				return
			}
		}
	}
}

// schedule sees to it that each periodic kind has its next job waiting.
func (w *Worker) schedule(ctx context.Context) error {
	if len(w.periodic) == 0 {
		return nil
	}
	var waiting []string
	err := w.db.Read(ctx, db.Everyone("periodic jobs are the operator's"), func(tx *db.Tx) (err error) {
		waiting, err = db.All(tx, db.Value1[string], `select kind from job where org_id = '' and unique_key = 'periodic' and state in ('queued', 'running')`)
		return err
	})
	if err != nil {
		return err
	}
	for _, kind := range slices.Sorted(maps.Keys(w.periodic)) {
		if slices.Contains(waiting, kind) {
			continue
		}
		err := w.db.Write(ctx, db.Everyone("periodic jobs are the operator's"), func(tx *db.Tx) error {
			_, err := Enqueue(tx, Spec{Kind: kind, Unique: "periodic", By: "system",
				RunAt: time.Unix(0, 0).Add(tx.Now().Sub(time.Unix(0, 0)).Truncate(w.periodic[kind]) + w.periodic[kind])})
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

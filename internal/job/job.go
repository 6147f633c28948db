package job

import (
	"context"
	"encoding/json"
	"time"

	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
)

// Spec says what is to be done.
type Spec struct {
	Kind        string
	Payload     any       // as JSON, 64 KiB at most
	Unique      string    // while a job of this kind and key waits or runs, no other is made
	RunAt       time.Time // not before; zero is now
	MaxAttempts int       // zero is 8
	ThingID     string    // what it is about
	By          string    // who asked, a person's id or "system"
}

const (
	defaultAttempts = 8
	maxPayload      = 64 << 10
	topicReady      = "job"
	topicOf         = "job:"
)

// Enqueue adds a job. With Unique, the id may be that of the job that waits or
// runs already.
func Enqueue(tx *db.Tx, s Spec) (id.Job, error) {
	const op = "job.Enqueue"
	payload, err := json.Marshal(s.Payload)
	if err != nil {
		return "", fault.Wrap(op, err)
	}
	if s.Kind == "" || len(payload) > maxPayload {
		return "", fault.New(fault.Other, "bad-job", "a job without a kind, or with too large a payload")
	}
	if s.MaxAttempts <= 0 {
		s.MaxAttempts = defaultAttempts
	}
	at := tx.Micros()
	if !s.RunAt.IsZero() {
		at = max(at, s.RunAt.UnixMicro())
	}
	org, _ := tx.Tenant()
	job := id.New[id.Job]()
	n, err := tx.Exec(`insert into job (id, org_id, kind, unique_key, payload, state, max_attempts, run_at, created_at, actor, thing_id)
		values ($1, $2, $3, $4, $5, 'queued', $6, $7, $8, $9, $10) on conflict do nothing`,
		string(job), string(org), s.Kind, s.Unique, string(payload), s.MaxAttempts, at, tx.Micros(), s.By, s.ThingID)
	if err != nil {
		return "", fault.Wrap(op, err)
	}
	if n == 0 {
		job, ok, err := db.Maybe(tx, db.Value1[id.Job], `select id from job where org_id = $1 and kind = $2 and unique_key = $3
			and state in ('queued', 'running')`, string(org), s.Kind, s.Unique)
		if err == nil && !ok { // it ended between the two statements
			err = fault.New(fault.Unavailable, "busy", "the job that was in the way has just ended")
		}
		return job, fault.Wrap(op, err)
	}
	tx.Announce(topicReady)
	return job, nil
}

// State is where a job stands.
type State string

// The states. The last three are ends.
const (
	Queued    State = "queued"
	Running   State = "running"
	Done      State = "done"
	Failed    State = "failed"
	Cancelled State = "cancelled"
)

// Ended reports whether nothing will happen to the job any more.
func (s State) Ended() bool { return s == Done || s == Failed || s == Cancelled }

// Status is how far a job is.
type Status struct {
	ID          id.Job
	Org         id.Org // empty for the operator's
	Kind        string
	State       State
	Done, Total int64
	Code        string // of the last failure; empty when there was none
	ThingID     string
	By          string
	Attempts    int
	CreatedAt   time.Time
	FinishedAt  time.Time // zero until it ended
}

const selectStatus = `select id, org_id, kind, state, progress_done, progress_total, note, thing_id, actor, attempts, created_at, finished_at from job`

func scanStatus(s db.Scanner) (x Status, err error) {
	var created, finished int64
	err = s.Scan(&x.ID, &x.Org, &x.Kind, &x.State, &x.Done, &x.Total, &x.Code, &x.ThingID, &x.By, &x.Attempts, &created, &finished)
	x.CreatedAt = time.UnixMicro(created).UTC()
	if finished != 0 {
		x.FinishedAt = time.UnixMicro(finished).UTC()
	}
	return x, err
}

func tenant(tx *db.Tx, args []any) (string, []any) {
	org, ok := tx.Tenant()
	if !ok {
		return "", args
	}
	args = append(args, string(org))
	return " and org_id = " + db.In(1, len(args)), args
}

func notFound() error { return fault.New(fault.NotFound, "job-not-found", "there is no such job") }

// Get tells how far a job is.
func Get(tx *db.Tx, job id.Job) (Status, error) {
	own, args := tenant(tx, []any{string(job)})
	s, ok, err := db.Maybe(tx, scanStatus, selectStatus+` where id = $1`+own, args...)
	if err == nil && !ok {
		err = notFound()
	}
	return s, fault.Wrap("job.Get", err)
}

// OfThing is the newest job of a kind about a thing, if there is one.
func OfThing(tx *db.Tx, thingID, kind string) (Status, bool, error) {
	own, args := tenant(tx, []any{thingID, kind})
	s, ok, err := db.Maybe(tx, scanStatus, selectStatus+` where thing_id = $1 and kind = $2`+own+` order by created_at desc, id desc limit 1`, args...)
	return s, ok, fault.Wrap("job.OfThing", err)
}

// Cancel ends a job that has not ended. One that runs is stopped when its
// worker next looks; what it does in Commit after this does not happen.
func Cancel(tx *db.Tx, job id.Job) error {
	own, args := tenant(tx, []any{string(job), tx.Micros()})
	n, err := tx.Exec(`update job set state = 'cancelled', finished_at = $2, lease = '' where id = $1 and state in ('queued', 'running')`+own, args...)
	if err != nil {
		return fault.Wrap("job.Cancel", err)
	}
	if n == 0 {
		_, err := Get(tx, job) // it ended already, or is not there
		return err
	}
	tx.Announce(topicOf + string(job))
	return nil
}

// Prune forgets jobs that ended before an instant.
func Prune(tx *db.Tx, before time.Time) (int64, error) {
	own, args := tenant(tx, []any{before.UnixMicro()})
	n, err := tx.Exec(`delete from job where state in ('done', 'failed', 'cancelled') and finished_at < $1`+own, args...)
	return n, fault.Wrap("job.Prune", err)
}

// Waiting is what of one kind has not ended, and what of it failed of late.
type Waiting struct {
	Kind            string
	Queued, Running int64
	Due             time.Time // since when the first of them could have run; zero: none could
	Failed          int64     // since the instant that was asked for
}

// Queue counts jobs by kind.
func Queue(tx *db.Tx, failedSince time.Time) ([]Waiting, error) {
	own, args := tenant(tx, []any{tx.Micros(), failedSince.UnixMicro()})
	rows, err := db.All(tx, func(s db.Scanner) (w Waiting, err error) {
		var due int64
		err = s.Scan(&w.Kind, &w.Queued, &w.Running, &due, &w.Failed)
		if due > 0 {
			w.Due = time.UnixMicro(due).UTC()
		}
		return w, err
	}, `select kind, sum(case when state = 'queued' then 1 else 0 end), sum(case when state = 'running' then 1 else 0 end),
		coalesce(min(case when state = 'queued' and run_at <= $1 then run_at end), 0), sum(case when state = 'failed' then 1 else 0 end)
		from job where (state in ('queued', 'running') or (state = 'failed' and finished_at >= $2))`+own+` group by kind order by kind`, args...)
	return rows, fault.Wrap("job.Queue", err)
}

// watchPoll is how often a job that another process runs is looked at.
const watchPoll = time.Second

// Watch calls fn with the status of a job now and whenever it has changed,
// until it has ended, fn fails or ctx ends.
func Watch(ctx context.Context, d *db.DB, s db.Scope, job id.Job, fn func(Status) error) error {
	wake := make(chan struct{}, 1)
	defer d.OnAnnounce(func(topics []string) {
		for _, t := range topics {
			if t == topicOf+string(job) {
				signal(wake)
			}
		}
	})()
	tick := time.NewTicker(watchPoll)
	defer tick.Stop()
	var last Status
	for {
		var now Status
		err := d.Read(ctx, s, func(tx *db.Tx) (err error) {
			now, err = Get(tx, job)
			return err
		})
		if err != nil {
			return err
		}
		if now != last {
			if err := fn(now); err != nil {
				return err
			}
			last = now
		}
		if now.State.Ended() {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-wake:
		case <-tick.C:
		}
	}
}

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

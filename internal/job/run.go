package job

import (
	"context"
	"encoding/json"
	"sync"
	"time"

	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
)

// Handler does a job of one kind. When it returns nil the job is done. ctx ends
// when the program stops, or when the job was cancelled or taken by another.
type Handler func(ctx context.Context, r *Run) error

// Run is one attempt at a job.
type Run struct {
	ID      id.Job
	Kind    string
	Org     id.Org // empty for the operator's
	ThingID string
	By      string
	Attempt int // the first is 1

	ctx     context.Context
	db      *db.DB
	payload string
	lease   string
	max     int

	mu        sync.Mutex
	committed bool
	told      time.Time
}

// Payload reads the payload into dst.
func (r *Run) Payload(dst any) error {
	if err := json.Unmarshal([]byte(r.payload), dst); err != nil {
		return fault.New(fault.Invalid, "bad-payload", "the payload of a job cannot be read").Because(err)
	}
	return nil
}

// Scope is the job's tenant, or everyone for a job of the operator.
func (r *Run) Scope() db.Scope {
	if r.Org != "" {
		return db.Tenant(r.Org)
	}
	return db.Everyone("a job of the operator")
}

// progressEvery spares the database: steps in between are not written.
const progressEvery = 250 * time.Millisecond

// Progress tells how much is done of how much. It is cheap to call often. It
// fails when the job is no longer this run's.
func (r *Run) Progress(done, total int) error {
	r.mu.Lock()
	now := time.Now()
	if now.Sub(r.told) < progressEvery && done < total {
		r.mu.Unlock()
		return nil
	}
	r.told = now
	r.mu.Unlock()
	return r.db.Write(r.ctx, r.Scope(), func(tx *db.Tx) error {
		n, err := tx.Exec(`update job set progress_done = $3, progress_total = $4 where id = $1 and lease = $2 and state = 'running'`,
			string(r.ID), r.lease, done, total)
		if err == nil && n == 0 {
			err = lost()
		}
		tx.Announce(topicOf + string(r.ID))
		return err
	})
}

func lost() error {
	return fault.New(fault.Gone, "lease-lost", "the job was cancelled, or another worker has it")
}

// Commit runs fn and marks the job done, in one transaction. It fails without
// any effect when the job is no longer this run's. A handler calls it once, at
// its end; until then the job has had no effects on the database.
func (r *Run) Commit(fn func(*db.Tx) error) error {
	err := r.db.Write(r.ctx, r.Scope(), func(tx *db.Tx) error {
		if err := r.end(tx, Done, ""); err != nil {
			return err
		}
		return fn(tx)
	})
	if err == nil {
		r.mu.Lock()
		r.committed = true
		r.mu.Unlock()
	}
	return err
}

func (r *Run) end(tx *db.Tx, state State, code string) error {
	n, err := tx.Exec(`update job set state = $3, note = $4, finished_at = $5, lease = '', lease_until = 0
		where id = $1 and lease = $2 and state = 'running'`, string(r.ID), r.lease, string(state), code, tx.Micros())
	if err == nil && n == 0 {
		err = lost()
	}
	tx.Announce(topicOf + string(r.ID))
	return err
}

// again puts the job back, to be run at an instant.
func (r *Run) again(tx *db.Tx, at time.Time, code string, counts bool) error {
	attempts := r.Attempt
	if !counts {
		attempts--
	}
	_, err := tx.Exec(`update job set state = 'queued', note = $3, run_at = $4, attempts = $5, lease = '', lease_until = 0
		where id = $1 and lease = $2 and state = 'running'`, string(r.ID), r.lease, code, at.UnixMicro(), attempts)
	tx.Announce(topicOf + string(r.ID))
	tx.Announce(topicReady)
	return err
}

// renew keeps the lease. ok is false when it is no longer ours.
func (r *Run) renew(ctx context.Context, lease time.Duration) (ok bool, err error) {
	err = r.db.Write(ctx, r.Scope(), func(tx *db.Tx) error {
		n, err := tx.Exec(`update job set lease_until = $3 where id = $1 and lease = $2 and state = 'running'`,
			string(r.ID), r.lease, tx.Now().Add(lease).UnixMicro())
		ok = n == 1
		return err
	})
	return ok, err
}

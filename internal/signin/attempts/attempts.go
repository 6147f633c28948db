// Package attempts counts failures to prove who one is, before it is known that
// they are failures (ADR 22). What is kept of whoever tried is a hash under a
// secret of the server.
package attempts

import (
	"context"
	"crypto/rand"
	"sync"
	"time"

	"plumbline/internal/crypt"
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/person"
	"plumbline/internal/signin/pace"
)

// Forget is how long a failure counts.
const Forget = 24 * time.Hour

// secretBucket owns the key of the server's own secrets.
const secretBucket = "server"

func secretBind() crypt.Bind {
	return crypt.Bind{Owner: crypt.BucketOwner(secretBucket), Table: "server_secret", Column: "sealed", Row: "attempt"}
}

// Book counts.
type Book struct {
	DB   *db.DB
	Keys person.Keys

	mu     sync.Mutex
	hidden []byte
}

var everyone = db.Everyone("attempts belong to no tenant")

// Secret is what attempts are hashed under; all nodes share it.
func (s *Book) Secret(ctx context.Context) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.hidden != nil {
		return s.hidden, nil
	}
	if err := s.Keys.CreateAll(ctx, []crypt.Owner{crypt.BucketOwner(secretBucket)}); err != nil {
		return nil, err
	}
	fresh := make([]byte, 32)
	if _, err := rand.Read(fresh); err != nil {
		return nil, err
	}
	sealed, err := s.Keys.Seal(ctx, secretBind(), fresh)
	if err != nil {
		return nil, err
	}
	apart, cancel := Bare(ctx)
	defer cancel()
	err = s.DB.Write(apart, everyone, func(tx *db.Tx) error {
		sealed, err = keepSecret(tx, "attempt", sealed) // the first node's stays
		return err
	})
	if err != nil {
		return nil, err
	}
	plain, err := s.Keys.Open(secretBind(), sealed)
	if err == nil {
		s.hidden = plain
	}
	return plain, err
}

// Charge takes an attempt off each key, as if it had failed. It refuses, and
// takes none, while one of them has to wait.
func Charge(tx *db.Tx, keys ...pace.Key) error {
	now := tx.Micros()
	rows := make([]attempt, len(keys))
	var until int64
	for i, k := range keys {
		a, err := lockAttempt(tx, k.Hash)
		if err != nil {
			return err
		}
		if now-a.at > Forget.Microseconds() {
			a.failures = 0
		}
		rows[i], until = a, max(until, a.until)
	}
	if until > now {
		return &fault.Error{Kind: fault.TooMany, Code: "try-later", Message: "too many failures, try later",
			RetryAfter: time.Duration(until-now) * time.Microsecond}
	}
	for i, k := range keys {
		n := rows[i].failures + 1
		if err := saveAttempt(tx, k.Hash, n, now, now+pace.Delay(k.Kind, n).Microseconds()); err != nil {
			return err
		}
	}
	return nil
}

// Refund gives an attempt back: it did not fail. What waits for the account
// or device is over; an address keeps its other failures.
func Refund(tx *db.Tx, keys ...pace.Key) error {
	for _, k := range keys {
		a, err := lockAttempt(tx, k.Hash)
		if err != nil {
			return err
		}
		n := int64(0)
		if k.Kind == pace.Address {
			n = max(0, a.failures-1)
		}
		if err := saveAttempt(tx, k.Hash, n, tx.Micros(), tx.Micros()); err != nil {
			return err
		}
	}
	return nil
}

// Bare is ctx without its values: a write under it is not the one whose
// result a client's mutation id remembers. What an attempt costs is paid even
// if the operation fails.
func Bare(ctx context.Context) (context.Context, context.CancelFunc) {
	out, cancel := context.WithCancel(context.Background())
	stop := context.AfterFunc(ctx, cancel)
	return out, func() { stop(); cancel() }
}

// Seldom counts one more, and reports false instead where there were most
// within the last hour.
func Seldom(tx *db.Tx, key pace.Key, most int64) (bool, error) {
	had, err := lockAttempt(tx, key.Hash)
	if err != nil {
		return false, err
	}
	switch {
	case tx.Micros()-had.at > time.Hour.Microseconds():
		had = attempt{at: tx.Micros()}
	case had.failures >= most:
		return false, nil
	}
	return true, saveAttempt(tx, key.Hash, had.failures+1, had.at, 0)
}

// Delete forgets what was counted.
func Delete(tx *db.Tx, key pace.Key) error { return deleteAttempt(tx, key.Hash) }

package signin

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"net/netip"
	"time"

	"plumbline/internal/crypt"
	"plumbline/internal/db"
	"plumbline/internal/fault"
)

// What an attempt is counted by.
const (
	byEmail   = "email"
	byAddress = "address"
	byDevice  = "device"
	byAccount = "account"
	byReset   = "reset"
)

// forget is how long a failure counts.
const forget = 24 * time.Hour

// longest is the longest that anyone waits.
const longest = 15 * time.Minute

// delay is how long the next attempt waits after so many failures.
func delay(kind string, failures int64) time.Duration {
	free := int64(4)
	if kind == byAddress { // an office, a site: many behind one address
		free = 20
	}
	over := failures - free
	switch {
	case over <= 0:
		return 0
	case over > 10:
		return longest
	}
	return min(time.Second<<(over-1), longest)
}

// secretBucket owns the key of the server's own secrets.
const secretBucket = "server"

func secretBind() crypt.Bind {
	return crypt.Bind{Owner: crypt.BucketOwner(secretBucket), Table: "server_secret", Column: "sealed", Row: "attempt"}
}

// secret is what attempts are hashed under; all nodes share it.
func (s *Service) secret(ctx context.Context) ([]byte, error) {
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
	apart, cancel := bare(ctx)
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

type attemptKey struct {
	kind string
	hash []byte
}

func keyOf(secret []byte, kind, value string) attemptKey {
	h := hmac.New(sha256.New, secret)
	h.Write([]byte(kind + "\x00" + value))
	return attemptKey{kind, h.Sum(nil)}
}

// network is what an address counts as: itself, or the /64 of IPv6.
func network(a netip.Addr) string {
	a = a.Unmap()
	if !a.IsValid() {
		return "none"
	}
	bits := 64
	if a.Is4() {
		bits = 32
	}
	p, _ := a.WithZone("").Prefix(bits)
	return p.String()
}

// charge takes an attempt off each key, as if it had failed. It refuses, and
// takes none, while one of them has to wait.
func charge(tx *db.Tx, keys ...attemptKey) error {
	now := tx.Micros()
	rows := make([]attempt, len(keys))
	var until int64
	for i, k := range keys {
		a, err := lockAttempt(tx, k.hash)
		if err != nil {
			return err
		}
		if now-a.at > forget.Microseconds() {
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
		if err := saveAttempt(tx, k.hash, n, now, now+delay(k.kind, n).Microseconds()); err != nil {
			return err
		}
	}
	return nil
}

// refund gives an attempt back: it did not fail. What waits for the account
// or device is over; an address keeps its other failures.
func refund(tx *db.Tx, keys ...attemptKey) error {
	for _, k := range keys {
		a, err := lockAttempt(tx, k.hash)
		if err != nil {
			return err
		}
		n := int64(0)
		if k.kind == byAddress {
			n = max(0, a.failures-1)
		}
		if err := saveAttempt(tx, k.hash, n, tx.Micros(), tx.Micros()); err != nil {
			return err
		}
	}
	return nil
}

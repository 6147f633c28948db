// Package suppression is the list of addresses that must not be written to: a
// keyed hash of each and a word, nothing else. Who is on it cannot be read from
// it; it answers about one given address. The secret is sealed under a bucket
// key of its own, the same for all nodes.
package suppression

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"sync"

	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/personal"
	"plumbline/internal/sabotage"
)

// Sealing keeps the list's secret under a key of the ring that is its alone.
type Sealing struct {
	Seal func(ctx context.Context, secret []byte) (sealed []byte, err error)
	Open func(sealed []byte) (secret []byte, err error)
}

// List is the list. Ready must be called before an address is put on it.
type List struct {
	db     *db.DB
	keys   Sealing
	normal func(email string) string

	mu     sync.Mutex
	hidden []byte // what addresses are hashed under
}

// New makes the list; normal is the one spelling in which addresses are
// compared.
func New(d *db.DB, keys Sealing, normal func(email string) string) *List {
	return &List{db: d, keys: keys, normal: normal}
}

// Reason is why an address is not written to.
type Reason string

// The reasons.
const (
	Promotion  Reason = "promotion"  // nothing that promotes
	Everything Reason = "everything" // nothing at all, invitations included
)

// Ready opens the secret, and makes it once for all nodes.
func (s *List) Ready(ctx context.Context) error {
	const op = "suppression.Ready"
	fresh := make([]byte, 32)
	if _, err := rand.Read(fresh); err != nil {
		return fault.Wrap(op, err)
	}
	sealed, err := s.keys.Seal(ctx, fresh)
	if err != nil {
		return fault.Wrap(op, err)
	}
	err = s.db.Write(ctx, db.Everyone("the list of suppressed addresses is the operator's"), func(tx *db.Tx) error {
		sealed, err = keepSecret(tx, "address", sealed) // the first node's stays
		return err
	})
	if err != nil {
		return fault.Wrap(op, err)
	}
	hidden, err := s.keys.Open(sealed)
	if err != nil {
		return fault.Wrap(op, err)
	}
	s.mu.Lock()
	s.hidden = hidden
	s.mu.Unlock()
	return nil
}

func (s *List) hash(email string) ([]byte, error) {
	s.mu.Lock()
	hidden := s.hidden
	s.mu.Unlock()
	if hidden == nil || s.normal == nil {
		return nil, fault.New(fault.Unavailable, "suppression-closed", "the list of suppressed addresses is not open")
	}
	h := hmac.New(sha256.New, hidden)
	h.Write([]byte(s.normal(email)))
	return h.Sum(nil), nil
}

// Suppress puts an address on the list. A wish to hear nothing at all is not
// weakened by a later one to hear nothing that promotes.
func (s *List) Suppress(tx *db.Tx, email string, why Reason) error {
	h, err := s.hash(email)
	if err != nil {
		return err
	}
	return fault.Wrap("suppression.Suppress", suppress(tx, h, why))
}

// Suppressed is why an address is not written to; it reports false where it
// may be.
func (s *List) Suppressed(tx *db.Tx, email string) (Reason, bool, error) {
	h, err := s.hash(email)
	if err != nil {
		if some, e := anySuppressed(tx); e == nil && !some { // nothing to compare with
			return "", false, nil
		}
		return "", false, err
	}
	why, ok, err := suppressed(tx, h)
	return why, ok, fault.Wrap("suppression.Suppressed", err)
}

// Writable refuses a purpose for an address that is on the list (Denied
// "suppressed"). What somebody must get to use their own rights, to sign in or
// to stay safe is written even then.
func (s *List) Writable(tx *db.Tx, email string, p personal.Purpose) error {
	switch p {
	case personal.Rights, personal.SignIn, personal.Security, personal.Service:
		return nil
	}
	why, listed, err := s.Suppressed(tx, email)
	if err != nil || !listed || why == Promotion && !p.Optional() || sabotage.Off("SRC-2") {
		return err
	}
	return fault.New(fault.Denied, "suppressed", "this address asked not to be written to")
}

// Unsuppress takes an address off the list, on the wish of whom it belongs to.
func (s *List) Unsuppress(tx *db.Tx, email string) error {
	h, err := s.hash(email)
	if err != nil {
		return err
	}
	return fault.Wrap("suppression.Unsuppress", unsuppress(tx, h))
}

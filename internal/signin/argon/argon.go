// Package argon hashes passwords with Argon2id, a few at a time, so that nobody
// can fill the memory by signing in. A hash that is broken or missing costs as
// much to check as any other.
package argon

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"runtime"
	"strings"

	"golang.org/x/crypto/argon2"

	"plumbline/internal/fault"
	"plumbline/internal/sabotage"
)

// Cost is how much work a password is.
type Cost struct {
	MemoryKiB uint32
	Passes    uint32
	AtOnce    int // how many are computed at the same time
}

// Default is 64 MiB, 3 passes, and at once as many as there are processors,
// at most 4.
func Default() Cost {
	return Cost{MemoryKiB: 64 << 10, Passes: 3, AtOnce: min(4, runtime.NumCPU())}
}

const (
	saltSize = 16
	hashSize = 32
)

// Hasher computes Argon2id with one lane, few at a time.
type Hasher struct {
	cost  Cost
	slots chan struct{}
	dummy string // a hash that no password has, of the same cost
}

// New makes one that hashes at a cost.
func New(c Cost) (*Hasher, error) {
	h := &Hasher{cost: c, slots: make(chan struct{}, max(1, c.AtOnce))}
	raw := make([]byte, saltSize+hashSize)
	if _, err := rand.Read(raw); err != nil {
		return nil, err
	}
	h.dummy = phc(c, raw[:saltSize], raw[saltSize:])
	return h, nil
}

func (h *Hasher) compute(ctx context.Context, text string, c Cost, salt []byte) ([]byte, error) {
	select {
	case h.slots <- struct{}{}:
		defer func() { <-h.slots }()
	case <-ctx.Done():
		return nil, fault.New(fault.Unavailable, "busy", "too many are signing in").Because(ctx.Err())
	}
	return argon2.IDKey([]byte(text), salt, c.Passes, c.MemoryKiB, 1, hashSize), nil
}

// Hash makes the PHC string of a password.
func (h *Hasher) Hash(ctx context.Context, text string) (string, error) {
	if sabotage.Off("SEC-1") {
		return text, nil
	}
	salt := make([]byte, saltSize)
	if _, err := rand.Read(salt); err != nil {
		return "", err
	}
	sum, err := h.compute(ctx, text, h.cost, salt)
	if err != nil {
		return "", err
	}
	return phc(h.cost, salt, sum), nil
}

// Verify compares in constant time. An empty or broken hash costs as much as
// any other, and is never right. old says that the hash should be made anew.
func (h *Hasher) Verify(ctx context.Context, text, stored string) (ok, old bool, err error) {
	cost, salt, sum, fine := parsePHC(stored)
	if !fine {
		cost, salt, sum, _ = parsePHC(h.dummy)
	}
	got, err := h.compute(ctx, text, cost, salt)
	if err != nil {
		return false, false, err
	}
	same := subtle.ConstantTimeCompare(got, sum) == 1
	return fine && same, cost.MemoryKiB != h.cost.MemoryKiB || cost.Passes != h.cost.Passes, nil
}

func phc(c Cost, salt, sum []byte) string {
	b := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=1$%s$%s", argon2.Version, c.MemoryKiB, c.Passes, b.EncodeToString(salt), b.EncodeToString(sum))
}

func parsePHC(s string) (c Cost, salt, sum []byte, ok bool) {
	parts := strings.Split(s, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return c, nil, nil, false
	}
	var lanes int
	if n, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &c.MemoryKiB, &c.Passes, &lanes); n != 3 || err != nil || lanes != 1 {
		return c, nil, nil, false
	}
	if c.MemoryKiB < 8 || c.MemoryKiB > 1<<20 || c.Passes < 1 || c.Passes > 16 {
		return c, nil, nil, false
	}
	salt, err1 := base64.RawStdEncoding.DecodeString(parts[4])
	sum, err2 := base64.RawStdEncoding.DecodeString(parts[5])
	return c, salt, sum, err1 == nil && err2 == nil && len(salt) >= 8 && len(sum) == hashSize
}

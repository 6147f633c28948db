// Package limit keeps token buckets in memory, one for each key, in bounded
// space.
package limit

import (
	"container/list"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"plumbline/internal/clock"
)

// Limit is a token bucket.
type Limit struct {
	PerSecond float64
	Burst     int
}

// Limiter decides whether one more request may pass.
type Limiter interface {
	// Take takes a token from the bucket of key, or says how long to wait.
	Take(key string, l Limit) (wait time.Duration, ok bool)
}

// Buckets is a Limiter in memory that holds at most so many buckets and drops
// the one that was used longest ago; a dropped bucket starts full again.
type Buckets struct {
	clock clock.Clock
	max   int

	mu    sync.Mutex
	byKey map[string]*list.Element
	used  *list.List // newest first
}

type bucket struct {
	key     string
	limiter *rate.Limiter
}

// NewBuckets makes a limiter of at most size buckets (about 250 bytes each).
func NewBuckets(c clock.Clock, size int) *Buckets {
	return &Buckets{clock: c, max: max(size, 1), byKey: map[string]*list.Element{}, used: list.New()}
}

// Take implements Limiter. A refused request takes nothing.
func (b *Buckets) Take(key string, l Limit) (time.Duration, bool) {
	now := b.clock.Now()
	b.mu.Lock()
	defer b.mu.Unlock()
	e, ok := b.byKey[key]
	if ok {
		b.used.MoveToFront(e)
	} else {
		e = b.used.PushFront(&bucket{key, rate.NewLimiter(rate.Limit(l.PerSecond), l.Burst)})
		b.byKey[key] = e
		for b.used.Len() > b.max {
			last := b.used.Back()
			delete(b.byKey, b.used.Remove(last).(*bucket).key)
		}
	}
	r := e.Value.(*bucket).limiter.ReserveN(now, 1)
	if !r.OK() {
		return time.Hour, false
	}
	if wait := r.DelayFrom(now); wait > 0 {
		r.CancelAt(now)
		return wait, false
	}
	return 0, true
}

// AddressKey is one bucket per IPv4 address and per IPv6 /64, which is what
// one subscriber has.
func AddressKey(a netip.Addr) string {
	a = a.Unmap().WithZone("")
	if a.Is6() {
		if p, err := a.Prefix(64); err == nil {
			return p.String()
		}
	}
	if !a.IsValid() {
		return "local"
	}
	return a.String()
}

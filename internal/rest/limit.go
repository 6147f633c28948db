package rest

import (
	"container/list"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"plumbline/internal/clock"
	"plumbline/internal/fault"
)

// Limit is a token bucket.
type Limit struct {
	PerSecond float64
	Burst     int
}

// everyAddress is what one address may ask of the server altogether, before
// any credential is looked at. A building site often shares one address.
var everyAddress = Limit{PerSecond: 300, Burst: 3000}

// limits of a class: for a known caller, and for an address without one.
func (r Rate) limits() (caller, address Limit) {
	switch r {
	case Reads:
		return Limit{20, 300}, Limit{10, 100}
	case Tiles:
		return Limit{100, 2000}, Limit{20, 100}
	case Writes:
		return Limit{10, 200}, Limit{2, 40}
	case Uploads:
		return Limit{3, 100}, Limit{1, 10}
	case Heavy:
		return Limit{0.2, 20}, Limit{0.1, 5}
	case Credentials:
		return Limit{1, 30}, Limit{1, 30}
	}
	return everyAddress, everyAddress
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

// addressKey is one bucket per IPv4 address and per IPv6 /64, which is what
// one subscriber has.
func addressKey(a netip.Addr) string {
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

func tooMany(wait time.Duration) error {
	f := fault.New(fault.TooMany, "too-many", "too many requests: wait before trying again")
	f.RetryAfter = wait
	return f
}

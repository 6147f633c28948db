package feed

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"plumbline/internal/db"
)

const (
	topic   = "feed:"
	channel = "feed"
	// PostgreSQL refuses a payload of 8,000 bytes.
	maxPayload = 7000
)

// Hub wakes those who wait for an audience. It says only that there is more;
// what, is read with Since.
//
// A commit through the same DB wakes at once. On PostgreSQL a commit of
// another process is heard through one NOTIFY a node for at most every 50 ms.
// Every few seconds the heads are looked at as well, so nothing that is missed
// (a process without a Hub, a lost connection) stays missed.
type Hub struct {
	db       *db.DB
	log      *slog.Logger
	node     string
	coalesce time.Duration
	poll     time.Duration
	relisten time.Duration
	detach   func()
	dirty    chan struct{}

	mu      sync.Mutex
	subs    map[string]map[*subscription]struct{}
	pending map[string]struct{}
	seen    map[string]int64 // last polled number of each audience subscribed to
}

type subscription struct{ wake chan struct{} }

// NewHub makes a Hub. Commits of d wake its subscribers from now on; for those
// of other processes Run must run.
func NewHub(d *db.DB) *Hub {
	h := &Hub{
		db: d, log: slog.New(slog.DiscardHandler), node: strconv.FormatUint(rand.Uint64(), 36),
		coalesce: 50 * time.Millisecond, poll: 3 * time.Second, relisten: time.Second,
		dirty: make(chan struct{}, 1),
		subs:  map[string]map[*subscription]struct{}{}, pending: map[string]struct{}{}, seen: map[string]int64{},
	}
	h.detach = d.OnAnnounce(h.committed)
	return h
}

// Log sets where the Hub says that it lost its connection. Call it before Run.
func (h *Hub) Log(log *slog.Logger) { h.log = log }

// Subscribe gives a channel that gets a value when one of audiences has more,
// and perhaps now and then when it has not. Read after subscribing: what was
// committed before wakes nobody.
func (h *Hub) Subscribe(audiences []string) (wake <-chan struct{}, cancel func()) {
	s := &subscription{wake: make(chan struct{}, 1)}
	names := unique(audiences)
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, a := range names {
		if h.subs[a] == nil {
			h.subs[a] = map[*subscription]struct{}{}
		}
		h.subs[a][s] = struct{}{}
	}
	return s.wake, func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		for _, a := range names {
			delete(h.subs[a], s)
			if len(h.subs[a]) == 0 {
				delete(h.subs, a)
				delete(h.seen, a)
			}
		}
	}
}

func (s *subscription) signal() {
	select {
	case s.wake <- struct{}{}:
	default: // it has not looked since the last time
	}
}

func (h *Hub) wake(audiences []string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, a := range audiences {
		for s := range h.subs[a] {
			s.signal()
		}
	}
}

func (h *Hub) wakeAll() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, some := range h.subs {
		for s := range some {
			s.signal()
		}
	}
}

// committed is told of each commit of our own DB.
func (h *Hub) committed(topics []string) {
	var mine []string
	for _, t := range topics {
		if a, ok := strings.CutPrefix(t, topic); ok {
			mine = append(mine, a)
		}
	}
	if len(mine) == 0 {
		return
	}
	h.wake(mine)
	if h.db.Dialect() != db.Postgres {
		return
	}
	h.mu.Lock()
	for _, a := range mine {
		h.pending[a] = struct{}{}
	}
	h.mu.Unlock()
	select {
	case h.dirty <- struct{}{}:
	default:
	}
}

// Run hears other processes and tells them, until ctx ends.
func (h *Hub) Run(ctx context.Context) {
	defer h.detach()
	var all sync.WaitGroup
	if h.db.Dialect() == db.Postgres {
		all.Go(func() { h.listen(ctx) })
		all.Go(func() { h.tell(ctx) })
	}
	all.Go(func() { h.look(ctx) })
	all.Wait()
}

func (h *Hub) tell(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-h.dirty:
		}
		h.mu.Lock()
		names := slices.Sorted(maps.Keys(h.pending))
		clear(h.pending)
		h.mu.Unlock()
		payload := h.node + " " + strings.Join(names, " ")
		if len(payload) > maxPayload {
			payload = h.node // everybody looks
		}
		if err := h.db.Notify(ctx, channel, payload); err != nil && ctx.Err() == nil {
			h.log.WarnContext(ctx, "other nodes could not be told of changes; they will find them by themselves", "error", err)
		}
		if !sleep(ctx, h.coalesce) {
			return
		}
	}
}

func (h *Hub) listen(ctx context.Context) {
	for {
		// Whatever was missed while nobody listened: all look once.
		err := h.db.Listen(ctx, channel, h.wakeAll, h.heard)
		if ctx.Err() != nil {
			return
		}
		h.log.WarnContext(ctx, "the connection that hears other nodes was lost", "error", err)
		if !sleep(ctx, h.relisten) {
			return
		}
	}
}

func (h *Hub) heard(payload string) {
	node, names, some := strings.Cut(payload, " ")
	switch {
	case node == h.node:
	case some:
		h.wake(strings.Split(names, " "))
	default:
		h.wakeAll()
	}
}

// look compares the heads of what is subscribed to with what they were.
func (h *Hub) look(ctx context.Context) {
	for sleep(ctx, h.poll) {
		if err := h.lookOnce(ctx); err != nil && !errors.Is(err, context.Canceled) {
			h.log.WarnContext(ctx, "the heads of the feed could not be read", "error", err)
		}
	}
}

func (h *Hub) lookOnce(ctx context.Context) error {
	h.mu.Lock()
	names := slices.Sorted(maps.Keys(h.subs))
	h.mu.Unlock()
	if len(names) == 0 {
		return nil
	}
	var heads map[string]head
	err := h.db.Read(ctx, db.Everyone("wake those who wait for any tenant's audience"), func(tx *db.Tx) (err error) {
		heads, err = readHeads(tx, names)
		return err
	})
	if err != nil {
		return err
	}
	var more []string
	h.mu.Lock()
	for _, a := range names {
		was, known := h.seen[a]
		if n := heads[a].number; n != was || !known {
			if h.subs[a] != nil {
				h.seen[a] = n
			}
			more = append(more, a)
		}
	}
	h.mu.Unlock()
	h.wake(more)
	return nil
}

func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}

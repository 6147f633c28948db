package syncapi

import (
	"context"
	"hash/fnv"
	"slices"
	"sync"
	"time"

	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/rest"
)

// Standing is what a stream has to know of its caller.
type Standing struct {
	Audiences []string
	Rights    string // see Visit
}

// stand is a standing, and a hash of it.
type stand struct {
	Standing
	sum string
}

func standOf(s Standing) stand {
	_, sum := names(s.Audiences, s.Rights)
	return stand{s, string(sum)}
}

// together lets the streams of a project look together whether their callers are
// let in. When thousands are woken by one change, each look by itself would be in
// the way of the others; a few statements answer for all of them.
//
// A look begins after whoever waits for it has come, so it sees what they were
// woken by. Who comes while one goes on waits for the next.
type together struct {
	stand func(ctx context.Context, all []rest.Caller, p id.Project) (map[rest.Caller]Standing, error)
	slots chan struct{} // how many look at a time, over all projects

	mu      sync.Mutex
	waiting map[id.Project][]*glance // with an entry while somebody looks
}

// glance is one stream that waits for a look.
type glance struct {
	caller rest.Caller
	done   chan struct{}
	now    stand
	in     bool // let in
	err    error
}

// lookTime bounds a look.
const lookTime = 30 * time.Second

// maxTogether is how many callers one look is for: the first hear while the next
// are looked at.
const maxTogether = 1000

// look waits for a look at a caller; it reports false for who is not let in.
func (t *together) look(ctx context.Context, p id.Project, c rest.Caller) (stand, bool, error) {
	g := &glance{caller: c, done: make(chan struct{})}
	t.mu.Lock()
	others, looking := t.waiting[p]
	t.waiting[p] = append(others, g)
	t.mu.Unlock()
	if !looking {
		go t.run(context.WithoutCancel(ctx), p)
	}
	select {
	case <-g.done:
		return g.now, g.in, g.err
	case <-ctx.Done():
		return stand{}, false, fault.New(fault.Unavailable, "cancelled", "the client has gone")
	}
}

// run looks for whoever waits on a project, until nobody does.
func (t *together) run(ctx context.Context, p id.Project) {
	for {
		t.slots <- struct{}{}
		t.mu.Lock()
		all := t.waiting[p]
		some := all[:min(len(all), maxTogether)]
		if len(all) == 0 {
			delete(t.waiting, p)
		} else {
			t.waiting[p] = slices.Clone(all[len(some):])
		}
		t.mu.Unlock()
		if len(all) == 0 {
			<-t.slots
			return
		}
		t.once(ctx, p, some)
		<-t.slots
	}
}

func (t *together) once(ctx context.Context, p id.Project, some []*glance) {
	found, err := t.ask(ctx, p, some)
	made := make(map[rest.Caller]stand, len(found))
	for _, g := range some {
		s, known := made[g.caller]
		if !known {
			if one, in := found[g.caller]; in {
				s, known = standOf(one), true
				made[g.caller] = s
			}
		}
		g.now, g.in, g.err = s, known, err
		close(g.done)
	}
}

func (t *together) ask(ctx context.Context, p id.Project, some []*glance) (found map[rest.Caller]Standing, err error) {
	defer func() {
		if recover() != nil { // nobody above would
			found, err = nil, fault.New(fault.Other, "panic", "a look ended in a panic")
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, lookTime)
	defer cancel()
	seen := make(map[rest.Caller]bool, len(some))
	var callers []rest.Caller
	for _, g := range some {
		if !seen[g.caller] {
			seen[g.caller] = true
			callers = append(callers, g.caller)
		}
	}
	return t.stand(ctx, callers, p)
}

// untilPing is how long it is to the next sign of life on the streams of a
// project: they give it at one moment, so that they look together.
func untilPing(p id.Project, every time.Duration, now time.Time) time.Duration {
	h := fnv.New64a()
	_, _ = h.Write([]byte(p))                          // never fails
	offset := time.Duration(h.Sum64() % uint64(every)) //nolint:gosec // positive
	return every - time.Duration((now.UnixNano()+int64(offset))%int64(every))
}

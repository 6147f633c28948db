package mutation

import (
	"context"
	"sync"
)

// Enter waits until no other request of this process is at the write k. leave
// must be called.
func (b *Book) Enter(ctx context.Context, k Key) (leave func(), err error) {
	return b.running.enter(ctx, k)
}

// turns lets one request at a time through for a write, so that a repeat
// which overtakes its first does not do the work beside it. Between processes
// the database sees to it.
type turns struct {
	mu    sync.Mutex
	doors map[Key]*door
}

type door struct {
	token   chan struct{}
	waiting int
}

func (f *turns) enter(ctx context.Context, k Key) (leave func(), err error) {
	f.mu.Lock()
	if f.doors == nil {
		f.doors = map[Key]*door{}
	}
	d := f.doors[k]
	if d == nil {
		d = &door{token: make(chan struct{}, 1)}
		f.doors[k] = d
	}
	d.waiting++
	f.mu.Unlock()
	gone := func() {
		f.mu.Lock()
		if d.waiting--; d.waiting == 0 {
			delete(f.doors, k)
		}
		f.mu.Unlock()
	}
	select {
	case d.token <- struct{}{}:
		return func() { <-d.token; gone() }, nil
	case <-ctx.Done():
		gone()
		return nil, ctx.Err()
	}
}

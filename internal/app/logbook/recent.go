// Package logbook is what stands between the program's log and where it goes:
// values of attributes that nothing declares are withheld, and the last of it
// is remembered, so that a probe can look whether it names anybody.
package logbook

import (
	"bytes"
	"context"
	"log/slog"
	"sync"
)

// Recent keeps the last of what was logged in memory, so that a probe can look
// whether anybody's data is in it.
type Recent struct {
	mu sync.Mutex
	b  []byte
}

const recentBytes = 1 << 20

func (r *Recent) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.b = append(r.b, p...)
	if over := len(r.b) - recentBytes; over > 0 {
		cut := over
		if nl := bytes.IndexByte(r.b[over:], '\n'); nl >= 0 {
			cut += nl + 1
		}
		r.b = append(r.b[:0], r.b[cut:]...)
	}
	return len(p), nil
}

func (r *Recent) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return string(r.b)
}

// tee hands records to two handlers.
type tee struct{ first, second slog.Handler }

func (t tee) Enabled(ctx context.Context, l slog.Level) bool {
	return t.first.Enabled(ctx, l) || t.second.Enabled(ctx, l)
}

func (t tee) Handle(ctx context.Context, r slog.Record) error {
	if t.second.Enabled(ctx, r.Level) {
		_ = t.second.Handle(ctx, r.Clone())
	}
	if t.first.Enabled(ctx, r.Level) {
		return t.first.Handle(ctx, r)
	}
	return nil
}

func (t tee) WithAttrs(a []slog.Attr) slog.Handler {
	return tee{t.first.WithAttrs(a), t.second.WithAttrs(a)}
}

func (t tee) WithGroup(name string) slog.Handler {
	return tee{t.first.WithGroup(name), t.second.WithGroup(name)}
}

// Keep is log, with undeclared values withheld, and everything kept in memory
// too. known are the keys that attributes may have.
func Keep(log *slog.Logger, known []string) (*slog.Logger, *Recent) {
	r, keys := &Recent{}, map[string]bool{}
	for _, k := range known {
		keys[k] = true
	}
	both := tee{log.Handler(), slog.NewTextHandler(r, &slog.HandlerOptions{Level: slog.LevelDebug})}
	return slog.New(redacting{both, keys}), r
}

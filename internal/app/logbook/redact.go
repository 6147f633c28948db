package logbook

import (
	"context"
	"log/slog"

	"plumbline/internal/sabotage"
)

// redacting lets through only attributes that are declared; the value of any
// other is withheld, so that what somebody forgot cannot name anybody.
type redacting struct {
	next  slog.Handler
	known map[string]bool
}

const withheld = "withheld: not declared"

func (h redacting) clean(a slog.Attr) slog.Attr {
	switch {
	case a.Value.Kind() == slog.KindGroup:
		var in []slog.Attr
		for _, x := range a.Value.Group() {
			in = append(in, h.clean(x))
		}
		return slog.Attr{Key: a.Key, Value: slog.GroupValue(in...)}
	case h.known[a.Key] || sabotage.Off("USE-7"):
		return a
	}
	return slog.String(a.Key, withheld)
}

func (h redacting) Enabled(ctx context.Context, l slog.Level) bool { return h.next.Enabled(ctx, l) }

func (h redacting) Handle(ctx context.Context, r slog.Record) error {
	out := slog.NewRecord(r.Time, r.Level, r.Message, r.PC)
	r.Attrs(func(a slog.Attr) bool {
		out.AddAttrs(h.clean(a))
		return true
	})
	return h.next.Handle(ctx, out)
}

func (h redacting) WithAttrs(attrs []slog.Attr) slog.Handler {
	clean := make([]slog.Attr, len(attrs))
	for i, a := range attrs {
		clean[i] = h.clean(a)
	}
	return redacting{h.next.WithAttrs(clean), h.known}
}

func (h redacting) WithGroup(name string) slog.Handler {
	return redacting{h.next.WithGroup(name), h.known}
}

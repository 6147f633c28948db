package program

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"

	"plumbline/internal/app"
	"plumbline/internal/app/config"
	"plumbline/internal/cli"
	"plumbline/internal/clock"
	"plumbline/internal/privacy/registered"
	"plumbline/internal/prove"
)

// Prove proves the promises on an installation, or on a demo that is made for
// it and thrown away.
func (Program) Prove(ctx context.Context, p cli.Proving) ([]prove.Result, error) {
	if p.Demo {
		return proveDemo(ctx, p.Only)
	}
	cfg, err := config.Read(p.Config)
	if err != nil {
		return nil, err
	}
	h, err := app.Open(ctx, cfg, app.Options{NoChores: true, Log: quiet()})
	if err != nil {
		return nil, err
	}
	defer h.Close()
	return h.ProveRunning(ctx, p.Only)
}

// proveDemo makes a small demo in a folder of its own.
func proveDemo(ctx context.Context, only []string) ([]prove.Result, error) {
	dir, err := os.MkdirTemp("", "plumbline-prove-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	data := filepath.Join(dir, "data")
	cfg := config.Config{Data: data, Listen: "127.0.0.1:0", Development: true, Privacy: registered.Demo(),
		Ring: config.Ring{Places: []string{filepath.Join(dir, "ring")}, Root: filepath.Join(dir, "root", "root.key")}}
	if err := cfg.Complete(); err != nil {
		return nil, err
	}
	end := clock.System{}.Now()
	if err := app.FillDemo(ctx, cfg, quiet(), app.Filling{Seed: 1, End: end, Points: 12, Say: func(string) {}}); err != nil {
		return nil, err
	}
	h, err := app.Open(ctx, cfg, app.Options{Log: quiet(), NoChores: true})
	if err != nil {
		return nil, err
	}
	defer h.Close()
	return h.ProveRunning(ctx, only)
}

func quiet() *slog.Logger {
	return slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
}

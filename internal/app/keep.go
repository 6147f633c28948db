package app

import (
	"context"

	"plumbline/internal/app/kept"
	"plumbline/internal/db"
	"plumbline/internal/privacy/backup"
	"plumbline/internal/sabotage"
)

// KeptAt is where an installation is copied from, or restored to.
func KeptAt(cfg Config, o Options) kept.Places {
	p := kept.PlacesOf(cfg)
	p.Clock, p.Log = o.Clock, o.Log
	return p
}

func (h *House) decisions() *backup.Decisions {
	return &backup.Decisions{DB: h.DB, Ring: h.ring, Places: h.cfg.Ring.Places, Tables: kept.Decided(), Log: h.log}
}

// Restored says what a restore did.
type Restored struct {
	backup.Report
	Erased int // people and accounts that were gone over again
}

// Restore fills an empty place, erases again whom the ring has forgotten, and
// opens it.
func Restore(ctx context.Context, cfg Config, o Options, from string, say backup.Say) (r Restored, err error) {
	if r.Report, err = kept.Fill(ctx, KeptAt(cfg, o), from, say); err != nil {
		return r, err
	}
	o.restoring = true
	h, err := Open(ctx, cfg, o)
	if err != nil {
		return r, err
	}
	defer h.Close()
	if r.Erased, err = h.eraseAgain(ctx); err != nil {
		return r, err
	}
	if err := kept.Cold(ctx, h.DB); err != nil {
		return r, err
	}
	return r, backup.Finish(ctx, h.DB, cfg.Data)
}

// eraseAgain erases everybody who was erased and came back with a backup.
func (h *House) eraseAgain(ctx context.Context) (int, error) {
	if sabotage.Off("ERA-2") {
		return 0, nil
	}
	whos, err := kept.Buried(ctx, h.DB, h.ring)
	if err != nil {
		return 0, err
	}
	return h.Erasures.Replay(ctx, whos)
}

// NotRestoring refuses an installation whose restore did not finish.
func NotRestoring(ctx context.Context, cfg Config, d *db.DB) error {
	return backup.Refuse(ctx, d, cfg.Data)
}

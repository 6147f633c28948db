package app

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"plumbline/internal/crypt"
	"plumbline/internal/db"
	"plumbline/internal/id"
	"plumbline/internal/job"
	"plumbline/internal/personal"
	"plumbline/internal/probes"
	"plumbline/internal/promise"
	"plumbline/internal/prove"
	"plumbline/internal/prove/proveapi"
	"plumbline/internal/signin/signinapi"
)

// proveJob is the job that proves the promises every night.
const proveJob = "prove.nightly"

func (h *House) wireProve() {
	proveapi.Register(h.api, proveapi.Deps{DB: h.DB, Version: version()})
}

// probed is this installation as probes see it.
func (h *House) probed() probes.Deps {
	d := probes.Deps{DB: h.DB, Clock: h.clock, Handler: h.Handler(), Cookie: signinapi.Cookie, People: h.People, Orgs: h.Orgs, Access: h.Access,
		Projects: h.Projects, Signin: h.Signin, Mails: h.proofs, Log: h.log, Logged: h.logged.String,
		Places: probes.Places{Data: h.cfg.Data, Database: h.raw, Files: h.cfg.Files.Places, Mail: filepath.Join(h.cfg.Data, "mail"), Cache: filepath.Join(h.cfg.Data, "cache")},
	}
	d.Cleanup = h.eraseMade
	return d
}

// prove runs probes, so many at once, and keeps what they found. Jobs must be
// running.
func (h *House) prove(ctx context.Context, only []string, atOnce int) ([]prove.Result, error) {
	w, err := probes.Open(ctx, h.probed())
	if err != nil {
		return nil, err
	}
	all := prove.Run(ctx, h.probesOf(w), prove.Options{Clock: h.clock, Only: only, AtOnce: atOnce, Repeat: "plumbline prove"})
	if err := errors.Join(w.Close(context.WithoutCancel(ctx)), ctx.Err()); err != nil {
		// Whoever was interrupted has found nothing: no promise is broken by that.
		return nil, err
	}
	return all, prove.Save(ctx, h.DB, all)
}

// night is the hour, in UTC, at which promises are proved.
const night = 3

// nextProof has the promises proved at the next night, or soon where that is
// sooner: the first proof of an installation does not wait for the night, nor
// for the first visitor to have looked around.
func (h *House) nextProof(ctx context.Context, soon time.Duration) error {
	now := h.clock.Now().UTC()
	at := time.Date(now.Year(), now.Month(), now.Day(), night, 0, 0, 0, time.UTC)
	if !at.After(now) {
		at = at.AddDate(0, 0, 1)
	}
	last, err := prove.Last(ctx, h.DB)
	if err != nil {
		return err
	}
	if first := now.Add(soon); soon > 0 && len(last) == 0 && first.Before(at) {
		at = first
	}
	return h.DB.Write(ctx, db.Everyone("the promises are the installation's"), func(tx *db.Tx) error {
		_, err := job.Enqueue(tx, job.Spec{Kind: proveJob, Unique: at.Format(time.DateOnly), RunAt: at, MaxAttempts: 2, By: "system"})
		return err
	})
}

// proveNightly is the job of every night.
func (h *House) proveNightly(ctx context.Context, _ *job.Run) error {
	all, err := h.prove(ctx, nil, 1) // people are at work beside it
	for _, r := range all {
		if r.State == promise.Broken {
			h.log.ErrorContext(ctx, "a promise is broken", "promise", r.ID)
		}
	}
	if ctx.Err() != nil {
		return err // the job is taken up again at the next start
	}
	return errors.Join(err, h.nextProof(context.WithoutCancel(ctx), 0))
}

func quiet() *slog.Logger {
	return slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
}

// ProveRunning is prove with the work beside requests going on.
func (h *House) ProveRunning(ctx context.Context, only []string) ([]prove.Result, error) {
	running, stop := context.WithCancel(ctx)
	var beside sync.WaitGroup
	beside.Go(func() { h.Run(running) })
	all, err := h.prove(ctx, only, 0)
	stop()
	beside.Wait()
	return all, err
}

// eraseMade erases the people that probes made and that are still there.
func (h *House) eraseMade(ctx context.Context, made []personal.Who) error {
	var left []personal.Who
	for _, who := range made {
		owner := crypt.AccountOwner(id.Account(who.ID))
		if who.Kind == personal.PersonKind {
			owner = crypt.PersonOwner(id.Person(who.ID))
		}
		if h.ring.Has(owner) {
			left = append(left, who)
		}
	}
	if len(left) == 0 {
		return nil
	}
	return h.eraseNow(ctx, left)
}

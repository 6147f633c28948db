package app

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"plumbline/internal/app/front"
	"plumbline/internal/clock"
	"plumbline/internal/db"
	"plumbline/internal/demo"
	"plumbline/internal/fault"
)

// firstProof is how long after its first start an installation is proved.
const firstProof = 10 * time.Minute

// Handler answers requests.
func (h *House) Handler() http.Handler { return front.Secured(h.api.Handler(), h.cfg) }

// Serve answers requests on l, and runs the house, until ctx ends; then it
// lets requests under way finish.
func (h *House) Serve(ctx context.Context, l net.Listener) error {
	return h.ServeBy(ctx, front.On(l, h.front()))
}

// Listen listens where the configuration says.
func (h *House) Listen(ctx context.Context) (*front.Front, error) { return front.Open(ctx, h.front()) }

// ServeBy is Serve on what listens already.
func (h *House) ServeBy(ctx context.Context, f *front.Front) error {
	if err := h.nextProof(context.WithoutCancel(ctx), firstProof); err != nil {
		return err
	}
	h.shown.Store(f)
	err := f.Serve(ctx)
	h.Signin.Wait(context.WithoutCancel(ctx))
	return err
}

// front is what the front needs of this house.
func (h *House) front() front.Deps {
	return front.Deps{Config: h.cfg, Log: h.log, Server: h.api.Server(), Private: h.meter,
		Leave: h.health.Leave, Drain: h.api.Drain, Work: h.worker.Run, Run: h.attend}
}

// Filling says what site FillDemo makes.
type Filling struct {
	Seed           uint64
	End            time.Time // until when the site goes on
	Points, Photos int       // 0: those of the demo; -1: no photos
	Password       string    // everybody's; empty: demo.Password
	Say            func(string)
}

// FillDemo fills an installation with a made-up site; it must be empty.
func FillDemo(ctx context.Context, cfg Config, log *slog.Logger, what Filling) error {
	fake := clock.NewFake(demo.Start(what.End))
	h, err := Open(ctx, cfg, Options{Clock: fake, Log: log, NoChores: true})
	if err != nil {
		return err
	}
	defer h.Close()
	if err := h.empty(ctx); err != nil {
		return err
	}
	running, stop := context.WithCancel(ctx)
	var beside sync.WaitGroup
	beside.Go(func() { h.Run(running) })
	deps := h.demoDeps(ctx, fake)
	deps.Say, deps.Some, deps.Photos, deps.Password = what.Say, what.Points, what.Photos, what.Password
	err = demo.Fill(ctx, deps, what.Seed, what.End)
	stop()
	beside.Wait()
	return err
}

// empty refuses an installation that somebody uses: a made-up site has made-up
// people with one password.
func (h *House) empty(ctx context.Context) error {
	return h.DB.Read(ctx, db.Everyone("whether anybody is here"), func(tx *db.Tx) error {
		some, err := h.People.AccountsAfter(tx, "", 1)
		if err == nil && len(some) > 0 {
			err = fault.New(fault.Invalid, "installation-not-empty", "somebody has an account here already; a made-up site is only put into an empty installation")
		}
		return err
	})
}

// demoDeps are what a demo is filled with; the house must be open on fake.
func (h *House) demoDeps(ctx context.Context, fake *clock.Fake) demo.Deps {
	return demo.Deps{Clock: fake, DB: h.DB, People: h.People, Orgs: h.Orgs, Access: h.Access, Projects: h.Projects,
		Drawings: h.Drawings, Points: h.Points, Reports: h.Reports, Lists: h.Lists, Programmes: h.Programmes, Site: h.Site,
		Hash: func(p string) (string, error) { return h.Signin.Hash(ctx, p) },
		Say:  func(string) {}}
}

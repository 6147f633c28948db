// Package app puts the house together: configuration, wiring by hand, running
// and closing. It is the only room that sees all others.
package app

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"plumbline/internal/access"
	"plumbline/internal/blob/blobfs"
	"plumbline/internal/cli"
	"plumbline/internal/clock"
	"plumbline/internal/crypt"
	"plumbline/internal/db"
	"plumbline/internal/drawing"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/job"
	"plumbline/internal/lang"
	"plumbline/internal/mail"
	"plumbline/internal/media"
	"plumbline/internal/mutation"
	"plumbline/internal/org"
	"plumbline/internal/person"
	"plumbline/internal/point"
	"plumbline/internal/project"
	"plumbline/internal/raster"
	"plumbline/internal/report"
	"plumbline/internal/rest"
	"plumbline/internal/rest/limit"
	"plumbline/internal/sandbox"
	"plumbline/internal/schema"
	"plumbline/internal/signin"
)

// House is an open installation.
type House struct {
	cfg   Config
	log   *slog.Logger
	clock clock.Clock
	o     Options

	DB        *db.DB
	ring      *crypt.Ring
	hub       *feed.Hub
	mutations *mutation.Book
	raster    *raster.Engine
	files     *media.Files
	capture   *mail.Capture
	worker    *job.Worker

	People   *person.Service
	Orgs     *org.Service
	Access   *access.Service
	Signin   *signin.Service
	Projects *project.Service
	Media    *media.Service
	Drawings *drawing.Service
	Points   *point.Service
	Reports  *report.Service

	api *rest.API
}

// Options are what tests and the demo set; zero is what an installation has.
type Options struct {
	Clock    clock.Clock
	Log      *slog.Logger
	Cost     signin.Cost   // of a password
	Limiter  limit.Limiter // of requests
	NoChores bool          // periodic jobs stay away: for a clock that is moved by hand
}

// Open opens everything, migrates the database and checks that data, ring and
// files belong together. Nothing runs yet.
func Open(ctx context.Context, cfg Config, o Options) (_ *House, err error) {
	if o.Clock == nil {
		o.Clock = clock.System{}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.NewTextHandler(os.Stderr, nil))
	}
	h := &House{cfg: cfg, log: o.Log, clock: o.Clock, o: o}
	defer func() {
		if err != nil {
			h.Close()
		}
	}()
	for _, dir := range []string{cfg.Data, h.temp()} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, fault.Wrap("app.Open", err)
		}
	}
	if h.DB, err = db.Open(ctx, db.Config{URL: cfg.databaseURL(), Clock: o.Clock, Log: o.Log}); err != nil {
		return nil, err
	}
	if err := schema.Migrate(ctx, h.DB); err != nil {
		return nil, err
	}
	if err := h.openRing(ctx); err != nil {
		return nil, err
	}
	if err := h.openFiles(); err != nil {
		return nil, err
	}
	h.hub = feed.NewHub(h.DB)
	h.hub.Log(o.Log)
	h.mutations = mutation.New(h.DB)
	if err := h.wire(); err != nil {
		return nil, err
	}
	return h, h.People.Warm(ctx)
}

func (h *House) temp() string { return filepath.Join(h.cfg.Data, "temp") }

// openRing opens the key ring. A new one is made only while there is no data
// that relies on one.
func (h *House) openRing(ctx context.Context) error {
	counter, err := person.RingCounter(ctx, h.DB)
	if err != nil {
		return err
	}
	h.ring, err = crypt.Open(ctx, crypt.Config{
		Places: h.cfg.Ring.Places, RootKeyFile: h.cfg.Ring.Root, Create: counter == 0, Clock: h.clock,
		Lock: func(ctx context.Context) (func(), error) { return h.DB.Lock(ctx, "key ring") },
	})
	if err != nil {
		return err
	}
	return h.ring.EnsureFresh(ctx, counter)
}

func (h *House) openFiles() error {
	store, err := blobfs.New(blobfs.Config{Locations: h.cfg.Files.Places, Clock: h.clock, Log: h.log,
		Keys: crypt.OrgKeys{Ring: h.ring, Table: "file", Column: "blob"}})
	if err != nil {
		return err
	}
	h.files = media.NewFiles(h.DB, store)
	runner, err := sandbox.New(sandbox.Config{})
	if err != nil {
		return err
	}
	h.raster, err = raster.New(raster.Config{Sandbox: runner, CacheDir: filepath.Join(h.cfg.Data, "cache")})
	return err
}

// mailer makes the sender of mail: SMTP, or a capture where there is none.
func (h *House) mailer(resolver mail.Resolver, linker mail.Linker) (*mail.Mailer, error) {
	m := &mail.Mailer{DB: h.DB, From: h.cfg.Mail.From, Host: h.cfg.PublicURL, Resolver: resolver, Linker: linker}
	if u, err := url.Parse(h.cfg.PublicURL); err == nil && u.Host != "" {
		m.Host = u.Host
	}
	if h.cfg.Mail.Server == "" {
		c, err := mail.NewCapture(filepath.Join(h.cfg.Data, "mail"))
		h.capture, m.Sender = c, c
		return m, err
	}
	s := mail.SMTP{Server: h.cfg.Mail.Server, User: h.cfg.Mail.User, Plain: h.cfg.Mail.Plain}
	if h.cfg.Mail.Password != "" {
		b, err := os.ReadFile(h.cfg.Mail.Password)
		if err != nil {
			return nil, badConfig("the file with the mail password cannot be read", err)
		}
		s.Password = strings.TrimRight(string(b), "\r\n")
	}
	m.Sender = s
	return m, s.Check()
}

// Run does the work beside requests until ctx ends: jobs, wake-ups, following
// the key ring of other processes.
func (h *House) Run(ctx context.Context) {
	var all sync.WaitGroup
	all.Go(func() { h.hub.Run(ctx) })
	all.Go(func() { h.worker.Run(ctx) })
	all.Go(func() {
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				if _, err := h.ring.Refresh(ctx); err != nil && ctx.Err() == nil {
					h.log.WarnContext(ctx, "the key ring cannot be followed", "error", err)
				}
			}
		}
	})
	all.Wait()
}

// Close lets go of everything.
func (h *House) Close() {
	if h.Drawings != nil {
		h.Drawings.Close()
	}
	if h.ring != nil {
		h.ring.Close()
	}
	if h.DB != nil {
		_ = h.DB.Close()
	}
}

// deltas is how long a device may stay away before it has to start over.
const deltas = 180 * 24 * time.Hour

// periodic are the jobs that keep the house tidy.
func (h *House) periodic() map[string]struct {
	every time.Duration
	do    func(context.Context) error
} {
	type chore = struct {
		every time.Duration
		do    func(context.Context) error
	}
	everyone := db.Everyone("tidying up, over all tenants")
	prune := func(fn func(tx *db.Tx, before time.Time) (int64, error), age time.Duration) func(context.Context) error {
		return func(ctx context.Context) error {
			return h.DB.Write(ctx, everyone, func(tx *db.Tx) error {
				_, err := fn(tx, tx.Now().Add(-age))
				return err
			})
		}
	}
	const day = 24 * time.Hour
	return map[string]chore{
		"tidy.invitations": {time.Hour, h.Orgs.Lapse},
		"tidy.keys":        {time.Hour, h.People.Sweep},
		"tidy.sessions":    {time.Hour, h.Signin.Purge},
		"tidy.mutations": {day, func(ctx context.Context) error {
			_, err := h.mutations.Purge(ctx, h.clock.Now().Add(-mutation.Keep))
			return err
		}},
		"tidy.jobs": {day, prune(job.Prune, 30*day)},
		"tidy.mail": {day, prune(mail.Prune, 30*day)},
		"tidy.feed": {day, func(ctx context.Context) error {
			_, err := feed.Prune(ctx, h.DB, h.clock.Now().Add(-deltas))
			return err
		}},
		"tidy.ring": {day, func(ctx context.Context) error { return h.ring.Check(ctx) }},
	}
}

// handlers binds the jobs.
func (h *House) jobs(m *mail.Mailer) {
	handlers := map[string]job.Handler{
		mail.JobKind:    m.Handle,
		report.JobKind:  h.Reports.Make,
		drawing.JobKind: h.Drawings.Handle,
		point.EraseJob:  h.Points.EraseDeleted,
		media.SweepJob:  h.files.SweepUnused,
	}
	chores := h.periodic()
	for kind, c := range chores {
		handlers[kind] = func(ctx context.Context, _ *job.Run) error { return c.do(ctx) }
	}
	h.worker = job.New(h.DB, h.log, handlers, job.Options{Parallel: h.cfg.Workers})
	if !h.o.NoChores {
		for kind, c := range chores {
			h.worker.Every(kind, c.every)
		}
		h.worker.Every(media.SweepJob, time.Hour)
	}
	h.worker.OnFailed(mail.JobKind, m.Failed)
	h.worker.OnFailed(report.JobKind, h.Reports.GaveUp)
	h.worker.OnFailed(drawing.JobKind, h.Drawings.Failed)
}

func locales() []string {
	var out []string
	for _, l := range lang.Locales() {
		out = append(out, string(l))
	}
	return out
}

func version() string { return fmt.Sprint(cli.Version) }

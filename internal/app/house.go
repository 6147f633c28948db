// Package app puts the house together: configuration, wiring by hand, running
// and closing. It is the only room that sees all others.
package app

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"plumbline/internal/access"
	"plumbline/internal/app/declared"
	"plumbline/internal/app/front"
	"plumbline/internal/app/logbook"
	"plumbline/internal/app/post"
	"plumbline/internal/app/traced"
	"plumbline/internal/app/watch"
	"plumbline/internal/blob/blobfs"
	"plumbline/internal/cli"
	"plumbline/internal/clock"
	"plumbline/internal/consent"
	"plumbline/internal/crypt"
	"plumbline/internal/db"
	"plumbline/internal/db/rawfile"
	"plumbline/internal/db/study"
	"plumbline/internal/drawing"
	"plumbline/internal/evidence"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/job"
	"plumbline/internal/lang"
	"plumbline/internal/mail"
	"plumbline/internal/media"
	"plumbline/internal/mutation"
	"plumbline/internal/opsapi"
	"plumbline/internal/org"
	"plumbline/internal/person"
	"plumbline/internal/point"
	"plumbline/internal/privacy/archive"
	"plumbline/internal/privacy/breach"
	"plumbline/internal/privacy/erasure"
	"plumbline/internal/privacy/policytext"
	"plumbline/internal/privacy/request"
	"plumbline/internal/privacy/sweep"
	"plumbline/internal/programme"
	"plumbline/internal/programme/control"
	lookahead "plumbline/internal/programme/ready"
	"plumbline/internal/programme/revise"
	"plumbline/internal/programme/site"
	"plumbline/internal/project"
	"plumbline/internal/project/lists"
	"plumbline/internal/raster"
	"plumbline/internal/report"
	"plumbline/internal/report/style"
	"plumbline/internal/rest"
	"plumbline/internal/rest/limit"
	"plumbline/internal/sandbox"
	"plumbline/internal/schema"
	"plumbline/internal/signin"
	"plumbline/internal/staff"
	"plumbline/internal/view"
)

// House is an open installation.
type House struct {
	cfg   Config
	log   *slog.Logger
	clock clock.Clock
	o     Options

	logged *logbook.Recent // the last of the log

	DB        *db.DB
	raw       *rawfile.Files // of the database
	ring      *crypt.Ring
	hub       *feed.Hub
	mutations *mutation.Book
	raster    *raster.Engine
	files     *media.Files
	capture   *mail.Capture
	proofs    *mail.Capture // where mail to made-up people ends
	worker    *job.Worker
	tracer    *traced.Tracer // nil: nothing is told

	People   *person.Service
	Orgs     *org.Service
	Access   *access.Service
	Signin   *signin.Service
	Projects *project.Service
	Lists    *lists.Service
	Media    *media.Service
	Drawings *drawing.Service
	Points   *point.Service
	Reports  *report.Service
	Styles   *style.Service
	Views    *view.Service

	Programmes *programme.Service
	Site       *site.Service
	Revise     *revise.Service
	Ready      *lookahead.Service
	Control    *control.Service
	Consents   *consent.Service
	Evidence   *evidence.Log
	Policy     *policytext.Service
	Sweeps     *sweep.Service
	Archives   *archive.Service
	Erasures   *erasure.Service
	Staff      *staff.Service
	Requests   *request.Service
	Breaches   *breach.Service
	post       *post.Office

	api    *rest.API
	health *opsapi.Health
	meter  *watch.Meter
	shown  atomic.Pointer[front.Front] // what the house is served by
}

// Options are what tests and the demo set; zero is what an installation has.
type Options struct {
	Clock    clock.Clock
	Log      *slog.Logger
	Cost     signin.Cost   // of a password
	Limiter  limit.Limiter // of requests
	NoChores bool          // periodic jobs stay away: for a clock that is moved by hand

	restoring bool // the place is marked, and this is who fills it
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
	h := &House{cfg: cfg, clock: o.Clock, o: o}
	o.Log, h.logged = logbook.Keep(o.Log, declared.LogKeys())
	h.log = o.Log
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
	h.raw = rawfile.Of(cfg.DatabaseURL())
	if h.DB, err = db.Open(ctx, db.Config{URL: cfg.DatabaseURL(), Clock: o.Clock, Log: o.Log}); err != nil {
		return nil, err
	}
	if !o.restoring {
		if err := NotRestoring(ctx, cfg, h.DB); err != nil {
			return nil, err
		}
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
	if err := h.Consents.Ready(ctx); err != nil {
		return nil, err
	}
	if err := h.People.Warm(ctx); err != nil {
		return nil, err
	}
	return h, h.Policy.Publish(ctx)
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
	m := &mail.Mailer{DB: h.DB, From: h.cfg.Mail.From, Host: h.cfg.PublicURL, Resolver: resolver, Linker: linker,
		Subjects: h.post, Gate: h.Consents, Unsubscriber: h.post}
	if u, err := url.Parse(h.cfg.PublicURL); err == nil && u.Host != "" {
		m.Host = u.Host
	}
	captured, err := mail.NewCapture(filepath.Join(h.cfg.Data, "mail"))
	if err != nil {
		return nil, err
	}
	h.proofs = captured
	if h.cfg.Mail.Server == "" {
		h.capture = captured
	}
	m.Sender, err = post.Sender(h.cfg, h.way().Lane(mail.Fields()...), captured)
	return m, err
}

// Run does the work beside requests until ctx ends.
func (h *House) Run(ctx context.Context) {
	var all sync.WaitGroup
	all.Go(func() { h.attend(ctx) })
	all.Go(func() { h.worker.Run(ctx) })
	all.Wait()
}

// attend is what requests need beside them: wake-ups, and following the key
// ring of other processes.
func (h *House) attend(ctx context.Context) {
	var all sync.WaitGroup
	all.Go(func() { h.hub.Run(ctx) })
	all.Go(func() { h.decisions().Run(ctx) })
	all.Go(func() {
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		buried := h.follow(ctx, -1)
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				changed, err := h.ring.Refresh(ctx)
				if err != nil && ctx.Err() == nil {
					h.log.WarnContext(ctx, "the key ring cannot be followed", "error", err)
				}
				if changed || buried < 0 {
					buried = h.follow(ctx, buried)
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
	h.tracer.Close()
	if h.ring != nil {
		h.ring.Close()
	}
	if h.DB != nil {
		_ = h.DB.Close()
		h.raw.Close()
	}
}

// periodic are the jobs that keep the house tidy.
func (h *House) periodic() map[string]struct {
	every time.Duration
	do    func(context.Context) error
} {
	type chore = struct {
		every time.Duration
		do    func(context.Context) error
	}
	const day = 24 * time.Hour
	return map[string]chore{
		"policy.daily":  {day, h.Policy.Daily},
		"tidy.erasures": {time.Hour, h.Erasures.Sweep},
		"desk.remind":   {day, h.Requests.Remind},
		"desk.breaches": {time.Hour, h.Breaches.Watch},
		"tidy.study":    {day, func(ctx context.Context) error { return study.Tables(ctx, h.DB) }},
		"tidy.ring":     {day, func(ctx context.Context) error { return h.ring.Check(ctx) }},
	}
}

// handlers binds the jobs.
func (h *House) jobs(m *mail.Mailer) {
	handlers := map[string]job.Handler{
		policytext.AnnounceJob: h.Policy.Announce,
		mail.JobKind:           m.Handle,
		report.JobKind:         h.Reports.Make,
		drawing.JobKind:        h.Drawings.Handle,
		drawing.AlignKind:      h.Drawings.AlignWaiting,
		point.EraseJob:         h.Points.EraseDeleted,
		media.SweepJob:         h.files.SweepUnused,
		renewJob:               h.renewReports,
		consent.LiftJob:        h.Consents.LiftDue,
		erasure.JobKind:        h.Erasures.Handle,
		proveJob:               h.proveNightly,
	}
	maps.Copy(handlers, h.deskJobs())
	chores := h.periodic()
	for kind, c := range chores {
		handlers[kind] = func(ctx context.Context, _ *job.Run) error { return c.do(ctx) }
	}
	sweeps, often := h.sweepJobs()
	maps.Copy(handlers, sweeps)
	h.worker = job.New(h.DB, h.log, handlers, job.Options{Parallel: h.cfg.Workers, Trace: h.trace()})
	if !h.o.NoChores {
		for kind, c := range chores {
			h.worker.Every(kind, c.every)
		}
		for kind, every := range often {
			h.worker.Every(kind, every)
		}
		h.worker.Every(media.SweepJob, time.Hour)
	}
	h.worker.OnFailed(mail.JobKind, m.Failed)
	h.worker.OnFailed(report.JobKind, h.Reports.GaveUp)
	h.worker.OnFailed(drawing.JobKind, h.Drawings.Failed)
	h.worker.OnFailed(drawing.AlignKind, h.Drawings.AlignFailed)
}

func locales() []string {
	var out []string
	for _, l := range lang.Locales() {
		out = append(out, string(l))
	}
	return out
}

func version() string { return fmt.Sprint(cli.Version) }

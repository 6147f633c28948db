package opsapi

import (
	"context"
	"encoding/json"
	"net/http"
	"sync"
	"time"

	"plumbline/internal/clock"
	"plumbline/internal/fault"
	"plumbline/internal/mail"
	"plumbline/internal/rest"
)

// Check is one thing that must be right before requests are sent here.
type Check struct {
	Name string
	Run  func(ctx context.Context) error
}

// Mails is the mail that was captured; mail.Capture is one.
type Mails interface {
	List() []mail.Captured
	Get(n int) (mail.Captured, error)
}

// Deps is what the operations need.
type Deps struct {
	Version, Build string
	Locales        []string
	Development    bool
	Clock          clock.Clock
	Checks         []Check
	Mails          Mails // nil: no pages of mail
	Failed         func(check string, err error)
}

// Leaving is the check that fails once the server is about to stop.
const Leaving = "staying"

const (
	checkEvery = 2 * time.Second
	checkTime  = 5 * time.Second
)

type none struct{}

type aliveOut struct {
	Body struct {
		OK bool `json:"ok"`
	}
}

type readyOut struct {
	Status int
	Body   Readiness
}

// Readiness is what the checks said.
type Readiness struct {
	Ready  bool            `json:"ready"`
	Checks map[string]bool `json:"checks" doc:"Whether each check passes."`
}

type configOut struct {
	Body config
}

type config struct {
	Version     string   `json:"version"`
	Build       string   `json:"build"`
	Dev         bool     `json:"dev" doc:"A server for development or demonstration."`
	Locales     []string `json:"locales"`
	MailCapture bool     `json:"mail_capture" doc:"Mail is not sent; it can be read at /dev/mail."`
}

// Register adds the operations to a, and gives what they look at.
func Register(a *rest.API, d Deps) *Health {
	if d.Clock == nil {
		d.Clock = clock.System{}
	}
	rest.Handle(a, rest.Op{
		ID: "healthz", Method: http.MethodGet, Path: "/healthz", Root: true, Tag: "System",
		Summary: "Alive", Description: "200 as long as the process answers.", Who: rest.Anyone, Rate: rest.Open,
	}, func(context.Context, *none) (*aliveOut, error) {
		out := &aliveOut{}
		out.Body.OK = true
		return out, nil
	})
	r := &Health{Deps: d}
	rest.Handle(a, rest.Op{
		ID: "readyz", Method: http.MethodGet, Path: "/readyz", Root: true, Tag: "System",
		Summary: "Ready", Description: "200 when requests can be served, 503 when not.", Who: rest.Anyone, Rate: rest.Open,
	}, func(ctx context.Context, _ *none) (*readyOut, error) {
		now := r.Look(ctx)
		out := &readyOut{Status: http.StatusOK, Body: now}
		if !now.Ready {
			out.Status = http.StatusServiceUnavailable
		}
		return out, nil
	})
	rest.Handle(a, rest.Op{
		ID: "config", Method: http.MethodGet, Path: "/config", Tag: "System",
		Summary: "What this server is", Description: "For the app before anybody is signed in.", Who: rest.Anyone, Rate: rest.Open,
	}, func(context.Context, *none) (*configOut, error) {
		return &configOut{config{d.Version, d.Build, d.Development, d.Locales, d.Mails != nil}}, nil
	})
	if d.Mails != nil {
		registerMail(a, d.Mails)
	}
	return r
}

// Health runs the checks and keeps what they said for a moment.
type Health struct {
	Deps
	mu      sync.Mutex
	last    Readiness
	at      time.Time
	leaving bool
}

// Leave makes the server not ready, at once and for good: it is about to stop.
func (r *Health) Leave() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.leaving = true
}

// Look runs the checks, at most once in two seconds.
func (r *Health) Look(ctx context.Context) Readiness {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.leaving {
		return Readiness{Checks: map[string]bool{Leaving: false}}
	}
	now := r.Clock.Now()
	if !r.at.IsZero() && now.Sub(r.at) < checkEvery {
		return r.last
	}
	// Whoever asked may hang up; the answer is kept for others.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), checkTime)
	defer cancel()
	out := Readiness{Ready: true, Checks: map[string]bool{}}
	for _, c := range r.Checks {
		err := run(ctx, c)
		out.Checks[c.Name] = err == nil
		if err != nil {
			out.Ready = false
			if r.Failed != nil {
				r.Failed(c.Name, err)
			}
		}
	}
	r.last, r.at = out, now
	return out
}

// ServeHTTP answers /healthz and /readyz by the same words without the limits of
// the public side: it is for a listener that only the machine room reaches.
func (r *Health) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	switch q.URL.Path {
	case "/healthz":
		_, _ = w.Write([]byte(`{"ok":true}`))
	case "/readyz":
		now := r.Look(q.Context())
		if !now.Ready {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		_ = json.NewEncoder(w).Encode(now) //nolint:errchkjson // who asked is gone
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

// run takes a check that panics for one that fails.
func run(ctx context.Context, c Check) (err error) {
	defer func() {
		if recover() != nil {
			err = fault.New(fault.Other, "panic", "the check ended in a panic")
		}
	}()
	return c.Run(ctx)
}

package app

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"plumbline/internal/cli"
	"plumbline/internal/clock"
	"plumbline/internal/db"
	"plumbline/internal/demo"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/org"
	"plumbline/internal/person"
	"plumbline/internal/rest"
	"plumbline/internal/schema"
)

// drain is how long requests under way may take when the program stops.
const drain = 10 * time.Second

// Listen opens the listener that the configuration asks for.
func (h *House) Listen(ctx context.Context) (net.Listener, error) {
	proxies, err := rest.ParseProxies(h.cfg.BehindProxy)
	if err != nil {
		return nil, err
	}
	network, address, err := rest.ListenOn(h.cfg.Listen, h.cfg.TLS.Certificate != "", proxies)
	if err != nil {
		return nil, err
	}
	l, err := new(net.ListenConfig).Listen(ctx, network, address)
	if err != nil {
		return nil, fault.New(fault.Unavailable, "cannot-listen", "the address "+h.cfg.Listen+" cannot be listened on").Because(err)
	}
	if h.cfg.TLS.Certificate == "" {
		return l, nil
	}
	cert, err := tls.LoadX509KeyPair(h.cfg.TLS.Certificate, h.cfg.TLS.Key)
	if err != nil {
		_ = l.Close()
		return nil, badConfig("the TLS certificate or its key cannot be read", err)
	}
	return tls.NewListener(l, &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"}}), nil
}

// Handler answers requests.
func (h *House) Handler() http.Handler { return h.api.Handler() }

// Serve answers requests on l, and runs the house, until ctx ends; then it
// lets requests under way finish.
func (h *House) Serve(ctx context.Context, l net.Listener) error {
	running, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	var beside sync.WaitGroup
	beside.Go(func() { h.Run(running) })
	server := h.api.Server()
	server.BaseContext = func(net.Listener) context.Context { return running }
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(l) }()
	var err error
	select {
	case err = <-failed:
	case <-ctx.Done():
		wait, cancel := context.WithTimeout(context.WithoutCancel(ctx), drain)
		defer cancel()
		time.AfterFunc(time.Second, stop) // streams never finish by themselves
		if err = server.Shutdown(wait); errors.Is(err, context.DeadlineExceeded) {
			err = server.Close()
		}
	}
	stop()
	beside.Wait()
	h.Signin.Wait(context.WithoutCancel(ctx))
	if errors.Is(err, http.ErrServerClosed) {
		err = nil
	}
	return err
}

// Serve opens an installation and serves it.
func (Program) Serve(ctx context.Context, config string, out io.Writer) error {
	cfg, err := ReadConfig(config)
	if err != nil {
		return err
	}
	h, err := Open(ctx, cfg, Options{})
	if err != nil {
		return err
	}
	defer h.Close()
	l, err := h.Listen(ctx)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(out, "Plumbline %s serves %s\n", cli.Version, cfg.PublicURL); err != nil {
		return err
	}
	return h.Serve(ctx, l)
}

// Migrate brings the database to this version's schema.
func (Program) Migrate(ctx context.Context, config string, out io.Writer) error {
	cfg, err := ReadConfig(config)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(cfg.Data, 0o700); err != nil {
		return err
	}
	d, err := db.Open(ctx, db.Config{URL: cfg.databaseURL()})
	if err != nil {
		return err
	}
	defer func() { _ = d.Close() }()
	if err := schema.Migrate(ctx, d); err != nil {
		return err
	}
	_, err = fmt.Fprintln(out, "the database has the schema of this version")
	return err
}

// Found makes an organisation and its owner. Whoever may run commands here may
// found as many as they like.
func (Program) Found(ctx context.Context, config string, f cli.Founding, out io.Writer) error {
	cfg, err := ReadConfig(config)
	if err != nil {
		return err
	}
	h, err := Open(ctx, cfg, Options{})
	if err != nil {
		return err
	}
	defer h.Close()
	name := f.Name
	if name == "" {
		name = f.Email
	}
	account, err := h.Signin.NewAccount(ctx, person.AccountProfile{Name: name, Email: f.Email, Locale: f.Locale, TimeZone: "Europe/Brussels"}, f.Password)
	if err != nil {
		return err
	}
	err = h.Orgs.Found(ctx, org.Founding{Org: id.New[id.Org](), Name: f.Organisation, Locale: f.Locale, Owner: id.New[id.Person](), Account: account,
		Profile: person.Profile{Name: name, Email: f.Email, Locale: f.Locale}})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s is there; its owner signs in at %s\n", f.Organisation, cfg.PublicURL)
	return err
}

// madeMark says that a demo folder was filled to the end.
const madeMark = "demo-is-made"

// Demo serves a made-up site out of a folder, and makes it first where the
// folder is empty. A folder that holds something else is left alone.
func (Program) Demo(ctx context.Context, addr, data string, seed uint64, out io.Writer) error {
	cfg := Config{Data: data, Listen: addr, Development: true,
		Ring: Ring{Places: []string{filepath.Join(data, "ring")}, Root: filepath.Join(data, "root", "root.key")}}
	if err := cfg.complete(); err != nil {
		return err
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	if err := makeDemo(ctx, cfg, log, seed, out); err != nil {
		return err
	}
	h, err := Open(ctx, cfg, Options{Log: log})
	if err != nil {
		return err
	}
	defer h.Close()
	l, err := h.Listen(ctx)
	if err != nil {
		return err
	}
	who := demo.Accounts()
	_, err = fmt.Fprintf(out, "\nPlumbline's demo site is at http://%s\n  sign in   %s\n  password  %s\n\nothers, with the same password:\n",
		l.Addr(), who[0].Email, demo.Password)
	for _, a := range who[1:] {
		if err == nil {
			_, err = fmt.Fprintf(out, "  %-26s %s\n", a.Email, a.Level)
		}
	}
	if err == nil {
		_, err = fmt.Fprintf(out, "\nmail that would be sent: http://%s/dev/mail\n", l.Addr())
	}
	if err != nil {
		return err
	}
	return h.Serve(ctx, l)
}

func makeDemo(ctx context.Context, cfg Config, log *slog.Logger, seed uint64, out io.Writer) error {
	mark := filepath.Join(cfg.Data, madeMark)
	if _, err := os.Stat(mark); err == nil {
		return nil
	}
	if left, err := os.ReadDir(cfg.Data); err == nil && len(left) > 0 {
		return fault.New(fault.Invalid, "folder-not-empty", "the folder "+cfg.Data+" holds something that is not a finished demo; give an empty one with --data, or remove it")
	}
	end := clock.System{}.Now()
	fake := clock.NewFake(demo.Start(end))
	h, err := Open(ctx, cfg, Options{Clock: fake, Log: log, NoChores: true})
	if err != nil {
		return err
	}
	defer h.Close()
	running, stop := context.WithCancel(ctx)
	var beside sync.WaitGroup
	beside.Go(func() { h.Run(running) })
	deps := h.demoDeps(ctx, fake)
	deps.Say = func(text string) { _, _ = fmt.Fprintln(out, "making the demo site:", text) }
	err = demo.Fill(ctx, deps, seed, end)
	stop()
	beside.Wait()
	if err != nil {
		return err
	}
	return os.WriteFile(mark, []byte("The demo site in this folder is complete.\n"), 0o600)
}

// demoDeps are what a demo is filled with; the house must be open on fake.
func (h *House) demoDeps(ctx context.Context, fake *clock.Fake) demo.Deps {
	return demo.Deps{Clock: fake, DB: h.DB, People: h.People, Orgs: h.Orgs, Access: h.Access, Projects: h.Projects,
		Drawings: h.Drawings, Points: h.Points, Reports: h.Reports,
		Hash: func(p string) (string, error) { return h.Signin.Hash(ctx, p) },
		Say:  func(string) {}}
}

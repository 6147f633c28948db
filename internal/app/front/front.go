// Package front is what stands between the network and the house: where it
// listens, which certificate it shows, that plain HTTP is sent on to HTTPS, and
// how it leaves without dropping anybody.
//
// Leaving goes in this order: not ready any more; a pause in which load
// balancers notice; event streams are told to come back, which is elsewhere by
// now; requests under way get their time; then what runs beside them ends. The
// private listener answers until the last.
package front

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"plumbline/internal/app/config"
	"plumbline/internal/fault"
)

// Deps is what the front needs of the house.
type Deps struct {
	Config  config.Config
	Log     *slog.Logger
	Server  *http.Server // the public one, without a listener
	Private http.Handler // nil: nothing is told in private

	Leave func()                    // not ready any more
	Drain func()                    // event streams are told to come back
	Work  func(ctx context.Context) // jobs: they end when leaving begins
	Run   func(ctx context.Context) // what requests need beside them: it ends after them

	RenewEvery time.Duration // how often certificates of an authority are looked at; 0: ten minutes
}

// Front serves.
type Front struct {
	Deps
	public   net.Listener
	plain    net.Listener // redirects
	private  net.Listener
	Keys     *Keys // nil: no TLS here
	redirect http.Handler
}

// On serves on a listener that is there, and on nothing else.
func On(l net.Listener, d Deps) *Front { return &Front{Deps: d, public: l} }

// Open listens where the configuration says.
func Open(ctx context.Context, d Deps) (_ *Front, err error) {
	f := &Front{Deps: d}
	defer func() {
		if err != nil {
			f.close()
		}
	}()
	c := &d.Config
	if f.public, err = listen(ctx, c.Listen); err != nil {
		return nil, err
	}
	if c.Redirect != "" {
		if f.plain, err = listen(ctx, c.Redirect); err != nil {
			return nil, err
		}
	}
	if c.Monitoring.Listen != "" {
		if f.private, err = listen(ctx, c.Monitoring.Listen); err != nil {
			return nil, err
		}
	}
	f.redirect = Redirect(c.PublicURL)
	if c.TLS.On() {
		if f.Keys, err = openKeys(ctx, d, f.public.Addr(), f.plain); err != nil {
			return nil, err
		}
		f.redirect = f.Keys.answering(f.redirect)
	}
	return f, nil
}

func listen(ctx context.Context, at string) (net.Listener, error) {
	network, address := config.Address(at)
	if network == "unix" {
		// A socket that a killed program left behind; one that answers stays.
		if _, err := os.Stat(address); err == nil && !answers(ctx, address) {
			_ = os.Remove(address)
		}
	}
	l, err := new(net.ListenConfig).Listen(ctx, network, address)
	if err != nil {
		return nil, fault.New(fault.Unavailable, "cannot-listen", "the address "+at+" cannot be listened on").Because(err)
	}
	return l, nil
}

func (f *Front) close() {
	for _, l := range []net.Listener{f.public, f.plain, f.private} {
		if l != nil {
			_ = l.Close()
		}
	}
}

// Address is where the public listener listens.
func (f *Front) Address() net.Addr { return f.public.Addr() }

// Serve serves until ctx ends, and leaves.
func (f *Front) Serve(ctx context.Context) error { return f.serve(ctx, true) }

// serve tells systemd where it is the program's own front.
func (f *Front) serve(ctx context.Context, tell bool) error {
	running, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	working, rest := context.WithCancel(running)
	defer rest()
	var beside sync.WaitGroup
	if f.Run != nil {
		beside.Go(func() { f.Run(running) })
	}
	if f.Work != nil {
		beside.Go(func() { f.Work(working) })
	}
	if f.Keys != nil {
		beside.Go(func() { f.Keys.follow(running, f.hangups(running)) })
	}
	f.Server.BaseContext = func(net.Listener) context.Context { return running }
	f.Server.Handler = Secured(f.Server.Handler, f.Config)
	failed := make(chan error, 3)
	go func() { failed <- f.Server.Serve(f.encrypted()) }()
	others := f.others(failed)
	if tell {
		notify("READY=1")
	}
	var err error
	select {
	case err = <-failed:
	case <-ctx.Done():
		if tell {
			notify("STOPPING=1")
		}
		rest()
		err = f.leave(context.WithoutCancel(ctx))
	}
	stop()
	beside.Wait()
	for _, s := range others {
		_ = s.Close()
	}
	f.close()
	if errors.Is(err, http.ErrServerClosed) {
		err = nil
	}
	return err
}

// leave lets requests under way finish.
func (f *Front) leave(ctx context.Context) error {
	if f.Leave != nil {
		f.Leave()
	}
	if wait := f.Config.Drain.Notice; wait != nil {
		time.Sleep(*wait)
	}
	if f.Drain != nil {
		f.Drain()
	}
	ctx, cancel := context.WithTimeout(ctx, f.Config.Drain.Requests)
	defer cancel()
	err := f.Server.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		f.Log.WarnContext(ctx, "requests that took longer than drain.requests were cut off")
		err = f.Server.Close()
	}
	return err
}

// others serves the redirect and the private listener.
func (f *Front) others(failed chan<- error) (all []*http.Server) {
	serve := func(l net.Listener, h http.Handler) {
		if l == nil {
			return
		}
		s := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 10 * time.Second, WriteTimeout: 30 * time.Second,
			IdleTimeout: time.Minute, MaxHeaderBytes: 16 << 10, ErrorLog: f.Server.ErrorLog}
		all = append(all, s)
		go func() { failed <- s.Serve(l) }()
	}
	serve(f.plain, f.redirect)
	if f.Private != nil {
		serve(f.private, f.Private)
	}
	return all
}

// encrypted is the public listener, with TLS where the configuration says so.
func (f *Front) encrypted() net.Listener {
	if f.Keys == nil {
		return f.public
	}
	return f.Keys.over(f.public)
}

// hangups are the SIGHUPs, which ask for the certificate to be read again.
func (f *Front) hangups(ctx context.Context) <-chan os.Signal {
	c := make(chan os.Signal, 1)
	signal.Notify(c, syscall.SIGHUP)
	context.AfterFunc(ctx, func() { signal.Stop(c) })
	return c
}

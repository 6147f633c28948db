package rest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"time"
	"unicode/utf8"

	"plumbline/internal/fault"
	"plumbline/internal/rest/jsontext"
	"plumbline/internal/rest/limit"
	"plumbline/internal/rest/wire"
	"plumbline/internal/trace"
)

// Handler serves all operations.
func (a *API) Handler() http.Handler {
	a.document = a.OpenAPI()
	return http.HandlerFunc(a.serve)
}

// serve is the way of every request from outside: it gets an id and an
// address, is refused if its form is wrong, goes to its operation, and is
// logged.
func (a *API) serve(w http.ResponseWriter, r *http.Request) {
	begun := time.Now()
	s := &state{request: rand.Text()[:16], over: a.over}
	r = r.WithContext(withState(r.Context(), s))
	out := &wire.Reply{ResponseWriter: w}
	h := out.Header()
	h.Set("X-Request-Id", s.request)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	defer a.log(r, out, begun)
	defer a.rescue(out, r)

	if err := a.admit(r, s); err != nil {
		fail(out, r, err)
		return
	}
	a.dispatch(out, r)
}

// admit checks what does not depend on the operation.
func (a *API) admit(r *http.Request, s *state) error {
	address, err := a.cfg.Proxies.Client(r)
	s.address = address
	if err != nil && !probe(r) {
		return err
	}
	if wait, ok := a.cfg.Limiter.Take("address "+limit.AddressKey(address), limit.EveryAddress()); !ok {
		return limit.TooMany(wait)
	}
	if !cleanText(r.URL.Path) {
		return fault.New(fault.NotFound, "", "there is no such path")
	}
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return fault.New(fault.Invalid, "bad-query", "the query cannot be read")
	}
	for name, values := range query {
		for _, v := range values {
			if !cleanText(name) || !cleanText(v) {
				return fault.New(fault.Invalid, "invalid", "the query holds NUL or is not UTF-8").
					With(fault.Field{Path: jsontext.SafeName(name), Code: "text"})
			}
		}
	}
	if a.origins.Check(r) != nil && !a.fromAnywhere(r) {
		return fault.New(fault.Denied, "cross-origin", "another site may not write here")
	}
	return nil
}

// fromAnywhere reports whether the operation lets other sites write.
func (a *API) fromAnywhere(r *http.Request) bool {
	_, pattern := a.mux.Handler(r)
	return pattern != "" && a.ops[a.byPattern[pattern]].CrossOrigin
}

// probe is a health check, which a load balancer sends from its own address
// without the headers it adds for clients.
func probe(r *http.Request) bool {
	return r.URL.Path == "/healthz" || r.URL.Path == "/readyz"
}

func cleanText(s string) bool { return utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 }

// dispatch finds the operation. What has none is a problem, not a page of text.
func (a *API) dispatch(w http.ResponseWriter, r *http.Request) {
	h, pattern := a.mux.Handler(r)
	if pattern != "" && r.URL.Path == wire.CleanPath(r.URL.Path) {
		a.mux.ServeHTTP(w, r)
		return
	}
	read := r.Method == http.MethodGet || r.Method == http.MethodHead
	if a.fallback != nil && read && !strings.HasPrefix(r.URL.Path, "/api/") {
		a.fallback.ServeHTTP(w, r)
		return
	}
	allow := ""
	if pattern == "" { // h is net/http's own answer
		allow = wire.Allowed(h, r)
	}
	if allow != "" {
		w.Header().Set("Allow", allow)
		p := &Problem{Status: http.StatusMethodNotAllowed, Code: "method-not-allowed", Detail: "this path has no such method", Request: stateOf(r.Context()).request}
		writeProblem(w, p.named())
		return
	}
	fail(w, r, fault.New(fault.NotFound, "", "there is no such path"))
}

// wrap puts what an operation states before its handler.
func (a *API) wrap(op Op, h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s := stateOf(r.Context())
		s.op = op.ID
		r, end := a.traced(op, r, s)
		defer end()
		if err := a.identify(op, r, s); err != nil {
			fail(w, r, err)
			return
		}
		if wait, ok := a.within(op, s); !ok {
			fail(w, r, limit.TooMany(wait))
			return
		}
		if op.MaxBody == NoBody {
			r.Body = http.NoBody
		} else {
			if r.ContentLength > op.MaxBody {
				fail(w, r, fault.New(fault.TooLarge, "", "the request body is too large"))
				return
			}
			r.Body = http.MaxBytesReader(w, r.Body, op.MaxBody)
		}
		if op.Time == Streaming {
			a.streams.Add(1)
			defer a.streams.Add(-1)
		} else {
			ctx, cancel := context.WithTimeout(r.Context(), op.time())
			defer cancel()
			r = r.WithContext(ctx)
			// A writer without deadlines is one in memory: a test, or the mutations endpoint.
			deadline := time.Now().Add(op.time())
			rc := http.NewResponseController(w)
			_ = rc.SetReadDeadline(deadline)
			_ = rc.SetWriteDeadline(deadline.Add(5 * time.Second))
		}
		if !op.Root {
			header := w.Header()
			header.Set("Cache-Control", "no-store")
			header.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
			header.Set("Cross-Origin-Resource-Policy", "same-origin")
		}
		if !op.Secret && !a.raw[op.ID] && !s.inner && wire.AcceptsGzip(r) {
			z := &wire.Compressed{ResponseWriter: w}
			defer z.Close()
			w = z
		}
		a.once(op, h, w, r)
	})
}

// traced begins the span of an operation. One from outside ends when it is
// logged; one in a batch is a part of that. Streams last, and what is at the
// root is no operation of the API: neither has one.
func (a *API) traced(op Op, r *http.Request, s *state) (_ *http.Request, end func()) {
	if a.cfg.Trace == nil || op.Root || op.Time == Streaming {
		return r, func() {}
	}
	attrs := []trace.Attr{trace.Word(trace.Method, op.Method), trace.Word(trace.Route, op.path()), trace.Word(trace.Request, s.request)}
	if s.inner {
		ctx, span := trace.Start(r.Context(), op.ID, trace.Internal, attrs...)
		return r.WithContext(ctx), func() { span.End(s.cause) }
	}
	ctx, span := trace.Begin(r.Context(), a.cfg.Trace, op.ID, trace.Server, attrs...)
	s.span = span
	return r.WithContext(ctx), func() {}
}

// identify finds the caller where the operation wants one.
func (a *API) identify(op Op, r *http.Request, s *state) error {
	if op.Who == Anyone {
		s.caller, s.signedIn = Caller{}, false
		return nil
	}
	if !s.inner { // else the batch has the caller already
		c, ok, err := a.cfg.Authenticate(r)
		if err != nil {
			return err
		}
		s.caller, s.signedIn = c, ok
	}
	switch token := s.signedIn && s.caller.Reach.Token != ""; {
	case op.Who == SignedIn && !s.signedIn:
		return errUnauthenticated()
	case !token:
	case op.Who == Maybe: // where people sign in, a program is nobody
		s.caller, s.signedIn = Caller{}, false
	case !op.takesTokens():
		return fault.New(fault.Denied, "not-for-tokens", "an API token may not do this")
	case s.caller.Reach.Reads && op.Write() && op.ID != batchID:
		return fault.New(fault.Denied, "token-reads-only", "this API token reads only")
	}
	return nil
}

// within takes from the bucket of the operation's class.
func (a *API) within(op Op, s *state) (time.Duration, bool) {
	if op.Rate == Open {
		return 0, true
	}
	caller, address := op.Rate.limits()
	if s.signedIn {
		return a.cfg.Limiter.Take(fmt.Sprintf("%d %s", op.Rate, s.caller.Account), caller)
	}
	return a.cfg.Limiter.Take(fmt.Sprintf("%d %s", op.Rate, limit.AddressKey(s.address)), address)
}

// rescue turns a panic into a problem.
func (a *API) rescue(w *wire.Reply, r *http.Request) {
	v := recover()
	if v == nil {
		return
	}
	if err, ok := v.(error); ok && errors.Is(err, http.ErrAbortHandler) {
		panic(v)
	}
	if r.Context().Err() != nil && w.Begun() {
		return // the client has gone while it was answered
	}
	err, ok := v.(error)
	if !ok {
		err = fmt.Errorf("%v", v)
	}
	stack := make([]byte, 8<<10)
	stack = stack[:runtime.Stack(stack, false)]
	a.cfg.Log.ErrorContext(r.Context(), "panic", "request", stateOf(r.Context()).request,
		"op", stateOf(r.Context()).op, "cause", wire.Redact(err.Error()), "stack", string(stack))
	fail(w, r, fault.New(fault.Other, "", "something went wrong").Because(errors.New("panic")))
}

// log writes the one line of a request: no path, address or value.
func (a *API) log(r *http.Request, w *wire.Reply, begun time.Time) {
	s, took := stateOf(r.Context()), time.Since(begun)
	a.line(r.Context(), s, r.Method, w, took)
	if s.span != nil {
		s.span.Set(trace.Number(trace.Status, w.Status))
		s.span.End(s.cause)
	}
	if a.cfg.Observe != nil {
		a.cfg.Observe(Observed{s.op, wire.KnownMethod(r.Method), w.Status, took, a.ops[s.op].Time == Streaming})
	}
}

func (a *API) line(ctx context.Context, s *state, method string, w *wire.Reply, took time.Duration) {
	level := slog.LevelInfo
	attrs := []any{"request", s.request, "op", s.op, "method", wire.KnownMethod(method), "status", w.Status,
		"ms", took.Milliseconds(), "bytes", w.Bytes}
	if s.cause != nil {
		attrs = append(attrs, "code", fault.CodeOf(s.cause))
	}
	if w.Status >= 500 && !errors.Is(s.cause, context.Canceled) {
		level = slog.LevelError
		if s.cause != nil {
			attrs = append(attrs, "cause", wire.Redact(s.cause.Error()))
		}
	}
	a.cfg.Log.Log(ctx, level, "request", attrs...)
}

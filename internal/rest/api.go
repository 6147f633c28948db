package rest

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"plumbline/internal/clock"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/mutation"
	"plumbline/internal/rest/jsontext"
	"plumbline/internal/rest/limit"
	"plumbline/internal/rest/wire"
	"plumbline/internal/trace"
)

// Config is what an API needs.
type Config struct {
	Title, Version string
	Cookie         string // name of the session cookie, for the document

	// Authenticate tells who a request comes from: false for nobody. It is asked
	// once a request, and not at all where anyone may call.
	Authenticate func(*http.Request) (Caller, bool, error)

	Clock     clock.Clock
	Log       *slog.Logger
	Limiter   limit.Limiter  // nil: 50,000 buckets in memory
	Proxies   wire.Proxies   // nil: clients reach this server themselves
	Origins   []string       // scheme://host of other origins that may write, rarely any
	Mutations *mutation.Book // nil: Mutation-Id is ignored
	Observe   func(Observed) // is told of each request from outside when it has ended
	Trace     trace.Tracer   // nil: none
}

// Observed is a request that has ended. Op is empty where there was none.
type Observed struct {
	Op, Method string
	Status     int
	Took       time.Duration
	Stream     bool // it lasts as long as somebody listens
}

// API is a set of operations and the server of them.
type API struct {
	cfg       Config
	mux       *http.ServeMux
	huma      huma.API
	ops       map[string]Op
	raw       map[string]bool
	byPattern map[string]string // operation by pattern of the mux
	origins   *http.CrossOriginProtection
	fallback  http.Handler
	filler    jsontext.Filler
	document  []byte // of OpenAPI; made when the handler is

	over     chan struct{} // closed by Drain
	overOnce sync.Once
	streams  atomic.Int64
}

// Drain tells every event stream, and those that open from now on, to come back
// elsewhere. Other requests go on.
func (a *API) Drain() { a.overOnce.Do(func() { close(a.over) }) }

// Streams is how many requests that last are open.
func (a *API) Streams() int64 { return a.streams.Load() }

// Proxies may speak for clients: see wire.Proxies.
type Proxies = wire.Proxies

// ParseProxies reads behind_proxy: see wire.ParseProxies.
func ParseProxies(in []string) (Proxies, error) { return wire.ParseProxies(in) }

// ListenOn decides where the server may listen: see wire.ListenOn.
func ListenOn(addr string, certificate bool, p Proxies) (network, address string, err error) {
	return wire.ListenOn(addr, certificate, p)
}

// New makes an API that has two operations: the document of them all, and the
// one that takes many writes at once.
func New(cfg Config) *API {
	if cfg.Clock == nil {
		cfg.Clock = clock.System{}
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Limiter == nil {
		cfg.Limiter = limit.NewBuckets(cfg.Clock, 50_000)
	}
	if cfg.Authenticate == nil {
		cfg.Authenticate = func(*http.Request) (Caller, bool, error) { return Caller{}, false, nil }
	}
	if cfg.Cookie == "" {
		cfg.Cookie = "session"
	}
	a := &API{cfg: cfg, mux: http.NewServeMux(), ops: map[string]Op{}, raw: map[string]bool{}, byPattern: map[string]string{}, over: make(chan struct{}),
		origins: http.NewCrossOriginProtection()}
	for _, o := range cfg.Origins {
		if err := a.origins.AddTrustedOrigin(o); err != nil {
			panic("rest: Origins: want scheme://host[:port]")
		}
	}
	a.huma = newHuma(a)
	Raw(a, Op{
		ID: "openapi", Method: http.MethodGet, Path: "/api/openapi.json", Root: true, Tag: "System",
		Summary: "The description of this API", Description: "OpenAPI 3.1.",
		Who: Anyone, Rate: Open, Gives: []string{"application/openapi+json"},
	}, func(w http.ResponseWriter, r *http.Request) error {
		w.Header().Set("Content-Type", "application/openapi+json")
		w.Header().Set("Cache-Control", "no-cache")
		_, _ = w.Write(a.OpenAPI())
		return nil
	})
	a.handleBatch()
	return a
}

// list takes up an operation. Two of one ID are a mistake of the program.
func (a *API) list(op Op, raw bool) Op {
	op = op.check()
	if _, taken := a.ops[op.ID]; taken {
		panic(fmt.Sprintf("rest: operation %q is registered twice", op.ID))
	}
	a.ops[op.ID], a.raw[op.ID] = op, raw
	return op
}

// route is the only way into the mux.
func (a *API) route(opID string, h http.Handler) {
	op := a.ops[opID]
	a.byPattern[op.Pattern()] = opID
	a.mux.Handle(op.Pattern(), a.wrap(op, h))
}

// Raw registers an operation that reads and writes HTTP itself. An error it
// returns becomes a problem if nothing was written yet.
func Raw(a *API, op Op, fn func(w http.ResponseWriter, r *http.Request) error) {
	if op.Status == 0 {
		op.Status = http.StatusNoContent
		if len(op.Gives) > 0 {
			op.Status = http.StatusOK
		}
	}
	op = a.list(op, true)
	a.describe(op)
	a.route(op.ID, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := fn(w, r); err != nil {
			fail(w, r, err)
		}
	}))
}

// Fallback registers what answers a GET of a path that no operation has, for
// the web app. Paths below /api/ stay unknown.
func (a *API) Fallback(op Op, h http.Handler) {
	op = a.list(op, true)
	a.fallback = a.wrap(op, h)
}

// PathID reads an id from the path of a raw operation: what is none is not
// there.
func PathID[T ~string](r *http.Request, name string) (T, error) {
	v := T(r.PathValue(name))
	if !id.Valid(v) {
		return "", fault.New(fault.NotFound, "", "there is no such thing")
	}
	return v, nil
}

// Operations lists all operations by ID.
func (a *API) Operations() []Op {
	out := make([]Op, 0, len(a.ops))
	for _, op := range a.ops {
		out = append(out, op)
	}
	slices.SortFunc(out, func(x, y Op) int { return strings.Compare(x.ID, y.ID) })
	return out
}

// Routes lists the patterns that the mux really holds, whichever way they came
// in: see wire.Patterns.
func (a *API) Routes() []string { return wire.Patterns(a.mux) }

// OpenAPI is the document of all operations.
func (a *API) OpenAPI() []byte {
	if a.document != nil {
		return a.document
	}
	b, err := json.Marshal(a.huma.OpenAPI())
	if err != nil {
		panic("rest: the document cannot be written: " + err.Error())
	}
	return b
}

// describe documents a raw operation.
func (a *API) describe(op Op) {
	o := &huma.Operation{
		OperationID: op.ID, Method: op.Method, Path: op.path(), Summary: op.Summary, Description: op.Description,
		Tags: op.tags(), Security: op.security(), Responses: map[string]*huma.Response{},
	}
	text := &huma.Schema{Type: huma.TypeString}
	for seg := range strings.SplitSeq(op.path(), "/") {
		if strings.HasPrefix(seg, "{") {
			name := strings.TrimSuffix(strings.Trim(seg, "{}"), "...")
			o.Parameters = append(o.Parameters, &huma.Param{Name: name, In: "path", Required: true, Schema: text})
		}
	}
	o.Path = strings.ReplaceAll(o.Path, "...}", "}")
	for _, name := range op.Query {
		o.Parameters = append(o.Parameters, &huma.Param{Name: name, In: "query", Schema: text})
	}
	bytes := func(types []string) map[string]*huma.MediaType {
		m := map[string]*huma.MediaType{}
		for _, t := range types {
			m[t] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}
		}
		return m
	}
	if len(op.Takes) > 0 {
		o.RequestBody = &huma.RequestBody{Required: true, Content: bytes(op.Takes)}
	}
	o.Responses[fmt.Sprint(op.Status)] = &huma.Response{Description: http.StatusText(op.Status), Content: bytes(op.Gives)}
	o.Responses["default"] = &huma.Response{Description: "Error", Content: map[string]*huma.MediaType{
		"application/problem+json": {Schema: a.huma.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[Problem](), true, "")},
	}}
	a.huma.OpenAPI().AddOperation(o)
}

// Server is an http.Server for the handler with time-outs: operations set their
// own for body and answer. The caller gives it a listener.
func (a *API) Server() *http.Server {
	return &http.Server{
		Handler:           a.Handler(),
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       60 * time.Second,
		WriteTimeout:      90 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    32 << 10,
		ErrorLog:          slog.NewLogLogger(quiet{a.cfg.Log.Handler()}, slog.LevelDebug),
	}
}

// quiet keeps net/http's own lines, which name addresses, out of the log.
type quiet struct{ slog.Handler }

func (q quiet) Enabled(context.Context, slog.Level) bool  { return false }
func (q quiet) Handle(context.Context, slog.Record) error { return nil }

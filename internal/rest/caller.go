package rest

import (
	"context"
	"net/netip"

	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/mutation"
	"plumbline/internal/trace"
)

// Caller is who an authenticated request comes from.
type Caller struct {
	Account id.Account
	Session id.Session
	Via     string // how: session, token or link
	Reach   id.Reach
}

// CallerOf is the caller of the request that ctx belongs to, if there is one.
func CallerOf(ctx context.Context) (Caller, bool) {
	s := stateOf(ctx)
	return s.caller, s.signedIn
}

// MustCaller is the caller, or the fault that a stranger gets.
func MustCaller(ctx context.Context) (Caller, error) {
	if c, ok := CallerOf(ctx); ok {
		return c, nil
	}
	return Caller{}, errUnauthenticated()
}

func errUnauthenticated() error {
	return fault.New(fault.Unauthenticated, "unauthenticated", "sign in first")
}

// AddressOf is the client's address, for limits that an operation keeps by
// itself. It is not to be stored or logged. It is the zero address when the
// socket has none.
func AddressOf(ctx context.Context) netip.Addr { return stateOf(ctx).address }

// RequestOf is the id of the request, for the log.
func RequestOf(ctx context.Context) string { return stateOf(ctx).request }

type stateKey struct{}

// state is what is known of one request while it is served. One goroutine
// owns it.
type state struct {
	request  string
	op       string
	address  netip.Addr
	caller   Caller
	signedIn bool
	inner    bool            // dispatched by the mutations endpoint
	cause    error           // for the log
	result   mutation.Result // of a write that has a name
	over     <-chan struct{} // closed when the server is about to stop
	span     trace.Span      // of a request from outside; nil: none
}

func withState(ctx context.Context, s *state) context.Context {
	return context.WithValue(ctx, stateKey{}, s)
}

// stateOf never gives nil: outside a request it gives a state that nobody reads.
func stateOf(ctx context.Context) *state {
	if s, ok := ctx.Value(stateKey{}).(*state); ok {
		return s
	}
	return &state{}
}

// note keeps the first cause for the log.
func (s *state) note(err error) {
	if s.cause == nil {
		s.cause = err
	}
}

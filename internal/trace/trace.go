// Package trace is how the platform says what takes how long: a request, a job,
// a transaction, a statement, a call to another machine. Without a tracer in
// the context it costs a look and says nothing.
//
// Names are words of the program, and so are attributes: their keys are the
// constants below, each declared. Nothing here is given a path as it was asked
// for, a query, an id of a person or a text that somebody wrote.
package trace

import "context"

// Key is what an attribute is about, in OpenTelemetry's words where it has one.
type Key string

// The keys. Each is declared in app/declared.
const (
	Method  Key = "http.request.method"
	Route   Key = "http.route" // the pattern: its values stay out
	Status  Key = "http.response.status_code"
	Request Key = "plumbline.request" // the random id that the log has too
	Error   Key = "error.type"        // a fault's code
	System  Key = "db.system.name"
	Verb    Key = "db.operation.name"
	Table   Key = "db.collection.name"
	Attempt Key = "plumbline.attempt"
	Host    Key = "server.address" // of a recipient that the configuration names
)

// Keys lists them all.
func Keys() []Key {
	return []Key{Method, Route, Status, Request, Error, System, Verb, Table, Attempt, Host}
}

// Attr is an attribute: a word or a number.
type Attr struct {
	Key    Key
	Word   string
	Number int64
}

// Word is an attribute that is a word of the program.
func Word(k Key, v string) Attr { return Attr{Key: k, Word: v} }

// Number is an attribute that is a number.
func Number(k Key, v int) Attr { return Attr{Key: k, Number: int64(v)} }

// Kind is what a span is to others.
type Kind uint8

// The kinds, in OpenTelemetry's order.
const (
	Internal Kind = iota + 1
	Server        // answers a request
	Client        // asks somebody
	_
	Consumer // does what was put in a queue
)

// Span is something that takes time.
type Span interface {
	Set(attrs ...Attr)
	End(err error) // only a fault's code is told
}

// Tracer begins spans.
type Tracer interface {
	Start(ctx context.Context, name string, kind Kind, attrs ...Attr) (context.Context, Span)
}

type key struct{}

// Begin starts what nothing stands above: a request or a job. What happens
// under its context is part of it. A nil tracer traces nothing.
func Begin(ctx context.Context, t Tracer, name string, kind Kind, attrs ...Attr) (context.Context, Span) {
	if t == nil {
		return ctx, none{}
	}
	return t.Start(context.WithValue(ctx, key{}, t), name, kind, attrs...)
}

// On reports whether anything is traced here.
func On(ctx context.Context) bool { return ctx.Value(key{}) != nil }

// Start starts a part of what ctx belongs to.
func Start(ctx context.Context, name string, kind Kind, attrs ...Attr) (context.Context, Span) {
	t, ok := ctx.Value(key{}).(Tracer)
	if !ok {
		return ctx, none{}
	}
	return t.Start(ctx, name, kind, attrs...)
}

type none struct{}

func (none) Set(...Attr) {}
func (none) End(error)   {}

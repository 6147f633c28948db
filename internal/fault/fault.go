// Package fault is the one error type of Plumbline: a kind, a code and a
// message that are safe to show, the operation that failed, and the cause,
// which is not.
//
// A fault knows neither HTTP nor SQL. The platform turns a driver's error into
// a fault once (package db), and delivery turns a kind into a status once
// (package rest). Code is stable and is what clients and translations go by;
// Message is plain English for developers and logs. Neither may hold a value
// that a person typed, nor personal data.
package fault

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// Kind says what went wrong, as far as the caller is concerned.
type Kind uint8

// The kinds. Other is an error nobody foresaw: the outside learns nothing of it.
const (
	Other           Kind = iota
	Invalid              // the input breaks a rule; Fields says where
	Unauthenticated      // nobody is signed in
	Denied               // signed in, but may not
	NotFound             // not there, or not for this tenant: the two look alike
	Conflict             // the thing changed meanwhile, or exists already
	TooLarge             // over a size limit
	TooMany              // over a rate; RetryAfter says when to come back
	Unsupported          // a format that is not taken
	Unreadable           // a file that cannot be read: damaged, encrypted, hostile
	Unavailable          // a part is down or full; trying later can help
	Gone                 // was there, is no more: a cursor too old, a lapsed invitation
)

var kindNames = [...]string{"other", "invalid", "unauthenticated", "denied", "not-found", "conflict",
	"too-large", "too-many", "unsupported", "unreadable", "unavailable", "gone"}

func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "other"
}

// Field is one breach of a rule of the input. Path names the field as the API
// does (for example "title" or "in_charge.0"); Code is stable, such as
// "required" or "too-long". The value itself is never carried.
type Field struct {
	Path string `json:"path"`
	Code string `json:"code"`
}

// Error is a fault.
type Error struct {
	Kind       Kind
	Code       string // stable, kebab-case, such as "point-not-found"
	Message    string // safe to show
	Op         string // package.Function that failed, for the log
	Fields     []Field
	RetryAfter time.Duration
	Cause      error // never leaves the server
}

// New makes a fault. The code defaults to the kind's name.
func New(kind Kind, code, message string) *Error {
	if code == "" {
		code = kind.String()
	}
	return &Error{Kind: kind, Code: code, Message: message}
}

// Wrap names the operation that failed and keeps everything else that err
// says. It returns nil for nil.
func Wrap(op string, err error) error {
	if err == nil {
		return nil
	}
	if f, ok := errors.AsType[*Error](err); ok {
		c := *f
		c.Op, c.Cause = op, err
		return &c
	}
	return &Error{Kind: Other, Code: Other.String(), Message: "something went wrong", Op: op, Cause: err}
}

// Because keeps the cause of a fault, for the log alone.
func (e *Error) Because(cause error) *Error {
	c := *e
	c.Cause = cause
	return &c
}

// With adds breaches of rules.
func (e *Error) With(fields ...Field) *Error {
	c := *e
	c.Fields = append(slices.Clip(c.Fields), fields...)
	return &c
}

// InvalidFields is a fault of kind Invalid, or nil when no field is in breach.
func InvalidFields(fields []Field) error {
	if len(fields) == 0 {
		return nil
	}
	return New(Invalid, "invalid", "some fields are not right").With(fields...)
}

func (e *Error) Error() string {
	s := e.Message
	if e.Op != "" {
		s = e.Op + ": " + s
	}
	for _, f := range e.Fields {
		s += fmt.Sprintf(" (%s: %s)", f.Path, f.Code)
	}
	if e.Cause != nil {
		s += ": " + e.Cause.Error()
	}
	return s
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Cause }

// KindOf is the kind of err; Other if it is no fault.
func KindOf(err error) Kind {
	if f, ok := errors.AsType[*Error](err); ok {
		return f.Kind
	}
	return Other
}

// CodeOf is the stable code of err, or "" if it is no fault.
func CodeOf(err error) string {
	if f, ok := errors.AsType[*Error](err); ok {
		return f.Code
	}
	return ""
}

// Is reports whether err is a fault of kind k.
func Is(err error, k Kind) bool { return err != nil && KindOf(err) == k }

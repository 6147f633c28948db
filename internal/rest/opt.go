package rest

import (
	"bytes"
	"encoding/json"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"plumbline/internal/rest/jsontext"
)

// Opt is a property that may be left out, as those of an update are. T is a
// pointer where null has a meaning (clear it); elsewhere null is refused.
// Tag it `json:"name,omitempty"`.
type Opt[T any] struct {
	Given bool
	Value T
}

// Some is a property that is given.
func Some[T any](v T) Opt[T] { return Opt[T]{true, v} }

// UnmarshalJSON reads the value and notes that it was given.
func (o *Opt[T]) UnmarshalJSON(b []byte) error {
	if bytes.Equal(b, []byte("null")) && reflect.TypeFor[T]().Kind() != reflect.Pointer {
		return jsontext.Refuse("null", "")
	}
	o.Given = true
	return json.Unmarshal(b, &o.Value)
}

// MarshalJSON writes the value; tests build requests from the same types.
func (o Opt[T]) MarshalJSON() ([]byte, error) { return json.Marshal(o.Value) }

// IsZero lets `omitzero` leave out what is not given.
func (o Opt[T]) IsZero() bool { return !o.Given }

// Schema is T's.
func (o Opt[T]) Schema(r huma.Registry) *huma.Schema {
	return r.Schema(reflect.TypeFor[T](), true, "")
}

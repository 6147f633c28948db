// Package page is paging by keyset: a cursor holds the sort values of the last
// row shown, so a page costs the same wherever it stands, and rows that come
// or go meanwhile move nothing.
//
// A cursor is opaque text to the client: it is not signed, so the reader of a
// cursor must treat its values as untrusted input.
package page

import (
	"encoding/base64"
	"encoding/json"

	"plumbline/internal/fault"
)

// Limits of a page.
const (
	DefaultLimit = 100
	MaxLimit     = 500
)

// Cursor stands after the row whose sort values it holds: text, int64 (as
// json.Number) or bool.
type Cursor []any

// Page is one page of T. Next is empty on the last one.
type Page[T any] struct {
	Items []T
	Next  string
}

// Encode writes values as a cursor.
func Encode(values ...any) string {
	b, err := json.Marshal(values)
	if err != nil {
		panic("page: a sort value that JSON cannot hold: " + err.Error())
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// Decode reads a cursor of n values into dst pointers (*string, *int64 or
// *bool). Empty text leaves dst alone and reports false: the first page.
func Decode(s string, dst ...any) (bool, error) {
	if s == "" {
		return false, nil
	}
	bad := fault.New(fault.Invalid, "bad-cursor", "the page cursor is not one of ours")
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil || len(b) > 4096 {
		return false, bad
	}
	var raw []json.RawMessage
	if json.Unmarshal(b, &raw) != nil || len(raw) != len(dst) {
		return false, bad
	}
	for i := range raw {
		if string(raw[i]) == "null" || json.Unmarshal(raw[i], dst[i]) != nil { //nolint:gosec // as many of both, see above
			return false, bad
		}
	}
	return true, nil
}

// Limit is n within 1 and MaxLimit; DefaultLimit for zero and below.
func Limit(n int) int {
	if n <= 0 {
		return DefaultLimit
	}
	return min(n, MaxLimit)
}

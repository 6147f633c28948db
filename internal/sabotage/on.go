//go:build sabotage

package sabotage

import "sync/atomic"

var off atomic.Pointer[string]

// Off reports whether a mechanism is switched off.
func Off(mechanism string) bool {
	s := off.Load()
	return s != nil && *s == mechanism
}

// Switch takes one mechanism away; the empty name gives all back.
func Switch(mechanism string) { off.Store(&mechanism) }

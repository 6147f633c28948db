// Package pace says how long who failed to sign in waits before the next
// attempt, and what failures are counted by.
package pace

import (
	"crypto/hmac"
	"crypto/sha256"
	"net/netip"
	"time"
)

// What an attempt is counted by.
const (
	Email   = "email"
	Address = "address"
	Device  = "device"
	Account = "account"
	Reset   = "reset"
	Second  = "second"
)

// Longest is the Longest that anyone waits.
const Longest = 15 * time.Minute

// Delay is how long the next attempt waits after so many failures.
func Delay(kind string, failures int64) time.Duration {
	free := int64(4)
	if kind == Address { // an office, a site: many behind one address
		free = 20
	}
	over := failures - free
	switch {
	case over <= 0:
		return 0
	case over > 10:
		return Longest
	}
	return min(time.Second<<(over-1), Longest)
}

// Network is what an address counts as: itself, or the /64 of IPv6.
func Network(a netip.Addr) string {
	a = a.Unmap()
	if !a.IsValid() {
		return "none"
	}
	bits := 64
	if a.Is4() {
		bits = 32
	}
	p, _ := a.WithZone("").Prefix(bits)
	return p.String()
}

// Key is what failures are counted under: a hash, of which nothing can be read.
type Key struct {
	Kind string
	Hash []byte
}

// KeyOf hashes a value under a secret of the server.
func KeyOf(secret []byte, kind, value string) Key {
	h := hmac.New(sha256.New, secret)
	h.Write([]byte(kind + "\x00" + value))
	return Key{kind, h.Sum(nil)}
}

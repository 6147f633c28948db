package person

import "plumbline/internal/person/address"

// MaxEmail is the longest address, in bytes (RFC 5321).
const MaxEmail = address.Max

// ParseEmail reads an address as a person types it: see address.Parse.
func ParseEmail(s string) (string, bool) { return address.Parse(s) }

// NormalEmail is the one spelling in which addresses are compared.
func NormalEmail(s string) string { return address.Normal(s) }

package feed

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"hash"

	"plumbline/internal/fault"
)

const leafSize = sha256.Size

// leaf is SHA-256 over the salt, then the field, before and after, each with
// its length in four bytes before it; an absent value has the length 2³²−1 and
// nothing more.
func leaf(v value) []byte {
	h := sha256.New()
	h.Write(v.salt)
	put(h, &v.name)
	put(h, v.before)
	put(h, v.after)
	return h.Sum(nil)
}

func put(h hash.Hash, s *string) {
	var n [4]byte
	if s == nil {
		binary.BigEndian.PutUint32(n[:], 1<<32-1)
		h.Write(n[:])
		return
	}
	binary.BigEndian.PutUint32(n[:], uint32(len(*s))) //nolint:gosec // a field is far below 4 GiB
	h.Write(n[:])
	h.Write([]byte(*s))
}

func commitment(leaves []byte) []byte {
	sum := sha256.Sum256(leaves)
	return sum[:]
}

// Verify checks an entry against its commitment: its leaves are those that
// were committed to, and every value still there is one of them, in order.
// Erased and redacted values do not hinder it.
func (e Entry) Verify() error {
	broken := fault.New(fault.Other, "log-broken", "an entry of the log does not match its commitment")
	if len(e.leaves)%leafSize != 0 || !bytes.Equal(commitment(e.leaves), e.commitment) {
		return broken
	}
	rest := e.leaves
	for _, f := range e.Fields {
		if len(f.salt) == 0 { // redacted
			continue
		}
		want := leaf(value{name: f.Name, before: raw(f.Before), after: raw(f.After), salt: f.salt})
		for {
			if len(rest) == 0 {
				return broken
			}
			next := rest[:leafSize]
			rest = rest[leafSize:]
			if bytes.Equal(next, want) {
				break
			}
		}
	}
	return nil
}

func raw(b []byte) *string {
	if b == nil {
		return nil
	}
	s := string(b)
	return &s
}

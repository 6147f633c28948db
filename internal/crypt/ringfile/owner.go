package ringfile

import (
	"crypto/rand"
	"encoding/hex"

	"plumbline/internal/id"
)

// Kind is what a key belongs to.
type Kind uint8

// The kinds. Their numbers are stored.
const (
	KindAccount Kind = 1
	KindPerson  Kind = 2
	KindOrg     Kind = 3
	KindBucket  Kind = 4 // a retention bucket: what falls due together
)

var kindNames = [...]string{"", "account", "person", "org", "bucket"}

func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return ""
}

// Valid reports whether the kind is one of the above.
func (k Kind) Valid() bool { return k >= KindAccount && k <= KindBucket }

// ParseKind reads what String gives.
func ParseKind(s string) (Kind, bool) {
	for k := KindAccount; k <= KindBucket; k++ {
		if kindNames[k] == s {
			return k, true
		}
	}
	return 0, false
}

// Owner is whom a key belongs to. ID is an identifier (for a bucket, any name
// of up to 128 of the characters A-Z a-z 0-9 . _ : / -), never personal data:
// it stands in plain text among the tombstones.
type Owner struct {
	Kind Kind
	ID   string
}

const maxOwnerID = 128

// Valid reports whether the kind is known and the id is of the allowed characters.
func (o Owner) Valid() bool {
	if !o.Kind.Valid() || o.ID == "" || len(o.ID) > maxOwnerID {
		return false
	}
	for i := range len(o.ID) {
		switch c := o.ID[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9':
		case c == '.', c == '_', c == ':', c == '/', c == '-':
		default:
			return false
		}
	}
	return true
}

// KeyID names a key in 16 bytes.
type KeyID [16]byte

// NewKeyID makes the name of a key.
func NewKeyID() KeyID {
	k, _ := packUUID(string(id.New[id.Key]()))
	return k
}

// Text is the name as an identifier.
func (k KeyID) Text() id.Key { return id.Key(unpackUUID(k)) }

// packUUID is the 16 bytes of a UUID in its one spelling.
func packUUID(s string) (b [16]byte, ok bool) {
	if len(s) != 36 {
		return b, false
	}
	var h [32]byte
	n := 0
	for i := range 36 {
		switch c := s[i]; {
		case i == 8 || i == 13 || i == 18 || i == 23:
			if c != '-' {
				return b, false
			}
		case c >= '0' && c <= '9', c >= 'a' && c <= 'f':
			h[n] = c
			n++
		default:
			return b, false
		}
	}
	_, err := hex.Decode(b[:], h[:])
	return b, err == nil
}

func unpackUUID(u [16]byte) string { return string(appendUUID(make([]byte, 0, 36), u)) }

func appendUUID(b []byte, u [16]byte) []byte {
	for i, cut := range [...][2]int{{0, 4}, {4, 6}, {6, 8}, {8, 10}, {10, 16}} {
		if i > 0 {
			b = append(b, '-')
		}
		b = hex.AppendEncode(b, u[cut[0]:cut[1]])
	}
	return b
}

const keySize = 32

// Key is a secret.
type Key [keySize]byte

// NewKey makes a secret.
func NewKey() (k Key) {
	_, _ = rand.Read(k[:]) // never fails: crypto/rand aborts the program instead
	return k
}

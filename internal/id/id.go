// Package id makes and checks the identifiers of everything Plumbline stores.
//
// An identifier is a UUID version 7 (RFC 9562): 36 lower-case characters that
// sort by the time they were made. Whoever creates a thing makes its id, a
// client included, so creating twice is harmless. Each noun has its own string
// type, so that one cannot be passed for another; all of them scan, marshal
// and compare as plain text.
package id

import (
	"crypto/rand"
	"encoding/hex"
	"sync"
	"time"
)

// One type per noun.
type (
	Account      string // a login, the operator's
	Org          string // an organisation: the tenant
	Person       string // a record in one organisation's address book
	Company      string // a company in one organisation's address book
	Invite       string
	Session      string
	Project      string
	Role         string // a function on a project that points can be given to
	Location     string
	Category     string
	Status       string
	List         string
	Drawing      string
	Revision     string
	Sheet        string
	Point        string
	Photo        string
	Comment      string
	Report       string
	Mark         string // what is laid onto a sheet: a room, a scale, a link
	View         string // a saved view of the list of points
	Job          string
	Mail         string
	Mutation     string
	Grant        string // for support: one of the staff may look into an organisation
	Request      string // about one's own data, of one human
	Case         string // what one controller has to do about a request
	Breach       string
	Key          string // a key of the ring
	Consent      string // a record of what someone said about a purpose
	Restriction  string // of the processing of someone's data
	ChildReport  string
	Token        string // of a program that acts for an account
	IdentityLink string // what ties an account to a sign-in provider
	Factor       string // a second proof of who an account holder is
	PolicyNotice string // that a version of the policy is coming, to one account
	Programme    string
	Activity     string
	Progress     string // what somebody reported of an activity
	Baseline     string // dates of a programme as they once were
	Import       string // a file that was read for a programme
	Constraint   string // what has to be out of the way before an activity begins
)

var (
	mu   sync.Mutex
	last uint64 // millisecond << 12 | sequence of the last id made
)

// New makes an identifier. Ids made by one process sort in the order they
// were made: within a millisecond the 12 bits after the time count up.
func New[T ~string]() T {
	var u [16]byte
	if _, err := rand.Read(u[:]); err != nil {
		panic("id: no randomness: " + err.Error()) // crypto/rand never fails on a supported system
	}
	now := uint64(time.Now().UnixMilli()) << 12
	mu.Lock()
	if now <= last {
		now = last + 1
	}
	last = now
	mu.Unlock()
	ms, seq := now>>12, now&0xfff
	for i := range 6 {
		u[i] = byte(ms >> (40 - 8*i))
	}
	u[6] = 0x70 | byte(seq>>8)
	u[7] = byte(seq)
	u[8] = 0x80 | u[8]&0x3f
	var b [36]byte
	hex.Encode(b[0:8], u[0:4])
	hex.Encode(b[9:13], u[4:6])
	hex.Encode(b[14:18], u[6:8])
	hex.Encode(b[19:23], u[8:10])
	hex.Encode(b[24:36], u[10:16])
	b[8], b[13], b[18], b[23] = '-', '-', '-', '-'
	return T(b[:])
}

// Valid reports whether s is an identifier in its one spelling: a lower-case
// UUID, of version 7.
func Valid[T ~string](s T) bool {
	if len(s) != 36 || s[14] != '7' {
		return false
	}
	switch s[19] {
	case '8', '9', 'a', 'b':
	default:
		return false
	}
	for i := range 36 {
		c := s[i]
		switch i {
		case 8, 13, 18, 23:
			if c != '-' {
				return false
			}
		default:
			if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
				return false
			}
		}
	}
	return true
}

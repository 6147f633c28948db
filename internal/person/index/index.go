// Package index finds accounts by their address, in memory. Its keys are hashes
// under a secret of this process, so that not even a picture of the memory is a
// list of addresses. Nothing of it is stored.
package index

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"sync"

	"plumbline/internal/id"
	"plumbline/internal/person/address"
)

// Key is an address as the index knows it.
type Key [32]byte

// Index is one. Number and epoch say how far it has read.
type Index struct {
	secret [32]byte

	mu            sync.Mutex
	number, epoch int64
	byEmail       map[Key]id.Account
	emailOf       map[id.Account]Key
}

// New makes an empty index.
func New() *Index {
	x := &Index{byEmail: map[Key]id.Account{}, emailOf: map[id.Account]Key{}}
	if _, err := rand.Read(x.secret[:]); err != nil {
		panic("index: no randomness: " + err.Error())
	}
	return x
}

// Key is that of an address, however it is spelt.
func (x *Index) Key(email string) (k Key) {
	h := hmac.New(sha256.New, x.secret[:])
	h.Write([]byte(address.Normal(email)))
	h.Sum(k[:0])
	return k
}

// Find is the account of an address.
func (x *Index) Find(k Key) (id.Account, bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	a, ok := x.byEmail[k]
	return a, ok
}

// CatchUp brings the index up to a number. read puts the accounts after one; in
// another epoch an account is gone, and what is left of it goes too.
func (x *Index) CatchUp(upTo, epoch int64, read func(after int64, put func(a id.Account, email string)) error) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.epoch == epoch && x.number >= upTo {
		return nil
	}
	after := x.number
	if x.epoch != epoch {
		after = 0
		clear(x.byEmail)
		clear(x.emailOf)
	}
	err := read(after, func(a id.Account, email string) {
		k := x.Key(email)
		if old, ok := x.emailOf[a]; ok && x.byEmail[old] == a {
			delete(x.byEmail, old)
		}
		x.byEmail[k], x.emailOf[a] = a, k
	})
	if err != nil {
		x.number, x.epoch = 0, -1
		return err
	}
	x.number, x.epoch = upTo, epoch
	return nil
}

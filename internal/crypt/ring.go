package crypt

import (
	"context"
	"encoding/binary"
	"sync"
	"time"

	"plumbline/internal/clock"
	"plumbline/internal/crypt/ringdisk"
	"plumbline/internal/crypt/ringfile"
	"plumbline/internal/fault"
	"plumbline/internal/id"
)

// Locker takes a lock that one writer holds at a time, over all processes that
// share the ring, and gives what releases it. A database lock must live on its
// own connection: keys are made while no transaction waits for them.
type Locker func(ctx context.Context) (release func(), err error)

// Config says where the ring is.
type Config struct {
	Places        []string // directories, one or more, each holding the whole ring
	RootKeyFile   string   // outside the places, the data and their backups
	RootKeyCopies []string // further copies, under the same conditions
	Create        bool     // make a new ring where there is neither root nor place: only while there is no data yet
	Clock         clock.Clock
	Lock          Locker // beside the file lock in the first place; may be nil
}

// Ring is an open key ring. It is safe for concurrent use, and several
// processes may have the same ring open.
type Ring struct {
	cfg    Config
	disk   ringdisk.Disk
	write  chan struct{} // holds a token while the state is being changed
	closed bool          // under the token

	mu sync.RWMutex
	st *state
}

// Open opens the ring, repairs damaged places from healthy ones, finishes what
// a crash cut short and replays the tombstones.
func Open(ctx context.Context, cfg Config) (*Ring, error) {
	return open(ctx, cfg, ringdisk.OS{})
}

func open(ctx context.Context, cfg Config, d ringdisk.Disk) (*Ring, error) {
	const op = "crypt.Open"
	if len(cfg.Places) == 0 || cfg.RootKeyFile == "" {
		return nil, fault.New(fault.Invalid, "ring-config", "the key ring needs a place and a root key file")
	}
	if cfg.Clock == nil {
		cfg.Clock = clock.System{}
	}
	if err := cfg.checkApart(); err != nil {
		return nil, fault.Wrap(op, err)
	}
	r := &Ring{cfg: cfg, disk: d, write: make(chan struct{}, 1)}
	for _, p := range cfg.Places {
		_ = d.Mkdir(p) // a place that cannot be had shows when it is read
	}
	unlock, err := r.lock(ctx)
	if err != nil {
		return nil, fault.Wrap(op, err)
	}
	defer unlock()
	if err := r.start(); err != nil {
		return nil, fault.Wrap(op, err)
	}
	return r, nil
}

// Close forgets the keys. The ring is of no use after it.
func (r *Ring) Close() {
	r.write <- struct{}{}
	defer func() { <-r.write }()
	r.closed = true
	r.mu.Lock()
	defer r.mu.Unlock()
	r.st.forget()
	r.st = newState(r.st.root)
}

// Has reports whether the ring knows a living key of the owner. It looks at no
// file; false does not mean erased.
func (r *Ring) Has(o Owner) bool {
	r.mu.RLock()
	defer r.mu.RUnlock()
	_, ok := r.st.newest[o]
	return ok && !r.st.erased[o]
}

// Erased reports whether the owner's key was erased.
func (r *Ring) Erased(o Owner) bool {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.st.erased[o]
}

// Tombstones gives what was erased, oldest first.
func (r *Ring) Tombstones() []Tombstone {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return append([]Tombstone(nil), r.st.tombs...)
}

// Counter grows with every change of the ring, in all processes alike.
func (r *Ring) Counter() uint64 {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.st.counter
}

// A sealed value is: version 1, epoch (32 bits), key id (16 bytes), nonce (24
// bytes), then the sealed text with its tag.
const (
	sealedVersion = 1
	sealedHead    = 1 + 4 + 16

	// Overhead is how much longer a sealed value is than the plain one.
	Overhead = sealedHead + ringfile.Overhead
)

func gone() error {
	return fault.New(fault.Gone, "key-erased", "the key of this was erased")
}

func missing() error {
	return fault.New(fault.Unavailable, "key-missing", "the key of this is not in the key ring")
}

// Seal seals plaintext under the owner's newest key. It fails with Gone when
// the owner was erased, and with Unavailable "key-missing" when the ring has no
// key of the owner, not even after a look at the files.
func (r *Ring) Seal(ctx context.Context, b Bind, plaintext []byte) ([]byte, error) {
	e, err := r.find(ctx, b.Owner, nil)
	if err != nil {
		return nil, fault.Wrap("crypt.Seal", err)
	}
	out := make([]byte, 0, Overhead+len(plaintext))
	out = append(out, sealedVersion)
	out = binary.BigEndian.AppendUint32(out, e.Epoch)
	out = append(out, e.ID[:]...)
	return ringfile.SealAppend(out, &e.Key, b.context(e.ID, e.Epoch), plaintext), nil
}

// Open opens what Seal gave for the same Bind. It fails with Gone when the
// owner was erased, with Unreadable when the value is damaged or stood
// elsewhere, and with Unavailable when the key is missing.
func (r *Ring) Open(b Bind, sealed []byte) ([]byte, error) {
	const op = "crypt.Open"
	bad := fault.New(fault.Unreadable, "sealed-damaged", "a sealed value is damaged or not in its place")
	if len(sealed) < Overhead || sealed[0] != sealedVersion {
		return nil, fault.Wrap(op, bad)
	}
	epoch := binary.BigEndian.Uint32(sealed[1:])
	kid := ringfile.KeyID(sealed[5:])
	ctx, cancel := context.WithTimeout(context.Background(), refreshLimit)
	defer cancel()
	e, err := r.find(ctx, b.Owner, &kid)
	if err != nil {
		return nil, fault.Wrap(op, err)
	}
	plain, err := ringfile.Unseal(&e.Key, b.context(kid, epoch), sealed[sealedHead:])
	if err != nil || e.Epoch != epoch {
		return nil, fault.Wrap(op, bad)
	}
	return plain, nil
}

// refreshLimit bounds how long opening waits to see the files anew.
const refreshLimit = 10 * time.Second

// find gives the owner's key of that id, the newest one when want is nil. What
// this process does not know, another may have made: it looks once.
func (r *Ring) find(ctx context.Context, o Owner, want *ringfile.KeyID) (ringfile.Entry, error) {
	for again := false; ; again = true {
		e, known, err := r.look(o, want)
		if err != nil || known {
			return e, err
		}
		if again {
			return ringfile.Entry{}, missing()
		}
		if _, err := r.Refresh(ctx); err != nil {
			return ringfile.Entry{}, err
		}
	}
}

func (r *Ring) look(o Owner, want *ringfile.KeyID) (ringfile.Entry, bool, error) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if r.st.erased[o] {
		return ringfile.Entry{}, false, gone()
	}
	if want == nil {
		e, ok := r.st.last(o)
		return e, ok, nil
	}
	e, ok := r.st.byID(o, *want)
	return e, ok, nil
}

// OrgKeys seals the keys of files under organisations' keys. It is what a blob
// store takes.
type OrgKeys struct {
	Ring   *Ring
	Table  string
	Column string
}

// SealKey seals a file's key; name is the file's.
func (k OrgKeys) SealKey(ctx context.Context, org id.Org, name string, plain []byte) ([]byte, error) {
	return k.Ring.Seal(ctx, k.bind(org, name), plain)
}

// OpenKey opens what SealKey gave for the same organisation and name.
func (k OrgKeys) OpenKey(_ context.Context, org id.Org, name string, sealed []byte) ([]byte, error) {
	return k.Ring.Open(k.bind(org, name), sealed)
}

func (k OrgKeys) bind(org id.Org, name string) Bind {
	return Bind{Owner: OrgOwner(org), Org: org, Table: k.Table, Column: k.Column, Row: name}
}

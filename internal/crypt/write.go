package crypt

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"time"

	"plumbline/internal/crypt/ringdisk"
	"plumbline/internal/crypt/ringfile"
	"plumbline/internal/fault"
)

const lockRetry = 2 * time.Millisecond

// begin waits for the right to change the state in this process.
func (r *Ring) begin(ctx context.Context) error {
	select {
	case r.write <- struct{}{}:
		if r.closed {
			<-r.write
			return fault.New(fault.Unavailable, "ring-closed", "the key ring is closed")
		}
		return nil
	case <-ctx.Done():
		return busy(ctx.Err())
	}
}

func busy(cause error) error {
	return fault.New(fault.Unavailable, "ring-busy", "the key ring is being written").Because(cause)
}

// lock waits until this process alone writes the ring.
func (r *Ring) lock(ctx context.Context) (func(), error) {
	if err := r.begin(ctx); err != nil {
		return nil, err
	}
	undo := []func(){func() { <-r.write }}
	unlock := func() {
		for _, u := range slices.Backward(undo) {
			u()
		}
	}
	if r.cfg.Lock != nil {
		release, err := r.cfg.Lock(ctx)
		if err != nil {
			unlock()
			return nil, busy(err)
		}
		undo = append(undo, release)
	}
	f, err := os.OpenFile(filepath.Join(r.cfg.Places[0], "lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		unlock()
		return nil, placeDown(0, err)
	}
	undo = append(undo, func() { _ = f.Close() })
	for {
		ok, err := ringdisk.TryLock(f)
		if err != nil {
			unlock()
			return nil, placeDown(0, err)
		}
		if ok {
			return unlock, nil
		}
		select {
		case <-ctx.Done():
			unlock()
			return nil, busy(ctx.Err())
		case <-time.After(lockRetry):
		}
	}
}

func placeDown(i int, cause error) error {
	return fault.New(fault.Unavailable, "ring-place-down", fmt.Sprintf("place %d of the key ring cannot be read or written", i+1)).Because(cause)
}

// Create makes a key for the owner, unless it has one.
func (r *Ring) Create(ctx context.Context, o Owner) error {
	return r.CreateAll(ctx, []Owner{o})
}

// CreateAll makes a key for each owner that has none. When it returns nil, all
// of them are on stable storage in every place; else none may be used. It
// fails with Gone, making none, when one of the owners was erased.
func (r *Ring) CreateAll(ctx context.Context, owners []Owner) error {
	const op = "crypt.CreateAll"
	if err := checkOwners(owners); err != nil {
		return fault.Wrap(op, err)
	}
	all := true
	for _, o := range owners {
		all = all && r.Has(o)
	}
	if all {
		return nil
	}
	return fault.Wrap(op, r.append(ctx, func(s *state) ([]ringfile.Entry, error) {
		var keys []ringfile.Entry
		seen := map[Owner]bool{}
		made := r.cfg.Clock.Now().UnixMicro()
		for _, o := range owners {
			if s.erased[o] {
				return nil, gone()
			}
			if _, ok := s.newest[o]; !ok && !seen[o] {
				seen[o] = true
				keys = append(keys, ringfile.Entry{Owner: o, ID: ringfile.NewKeyID(), Epoch: 1, Made: made, Key: ringfile.NewKey()})
			}
		}
		return keys, nil
	}))
}

// Rotate gives the owner a new key of the next epoch, under which everything
// is sealed from now on. The keys before stay, for what they sealed.
func (r *Ring) Rotate(ctx context.Context, o Owner) error {
	return fault.Wrap("crypt.Rotate", r.append(ctx, func(s *state) ([]ringfile.Entry, error) {
		if s.erased[o] {
			return nil, gone()
		}
		e, ok := s.last(o)
		if !ok {
			return nil, missing()
		}
		if e.Epoch == math.MaxUint32 {
			return nil, fault.New(fault.Conflict, "key-epochs", "this owner has had too many keys")
		}
		return []ringfile.Entry{{Owner: o, ID: ringfile.NewKeyID(), Epoch: e.Epoch + 1, Made: r.cfg.Clock.Now().UnixMicro(), Key: ringfile.NewKey()}}, nil
	}))
}

// append writes the keys that build gives to the journal of every place, and
// only then lets them be used.
func (r *Ring) append(ctx context.Context, build func(*state) ([]ringfile.Entry, error)) error {
	unlock, err := r.lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	if err := r.prepare(); err != nil {
		return err
	}
	s := r.st // only the holder of the lock changes it
	keys, err := build(s)
	if err != nil || len(keys) == 0 {
		return err
	}
	var data []byte
	number := s.counter
	for rest := keys; len(rest) > 0; {
		n := min(len(rest), ringfile.BatchKeys)
		number++
		data = ringfile.AppendRecord(data, s.root, number, rest[:n])
		rest = rest[n:]
	}
	for i := range r.cfg.Places {
		if err := r.disk.WriteAt(r.journal(i, s.root.Gen), data, s.end); err != nil {
			s.degraded = true
			return placeDown(i, err)
		}
	}
	if i, err := r.acknowledge(s.root, number); err != nil {
		s.degraded = true
		return placeDown(i, err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range keys {
		s.add(keys[i])
	}
	s.counter, s.end = number, s.end+int64(len(data))
	return nil
}

// acknowledge notes in every place that all of them have the records up to
// number. It writes over the older of the two slots.
func (r *Ring) acknowledge(root *ringfile.Root, number uint64) (place int, err error) {
	for i := range r.cfg.Places {
		head, err := r.disk.ReadAt(r.journal(i, root.Gen), 0, ringfile.JournalHead)
		if err != nil {
			return i, err
		}
		was, slot, ok := ringfile.ReadAck(root, head)
		if ok && was >= number {
			continue
		}
		if err := r.disk.WriteAt(r.journal(i, root.Gen), ringfile.EncodeAck(root, number), ringfile.AckOffset(1-slot)); err != nil {
			return i, err
		}
	}
	return 0, nil
}

// Erase destroys all keys of the owner. When it returns nil, no file of the
// ring holds them and no copy of an old file can be opened with the root. It
// may be repeated. From its first durable step on the owner's key answers
// Gone, even when Erase then fails: the erasure is finished by a repetition, or
// when the ring is next opened or written.
func (r *Ring) Erase(ctx context.Context, owners ...Owner) error {
	const op = "crypt.Erase"
	if err := checkOwners(owners); err != nil {
		return fault.Wrap(op, err)
	}
	unlock, err := r.lock(ctx)
	if err != nil {
		return fault.Wrap(op, err)
	}
	defer unlock()
	if err := r.prepare(); err != nil {
		return fault.Wrap(op, err)
	}
	s := r.st
	var tombs []Tombstone
	dead := map[Owner]bool{}
	at := r.cfg.Clock.Now()
	for _, o := range owners {
		if s.erased[o] || dead[o] {
			continue
		}
		if _, ok := s.newest[o]; !ok {
			return fault.Wrap(op, missing())
		}
		dead[o] = true
		s.each(o, func(e *ringfile.Entry) bool {
			tombs = append(tombs, Tombstone{Owner: o, Key: e.ID.Text(), At: at})
			return true
		})
	}
	if len(dead) == 0 {
		return nil
	}
	if err := r.bury(s, tombs); err != nil {
		return fault.Wrap(op, err)
	}
	return fault.Wrap(op, r.rewrite(s))
}

// bury denies the owners' keys and makes the tombstones durable in every
// place.
func (r *Ring) bury(s *state, tombs []Tombstone) error {
	b := ringfile.EncodeTombs(ringfile.MergeTombs(s.tombs, tombs))
	was := s.tombLen
	r.mu.Lock()
	s.bury(tombs)
	s.tombLen = int64(len(b))
	r.mu.Unlock()
	for i := range r.cfg.Places {
		if err := r.disk.WriteAt(r.tombs(i), b[was:], was); err != nil {
			s.degraded = true
			return placeDown(i, err)
		}
	}
	return nil
}

// Reseal writes the ring anew under a new root, as Erase does, without erasing
// anything: copies of the old files, and of the old root, become noise. It
// also empties the journal.
func (r *Ring) Reseal(ctx context.Context) error {
	const op = "crypt.Reseal"
	unlock, err := r.lock(ctx)
	if err != nil {
		return fault.Wrap(op, err)
	}
	defer unlock()
	if err := r.prepare(); err != nil {
		return fault.Wrap(op, err)
	}
	return fault.Wrap(op, r.rewrite(r.st))
}

// rewrite makes the next generation, of all keys that are not erased, and
// destroys this one. The root file decides: before it names the new generation
// alone nothing has happened, after it everything has.
func (r *Ring) rewrite(s *state) error {
	begun := *s.root
	begun.High++
	nk := ringfile.NewKey()
	begun.Next = &nk
	if err := r.writeRoot(&begun); err != nil {
		return err
	}
	s.root.High = begun.High
	next := s.without(&ringfile.Root{Ring: begun.Ring, Gen: begun.High, High: begun.High, Key: nk})
	snapshot := ringfile.EncodeSnapshot(next.root, &ringfile.Snapshot{Counter: next.counter, Keys: next.keys, Tombs: next.tombs})
	journal := ringfile.EmptyJournal(next.root, next.counter)
	for i := range r.cfg.Places {
		if err := r.renew(i, next, snapshot, journal); err != nil {
			// The next look at the files finds the new generation abandoned.
			return placeDown(i, err)
		}
	}
	if err := r.writeRoot(next.root); err != nil {
		return err
	}
	r.mu.Lock()
	r.st = next
	r.mu.Unlock()
	s.forget()
	for i := range r.cfg.Places {
		r.sweep(i, next.root.Gen)
	}
	return nil
}

// renew writes the files of a new generation into a place and reads them back.
func (r *Ring) renew(i int, s *state, snapshot, journal []byte) error {
	for _, f := range []struct {
		path string
		data []byte
	}{{r.snapshot(i, s.root.Gen), snapshot}, {r.journal(i, s.root.Gen), journal}} {
		if err := r.disk.Replace(f.path, f.data); err != nil {
			return err
		}
		got, err := r.disk.Read(f.path)
		if err != nil {
			return err
		}
		if !bytes.Equal(got, f.data) {
			return ringfile.ErrFormat
		}
	}
	if i > 0 {
		return nil
	}
	back, err := ringfile.DecodeSnapshot(s.root, snapshot)
	if err != nil || !slices.Equal(back.Keys, s.keys) {
		return ringfile.ErrFormat
	}
	for i := range back.Keys {
		clear(back.Keys[i].Key[:])
	}
	return nil
}

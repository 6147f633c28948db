package blobfs

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"sync"

	"plumbline/internal/blob"
	"plumbline/internal/fault"
	"plumbline/internal/id"
)

// one is an open copy.
type one struct {
	f *os.File
	*blob.Sealed
}

// open opens the copy of one location.
func (s *Store) open(ctx context.Context, loc int, org id.Org, ref blob.Ref) (*one, error) {
	c, err := s.openFile(ctx, s.path(loc, org, ref), org, ref)
	if fault.Is(err, fault.NotFound) {
		if err := s.present(loc); err != nil {
			return nil, down(err)
		}
	}
	return c, err
}

func (s *Store) openFile(ctx context.Context, path string, org id.Org, ref blob.Ref) (*one, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, blob.NotFound()
	}
	if err != nil {
		return nil, down(err)
	}
	st, err := f.Stat()
	if err != nil {
		_ = f.Close()
		return nil, down(err)
	}
	sealed, err := blob.Unseal(ctx, s.cfg.Keys, org, ref.SHA256, f, st.Size())
	if err != nil {
		_ = f.Close()
		return nil, err
	}
	return &one{f, sealed}, nil
}

// bad reports whether another copy can help: this one is missing, damaged or
// on a medium that is down. A key that is missing or erased is so for all.
func bad(err error) bool {
	switch fault.CodeOf(err) {
	case "blob-not-found", "blob-damaged", "blob-store-down":
		return true
	}
	return false
}

// worse is the error to tell of two bad copies: damage outweighs absence, and
// what cannot be known outweighs both.
func worse(a, b error) error {
	rank := map[string]int{"blob-not-found": 1, "blob-damaged": 2, "blob-store-down": 3}
	if rank[fault.CodeOf(b)] > rank[fault.CodeOf(a)] {
		return b
	}
	return a
}

// first opens the first good copy that is not in one of the tried locations,
// and marks as tried what it found bad.
func (s *Store) first(ctx context.Context, org id.Org, ref blob.Ref, tried []bool) (int, *one, error) {
	var all error
	for i := range s.cfg.Locations {
		if tried[i] {
			continue
		}
		c, err := s.open(ctx, i, org, ref)
		if err == nil {
			return i, c, nil
		}
		if !bad(err) {
			return 0, nil, err
		}
		tried[i] = true
		all = worse(all, err)
	}
	return 0, nil, all
}

// Open opens a file, and repairs copies that it found bad on the way.
func (s *Store) Open(ctx context.Context, org id.Org, ref blob.Ref) (blob.Reader, error) {
	const op = "blobfs.Open"
	if err := blob.Check(org, ref); err != nil {
		return nil, fault.Wrap(op, err)
	}
	r := &reader{s: s, org: org, ref: ref, tried: make([]bool, len(s.cfg.Locations))}
	loc, c, err := s.first(ctx, org, ref, r.tried)
	if err != nil {
		return nil, fault.Wrap(op, err)
	}
	r.loc, r.copy = loc, c
	for i, was := range r.tried {
		if was {
			s.heal(ctx, org, ref, loc, i)
		}
	}
	return r, nil
}

// heal repairs while reading: a repair that fails does not fail the read.
func (s *Store) heal(ctx context.Context, org id.Org, ref blob.Ref, from, to int) {
	defer s.lock(ref)()
	if err := s.repair(ctx, org, ref, from, to); err != nil {
		s.cfg.Log.Warn("a damaged copy of a file could not be repaired", "org", org, "file", ref.SHA256, "location", to+1, "error", fault.CodeOf(err))
		return
	}
	s.cfg.Log.Warn("a damaged copy of a file was repaired", "org", org, "file", ref.SHA256, "location", to+1)
}

// repair copies a file from one location to another, and gives it its name
// when what was written is whole. The caller holds the lock.
func (s *Store) repair(ctx context.Context, org id.Org, ref blob.Ref, from, to int) error {
	src, err := os.Open(s.path(from, org, ref))
	if errors.Is(err, fs.ErrNotExist) {
		return blob.NotFound() // deleted meanwhile: nothing to bring back
	}
	if err != nil {
		return down(err)
	}
	defer func() { _ = src.Close() }()
	f, err := s.temp(to)
	if err != nil {
		return down(err)
	}
	defer func() {
		_ = f.Close()
		_ = os.Remove(f.Name())
	}()
	_, err = io.Copy(f, src)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return down(err)
	}
	c, err := s.openFile(ctx, f.Name(), org, ref)
	if err != nil {
		return err
	}
	err = c.Verify(ctx)
	_ = c.f.Close()
	if err != nil {
		return err
	}
	return down(s.place(to, org, ref, f.Name()))
}

// Verify reads every copy whole and repairs the bad ones from a good one.
func (s *Store) Verify(ctx context.Context, org id.Org, ref blob.Ref) error {
	const op = "blobfs.Verify"
	if err := blob.Check(org, ref); err != nil {
		return fault.Wrap(op, err)
	}
	good := -1
	var wrong []int
	var all error
	for i := range s.cfg.Locations {
		c, err := s.open(ctx, i, org, ref)
		if err == nil {
			err = c.Verify(ctx)
			_ = c.f.Close()
		}
		switch {
		case err == nil && good < 0:
			good = i
		case err == nil:
		case bad(err):
			wrong = append(wrong, i)
			all = worse(all, err)
		default:
			return fault.Wrap(op, err)
		}
	}
	if good < 0 {
		return fault.Wrap(op, all)
	}
	defer s.lock(ref)()
	for _, i := range wrong {
		if err := s.repair(ctx, org, ref, good, i); err != nil {
			return fault.Wrap(op, err)
		}
		s.cfg.Log.Warn("a damaged copy of a file was repaired", "org", org, "file", ref.SHA256, "location", i+1)
	}
	return nil
}

// reader reads one copy, and turns to another when it meets damage.
type reader struct {
	s   *Store
	org id.Org
	ref blob.Ref

	mu    sync.RWMutex
	loc   int
	copy  *one
	tried []bool // locations that were found bad
}

func (r *reader) Size() int64 {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.copy.Size()
}

func (r *reader) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.copy.f.Close()
}

func (r *reader) ReadAt(p []byte, off int64) (int, error) {
	for {
		r.mu.RLock()
		loc := r.loc
		n, err := r.copy.ReadAt(p, off)
		r.mu.RUnlock()
		if !fault.Is(err, fault.Unreadable) {
			return n, err
		}
		if !r.turn(loc) {
			return n, fault.Wrap("blobfs.ReadAt", err)
		}
	}
}

// turn leaves the bad copy of a location for the next one. It reports whether
// reading may be tried again.
func (r *reader) turn(from int) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.loc != from {
		return true // another read did already
	}
	r.tried[from] = true
	ctx := context.Background() // a read at a place has none
	loc, c, err := r.s.first(ctx, r.org, r.ref, r.tried)
	if err != nil || c == nil {
		return false
	}
	_ = r.copy.f.Close()
	r.loc, r.copy = loc, c
	r.s.heal(ctx, r.org, r.ref, loc, from)
	return true
}

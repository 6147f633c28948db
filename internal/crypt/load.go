package crypt

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"path/filepath"
	"strconv"
	"strings"

	"plumbline/internal/crypt/ringdisk"
	"plumbline/internal/crypt/ringfile"
	"plumbline/internal/fault"
)

func (r *Ring) snapshot(i int, gen uint64) string {
	return filepath.Join(r.cfg.Places[i], fmt.Sprintf("snapshot.%d", gen))
}

func (r *Ring) journal(i int, gen uint64) string {
	return filepath.Join(r.cfg.Places[i], fmt.Sprintf("journal.%d", gen))
}

func (r *Ring) tombs(i int) string { return filepath.Join(r.cfg.Places[i], tombsFile) }

func damaged(what string) *fault.Error {
	return fault.New(fault.Unreadable, "ring-damaged", "the key ring cannot be opened: "+what)
}

// start reads the ring for the first time, or makes it.
func (r *Ring) start() error {
	root, _, err := r.readRoot()
	if err != nil {
		return err
	}
	if root == nil {
		for i := range r.cfg.Places {
			gen, err := r.newestIn(i)
			if err != nil {
				return placeDown(i, err)
			}
			if gen > 0 {
				return fault.New(fault.Unreadable, "ring-root-missing", "the key ring is there, but its root key file is not")
			}
		}
		if !r.cfg.Create {
			return fault.New(fault.Unreadable, "ring-missing", "there is no key ring here")
		}
		root = &ringfile.Root{Ring: ringfile.NewKeyID()}
	}
	if root.Gen == 0 {
		return r.found(root)
	}
	if err := r.load(true); err != nil {
		return err
	}
	// The keys in question are denied already; a place that is down must not
	// keep the rest from being read.
	if err := r.settle(); err != nil && !fault.Is(err, fault.Unavailable) {
		return err
	}
	return nil
}

// found makes the first generation.
func (r *Ring) found(root *ringfile.Root) error {
	for _, path := range r.cfg.rootFiles() {
		if err := r.disk.Mkdir(filepath.Dir(path)); err != nil {
			return fault.New(fault.Unavailable, "ring-root-down", "the root key of the key ring cannot be written").Because(err)
		}
	}
	root.Next = nil
	s := newState(root)
	for i := range r.cfg.Places {
		// Tombstones of a ring that was lost still count.
		b, err := r.disk.Read(r.tombs(i))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return placeDown(i, err)
		}
		s.bury(ringfile.ParseTombs(b))
	}
	tombs := ringfile.EncodeTombs(s.tombs)
	s.tombLen = int64(len(tombs))
	for i := range r.cfg.Places {
		if err := r.disk.Replace(r.tombs(i), tombs); err != nil {
			return placeDown(i, err)
		}
	}
	r.st = s
	return r.rewrite(s)
}

// newestIn is the highest generation of which a place has a snapshot.
func (r *Ring) newestIn(i int) (gen uint64, err error) {
	names, err := r.disk.Names(r.cfg.Places[i])
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	for _, name := range names {
		if s, ok := strings.CutPrefix(name, "snapshot."); ok {
			if n, err := strconv.ParseUint(s, 10, 64); err == nil {
				gen = max(gen, n)
			}
		}
	}
	return gen, err
}

// foreign reports whether a place holds, whole in name and head, files of
// another ring: they must not be repaired away.
func (r *Ring) foreign(i int, root *ringfile.Root) bool {
	gen, err := r.newestIn(i)
	if err != nil || gen == 0 {
		return false
	}
	a, _ := r.disk.ReadAt(r.snapshot(i, gen), 0, ringfile.JournalHead)
	b, _ := r.disk.ReadAt(r.journal(i, gen), 0, ringfile.JournalHead)
	one, ok1 := ringfile.RingOf(a)
	two, ok2 := ringfile.RingOf(b)
	return ok1 && ok2 && one == two && one != root.Ring
}

// copyOf is what one place has.
type copyOf struct {
	snapshot []byte
	journal  []byte
	tombs    []byte
	ack      uint64
	acked    bool // ack could be read
	keys     []ringfile.Entry
	length   int    // of the whole records
	number   uint64 // of the last whole record
}

// load reads all places, takes the best copy and, when it may repair, makes
// the others like it. The caller holds the lock if it repairs.
func (r *Ring) load(repair bool) error {
	root, same, err := r.readRoot()
	if err != nil {
		return err
	}
	if root == nil {
		return fault.New(fault.Unreadable, "ring-root-missing", "the root key file of the key ring is gone")
	}
	if root.Gen == 0 {
		return damaged("its first start has not finished")
	}
	copies, s, err := r.readPlaces(root)
	if err != nil {
		return err
	}
	best, acked, err := choose(copies, repair)
	if err != nil {
		return err
	}
	rooted := true
	if repair && (root.Next != nil || !same) {
		root.Next = nil
		rooted = r.writeRoot(root) == nil // else the ring can still be read
	}
	return r.adopt(s, best, acked, copies, repair && rooted)
}

// readPlaces reads every place and gives the state of the first snapshot that
// opens.
func (r *Ring) readPlaces(root *ringfile.Root) ([]copyOf, *state, error) {
	copies := make([]copyOf, len(r.cfg.Places))
	var s *state
	var good []byte
	for i := range copies {
		c := &copies[i]
		// What cannot be read is treated as not there; repairing it then tells.
		c.snapshot, _ = r.disk.Read(r.snapshot(i, root.Gen))
		c.journal, _ = r.disk.Read(r.journal(i, root.Gen))
		c.tombs, _ = r.disk.Read(r.tombs(i))
		if r.foreign(i, root) {
			return nil, nil, damaged("a place belongs to another ring")
		}
		if newest, _ := r.newestIn(i); newest > root.High {
			return nil, nil, damaged("a place is newer than the root key file, which must be an old copy")
		}
		if s != nil {
			continue
		}
		if snap, err := ringfile.DecodeSnapshot(root, c.snapshot); err == nil {
			if st, ok := stateOf(root, snap); ok {
				s, good = st, c.snapshot
			}
		}
	}
	if s == nil {
		return nil, nil, damaged("no place has a whole snapshot that the root key opens")
	}
	for i := range copies {
		c := &copies[i]
		if !bytes.Equal(c.snapshot, good) {
			c.snapshot = nil
		}
		c.ack, _, c.acked = ringfile.ReadAck(root, c.journal)
		if len(c.journal) >= ringfile.JournalHead {
			c.keys, c.length, c.number = ringfile.Walk(root, s.counter, math.MaxUint64, c.journal[ringfile.JournalHead:])
		}
	}
	s.sealed = good
	return copies, s, nil
}

// choose finds the journal to go by: one that holds every acknowledged record,
// of these the one acknowledged last, of these the longest.
//
// Without any acknowledgement to go by, only one who may repair believes a
// journal, and only one that ends with a whole record.
func choose(copies []copyOf, repair bool) (best *copyOf, acked uint64, err error) {
	told := false
	for i := range copies {
		if copies[i].acked {
			acked, told = max(acked, copies[i].ack), true
		}
	}
	for i := range copies {
		c := &copies[i]
		if len(c.journal) < ringfile.JournalHead || told && c.number < acked {
			continue
		}
		if !told && (!repair || ringfile.JournalHead+c.length != len(c.journal)) {
			continue
		}
		if best == nil || c.ack > best.ack || c.ack == best.ack && c.number > best.number {
			best = c
		}
	}
	if best == nil {
		return nil, 0, damaged("keys that were acknowledged are missing in every place")
	}
	if !told {
		acked = best.number
	}
	return best, acked, nil
}

// adopt makes s the state of the ring, with the records of best. A record
// beyond the acknowledged ones counts only once every place has it.
func (r *Ring) adopt(s *state, best *copyOf, acked uint64, copies []copyOf, repair bool) error {
	base := s.counter
	for i := range copies {
		s.bury(ringfile.ParseTombs(copies[i].tombs))
	}
	whole := repair
	if repair {
		records := best.journal[ringfile.JournalHead : ringfile.JournalHead+best.length]
		tombs := ringfile.EncodeTombs(s.tombs)
		s.tombLen = int64(len(tombs))
		for i := range copies {
			if err := r.mend(i, s, &copies[i], records, tombs, acked); err != nil {
				whole = false
			}
		}
		if whole && best.number > acked {
			if _, err := r.acknowledge(s.root, best.number); err != nil {
				whole = false
			}
		}
	}
	keys, length, number := best.keys, best.length, best.number
	if !whole {
		keys, length, number = ringfile.Walk(s.root, base, acked, best.journal[ringfile.JournalHead:])
	}
	for i := range keys {
		if !s.add(keys[i]) {
			return damaged("its journal contradicts its snapshot")
		}
	}
	s.bury(s.tombs) // of keys in the journal, too
	s.counter, s.end, s.degraded, s.sealed = number, int64(ringfile.JournalHead+length), !whole, nil
	r.mu.Lock()
	r.st = s
	r.mu.Unlock()
	if whole {
		for i := range copies {
			r.sweep(i, s.root.Gen)
		}
	}
	return nil
}

// mend makes a place like the best copy, as far as it differs.
func (r *Ring) mend(i int, s *state, c *copyOf, records, tombs []byte, acked uint64) error {
	if c.snapshot == nil {
		if err := r.disk.Mkdir(r.cfg.Places[i]); err != nil {
			return err
		}
		if err := r.disk.Replace(r.snapshot(i, s.root.Gen), s.sealed); err != nil {
			return err
		}
	}
	if !c.acked || c.ack < acked || !bytes.Equal(c.journal[ringfile.JournalHead:], records) {
		j := append(ringfile.EmptyJournal(s.root, acked), records...)
		if err := r.disk.Replace(r.journal(i, s.root.Gen), j); err != nil {
			return err
		}
	}
	if !bytes.Equal(c.tombs, tombs) {
		return r.disk.Replace(r.tombs(i), tombs)
	}
	_, err := r.disk.Size(r.tombs(i)) // an empty file must be there all the same
	if errors.Is(err, fs.ErrNotExist) {
		return r.disk.Replace(r.tombs(i), tombs)
	}
	return err
}

// sweep removes the files of dead generations. They cannot be opened any more;
// what cannot be removed now is removed at the next start.
func (r *Ring) sweep(i int, gen uint64) {
	names, err := r.disk.Names(r.cfg.Places[i])
	if err != nil {
		return
	}
	for _, name := range names {
		path := filepath.Join(r.cfg.Places[i], name)
		stale := strings.HasPrefix(name, "snapshot.") || strings.HasPrefix(name, "journal.") || strings.HasSuffix(name, ringdisk.TmpSuffix)
		if stale && path != r.snapshot(i, gen) && path != r.journal(i, gen) {
			_ = r.disk.Shred(path)
		}
	}
}

// prepare makes sure, under the lock, that the state is the newest and every
// place is whole.
func (r *Ring) prepare() error {
	s := r.st
	root, same, err := r.readRoot()
	if err != nil {
		return err
	}
	if s.degraded || root == nil || !same || root.Gen != s.root.Gen || root.Next != nil || !r.even() {
		if err := r.load(true); err != nil {
			return err
		}
	}
	if r.st.degraded {
		return fault.New(fault.Unavailable, "ring-place-down", "a place of the key ring cannot be made whole")
	}
	return r.settle()
}

// settle finishes erasures that tombstones ask for.
func (r *Ring) settle() error {
	if !r.st.doomed {
		return nil
	}
	return r.rewrite(r.st)
}

// even catches up with the first place and reports whether all places stand
// where the state then stands.
func (r *Ring) even() bool {
	s := r.st
	if err := r.follow(s); err != nil {
		return false
	}
	for i := range r.cfg.Places {
		n, err := r.disk.Size(r.journal(i, s.root.Gen))
		if err != nil || n != s.end {
			return false
		}
		head, err := r.disk.ReadAt(r.journal(i, s.root.Gen), 0, ringfile.JournalHead)
		if err != nil {
			return false
		}
		if ack, _, ok := ringfile.ReadAck(s.root, head); !ok || ack != s.counter {
			return false
		}
		if _, err := r.disk.Size(r.snapshot(i, s.root.Gen)); err != nil {
			return false
		}
		if n, err := r.disk.Size(r.tombs(i)); err != nil || n != s.tombLen {
			return false
		}
	}
	return true
}

// follow takes in the acknowledged records that others added, from the first
// place whose journal can be read.
func (r *Ring) follow(s *state) error {
	for i := range r.cfg.Places {
		path := r.journal(i, s.root.Gen)
		head, err := r.disk.ReadAt(path, 0, ringfile.JournalHead)
		if err != nil {
			continue
		}
		ack, _, ok := ringfile.ReadAck(s.root, head)
		if !ok || ack < s.counter {
			continue
		}
		if ack == s.counter {
			return nil
		}
		tail, err := r.disk.ReadAt(path, s.end, math.MaxInt64)
		if err != nil {
			continue
		}
		keys, length, number := ringfile.Walk(s.root, s.counter, ack, tail)
		if number != ack {
			continue
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		for i := range keys {
			if !s.add(keys[i]) {
				return ringfile.ErrFormat
			}
		}
		s.counter, s.end = number, s.end+int64(length)
		return nil
	}
	return ringfile.ErrFormat
}

// Refresh takes in what other processes changed: keys made, keys erased. It
// reads the root file and the head of one journal when nothing was. It reports
// whether something was.
func (r *Ring) Refresh(ctx context.Context) (changed bool, err error) {
	const op = "crypt.Refresh"
	if err := r.begin(ctx); err != nil {
		return false, fault.Wrap(op, err)
	}
	defer func() { <-r.write }()
	was := r.st.counter
	for try := 0; ; try++ {
		root, _, err := r.readRoot()
		if err == nil && root != nil && root.Gen == r.st.root.Gen {
			if err := r.follow(r.st); err == nil {
				break
			}
		}
		if err = r.load(false); err == nil {
			break
		}
		// The ring may have been written anew between two reads.
		if try == 3 {
			return false, fault.Wrap(op, err)
		}
	}
	return r.st.counter != was, nil
}

// EnsureFresh makes sure that the ring knows every change up to counter. It
// fails with Unavailable "ring-behind" when the files do not have them: the
// ring is older than the data, or not the same one.
func (r *Ring) EnsureFresh(ctx context.Context, counter uint64) error {
	const op = "crypt.EnsureFresh"
	if r.Counter() >= counter {
		return nil
	}
	if _, err := r.Refresh(ctx); err != nil {
		return fault.Wrap(op, err)
	}
	if r.Counter() < counter {
		return fault.Wrap(op, fault.New(fault.Unavailable, "ring-behind", "the key ring is older than the data"))
	}
	return nil
}

// Check reads every place whole, repairs what differs and fails when a place
// cannot be made whole.
func (r *Ring) Check(ctx context.Context) error {
	const op = "crypt.Check"
	unlock, err := r.lock(ctx)
	if err != nil {
		return fault.Wrap(op, err)
	}
	defer unlock()
	r.st.degraded = true
	return fault.Wrap(op, r.prepare())
}

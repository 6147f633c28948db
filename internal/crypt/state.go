package crypt

import "plumbline/internal/crypt/ringfile"

// state is what the ring knows: the keys of one generation.
type state struct {
	root    *ringfile.Root
	counter uint64 // of the last batch or rewriting that is in here
	end     int64  // length of each place's journal up to there
	keys    []ringfile.Entry
	newest  map[Owner]int32 // index of the owner's newest key
	older   map[int32]int32 // index of a key → index of the one before it
	tombs   []Tombstone
	tombLen int64 // length of each place's tombstones
	erased  map[Owner]bool

	sealed   []byte // the sealed snapshot, while places are repaired
	degraded bool   // a place was not whole at the last look: look again before writing
	doomed   bool   // a key is left that a tombstone says is erased
}

func newState(root *ringfile.Root) *state {
	return &state{root: root, end: ringfile.JournalHead, newest: map[Owner]int32{}, older: map[int32]int32{}, erased: map[Owner]bool{}}
}

func stateOf(root *ringfile.Root, snap *ringfile.Snapshot) (*state, bool) {
	s := newState(root)
	s.counter = snap.Counter
	s.keys = make([]ringfile.Entry, 0, len(snap.Keys))
	s.newest = make(map[Owner]int32, len(snap.Keys))
	for i := range snap.Keys {
		if !s.add(snap.Keys[i]) {
			return nil, false
		}
	}
	s.bury(snap.Tombs)
	return s, true
}

// add takes a key in. It refuses one that is not newer than the owner's last.
func (s *state) add(e ringfile.Entry) bool {
	at := int32(len(s.keys))
	if i, ok := s.newest[e.Owner]; ok {
		if s.keys[i].Epoch >= e.Epoch {
			return false
		}
		s.older[at] = i
	}
	s.newest[e.Owner] = at
	s.keys = append(s.keys, e)
	return true
}

// last gives the owner's newest key.
func (s *state) last(o Owner) (ringfile.Entry, bool) {
	i, ok := s.newest[o]
	if !ok {
		return ringfile.Entry{}, false
	}
	return s.keys[i], true
}

// each calls f with the owner's keys, newest first, until f says no.
func (s *state) each(o Owner, f func(*ringfile.Entry) bool) {
	for i, ok := s.newest[o]; ok && f(&s.keys[i]); {
		i, ok = s.older[i]
	}
}

func (s *state) byID(o Owner, id ringfile.KeyID) (found ringfile.Entry, ok bool) {
	s.each(o, func(e *ringfile.Entry) bool {
		if e.ID == id {
			found, ok = *e, true
		}
		return !ok
	})
	return found, ok
}

// bury takes tombstones in, and so denies their owners' keys.
func (s *state) bury(tombs []Tombstone) {
	s.tombs = ringfile.MergeTombs(s.tombs, tombs)
	for _, t := range tombs {
		s.erased[t.Owner] = true
		if _, ok := s.newest[t.Owner]; ok {
			s.doomed = true
		}
	}
}

// without is the state of the next generation: all but the erased keys.
func (s *state) without(root *ringfile.Root) *state {
	n := newState(root)
	n.counter = s.counter + 1
	n.tombs, n.tombLen, n.erased = s.tombs, s.tombLen, s.erased
	n.keys = make([]ringfile.Entry, 0, len(s.keys))
	n.newest = make(map[Owner]int32, len(s.keys))
	for i := range s.keys {
		if !s.erased[s.keys[i].Owner] {
			n.add(s.keys[i])
		}
	}
	return n
}

// forget overwrites the keys in memory. Copies that the runtime made stay
// until their memory is used again.
func (s *state) forget() {
	for i := range s.keys {
		clear(s.keys[i].Key[:])
	}
	clear(s.root.Key[:])
}

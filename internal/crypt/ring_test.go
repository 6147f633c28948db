package crypt

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"plumbline/internal/clock"
	"plumbline/internal/crypt/ringdisk"
	"plumbline/internal/crypt/ringfile"
	"plumbline/internal/fault"
	"plumbline/internal/id"
)

var day = time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)

func config(t *testing.T, places int) Config {
	t.Helper()
	dir := t.TempDir()
	c := Config{RootKeyFile: filepath.Join(dir, "apart", "root"), Create: true, Clock: clock.NewFake(day)}
	for i := range places {
		c.Places = append(c.Places, filepath.Join(dir, "place"+string(rune('1'+i))))
	}
	return c
}

func mustOpen(t *testing.T, c Config) *Ring {
	t.Helper()
	r, err := Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantFault(t *testing.T, err error, kind fault.Kind, code string) {
	t.Helper()
	if fault.KindOf(err) != kind || fault.CodeOf(err) != code {
		t.Fatalf("got %v (%v %q), want %v %q", err, fault.KindOf(err), fault.CodeOf(err), kind, code)
	}
}

func person() Owner { return PersonOwner(id.New[id.Person]()) }

func bindOf(o Owner) Bind {
	return Bind{Owner: o, Org: "org", Table: "person", Column: "profile", Row: "row"}
}

func seal(t *testing.T, r *Ring, o Owner) []byte {
	t.Helper()
	b, err := r.Seal(t.Context(), bindOf(o), []byte("text of "+o.ID))
	must(t, err)
	return b
}

func opens(t *testing.T, r *Ring, o Owner, sealed []byte) {
	t.Helper()
	got, err := r.Open(bindOf(o), sealed)
	must(t, err)
	if string(got) != "text of "+o.ID {
		t.Fatalf("opened %q", got)
	}
}

func TestSealedValueOpensAfterRestart(t *testing.T) {
	t.Parallel()
	for _, places := range []int{1, 2, 3} {
		c := config(t, places)
		r := mustOpen(t, c)
		owners := []Owner{person(), AccountOwner(id.New[id.Account]()), OrgOwner(id.New[id.Org]()), BucketOwner("org/claims/2026")}
		must(t, r.CreateAll(t.Context(), owners))
		must(t, r.CreateAll(t.Context(), owners))
		if r.Counter() != 2 {
			t.Errorf("counter %d after one batch made twice, want 2", r.Counter())
		}
		var sealed [][]byte
		for _, o := range owners {
			sealed = append(sealed, seal(t, r, o))
		}
		for _, p := range c.Places { // nothing of the keys is in clear
			for _, name := range []string{"snapshot.1", "journal.1"} {
				b, err := os.ReadFile(filepath.Join(p, name))
				must(t, err)
				for _, e := range r.st.keys {
					if bytes.Contains(b, e.Key[:]) {
						t.Fatalf("%s holds a key in clear", name)
					}
				}
			}
		}
		again := mustOpen(t, c)
		for i, o := range owners {
			opens(t, again, o, sealed[i])
		}
		if st, err := os.Stat(c.RootKeyFile); err != nil || st.Mode().Perm() != 0o600 {
			t.Errorf("root key file: %v %v, want 0600", st.Mode(), err)
		}
	}
}

func TestSealedValueIsBoundToItsPlace(t *testing.T) {
	t.Parallel()
	r := mustOpen(t, config(t, 1))
	o, other := person(), person()
	must(t, r.CreateAll(t.Context(), []Owner{o, other}))
	b := bindOf(o)
	sealed := seal(t, r, o)
	if len(sealed) != Overhead+len("text of ")+36 {
		t.Errorf("sealed text of %d bytes", len(sealed))
	}
	for name, change := range map[string]func(*Bind){
		"org":             func(b *Bind) { b.Org = "other" },
		"table":           func(b *Bind) { b.Table = "persom" },
		"column":          func(b *Bind) { b.Column = "photo" },
		"row":             func(b *Bind) { b.Row = "" },
		"shifted columns": func(b *Bind) { b.Table, b.Column = "personp", "rofile" },
	} {
		moved := b
		change(&moved)
		_, err := r.Open(moved, sealed)
		if fault.CodeOf(err) != "sealed-damaged" {
			t.Errorf("%s changed: %v, want sealed-damaged", name, err)
		}
	}
	moved := b
	moved.Owner = other
	if _, err := r.Open(moved, sealed); fault.CodeOf(err) != "key-missing" {
		t.Errorf("another owner's value: %v", err)
	}
	for i := range sealed {
		bad := bytes.Clone(sealed)
		bad[i] ^= 1
		if _, err := r.Open(b, bad); err == nil {
			t.Errorf("byte %d changed and it opens", i)
		}
	}
	for i := range sealed {
		if _, err := r.Open(b, sealed[:i]); err == nil {
			t.Errorf("cut to %d bytes it opens", i)
		}
	}
}

func TestMissingKeyIsNeitherErasedNorFree(t *testing.T) {
	t.Parallel()
	r := mustOpen(t, config(t, 1))
	_, err := r.Seal(t.Context(), bindOf(person()), nil)
	wantFault(t, err, fault.Unavailable, "key-missing")
	wantFault(t, r.Erase(t.Context(), person()), fault.Unavailable, "key-missing")
	wantFault(t, r.Rotate(t.Context(), person()), fault.Unavailable, "key-missing")
	for _, o := range []Owner{{}, {Kind: 9, ID: "x"}, {Kind: KindBucket, ID: "a b"}, {Kind: KindBucket, ID: "a\nb"}, {Kind: KindBucket, ID: strings.Repeat("x", 129)}} {
		wantFault(t, r.Create(t.Context(), o), fault.Invalid, "bad-key-owner")
	}
}

func TestRotatedOwnerOpensOldAndNew(t *testing.T) {
	t.Parallel()
	c := config(t, 1)
	r := mustOpen(t, c)
	o := person()
	must(t, r.Create(t.Context(), o))
	old := seal(t, r, o)
	must(t, r.Rotate(t.Context(), o))
	must(t, r.Rotate(t.Context(), o))
	fresh := seal(t, r, o)
	if bytes.Equal(old[1:21], fresh[1:21]) {
		t.Error("key and epoch did not change")
	}
	must(t, r.Reseal(t.Context()))
	for _, ring := range []*Ring{r, mustOpen(t, c)} {
		opens(t, ring, o, old)
		opens(t, ring, o, fresh)
	}
	must(t, r.Erase(t.Context(), o))
	for _, s := range [][]byte{old, fresh} {
		_, err := r.Open(bindOf(o), s)
		wantFault(t, err, fault.Gone, "key-erased")
	}
	if n := len(r.Tombstones()); n != 3 {
		t.Errorf("%d tombstones, want one a key: 3", n)
	}
}

// copyDir keeps what is in the directories and gives a function that puts it
// back, as restoring an old backup does.
func keep(t *testing.T, paths ...string) (restore func()) {
	t.Helper()
	saved := map[string][]byte{}
	for _, p := range paths {
		must(t, filepath.WalkDir(p, func(path string, d os.DirEntry, err error) error {
			if err == nil && d.Type().IsRegular() {
				saved[path], err = os.ReadFile(path)
			}
			return err
		}))
	}
	return func() {
		for _, p := range paths {
			_ = filepath.WalkDir(p, func(path string, d os.DirEntry, err error) error {
				if err == nil && d.Type().IsRegular() {
					return os.Remove(path)
				}
				return err
			})
		}
		for path, b := range saved {
			must(t, os.WriteFile(path, b, 0o600))
		}
	}
}

func TestErasedStaysErased(t *testing.T) {
	t.Parallel()
	for _, places := range []int{1, 2} {
		c := config(t, places)
		r := mustOpen(t, c)
		gone, stays := person(), person()
		must(t, r.CreateAll(t.Context(), []Owner{gone, stays}))
		must(t, r.Reseal(t.Context())) // one in the snapshot
		late := person()
		must(t, r.Create(t.Context(), late)) // one in the journal
		sealed := map[Owner][]byte{gone: seal(t, r, gone), stays: seal(t, r, stays), late: seal(t, r, late)}
		oldFiles := map[string][]byte{}
		for _, name := range []string{"snapshot.2", "journal.2"} {
			b, err := os.ReadFile(filepath.Join(c.Places[0], name))
			must(t, err)
			oldFiles[name] = b
		}
		oldRoot, err := os.ReadFile(c.RootKeyFile)
		must(t, err)
		restorePlaces := keep(t, c.Places...)

		must(t, r.Erase(t.Context(), gone, late, gone))
		must(t, r.Erase(t.Context(), gone))

		check := func(r *Ring) {
			t.Helper()
			opens(t, r, stays, sealed[stays])
			for _, o := range []Owner{gone, late} {
				if r.Has(o) || !r.Erased(o) {
					t.Error("the ring has the erased key")
				}
				_, err := r.Open(bindOf(o), sealed[o])
				wantFault(t, err, fault.Gone, "key-erased")
				_, err = r.Seal(t.Context(), bindOf(o), nil)
				wantFault(t, err, fault.Gone, "key-erased")
				wantFault(t, r.Create(t.Context(), o), fault.Gone, "key-erased")
			}
			got := r.Tombstones()
			if len(got) != 2 || got[0].Owner != gone || got[1].Owner != late || !got[0].At.Equal(day) || !id.Valid(got[0].Key) {
				t.Errorf("tombstones %v", got)
			}
		}
		check(r)
		check(mustOpen(t, c))

		// The present root opens neither old file, under its own generation or not.
		root, _, err := r.readRoot()
		must(t, err)
		if root.Gen != 3 || bytes.Contains(oldRoot, root.Encode()) {
			t.Fatalf("generation %d", root.Gen)
		}
		for _, gen := range []uint64{2, root.Gen} {
			try := &ringfile.Root{Ring: root.Ring, Gen: gen, High: gen, Key: root.Key}
			if _, err := ringfile.DecodeSnapshot(try, oldFiles["snapshot.2"]); err == nil {
				t.Error("the present root opens the old snapshot")
			}
			if _, _, ok := ringfile.ReadAck(try, oldFiles["journal.2"]); ok {
				t.Error("the present root opens the head of the old journal")
			}
			for n := range uint64(9) {
				if k, _, _ := ringfile.Walk(try, n, n+1, oldFiles["journal.2"][ringfile.JournalHead:]); k != nil {
					t.Error("the present root opens the old journal")
				}
			}
		}
		for _, p := range c.Places {
			names, err := (ringdisk.OS{}).Names(p)
			must(t, err)
			for _, n := range names {
				if n != "snapshot.3" && n != "journal.3" && n != "tombstones" && n != "lock" {
					t.Errorf("%s is left behind", n)
				}
			}
		}
		if names, _ := (ringdisk.OS{}).Names(filepath.Dir(c.RootKeyFile)); len(names) != 1 {
			t.Errorf("beside the root file: %v", names)
		}

		// All places restored from before: the present root opens nothing.
		restorePresent := keep(t, c.Places...)
		restorePlaces()
		_, err = Open(t.Context(), c)
		wantFault(t, err, fault.Unreadable, "ring-damaged")
		for _, p := range c.Places { // renamed to the present generation, too
			must(t, os.Rename(filepath.Join(p, "snapshot.2"), filepath.Join(p, "snapshot.3")))
			must(t, os.Rename(filepath.Join(p, "journal.2"), filepath.Join(p, "journal.3")))
		}
		_, err = Open(t.Context(), c)
		wantFault(t, err, fault.Unreadable, "ring-damaged")

		// Old places and old root, with the tombstones that outlived them: replayed.
		tombs := ringfile.EncodeTombs(r.Tombstones())
		restorePlaces()
		must(t, os.WriteFile(filepath.Join(c.Places[0], "tombstones"), tombs, 0o600))
		presentRoot, err := os.ReadFile(c.RootKeyFile)
		must(t, err)
		must(t, os.WriteFile(c.RootKeyFile, oldRoot, 0o600))
		replayed := mustOpen(t, c)
		check(replayed)
		if root, _, _ := replayed.readRoot(); root.Gen != 3 {
			t.Errorf("replayed into generation %d, want a new one", root.Gen)
		}

		// An old root beside present places is refused, and harms nothing.
		restorePresent()
		must(t, os.WriteFile(c.RootKeyFile, oldRoot, 0o600))
		_, err = Open(t.Context(), c)
		wantFault(t, err, fault.Unreadable, "ring-damaged")
		must(t, os.WriteFile(c.RootKeyFile, presentRoot, 0o600))
		check(mustOpen(t, c))
	}
}

func TestDamagedPlaceIsRepaired(t *testing.T) {
	t.Parallel()
	harm := map[string]func(t *testing.T, dir string){
		"directory gone": func(t *testing.T, dir string) { must(t, os.RemoveAll(dir)) },
		"snapshot gone":  func(t *testing.T, dir string) { must(t, os.Remove(filepath.Join(dir, "snapshot.1"))) },
		"journal gone":   func(t *testing.T, dir string) { must(t, os.Remove(filepath.Join(dir, "journal.1"))) },
		"tombstones gone": func(t *testing.T, dir string) {
			must(t, os.Remove(filepath.Join(dir, "tombstones")))
		},
		"snapshot byte":      flip("snapshot.1", 60),
		"snapshot ring byte": flip("snapshot.1", 10),
		"journal head byte":  flip("journal.1", 10),
		"both ack slots":     func(t *testing.T, dir string) { flip("journal.1", 40)(t, dir); flip("journal.1", 90)(t, dir) },
		"journal first rec":  flip("journal.1", ringfile.JournalHead+30),
		"journal last byte":  flip("journal.1", -1),
		"journal cut":        cut("journal.1", 3),
		"journal all cut":    cut("journal.1", 1<<20),
		"snapshot cut":       cut("snapshot.1", 1),
	}
	for name, f := range harm {
		for which := range 2 {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				c := config(t, 2)
				r := mustOpen(t, c)
				a, b := person(), person()
				must(t, r.Create(t.Context(), a))
				must(t, r.Create(t.Context(), b))
				sa, sb := seal(t, r, a), seal(t, r, b)
				f(t, c.Places[which])
				again := mustOpen(t, c)
				opens(t, again, a, sa)
				opens(t, again, b, sb)
				// Repaired: the other place may be lost now.
				must(t, os.RemoveAll(c.Places[1-which]))
				last := mustOpen(t, c)
				opens(t, last, a, sa)
				opens(t, last, b, sb)
			})
		}
	}
}

func flip(name string, at int) func(*testing.T, string) {
	return func(t *testing.T, dir string) {
		t.Helper()
		p := filepath.Join(dir, name)
		b, err := os.ReadFile(p)
		must(t, err)
		if at < 0 {
			at += len(b)
		}
		b[at] ^= 0x20
		must(t, os.WriteFile(p, b, 0o600))
	}
}

func cut(name string, n int) func(*testing.T, string) {
	return func(t *testing.T, dir string) {
		t.Helper()
		p := filepath.Join(dir, name)
		b, err := os.ReadFile(p)
		must(t, err)
		must(t, os.Truncate(p, int64(max(0, len(b)-n))))
	}
}

func TestRingThatLostKeysRefusesToOpen(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		harm func(*testing.T, string)
		code string
	}{
		"snapshot":                 {flip("snapshot.1", 70), "ring-damaged"},
		"acknowledged record":      {flip("journal.1", -1), "ring-damaged"},
		"acknowledged record cut":  {cut("journal.1", 1), "ring-damaged"},
		"acknowledged record gone": {cut("journal.1", 4+ringfile.Overhead+4+78), "ring-damaged"},
		"journal gone":             {func(t *testing.T, d string) { must(t, os.Remove(filepath.Join(d, "journal.1"))) }, "ring-damaged"},
		"all gone":                 {func(t *testing.T, d string) { must(t, os.RemoveAll(d)) }, "ring-damaged"},
		"heads and the tail damaged": {func(t *testing.T, d string) {
			flip("journal.1", 40)(t, d)
			flip("journal.1", 90)(t, d)
			cut("journal.1", 1)(t, d)
		}, "ring-damaged"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := config(t, 2)
			r := mustOpen(t, c)
			must(t, r.Create(t.Context(), person()))
			must(t, r.Create(t.Context(), person()))
			for _, p := range c.Places {
				tc.harm(t, p)
			}
			_, err := Open(t.Context(), c)
			wantFault(t, err, fault.Unreadable, tc.code)
		})
	}
}

func TestJournalCutAtEveryByteOfTheLastRecord(t *testing.T) {
	t.Parallel()
	c := config(t, 1)
	r := mustOpen(t, c)
	first, second := person(), person()
	must(t, r.Create(t.Context(), first))
	journal := filepath.Join(c.Places[0], "journal.1")
	before, err := os.ReadFile(journal)
	must(t, err)
	must(t, r.Create(t.Context(), second))
	after, err := os.ReadFile(journal)
	must(t, err)
	r.Close()
	for n := len(before); n < len(after); n++ {
		// Acknowledged: refused. Not acknowledged, the crash came first: tolerated.
		must(t, os.WriteFile(journal, after[:n], 0o600))
		_, err := Open(t.Context(), c)
		wantFault(t, err, fault.Unreadable, "ring-damaged")
		torn := append(bytes.Clone(before), after[len(before):n]...)
		must(t, os.WriteFile(journal, torn, 0o600))
		r := mustOpen(t, c)
		if !r.Has(first) || r.Has(second) {
			t.Fatalf("cut at %d: has first %v, second %v", n, r.Has(first), r.Has(second))
		}
		must(t, r.Create(t.Context(), second))
		if !mustOpen(t, c).Has(second) {
			t.Fatalf("cut at %d: the journal cannot be written after", n)
		}
	}
	// The whole record without its acknowledgement is taken in.
	must(t, os.WriteFile(journal, append(bytes.Clone(before), after[len(before):]...), 0o600))
	if !mustOpen(t, c).Has(second) {
		t.Error("a whole record was dropped")
	}
}

func TestRootFile(t *testing.T) {
	t.Parallel()
	c := config(t, 1)
	c.RootKeyCopies = []string{filepath.Join(filepath.Dir(c.Places[0]), "apart2", "root")}
	r := mustOpen(t, c)
	o := person()
	must(t, r.Create(t.Context(), o))
	sealed := seal(t, r, o)

	must(t, os.Remove(c.RootKeyFile)) // made again from the copy
	opens(t, mustOpen(t, c), o, sealed)
	must(t, os.WriteFile(c.RootKeyCopies[0], []byte("damaged"), 0o600))
	opens(t, mustOpen(t, c), o, sealed)
	a, _ := os.ReadFile(c.RootKeyFile)
	b, _ := os.ReadFile(c.RootKeyCopies[0])
	if len(a) == 0 || !bytes.Equal(a, b) {
		t.Error("the copies of the root differ after repair")
	}
	stale := b
	must(t, r.Reseal(t.Context()))
	must(t, os.WriteFile(c.RootKeyFile, stale, 0o600)) // one old copy loses against a new one
	opens(t, mustOpen(t, c), o, sealed)

	must(t, os.Chmod(c.RootKeyFile, 0o644))
	_, err := Open(t.Context(), c)
	wantFault(t, err, fault.Invalid, "ring-root-exposed")
	must(t, os.Chmod(c.RootKeyFile, 0o600))

	inside := c
	inside.RootKeyFile = filepath.Join(c.Places[0], "root")
	_, err = Open(t.Context(), inside)
	wantFault(t, err, fault.Invalid, "ring-root-inside")
	twice := c
	twice.Places = append(twice.Places, c.Places[0]+"/")
	_, err = Open(t.Context(), twice)
	wantFault(t, err, fault.Invalid, "ring-config")

	must(t, os.Remove(c.RootKeyFile))
	must(t, os.Remove(c.RootKeyCopies[0]))
	_, err = Open(t.Context(), c) // Create is set, yet nothing is made over a ring
	wantFault(t, err, fault.Unreadable, "ring-root-missing")

	empty := config(t, 1)
	empty.Create = false
	_, err = Open(t.Context(), empty)
	wantFault(t, err, fault.Unreadable, "ring-missing")
}

func TestPlaceOfAnotherRingIsNotRepairedAway(t *testing.T) {
	t.Parallel()
	c, d := config(t, 1), config(t, 1)
	r, other := mustOpen(t, c), mustOpen(t, d)
	must(t, r.Create(t.Context(), person()))
	o := person()
	must(t, other.Create(t.Context(), o))
	mixed := c
	mixed.Places = []string{c.Places[0], d.Places[0]}
	_, err := Open(t.Context(), mixed)
	wantFault(t, err, fault.Unreadable, "ring-damaged")
	if !mustOpen(t, d).Has(o) {
		t.Error("the other ring was harmed")
	}
}

func TestTwoProcessesFollowEachOther(t *testing.T) {
	t.Parallel()
	c := config(t, 2)
	a, b := mustOpen(t, c), mustOpen(t, c)
	o := person()
	must(t, a.Create(t.Context(), o))
	sealed := seal(t, a, o)
	opens(t, b, o, sealed) // looks by itself for what it does not know
	if changed, err := b.Refresh(t.Context()); changed || err != nil {
		t.Errorf("refreshed again: %v %v", changed, err)
	}
	must(t, b.Create(t.Context(), o)) // no second key
	opens(t, a, o, seal(t, b, o))

	p := person()
	must(t, b.Create(t.Context(), p)) // behind a's back
	q := person()
	must(t, a.Create(t.Context(), q)) // catches up first
	if !a.Has(p) {
		t.Error("a wrote without catching up")
	}
	must(t, b.EnsureFresh(t.Context(), a.Counter()))
	if !b.Has(q) {
		t.Error("b did not catch up")
	}
	must(t, a.Erase(t.Context(), o))
	changed, err := b.Refresh(t.Context())
	if !changed || err != nil {
		t.Fatalf("refresh after erasing: %v %v", changed, err)
	}
	_, err = b.Open(bindOf(o), sealed)
	wantFault(t, err, fault.Gone, "key-erased")
	must(t, b.Create(t.Context(), person()))
	must(t, a.EnsureFresh(t.Context(), b.Counter()))
	wantFault(t, a.EnsureFresh(t.Context(), b.Counter()+1), fault.Unavailable, "ring-behind")
	if a.Counter() != b.Counter() {
		t.Errorf("counters %d and %d", a.Counter(), b.Counter())
	}
}

func TestManyWritersAndReaders(t *testing.T) {
	t.Parallel()
	c := config(t, 2)
	first := mustOpen(t, c)
	same := person()
	must(t, first.Create(t.Context(), same))
	sealed := seal(t, first, same)
	owners := make([]Owner, 48)
	for i := range owners {
		owners[i] = person()
	}
	var wg sync.WaitGroup
	for w := range 3 {
		r := mustOpen(t, c)
		for k := range 2 {
			wg.Go(func() {
				for i, o := range owners {
					if err := r.Create(t.Context(), o); err != nil {
						if (i%8 != 0) || fault.CodeOf(err) != "key-erased" {
							t.Error(err)
						}
						continue
					}
					s, err := r.Seal(t.Context(), bindOf(o), []byte("x"))
					if err == nil {
						_, err = first.Open(bindOf(o), s)
					}
					if err != nil && (i%8 != 0 || fault.CodeOf(err) != "key-erased") {
						t.Error(err)
					}
					if w == 0 && k == 0 && i%8 == 0 {
						if err := r.Erase(t.Context(), o); err != nil {
							t.Error(err)
						}
					}
				}
			})
		}
		wg.Go(func() {
			for range 200 {
				if _, err := r.Open(bindOf(same), sealed); err != nil {
					t.Error(err)
				}
				if _, err := r.Refresh(t.Context()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	last := mustOpen(t, c)
	for i, o := range owners {
		if last.Has(o) == (i%8 == 0) {
			t.Errorf("owner %d: has %v", i, last.Has(o))
		}
	}
	if len(last.st.keys) != 1+len(owners)-len(owners)/8 {
		t.Errorf("%d keys: an owner has two", len(last.st.keys))
	}
}

func TestWriterWaitsForItsLock(t *testing.T) {
	t.Parallel()
	c := config(t, 1)
	var held, taken int
	c.Lock = func(context.Context) (func(), error) {
		taken++
		held++
		if held > 1 {
			return nil, errors.New("held twice")
		}
		return func() { held-- }, nil
	}
	r := mustOpen(t, c)
	must(t, r.Create(t.Context(), person()))
	must(t, r.Erase(t.Context(), r.st.keys[0].Owner))
	if taken != 3 || held != 0 {
		t.Errorf("lock taken %d times, %d still held; want 3, 0", taken, held)
	}
	plain := c
	plain.Lock = nil
	other := mustOpen(t, plain)
	unlock, err := other.lock(t.Context())
	must(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	wantFault(t, r.Create(ctx, person()), fault.Unavailable, "ring-busy")
	unlock()
	must(t, r.Create(t.Context(), person()))
	r.Close()
	_, err = r.Seal(t.Context(), bindOf(person()), nil)
	wantFault(t, err, fault.Unavailable, "ring-closed")
	c.Lock = func(context.Context) (func(), error) { return nil, errors.New("no database") }
	_, err = Open(t.Context(), c)
	wantFault(t, err, fault.Unavailable, "ring-busy")
}

func BenchmarkOpenMillion(b *testing.B) {
	dir := b.TempDir()
	c := Config{Places: []string{filepath.Join(dir, "place")}, RootKeyFile: filepath.Join(dir, "root"), Create: true}
	r, err := Open(b.Context(), c)
	if err != nil {
		b.Fatal(err)
	}
	owners := make([]Owner, 1_000_000)
	for i := range owners {
		owners[i] = person()
	}
	if err := r.CreateAll(b.Context(), owners); err != nil {
		b.Fatal(err)
	}
	b.Run("journal", func(b *testing.B) { benchOpen(b, c) })
	if err := r.Reseal(b.Context()); err != nil {
		b.Fatal(err)
	}
	b.Run("snapshot", func(b *testing.B) { benchOpen(b, c) })
	b.Run("erase", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			if err := r.Erase(b.Context(), owners[i]); err != nil {
				b.Fatal(err)
			}
		}
	})
	bind := bindOf(owners[len(owners)-1])
	s, _ := r.Seal(b.Context(), bind, make([]byte, 500))
	b.Run("seal500", func(b *testing.B) {
		for b.Loop() {
			_, _ = r.Seal(b.Context(), bind, s[:500])
		}
	})
	b.Run("open500", func(b *testing.B) {
		for b.Loop() {
			_, _ = r.Open(bind, s)
		}
	})
}

func benchOpen(b *testing.B, c Config) {
	for b.Loop() {
		r, err := Open(b.Context(), c)
		if err != nil {
			b.Fatal(err)
		}
		r.Close()
	}
}

func FuzzOpenSealed(f *testing.F) {
	dir := f.TempDir()
	r, err := Open(f.Context(), Config{Places: []string{filepath.Join(dir, "place")}, RootKeyFile: filepath.Join(dir, "root"), Create: true})
	if err != nil {
		f.Fatal(err)
	}
	o := person()
	if err := r.Create(f.Context(), o); err != nil {
		f.Fatal(err)
	}
	sealed, err := r.Seal(f.Context(), bindOf(o), []byte("text"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(sealed)
	f.Add(sealed[:Overhead])
	f.Fuzz(func(t *testing.T, b []byte) {
		plain, err := r.Open(bindOf(o), b)
		if err == nil && !bytes.Equal(b, sealed) {
			t.Errorf("a text that was not sealed opens as %q", plain)
		}
	})
}

func TestOldRingBesideNewPlaceIsRefused(t *testing.T) {
	t.Parallel()
	c := config(t, 2)
	r := mustOpen(t, c)
	gone, stays := person(), person()
	must(t, r.CreateAll(t.Context(), []Owner{gone, stays}))
	sealed := seal(t, r, stays)
	restoreOld := keep(t, c.Places[0], filepath.Dir(c.RootKeyFile))
	must(t, r.Erase(t.Context(), gone))
	restoreNew := keep(t, c.Places[0], filepath.Dir(c.RootKeyFile))
	restoreOld() // place 2 remains the new one
	_, err := Open(t.Context(), c)
	wantFault(t, err, fault.Unreadable, "ring-damaged")
	if !strings.Contains(err.Error(), "old copy") {
		t.Errorf("the fault does not say what is wrong: %v", err)
	}
	restoreNew()
	again := mustOpen(t, c)
	opens(t, again, stays, sealed)
	if again.Has(gone) {
		t.Error("the erased key is back")
	}
}

func TestTombstoneIsReplayedOnKeysOfTheJournal(t *testing.T) {
	t.Parallel()
	c := config(t, 1)
	r := mustOpen(t, c)
	o := person()
	must(t, r.Create(t.Context(), o))
	restore := keep(t, c.Places[0], filepath.Dir(c.RootKeyFile))
	must(t, r.Erase(t.Context(), o))
	tombs, err := os.ReadFile(filepath.Join(c.Places[0], "tombstones"))
	must(t, err)
	restore()
	must(t, os.WriteFile(filepath.Join(c.Places[0], "tombstones"), tombs, 0o600))
	again := mustOpen(t, c)
	if !again.Erased(o) || len(again.st.keys) != 0 || again.st.root.Gen != 2 {
		t.Errorf("erased %v, %d keys left, generation %d", again.Erased(o), len(again.st.keys), again.st.root.Gen)
	}
}

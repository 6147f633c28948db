package crypt

import (
	"errors"
	"fmt"
	"os"
	"testing"

	"plumbline/internal/crypt/ringdisk"
	"plumbline/internal/fault"
)

var errDisk = errors.New("disk: gone")

// crashDisk fails at its nth change and at all later ones, as a machine that
// loses power does, or at that one alone. What the failing change leaves
// behind is told by mode.
type crashDisk struct {
	ringdisk.OS
	left *int
	mode crashMode
	once bool
}

type crashMode int

const (
	nothing crashMode = iota // the change left no trace
	half                     // a part of the bytes arrived
	whole                    // all of it arrived, and nobody was told
)

func (c crashDisk) step() (fail bool, first bool) {
	*c.left--
	return *c.left == 0 || *c.left < 0 && !c.once, *c.left == 0
}

func (c crashDisk) Replace(path string, data []byte) error {
	fail, first := c.step()
	if !fail {
		return c.OS.Replace(path, data)
	}
	if first && c.mode == half {
		_ = os.WriteFile(path+ringdisk.TmpSuffix, data[:len(data)/2], 0o600)
	}
	if first && c.mode == whole {
		_ = c.OS.Replace(path, data)
	}
	return errDisk
}

func (c crashDisk) WriteAt(path string, data []byte, off int64) error {
	fail, first := c.step()
	if !fail {
		return c.OS.WriteAt(path, data, off)
	}
	if first && c.mode == half {
		_ = c.OS.WriteAt(path, data[:len(data)/2], off)
	}
	if first && c.mode == whole {
		_ = c.OS.WriteAt(path, data, off)
	}
	return errDisk
}

func (c crashDisk) Shred(path string) error {
	fail, first := c.step()
	if !fail {
		return c.OS.Shred(path)
	}
	if first && c.mode == half {
		_ = os.WriteFile(path, nil, 0o600)
	}
	if first && c.mode == whole {
		_ = c.OS.Shred(path)
	}
	return errDisk
}

// eachCrash runs f for a failure at every step, of every mode, until the work
// comes to its end without reaching the step.
func eachCrash(t *testing.T, f func(t *testing.T, c Config, d ringdisk.Disk, reached func() bool)) {
	t.Helper()
	for _, once := range []bool{false, true} {
		for _, mode := range []crashMode{nothing, half, whole} {
			for _, places := range []int{1, 2} {
				steps := 0
				for n := 1; ; n++ {
					left, end := n, false
					t.Run(fmt.Sprintf("once %v mode %d places %d step %d", once, mode, places, n), func(t *testing.T) {
						f(t, config(t, places), crashDisk{left: &left, mode: mode, once: once}, func() bool { return left <= 0 })
						end = left > 0
					})
					if end || t.Failed() {
						break
					}
					steps++
				}
				if steps < 3 {
					t.Errorf("only %d steps were tried", steps)
				}
			}
		}
	}
}

func TestCrashWhileStarting(t *testing.T) {
	t.Parallel()
	eachCrash(t, func(t *testing.T, c Config, d ringdisk.Disk, _ func() bool) {
		r, err := open(t.Context(), c, d)
		if err == nil {
			err = r.Create(t.Context(), person())
		}
		_ = err
		o := person()
		r = mustOpen(t, c)
		must(t, r.Create(t.Context(), o))
		sealed := seal(t, r, o)
		opens(t, mustOpen(t, c), o, sealed)
	})
}

func TestCrashWhileCreating(t *testing.T) {
	t.Parallel()
	eachCrash(t, func(t *testing.T, c Config, d ringdisk.Disk, reached func() bool) {
		r := mustOpen(t, c)
		before := person()
		must(t, r.Create(t.Context(), before))
		old := seal(t, r, before)
		r.disk = d
		var used []Owner
		var sealed [][]byte
		for range 2 {
			o := person()
			err := r.Create(t.Context(), o)
			if err == nil {
				used, sealed = append(used, o), append(sealed, seal(t, r, o))
				continue
			}
			if !reached() || fault.KindOf(err) != fault.Unavailable {
				t.Fatal(err)
			}
			// Refused: may not be used, by nobody.
			if r.Has(o) {
				t.Fatal("a refused key may be used")
			}
			opens(t, r, before, old)
			// And may be asked for again; here the disk may have recovered.
			if err := r.Create(t.Context(), o); err == nil {
				used, sealed = append(used, o), append(sealed, seal(t, r, o))
			}
		}
		again := mustOpen(t, c)
		opens(t, again, before, old)
		for i, o := range used {
			opens(t, again, o, sealed[i])
		}
		must(t, again.CreateAll(t.Context(), []Owner{person(), person()}))
		for i := range c.Places { // each place alone has all of it
			alone := c
			alone.Places = c.Places[i : i+1]
			opens(t, mustOpen(t, alone), before, old)
			for j, o := range used {
				opens(t, mustOpen(t, alone), o, sealed[j])
			}
		}
	})
}

func TestCrashWhileErasing(t *testing.T) {
	t.Parallel()
	eachCrash(t, func(t *testing.T, c Config, d ringdisk.Disk, reached func() bool) {
		r := mustOpen(t, c)
		gone, stays := person(), person()
		must(t, r.CreateAll(t.Context(), []Owner{gone, stays}))
		sealed, kept := seal(t, r, gone), seal(t, r, stays)
		r.disk = d
		err := r.Erase(t.Context(), gone)
		if err != nil {
			if !reached() || fault.KindOf(err) != fault.Unavailable {
				t.Fatal(err)
			}
			if _, err := r.Open(bindOf(gone), sealed); fault.CodeOf(err) != "key-erased" {
				t.Fatalf("during the erasure the key answers %v", err)
			}
		}
		opens(t, r, stays, kept)
		late := person()
		var lateSealed []byte
		if r.Create(t.Context(), late) == nil {
			lateSealed = seal(t, r, late)
		}

		again := mustOpen(t, c)
		opens(t, again, stays, kept)
		if lateSealed != nil {
			opens(t, again, late, lateSealed)
		}
		if err == nil && again.Has(gone) {
			t.Fatal("an erased key is back")
		}
		must(t, erase(t, again, gone))
		last := mustOpen(t, c)
		opens(t, last, stays, kept)
		_, err = last.Open(bindOf(gone), sealed)
		wantFault(t, err, fault.Gone, "key-erased")
		if last.Has(gone) || len(last.Tombstones()) != 1 {
			t.Errorf("has %v, tombstones %v", last.Has(gone), last.Tombstones())
		}
		for i := range c.Places {
			names, err := last.disk.Names(c.Places[i])
			must(t, err)
			want := 3
			if i == 0 {
				want = 4 // the lock
			}
			if len(names) != want {
				t.Errorf("place %d holds %v", i+1, names)
			}
		}
	})
}

func erase(t *testing.T, r *Ring, o Owner) error {
	t.Helper()
	return r.Erase(t.Context(), o)
}

func TestPlaceThatIsDownRefusesNewKeysAndServesOld(t *testing.T) {
	t.Parallel()
	c := config(t, 2)
	r := mustOpen(t, c)
	o := person()
	must(t, r.Create(t.Context(), o))
	sealed := seal(t, r, o)
	must(t, os.Rename(c.Places[1], c.Places[1]+".away"))
	must(t, os.WriteFile(c.Places[1], nil, 0o600)) // cannot become a directory
	wantFault(t, r.Create(t.Context(), person()), fault.Unavailable, "ring-place-down")
	wantFault(t, r.Check(t.Context()), fault.Unavailable, "ring-place-down")
	if err := r.Erase(t.Context(), o); fault.CodeOf(err) != "ring-place-down" {
		t.Errorf("erased while a place holds the key: %v", err)
	}
	again := mustOpen(t, c)
	for _, ring := range []*Ring{r, again} {
		opens(t, ring, o, sealed)
	}
	must(t, os.Remove(c.Places[1]))
	must(t, os.Rename(c.Places[1]+".away", c.Places[1]))
	for _, ring := range []*Ring{r, again} {
		must(t, ring.Create(t.Context(), person()))
		must(t, ring.Check(t.Context()))
	}
}

// tornCreate makes the ring stop after place 1 has the record of o, and place
// 2 has not.
func tornCreate(t *testing.T, c Config, o Owner) {
	t.Helper()
	r := mustOpen(t, c)
	left := 2
	r.disk = crashDisk{left: &left}
	wantFault(t, r.Create(t.Context(), o), fault.Unavailable, "ring-place-down")
}

func TestRecordThatOnePlaceHasWaitsForTheOther(t *testing.T) {
	t.Parallel()
	c := config(t, 2)
	follower := mustOpen(t, c)
	o := person()
	tornCreate(t, c, o)
	must(t, os.Rename(c.Places[1], c.Places[1]+".away"))
	must(t, os.WriteFile(c.Places[1], nil, 0o600))
	for range 2 {
		if mustOpen(t, c).Has(o) {
			t.Fatal("a key that only one place has may be used")
		}
		if _, err := follower.Refresh(t.Context()); err != nil || follower.Has(o) {
			t.Fatalf("another process uses it: %v", err)
		}
	}
	must(t, os.Remove(c.Places[1]))
	must(t, os.Rename(c.Places[1]+".away", c.Places[1]))
	if !mustOpen(t, c).Has(o) {
		t.Error("the record was dropped although both places can have it")
	}
	for i := range c.Places {
		alone := c
		alone.Places = c.Places[i : i+1]
		if !mustOpen(t, alone).Has(o) {
			t.Errorf("place %d has no record of it", i+1)
		}
	}
}

func TestPlaceThatWentOnAloneIsBelieved(t *testing.T) {
	t.Parallel()
	c := config(t, 2)
	o := person()
	tornCreate(t, c, o) // place 1 has a key of o that was refused
	second := c
	second.Places = c.Places[1:]
	r := mustOpen(t, second)
	must(t, r.Create(t.Context(), o)) // place 2 has another one, acknowledged
	sealed := seal(t, r, o)
	opens(t, mustOpen(t, c), o, sealed)
	first := c
	first.Places = c.Places[:1]
	opens(t, mustOpen(t, first), o, sealed)
}

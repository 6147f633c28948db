package media

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"plumbline/internal/blob"
	"plumbline/internal/blob/blobfs"
	"plumbline/internal/clock"
	"plumbline/internal/crypt"
	"plumbline/internal/db"
	"plumbline/internal/db/dbtest"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/person/persontest"
)

type world struct {
	d     *db.DB
	clock *clock.Fake
	f     *Files
	org   id.Org
	other id.Org
	blobs *slow
}

// slow is a real store in which a test can step in before a call.
type slow struct {
	blob.Store
	mu     sync.Mutex
	before func(call string)
	fail   error
}

func (s *slow) step(call string) error {
	s.mu.Lock()
	before, fail := s.before, s.fail
	s.mu.Unlock()
	if before != nil {
		before(call)
	}
	if call == "put" {
		return fail
	}
	return nil
}

func (s *slow) Put(ctx context.Context, org id.Org, r io.Reader, limit int64) (blob.Ref, error) {
	if err := s.step("put"); err != nil {
		return blob.Ref{}, err
	}
	return s.Store.Put(ctx, org, r, limit)
}

func (s *slow) Delete(ctx context.Context, org id.Org, ref blob.Ref) error {
	if err := s.step("delete"); err != nil {
		return err
	}
	return s.Store.Delete(ctx, org, ref)
}

func each(t *testing.T, fn func(t *testing.T, w *world)) {
	t.Helper()
	t.Parallel()
	for _, dialect := range []db.Dialect{db.SQLite, db.Postgres} {
		t.Run(dialect.String(), func(t *testing.T) {
			t.Parallel()
			w := &world{clock: clock.NewFake(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)), org: id.New[id.Org](), other: id.New[id.Org]()}
			w.d = dbtest.Open(t, dialect, dbtest.Clock(w.clock))
			ring := persontest.Ring(t)
			if err := ring.CreateAll(t.Context(), []crypt.Owner{crypt.OrgOwner(w.org), crypt.OrgOwner(w.other)}); err != nil {
				t.Fatal(err)
			}
			store, err := blobfs.New(blobfs.Config{Locations: []string{filepath.Join(t.TempDir(), "files")}, Keys: crypt.OrgKeys{Ring: ring, Table: "blob", Column: "head"}})
			if err != nil {
				t.Fatal(err)
			}
			w.blobs = &slow{Store: store}
			w.f = NewFiles(w.d, w.blobs)
			fn(t, w)
		})
	}
}

// save stores text and keeps it once.
func (w *world) save(t *testing.T, text string) Held {
	t.Helper()
	var out Held
	if err := w.f.Save(t.Context(), w.org, []io.ReadSeeker{strings.NewReader(text)}, func(tx *db.Tx, held []Held) error {
		out = held[0]
		return w.f.Keep(tx, held[0])
	}); err != nil {
		t.Fatal(err)
	}
	return out
}

func (w *world) write(t *testing.T, fn func(tx *db.Tx) error) {
	t.Helper()
	if err := w.d.Write(t.Context(), db.Tenant(w.org), fn); err != nil {
		t.Fatal(err)
	}
}

// text is what is stored, or why not.
func (w *world) text(t *testing.T, org id.Org, sha string) (string, error) {
	t.Helper()
	r, err := w.f.Open(t.Context(), org, sha)
	if err != nil {
		return "", err
	}
	defer r.Close() //nolint:errcheck // a test
	b, err := io.ReadAll(blob.NewReader(r))
	return string(b), err
}

// rows is how many files there are, and how many references.
func (w *world) rows(t *testing.T) (files, refs int) {
	t.Helper()
	if err := w.d.Read(t.Context(), db.Everyone("a test"), func(tx *db.Tx) error {
		return tx.Row(`select count(*), coalesce(sum(refs), 0) from file`).Scan(&files, &refs)
	}); err != nil {
		t.Fatal(err)
	}
	return files, refs
}

func TestFileLivesWhileItIsReferred(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		h := w.save(t, "plan")
		if again := w.save(t, "plan"); again.SHA != h.SHA {
			t.Errorf("names %s and %s", h.SHA, again.SHA)
		}
		if files, refs := w.rows(t); files != 1 || refs != 2 {
			t.Errorf("%d files, %d references", files, refs)
		}
		if _, err := w.text(t, w.other, h.SHA); !fault.Is(err, fault.NotFound) {
			t.Errorf("another organisation reads it: %v", err)
		}
		drop := func() { w.write(t, func(tx *db.Tx) error { return w.f.Drop(tx, h.SHA) }) }
		sweep := func() int {
			n, err := w.f.Sweep(t.Context(), 10)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		drop()
		w.clock.Advance(2 * Grace)
		if n := sweep(); n != 0 {
			t.Errorf("%d swept with a reference", n)
		}
		drop()
		if n := sweep(); n != 0 {
			t.Errorf("%d swept before the grace is over", n)
		}
		w.clock.Advance(Grace + time.Second)
		if n := sweep(); n != 1 {
			t.Errorf("%d swept", n)
		}
		if _, err := w.text(t, w.org, h.SHA); !fault.Is(err, fault.NotFound) {
			t.Errorf("still there: %v", err)
		}
		if files, _ := w.rows(t); files != 0 {
			t.Errorf("%d rows are left", files)
		}
	})
}

func TestFailureLeavesNothing(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		boom := errors.New("boom")
		var h Held
		err := w.f.Save(t.Context(), w.org, []io.ReadSeeker{strings.NewReader("a"), strings.NewReader("a"), strings.NewReader("b")}, func(tx *db.Tx, held []Held) error {
			h = held[0]
			if err := w.f.Keep(tx, held[0]); err != nil {
				t.Errorf("the same content twice: %v", err)
			}
			return boom
		})
		if !errors.Is(err, boom) {
			t.Errorf("error %v", err)
		}
		if files, _ := w.rows(t); files != 0 {
			t.Errorf("%d rows are left", files)
		}
		if _, err := w.text(t, w.org, h.SHA); !fault.Is(err, fault.NotFound) {
			t.Errorf("bytes are left: %v", err)
		}
		w.blobs.fail = fault.New(fault.Unavailable, "disk-full", "full")
		if err := w.f.Save(t.Context(), w.org, []io.ReadSeeker{strings.NewReader("c")}, func(*db.Tx, []Held) error { return nil }); fault.CodeOf(err) != "disk-full" {
			t.Errorf("error %v", err)
		}
		if files, _ := w.rows(t); files != 0 {
			t.Errorf("%d rows are left", files)
		}
	})
}

// TestPutWhileItIsDeleted stores a content again in the very moment in which
// its last copy is deleted.
func TestPutWhileItIsDeleted(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		h := w.save(t, "again")
		w.write(t, func(tx *db.Tx) error { return w.f.Drop(tx, h.SHA) })
		w.clock.Advance(Grace + time.Second)
		started, saved := make(chan struct{}), make(chan error, 1)
		var once sync.Once
		w.blobs.before = func(call string) {
			if call != "delete" {
				return
			}
			once.Do(func() {
				go func() {
					close(started)
					saved <- w.f.Save(context.WithoutCancel(t.Context()), w.org, []io.ReadSeeker{strings.NewReader("again")}, func(tx *db.Tx, held []Held) error {
						return w.f.Keep(tx, held[0])
					})
				}()
				<-started
			})
		}
		if n, err := w.f.Sweep(t.Context(), 10); err != nil || n != 1 {
			t.Fatalf("swept %d, %v", n, err)
		}
		if err := <-saved; err != nil {
			t.Fatal(err)
		}
		if got, err := w.text(t, w.org, h.SHA); err != nil || got != "again" {
			t.Errorf("%q, %v", got, err)
		}
	})
}

// TestHoldLostToAFailure: two store the same content, the later one fails and
// takes it away; the earlier one notices and stores it anew.
func TestHoldLostToAFailure(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		tries := 0
		err := w.f.Save(t.Context(), w.org, []io.ReadSeeker{strings.NewReader("shared")}, func(tx *db.Tx, held []Held) error {
			return w.f.Keep(tx, held[0])
		})
		if err != nil {
			t.Fatal(err)
		}
		sha := ""
		var first Held
		if first, err = w.f.Hold(t.Context(), w.org, strings.NewReader("other")); err != nil {
			t.Fatal(err)
		}
		later, err := w.f.Hold(t.Context(), w.org, strings.NewReader("other"))
		if err != nil {
			t.Fatal(err)
		}
		w.f.Release(t.Context(), later)
		err = w.d.Write(t.Context(), db.Tenant(w.org), func(tx *db.Tx) error { return w.f.Keep(tx, first) })
		if fault.CodeOf(err) != codeLost {
			t.Errorf("a lost hold is kept: %v", err)
		}
		if err := w.f.Save(t.Context(), w.org, []io.ReadSeeker{strings.NewReader("other")}, func(tx *db.Tx, held []Held) error {
			if tries++; tries == 1 {
				return fault.New(fault.Unavailable, codeLost, "as if it were lost")
			}
			sha = held[0].SHA
			return w.f.Keep(tx, held[0])
		}); err != nil || tries != 2 {
			t.Errorf("%d tries, %v", tries, err)
		}
		if got, err := w.text(t, w.org, sha); err != nil || got != "other" {
			t.Errorf("%q, %v", got, err)
		}
	})
}

// TestManyAtOnce stores, drops, fails and sweeps the same contents from many
// sides; in the end what is referred to is there and nothing else.
func TestManyAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		const workers, rounds, contents = 6, 8, 3
		stop := make(chan struct{})
		var sweeper, all sync.WaitGroup
		sweeper.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				w.clock.Advance(Grace) // everything unused is old at once
				if _, err := w.f.Sweep(t.Context(), 10); err != nil {
					t.Error(err)
				}
			}
		})
		want := make([]int, contents)
		var mu sync.Mutex
		for n := range workers {
			all.Go(func() {
				for r := range rounds {
					i := (n + r) % contents
					body := bytes.NewReader(fmt.Appendf(nil, "content %d", i))
					fail, sha := (n*rounds+r)%4 == 0, ""
					err := w.f.Save(t.Context(), w.org, []io.ReadSeeker{body}, func(tx *db.Tx, held []Held) error {
						sha = held[0].SHA
						if err := w.f.Keep(tx, held[0]); err != nil {
							return err
						}
						if fail {
							return errors.New("on purpose")
						}
						return nil
					})
					switch {
					case fail:
						continue
					case fault.CodeOf(err) == codeLost: // lost the race five times over: said, not silent
						continue
					case err != nil:
						t.Error(err)
					}
					if got, err := w.text(t, w.org, sha); err != nil || got != fmt.Sprintf("content %d", i) {
						t.Errorf("just saved: %q, %v", got, err)
					}
					if (n+r)%3 == 0 {
						if err := w.d.Write(t.Context(), db.Tenant(w.org), func(tx *db.Tx) error { return w.f.Drop(tx, sha) }); err != nil {
							t.Error(err)
						}
						continue
					}
					mu.Lock()
					want[i]++
					mu.Unlock()
				}
			})
		}
		all.Wait()
		close(stop)
		sweeper.Wait()
		total := 0
		for i, n := range want {
			total += n
			if n == 0 {
				continue
			}
			h := w.save(t, fmt.Sprintf("content %d", i))
			total++
			if got, err := w.text(t, w.org, h.SHA); err != nil || got != fmt.Sprintf("content %d", i) {
				t.Errorf("in the end: %q, %v", got, err)
			}
		}
		if _, refs := w.rows(t); refs != total {
			t.Errorf("%d references, want %d", refs, total)
		}
	})
}

package blobfs

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"plumbline/internal/blob"
	"plumbline/internal/blob/blobtest"
	"plumbline/internal/clock"
	"plumbline/internal/crypt"
	"plumbline/internal/fault"
	"plumbline/internal/id"
)

func fresh(t *testing.T, locations int) (blobtest.Backend, *Store, *crypt.Ring) {
	t.Helper()
	dir := t.TempDir()
	ring, err := crypt.Open(t.Context(), crypt.Config{Places: []string{filepath.Join(dir, "ring")}, RootKeyFile: filepath.Join(dir, "root"), Create: true})
	if err != nil {
		t.Fatal(err)
	}
	orgs := [2]id.Org{id.New[id.Org](), id.New[id.Org]()}
	if err := ring.CreateAll(t.Context(), []crypt.Owner{crypt.OrgOwner(orgs[0]), crypt.OrgOwner(orgs[1])}); err != nil {
		t.Fatal(err)
	}
	cfg := Config{Keys: crypt.OrgKeys{Ring: ring, Table: "blob", Column: "head"}}
	for i := range locations {
		cfg.Locations = append(cfg.Locations, filepath.Join(dir, "files"+string(rune('1'+i))))
	}
	s, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return blobtest.Backend{
		Store: s, Orgs: orgs, Copies: locations,
		Dump: func(t *testing.T) map[string][]byte {
			t.Helper()
			all := map[string][]byte{}
			for _, loc := range cfg.Locations {
				err := filepath.WalkDir(loc, func(p string, d os.DirEntry, err error) error {
					if err != nil || d.IsDir() {
						return err
					}
					all[p], err = os.ReadFile(p)
					return err
				})
				if err != nil {
					t.Fatal(err)
				}
			}
			return all
		},
		Overwrite: func(t *testing.T, name string, b []byte) {
			t.Helper()
			var err error
			if b == nil {
				err = os.Remove(name)
			} else if err = os.MkdirAll(filepath.Dir(name), 0o700); err == nil {
				// A new file, so that what is open keeps what it had.
				_ = os.Remove(name)
				err = os.WriteFile(name, b, 0o600)
			}
			if err != nil {
				t.Fatal(err)
			}
		},
	}, s, ring
}

func TestContract(t *testing.T) {
	t.Parallel()
	for name, n := range map[string]int{"one location": 1, "two locations": 2} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			blobtest.Run(t, func(t *testing.T) blobtest.Backend {
				b, _, _ := fresh(t, n)
				return b
			})
		})
	}
}

func TestErasedOrganisation(t *testing.T) {
	t.Parallel()
	b, s, ring := fresh(t, 2)
	var refs [2]blob.Ref
	for i, org := range b.Orgs {
		var err error
		if refs[i], err = s.Put(t.Context(), org, strings.NewReader("text"), 0); err != nil {
			t.Fatal(err)
		}
	}
	before := b.Dump(t)
	if err := ring.Erase(t.Context(), crypt.OrgOwner(b.Orgs[0])); err != nil {
		t.Fatal(err)
	}
	_, err := s.Open(t.Context(), b.Orgs[0], refs[0])
	if !fault.Is(err, fault.Gone) {
		t.Errorf("open: %v, want gone", err)
	}
	_, err = s.Put(t.Context(), b.Orgs[0], strings.NewReader("text"), 0)
	if !fault.Is(err, fault.Gone) {
		t.Errorf("put: %v, want gone", err)
	}
	if _, err := s.Open(t.Context(), b.Orgs[1], refs[1]); err != nil {
		t.Errorf("the other organisation: %v", err)
	}
	if len(b.Dump(t)) != len(before) {
		t.Error("a missing key was taken for damage")
	}
}

func TestLocationThatIsDown(t *testing.T) {
	t.Parallel()
	b, s, _ := fresh(t, 2)
	org := b.Orgs[0]
	ref, err := s.Put(t.Context(), org, strings.NewReader("text"), 0)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 2 {
		loc := s.cfg.Locations[i]
		if err := os.Rename(loc, loc+".away"); err != nil {
			t.Fatal(err)
		}
		r, err := s.Open(t.Context(), org, ref)
		if err != nil {
			t.Fatalf("location %d down: %v", i+1, err)
		}
		if got, err := io.ReadAll(blob.NewReader(r)); err != nil || string(got) != "text" {
			t.Errorf("read %q, %v", got, err)
		}
		_ = r.Close()
		for what, err := range map[string]error{
			"put":    second(s.Put(t.Context(), org, strings.NewReader("other"), 0)),
			"delete": s.Delete(t.Context(), org, ref),
			"verify": s.Verify(t.Context(), org, ref),
			"list":   listed(t, s, org),
		} {
			if !fault.Is(err, fault.Unavailable) {
				t.Errorf("location %d down, %s: %v, want unavailable", i+1, what, err)
			}
		}
		if err := os.Rename(loc+".away", loc); err != nil {
			t.Fatal(err)
		}
		if err := s.Verify(t.Context(), org, ref); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(b.Dump(t)); n != 2 {
		t.Errorf("%d things stored, want 2", n)
	}
	alone, one, _ := fresh(t, 1)
	if err := os.RemoveAll(one.cfg.Locations[0]); err != nil {
		t.Fatal(err)
	}
	_, err = one.Open(t.Context(), alone.Orgs[0], ref)
	if !fault.Is(err, fault.Unavailable) {
		t.Errorf("the only location is gone: %v, want unavailable, not 'not found'", err)
	}
}

func second(_ blob.Ref, err error) error { return err }

func listed(t *testing.T, s *Store, org id.Org) error {
	t.Helper()
	var all error
	for _, err := range s.List(t.Context(), org) {
		all = errors.Join(all, err)
	}
	return all
}

func TestDeletedFileHasLostItsKey(t *testing.T) {
	t.Parallel()
	b, s, _ := fresh(t, 1)
	ref, err := s.Put(t.Context(), b.Orgs[0], strings.NewReader("text"), 0)
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(s.path(0, b.Orgs[0], ref)) // stands for the blocks of the medium
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	if err := s.Delete(t.Context(), b.Orgs[0], ref); err != nil {
		t.Fatal(err)
	}
	rest, err := io.ReadAll(f)
	if err != nil || int64(len(rest)) != blob.SealedLength(4) {
		t.Fatalf("%d bytes, %v", len(rest), err)
	}
	if !bytes.Equal(rest[len(rest)-blob.TrailerSize:], make([]byte, blob.TrailerSize)) {
		t.Error("the sealed key is still on the medium")
	}
}

func TestNewRemovesOldTemporaryFilesOnly(t *testing.T) {
	t.Parallel()
	_, s, _ := fresh(t, 1)
	dir := filepath.Join(s.cfg.Locations[0], tmpDir)
	now := time.Now()
	for name, age := range map[string]time.Duration{"put-old": 25 * time.Hour, "put-young": 23 * time.Hour} {
		p := filepath.Join(dir, name)
		if err := errors.Join(os.WriteFile(p, nil, 0o600), os.Chtimes(p, now.Add(-age), now.Add(-age))); err != nil {
			t.Fatal(err)
		}
	}
	cfg := s.cfg
	cfg.Clock = clock.NewFake(now)
	if _, err := New(cfg); err != nil {
		t.Fatal(err)
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 1 || left[0].Name() != "put-young" {
		t.Errorf("left: %v, %v", left, err)
	}
}

func BenchmarkPut5MiB(b *testing.B) {
	dir := b.TempDir()
	ring, err := crypt.Open(b.Context(), crypt.Config{Places: []string{filepath.Join(dir, "ring")}, RootKeyFile: filepath.Join(dir, "root"), Create: true})
	if err != nil {
		b.Fatal(err)
	}
	org := id.New[id.Org]()
	if err := ring.Create(b.Context(), crypt.OrgOwner(org)); err != nil {
		b.Fatal(err)
	}
	s, err := New(Config{Locations: []string{filepath.Join(dir, "files")}, Keys: crypt.OrgKeys{Ring: ring, Table: "blob", Column: "head"}})
	if err != nil {
		b.Fatal(err)
	}
	content := blobtest.Bytes(5 << 20)
	b.SetBytes(int64(len(content)))
	for b.Loop() {
		if _, err := s.Put(b.Context(), org, bytes.NewReader(content), 0); err != nil {
			b.Fatal(err)
		}
	}
}

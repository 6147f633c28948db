package blobfs

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"iter"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"time"

	"plumbline/internal/blob"
	"plumbline/internal/clock"
	"plumbline/internal/fault"
	"plumbline/internal/id"
)

// Config says where the files are.
type Config struct {
	Locations []string // directories, each of which gets every file
	Keys      blob.Keys
	Clock     clock.Clock  // nil: the machine's
	Log       *slog.Logger // told of damage and repair; nil: nobody is
}

// Store is a blob.Store on directories.
type Store struct {
	cfg   Config
	locks [64]sync.Mutex // by name: renaming, repairing and deleting a file exclude each other
}

var _ blob.Store = (*Store)(nil)

const (
	tmpDir = "tmp"
	tmpAge = 24 * time.Hour
)

// New opens the locations, and makes them where they are absent.
func New(cfg Config) (*Store, error) {
	const op = "blobfs.New"
	if len(cfg.Locations) == 0 || cfg.Keys == nil {
		return nil, fault.Wrap(op, fault.New(fault.Invalid, "blob-config", "the file store needs a location and keys"))
	}
	if cfg.Clock == nil {
		cfg.Clock = clock.System{}
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	s := &Store{cfg: cfg}
	for _, loc := range cfg.Locations {
		if err := os.MkdirAll(filepath.Join(loc, tmpDir), 0o700); err != nil {
			return nil, fault.Wrap(op, down(err))
		}
		if err := errors.Join(syncDir(loc), syncDir(filepath.Dir(loc))); err != nil {
			return nil, fault.Wrap(op, down(err))
		}
		if err := s.sweep(filepath.Join(loc, tmpDir)); err != nil {
			return nil, fault.Wrap(op, down(err))
		}
	}
	return s, nil
}

func (s *Store) sweep(dir string) error {
	list, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range list {
		st, err := e.Info()
		if err != nil || s.cfg.Clock.Now().Sub(st.ModTime()) < tmpAge {
			continue
		}
		if err := os.Remove(filepath.Join(dir, e.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

func down(err error) error {
	if err == nil {
		return nil
	}
	return fault.New(fault.Unavailable, "blob-store-down", "the file store cannot be read or written").Because(err)
}

func (s *Store) dir(loc int, org id.Org, ref blob.Ref) string {
	return filepath.Join(s.cfg.Locations[loc], string(org), ref.SHA256[:2])
}

func (s *Store) path(loc int, org id.Org, ref blob.Ref) string {
	return filepath.Join(s.dir(loc, org, ref), ref.SHA256)
}

func (s *Store) lock(ref blob.Ref) func() {
	var n int
	for i := range 2 {
		n = n<<4 | int(ref.SHA256[i])&0xf
	}
	m := &s.locks[n%len(s.locks)]
	m.Lock()
	return m.Unlock
}

// Put keeps what r gives.
func (s *Store) Put(ctx context.Context, org id.Org, r io.Reader, limit int64) (ref blob.Ref, err error) {
	const op = "blobfs.Put"
	if !id.Valid(org) {
		return ref, fault.Wrap(op, fault.New(fault.Invalid, "bad-org", "the organisation's id is malformed"))
	}
	var files []*os.File
	var all writers
	defer func() {
		for _, f := range files {
			_ = f.Close()
			_ = os.Remove(f.Name()) // gone by now if all went well
		}
	}()
	for i := range s.cfg.Locations {
		f, err := s.temp(i)
		if err != nil {
			return ref, fault.Wrap(op, down(err))
		}
		files, all = append(files, f), append(all, f)
	}
	if ref, err = blob.Seal(ctx, s.cfg.Keys, org, all, r, limit); err != nil {
		return blob.Ref{}, fault.Wrap(op, err)
	}
	for _, f := range files {
		if err := errors.Join(f.Sync(), f.Close()); err != nil {
			return blob.Ref{}, fault.Wrap(op, down(err))
		}
	}
	if err := ctx.Err(); err != nil {
		return blob.Ref{}, fault.Wrap(op, err)
	}
	defer s.lock(ref)()
	for i, f := range files {
		if err := s.place(i, org, ref, f.Name()); err != nil {
			return blob.Ref{}, fault.Wrap(op, down(err))
		}
	}
	return ref, nil
}

// writers writes to all; a failure is the store's, not the reader's.
type writers []*os.File

func (w writers) Write(b []byte) (int, error) {
	for _, f := range w {
		if _, err := f.Write(b); err != nil {
			return 0, down(err)
		}
	}
	return len(b), nil
}

func (s *Store) temp(loc int) (*os.File, error) {
	return os.CreateTemp(filepath.Join(s.cfg.Locations[loc], tmpDir), "put-*")
}

// place gives a synced file its name. A file that has the name already holds
// the same bytes, or is damaged: either way the new one may take its place.
func (s *Store) place(loc int, org id.Org, ref blob.Ref, tmp string) error {
	dir := s.dir(loc, org, ref)
	if _, err := os.Stat(dir); err != nil {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return err
		}
		if err := errors.Join(syncDir(s.cfg.Locations[loc]), syncDir(filepath.Dir(dir))); err != nil {
			return err
		}
	}
	if err := os.Rename(tmp, s.path(loc, org, ref)); err != nil {
		return err
	}
	return syncDir(dir)
}

func syncDir(dir string) error {
	if runtime.GOOS == "windows" { // has no such call
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Stat gives the size of a file.
func (s *Store) Stat(ctx context.Context, org id.Org, ref blob.Ref) (blob.Ref, error) {
	r, err := s.Open(ctx, org, ref)
	if err != nil {
		return blob.Ref{}, fault.Wrap("blobfs.Stat", err)
	}
	size := r.Size()
	return blob.Ref{SHA256: ref.SHA256, Size: size}, r.Close()
}

// Delete removes a file from every location. The first location comes last:
// while it has the file, no reader takes another copy for missing.
func (s *Store) Delete(_ context.Context, org id.Org, ref blob.Ref) error {
	const op = "blobfs.Delete"
	if err := blob.Check(org, ref); err != nil {
		return fault.Wrap(op, err)
	}
	defer s.lock(ref)()
	for i := range slices.Backward(s.cfg.Locations) {
		if err := s.remove(i, org, ref); err != nil {
			return fault.Wrap(op, down(err))
		}
	}
	return nil
}

func (s *Store) remove(loc int, org id.Org, ref blob.Ref) error {
	f, err := s.temp(loc)
	if err != nil {
		return err
	}
	tmp := f.Name()
	_ = f.Close()
	if err := os.Rename(s.path(loc, org, ref), tmp); err != nil {
		_ = os.Remove(tmp)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	}
	if err := syncDir(s.dir(loc, org, ref)); err != nil {
		return err
	}
	// The trailer holds the file's key: without it the rest is noise, wherever
	// the medium keeps it. Best effort, like all overwriting.
	if f, err := os.OpenFile(tmp, os.O_WRONLY, 0); err == nil {
		if st, err := f.Stat(); err == nil {
			n := min(st.Size(), blob.TrailerSize)
			_, _ = f.WriteAt(make([]byte, n), st.Size()-n)
			_ = f.Sync()
		}
		_ = f.Close()
	}
	return os.Remove(tmp)
}

// List gives the files of an organisation that any location has.
func (s *Store) List(ctx context.Context, org id.Org) iter.Seq2[blob.Ref, error] {
	const op = "blobfs.List"
	return func(yield func(blob.Ref, error) bool) {
		if !id.Valid(org) {
			yield(blob.Ref{}, fault.Wrap(op, fault.New(fault.Invalid, "bad-org", "the organisation's id is malformed")))
			return
		}
		for shard := range 256 {
			found := map[string]int64{}
			for loc := range s.cfg.Locations {
				if err := errors.Join(ctx.Err(), s.shard(loc, org, shard, found)); err != nil {
					yield(blob.Ref{}, fault.Wrap(op, err))
					return
				}
			}
			for _, name := range slices.Sorted(maps.Keys(found)) {
				if !yield(blob.Ref{SHA256: name, Size: found[name]}, nil) {
					return
				}
			}
		}
	}
}

func (s *Store) shard(loc int, org id.Org, shard int, found map[string]int64) error {
	const digits = "0123456789abcdef"
	two := string([]byte{digits[shard>>4], digits[shard&15]})
	list, err := os.ReadDir(filepath.Join(s.cfg.Locations[loc], string(org), two))
	if errors.Is(err, fs.ErrNotExist) {
		err = s.present(loc)
	}
	if err != nil {
		return down(err)
	}
	for _, e := range list {
		if !blob.ValidSHA256(e.Name()) || e.Name()[:2] != two {
			continue
		}
		st, err := e.Info()
		if err != nil {
			continue // deleted meanwhile
		}
		size, ok := blob.PlainSize(st.Size())
		if was, have := found[e.Name()]; !ok {
			size = -1
			if have {
				size = was
			}
		}
		found[e.Name()] = size
	}
	return nil
}

// present tells a file that is not there from a location that is not.
func (s *Store) present(loc int) error {
	_, err := os.Stat(filepath.Join(s.cfg.Locations[loc], tmpDir))
	return err
}

package backup

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"plumbline/internal/blob"
	"plumbline/internal/blob/blobfs"
	"plumbline/internal/clock"
	"plumbline/internal/crypt"
	"plumbline/internal/db"
	"plumbline/internal/db/dbcopy"
	"plumbline/internal/fault"
)

// Say hears how far a step is.
type Say func(step string, done, total int)

// Site is an installation as far as a backup needs it.
type Site struct {
	Database string   // its URL
	Data     string   // its folder
	Files    []string // the places of its files
	Ring     *crypt.Ring
	Places   []string // of the ring
	Keys     blob.Keys
	Program  string // version
	Clock    clock.Clock
	Log      *slog.Logger
	Say      Say
	// Stored are the files that a database names.
	Stored func(tx *db.Tx) ([]Stored, error)
}

func (s *Site) say(step string, done, total int) {
	if s.Say != nil {
		s.Say(step, done, total)
	}
}

// The steps, as Say hears them.
const (
	StepDatabase = "database"
	StepFiles    = "files"
	StepReplay   = "erasures"
)

func (s *Site) open(ctx context.Context) (*db.DB, error) {
	return db.Open(ctx, db.Config{URL: s.Database, Clock: s.Clock, Log: s.Log})
}

// Make writes a backup of the site into a folder that is empty or not there.
func Make(ctx context.Context, s Site, dir string) (Manifest, error) {
	m, err := s.backup(ctx, dir)
	return m, fault.Wrap("backup.Make", err)
}

func (s *Site) backup(ctx context.Context, dir string) (Manifest, error) {
	m := Manifest{Format: format, Program: s.Program, At: s.Clock.Now()}
	if err := s.apart(dir); err != nil {
		return m, err
	}
	if err := emptyDir(dir); err != nil {
		return m, err
	}
	d, err := s.open(ctx)
	if err != nil {
		return m, err
	}
	defer d.Close() //nolint:errcheck // its own handle
	if err := s.Ring.CreateAll(ctx, []crypt.Owner{crypt.BucketOwner(sealOwner)}); err != nil {
		return m, err
	}
	if m.Ring, err = writeForgotten(dir, s.Ring); err != nil {
		return m, err
	}
	for _, sub := range []string{databaseDir, filesDir} {
		if err := os.Mkdir(filepath.Join(dir, sub), 0o700); err != nil {
			return m, err
		}
	}
	// Files before the database, those that most likely stay; and those that
	// came meanwhile after it.
	files := map[Stored]bool{}
	if _, err := s.copyFiles(ctx, d, dir, files); err != nil {
		return m, err
	}
	m.Database, err = dbcopy.Export(ctx, d, filepath.Join(dir, databaseDir), func(done, total int) { s.say(StepDatabase, done, total) })
	if err != nil {
		return m, err
	}
	if m.Missing, err = s.copyFiles(ctx, d, dir, files); err != nil {
		return m, err
	}
	list := slices.SortedFunc(maps.Keys(files), func(a, b Stored) int { return cmp.Or(cmp.Compare(a.Org, b.Org), cmp.Compare(a.SHA256, b.SHA256)) })
	if err := writeList(dir, list); err != nil {
		return m, err
	}
	for _, f := range list {
		m.Files++
		m.Bytes += f.Bytes
	}
	if m.Parts, err = parts(dir); err != nil {
		return m, err
	}
	return m, m.write(ctx, s.Ring, dir)
}

// apart refuses a folder in which the ring's copies would lie, or which lies
// in the data.
func (s *Site) apart(dir string) error {
	for _, other := range append(slices.Clone(s.Places), append(slices.Clone(s.Files), s.Data)...) {
		if within(dir, other) || within(other, dir) {
			return fault.New(fault.Invalid, "backup-place", "a backup lies apart from the data and the key ring")
		}
	}
	return nil
}

func within(path, dir string) bool {
	a, err1 := filepath.Abs(path)
	b, err2 := filepath.Abs(dir)
	if err1 != nil || err2 != nil {
		return true
	}
	rel, err := filepath.Rel(b, a)
	return err == nil && (rel == "." || filepath.IsLocal(rel))
}

func emptyDir(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	have, err := os.ReadDir(dir)
	if err == nil && len(have) > 0 {
		err = fault.New(fault.Invalid, "folder-not-empty", "the folder "+dir+" holds something; give an empty one")
	}
	return err
}

// copyFiles copies the files that the database names now and that are not
// among have, and adds them. Each is read whole and is what its name says.
func (s *Site) copyFiles(ctx context.Context, d *db.DB, dir string, have map[Stored]bool) (missing int, err error) {
	named, err := s.named(ctx, d)
	if err != nil {
		return 0, err
	}
	store, err := s.store(filepath.Join(dir, filesDir))
	if err != nil {
		return 0, err
	}
	for i, f := range named {
		if have[f] {
			continue
		}
		err := store.Verify(ctx, f.Org, blob.Ref{SHA256: f.SHA256, Size: f.Bytes})
		switch {
		case fault.CodeOf(err) == "blob-not-found", fault.CodeOf(err) == "blob-damaged", fault.Is(err, fault.Gone):
			missing++
		case err != nil:
			return missing, err
		default:
			have[f] = true
		}
		s.say(StepFiles, i+1, len(named))
	}
	return missing, nil
}

// store is the site's files with one more location. Filling a location is what
// a store calls a repair; nobody needs to hear of it.
func (s *Site) store(more string) (*blobfs.Store, error) {
	return blobfs.New(blobfs.Config{Locations: append(slices.Clone(s.Files), more), Keys: s.Keys, Clock: s.Clock})
}

func (s *Site) named(ctx context.Context, d *db.DB) (named []Stored, err error) {
	err = d.Read(ctx, db.Everyone("the files of all organisations are copied"), func(tx *db.Tx) (err error) {
		named, err = s.Stored(tx)
		return err
	})
	return named, err
}

func parts(dir string) ([]Part, error) {
	names := []string{forgottenFile, listFile}
	err := filepath.WalkDir(filepath.Join(dir, databaseDir), func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		name, err := filepath.Rel(dir, path)
		names = append(names, filepath.ToSlash(name))
		return err
	})
	if err != nil {
		return nil, err
	}
	slices.Sort(names)
	var out []Part
	var all error
	for _, name := range names {
		p, err := part(dir, name)
		all = errors.Join(all, err)
		out = append(out, p)
	}
	return out, all
}

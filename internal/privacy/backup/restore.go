package backup

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"plumbline/internal/blob"
	"plumbline/internal/crypt"
	"plumbline/internal/db"
	"plumbline/internal/db/dbcopy"
	"plumbline/internal/fault"
	"plumbline/internal/sabotage"
	"plumbline/internal/schema"
)

// markFile in the data folder says that the place is being filled.
const markFile = "restoring"

// Refuse refuses a place that is being restored, or whose restore did not
// finish. Who opens an installation asks before anything else.
func Refuse(ctx context.Context, d *db.DB, data string) error {
	const op = "backup.Refuse"
	if sabotage.Off("RET-3") {
		return nil
	}
	marked, err := dbcopy.Marked(ctx, d)
	if err != nil {
		return fault.Wrap(op, err)
	}
	if _, err := os.Stat(filepath.Join(data, markFile)); err == nil {
		marked = true
	} else if !errors.Is(err, fs.ErrNotExist) {
		return fault.Wrap(op, err)
	}
	if marked {
		return fault.New(fault.Unavailable, "restoring", "a restore has not finished here: run plumbline restore again")
	}
	return nil
}

// Report says what a restore did.
type Report struct {
	Manifest
	Copied  int  // files put in place
	Lacking int  // files that the database names and the backup lacks
	Recall  bool // what people decided since was found beside the ring
}

// Fill fills an empty place from a backup, and leaves it marked: what was
// erased since is erased next, then Finish opens it.
func Fill(ctx context.Context, s Site, dir string) (Report, error) {
	r, err := s.fill(ctx, dir)
	return r, fault.Wrap("backup.Fill", err)
}

func (s *Site) fill(ctx context.Context, dir string) (r Report, err error) {
	if err := NeedTombstones(s.Places); err != nil {
		return r, err
	}
	if r.Manifest, err = check(ctx, s.Ring, dir); err != nil {
		return r, err
	}
	goes, err := r.Ring.goesWith(s.Ring, dir)
	if err != nil {
		return r, err
	}
	if !goes {
		return r, fault.New(fault.Conflict, "ring-behind", "the key ring is older than the backup: what was erased would come back")
	}
	files, err := readList(dir)
	if err != nil {
		return r, err
	}
	if err := s.begin(ctx); err != nil {
		return r, err
	}
	if err := s.fillDatabase(ctx, dir, r.Database); err != nil {
		return r, err
	}
	d, err := s.open(ctx)
	if err != nil {
		return r, err
	}
	defer d.Close() //nolint:errcheck // its own handle
	if err := schema.Migrate(ctx, d); err != nil {
		return r, err
	}
	if r.Recall, err = s.recall(ctx, d, r.At); err != nil {
		return r, err
	}
	r.Copied, r.Lacking, err = s.fillFiles(ctx, d, dir, files)
	return r, err
}

// NeedTombstones demands the list of erased keys in a place of the ring, as it
// lies there. It is asked before the ring is opened, which would write the list
// anew from what it knows itself.
func NeedTombstones(places []string) error {
	if sabotage.Off("ERA-2.ring") {
		return nil
	}
	var last error
	for _, p := range places {
		if _, last = crypt.TombstonesIn(p); last == nil {
			return nil
		}
	}
	return fault.New(fault.Conflict, "no-tombstones", "no place of the key ring has the list of erased keys: what was erased could come back").Because(last)
}

// begin marks a place that is empty, or was marked by a restore before.
func (s *Site) begin(ctx context.Context) error {
	mark := filepath.Join(s.Data, markFile)
	_, err := os.Stat(mark)
	again := err == nil
	if !again && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if !again {
		if err := s.empty(ctx); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(s.Data, 0o700); err != nil {
		return err
	}
	if err := writeFile(mark, []byte("This place is being filled from a backup. It opens when plumbline restore has finished.\n")); err != nil {
		return err
	}
	return syncDir(s.Data)
}

func notEmpty(what string) error {
	return fault.New(fault.Invalid, "place-not-empty", "a restore fills an empty place, and here "+what)
}

func (s *Site) empty(ctx context.Context) error {
	for _, place := range s.Files {
		have, err := os.ReadDir(place)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		for _, e := range have {
			if e.Name() != "tmp" {
				return notEmpty("is a folder of files already")
			}
		}
	}
	if path, ok := strings.CutPrefix(s.Database, "sqlite:"); ok {
		if _, err := os.Stat(path); err == nil {
			return notEmpty("is a database already")
		}
		return nil
	}
	d, err := s.open(ctx)
	if err != nil {
		return err
	}
	defer d.Close() //nolint:errcheck // its own handle
	empty, err := dbcopy.Empty(ctx, d)
	if err != nil || empty {
		return err
	}
	marked, err := dbcopy.Marked(ctx, d) // by another node's folder
	if err == nil && !marked {
		err = notEmpty("is a database with tables already")
	}
	return err
}

func (s *Site) fillDatabase(ctx context.Context, dir string, dump dbcopy.Dump) error {
	from := filepath.Join(dir, databaseDir)
	say := func(done, total int) { s.say(StepDatabase, done, total) }
	path, lite := strings.CutPrefix(s.Database, "sqlite:")
	if lite != (dump.Engine == db.SQLite.String()) {
		return fault.New(fault.Unsupported, "other-engine", "the backup is of "+dump.Engine+", and goes back to the same engine only")
	}
	if lite {
		for _, suffix := range []string{"", "-wal", "-shm"} {
			if err := os.Remove(path + suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		}
		if err := copyFile(filepath.Join(from, dbcopy.SQLiteFile), path); err != nil {
			return err
		}
	}
	d, err := s.open(ctx)
	if err != nil {
		return err
	}
	defer d.Close() //nolint:errcheck // its own handle
	if err := dbcopy.Mark(ctx, d); err != nil || lite {
		say(1, 1)
		return err
	}
	if err := dbcopy.Wipe(ctx, d); err != nil {
		return err
	}
	if err := schema.MigrateTo(ctx, d, dump.Schema); err != nil {
		return err
	}
	return dbcopy.Import(ctx, d, from, dump, say)
}

// copyFile writes under another name first: a file that has its name is whole.
func copyFile(from, to string) error {
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return err
	}
	src, err := os.Open(from)
	if err != nil {
		return damaged("its database", err)
	}
	defer src.Close() //nolint:errcheck // read only
	tmp := to + ".restoring"
	f, err := os.OpenFile(tmp, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, src)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(tmp, to); err != nil {
		return err
	}
	return syncDir(filepath.Dir(to))
}

// fillFiles puts the files in place that the restored database names. What
// else the backup holds was deleted before its database was copied.
func (s *Site) fillFiles(ctx context.Context, d *db.DB, dir string, have map[Stored]bool) (copied, lacking int, err error) {
	named, err := s.named(ctx, d)
	if err != nil {
		return 0, 0, err
	}
	store, err := s.store(filepath.Join(dir, filesDir))
	if err != nil {
		return 0, 0, err
	}
	for i, f := range named {
		if !have[f] {
			lacking++
			continue
		}
		err := store.Verify(ctx, f.Org, blob.Ref{SHA256: f.SHA256, Size: f.Bytes})
		if fault.CodeOf(err) == "blob-not-found" || fault.CodeOf(err) == "blob-damaged" {
			return copied, lacking, damaged("a stored file", err)
		}
		if err != nil && !fault.Is(err, fault.Gone) {
			return copied, lacking, err
		}
		copied++
		s.say(StepFiles, i+1, len(named))
	}
	return copied, lacking, nil
}

// Finish opens the place.
func Finish(ctx context.Context, d *db.DB, data string) error {
	const op = "backup.Finish"
	if err := dbcopy.Unmark(ctx, d); err != nil {
		return fault.Wrap(op, err)
	}
	if err := os.Remove(filepath.Join(data, markFile)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fault.Wrap(op, err)
	}
	return fault.Wrap(op, syncDir(data))
}

package db

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"strings"

	"plumbline/internal/fault"
)

// Files reads the files of an SQLite database byte by byte: itself, its
// write-ahead log and the index of that. On PostgreSQL there are none to read.
//
// No other code of the process may open them. To close one of several descriptors
// of a file gives up every lock that the process has on it (POSIX), also those by
// which SQLite says that the database is in use; another process that then closes
// it takes the log away under this one, and the database is destroyed. So what is
// opened here stays open until Close.
func (d *DB) Files(each func(path string, r io.Reader) error) error {
	const op = "db.Files"
	for _, path := range d.paths() {
		f, err := d.kept(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return fault.Wrap(op, err)
		}
		if err := each(path, io.NewSectionReader(f, 0, 1<<62)); err != nil {
			return err
		}
	}
	return nil
}

// OwnFile reports whether a file is one of the database's, by whatever path.
func (d *DB) OwnFile(info fs.FileInfo) bool {
	for _, path := range d.paths() {
		if own, err := os.Stat(path); err == nil && os.SameFile(own, info) {
			return true
		}
	}
	return false
}

func (d *DB) paths() []string {
	if d.dialect == Postgres {
		return nil
	}
	path := strings.TrimPrefix(d.url, "sqlite:")
	return []string{path, path + "-wal", path + "-shm"}
}

// kept opens a file that is not open yet: the log may have been made anew.
func (d *DB) kept(path string) (*os.File, error) {
	now, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, f := range d.files {
		if was, err := f.Stat(); err == nil && os.SameFile(was, now) {
			return f, nil
		}
	}
	f, err := os.Open(path) //nolint:gosec // the database's own
	if err == nil {
		d.files = append(d.files, f)
	}
	return f, err
}

// closeFiles comes after SQLite has closed the database.
func (d *DB) closeFiles() {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, f := range d.files {
		_ = f.Close()
	}
	d.files = nil
}

// Package rawfile reads the files of an SQLite database that is open byte by byte:
// itself, its write-ahead log and the index of that.
//
// No other code of the process may open them. To close one of several descriptors
// of a file gives up every lock that the process has on it (POSIX), also those by
// which SQLite says that the database is in use; another process that then closes
// it takes the log away under this one, and the database is destroyed. So what is
// opened here stays open until Close.
package rawfile

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"strings"
	"sync"

	"plumbline/internal/fault"
)

// Files are those of one database.
type Files struct {
	paths []string

	mu   sync.Mutex
	open []*os.File
}

// Of are the files of the database at an address; on PostgreSQL there are none.
func Of(url string) *Files {
	path, lite := strings.CutPrefix(url, "sqlite:")
	if !lite {
		return new(Files)
	}
	return &Files{paths: []string{path, path + "-wal", path + "-shm"}}
}

// Read gives each of them that is there.
func (f *Files) Read(each func(path string, r io.Reader) error) error {
	for _, path := range f.paths {
		one, err := f.kept(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return fault.Wrap("rawfile.Read", err)
		}
		if err := each(path, io.NewSectionReader(one, 0, 1<<62)); err != nil {
			return err
		}
	}
	return nil
}

// Own reports whether a file is one of them, by whatever path.
func (f *Files) Own(info fs.FileInfo) bool {
	for _, path := range f.paths {
		if own, err := os.Stat(path); err == nil && os.SameFile(own, info) {
			return true
		}
	}
	return false
}

// kept opens a file that is not open yet: the log may have been made anew.
func (f *Files) kept(path string) (*os.File, error) {
	now, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, one := range f.open {
		if was, err := one.Stat(); err == nil && os.SameFile(was, now) {
			return one, nil
		}
	}
	one, err := os.Open(path) //nolint:gosec // the database's own
	if err == nil {
		f.open = append(f.open, one)
	}
	return one, err
}

// Close comes after the database is closed.
func (f *Files) Close() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, one := range f.open {
		_ = one.Close()
	}
	f.open = nil
}

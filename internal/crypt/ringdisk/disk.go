// Package ringdisk is what a key ring asks of a file system: writes that are on
// stable storage when they return, overwriting before removing, and a file lock
// that goes with its process.
package ringdisk

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

// Disk is what the ring needs of a file system. Each write is on stable
// storage when it returns nil. Tests put one in that fails at every step.
type Disk interface {
	Read(path string) ([]byte, error)
	ReadAt(path string, off, limit int64) ([]byte, error) // fewer bytes at the end of the file
	Size(path string) (int64, error)
	Names(dir string) ([]string, error)
	Replace(path string, data []byte) error // whole or not at all
	WriteAt(path string, data []byte, off int64) error
	Shred(path string) error // overwrite as well as the medium lets us, then remove
	Mkdir(dir string) error
}

// OS is the file system of the machine.
type OS struct{}

// Read reads a file whole.
func (OS) Read(path string) ([]byte, error) { return os.ReadFile(path) }

// ReadAt reads up to limit bytes from off.
func (OS) ReadAt(path string, off, limit int64) (b []byte, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	st, err := f.Stat()
	if err != nil {
		return nil, err
	}
	n := min(limit, st.Size()-off)
	if n <= 0 {
		return nil, nil
	}
	b = make([]byte, n)
	if _, err = f.ReadAt(b, off); err != nil {
		return nil, err
	}
	return b, nil
}

// Size is the length of a file.
func (OS) Size(path string) (int64, error) {
	st, err := os.Stat(path)
	if err != nil {
		return 0, err
	}
	return st.Size(), nil
}

// Names are the regular files of a directory.
func (OS) Names(dir string) ([]string, error) {
	list, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range list {
		if e.Type().IsRegular() {
			names = append(names, e.Name())
		}
	}
	return names, nil
}

// TmpSuffix ends the name of a file that Replace has not finished.
const TmpSuffix = ".tmp"

// Replace overwrites what stood there before, after the new file has its
// name: an old root must not be left in free blocks where that can be helped.
func (OS) Replace(path string, data []byte) error {
	tmp := path + TmpSuffix
	f, err := os.OpenFile(tmp, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	err = errors.Join(err, f.Sync())
	if err = errors.Join(err, f.Close()); err != nil {
		_ = os.Remove(tmp)
		return err
	}
	var old *os.File
	if runtime.GOOS != "windows" { // where an open file cannot be renamed over
		old, _ = os.OpenFile(path, os.O_WRONLY, 0)
	}
	if err := os.Rename(tmp, path); err != nil {
		if old != nil {
			_ = old.Close()
		}
		_ = os.Remove(tmp)
		return err
	}
	if err := syncDir(filepath.Dir(path)); err != nil {
		if old != nil {
			_ = old.Close()
		}
		return err
	}
	if old != nil {
		wipe(old)
		_ = old.Close()
	}
	return nil
}

// WriteAt writes into a file that exists.
func (OS) WriteAt(path string, data []byte, off int64) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteAt(data, off)
	return errors.Join(err, f.Sync(), f.Close())
}

// Shred overwrites and removes a file; one that is not there is no error.
func (OS) Shred(path string) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		wipe(f)
		_ = f.Close()
	}
	if err := os.Remove(path); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

// wipe is best effort: a copy-on-write or flash medium keeps old blocks, which
// is why erasing relies on the destroyed root and not on this.
func wipe(f *os.File) {
	st, err := f.Stat()
	if err != nil {
		return
	}
	zero := make([]byte, 64<<10)
	for off := int64(0); off < st.Size(); off += int64(len(zero)) {
		if _, err := f.WriteAt(zero[:min(int64(len(zero)), st.Size()-off)], off); err != nil {
			return
		}
	}
	_ = f.Sync()
}

// Mkdir makes a directory and those above it, where they are absent.
func (OS) Mkdir(dir string) error {
	if st, err := os.Stat(dir); err == nil && st.IsDir() {
		return nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	return syncDir(filepath.Dir(dir))
}

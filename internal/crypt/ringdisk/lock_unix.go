//go:build unix

package ringdisk

import (
	"errors"
	"os"
	"syscall"
)

// TryLock takes the file lock if it is free. The lock goes with the process.
func TryLock(f *os.File) (bool, error) {
	err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) || errors.Is(err, syscall.EINTR) {
		return false, nil
	}
	return err == nil, err
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Exposed reports whether others than the owner may read or write the file.
func Exposed(st os.FileInfo) bool { return st.Mode().Perm()&0o077 != 0 }

//go:build windows

package ringdisk

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// TryLock takes the file lock if it is free. The lock goes with the process.
func TryLock(f *os.File) (bool, error) {
	err := windows.LockFileEx(windows.Handle(f.Fd()),
		windows.LOCKFILE_EXCLUSIVE_LOCK|windows.LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, new(windows.Overlapped))
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) || errors.Is(err, windows.ERROR_IO_PENDING) {
		return false, nil
	}
	return err == nil, err
}

// syncDir does nothing: Windows has no such call, NTFS journals names.
func syncDir(string) error { return nil }

// Exposed cannot be told from mode bits on Windows.
func Exposed(os.FileInfo) bool { return false }

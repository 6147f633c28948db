package ringdisk

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// An open file stands for the blocks of the medium that keep what was there.
func TestReplacedAndShreddedBytesAreOverwritten(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("an open file can be neither renamed over nor removed there")
	}
	var d OS
	secret := bytes.Repeat([]byte("secret"), 30_000)
	for name, gone := range map[string]func(path string) error{
		"replace": func(p string) error { return d.Replace(p, []byte("new")) },
		"shred":   d.Shred,
	} {
		path := filepath.Join(t.TempDir(), "file")
		if err := d.Replace(path, secret); err != nil {
			t.Fatal(err)
		}
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := gone(path); err != nil {
			t.Fatal(err)
		}
		left, err := io.ReadAll(f)
		if err != nil || !bytes.Equal(left, make([]byte, len(secret))) {
			t.Errorf("%s: the old bytes are still on the medium (%v)", name, err)
		}
		_ = f.Close()
		names, err := d.Names(filepath.Dir(path))
		if want := map[string]int{"replace": 1, "shred": 0}[name]; err != nil || len(names) != want {
			t.Errorf("%s: left %v, %v", name, names, err)
		}
	}
	if err := d.Shred(filepath.Join(t.TempDir(), "absent")); err != nil {
		t.Errorf("shredding what is not there: %v", err)
	}
	if err := d.WriteAt(filepath.Join(t.TempDir(), "absent"), []byte("x"), 0); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("writing into what is not there: %v", err)
	}
}

func TestLockExcludes(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "lock")
	var files [2]*os.File
	for i := range files {
		var err error
		if files[i], err = os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for i, want := range []bool{true, false} {
		if ok, err := TryLock(files[i]); ok != want || err != nil {
			t.Errorf("lock %d: %v, %v; want %v", i+1, ok, err, want)
		}
	}
	_ = files[0].Close()
	if ok, err := TryLock(files[1]); !ok || err != nil {
		t.Errorf("after the first let go: %v, %v", ok, err)
	}
	_ = files[1].Close()
}

package backup

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"plumbline/internal/blob"
	"plumbline/internal/crypt"
	"plumbline/internal/db/dbcopy"
	"plumbline/internal/fault"
	"plumbline/internal/id"
)

// Manifest says what a backup holds. It names no person.
type Manifest struct {
	Format   int         `json:"format"`
	Program  string      `json:"program"`
	At       time.Time   `json:"at"`
	Database dbcopy.Dump `json:"database"`
	Parts    []Part      `json:"parts"` // the database's files and the list of files
	Files    int         `json:"files"`
	Bytes    int64       `json:"bytes"`
	Missing  int         `json:"missing"` // files that the database names and no place has whole
	Ring     Standing    `json:"ring"`
}

// Part is a file of the backup, beside the stored files, which are named by
// their own hashes.
type Part struct {
	Name   string `json:"name"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// Standing is how far the ring was: a ring that goes with the backup has gone
// at least as far, and has forgotten at least the keys that the backup lists.
type Standing struct {
	Counter   uint64 `json:"counter"`
	Forgotten int    `json:"forgotten"`
}

// Stored is a file that the database names.
type Stored struct {
	Org    id.Org `json:"org"`
	SHA256 string `json:"sha256"`
	Bytes  int64  `json:"bytes"`
}

const (
	format       = 1
	manifestFile = "manifest.json"
	sealFile     = "manifest.seal"
	databaseDir  = "database"
	filesDir     = "files"
	listFile     = "files.jsonl"
	sealOwner    = "backup"

	forgottenFile = "forgotten"
)

func sealBind() crypt.Bind {
	return crypt.Bind{Owner: crypt.BucketOwner(sealOwner), Table: "backup", Column: "manifest"}
}

func damaged(what string, cause error) error {
	return fault.New(fault.Unreadable, "backup-damaged", "the backup is damaged or was changed: "+what).Because(cause)
}

// writeForgotten lists the keys that the ring has erased: random ids.
func writeForgotten(dir string, r *crypt.Ring) (Standing, error) {
	s := Standing{Counter: r.Counter()}
	var b bytes.Buffer
	for _, t := range r.Tombstones() {
		s.Forgotten++
		b.WriteString(string(t.Key) + "\n")
	}
	return s, writeFile(filepath.Join(dir, forgottenFile), b.Bytes())
}

// goesWith reports whether the ring has gone at least as far as at the backup
// and erased all that it had erased then.
func (s Standing) goesWith(r *crypt.Ring, dir string) (bool, error) {
	b, err := os.ReadFile(filepath.Join(dir, forgottenFile))
	if err != nil {
		return false, damaged("its list of erased keys", err)
	}
	erased := map[string]bool{}
	for _, t := range r.Tombstones() {
		erased[string(t.Key)] = true
	}
	n := 0
	for line := range strings.Lines(string(b)) {
		if n++; !erased[strings.TrimSuffix(line, "\n")] {
			return false, nil
		}
	}
	return n == s.Forgotten && r.Counter() >= s.Counter, nil
}

// write puts the manifest in, and its seal, which makes the backup one.
func (m Manifest) write(ctx context.Context, ring *crypt.Ring, dir string) error {
	b, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	sum := sha256.Sum256(b)
	seal, err := ring.Seal(ctx, sealBind(), sum[:])
	if err != nil {
		return err
	}
	if err := writeFile(filepath.Join(dir, sealFile), seal); err != nil {
		return err
	}
	if err := writeFile(filepath.Join(dir, manifestFile), b); err != nil {
		return err
	}
	return syncDir(dir)
}

// Read reads the manifest of a backup. That it is whole is checked with the
// ring, by Check.
func Read(dir string) (Manifest, error) {
	m, _, err := read(dir)
	return m, fault.Wrap("backup.Read", err)
}

func read(dir string) (m Manifest, raw []byte, err error) {
	raw, err = os.ReadFile(filepath.Join(dir, manifestFile))
	if errors.Is(err, fs.ErrNotExist) {
		return m, nil, fault.New(fault.NotFound, "no-backup", "there is no finished backup in "+dir)
	}
	if err != nil {
		return m, nil, err
	}
	if err := json.Unmarshal(raw, &m); err != nil {
		return m, nil, damaged("its manifest", err)
	}
	if m.Format != format {
		return m, nil, fault.New(fault.Unsupported, "backup-format", fmt.Sprintf("the backup has format %d, this program reads %d", m.Format, format))
	}
	for _, p := range m.Parts {
		if !filepath.IsLocal(p.Name) {
			return m, nil, damaged("its manifest", nil)
		}
	}
	return m, raw, nil
}

// check compares a backup with its manifest, and the manifest with its seal.
// Whether stored files are whole is seen when they are copied.
func check(ctx context.Context, ring *crypt.Ring, dir string) (Manifest, error) {
	m, raw, err := read(dir)
	if err != nil {
		return m, err
	}
	seal, err := os.ReadFile(filepath.Join(dir, sealFile))
	if err != nil {
		return m, damaged("it has no seal", err)
	}
	sum, err := ring.Open(sealBind(), seal)
	switch {
	case fault.CodeOf(err) == "key-missing":
		return m, fault.New(fault.Conflict, "other-ring", "the key ring is not the one that this backup was made with, or is older")
	case err != nil:
		return m, damaged("its seal", err)
	}
	if own := sha256.Sum256(raw); string(sum) != string(own[:]) {
		return m, damaged("its manifest", nil)
	}
	for _, p := range m.Parts {
		have, err := part(dir, p.Name)
		if err != nil {
			return m, damaged(p.Name, err)
		}
		if have != p {
			return m, damaged(p.Name, nil)
		}
		if err := ctx.Err(); err != nil {
			return m, err
		}
	}
	return m, nil
}

func part(dir, name string) (Part, error) {
	f, err := os.Open(filepath.Join(dir, name))
	if err != nil {
		return Part{}, err
	}
	defer f.Close() //nolint:errcheck // read only
	h := sha256.New()
	n, err := io.Copy(h, f)
	return Part{Name: name, Bytes: n, SHA256: hex.EncodeToString(h.Sum(nil))}, err
}

// writeList writes the files that the backup holds, in order.
func writeList(dir string, files []Stored) error {
	f, err := os.OpenFile(filepath.Join(dir, listFile), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(f)
	enc := json.NewEncoder(w)
	for _, s := range files {
		if err := enc.Encode(s); err != nil {
			return errors.Join(err, f.Close())
		}
	}
	return errors.Join(w.Flush(), f.Sync(), f.Close())
}

func readList(dir string) (map[Stored]bool, error) {
	f, err := os.Open(filepath.Join(dir, listFile))
	if err != nil {
		return nil, damaged("its list of files", err)
	}
	defer f.Close() //nolint:errcheck // read only
	out := map[Stored]bool{}
	dec := json.NewDecoder(bufio.NewReader(f))
	for {
		var s Stored
		err := dec.Decode(&s)
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err == nil {
			err = blob.Check(s.Org, blob.Ref{SHA256: s.SHA256})
		}
		if err != nil {
			return nil, damaged("its list of files", err)
		}
		out[s] = true
	}
}

func writeFile(path string, b []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	return errors.Join(err, f.Sync(), f.Close())
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

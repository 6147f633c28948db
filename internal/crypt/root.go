package crypt

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"plumbline/internal/crypt/ringdisk"
	"plumbline/internal/crypt/ringfile"
	"plumbline/internal/fault"
)

func (c *Config) rootFiles() []string {
	return append([]string{c.RootKeyFile}, c.RootKeyCopies...)
}

// readRoot gives the root of the highest generation among the root file and
// its copies, and whether all of them say the same. A nil root with no error
// means that none of the files exists.
func (r *Ring) readRoot() (root *ringfile.Root, same bool, err error) {
	same = true
	var first []byte
	var high uint64
	var bad error
	for i, path := range r.cfg.rootFiles() {
		b, err := r.disk.Read(path)
		if i == 0 {
			first = b
		} else if !bytes.Equal(first, b) {
			same = false
		}
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		var p *ringfile.Root
		if err == nil {
			p, err = ringfile.ParseRoot(b)
		}
		if err != nil {
			bad, same = err, false
			continue
		}
		if root != nil && root.Ring != p.Ring {
			return nil, false, fault.New(fault.Unreadable, "ring-root-damaged", "the root key files belong to different rings")
		}
		// Of equal generations the one with a next key knows more: it may have
		// been written while the others were not.
		if root == nil || p.Gen > root.Gen || p.Gen == root.Gen && p.Next != nil {
			root = p
		}
		high = max(high, p.High)
	}
	if root != nil {
		root.High = high
	}
	if root == nil && bad != nil {
		return nil, false, fault.New(fault.Unreadable, "ring-root-damaged", "no root key file of the key ring can be read").Because(bad)
	}
	return root, same, nil
}

// writeRoot puts the root into every root file, the first one first, and
// fails when one of them cannot be written.
func (r *Ring) writeRoot(root *ringfile.Root) error {
	b := root.Encode()
	for _, path := range r.cfg.rootFiles() {
		if err := r.disk.Replace(path, b); err != nil {
			return fault.New(fault.Unavailable, "ring-root-down", "the root key of the key ring cannot be written").Because(err)
		}
	}
	return nil
}

// checkApart refuses a place named twice, and root files that others can read or
// that stand in a place of the ring.
func (c *Config) checkApart() error {
	seen := map[string]bool{}
	for _, path := range append(c.rootFiles(), c.Places...) {
		abs, err := filepath.Abs(path)
		if err != nil {
			return fault.Wrap("crypt.Open", err)
		}
		if seen[abs] {
			return fault.New(fault.Invalid, "ring-config", "a place or root key file of the key ring is named twice")
		}
		seen[abs] = true
	}
	for _, path := range c.rootFiles() {
		abs, err := filepath.Abs(path)
		if err != nil {
			return fault.Wrap("crypt.Open", err)
		}
		for _, place := range c.Places {
			dir, err := filepath.Abs(place)
			if err != nil {
				return fault.Wrap("crypt.Open", err)
			}
			rel, err := filepath.Rel(dir, abs)
			if err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
				return fault.New(fault.Invalid, "ring-root-inside", "the root key file of the key ring may not lie inside a place of the ring")
			}
		}
		if st, err := os.Stat(path); err == nil && ringdisk.Exposed(st) {
			return fault.New(fault.Invalid, "ring-root-exposed", "the root key file of the key ring may be read by others: make it 0600")
		}
	}
	return nil
}

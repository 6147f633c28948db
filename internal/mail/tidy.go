package mail

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"plumbline/internal/db"
	"plumbline/internal/fault"
)

// Forget drops the captured mails that the queue knows no more: those of who was
// erased, and of what was pruned. Every process does it for its own folder.
func (c *Capture) Forget(ctx context.Context, d *db.DB) error {
	const op = "mail.Forget"
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.look(); err != nil {
		return fault.Wrap(op, err)
	}
	ids := make([]string, len(c.all))
	for i, x := range c.all {
		ids[i], _, _ = strings.Cut(x.ID, "@")
	}
	known := map[string]bool{}
	err := d.Read(ctx, db.Everyone("captured mails are of all tenants"), func(tx *db.Tx) error {
		for some := range slices.Chunk(ids, 500) {
			all, err := db.All(tx, db.Value1[string], `select id from mail where id in `+db.In(len(some), 1), db.Args(some)...)
			if err != nil {
				return err
			}
			for _, i := range all {
				known[i] = true
			}
		}
		return nil
	})
	if err != nil {
		return fault.Wrap(op, err)
	}
	var kept []Captured
	for i, x := range c.all {
		if known[ids[i]] {
			kept = append(kept, x)
			continue
		}
		if c.dir != "" {
			if err := wipe(filepath.Join(c.dir, file(x.N))); err != nil {
				return fault.Wrap(op, err)
			}
		}
	}
	c.all = kept
	return nil
}

// Drop forgets one letter.
func (c *Capture) Drop(letter string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i, x := range c.all {
		if x.ID != letter {
			continue
		}
		c.all = slices.Delete(c.all, i, i+1)
		if c.dir == "" {
			return nil
		}
		return fault.Wrap("mail.Drop", wipe(filepath.Join(c.dir, file(x.N))))
	}
	return nil
}

// wipe overwrites a file before it goes.
func wipe(path string) error {
	if info, err := os.Stat(path); err == nil {
		_ = os.WriteFile(path, make([]byte, info.Size()), 0o600) // it goes either way
	}
	if err := os.Remove(path); err != nil && !os.IsNotExist(err) {
		return err
	}
	return nil
}

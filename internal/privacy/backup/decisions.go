package backup

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"plumbline/internal/crypt"
	"plumbline/internal/db"
	"plumbline/internal/fault"
)

// Decisions keeps a copy of what people decided about their data, beside the
// key ring and under the same conditions: it is overwritten, never versioned,
// and sealed. A backup that is restored later takes them from there. The
// tables hold ids, codes, instants and keyed hashes.
type Decisions struct {
	DB     *db.DB
	Ring   *crypt.Ring
	Places []string // of the ring
	Tables []string
	Log    *slog.Logger

	written [32]byte
}

const (
	decisionsFile = "decisions"
	decisionOwner = "decisions"
	lookEvery     = 2 * time.Second  // after something was committed here
	lookAnyway    = 30 * time.Second // for what other processes committed
)

func decisionsBind() crypt.Bind {
	return crypt.Bind{Owner: crypt.BucketOwner(decisionOwner), Table: "decisions", Column: "file"}
}

// decided is the content of the file.
type decided struct {
	At     int64            `json:"at"`
	Tables map[string]table `json:"tables"`
}

type table struct {
	Columns []string `json:"columns"`
	Rows    [][]cell `json:"rows"`
}

// cell is a value of a column: null, text, a number, a truth or bytes.
type cell struct{ v any }

func (c cell) MarshalJSON() ([]byte, error) {
	if b, ok := c.v.([]byte); ok {
		return json.Marshal(map[string]string{"bytes": base64.StdEncoding.EncodeToString(b)})
	}
	return json.Marshal(c.v)
}

func (c *cell) UnmarshalJSON(b []byte) error {
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return err
	}
	switch x := v.(type) {
	case json.Number:
		n, err := x.Int64()
		c.v = n
		return err
	case map[string]any:
		s, ok := x["bytes"].(string)
		if !ok || len(x) != 1 {
			return errors.New("a value of no known kind")
		}
		raw, err := base64.StdEncoding.DecodeString(s)
		c.v = raw
		return err
	case []any:
		return errors.New("a value of no known kind")
	default:
		c.v = v
		return nil
	}
}

// Write brings the copy up to date in every place, unless it is. Processes
// that do so at once wait for each other, so the newest is written last.
func (c *Decisions) Write(ctx context.Context) error {
	return fault.Wrap("backup.Decisions.Write", c.write(ctx))
}

func (c *Decisions) write(ctx context.Context) error {
	release, err := c.DB.Lock(ctx, "decisions")
	if err != nil {
		return err
	}
	defer release()
	var now decided
	err = c.DB.Read(ctx, db.Everyone("what people decided is copied for all tenants together"), func(tx *db.Tx) error {
		now = decided{At: tx.Micros(), Tables: map[string]table{}}
		for _, name := range c.Tables {
			t, err := readTable(tx, name)
			if err != nil {
				return err
			}
			now.Tables[name] = t
		}
		return nil
	})
	if err != nil {
		return err
	}
	b, err := json.Marshal(now.Tables)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(b)
	if sum == c.written && c.present() {
		return nil
	}
	if b, err = json.Marshal(now); err != nil {
		return err
	}
	if err := c.Ring.CreateAll(ctx, []crypt.Owner{crypt.BucketOwner(decisionOwner)}); err != nil {
		return err
	}
	sealed, err := c.Ring.Seal(ctx, decisionsBind(), b)
	if err != nil {
		return err
	}
	for _, p := range c.Places {
		if err := replace(filepath.Join(p, decisionsFile), sealed); err != nil {
			return fault.New(fault.Unavailable, "ring-place-down", "what people decided cannot be copied beside the key ring").Because(err)
		}
	}
	c.written = sum
	return nil
}

func (c *Decisions) present() bool {
	for _, p := range c.Places {
		if _, err := os.Stat(filepath.Join(p, decisionsFile)); err != nil {
			return false
		}
	}
	return true
}

func replace(path string, b []byte) error {
	tmp := path + ".new"
	if err := writeFile(tmp, b); err != nil {
		return err
	}
	if err := os.Rename(tmp, path); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

// Run keeps the copy up to date until ctx ends, two seconds behind at most for
// what this process commits.
func (c *Decisions) Run(ctx context.Context) {
	var dirty atomic.Bool
	dirty.Store(true)
	defer c.DB.OnAnnounce(func([]string) { dirty.Store(true) })()
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	var last time.Time
	for {
		if time.Since(last) >= lookAnyway || dirty.Swap(false) {
			last = time.Now()
			if err := c.Write(ctx); err != nil && ctx.Err() == nil {
				dirty.Store(true)
				c.Log.WarnContext(ctx, "what people decided could not be copied beside the key ring", "code", fault.CodeOf(err))
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// recall puts back what people decided, where the copy beside the ring is not
// older than the backup.
func (s *Site) recall(ctx context.Context, d *db.DB, backup time.Time) (bool, error) {
	newest, found, err := s.newest()
	if err != nil || !found || newest.At < backup.UnixMicro() {
		return false, err
	}
	err = d.Write(ctx, db.Everyone("what people decided since the backup is put back"), func(tx *db.Tx) error {
		for name, t := range newest.Tables {
			if err := writeTable(tx, name, t); err != nil {
				return err
			}
		}
		return nil
	})
	return err == nil, err
}

func (s *Site) newest() (newest decided, found bool, err error) {
	for _, p := range s.Places {
		b, err := os.ReadFile(filepath.Join(p, decisionsFile))
		if err != nil {
			continue // another place may have it
		}
		plain, err := s.Ring.Open(decisionsBind(), b)
		if err != nil {
			continue
		}
		var one decided
		if err := json.Unmarshal(plain, &one); err != nil {
			return newest, false, fault.New(fault.Unreadable, "decisions-damaged", "the copy of what people decided cannot be read").Because(err)
		}
		if !found || one.At > newest.At {
			newest, found = one, true
		}
	}
	return newest, found, nil
}

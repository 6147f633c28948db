package media

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"io"
	"time"

	"plumbline/internal/blob"
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/job"
	"plumbline/internal/sabotage"
)

// Grace is how long a file without references stays.
const Grace = 24 * time.Hour

// Files are the stored files of all organisations. It is safe for concurrent
// use.
type Files struct {
	db    *db.DB
	blobs blob.Store
}

// NewFiles makes Files.
func NewFiles(d *db.DB, blobs blob.Store) *Files { return &Files{db: d, blobs: blobs} }

// Held is a file that is stored but not referenced yet: Keep it, or Release
// it.
type Held struct {
	Org   id.Org
	SHA   string
	Bytes int64
	hold  int64
}

// Join adds h to what one holder holds. The same content twice is one hold: the
// newest, which took the others' place.
func Join(held []Held, h Held) []Held {
	for i := range held {
		if held[i].Org == h.Org && held[i].SHA == h.SHA {
			held[i].hold = h.hold
		}
	}
	return append(held, h)
}

const codeLost = "file-lost"

// Hold stores the content of body and takes hold of it.
func (f *Files) Hold(ctx context.Context, org id.Org, body io.ReadSeeker) (Held, error) {
	h := Held{Org: org}
	sum := sha256.New()
	var err error
	if h.Bytes, err = io.Copy(sum, body); err != nil {
		return h, fault.Wrap("media.Hold", err)
	}
	h.SHA = hex.EncodeToString(sum.Sum(nil))
	if h.hold, err = newHold(); err != nil {
		return h, err
	}
	refs := int64(0)
	if err := f.db.Write(aside(ctx), db.Tenant(org), func(tx *db.Tx) (err error) {
		refs, err = holdFile(tx, h)
		return err
	}); err != nil {
		return h, fault.Wrap("media.Hold", err)
	}
	if refs > 0 {
		return h, nil // stored, and cannot go while it is held
	}
	if _, err := body.Seek(0, io.SeekStart); err != nil {
		return h, fault.Wrap("media.Hold", err)
	}
	ref, err := f.blobs.Put(ctx, org, body, h.Bytes)
	if err == nil && ref.SHA256 != h.SHA {
		err = fault.New(fault.Other, "file-changed", "the file changed while it was stored")
	}
	if err != nil {
		f.Release(ctx, h)
		return h, fault.Wrap("media.Hold", err)
	}
	return h, nil
}

func newHold() (int64, error) {
	var b [8]byte
	if _, err := rand.Read(b[:]); err != nil {
		return 0, fault.Wrap("media.Hold", err)
	}
	return int64(binary.BigEndian.Uint64(b[:]) >> 1), nil //nolint:gosec // 63 bits fit
}

// aside keeps the bookkeeping of files from being taken for the transaction
// whose outcome a client's mutation remembers.
func aside(ctx context.Context) context.Context {
	return db.WithWriteHook(ctx, func(*db.Tx) error { return nil })
}

// Keep adds a reference to a held file, in the transaction of the row that
// names it. It fails as Unavailable where the hold was lost; storing the file
// anew helps.
func (f *Files) Keep(tx *db.Tx, h Held) error {
	n, err := keepFile(tx, h)
	if err == nil && n == 0 {
		err = fault.New(fault.Unavailable, codeLost, "the file has to be stored again")
	}
	return fault.Wrap("media.Keep", err)
}

// Drop gives a reference back. The bytes go when Grace is over.
func (f *Files) Drop(tx *db.Tx, sha string) error { return fault.Wrap("media.Drop", dropFile(tx, sha)) }

// DropNow gives a reference back; if it was the last, the bytes go as soon as
// the transaction is committed.
func (f *Files) DropNow(tx *db.Tx, sha string) error {
	hold, err := newHold()
	if err != nil {
		return err
	}
	h := Held{Org: tx.Org(), SHA: sha, hold: hold}
	if err := dropFile(tx, sha); err != nil {
		return fault.Wrap("media.DropNow", err)
	}
	if err := reholdFile(tx, h); err != nil {
		return fault.Wrap("media.DropNow", err)
	}
	tx.AfterCommit(func() { f.Release(context.Background(), h) })
	return nil
}

// Release takes away held files that nobody else wants. It is for the way out
// of a failure: what it cannot remove now, Sweep removes later.
func (f *Files) Release(ctx context.Context, held ...Held) {
	ctx, done := context.WithTimeout(context.WithoutCancel(aside(ctx)), time.Minute)
	defer done()
	for _, h := range held {
		if h.hold != 0 {
			_, _ = f.remove(ctx, h)
		}
	}
}

// remove deletes a file if it has no reference and this hold is its last. The
// row stays locked while the bytes go, so whoever stores the same content
// waits and then writes it anew.
func (f *Files) remove(ctx context.Context, h Held) (bool, error) {
	gone := false
	err := f.db.Write(ctx, db.Tenant(h.Org), func(tx *db.Tx) error {
		n, err := forgetFile(tx, h)
		if gone = n == 1; err != nil || !gone || sabotage.Off("ERA-1.blob") {
			return err
		}
		return f.blobs.Delete(ctx, h.Org, blob.Ref{SHA256: h.SHA, Size: h.Bytes})
	})
	return gone && err == nil, fault.Wrap("media.remove", err)
}

// Save stores bodies and commits, in one transaction, the rows that name them.
// commit gets the held files in the order of bodies; those that it names it
// must Keep. Whatever it does not keep, or all if it fails, is released.
func (f *Files) Save(ctx context.Context, org id.Org, bodies []io.ReadSeeker, commit func(tx *db.Tx, held []Held) error) error {
	const tries = 5
	for n := 1; ; n++ {
		held, err := f.holdAll(ctx, org, bodies)
		if err == nil {
			err = f.db.Write(ctx, db.Tenant(org), func(tx *db.Tx) error { return commit(tx, held) })
		}
		f.Release(ctx, held...) // what is referenced stays
		if fault.CodeOf(err) != codeLost || n == tries {
			return fault.Wrap("media.Save", err)
		}
	}
}

func (f *Files) holdAll(ctx context.Context, org id.Org, bodies []io.ReadSeeker) ([]Held, error) {
	var held []Held
	for _, b := range bodies {
		if _, err := b.Seek(0, io.SeekStart); err != nil {
			return held, fault.Wrap("media.Save", err)
		}
		h, err := f.Hold(ctx, org, b)
		if err != nil {
			return held, err
		}
		held = Join(held, h)
	}
	return held, nil
}

// Open gives ranged access to a file.
func (f *Files) Open(ctx context.Context, org id.Org, sha string) (blob.Reader, error) {
	b, err := f.blobs.Open(ctx, org, blob.Ref{SHA256: sha})
	return b, fault.Wrap("media.Open", err)
}

// Sweep deletes files that had no reference for Grace, up to limit of them:
// the work of a periodic job. It says how many went.
func (f *Files) Sweep(ctx context.Context, limit int) (int, error) {
	var old []Held
	err := f.db.Read(ctx, db.Everyone("unused files of all organisations"), func(tx *db.Tx) (err error) {
		old, err = unusedFiles(tx, tx.Now().Add(-Grace).UnixMicro(), limit)
		return err
	})
	if err != nil {
		return 0, fault.Wrap("media.Sweep", err)
	}
	n := 0
	for _, h := range old {
		gone, err := f.remove(ctx, h)
		if err != nil {
			return n, err
		}
		if gone {
			n++
		}
	}
	return n, nil
}

// SweepJob is the periodic job of SweepUnused.
const SweepJob = "media.sweep"

// SweepUnused is its handler.
func (f *Files) SweepUnused(ctx context.Context, _ *job.Run) error {
	for {
		n, err := f.Sweep(ctx, 100)
		if err != nil || n == 0 {
			return err
		}
	}
}

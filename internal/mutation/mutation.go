// Package mutation remembers the results of writes, so that a client that does
// not know whether its write arrived can send it again.
//
// A write is named by its account and an id that the client made. Its result
// (status, thing, version, and the names of fields left in conflict; no bodies,
// no values) is kept in the transaction that made the change, so there is a
// result if and only if there is the change. It is forgotten after 90 days.
//
// Two writes with one name: the second to commit loses, with all its effects in
// the database, and is told that it is a repeat.
package mutation

import (
	"context"
	"crypto/sha256"
	"sort"
	"strings"
	"sync/atomic"
	"time"

	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
)

// Keep is how long a result is remembered.
const Keep = 90 * 24 * time.Hour

// Key names a write.
type Key struct {
	Account id.Account
	ID      id.Mutation
}

// Result is what is remembered.
type Result struct {
	Operation [sha256.Size]byte // of what was asked: the same id must not be used for anything else
	Status    int               // HTTP status of success
	Thing     string            // id of the thing changed last; may be empty
	Version   int64             // of that thing after the change
	Conflicts []string          // names of fields that were not taken over
}

// Operation is the fingerprint of an operation on a path.
func Operation(op, path string) [sha256.Size]byte {
	return sha256.Sum256([]byte(op + "\x00" + path))
}

// Book is the memory.
type Book struct {
	db      *db.DB
	running turns
}

// New makes a Book on table mutation.
func New(d *db.DB) *Book { return &Book{db: d} }

// Attempt is a write that may turn out to be a repeat.
type Attempt struct {
	kept, repeat atomic.Bool
	result       Result
}

// Kept reports whether a transaction has kept the result.
func (a *Attempt) Kept() bool { return a.kept.Load() }

// Result is what was kept, once it is.
func (a *Attempt) Result() Result {
	if !a.Kept() {
		return Result{}
	}
	return a.result
}

// Repeat reports whether the write failed because its name was taken.
func (a *Attempt) Repeat() bool { return a.repeat.Load() }

// Begin gives a context under which the first write to the database keeps its
// result under k (the thing is the one it appended to the log last), and under
// which changes in the log name k. If k has a result already, that write fails, and Repeat says so.
func (b *Book) Begin(ctx context.Context, k Key, r Result) (context.Context, *Attempt) {
	a := &Attempt{}
	return db.WithWriteHook(feed.WithMutation(ctx, string(k.ID)), func(tx *db.Tx) error {
		a.kept.Store(false)
		done := r
		if o, ok := feed.OutcomeOf(tx); ok {
			done.Thing, done.Version = o.ID, o.Version
		}
		done.Conflicts = conflictsOf(tx)
		kept, err := insert(tx, k, done)
		if err != nil {
			return fault.Wrap("mutation.Begin", err)
		}
		if !kept {
			a.repeat.Store(true)
			return fault.New(fault.Conflict, "mutation-repeated", "this write was made already")
		}
		tx.AfterCommit(func() {
			a.result = done
			a.kept.Store(true)
		})
		return nil
	}), a
}

// Note keeps the result of a write that changed nothing in the database. One
// that is there already stays.
func (b *Book) Note(ctx context.Context, k Key, r Result) error {
	return fault.Wrap("mutation.Note", b.db.Write(ctx, everyone(), func(tx *db.Tx) error {
		_, err := insert(tx, k, r)
		return err
	}))
}

// Find gives the result kept under k, if there is one.
func (b *Book) Find(ctx context.Context, k Key) (r Result, ok bool, err error) {
	err = b.db.Read(ctx, everyone(), func(tx *db.Tx) error {
		r, ok, err = find(tx, k)
		return err
	})
	return r, ok, fault.Wrap("mutation.Find", err)
}

// Purge forgets what was kept before an instant and says how many results that
// were. A periodic job calls it with now less Keep.
func (b *Book) Purge(ctx context.Context, before time.Time) (n int64, err error) {
	err = b.db.Write(ctx, everyone(), func(tx *db.Tx) error {
		n, err = purge(tx, before.UnixMicro())
		return err
	})
	return n, fault.Wrap("mutation.Purge", err)
}

// everyone: an account has persons in many organisations.
func everyone() db.Scope {
	return db.Everyone("results of writes belong to an account, across organisations")
}

type conflictsKey struct{}

// Conflicts notes the names of fields that a write leaves as they were because
// someone else changed them meanwhile. A repeat then says so again.
func Conflicts(tx *db.Tx, fields ...string) {
	tx.SetValue(conflictsKey{}, append(conflictsOf(tx), fields...))
}

func conflictsOf(tx *db.Tx) []string {
	fields, _ := tx.Value(conflictsKey{}).([]string)
	return fields
}

// join writes field names, which hold no comma, as one column.
func join(fields []string) string {
	fields = append([]string(nil), fields...)
	sort.Strings(fields)
	return strings.Join(fields, ",")
}

func split(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, ",")
}

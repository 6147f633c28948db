package evidence

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"regexp"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/sabotage"
)

// Act is one privacy act. Kind is a code such as "erasure.requested"; Ref is
// the random id of what it is about (the erasure, the consent), by which its
// body is found and shredded, and which opens its receipt: it is not to be
// guessed, and is not a person's or account's id. Body is an object of codes,
// ids, numbers and instants, or nil. Org says whose act it is when the
// transaction is for everyone; At is set by the transaction.
type Act struct {
	Kind string
	Ref  string
	Body any
	Org  id.Org
	At   time.Time
}

// Entry is where an act stands in the log. Number is -1 until the transaction
// is committed.
type Entry struct {
	ID     string
	Number int64
}

type entryID string

// pending is an act on its way into the log.
type pending struct {
	entry *Entry
	org   id.Org
	said  said
	salt  []byte
	leaf  []byte
}

type bufferKey struct{}

// Append puts an act on record with this transaction. The number is in the
// entry once the transaction is committed.
func Append(tx *db.Tx, a Act) (*Entry, error) {
	p := pending{org: a.Org, entry: &Entry{ID: string(id.New[entryID]()), Number: -1}, salt: make([]byte, 32)}
	if org, ok := tx.Tenant(); ok {
		if a.Org != "" && a.Org != org {
			return nil, fault.New(fault.Other, "evidence-tenant", "an act of another tenant")
		}
		p.org = org
	}
	var err error
	if p.said, err = say(a, tx.Now()); err != nil {
		return nil, err
	}
	if _, err := rand.Read(p.salt); err != nil {
		return nil, fault.Wrap("evidence.Append", err)
	}
	if p.leaf, err = commit(p.salt, p.said); err != nil {
		return nil, err
	}
	buf, ok := tx.Value(bufferKey{}).(*[]pending)
	if !ok {
		buf = &[]pending{}
		tx.SetValue(bufferKey{}, buf)
		// Twice: behind whatever else waits for the end, so that all
		// transactions take the lock on the head after their other locks.
		tx.BeforeCommitLast(func() error {
			tx.BeforeCommitLast(func() error { return grow(tx, *buf) })
			return nil
		})
	}
	*buf = append(*buf, p)
	return p.entry, nil
}

// grow adds what the transaction put on record to the tree.
func grow(tx *db.Tx, acts []pending) error {
	if sabotage.Off("EVID") {
		return nil
	}
	first, err := extend(tx, int64(len(acts)))
	if err != nil {
		return err
	}
	fresh := map[int64]tlog.Hash{}
	reader := tlog.HashReaderFunc(func(at []int64) ([]tlog.Hash, error) { return readHashes(tx, at, fresh) })
	var hashes []hashRow
	for i, a := range acts {
		n := first + int64(i)
		made, err := tlog.StoredHashes(n, a.leaf, reader)
		if err != nil {
			return fault.Wrap("evidence.grow", err)
		}
		at := tlog.StoredHashIndex(0, n)
		for j, h := range made {
			fresh[at+int64(j)] = h
			hashes = append(hashes, hashRow{at + int64(j), h})
		}
		a.entry.Number = n
	}
	return insertEntries(tx, first, acts, hashes)
}

// said is what an entry commits to.
type said struct {
	Kind string          `json:"kind"`
	Ref  string          `json:"ref"`
	At   string          `json:"at"`
	Body json.RawMessage `json:"body"`
}

var (
	kindShape = regexp.MustCompile(`^[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*)+$`)
	refShape  = regexp.MustCompile(`^[A-Za-z0-9_-]{16,64}$`)
	nameShape = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)
	// A code or id; an instant; a locale; a code such as A17, ERA-1 or BE. What
	// people write does not look like it: it has blanks and capitals.
	wordShape = regexp.MustCompile(`^([a-z0-9][a-z0-9._:/+-]{0,127}|[0-9]{4}-[0-9TZ:.+-]{6,31}|[a-z]{2}-[A-Z]{2}|[A-Z]{1,6}-?[0-9]{1,3}[0-9a-z().-]{0,12}|[A-Z]{2})?$`)
)

func say(a Act, at time.Time) (said, error) {
	if !kindShape.MatchString(a.Kind) || !refShape.MatchString(a.Ref) {
		return said{}, fault.New(fault.Other, "evidence-act", "an act without a kind or a random id of what it is about")
	}
	body, err := canonical(a.Body)
	return said{Kind: a.Kind, Ref: a.Ref, At: at.UTC().Format(time.RFC3339Nano), Body: body}, err
}

// canonical is a body with sorted names and nothing that reads like text.
func canonical(body any) (json.RawMessage, error) {
	if body == nil {
		return json.RawMessage("{}"), nil
	}
	b, err := json.Marshal(body)
	if err != nil {
		return nil, fault.Wrap("evidence.Append", err)
	}
	var v map[string]any
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	if err := d.Decode(&v); err != nil || v == nil {
		return nil, fault.New(fault.Other, "evidence-body", "the body of an act is an object")
	}
	if !bare(v) {
		return nil, fault.New(fault.Other, "evidence-text", "the body of an act holds something that is neither a code, an id, a number nor an instant")
	}
	b, err = json.Marshal(v)
	if len(b) > 16<<10 {
		return nil, fault.New(fault.Other, "evidence-body", "the body of an act is too long")
	}
	return b, fault.Wrap("evidence.Append", err)
}

func bare(v any) bool {
	switch v := v.(type) {
	case string:
		return wordShape.MatchString(v)
	case []any:
		for _, e := range v {
			if !bare(e) {
				return false
			}
		}
	case map[string]any:
		for name, e := range v {
			if !nameShape.MatchString(name) && !wordShape.MatchString(name) || !bare(e) {
				return false
			}
		}
	}
	return true
}

// commit is the leaf of an entry.
func commit(salt []byte, s said) ([]byte, error) {
	b, err := json.Marshal(s)
	if err != nil {
		return nil, fault.Wrap("evidence.commit", err)
	}
	m := hmac.New(sha256.New, salt)
	m.Write(b)
	return m.Sum(nil), nil
}

// Shred removes what the entries about ref commit to, and their salts. The
// entries stay in the tree, and say nothing any more. In the transaction of a
// tenant it reaches that tenant's acts alone.
func Shred(tx *db.Tx, ref string) error { return shred(tx, ref) }

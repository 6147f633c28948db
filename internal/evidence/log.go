package evidence

import (
	"context"
	"crypto/rand"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"plumbline/internal/crypt"
	"plumbline/internal/db"
	"plumbline/internal/fault"
)

// Keys seal the signing key; the key ring does.
type Keys interface {
	CreateAll(ctx context.Context, owners []crypt.Owner) error
	Seal(ctx context.Context, b crypt.Bind, plaintext []byte) ([]byte, error)
	Open(b crypt.Bind, sealed []byte) ([]byte, error)
}

// Log is the log of an installation. It is safe for concurrent use, and for
// several nodes on one database.
type Log struct {
	db   *db.DB
	keys Keys
	name string

	mu     sync.Mutex
	signer note.Signer
	public string
}

// New makes the log of the installation known by name, a host such as
// "build.example.org": it is part of the key, and so of every checkpoint.
func New(d *db.DB, keys Keys, name string) *Log {
	name = strings.Map(func(r rune) rune {
		if r <= ' ' || r == '+' || r > '~' {
			return '-'
		}
		return r
	}, name)
	if name == "" {
		name = "plumbline"
	}
	return &Log{db: d, keys: keys, name: name}
}

func everyone() db.Scope { return db.Everyone("the log of privacy acts is one for all tenants") }

const keyBucket = "evidence"

func keyBind() crypt.Bind {
	return crypt.Bind{Owner: crypt.BucketOwner(keyBucket), Table: "evidence_key", Column: "sealed", Row: head}
}

// Key is the public key of the log, as package note writes it. The first call
// of an installation makes it.
func (l *Log) Key(ctx context.Context) (string, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.signer != nil {
		return l.public, nil
	}
	var kept keyRow
	var ok bool
	err := l.db.Read(ctx, everyone(), func(tx *db.Tx) (err error) {
		kept, ok, err = findKey(tx)
		return err
	})
	if err != nil {
		return "", err
	}
	if !ok {
		if kept, err = l.makeKey(ctx); err != nil {
			return "", err
		}
	}
	secret, err := l.keys.Open(keyBind(), kept.sealed)
	if err != nil {
		return "", err
	}
	s, err := note.NewSigner(string(secret))
	if err != nil {
		return "", fault.New(fault.Unreadable, "evidence-key", "the key of the evidence log is damaged").Because(err)
	}
	l.signer, l.public = s, kept.public
	return l.public, nil
}

// makeKey makes a key, unless another node was first.
func (l *Log) makeKey(ctx context.Context) (keyRow, error) {
	secret, public, err := note.GenerateKey(rand.Reader, l.name)
	if err != nil {
		return keyRow{}, fault.Wrap("evidence.makeKey", err)
	}
	if err := l.keys.CreateAll(ctx, []crypt.Owner{crypt.BucketOwner(keyBucket)}); err != nil {
		return keyRow{}, err
	}
	sealed, err := l.keys.Seal(ctx, keyBind(), []byte(secret))
	if err != nil {
		return keyRow{}, err
	}
	kept := keyRow{public, sealed}
	err = l.db.Write(ctx, everyone(), func(tx *db.Tx) error {
		kept, err = keepKey(tx, kept)
		return err
	})
	return kept, err
}

// Checkpoint is the signed statement of the log's present size and root: the
// name of the log, the size, the root, the time of signing.
func (l *Log) Checkpoint(ctx context.Context) ([]byte, error) {
	if _, err := l.Key(ctx); err != nil {
		return nil, err
	}
	var (
		n    int64
		kept string
		ok   bool
		root tlog.Hash
	)
	err := l.db.Read(ctx, everyone(), func(tx *db.Tx) (err error) {
		if n, err = size(tx); err != nil {
			return err
		}
		if kept, ok, err = findCheckpoint(tx, n); err != nil || ok {
			return err
		}
		root, err = tlog.TreeHash(n, reader(tx))
		return err
	})
	if err != nil {
		return nil, err
	}
	if ok {
		return []byte(kept), nil
	}
	text := l.signer.Name() + "\n" + strconv.FormatInt(n, 10) + "\n" + root.String() + "\n" + l.db.Clock().Now().UTC().Format(time.RFC3339) + "\n"
	signed, err := note.Sign(&note.Note{Text: text}, l.signer)
	if err != nil {
		return nil, fault.Wrap("evidence.Checkpoint", err)
	}
	err = l.db.Write(ctx, everyone(), func(tx *db.Tx) error {
		kept, err = keepCheckpoint(tx, n, string(signed))
		return err
	})
	return []byte(kept), err
}

func reader(tx *db.Tx) tlog.HashReader {
	return tlog.HashReaderFunc(func(at []int64) ([]tlog.Hash, error) { return readHashes(tx, at, nil) })
}

// Found is an entry about a thing, without its body.
type Found struct {
	Number int64
	Kind   string
	At     time.Time
}

// Of are the entries about ref, oldest first.
func (l *Log) Of(ctx context.Context, ref string) (all []Found, err error) {
	err = l.db.Read(ctx, everyone(), func(tx *db.Tx) error {
		all, err = foundOf(tx, ref)
		return err
	})
	return all, err
}

// Receipt is what proves that the entry with a number is in the log, with what
// it commits to unless that was shredded.
func (l *Log) Receipt(ctx context.Context, number int64) (Receipt, error) {
	cp, err := l.Checkpoint(ctx)
	if err != nil {
		return Receipt{}, err
	}
	tree, err := openCheckpoint(cp, l.public)
	if err != nil {
		return Receipt{}, err
	}
	if number < 0 || number >= tree.Size {
		return Receipt{}, noEntry()
	}
	r := Receipt{Format: Format, Number: number, Checkpoint: string(cp), Key: l.public}
	err = l.db.Read(ctx, everyone(), func(tx *db.Tx) error {
		e, ok, err := findEntry(tx, number)
		if err != nil || !ok {
			return cmpErr(err, noEntry())
		}
		r.Leaf = e.leaf
		b, ok, err := findBody(tx, e.id)
		if err != nil {
			return err
		}
		if ok {
			r.Said, r.Salt = &b.said, b.salt
		}
		proof, err := tlog.ProveRecord(tree.Size, number, reader(tx))
		for _, h := range proof {
			r.Proof = append(r.Proof, h[:])
		}
		return fault.Wrap("evidence.Receipt", err)
	})
	return r, err
}

// ReceiptFor is the receipt of an entry for one who holds the random id of
// what it is about. To anyone else the entry is not there.
func (l *Log) ReceiptFor(ctx context.Context, number int64, ref string) (Receipt, error) {
	r, err := l.Receipt(ctx, number)
	if err == nil && (r.Said == nil || ref == "" || r.Said.Ref != ref) {
		return Receipt{}, noEntry()
	}
	return r, err
}

func noEntry() error {
	return fault.New(fault.NotFound, "evidence-not-found", "there is no such entry")
}

func cmpErr(first, second error) error {
	if first != nil {
		return first
	}
	return second
}

// Consistency proves that the log as it was at size from is the beginning of
// the log as it was at size to. CheckConsistency verifies it.
func (l *Log) Consistency(ctx context.Context, from, to int64) (proof [][]byte, err error) {
	err = l.db.Read(ctx, everyone(), func(tx *db.Tx) error {
		n, err := size(tx)
		if err != nil {
			return err
		}
		if from < 1 || from > to || to > n {
			return fault.New(fault.Invalid, "evidence-size", "the log never had this size")
		}
		p, err := tlog.ProveTree(to, from, reader(tx))
		for _, h := range p {
			proof = append(proof, h[:])
		}
		return fault.Wrap("evidence.Consistency", err)
	})
	return proof, err
}

// Audit rebuilds the tree from its leaves and compares it with every hash and
// every checkpoint that the log keeps, and each body that is left with its
// leaf. It says how many entries it saw.
func (l *Log) Audit(ctx context.Context) (entries int64, err error) {
	public, err := l.Key(ctx)
	if err != nil {
		return 0, err
	}
	err = l.db.Read(ctx, everyone(), func(tx *db.Tx) error {
		entries, err = audit(tx, public)
		return err
	})
	return entries, err
}

func damaged(what string) error {
	return fault.New(fault.Unreadable, "evidence-damaged", "the evidence log was changed: "+what)
}

func audit(tx *db.Tx, public string) (int64, error) {
	n, err := size(tx)
	if err != nil {
		return 0, err
	}
	notes, err := checkpoints(tx)
	if err != nil {
		return 0, err
	}
	roots := map[int64]tlog.Hash{}
	for _, c := range notes {
		t, err := openCheckpoint([]byte(c), public)
		if err != nil {
			return 0, err
		}
		if t.Size > n {
			return 0, damaged("it is shorter than it was when a checkpoint was signed")
		}
		roots[t.Size] = t.root
	}
	made := map[int64]tlog.Hash{}
	own := tlog.HashReaderFunc(func(at []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(at))
		for i, x := range at {
			out[i] = made[x]
		}
		return out, nil
	})
	seen := int64(0)
	for seen < n {
		some, err := entriesFrom(tx, seen, 500)
		if err != nil {
			return 0, err
		}
		if len(some) == 0 {
			return 0, damaged("entries are missing")
		}
		for _, e := range some {
			if e.number != seen {
				return 0, damaged("entries are missing")
			}
			if b, ok, err := findBody(tx, e.id); err != nil {
				return 0, err
			} else if ok {
				if leaf, err := commit(b.salt, b.said); err != nil || string(leaf) != string(e.leaf) {
					return 0, damaged("a body is not what its entry commits to")
				}
			}
			hashes, err := tlog.StoredHashes(seen, e.leaf, own)
			if err != nil {
				return 0, fault.Wrap("evidence.Audit", err)
			}
			at := tlog.StoredHashIndex(0, seen)
			var where []int64
			for i, h := range hashes {
				made[at+int64(i)] = h
				where = append(where, at+int64(i))
			}
			kept, err := readHashes(tx, where, nil)
			if err != nil {
				return 0, err
			}
			for i, h := range hashes {
				if kept[i] != h {
					return 0, damaged("a hash does not follow from the entries")
				}
			}
			seen++
			if want, ok := roots[seen]; ok {
				if root, err := tlog.TreeHash(seen, own); err != nil || root != want {
					return 0, damaged("a signed root does not follow from the entries")
				}
			}
		}
	}
	return n, nil
}

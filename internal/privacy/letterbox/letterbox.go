package letterbox

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"time"

	"plumbline/internal/crypt"
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/job"
)

// Keys is the key ring, as far as this package needs it.
type Keys interface {
	CreateAll(ctx context.Context, owners []crypt.Owner) error
	Seal(ctx context.Context, b crypt.Bind, plain []byte) ([]byte, error)
	Open(b crypt.Bind, sealed []byte) ([]byte, error)
	Erase(ctx context.Context, owners ...crypt.Owner) error
}

// Box is the letterbox.
type Box struct {
	DB   *db.DB
	Keys Keys
}

// Letter is what somebody wrote, where answers go, and which rights it was
// taken to be about.
type Letter struct {
	Email    string    `json:"email"`
	Text     string    `json:"text"`
	Messages []Message `json:"messages,omitempty"`
	Rights   []string  `json:"rights"`
}

// Message came later.
type Message struct {
	At       time.Time `json:"at"`
	From     string    `json:"from"` // you or office, as the person sees it
	Text     string    `json:"text"`
	Evidence bool      `json:"evidence,omitempty"` // of identity: goes when it has been looked at
}

// The states of a request.
const (
	Unconfirmed = "unconfirmed"
	Open        = "open"
	Closed      = "closed"
)

// Row is one request.
type Row struct {
	ID         id.Request
	Bucket     string // owner of the key; empty once it was destroyed
	Channel    string // form, letter or signed-in
	Locale     string
	Org        id.Org // whom it is about, as the person said
	State      string
	ReceivedOn string
	Received   time.Time
	Confirmed  time.Time
	sealed     []byte
}

// Forgotten reports whether what was written is gone.
func (r Row) Forgotten() bool { return len(r.sealed) == 0 }

func everyone() db.Scope { return db.Everyone("a request concerns every controller") }

// DayBucket is the key under which unconfirmed requests of a day stand.
func DayBucket(t time.Time) string { return "request-day/" + t.UTC().Format("2006-01-02") }

// OwnBucket is the key of one request.
func OwnBucket(r id.Request) string { return "request/" + string(r) }

// Prepare makes a key, before the transaction in which it is used.
func (b Box) Prepare(ctx context.Context, bucket string) error {
	return fault.Wrap("letterbox.Prepare", b.Keys.CreateAll(ctx, []crypt.Owner{crypt.BucketOwner(bucket)}))
}

func bind(r Row) crypt.Bind {
	return crypt.Bind{Owner: crypt.BucketOwner(r.Bucket), Table: "dsr", Column: "sealed", Row: string(r.ID)}
}

// Seal seals a value of another table under the key of a request.
func (b Box) Seal(tx *db.Tx, at crypt.Bind, v any) ([]byte, error) {
	plain, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	return b.Keys.Seal(tx.Context(), at, plain)
}

// Unseal reads a sealed value; what was forgotten is empty.
func (b Box) Unseal(at crypt.Bind, sealed []byte, v any) error {
	if len(sealed) == 0 {
		return nil
	}
	plain, err := b.Keys.Open(at, sealed)
	if fault.Is(err, fault.Gone) {
		return nil
	}
	if err != nil {
		return err
	}
	return json.Unmarshal(plain, v)
}

// Read is what was written; what was forgotten is empty.
func (b Box) Read(r Row) (l Letter, err error) {
	err = b.Unseal(bind(r), r.sealed, &l)
	return l, fault.Wrap("letterbox.Read", err)
}

// Put keeps a new request.
func (b Box) Put(tx *db.Tx, r Row, l Letter) error {
	const op = "letterbox.Put"
	var err error
	if r.sealed, err = b.Seal(tx, bind(r), l); err != nil {
		return fault.Wrap(op, err)
	}
	return fault.Wrap(op, insert(tx, r))
}

// Confirm opens a request that waited, under a key of its own: false if that
// was done already.
func (b Box) Confirm(tx *db.Tx, r Row, l Letter) (first bool, err error) {
	const op = "letterbox.Confirm"
	if r.sealed, err = b.Seal(tx, bind(r), l); err != nil {
		return false, fault.Wrap(op, err)
	}
	first, err = confirm(tx, r)
	return first, fault.Wrap(op, err)
}

// Save replaces what was written.
func (b Box) Save(tx *db.Tx, r Row, l Letter) error {
	const op = "letterbox.Save"
	var err error
	if r.sealed, err = b.Seal(tx, bind(r), l); err != nil {
		return fault.Wrap(op, err)
	}
	return fault.Wrap(op, save(tx, r))
}

// Lapsed is a link that leads nowhere any more.
func Lapsed() error {
	return fault.New(fault.Gone, "link-lapsed", "this link is no longer good")
}

// Address is where mail to who asked goes; Gone once it was forgotten.
func (b Box) Address(ctx context.Context, request id.Request) (address string, err error) {
	err = b.DB.Read(ctx, everyone(), func(tx *db.Tx) error {
		r, ok, err := Find(tx, request)
		var l Letter
		if err == nil && ok {
			l, err = b.Read(r)
		}
		if err == nil && l.Email == "" {
			err = Lapsed()
		}
		address = l.Email
		return err
	})
	return address, fault.Wrap("letterbox.Address", err)
}

// NewLink makes the secret of a mail about a request. It is called when the
// mail is sent; the secret is nowhere but in its result.
func (b Box) NewLink(ctx context.Context, request id.Request) (secret string, err error) {
	const op = "letterbox.NewLink"
	raw := make([]byte, 32)
	if _, err := rand.Read(raw); err != nil {
		return "", fault.Wrap(op, err)
	}
	secret = base64.RawURLEncoding.EncodeToString(raw)
	err = b.DB.Write(ctx, everyone(), func(tx *db.Tx) error {
		_, ok, err := Find(tx, request)
		if err == nil && !ok {
			err = Lapsed()
		}
		if err != nil {
			return err
		}
		return insertLink(tx, hashOf(secret), request)
	})
	if err != nil {
		return "", fault.Wrap(op, err)
	}
	return secret, nil
}

func hashOf(secret string) []byte {
	h := sha256.Sum256([]byte(secret))
	return h[:]
}

// Behind is the request that a secret leads to.
func Behind(tx *db.Tx, secret string) (Row, error) {
	if len(secret) > 100 {
		return Row{}, Lapsed()
	}
	request, ok, err := findLink(tx, hashOf(secret))
	var r Row
	if err == nil && ok {
		r, ok, err = Find(tx, request)
	}
	if err == nil && !ok {
		err = Lapsed()
	}
	return r, err
}

// confirmLife is how long a request waits to be confirmed.
const confirmLife = 48 * time.Hour

// KeysJob is the kind of job that destroys the keys of what is forgotten.
const KeysJob = "request.keys"

type keysJob struct {
	Buckets []string `json:"buckets"`
}

// Sweep deletes requests that nobody confirmed, and has the keys destroyed of
// those whose words were forgotten.
func Sweep(tx *db.Tx) error {
	before := tx.Now().Add(-confirmLife)
	keys, err := lapse(tx, before.UnixMicro(), DayBucket(before))
	if err != nil {
		return err
	}
	gone, err := keyless(tx)
	if err != nil {
		return err
	}
	return destroy(tx, append(keys, gone...))
}

// Expired are requests that were closed before an instant.
func Expired(tx *db.Tx, before time.Time) ([]Row, error) { return expired(tx, before.UnixMicro()) }

// Delete deletes requests, and has their keys destroyed.
func Delete(tx *db.Tx, all []Row) error {
	var keys []string
	for _, r := range all {
		if r.Bucket != "" {
			keys = append(keys, r.Bucket)
		}
		if err := remove(tx, r.ID); err != nil {
			return err
		}
	}
	return destroy(tx, keys)
}

// destroy has keys destroyed once the transaction is committed, crash or not.
func destroy(tx *db.Tx, keys []string) error {
	if len(keys) == 0 {
		return nil
	}
	_, err := job.Enqueue(tx, job.Spec{Kind: KeysJob, Payload: keysJob{keys}, By: "system"})
	return err
}

// DestroyKeys is the job of kind KeysJob.
func (b Box) DestroyKeys(ctx context.Context, r *job.Run) error {
	const op = "letterbox.DestroyKeys"
	var in keysJob
	if err := r.Payload(&in); err != nil {
		return err
	}
	owners := make([]crypt.Owner, len(in.Buckets))
	for i, k := range in.Buckets {
		owners[i] = crypt.BucketOwner(k)
	}
	if err := b.Keys.Erase(ctx, owners...); err != nil {
		return fault.Wrap(op, err)
	}
	return fault.Wrap(op, b.DB.Write(ctx, everyone(), func(tx *db.Tx) error {
		for _, k := range in.Buckets {
			if err := unkey(tx, k); err != nil {
				return err
			}
		}
		return nil
	}))
}

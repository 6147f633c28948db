package evidence

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"plumbline/internal/fault"
)

// Format is what a receipt says it is.
const Format = "plumbline-receipt/1"

// Bytes are written in hexadecimal.
type Bytes []byte

// MarshalText writes lower-case hexadecimal.
func (b Bytes) MarshalText() ([]byte, error) { return []byte(hex.EncodeToString(b)), nil }

// UnmarshalText reads hexadecimal.
func (b *Bytes) UnmarshalText(text []byte) (err error) {
	*b, err = hex.DecodeString(string(text))
	return err
}

// Receipt proves that an entry is in the log. Said and Salt are missing when
// what the entry commits to was shredded. Marshal writes its one form.
type Receipt struct {
	Format     string  `json:"format"`
	Number     int64   `json:"number"`
	Said       *said   `json:"act"`
	Salt       Bytes   `json:"salt"`
	Leaf       Bytes   `json:"leaf"`
	Proof      []Bytes `json:"proof"`
	Checkpoint string  `json:"checkpoint"`
	Key        string  `json:"key"`
}

// Marshal is the receipt as a file.
func (r Receipt) Marshal() ([]byte, error) {
	if r.Proof == nil {
		r.Proof = []Bytes{}
	}
	b, err := json.MarshalIndent(r, "", "  ")
	return append(b, '\n'), fault.Wrap("evidence.Marshal", err)
}

// Proven is what a receipt proves. Act is empty but for a shredded entry's
// number and times.
type Proven struct {
	Act      Act
	Number   int64
	Shredded bool      // what the entry committed to is gone; that it was there is proved
	Size     int64     // of the log when the checkpoint was signed
	Signed   time.Time // when it was
	Log      string    // the log's name
	Key      string    // the key that signed
}

func unproved(why string) error {
	return fault.New(fault.Conflict, "receipt-false", "the receipt does not prove what it says: "+why)
}

// Verify checks a receipt. With a public key, the log must be signed with that
// one; without, the key in the receipt is believed, and must be compared with
// the one that the operator publishes. Nothing else is needed.
func Verify(receipt []byte, public string) (Proven, error) {
	var r Receipt
	d := json.NewDecoder(bytes.NewReader(receipt))
	d.DisallowUnknownFields()
	if len(receipt) > 1<<20 || d.Decode(&r) != nil || r.Format != Format {
		return Proven{}, fault.New(fault.Unreadable, "receipt-unreadable", "this is not a receipt of Plumbline")
	}
	// One receipt has one spelling, so that nothing in the file goes unchecked.
	if again, err := r.Marshal(); err != nil || !bytes.Equal(again, receipt) {
		return Proven{}, unproved("the file is not as it was written")
	}
	if public = strings.TrimSpace(public); public != "" && r.Key != public {
		return Proven{}, unproved("another key signed it")
	}
	cp, err := openCheckpoint([]byte(r.Checkpoint), r.Key)
	if err != nil {
		return Proven{}, err
	}
	proof := make(tlog.RecordProof, len(r.Proof))
	for i, h := range r.Proof {
		if len(h) != tlog.HashSize {
			return Proven{}, unproved("its proof is damaged")
		}
		copy(proof[i][:], h)
	}
	if r.Number < 0 || tlog.CheckRecord(proof, cp.Size, cp.root, r.Number, tlog.RecordHash(r.Leaf)) != nil {
		return Proven{}, unproved("the entry is not in the log that was signed")
	}
	p := Proven{Number: r.Number, Size: cp.Size, Signed: cp.at, Log: cp.name, Key: r.Key}
	if r.Said == nil {
		if len(r.Salt) > 0 {
			return Proven{}, unproved("a salt without an act")
		}
		p.Shredded = true
		return p, nil
	}
	// The body, as the commitment was made over it.
	var compact bytes.Buffer
	if err := json.Compact(&compact, r.Said.Body); err != nil {
		return Proven{}, unproved("its act is damaged")
	}
	s := *r.Said
	s.Body = compact.Bytes()
	leaf, err := commit(r.Salt, s)
	if err != nil || !bytes.Equal(leaf, r.Leaf) {
		return Proven{}, unproved("the act is not what the entry commits to")
	}
	at, err := time.Parse(time.RFC3339Nano, s.At)
	if err != nil {
		return Proven{}, unproved("its act is damaged")
	}
	p.Act = Act{Kind: s.Kind, Ref: s.Ref, Body: s.Body, At: at}
	return p, nil
}

// Checkpoint is a signed statement about the log, verified.
type Checkpoint struct {
	Size int64
	root tlog.Hash
	name string
	at   time.Time
}

// openCheckpoint verifies a signed note and reads it.
func openCheckpoint(signed []byte, public string) (Checkpoint, error) {
	v, err := note.NewVerifier(public)
	if err != nil {
		return Checkpoint{}, unproved("its key is damaged")
	}
	// Spellings of one key that mean the same are not the same.
	spelt := fmt.Sprintf("%s+%08x+", v.Name(), v.KeyHash())
	if tail, ok := strings.CutPrefix(public, spelt); !ok || !strict(tail) {
		return Checkpoint{}, unproved("its key is damaged")
	}
	n, err := note.Open(signed, note.VerifierList(v))
	if err != nil || len(n.Sigs) != 1 || len(n.UnverifiedSigs) != 0 {
		return Checkpoint{}, unproved("the log's checkpoint is not signed with this key")
	}
	// base64 has spellings that mean the same bytes; one is ours.
	if !strict(n.Sigs[0].Base64) {
		return Checkpoint{}, unproved("the log's checkpoint is not as it was written")
	}
	bad := unproved("the log's checkpoint is damaged")
	lines := strings.Split(n.Text, "\n")
	if len(lines) != 5 || lines[4] != "" || lines[0] != v.Name() {
		return Checkpoint{}, bad
	}
	c := Checkpoint{name: lines[0]}
	if c.Size, err = strconv.ParseInt(lines[1], 10, 64); err != nil || c.Size < 0 {
		return Checkpoint{}, bad
	}
	if c.root, err = tlog.ParseHash(lines[2]); err != nil {
		return Checkpoint{}, bad
	}
	if c.at, err = time.Parse(time.RFC3339, lines[3]); err != nil {
		return Checkpoint{}, bad
	}
	return c, nil
}

// strict reports whether s is the one spelling of some bytes in base64.
func strict(s string) bool {
	b, err := base64.StdEncoding.Strict().DecodeString(s)
	return err == nil && base64.StdEncoding.EncodeToString(b) == s
}

// CheckConsistency verifies that the log of the later checkpoint holds all of
// the log of the earlier one.
func CheckConsistency(earlier, later []byte, proof [][]byte, public string) error {
	a, err := openCheckpoint(earlier, public)
	if err != nil {
		return err
	}
	b, err := openCheckpoint(later, public)
	if err != nil {
		return err
	}
	hashes := make(tlog.TreeProof, len(proof))
	for i, h := range proof {
		if len(h) != tlog.HashSize {
			return unproved("its proof is damaged")
		}
		copy(hashes[i][:], h)
	}
	if a.Size < 1 || a.Size > b.Size || tlog.CheckTree(hashes, b.Size, b.root, a.Size, a.root) != nil {
		return unproved("the later log does not hold the earlier one")
	}
	return nil
}

// SizeOf is how many entries a signed checkpoint says there are.
func SizeOf(checkpoint []byte, public string) (int64, error) {
	c, err := openCheckpoint(checkpoint, public)
	return c.Size, err
}

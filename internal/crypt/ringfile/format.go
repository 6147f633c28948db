package ringfile

import (
	"bytes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"golang.org/x/crypto/chacha20poly1305"
)

// Entry is one key. An owner's epochs count up from 1.
type Entry struct {
	Owner Owner
	ID    KeyID
	Epoch uint32
	Made  int64 // UTC microseconds
	Key   Key
}

// Snapshot is everything a ring holds: keys in the order they were made,
// tombstones in the order they were set.
type Snapshot struct {
	Counter uint64
	Keys    []Entry
	Tombs   []Tombstone
}

const (
	snapshotMagic = "PLRSNAP1"
	journalMagic  = "PLRJRNL1"
	nonceSize     = chacha20poly1305.NonceSizeX
	ackSize       = Overhead + 8
	headSize      = 8 + 16 + 8
	minEntry      = 1 + 1 + 1 + 16 + 4 + 8 + keySize
	maxRecord     = 64 << 20

	// Overhead is how much longer SealAppend makes a text.
	Overhead = nonceSize + chacha20poly1305.Overhead
	// JournalHead is where the records of a journal begin.
	JournalHead = headSize + 2*ackSize
	// BatchKeys is how many keys go into one record of a journal at most.
	BatchKeys = 50_000
)

// ErrFormat is all there is to say of a text that does not open: its bytes
// changed, or it was sealed under another root.
var ErrFormat = errors.New("damaged, or sealed under another root")

func aeadOf(k *Key) cipher.AEAD {
	a, err := chacha20poly1305.NewX(k[:])
	if err != nil {
		panic("ringfile: " + err.Error()) // the length is fixed by the type
	}
	return a
}

// SealAppend adds nonce and sealed text to dst.
func SealAppend(dst []byte, k *Key, ad, plain []byte) []byte {
	var nonce [nonceSize]byte
	_, _ = rand.Read(nonce[:])
	dst = append(dst, nonce[:]...)
	return aeadOf(k).Seal(dst, nonce[:], plain, ad)
}

// Unseal opens what SealAppend added.
func Unseal(k *Key, ad, sealed []byte) ([]byte, error) {
	if len(sealed) < Overhead {
		return nil, ErrFormat
	}
	plain, err := aeadOf(k).Open(nil, sealed[:nonceSize], sealed[nonceSize:], ad)
	if err != nil {
		return nil, ErrFormat
	}
	return plain, nil
}

func fileHead(magic string, root *Root) []byte {
	b := append(make([]byte, 0, headSize), magic...)
	b = append(b, root.Ring[:]...)
	return binary.BigEndian.AppendUint64(b, root.Gen)
}

func appendOwner(b []byte, o Owner) []byte {
	b = append(b, byte(o.Kind))
	if u, ok := packUUID(o.ID); ok {
		b = append(b, 0)
		return append(b, u[:]...)
	}
	b = append(b, byte(len(o.ID)))
	return append(b, o.ID...)
}

func appendEntry(b []byte, e *Entry) []byte {
	b = appendOwner(b, e.Owner)
	b = append(b, e.ID[:]...)
	b = binary.BigEndian.AppendUint32(b, e.Epoch)
	b = binary.BigEndian.AppendUint64(b, uint64(e.Made))
	return append(b, e.Key[:]...)
}

func appendTombstone(b []byte, t Tombstone, k KeyID) []byte {
	b = appendOwner(b, t.Owner)
	b = append(b, k[:]...)
	return binary.BigEndian.AppendUint64(b, uint64(t.At.UnixMicro()))
}

// reader cuts fields off a byte string; bad stays set after the first one that
// does not fit.
type reader struct {
	b   []byte
	bad bool
	ids []byte // owner ids, gathered so that a million of them cost one string
}

func (r *reader) take(n int) []byte {
	if r.bad || n > len(r.b) {
		r.bad = true
		return make([]byte, min(n, 64))
	}
	out := r.b[:n]
	r.b = r.b[n:]
	return out
}

func (r *reader) u8() byte    { return r.take(1)[0] }
func (r *reader) u32() uint32 { return binary.BigEndian.Uint32(r.take(4)) }
func (r *reader) u64() uint64 { return binary.BigEndian.Uint64(r.take(8)) }

// owner gives the kind; the id is the next len bytes added to ids.
func (r *reader) owner() (Kind, int) {
	kind := Kind(r.u8())
	n := int(r.u8())
	was := len(r.ids)
	switch {
	case n == 0:
		r.ids = appendUUID(r.ids, [16]byte(r.take(16)))
	case n > maxOwnerID:
		r.bad = true
	default:
		r.ids = append(r.ids, r.take(n)...)
	}
	if !kind.Valid() {
		r.bad = true
	}
	return kind, len(r.ids) - was
}

func (r *reader) entries(n int) []Entry {
	if n < 0 || n > len(r.b)/minEntry {
		r.bad = true
		return nil
	}
	list := make([]Entry, n)
	lens := make([]uint8, n)
	r.ids = make([]byte, 0, 36*n)
	for i := range list {
		e := &list[i]
		kind, l := r.owner()
		e.Owner.Kind, lens[i] = kind, uint8(l)
		e.ID = KeyID(r.take(16))
		e.Epoch, e.Made = r.u32(), int64(r.u64())
		copy(e.Key[:], r.take(keySize))
		if r.bad {
			return nil
		}
	}
	ids := string(r.ids)
	for i := range list {
		list[i].Owner.ID, ids = ids[:lens[i]], ids[lens[i]:]
		if !list[i].Owner.Valid() || list[i].Epoch == 0 {
			r.bad = true
		}
	}
	return list
}

func (r *reader) tombstones(n int) []Tombstone {
	if n < 0 || n > len(r.b)/(1+1+1+16+8) {
		r.bad = true
		return nil
	}
	list := make([]Tombstone, n)
	for i := range list {
		r.ids = r.ids[:0]
		kind, _ := r.owner()
		list[i] = Tombstone{Owner: Owner{kind, string(r.ids)}, Key: KeyID(r.take(16)).Text(), At: time.UnixMicro(int64(r.u64())).UTC()}
		if r.bad || !list[i].Owner.Valid() {
			r.bad = true
			return nil
		}
	}
	return list
}

// EncodeSnapshot seals a snapshot under the root.
func EncodeSnapshot(root *Root, s *Snapshot) []byte {
	plain := binary.BigEndian.AppendUint64(make([]byte, 0, 16+len(s.Keys)*(minEntry+15)+len(s.Tombs)*42), s.Counter)
	plain = binary.BigEndian.AppendUint32(plain, uint32(len(s.Keys)))
	for i := range s.Keys {
		plain = appendEntry(plain, &s.Keys[i])
	}
	plain = binary.BigEndian.AppendUint32(plain, uint32(len(s.Tombs)))
	for _, t := range s.Tombs {
		k, _ := packUUID(string(t.Key))
		plain = appendTombstone(plain, t, k)
	}
	head := fileHead(snapshotMagic, root)
	out := SealAppend(append(make([]byte, 0, headSize+Overhead+len(plain)), head...), &root.Key, head, plain)
	clear(plain)
	return out
}

// DecodeSnapshot opens what EncodeSnapshot gave for the same root.
func DecodeSnapshot(root *Root, b []byte) (*Snapshot, error) {
	head := fileHead(snapshotMagic, root)
	if !bytes.HasPrefix(b, head) {
		return nil, ErrFormat
	}
	plain, err := Unseal(&root.Key, head, b[headSize:])
	if err != nil {
		return nil, err
	}
	defer clear(plain)
	return parseSnapshot(plain)
}

func parseSnapshot(plain []byte) (*Snapshot, error) {
	r := &reader{b: plain}
	s := &Snapshot{Counter: r.u64()}
	s.Keys = r.entries(int(r.u32()))
	s.Tombs = r.tombstones(int(r.u32()))
	if r.bad || len(r.b) != 0 {
		return nil, fmt.Errorf("snapshot: %w", ErrFormat)
	}
	return s, nil
}

// RingOf is the ring that a snapshot or journal says it belongs to.
func RingOf(b []byte) (ring [16]byte, ok bool) {
	if len(b) < headSize || string(b[:8]) != snapshotMagic && string(b[:8]) != journalMagic {
		return ring, false
	}
	return [16]byte(b[8:24]), true
}

func recordAD(root *Root, number uint64) []byte {
	return binary.BigEndian.AppendUint64(append(fileHead(journalMagic, root), "record"...), number)
}

// AppendRecord adds a batch of keys as the record of that number.
func AppendRecord(b []byte, root *Root, number uint64, keys []Entry) []byte {
	plain := binary.BigEndian.AppendUint32(make([]byte, 0, 4+len(keys)*(minEntry+15)), uint32(len(keys)))
	for i := range keys {
		plain = appendEntry(plain, &keys[i])
	}
	b = binary.BigEndian.AppendUint32(b, uint32(Overhead+len(plain)))
	b = SealAppend(b, &root.Key, recordAD(root, number), plain)
	clear(plain)
	return b
}

// Walk reads records from b, the first of which follows number base, up to
// number limit or to the first that is not whole. It gives their keys and the
// length and last number of what was read.
func Walk(root *Root, base, limit uint64, b []byte) (keys []Entry, length int, number uint64) {
	number = base
	for number < limit {
		k, n := cutRecord(root, number+1, b[length:])
		if n == 0 {
			break
		}
		keys = append(keys, k...)
		length += n
		number++
	}
	return keys, length, number
}

// cutRecord reads the first record of b, which must have that number. It gives
// the length that the record takes up, and 0 when b begins with no whole one.
func cutRecord(root *Root, number uint64, b []byte) ([]Entry, int) {
	if len(b) < 4 {
		return nil, 0
	}
	n := int(binary.BigEndian.Uint32(b))
	if n < Overhead+minEntry || n > maxRecord || n > len(b)-4 {
		return nil, 0
	}
	plain, err := Unseal(&root.Key, recordAD(root, number), b[4:4+n])
	if err != nil {
		return nil, 0
	}
	defer clear(plain)
	keys := parseRecord(plain)
	if keys == nil {
		return nil, 0
	}
	return keys, 4 + n
}

func parseRecord(plain []byte) []Entry {
	r := &reader{b: plain}
	keys := r.entries(int(r.u32()))
	if r.bad || len(r.b) != 0 || len(keys) == 0 {
		return nil
	}
	return keys
}

func ackAD(root *Root) []byte { return append(fileHead(journalMagic, root), "ack"...) }

// EncodeAck seals the number of the last record that every place has.
func EncodeAck(root *Root, counter uint64) []byte {
	return SealAppend(nil, &root.Key, ackAD(root), binary.BigEndian.AppendUint64(nil, counter))
}

// EmptyJournal is a journal of no records, in which all up to counter is
// acknowledged.
func EmptyJournal(root *Root, counter uint64) []byte {
	b := fileHead(journalMagic, root)
	b = append(b, EncodeAck(root, counter)...)
	return append(b, EncodeAck(root, counter)...)
}

// ReadAck gives the acknowledged counter of the head of a journal and the slot
// that holds it. One slot may be torn: the other one then holds the number
// before.
func ReadAck(root *Root, head []byte) (counter uint64, slot int, ok bool) {
	if len(head) < JournalHead || !bytes.HasPrefix(head, fileHead(journalMagic, root)) {
		return 0, 0, false
	}
	for i := range 2 {
		plain, err := Unseal(&root.Key, ackAD(root), head[headSize+i*ackSize:headSize+(i+1)*ackSize])
		if err != nil || len(plain) != 8 {
			continue
		}
		if n := binary.BigEndian.Uint64(plain); !ok || n > counter {
			counter, slot, ok = n, i, true
		}
	}
	return counter, slot, ok
}

// AckOffset is where a slot of the acknowledgement stands in a journal.
func AckOffset(slot int) int64 { return int64(headSize + slot*ackSize) }

package ringfile

import (
	"bytes"
	"math"
	"reflect"
	"testing"
	"time"

	"plumbline/internal/id"
)

func sample() (*Root, *Snapshot) {
	root := &Root{Ring: NewKeyID(), Gen: 3, High: 4, Key: NewKey()}
	snap := &Snapshot{Counter: 7, Keys: []Entry{
		{Owner: Owner{KindPerson, string(id.New[id.Person]())}, ID: NewKeyID(), Epoch: 1, Made: 1_700_000_000_000_000, Key: NewKey()},
		{Owner: Owner{KindBucket, "org/claims:2026"}, ID: NewKeyID(), Epoch: 9, Made: -1, Key: NewKey()},
	}, Tombs: []Tombstone{
		{Owner: Owner{KindOrg, string(id.New[id.Org]())}, Key: NewKeyID().Text(), At: time.Date(2026, 1, 2, 3, 4, 5, 6000, time.UTC)},
		{Owner: Owner{KindBucket, "x"}, Key: NewKeyID().Text(), At: time.Date(2027, 1, 2, 3, 4, 5, 0, time.UTC)},
	}}
	return root, snap
}

func TestFilesReadBack(t *testing.T) {
	t.Parallel()
	root, snap := sample()
	got, err := DecodeSnapshot(root, EncodeSnapshot(root, snap))
	if err != nil || !reflect.DeepEqual(got, snap) {
		t.Errorf("snapshot read back as %+v, %v; want %+v", got, err, snap)
	}
	if _, err := DecodeSnapshot(&Root{Ring: root.Ring, Gen: 3, Key: NewKey()}, EncodeSnapshot(root, snap)); err == nil {
		t.Error("another root opens the snapshot")
	}
	j := EmptyJournal(root, 7)
	j = AppendRecord(j, root, 8, snap.Keys[:1])
	j = AppendRecord(j, root, 9, snap.Keys[1:])
	keys, length, number := Walk(root, 7, math.MaxUint64, j[JournalHead:])
	if !reflect.DeepEqual(keys, snap.Keys) || length != len(j)-JournalHead || number != 9 {
		t.Errorf("journal read back as %v, %d, %d", keys, length, number)
	}
	if keys, _, _ := Walk(root, 8, math.MaxUint64, j[JournalHead:]); keys != nil {
		t.Error("a record is taken for another number")
	}
	copy(j[AckOffset(1):], EncodeAck(root, 9))
	if n, slot, ok := ReadAck(root, j); n != 9 || slot != 1 || !ok {
		t.Errorf("acknowledged %d in slot %d, %v; want 9 in 1", n, slot, ok)
	}
	j[AckOffset(1)] ^= 1
	if n, slot, ok := ReadAck(root, j); n != 7 || slot != 0 || !ok {
		t.Errorf("with a torn slot: %d in slot %d, %v; want 7 in 0", n, slot, ok)
	}
	tombs := ParseTombs(EncodeTombs(snap.Tombs))
	if !reflect.DeepEqual(tombs, snap.Tombs) {
		t.Errorf("tombstones read back as %v", tombs)
	}
	next := NewKey()
	for _, r := range []*Root{root, {Ring: root.Ring, Gen: 3, High: 4, Key: root.Key, Next: &next}} {
		got, err := ParseRoot(r.Encode())
		if err != nil || !reflect.DeepEqual(got, r) {
			t.Errorf("root read back as %+v, %v", got, err)
		}
		for i := range r.Encode() {
			b := r.Encode()
			b[i] ^= 1
			if _, err := ParseRoot(b); err == nil {
				t.Errorf("root with byte %d changed is read", i)
			}
		}
	}
}

func TestDamagedTombstoneEndsTheList(t *testing.T) {
	t.Parallel()
	_, snap := sample()
	b := EncodeTombs(snap.Tombs)
	first := bytes.IndexByte(b, '\n') + 1
	for i := range b {
		bad := bytes.Clone(b)
		bad[i] ^= 1
		want := 0
		if i >= first {
			want = 1
		}
		if got := len(ParseTombs(bad)); got != want {
			t.Errorf("byte %d changed: %d tombstones, want %d", i, got, want)
		}
		if got := len(ParseTombs(b[:i])); got != want {
			t.Errorf("cut to %d: %d tombstones, want %d", i, got, want)
		}
	}
	if got := ParseTombs(b[first:]); got != nil {
		t.Error("a list without its beginning is believed")
	}
}

// The sealing keeps strangers out; these parse what lies under it.
func FuzzParseSnapshot(f *testing.F) {
	root, snap := sample()
	sealed := EncodeSnapshot(root, snap)
	plain, err := Unseal(&root.Key, fileHead(snapshotMagic, root), sealed[headSize:])
	if err != nil {
		f.Fatal(err)
	}
	f.Add(plain)
	f.Add(plain[:40])
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := parseSnapshot(b)
		if err != nil {
			return
		}
		back, err := DecodeSnapshot(root, EncodeSnapshot(root, s))
		if err != nil || !reflect.DeepEqual(back, s) {
			t.Errorf("read %+v, written and read again %+v, %v", s, back, err)
		}
	})
}

func FuzzWalk(f *testing.F) {
	root := &Root{Gen: 1, High: 1}
	_, snap := sample()
	f.Add(AppendRecord(AppendRecord(nil, root, 1, snap.Keys), root, 2, snap.Keys[:1]))
	f.Add([]byte{0, 0, 0, 200})
	f.Fuzz(func(t *testing.T, b []byte) {
		_, length, number := Walk(root, 0, math.MaxUint64, b)
		if length > len(b) || number > uint64(len(b)) {
			t.Errorf("read %d of %d bytes, %d records", length, len(b), number)
		}
		parseRecord(b)
		ReadAck(root, b)
		RingOf(b)
	})
}

func FuzzParseTombs(f *testing.F) {
	_, snap := sample()
	f.Add(EncodeTombs(snap.Tombs))
	f.Fuzz(func(t *testing.T, b []byte) {
		list := ParseTombs(b)
		if again := ParseTombs(EncodeTombs(list)); len(again) != len(list) {
			t.Errorf("%d tombstones, read again %d", len(list), len(again))
		}
	})
}

func FuzzParseRoot(f *testing.F) {
	root, _ := sample()
	f.Add(root.Encode())
	f.Fuzz(func(t *testing.T, b []byte) {
		if r, err := ParseRoot(b); err == nil && !bytes.Equal(r.Encode(), b) {
			t.Error("a root file has two spellings")
		}
	})
}

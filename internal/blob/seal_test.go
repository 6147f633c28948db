package blob

import (
	"bytes"
	"context"
	"io"
	"testing"

	"golang.org/x/crypto/chacha20poly1305"

	"plumbline/internal/fault"
	"plumbline/internal/id"
)

// oneKey seals heads under one key, bound to organisation and name.
type oneKey [32]byte

func (k oneKey) SealKey(_ context.Context, org id.Org, name string, plain []byte) ([]byte, error) {
	a, err := chacha20poly1305.NewX(k[:])
	if err != nil {
		return nil, err
	}
	return a.Seal(nil, make([]byte, 24), plain, []byte(string(org)+"/"+name)), nil
}

func (k oneKey) OpenKey(_ context.Context, org id.Org, name string, sealed []byte) ([]byte, error) {
	a, err := chacha20poly1305.NewX(k[:])
	if err != nil {
		return nil, err
	}
	plain, err := a.Open(nil, make([]byte, 24), sealed, []byte(string(org)+"/"+name))
	if err != nil {
		return nil, fault.New(fault.Unreadable, "sealed-damaged", "damaged")
	}
	return plain, nil
}

func TestLengths(t *testing.T) {
	t.Parallel()
	const s = SegmentSize
	last := int64(-1)
	for _, n := range []int64{0, 1, s - 1, s, s + 1, 2 * s, 2*s + 1, 1 << 40, MaxSize} {
		length := SealedLength(n)
		if got, ok := PlainSize(length); got != n || !ok {
			t.Errorf("%d bytes are %d sealed, and back %d, %v", n, length, got, ok)
		}
		if length <= last {
			t.Errorf("%d bytes are no longer than fewer bytes", n)
		}
		last = length
	}
	for _, n := range []int64{-1, 0, 8, 264, 279, SealedLength(s) + 1, SealedLength(s) + 16, SealedLength(MaxSize) + 1} {
		if size, ok := PlainSize(n); ok {
			t.Errorf("a sealed length of %d is taken for %d plain bytes", n, size)
		}
	}
}

func TestKey(t *testing.T) {
	t.Parallel()
	org := id.New[id.Org]()
	name := "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
	if k, err := Key(org, Ref{SHA256: name}); err != nil || k != string(org)+"/"+name {
		t.Errorf("key %q, %v", k, err)
	}
	if _, err := Key(org, Ref{SHA256: "../x"}); !fault.Is(err, fault.Invalid) {
		t.Errorf("a path as a name: %v", err)
	}
}

// Whatever the bytes, reading does not panic and gives what was sealed or says
// that it is damaged.
func FuzzUnseal(f *testing.F) {
	const org = id.Org("org")
	content := bytes.Repeat([]byte("0123456789abcdef"), SegmentSize/16+1)
	names := map[int]string{}
	for _, n := range []int{0, 5, SegmentSize, SegmentSize + 16} {
		var sealed bytes.Buffer
		ref, err := Seal(f.Context(), oneKey{}, org, &sealed, bytes.NewReader(content[:n]), 0)
		if err != nil {
			f.Fatal(err)
		}
		names[n] = ref.SHA256
		f.Add(uint16(n%4), uint32(0), byte(0), sealed.Bytes())
		f.Add(uint16(1), uint32(300), byte(1), sealed.Bytes())
	}
	f.Fuzz(func(t *testing.T, off uint16, at uint32, change byte, b []byte) {
		b = bytes.Clone(b)
		if len(b) > 0 {
			b[int(at)%len(b)] ^= change
		}
		for _, n := range []int{0, 5, SegmentSize, SegmentSize + 16} {
			name := names[n]
			s, err := Unseal(t.Context(), oneKey{}, org, name, bytes.NewReader(b), int64(len(b)))
			if err != nil {
				if fault.CodeOf(err) != "blob-damaged" {
					t.Fatal(err)
				}
				continue
			}
			if s.Size() != int64(n) {
				t.Fatalf("size %d of a file of %d", s.Size(), n)
			}
			p := make([]byte, 100)
			m, err := s.ReadAt(p, int64(off))
			if err == nil || err == io.EOF { //nolint:errorlint // ReadAt's own
				if m > 0 && (int(off)+m > n || !bytes.Equal(p[:m], content[off:int(off)+m])) {
					t.Fatal("wrong bytes")
				}
			}
			got, err := io.ReadAll(io.NewSectionReader(s, 0, s.Size()))
			if !bytes.HasPrefix(content[:n], got) || err == nil && len(got) != n {
				t.Fatalf("wrong bytes: %d of %d, %v", len(got), n, err)
			}
			// Reading nothing of an empty file opens no segment.
			if v := s.Verify(t.Context()); n > 0 && (v == nil) != (err == nil) || v == nil && err != nil {
				t.Fatal("Verify and reading disagree")
			}
		}
	})
}

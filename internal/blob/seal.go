package blob

import (
	"bytes"
	"context"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"io"
	"sync"

	"golang.org/x/crypto/chacha20poly1305"

	"plumbline/internal/fault"
	"plumbline/internal/id"
)

const (
	// SegmentSize is how many plain bytes are sealed together.
	SegmentSize = 64 << 10
	// TrailerSize is the end of a sealed file that holds its sealed key.
	TrailerSize = 256
)

const (
	magic      = "PLBLOB1\n"
	sealedSize = SegmentSize + chacha20poly1305.Overhead
	headSize   = chacha20poly1305.KeySize + 8
)

func segmentNonce(n uint32, last bool) []byte {
	nonce := make([]byte, chacha20poly1305.NonceSizeX)
	binary.BigEndian.PutUint32(nonce[19:], n)
	if last {
		nonce[23] = 1
	}
	return nonce
}

// segments is how many segments hold size plain bytes.
func segments(size int64) int64 { return max(1, (size+SegmentSize-1)/SegmentSize) }

// SealedLength is how long a file of size plain bytes is when sealed.
func SealedLength(size int64) int64 {
	return int64(len(magic)) + size + segments(size)*chacha20poly1305.Overhead + TrailerSize
}

// PlainSize is how many plain bytes a sealed file of that length holds; false
// when no sealed file has that length.
func PlainSize(length int64) (int64, bool) {
	body := length - int64(len(magic)) - TrailerSize
	if body < chacha20poly1305.Overhead {
		return 0, false
	}
	n := (body + sealedSize - 1) / sealedSize
	size := body - n*chacha20poly1305.Overhead
	return size, size >= 0 && size <= MaxSize && SealedLength(size) == length
}

// Seal writes what src gives to dst in the sealed form, and gives its name and
// size. More than limit bytes is TooLarge. It looks at ctx between segments.
func Seal(ctx context.Context, keys Keys, org id.Org, dst io.Writer, src io.Reader, limit int64) (Ref, error) {
	if limit <= 0 || limit > MaxSize {
		limit = MaxSize
	}
	head := make([]byte, headSize)
	_, _ = rand.Read(head[:chacha20poly1305.KeySize])
	defer clear(head)
	aead, err := chacha20poly1305.NewX(head[:chacha20poly1305.KeySize])
	if err != nil {
		return Ref{}, err
	}
	if _, err := io.WriteString(dst, magic); err != nil {
		return Ref{}, err
	}
	hash := sha256.New()
	var size int64
	// One segment is held back, for it may turn out to be the last.
	buf, ahead := make([]byte, SegmentSize), make([]byte, SegmentSize)
	out := make([]byte, 0, sealedSize)
	n, err := fill(src, buf)
	for i := uint32(0); ; i++ {
		if err != nil {
			return Ref{}, err
		}
		if err := ctx.Err(); err != nil {
			return Ref{}, err
		}
		if size += int64(n); size > limit {
			return Ref{}, fault.New(fault.TooLarge, "blob-too-large", "the file is larger than is allowed")
		}
		hash.Write(buf[:n])
		var m int
		if n == SegmentSize {
			m, err = fill(src, ahead)
		}
		last := m == 0 && err == nil
		out = aead.Seal(out[:0], segmentNonce(i, last), buf[:n], nil)
		if _, err := dst.Write(out); err != nil {
			return Ref{}, err
		}
		if last {
			break
		}
		buf, ahead, n = ahead, buf, m
	}
	ref := Ref{SHA256: hex.EncodeToString(hash.Sum(nil)), Size: size}
	binary.BigEndian.PutUint64(head[chacha20poly1305.KeySize:], uint64(size))
	sealed, err := keys.SealKey(ctx, org, ref.SHA256, head)
	if err != nil {
		return Ref{}, err
	}
	if len(sealed) > TrailerSize-2 {
		return Ref{}, errors.New("blob: the sealed head does not fit its trailer")
	}
	trailer := binary.BigEndian.AppendUint16(make([]byte, 0, TrailerSize), uint16(len(sealed)))
	trailer = append(trailer, sealed...)
	if _, err := dst.Write(trailer[:TrailerSize]); err != nil {
		return Ref{}, err
	}
	return ref, nil
}

// fill reads until buf is full or src ends, which is no error. It is not
// io.ReadFull, whose error for a short read is also what an HTTP body says when
// the connection broke: half an upload must not be taken for a file.
func fill(src io.Reader, buf []byte) (n int, err error) {
	for idle := 0; n < len(buf) && idle < 100; idle++ {
		m, err := src.Read(buf[n:])
		if m > 0 {
			n, idle = n+m, 0
		}
		if err == io.EOF { //nolint:errorlint // a reader ends with this very value
			return n, nil
		}
		if err != nil {
			return n, err
		}
	}
	if n < len(buf) {
		return n, io.ErrNoProgress
	}
	return n, nil
}

// Sealed is an open file in the sealed form. It is safe for concurrent use.
type Sealed struct {
	src  io.ReaderAt
	name string
	size int64
	aead cipher.AEAD

	mu   sync.Mutex
	at   int64  // number of the segment in buf, -1 for none
	buf  []byte // plain bytes of one segment: small reads in a row cost one opening
	work []byte
}

// Unseal opens a file of that sealed length. It reads the trailer, and fails
// with Damaged when the file was not sealed for this organisation and name or
// is not as long as it was.
func Unseal(ctx context.Context, keys Keys, org id.Org, name string, src io.ReaderAt, length int64) (*Sealed, error) {
	size, ok := PlainSize(length)
	if !ok {
		return nil, Damaged()
	}
	start := make([]byte, len(magic))
	trailer := make([]byte, TrailerSize)
	if err := readFull(src, start, 0); err != nil {
		return nil, err
	}
	if err := readFull(src, trailer, length-TrailerSize); err != nil {
		return nil, err
	}
	n := int(binary.BigEndian.Uint16(trailer))
	if string(start) != magic || n > TrailerSize-2 || len(bytes.TrimLeft(trailer[2+n:], "\x00")) > 0 {
		return nil, Damaged()
	}
	head, err := keys.OpenKey(ctx, org, name, trailer[2:2+n])
	if fault.Is(err, fault.Unreadable) {
		return nil, Damaged().Because(err)
	}
	if err != nil {
		return nil, err
	}
	defer clear(head)
	if len(head) != headSize || binary.BigEndian.Uint64(head[chacha20poly1305.KeySize:]) != uint64(size) {
		return nil, Damaged()
	}
	aead, err := chacha20poly1305.NewX(head[:chacha20poly1305.KeySize])
	if err != nil {
		return nil, err
	}
	return &Sealed{src: src, name: name, size: size, aead: aead, at: -1}, nil
}

func readFull(src io.ReaderAt, b []byte, off int64) error {
	if n, err := src.ReadAt(b, off); n < len(b) {
		if err == nil || errors.Is(err, io.EOF) {
			return Damaged()
		}
		return Damaged().Because(err) // a medium that cannot be read is damage, too
	}
	return nil
}

// Size is the number of plain bytes.
func (s *Sealed) Size() int64 { return s.size }

// ReadAt reads plain bytes.
func (s *Sealed) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 {
		return 0, errors.New("blob: negative offset")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for n < len(p) && off < s.size {
		if err := s.segment(off / SegmentSize); err != nil {
			return n, err
		}
		m := copy(p[n:], s.buf[off%SegmentSize:])
		n, off = n+m, off+int64(m)
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// segment puts the plain bytes of segment i into buf.
func (s *Sealed) segment(i int64) error {
	if s.at == i {
		return nil
	}
	if s.work == nil {
		s.work, s.buf = make([]byte, sealedSize), make([]byte, 0, SegmentSize)
	}
	s.at = -1
	last := i == segments(s.size)-1
	b := s.work
	if last {
		b = b[:s.size-i*SegmentSize+chacha20poly1305.Overhead]
	}
	if err := readFull(s.src, b, int64(len(magic))+i*sealedSize); err != nil {
		return err
	}
	plain, err := s.aead.Open(s.buf[:0], segmentNonce(uint32(i), last), b, nil)
	if err != nil {
		return Damaged()
	}
	s.buf, s.at = plain, i
	return nil
}

// Verify reads the whole file and compares it with its name.
func (s *Sealed) Verify(ctx context.Context) error {
	hash := sha256.New()
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range segments(s.size) {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := s.segment(i); err != nil {
			return err
		}
		hash.Write(s.buf)
	}
	if hex.EncodeToString(hash.Sum(nil)) != s.name {
		return Damaged()
	}
	return nil
}

package blob

import (
	"context"
	"io"
	"iter"

	"plumbline/internal/fault"
	"plumbline/internal/id"
)

// Ref names a file of an organisation. Size is what it measures; methods that
// take a Ref go by SHA256 alone.
type Ref struct {
	SHA256 string // 64 lower-case hexadecimal digits
	Size   int64
}

// Reader reads a file at any place. It is safe for concurrent use. ReadAt
// fails with Unreadable "blob-damaged" where the bytes are not what was put.
type Reader interface {
	io.ReaderAt
	io.Closer
	Size() int64
}

// Store keeps files.
type Store interface {
	// Put keeps what r gives, at most limit bytes (0 and below: MaxSize).
	// More is TooLarge "blob-too-large". An error of r comes back as it is.
	Put(ctx context.Context, org id.Org, r io.Reader, limit int64) (Ref, error)
	// Open opens a file. Its size is authenticated; its bytes are as they are
	// read.
	Open(ctx context.Context, org id.Org, ref Ref) (Reader, error)
	// Stat gives the size of a file, authenticated.
	Stat(ctx context.Context, org id.Org, ref Ref) (Ref, error)
	// Delete removes a file from every location. One that is not there is no
	// error.
	Delete(ctx context.Context, org id.Org, ref Ref) error
	// List gives the files of an organisation by name. Sizes are not
	// authenticated, and -1 where no copy has a possible length. It ends at
	// the first error.
	List(ctx context.Context, org id.Org) iter.Seq2[Ref, error]
	// Verify reads every copy whole, against its name, and makes bad or missing
	// copies anew from a good one. It fails when not every location has a good
	// copy in the end.
	Verify(ctx context.Context, org id.Org, ref Ref) error
}

// Keys seals the files' keys under the organisation's key. Name is the file's
// SHA-256; what was sealed for one organisation and name opens for no other.
type Keys interface {
	SealKey(ctx context.Context, org id.Org, name string, plain []byte) ([]byte, error)
	OpenKey(ctx context.Context, org id.Org, name string, sealed []byte) ([]byte, error)
}

// MaxSize is the size of the largest file that the sealed form can hold.
const MaxSize = int64(1) << 46

// Key is the name of a file in a store: "org/sha256".
func Key(org id.Org, ref Ref) (string, error) {
	if err := Check(org, ref); err != nil {
		return "", err
	}
	return string(org) + "/" + ref.SHA256, nil
}

// Check refuses an organisation or a name that is not in its one spelling, so
// that neither can lead out of its place.
func Check(org id.Org, ref Ref) error {
	if !id.Valid(org) {
		return fault.New(fault.Invalid, "bad-org", "the organisation's id is malformed")
	}
	if !ValidSHA256(ref.SHA256) {
		return fault.New(fault.Invalid, "bad-blob-name", "the file's name is malformed")
	}
	return nil
}

// ValidSHA256 reports whether s is 64 lower-case hexadecimal digits.
func ValidSHA256(s string) bool {
	if len(s) != 64 {
		return false
	}
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// NotFound is what a store answers for a file that it has not.
func NotFound() *fault.Error {
	return fault.New(fault.NotFound, "blob-not-found", "the file is not there")
}

// Damaged is what a store answers for a file that is not what was put.
func Damaged() *fault.Error {
	return fault.New(fault.Unreadable, "blob-damaged", "the stored file is damaged")
}

// NewReader reads a file from its beginning to its end.
func NewReader(r Reader) io.Reader { return io.NewSectionReader(r, 0, r.Size()) }

package unpack

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"path"
	"strings"
	"sync/atomic"

	"plumbline/internal/fault"
)

// The limits of one archive.
const (
	MaxEntries   = 50_000
	MaxDirectory = 32 << 20 // bytes read to list what is in the archive
	MaxXML       = 16 << 20 // bytes of one XML file
	MaxAllXML    = 64 << 20 // bytes of all XML files together
	MaxContent   = 1 << 30  // bytes of one other file
	MaxContents  = 2 << 30  // bytes of all other files together
)

func tooLarge(message string) *fault.Error {
	return fault.New(fault.TooLarge, "archive-too-large", message)
}

func damaged(err error) *fault.Error {
	return fault.New(fault.Unreadable, "archive-damaged", "a file in the archive is damaged").Because(err)
}

// Content is a file of an archive: its name within its folder, and how to read it.
type Content struct {
	Name string
	open func() (io.ReadCloser, error)
}

// Bytes is a content of the given bytes.
func Bytes(name string, b []byte) Content {
	return Content{Name: name, open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b)), nil }}
}

// Open opens the content. Reading it ends with a fault where it is over a limit.
func (c Content) Open() (io.ReadCloser, error) { return c.open() }

// Read reads the content whole, and refuses one over limit.
func (c Content) Read(limit int64) ([]byte, error) {
	r, err := c.open()
	if err != nil {
		return nil, err
	}
	defer func() { _ = r.Close() }()
	b, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err == nil && int64(len(b)) > limit {
		err = tooLarge("a file in the archive is too large")
	}
	return b, err
}

// Archive is an opened ZIP file whose names can be trusted.
type Archive struct {
	Files   []Entry
	Skipped []string // why files were left out, one a file

	all atomic.Int64 // bytes of contents read so far
	xml int64        // bytes of XML that may still be read
}

// Entry is a file of an archive.
type Entry struct {
	Name string // cleaned, with forward slashes
	Used bool   // for the reader to mark

	zip *zip.File
}

// budget stops a directory that never ends.
type budget struct {
	r    io.ReaderAt
	left atomic.Int64
}

var errDirectory = errors.New("the directory of the archive is too large")

func (b *budget) ReadAt(p []byte, off int64) (int, error) {
	if b.left.Add(-int64(len(p))) < 0 {
		return 0, errDirectory
	}
	return b.r.ReadAt(p, off)
}

// Open lists an archive. The reader must stay open while contents are read.
func Open(r io.ReaderAt, size int64) (*Archive, error) {
	limited := &budget{r: r}
	limited.left.Store(MaxDirectory)
	z, err := zip.NewReader(limited, size)
	switch {
	case errors.Is(err, errDirectory):
		return nil, tooLarge("the archive lists too many files").Because(err)
	case err != nil && !errors.Is(err, zip.ErrInsecurePath):
		return nil, fault.New(fault.Unreadable, "not-a-zip", "this is no ZIP archive, or a damaged one").Because(err)
	case len(z.File) > MaxEntries:
		return nil, tooLarge("the archive lists too many files")
	}
	limited.left.Store(1 << 62) // contents have limits of their own
	a := &Archive{xml: MaxAllXML}
	seen := map[string]bool{}
	for _, f := range z.File {
		name, ok := CleanName(f.Name)
		switch {
		case strings.HasSuffix(f.Name, "/") || strings.HasSuffix(f.Name, `\`) || isJunk(name):
			continue
		case !ok || !f.Mode().IsRegular():
			a.skip("a file with a name that leads out of the archive was left out")
			continue
		case f.Flags&1 != 0:
			a.skip("an encrypted file was left out")
			continue
		case seen[strings.ToLower(name)]:
			a.skip("a second file of the same name was left out")
			continue
		}
		seen[strings.ToLower(name)] = true
		a.Files = append(a.Files, Entry{Name: name, zip: f})
	}
	return a, nil
}

func (a *Archive) skip(why string) {
	if len(a.Skipped) < 1000 {
		a.Skipped = append(a.Skipped, why)
	}
}

// CleanName makes a relative path of forward slashes of a name, or reports that it cannot.
func CleanName(name string) (string, bool) {
	name = strings.ReplaceAll(name, `\`, "/")
	if strings.ContainsAny(name, "\x00:") || strings.HasPrefix(name, "/") || len(name) > 1024 {
		return "", false
	}
	for part := range strings.SplitSeq(name, "/") {
		if part == ".." {
			return "", false
		}
	}
	name = strings.ToValidUTF8(path.Clean(name), "_")
	return name, name != "." && name != ""
}

// isJunk tells what systems leave in archives.
func isJunk(name string) bool {
	base := path.Base(name)
	return strings.HasPrefix(base, "._") || base == ".DS_Store" || strings.EqualFold(base, "thumbs.db") ||
		strings.HasPrefix(name, "__MACOSX/") || strings.Contains(name, "/__MACOSX/")
}

// XML reads an XML file within the limits of one and of all.
func (a *Archive) XML(e *Entry) (*Node, error) {
	r, err := e.zip.Open()
	if err != nil {
		return nil, damaged(err)
	}
	defer func() { _ = r.Close() }()
	limit := min(int64(MaxXML), a.xml)
	b, err := io.ReadAll(io.LimitReader(r, limit+1))
	a.xml -= int64(len(b))
	if int64(len(b)) > limit {
		return nil, tooLarge("the XML in the archive is too large")
	}
	if err != nil {
		return nil, damaged(err)
	}
	return Parse(b)
}

// Content is the entry as a content of the given name, and marks it used.
func (a *Archive) Content(e *Entry, name string) Content {
	e.Used = true
	f := e.zip
	return Content{Name: name, open: func() (io.ReadCloser, error) {
		r, err := f.Open()
		if err != nil {
			return nil, damaged(err)
		}
		return &metered{r: r, all: &a.all}, nil
	}}
}

// metered counts what really comes out, whatever the directory says.
type metered struct {
	r    io.ReadCloser
	own  int64
	all  *atomic.Int64
	fail error
}

func (m *metered) Read(p []byte) (int, error) {
	if m.fail != nil {
		return 0, m.fail
	}
	n, err := m.r.Read(p)
	m.own += int64(n)
	if m.own > MaxContent || m.all.Add(int64(n)) > MaxContents {
		m.fail = tooLarge("the files in the archive are too large")
		return 0, m.fail
	}
	if err != nil && !errors.Is(err, io.EOF) {
		err = damaged(err)
	}
	return n, err
}

func (m *metered) Close() error { return m.r.Close() }

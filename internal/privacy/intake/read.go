// Package intake takes an archive of another installation in: strictly read, with
// the rights of who brings it, and harmless to repeat.
//
// Promises:
//   - A ZIP is read only if every entry is one that an archive of ours has, once,
//     a plain file, within the limits on number and size; what an entry's head
//     says is not believed.
//   - Only what the person had given themselves is taken: their profile, and the
//     points, comments and photos that they made. What the installation does not
//     take is counted, with why.
//   - Consent does not travel: choices are listed, to be made again.
//   - An address that asked never to be written to again is refused.
//   - Things get ids that follow from their old ones and the project, so taking
//     the same archive in twice makes nothing twice.
package intake

import (
	"archive/zip"
	"encoding/json"
	"errors"
	"io"
	"strings"

	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/privacy/archive"
)

// Limits of an archive that is read.
const (
	MaxArchive = 512 << 20 // bytes of the ZIP
	maxPhoto   = 64 << 20
	maxPoints  = 5_000
)

// limits of what is unpacked.
type limits struct {
	entries  int
	data     int64 // bytes of data.json
	unpacked uint64
}

func limited() limits { return limits{entries: 20_000, data: 64 << 20, unpacked: 2 << 30} }

func damaged(code, message string) error { return fault.New(fault.Invalid, code, message) }

func notAnArchive() error { return damaged("not-an-archive", "this is not an archive of Plumbline") }

// incoming is an archive that was read: what of it can be taken over.
type incoming struct {
	data  archive.Data
	files map[string]*zip.File
}

// known reports whether an archive of ours has an entry of that name.
func known(name string) bool {
	if name == "data.json" || name == "index.html" {
		return true
	}
	parts := strings.Split(name, "/")
	if len(parts) != 3 || parts[0] != "files" || parts[1] != "photo" && parts[1] != "drawing" && parts[1] != "report" {
		return false
	}
	file, end, _ := strings.Cut(parts[2], ".")
	return id.Valid(file) && (end == "jpg" || end == "png" || end == "pdf" || end == "bin")
}

// read opens an archive strictly: names that an archive of ours has, each once,
// plain files, within the limits.
func read(r io.ReaderAt, size int64, most limits) (*incoming, error) {
	if size > MaxArchive {
		return nil, fault.New(fault.TooLarge, "archive-too-large", "the archive is too large")
	}
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, notAnArchive()
	}
	if len(z.File) > most.entries {
		return nil, fault.New(fault.TooLarge, "archive-too-large", "the archive has too many files")
	}
	in := &incoming{files: map[string]*zip.File{}}
	var all uint64
	for _, f := range z.File {
		if !known(f.Name) || in.files[f.Name] != nil || !f.Mode().IsRegular() {
			return nil, damaged("archive-damaged", "the archive holds something that no archive of ours has")
		}
		if all += f.UncompressedSize64; f.UncompressedSize64 > most.unpacked || all > most.unpacked {
			return nil, fault.New(fault.TooLarge, "archive-too-large", "the archive is too large when it is unpacked")
		}
		in.files[f.Name] = f
	}
	text, err := in.bytes("data.json", most.data)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(text, &in.data); err != nil {
		return nil, notAnArchive()
	}
	if in.data.Format != archive.Format {
		return nil, notAnArchive()
	}
	if in.data.Version != archive.FormatVersion {
		return nil, damaged("archive-version", "the archive is of a version that this installation does not read")
	}
	return in, nil
}

// open reads an entry, of at most so many bytes whatever its head says.
func (in *incoming) open(name string, most int64) (io.ReadCloser, error) {
	f := in.files[name]
	if f == nil {
		return nil, notAnArchive()
	}
	r, err := f.Open()
	if err != nil {
		return nil, notAnArchive()
	}
	return struct {
		io.Reader
		io.Closer
	}{&bounded{r: r, left: most}, r}, nil
}

func (in *incoming) bytes(name string, most int64) ([]byte, error) {
	r, err := in.open(name, most)
	if err != nil {
		return nil, err
	}
	defer func() { _ = r.Close() }()
	b, err := io.ReadAll(r)
	var known *fault.Error
	if err != nil && !errors.As(err, &known) {
		err = damaged("archive-damaged", "the archive is damaged")
	}
	return b, err
}

// bounded fails where more comes than may.
type bounded struct {
	r    io.Reader
	left int64
}

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return 0, fault.New(fault.TooLarge, "archive-too-large", "a file of the archive is too large when it is unpacked")
	}
	return n, err
}

// rows are those of a table, over all subjects, each with the id of its
// subject.
func (in *incoming) rows(table string, each func(subject string, r row)) {
	for _, s := range in.data.Subjects {
		for _, t := range s.Tables {
			if t.Table != table {
				continue
			}
			for _, r := range t.Rows {
				each(s.Who.ID, row(r))
			}
		}
	}
}

// row is a row of a table of the archive.
type row archive.Row

func (r row) text(column string) string {
	s, _ := r[column].(string)
	return s
}

func (r row) number(column string) int64 {
	n, _ := r[column].(float64)
	return int64(n)
}

func (r row) truth(column string) bool {
	switch v := r[column].(type) {
	case bool:
		return v
	case float64:
		return v != 0
	}
	return false
}

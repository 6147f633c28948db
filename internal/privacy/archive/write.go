package archive

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"time"

	"plumbline/internal/blob"
	"plumbline/internal/db"
	"plumbline/internal/disclosure"
	"plumbline/internal/fault"
	"plumbline/internal/lang"
	"plumbline/internal/paper"
	"plumbline/internal/personal"
)

// Format and FormatVersion say what data.json is. docs/archive.md describes it.
const (
	Format        = "plumbline-archive"
	FormatVersion = 1
)

// Data is data.json.
type Data struct {
	Format   string    `json:"format"`
	Version  int       `json:"version"`
	MadeAt   time.Time `json:"made_at"`
	MadeBy   string    `json:"made_by"` // the program's version
	Report   Report    `json:"report"`
	Subjects []Subject `json:"subjects"`
	Files    []File    `json:"files"`
	Left     []Left    `json:"left_out"`
}

// Subject is what one controller holds.
type Subject struct {
	Who    Who    `json:"who"`
	Org    string `json:"organisation_id,omitempty"`
	Tables []Rows `json:"tables"`
}

// Left is what no archive holds, and why.
type Left struct {
	What string `json:"what"`
	Why  string `json:"why"`
}

// Options are how an archive is made.
type Options struct {
	Locale lang.Locale
	Zone   *time.Location
	By     string // who asked: an id
}

// Write makes the archive of what is held of some subjects, and hands it out
// as it comes. Nothing is written before everything but the files was read.
func (s *Service) Write(ctx context.Context, whos []personal.Who, o Options, w io.Writer) error {
	const op = "archive.Write"
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	data, err := s.data(ctx, whos, o)
	if err != nil {
		return fault.Wrap(op, err)
	}
	if err := s.handedOver(ctx, whos, o, data); err != nil {
		return fault.Wrap(op, err)
	}
	z := zip.NewWriter(w)
	create := func(name string, method uint16) (io.Writer, error) {
		return z.CreateHeader(&zip.FileHeader{Name: name, Method: method, Modified: data.MadeAt})
	}
	// The files first: their sizes and endings are known once they are open.
	for i := range data.Files {
		f := &data.Files[i]
		err := s.file(ctx, f, create)
		if fault.Is(err, fault.NotFound) || fault.Is(err, fault.Gone) { // removed since
			delete(f.row, "archive_file")
			f.Path = ""
			continue
		}
		if err != nil {
			return fault.Wrap(op, err)
		}
	}
	data.Files = slices.DeleteFunc(data.Files, func(f File) bool { return f.Path == "" })
	out, err := create("data.json", zip.Deflate)
	if err != nil {
		return fault.Wrap(op, err)
	}
	if err := json.NewEncoder(out).Encode(data); err != nil {
		return fault.Wrap(op, err)
	}
	if out, err = create("index.html", zip.Deflate); err != nil {
		return fault.Wrap(op, err)
	}
	if err := paper.HTML(out, s.page(data, o)); err != nil {
		return fault.Wrap(op, err)
	}
	return fault.Wrap(op, z.Close())
}

// data reads everything but the files' bytes.
func (s *Service) data(ctx context.Context, whos []personal.Who, o Options) (*Data, error) {
	report, err := s.Report(ctx, whos, o.Locale)
	if err != nil {
		return nil, err
	}
	d := &Data{Format: Format, Version: FormatVersion, MadeAt: report.AsOf, MadeBy: s.Version, Report: report, Subjects: []Subject{}, Files: []File{}}
	mine := map[string]bool{}
	for _, w := range whos {
		mine[w.ID] = true
	}
	for _, w := range whos {
		var sec *section
		if err := s.DB.Read(ctx, scope(w), func(tx *db.Tx) (err error) {
			sec, err = s.section(tx, w, mine)
			return err
		}); err != nil {
			return nil, err
		}
		sub := Subject{Who: Who{Kind: w.Kind, ID: w.ID}, Org: string(w.Org), Tables: []Rows{}}
		for _, t := range sec.tables {
			sub.Tables = append(sub.Tables, *t)
		}
		slices.SortFunc(sub.Tables, func(a, b Rows) int { return strings.Compare(a.Table, b.Table) })
		d.Subjects = append(d.Subjects, sub)
		for _, f := range sec.files {
			if !slices.ContainsFunc(d.Files, func(have File) bool { return have.Path == f.Path }) {
				d.Files = append(d.Files, f)
			}
		}
	}
	for what, why := range left() {
		d.Left = append(d.Left, Left{what, why})
	}
	d.Left = append(d.Left, Left{"hashes of passwords, sessions and links", "they prove who you are, and could be used to pretend it"},
		Left{"feed_value.before", "what a value was before you changed it may be another's words"})
	slices.SortFunc(d.Left, func(a, b Left) int { return strings.Compare(a.What, b.What) })
	return d, nil
}

// handedOver writes into the ledger that the subjects got what is theirs.
func (s *Service) handedOver(ctx context.Context, whos []personal.Who, o Options, d *Data) error {
	for i, w := range whos {
		row := disclosure.Row{Who: w, Recipient: disclosure.Recipient{Kind: disclosure.Themselves, ID: w.ID}, Purpose: personal.Rights, Why: disclosure.WhyArchive, By: o.By}
		for _, it := range d.Report.Controllers[i].Items {
			row.Fields = append(row.Fields, it.Key)
		}
		if err := s.DB.Write(ctx, scope(w), func(tx *db.Tx) error { return disclosure.Record(tx, row) }); err != nil {
			return err
		}
	}
	return nil
}

// file copies a stored file into the archive, with the ending of what it is.
func (s *Service) file(ctx context.Context, f *File, create func(name string, method uint16) (io.Writer, error)) error {
	r, err := s.Files.Open(ctx, f.org, f.SHA)
	if err != nil {
		return err
	}
	defer func() { _ = r.Close() }()
	head := make([]byte, 16)
	n, err := r.ReadAt(head, 0)
	if err != nil && n == 0 {
		return fault.Wrap("archive.file", err)
	}
	f.Path += ending(head[:n])
	f.row["archive_file"] = f.Path
	f.Bytes = r.Size()
	out, err := create(f.Path, zip.Store)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, blob.NewReader(r))
	return err
}

// ending tells a file's kind by how it begins.
func ending(head []byte) string {
	switch {
	case bytes.HasPrefix(head, []byte("\xff\xd8\xff")):
		return ".jpg"
	case bytes.HasPrefix(head, []byte("\x89PNG")):
		return ".png"
	case bytes.HasPrefix(head, []byte("%PDF-")):
		return ".pdf"
	}
	return ".bin"
}

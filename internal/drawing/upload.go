package drawing

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"

	"plumbline/internal/access"
	"plumbline/internal/db"
	"plumbline/internal/drawing/book"
	"plumbline/internal/drawing/titleblock"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/job"
	"plumbline/internal/media"
	"plumbline/internal/policy"
	"plumbline/internal/raster/photo"
)

// Upload is a file to be kept as a drawing.
type Upload struct {
	ID   id.Drawing
	Name string // a file name, or how the drawing is to be called
	Body io.Reader
	// Ask has a person say which sheets the pages renew, if any seems to be one
	// that the project has. Sheet is the one that the file is said to renew.
	Ask   bool
	Sheet id.Sheet
}

// Upload stores a file and has its tiles made; false where the drawing was
// there already, which changes nothing.
func (s *Service) Upload(ctx context.Context, g access.Grant, up Upload) (Drawing, bool, error) {
	const op = "drawing.Upload"
	if err := policy.May(g.Level, policy.ManageDrawings); err != nil {
		return Drawing{}, false, err
	}
	name := titleblock.CleanName(up.Name)
	var bad []fault.Field
	if !id.Valid(up.ID) {
		bad = append(bad, fault.Field{Path: "drawing", Code: "not-an-id"})
	}
	if up.Sheet != "" && !id.Valid(up.Sheet) {
		bad = append(bad, fault.Field{Path: "sheet", Code: "not-an-id"})
	}
	if name == "" {
		bad = append(bad, fault.Field{Path: "name", Code: "required"})
	}
	if err := fault.InvalidFields(bad); err != nil {
		return Drawing{}, false, err
	}
	var have Drawing
	var there bool
	if err := s.DB.Read(ctx, g.Scope(), func(tx *db.Tx) (err error) {
		have, there, err = s.repeated(tx, g, up.ID)
		return err
	}); err != nil || there {
		return have, false, fault.Wrap(op, err)
	}
	file, kind, done, err := s.spool(up.Body)
	if err != nil {
		return Drawing{}, false, fault.Wrap(op, err)
	}
	defer done()
	created := false
	err = s.Files.Save(ctx, g.Org, []io.ReadSeeker{file}, func(tx *db.Tx, held []media.Held) error {
		if have, there, err = s.repeated(tx, g, up.ID); err != nil || there {
			created = false
			return err
		}
		have = Drawing{ID: up.ID, Project: g.Project, Name: name, MediaType: kind, Bytes: held[0].Bytes, State: Processing,
			Author: g.Person, CreatedAt: tx.Micros(), Version: 1, Source: held[0].SHA}
		if err := s.Files.Keep(tx, held[0]); err != nil {
			return err
		}
		if have.Job, err = job.Enqueue(tx, job.Spec{Kind: JobKind, Payload: payload{Project: g.Project, Drawing: up.ID, Ask: up.Ask, Sheet: up.Sheet},
			MaxAttempts: 3, ThingID: string(up.ID), By: string(g.Person)}); err != nil {
			return err
		}
		if err := book.InsertDrawing(tx, have); err != nil {
			return err
		}
		created = true
		return feed.Append(tx, g.By(), feed.Change{Stream: stream(g.Project), Thing: feed.Thing{Kind: Thing, ID: string(up.ID)},
			Kind: feed.Created, Version: 1, Fields: []feed.Field{{Name: "name", After: name}, {Name: "state", After: string(Processing)}},
			Audiences: []string{access.Everyone(g.Project)}})
	})
	return have, created, fault.Wrap(op, err)
}

// repeated answers a second upload under the same id.
func (s *Service) repeated(tx *db.Tx, g access.Grant, drawing id.Drawing) (Drawing, bool, error) {
	d, ok, err := book.FindDrawing(tx, drawing, false)
	if err != nil || !ok {
		return d, false, err
	}
	if d.Project != g.Project {
		return Drawing{}, false, book.DrawingNotFound()
	}
	d.Sheets, err = book.SheetIDs(tx, drawing)
	return d, true, err
}

// spool writes an upload to a private file and tells what it is by its first
// bytes, whatever the sender says.
func (s *Service) spool(body io.Reader) (*os.File, string, func(), error) {
	file, err := os.CreateTemp(s.Temp, "upload-*")
	if err != nil {
		return nil, "", nil, fault.Wrap("drawing.spool", err)
	}
	done := func() {
		_ = file.Close()
		_ = os.Remove(file.Name())
	}
	kind, err := copyUpload(file, body)
	if err != nil {
		done()
		return nil, "", nil, err
	}
	return file, kind, done, nil
}

func copyUpload(file io.Writer, body io.Reader) (string, error) {
	head := make([]byte, 1024)
	n, err := io.ReadFull(body, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return "", err
	}
	head = head[:n]
	kind := sniff(head)
	if kind == "" {
		return "", fault.New(fault.Unsupported, "unsupported-format", "a drawing is a PDF, PNG, JPEG, TIFF or HEIC file")
	}
	if _, err := file.Write(head); err != nil {
		return "", err
	}
	more, err := io.Copy(file, io.LimitReader(body, MaxBytes-int64(n)+1))
	if err != nil {
		return "", err
	}
	if more+int64(n) > MaxBytes {
		return "", fault.New(fault.TooLarge, "drawing-too-large", "a drawing has at most 200 MB")
	}
	return kind, nil
}

// sniff knows a file by its first bytes. A PDF's header may stand anywhere in
// the first 1,024 (ISO 32000-1, annex H).
func sniff(head []byte) string {
	if kind := photo.Sniff(head).MediaType(); kind != "" {
		return kind
	}
	if bytes.Contains(head, []byte("%PDF-")) {
		return "application/pdf"
	}
	return ""
}

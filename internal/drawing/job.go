package drawing

import (
	"bufio"
	"context"
	"errors"
	"image/jpeg"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"plumbline/internal/access"
	"plumbline/internal/db"
	"plumbline/internal/drawing/book"
	"plumbline/internal/drawing/titleblock"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/job"
	"plumbline/internal/media"
	"plumbline/internal/raster"
	"plumbline/internal/sheet"
)

// Raster reads drawings in the sandbox.
type Raster interface {
	Info(ctx context.Context, file string) ([]raster.Page, error)
	Words(ctx context.Context, file string) ([][]raster.Word, error)
	Tile(ctx context.Context, file string, page int, dpi float64, outPath string, progress func(done, total int)) (raster.Sheet, error)
}

// payload of a JobKind, and of an AlignKind.
type payload struct {
	Project id.Project `json:"project"`
	Drawing id.Drawing `json:"drawing"`
	Ask     bool       `json:"ask,omitempty"`   // whether a person is asked which sheets the pages renew
	Sheet   id.Sheet   `json:"sheet,omitempty"` // that the file is said to renew
}

// LeftOut is the code of a ready drawing of which some pages cannot be drawn.
const LeftOut = "pages-left-out"

// thumbEdge is the longer side of a sheet's small picture, in pixels.
const thumbEdge = 480

// Handle is the handler of JobKind: every page becomes a sheet, or none
// does.
func (s *Service) Handle(ctx context.Context, r *job.Run) error {
	const op = "drawing.Handle"
	var p payload
	if err := r.Payload(&p); err != nil {
		return fault.Wrap(op, err)
	}
	var d Drawing
	if err := s.DB.Read(ctx, r.Scope(), func(tx *db.Tx) (err error) {
		d, _, err = book.FindDrawing(tx, p.Drawing, false)
		return err
	}); err != nil {
		return fault.Wrap(op, err)
	}
	if d.State != Processing {
		return nil // deleted meanwhile, or done
	}
	dir, err := os.MkdirTemp(s.Temp, "tiles-*")
	if err != nil {
		return fault.Wrap(op, err)
	}
	defer os.RemoveAll(dir) //nolint:errcheck // nothing to be done
	m := maker{s: s, run: r, dir: dir, drawing: d, asked: p}
	defer func() { s.Files.Release(ctx, m.held...) }() // what the sheets refer to stays
	if err := m.pages(ctx); err != nil {
		return fault.Wrap(op, err)
	}
	return fault.Wrap(op, r.Commit(m.commit))
}

// maker makes the sheets of one drawing.
type maker struct {
	s       *Service
	run     *job.Run
	dir     string
	drawing Drawing
	asked   payload

	words   [][]raster.Word   // of each page; shorter where the text cannot be read
	reads   []titleblock.Read // of each sheet
	sheets  []Sheet
	held    []media.Held // archive and thumbnail of each sheet
	problem string       // the first of a page that cannot be drawn
}

func (m *maker) pages(ctx context.Context) error {
	source := filepath.Join(m.dir, "source")
	if err := m.fetch(ctx, source); err != nil {
		return err
	}
	pages, err := m.s.Raster.Info(ctx, source)
	if err != nil {
		return err
	}
	// Without text the sheets are made all the same.
	if m.words, err = m.s.Raster.Words(ctx, source); err != nil && ctx.Err() != nil {
		return err
	}
	const steps = 100 // a page
	for i, p := range pages {
		if err := m.run.Progress(i*steps, len(pages)*steps); err != nil {
			return err
		}
		if p.Problem != "" {
			if m.problem == "" {
				m.problem = p.Problem
			}
			continue
		}
		tell := func(done, total int) {
			if total > 0 { // an error shows at the next step
				_ = m.run.Progress(i*steps+steps*min(done, total)/total, len(pages)*steps)
			}
		}
		if err := m.page(ctx, source, i, len(pages), tell); err != nil {
			return err
		}
	}
	if len(m.sheets) == 0 {
		if m.problem == "" {
			m.problem = "no-pages"
		}
		return fault.New(fault.Unreadable, m.problem, "no page of the drawing can be drawn")
	}
	return nil
}

// fetch writes the uploaded file where the sandbox can be given it.
func (m *maker) fetch(ctx context.Context, path string) error {
	in, err := m.s.Files.Open(ctx, m.run.Org, m.drawing.Source)
	if err != nil {
		return err
	}
	defer in.Close()                                                        //nolint:errcheck // only read
	out, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600) //nolint:gosec // in a folder of our own
	if err != nil {
		return err
	}
	_, err = io.Copy(out, io.NewSectionReader(in, 0, in.Size()))
	return errors.Join(err, out.Close())
}

// page makes the sheet of page i, from 0, and holds its files.
func (m *maker) page(ctx context.Context, source string, i, pages int, tell func(done, total int)) error {
	path := filepath.Join(m.dir, "page-"+strconv.Itoa(i+1)+".pmtiles")
	made, err := m.s.Raster.Tile(ctx, source, i+1, 0, path, tell)
	if err != nil {
		return err
	}
	defer os.Remove(path)         //nolint:errcheck // the folder goes anyway
	archive, err := os.Open(path) //nolint:gosec // our own file
	if err != nil {
		return err
	}
	defer archive.Close() //nolint:errcheck // only read
	thumb, tileType, err := m.thumb(archive)
	if err != nil {
		return err
	}
	defer thumb.Close() //nolint:errcheck // only read from here on
	one := Sheet{ID: id.New[id.Sheet](), Drawing: m.drawing.ID, Project: m.drawing.Project, Version: 1,
		Frame: sheet.Frame{Width: made.Frame.Width, Height: made.Frame.Height}}
	if !one.Frame.Valid() {
		return fault.New(fault.Unreadable, "damaged", "a page has no size")
	}
	read := titleblock.Read{}
	if i < len(m.words) {
		read = titleblock.Page(m.words[i], one.Frame)
	}
	m.reads = append(m.reads, read)
	one.Name, one.Number = titleblock.First(m.drawing.Name, i, pages)
	if one.Number == "" {
		one.Number = read.Number
	}
	if pages > 1 && read.Title != "" {
		one.Name = titleblock.Cut(read.Title, MaxName)
	}
	one.Revision = Revision{ID: id.New[id.Revision](), Code: "1", Page: i + 1, Alignment: First, Confidence: 1, Size: one.Frame, Words: read.Refs, Pixels: sheet.Pyramid{Width: made.Width, Height: made.Height},
		MaxZoom: made.MaxZoom, TileSize: made.TileSize, TileType: tileType, Affine: sheet.Identity()}
	for _, f := range []*os.File{archive, thumb} {
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			return err
		}
		h, err := m.s.Files.Hold(ctx, m.run.Org, f)
		if err != nil {
			return err
		}
		m.held = media.Join(m.held, h)
	}
	one.Revision.Archive, one.Revision.Bytes = m.held[len(m.held)-2].SHA, m.held[len(m.held)-2].Bytes
	one.Revision.Thumb = m.held[len(m.held)-1].SHA
	m.sheets = append(m.sheets, one)
	return nil
}

// thumb makes the small picture of an archive in a file without a name, and
// tells the type of the archive's tiles.
func (m *maker) thumb(archive *os.File) (*os.File, string, error) {
	info, err := archive.Stat()
	if err != nil {
		return nil, "", err
	}
	a, err := raster.Open(archive, info.Size())
	if err != nil {
		return nil, "", err
	}
	f := a.Sheet.Frame
	scale := thumbEdge / math.Max(f.Width, f.Height)
	w, h := max(1, int(math.Round(f.Width*scale))), max(1, int(math.Round(f.Height*scale)))
	img, err := a.Cutout(raster.Rect{W: f.Width, H: f.Height}, w, h)
	if err != nil {
		return nil, "", err
	}
	out, err := os.CreateTemp(m.dir, "thumb-*")
	if err != nil {
		return nil, "", err
	}
	w2 := bufio.NewWriter(out)
	if err = jpeg.Encode(w2, img, &jpeg.Options{Quality: 82}); err == nil {
		err = w2.Flush()
	}
	if err = errors.Join(err, os.Remove(out.Name())); err != nil {
		_ = out.Close()
		return nil, "", err
	}
	if a.ContentType() == "image/jpeg" {
		return out, "jpg", nil
	}
	return out, "png", nil
}

// commit makes the sheets real.
func (m *maker) commit(tx *db.Tx) error {
	d, ok, err := book.FindDrawing(tx, m.drawing.ID, true)
	if err != nil || !ok || d.State != Processing {
		return err // deleted meanwhile: what was made is released
	}
	for _, h := range m.held {
		if err := m.s.Files.Keep(tx, h); err != nil {
			return err
		}
	}
	by := feed.Actor{Person: string(d.Author), Via: "system"}
	waits, err := m.propose(tx)
	if err != nil {
		return err
	}
	if len(waits) > 0 {
		err = book.InsertPages(tx, waits)
	} else {
		err = m.make(tx, by)
	}
	if err != nil {
		return err
	}
	d.State, d.Code = Ready, ""
	if m.problem != "" {
		d.Code = LeftOut
	}
	return end(tx, by, d)
}

// make makes each page a sheet of its own.
func (m *maker) make(tx *db.Tx, by feed.Actor) error {
	order, err := book.LastOrder(tx, m.drawing.Project)
	if err != nil {
		return err
	}
	for i := range m.sheets {
		m.sheets[i].Order = order + int64(i) + 1
		m.sheets[i].Revision.At = tx.Micros()
	}
	if err := book.InsertSheets(tx, m.sheets); err != nil {
		return err
	}
	return told(tx, by, m.sheets)
}

// propose says which sheets the pages seem to renew; none where nobody asked,
// or where all of them are new.
func (m *maker) propose(tx *db.Tx) ([]Page, error) {
	if !m.asked.Ask && m.asked.Sheet == "" {
		return nil, nil
	}
	have, err := book.SheetsOf(tx, m.drawing.Project)
	if err != nil {
		return nil, err
	}
	known := make([]titleblock.Known, len(have))
	for i, v := range have {
		known[i] = titleblock.Known{ID: v.ID, Number: v.Number, Name: v.Name}
	}
	meant := slices.ContainsFunc(have, func(v Sheet) bool { return v.ID == m.asked.Sheet }) // it may be gone
	pages := make([]Page, len(m.sheets))
	some := false
	for i, v := range m.sheets {
		p := Page{Number: v.Number, Title: v.Name, Revision: v.Revision}
		p.Revision.Drawing, p.Revision.Project = v.Drawing, v.Project
		p.Proposed, p.Certainty = titleblock.Propose(m.reads[i], m.drawing.Name, len(m.sheets) == 1, known)
		if meant && len(m.sheets) == 1 {
			p.Proposed, p.Certainty = m.asked.Sheet, 1
		}
		some = some || p.Proposed != ""
		pages[i] = p
	}
	if !some && !meant {
		return nil, nil
	}
	return pages, nil
}

// end writes a drawing that is no longer processing.
func end(tx *db.Tx, by feed.Actor, d Drawing) error {
	d.Version++
	if err := book.UpdateDrawing(tx, d); err != nil {
		return err
	}
	fields := []feed.Field{{Name: "state", Before: string(Processing), After: string(d.State)}}
	if d.Code != "" {
		fields = append(fields, feed.Field{Name: "code", After: d.Code})
	}
	return feed.Append(tx, by, feed.Change{Stream: stream(d.Project), Thing: feed.Thing{Kind: Thing, ID: string(d.ID)},
		Kind: feed.Changed, Version: d.Version, Fields: fields, Audiences: []string{access.Everyone(d.Project)}})
}

// Failed is what happens to a drawing whose JobKind failed for good: it says
// why, and its file goes at once.
func (s *Service) Failed(tx *db.Tx, failed job.Status) error {
	d, ok, err := book.FindDrawing(tx, id.Drawing(failed.ThingID), true)
	if err != nil || !ok || d.State != Processing {
		return fault.Wrap("drawing.Failed", err)
	}
	if err := s.Files.DropNow(tx, d.Source); err != nil {
		return fault.Wrap("drawing.Failed", err)
	}
	d.State, d.Code, d.Source = Failed, failed.Code, ""
	return fault.Wrap("drawing.Failed", end(tx, feed.Actor{Person: string(d.Author), Via: "system"}, d))
}

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
	"strconv"

	"plumbline/internal/access"
	"plumbline/internal/db"
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
	Tile(ctx context.Context, file string, page int, dpi float64, outPath string, progress func(done, total int)) (raster.Sheet, error)
}

// payload of a JobKind.
type payload struct {
	Project id.Project `json:"project"`
	Drawing id.Drawing `json:"drawing"`
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
		d, _, err = findDrawing(tx, p.Drawing, false)
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
	m := maker{s: s, run: r, dir: dir, drawing: d}
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
	in, err := m.s.Files.Open(ctx, m.run.Org, m.drawing.source)
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
	one.Name, one.Number = propose(m.drawing.Name, i, pages)
	one.Revision = Revision{ID: id.New[id.Revision](), Code: "1", Page: i + 1, Pixels: sheet.Pyramid{Width: made.Width, Height: made.Height},
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
	one.Revision.archive, one.Revision.Bytes = m.held[len(m.held)-2].SHA, m.held[len(m.held)-2].Bytes
	one.Revision.thumb = m.held[len(m.held)-1].SHA
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
	d, ok, err := findDrawing(tx, m.drawing.ID, true)
	if err != nil || !ok || d.State != Processing {
		return err // deleted meanwhile: what was made is released
	}
	for _, h := range m.held {
		if err := m.s.Files.Keep(tx, h); err != nil {
			return err
		}
	}
	order, err := lastOrder(tx, d.Project)
	if err != nil {
		return err
	}
	for i := range m.sheets {
		m.sheets[i].Order = order + int64(i) + 1
		m.sheets[i].Revision.At = tx.Micros()
	}
	if err := insertSheets(tx, m.sheets); err != nil {
		return err
	}
	by, to := feed.Actor{Person: string(d.Author), Via: "system"}, []string{access.Everyone(d.Project)}
	for _, v := range m.sheets {
		if err := feed.Append(tx, by, feed.Change{Stream: stream(d.Project), Thing: feed.Thing{Kind: SheetThing, ID: string(v.ID)},
			Kind: feed.Created, Version: 1, Fields: []feed.Field{{Name: "name", After: v.Name}, {Name: "number", After: v.Number}}, Audiences: to}); err != nil {
			return err
		}
	}
	d.State, d.Code = Ready, ""
	if m.problem != "" {
		d.Code = LeftOut
	}
	return end(tx, by, d)
}

// end writes a drawing that is no longer processing.
func end(tx *db.Tx, by feed.Actor, d Drawing) error {
	d.Version++
	if err := updateDrawing(tx, d); err != nil {
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
	d, ok, err := findDrawing(tx, id.Drawing(failed.ThingID), true)
	if err != nil || !ok || d.State != Processing {
		return fault.Wrap("drawing.Failed", err)
	}
	if err := s.Files.DropNow(tx, d.source); err != nil {
		return fault.Wrap("drawing.Failed", err)
	}
	d.State, d.Code, d.source = Failed, failed.Code, ""
	return fault.Wrap("drawing.Failed", end(tx, feed.Actor{Person: string(d.Author), Via: "system"}, d))
}

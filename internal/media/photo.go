package media

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"time"

	"plumbline/internal/blob"
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/raster/photo"
)

// Limits of photos.
const (
	MaxPhoto  = 25 << 20 // bytes of an upload
	MaxEdge   = 4096     // pixels of what is kept
	ThumbEdge = 512
)

// Photo is a photo of a thing. Instants are µs since 1970 UTC.
type Photo struct {
	ID       id.Photo
	Project  id.Project
	Kind     string // of the thing: "point"
	Thing    string
	Bytes    int64
	Width    int
	Height   int
	TakenAt  int64    // 0: not known
	Lat, Lon *float64 // degrees; only where positions are kept
	Author   id.Person
	At       int64

	file, thumb string
}

// Raster reads photos in the sandbox.
type Raster interface {
	CleanPhoto(ctx context.Context, in, out string, maxEdge int) (photo.Info, error)
	Thumb(ctx context.Context, in, out string, edge int) (photo.Info, error)
}

// Deps is what the service works with.
type Deps struct {
	DB     *db.DB
	Files  *Files
	Raster Raster
	Temp   string // a private folder for files being read
	// KeepPosition keeps where a photo was taken. Off: nobody has asked for it.
	KeepPosition bool
}

// Service is the photos of all projects. It is safe for concurrent use.
type Service struct{ Deps }

// New makes a service.
func New(d Deps) *Service { return &Service{Deps: d} }

// Intake is a photo that was read and cleaned, not yet kept. Close removes
// its files.
type Intake struct {
	dir          string
	clean, thumb *os.File
	info         photo.Info
}

// Close removes the files of the intake.
func (in *Intake) Close() {
	for _, f := range []*os.File{in.clean, in.thumb} {
		if f != nil {
			_ = f.Close()
		}
	}
	_ = os.RemoveAll(in.dir)
}

// Intake reads an upload of at most MaxPhoto bytes and cleans it in the
// sandbox. What cannot be taken is TooLarge, Unsupported or Unreadable.
func (s *Service) Intake(ctx context.Context, body io.Reader) (*Intake, error) {
	dir, err := os.MkdirTemp(s.Temp, "photo-*")
	if err != nil {
		return nil, fault.Wrap("media.Intake", err)
	}
	in := &Intake{dir: dir}
	if err := s.clean(ctx, in, body); err != nil {
		in.Close()
		return nil, fault.Wrap("media.Intake", err)
	}
	return in, nil
}

func (s *Service) clean(ctx context.Context, in *Intake, body io.Reader) error {
	raw, clean, thumb := filepath.Join(in.dir, "raw"), filepath.Join(in.dir, "clean"), filepath.Join(in.dir, "thumb")
	if err := spool(raw, body); err != nil {
		return err
	}
	var err error
	if in.info, err = s.Raster.CleanPhoto(ctx, raw, clean, MaxEdge); err != nil {
		return err
	}
	if err := os.Remove(raw); err != nil {
		return err
	}
	if _, err = s.Raster.Thumb(ctx, clean, thumb, ThumbEdge); err != nil {
		return err
	}
	if in.clean, err = os.Open(clean); err != nil { //nolint:gosec // our own file
		return err
	}
	in.thumb, err = os.Open(thumb) //nolint:gosec // our own file
	return err
}

func spool(path string, body io.Reader) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600) //nolint:gosec // in a folder of our own
	if err != nil {
		return err
	}
	n, err := io.Copy(f, io.LimitReader(body, MaxPhoto+1))
	if e := f.Close(); err == nil {
		err = e
	}
	switch {
	case err != nil:
		return err
	case n > MaxPhoto:
		return fault.New(fault.TooLarge, "photo-too-large", "a photo has at most 25 MB")
	case n == 0:
		return fault.New(fault.Unreadable, "damaged", "the photo is empty")
	}
	return nil
}

// Taken is when the camera says the photo was taken; a time without an offset
// is one in zone. 0 where it says nothing or what cannot be.
func (in *Intake) Taken(zone *time.Location, now time.Time) int64 {
	if in.info.TakenAt == nil {
		return 0
	}
	t := *in.info.TakenAt
	if !in.info.TakenZone {
		t = time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), zone)
	}
	if t.Year() < 1970 || t.After(now.Add(24*time.Hour)) {
		return 0
	}
	return t.UnixMicro()
}

// Add keeps the photo that in holds as p, of which the caller gives id,
// project, thing, author and time taken; false where a photo of that id is on
// the thing already. with runs in the same transaction, before, if the photo is
// new: it checks once more and writes the log.
func (s *Service) Add(ctx context.Context, org id.Org, p Photo, in *Intake, with func(tx *db.Tx) error) (Photo, bool, error) {
	out, added := p, false
	err := s.Files.Save(ctx, org, []io.ReadSeeker{in.clean, in.thumb}, func(tx *db.Tx, held []Held) error {
		have, ok, err := findPhoto(tx, p.ID)
		if err != nil {
			return err
		}
		if added = !ok; ok {
			out = have
			return sameThing(have, p)
		}
		if err := with(tx); err != nil {
			return err
		}
		for _, h := range held {
			if err := s.Files.Keep(tx, h); err != nil {
				return err
			}
		}
		out = p
		out.file, out.thumb, out.Bytes = held[0].SHA, held[1].SHA, held[0].Bytes
		out.Width, out.Height, out.At = in.info.Width, in.info.Height, tx.Micros()
		if s.KeepPosition {
			out.Lat, out.Lon = in.info.Lat, in.info.Lon
		}
		return insertPhoto(tx, out)
	})
	return out, added, fault.Wrap("media.Add", err)
}

func sameThing(have, p Photo) error {
	if have.Project != p.Project || have.Kind != p.Kind || have.Thing != p.Thing {
		return photoNotFound()
	}
	return nil
}

// Have reads a photo that is on the thing already, for the repeat of an
// upload. A photo of that id elsewhere is NotFound.
func Have(tx *db.Tx, p Photo) (Photo, bool, error) {
	have, ok, err := findPhoto(tx, p.ID)
	if err != nil || !ok {
		return have, false, err
	}
	return have, true, sameThing(have, p)
}

func photoNotFound() error {
	return fault.New(fault.NotFound, "photo-not-found", "there is no such photo")
}

// Get reads one photo of a project.
func Get(tx *db.Tx, project id.Project, photo id.Photo) (Photo, error) {
	p, ok, err := findPhoto(tx, photo)
	if err == nil && (!ok || p.Project != project) {
		err = photoNotFound()
	}
	return p, err
}

// Remove takes a photo away and gives its files back.
func (s *Service) Remove(tx *db.Tx, p Photo) error {
	n, err := deletePhoto(tx, p.ID)
	if err != nil || n == 0 {
		return err
	}
	if err := s.Files.Drop(tx, p.file); err != nil {
		return err
	}
	return s.Files.Drop(tx, p.thumb)
}

// Copy hangs a photo on another thing too, under an id of its own: the same
// picture, time and place, by who copies it.
func (s *Service) Copy(tx *db.Tx, p Photo, to id.Photo, kind, thing string, by id.Person) error {
	for _, sha := range []string{p.file, p.thumb} {
		if err := s.Files.Keep(tx, Held{Org: tx.Org(), SHA: sha}); err != nil {
			return err
		}
	}
	p.ID, p.Kind, p.Thing, p.Author, p.At = to, kind, thing, by, tx.Micros()
	return fault.Wrap("media.Copy", insertPhoto(tx, p))
}

// EraseOn removes all photos of a thing that is erased.
func (s *Service) EraseOn(tx *db.Tx, kind, thing string) error {
	all, err := On(tx, kind, []string{thing})
	if err != nil {
		return err
	}
	for _, p := range all[thing] {
		if err := s.Remove(tx, p); err != nil {
			return err
		}
	}
	return nil
}

// Full opens the photo, a JPEG.
func (s *Service) Full(ctx context.Context, org id.Org, p Photo) (blob.Reader, error) {
	return s.Files.Open(ctx, org, p.file)
}

// Thumb opens the small picture of the photo, a JPEG.
func (s *Service) Thumb(ctx context.Context, org id.Org, p Photo) (blob.Reader, error) {
	return s.Files.Open(ctx, org, p.thumb)
}

// ETag names the bytes of a photo or of its thumbnail.
func (p Photo) ETag(thumb bool) string {
	if thumb {
		return `"` + p.thumb + `"`
	}
	return `"` + p.file + `"`
}

package point

import (
	"context"
	"io"
	"time"

	"plumbline/internal/access"
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/media"
	"plumbline/internal/point/fields"
	"plumbline/internal/point/markup"
	"plumbline/internal/policy"
)

// MaxPhotos is how many photos a point can have.
const MaxPhotos = 200

// AddPhoto takes a photo in and hangs it on the point; false where it was
// there already. taken counts where the photo itself does not tell: the time
// that a device read before it made the photo smaller; zero is unknown.
func (s *Service) AddPhoto(ctx context.Context, g access.Grant, point id.Point, photo id.Photo, body io.Reader, taken time.Time) (media.Photo, bool, error) {
	const op = "point.AddPhoto"
	if !id.Valid(photo) {
		return media.Photo{}, false, fault.InvalidFields([]fault.Field{{Path: "photo", Code: "not-an-id"}})
	}
	p := media.Photo{ID: photo, Project: g.Project, Kind: Thing, Thing: string(point), Author: g.Person}
	var (
		have  media.Photo
		there bool
		zone  *time.Location
		now   time.Time
	)
	if err := s.db.Read(ctx, g.Scope(), func(tx *db.Tx) error {
		if _, err := s.photoable(tx, g, point, false); err != nil {
			return err
		}
		set, err := s.projects.Settings(tx, g.Project, fields.Zone)
		if err != nil {
			return err
		}
		zone, now = set.Zone, tx.Now()
		have, there, err = media.Have(tx, p)
		return err
	}); err != nil || there {
		return have, false, fault.Wrap(op, err)
	}
	in, err := s.photos.Intake(ctx, body)
	if err != nil {
		return media.Photo{}, false, fault.Wrap(op, err)
	}
	defer in.Close()
	if p.TakenAt = in.Taken(zone, now); p.TakenAt == 0 && taken.Year() >= 1970 && taken.Before(now.Add(24*time.Hour)) {
		p.TakenAt = taken.UnixMicro()
	}
	out, added, err := s.photos.Add(ctx, g.Org, p, in, func(tx *db.Tx) error {
		at, err := s.photoable(tx, g, point, true)
		if err != nil {
			return err
		}
		on, err := media.On(tx, Thing, []string{string(point)})
		if err != nil {
			return err
		}
		if len(on[string(point)]) >= MaxPhotos {
			return fault.New(fault.Invalid, "too-many-photos", "the point has as many photos as it can have")
		}
		return s.appended(tx, g, at, "photo-added", "photo", string(photo))
	})
	return out, added, fault.Wrap(op, err)
}

// photoable is a point that the actor may add a photo to.
func (s *Service) photoable(tx *db.Tx, g access.Grant, point id.Point, lock bool) (Point, error) {
	p, set, err := s.live(tx, g, point, lock)
	if err != nil {
		return p, err
	}
	return p, policy.OnPoint(toward(tx, g, set, p), policy.AddPhoto)
}

// RemovePhoto takes a photo off a point. One that is not there is NotFound.
func (s *Service) RemovePhoto(ctx context.Context, g access.Grant, point id.Point, photo id.Photo) error {
	err := s.db.Write(ctx, g.Scope(), func(tx *db.Tx) error {
		p, set, err := s.locked(tx, g, point)
		if err != nil {
			return err
		}
		have, err := media.Get(tx, g.Project, photo)
		if err != nil {
			return err
		}
		if have.Kind != Thing || have.Thing != string(point) {
			return fault.New(fault.NotFound, "photo-not-found", "there is no such photo")
		}
		w := toward(tx, g, set, p)
		w.Author, w.Age = have.Author == g.Person, tx.Now().Sub(time.UnixMicro(have.At))
		if err := policy.OnPoint(w, policy.RemovePhoto); err != nil {
			return err
		}
		if err := s.photos.Remove(tx, have); err != nil {
			return err
		}
		if err := markup.Erase(tx, point, string(photo)); err != nil {
			return err
		}
		if err := index(tx, p); err != nil { // what was written on it is no longer found
			return err
		}
		return s.appended(tx, g, p, "photo-removed", "photo", string(photo))
	})
	return fault.Wrap("point.RemovePhoto", err)
}

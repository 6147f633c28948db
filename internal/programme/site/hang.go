package site

import (
	"context"
	"io"
	"time"

	"plumbline/internal/access"
	"plumbline/internal/comment"
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/media"
	"plumbline/internal/policy"
	"plumbline/internal/programme/kept"
	"plumbline/internal/programme/live"
	"plumbline/internal/programme/rows"
)

// Reported is the kind of thing that photos of a report hang on.
const Reported = "activity-report"

// The bounds of what hangs on an activity.
const (
	MaxPhotos   = 20 // of one report
	MaxComments = 2000
)

// Photos takes photos in and keeps them.
type Photos interface {
	Intake(ctx context.Context, body io.Reader) (*media.Intake, error)
	Add(ctx context.Context, org id.Org, p media.Photo, in *media.Intake, with func(tx *db.Tx) error) (media.Photo, bool, error)
}

// opened is an activity that the grant sees, in its programme.
func (s *Service) opened(tx *db.Tx, g access.Grant, a id.Activity, lock bool) (*kept.Entry, int, error) {
	p, ok, err := rows.OfActivity(tx, g.Project, a)
	if err != nil || !ok {
		return nil, 0, kept.OrErr(err, kept.NoActivity())
	}
	_, e, err := s.kept.Opened(tx, g.Project, p, lock)
	if fault.Is(err, fault.NotFound) {
		err = kept.NoActivity()
	}
	if err != nil {
		return nil, 0, err
	}
	i, ok := e.Model.Index(a)
	if !ok || !kept.Shows(g, e.Model, i) {
		return nil, 0, kept.NoActivity()
	}
	return e, i, nil
}

// Comment adds a comment on an activity; false where it was there already. Who
// may report may comment.
func (s *Service) Comment(ctx context.Context, g access.Grant, a id.Activity, c id.Comment, text string) (comment.Comment, bool, error) {
	var (
		out   comment.Comment
		added bool
	)
	if err := comment.Check(c, text); err != nil {
		return out, false, err
	}
	err := s.db.Write(ctx, g.Scope(), func(tx *db.Tx) error {
		e, i, err := s.opened(tx, g, a, true)
		if err != nil {
			return err
		}
		if err := mayReport(g, e.Model, i, rows.Progress); err != nil {
			return err
		}
		have, err := comment.On(tx, kept.Activity, []string{string(a)})
		if err != nil {
			return err
		}
		if len(have[string(a)]) >= MaxComments {
			return fault.New(fault.Invalid, "too-many-comments", "the activity has as many comments as it can have")
		}
		out = comment.Comment{ID: c, Project: g.Project, Kind: kept.Activity, Thing: string(a), Text: text, Author: g.Person, At: tx.Micros()}
		if added, err = comment.Add(tx, out); err != nil {
			return err
		}
		if !added {
			out, err = comment.Get(tx, c)
			return err
		}
		return s.kept.Noted(tx, g, e.Model, i, "commented", live.Field{Name: "comment", After: c})
	})
	return out, added, fault.Wrap("site.Comment", err)
}

// AddPhoto takes a photo in and hangs it on a report, for who made the report;
// false where it was there already. taken counts where the photo itself does not
// tell.
func (s *Service) AddPhoto(ctx context.Context, g access.Grant, a id.Activity, r id.Progress, photo id.Photo, body io.Reader, taken time.Time) (media.Photo, bool, error) {
	const op = "site.AddPhoto"
	if !id.Valid(photo) {
		return media.Photo{}, false, fault.InvalidFields([]fault.Field{{Path: "photo", Code: "not-an-id"}})
	}
	p := media.Photo{ID: photo, Project: g.Project, Kind: Reported, Thing: string(r), Author: g.Person}
	var (
		have  media.Photo
		there bool
		zone  *time.Location
		now   time.Time
	)
	err := s.db.Read(ctx, g.Scope(), func(tx *db.Tx) (err error) {
		if _, _, err = s.photoable(tx, g, a, r, false); err != nil {
			return err
		}
		if zone, err = s.kept.Projects().Zone(tx, g.Project); err != nil {
			return err
		}
		now = tx.Now()
		have, there, err = media.Have(tx, p)
		return err
	})
	if err != nil || there {
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
		e, i, err := s.photoable(tx, g, a, r, true)
		if err != nil {
			return err
		}
		on, err := media.On(tx, Reported, []string{string(r)})
		if err != nil {
			return err
		}
		if len(on[string(r)]) >= MaxPhotos {
			return fault.New(fault.Invalid, "too-many-photos", "the report has as many photos as it can have")
		}
		return s.kept.Noted(tx, g, e.Model, i, "photo-added", live.Field{Name: "photo", After: photo})
	})
	return out, added, fault.Wrap(op, err)
}

// photoable is the activity of a report that the grant made.
func (s *Service) photoable(tx *db.Tx, g access.Grant, a id.Activity, r id.Progress, lock bool) (*kept.Entry, int, error) {
	e, i, err := s.opened(tx, g, a, lock)
	if err != nil {
		return nil, 0, err
	}
	have, ok, err := rows.FindReport(tx, r)
	if err == nil && (!ok || have.Activity != a) {
		err = fault.New(fault.NotFound, "report-not-found", "there is no such report")
	}
	if err == nil && have.Author != g.Person {
		err = fault.New(fault.Denied, "not-the-author", "the report is somebody else's")
	}
	return e, i, err
}

// ShowsPhoto reports whether a photo hangs on a report of an activity that the
// grant sees.
func (s *Service) ShowsPhoto(tx *db.Tx, g access.Grant, p media.Photo) (bool, error) {
	if p.Kind != Reported {
		return false, nil
	}
	r, ok, err := rows.FindReport(tx, id.Progress(p.Thing))
	if err != nil || !ok {
		return false, err
	}
	_, _, err = s.opened(tx, g, r.Activity, false)
	if fault.Is(err, fault.NotFound) {
		return false, nil
	}
	return err == nil, err
}

// hung reads what hangs on an activity beside its reports.
func hung(tx *db.Tx, d *Detail, a id.Activity) error {
	reports := make([]string, len(d.Reports))
	for i, r := range d.Reports {
		reports[i] = string(r.ID)
	}
	var err error
	if d.Photos, err = media.On(tx, Reported, reports); err != nil {
		return err
	}
	said, err := comment.On(tx, kept.Activity, []string{string(a)})
	d.Comments = said[string(a)]
	return err
}

// Held is an activity that a point blocks.
type Held struct {
	rows.Block
	Model    *live.Model
	Computed *live.Computed // nil where it cannot be computed
	Index    int
}

// OfPoint are the activities that a point blocks, as far as the grant sees them.
// NotFound where it does not see the point.
func (s *Service) OfPoint(ctx context.Context, g access.Grant, p id.Point) ([]Held, error) {
	var out []Held
	err := s.db.Read(ctx, g.Scope(), func(tx *db.Tx) error {
		out = nil
		if _, _, err := s.points.Standing(tx, g, p); err != nil {
			return err
		}
		all, err := rows.BlockedBy(tx, g.Project, p)
		if err != nil {
			return err
		}
		for _, b := range all {
			e, i, err := s.opened(tx, g, b.Activity, false)
			if fault.Is(err, fault.NotFound) {
				continue
			}
			if err != nil {
				return err
			}
			out = append(out, Held{Block: b, Model: e.Model, Computed: e.Computed, Index: i})
		}
		return nil
	})
	return out, fault.Wrap("site.OfPoint", err)
}

// May is what a grant may do with an activity.
type May struct{ Report, Judge, Block bool }

// MayOf says what the grant may do with an activity that it sees.
func MayOf(g access.Grant, d *Detail) May {
	return May{
		Report: mayReport(g, d.Model, d.Index, rows.Progress) == nil,
		Judge:  g.May(policy.PlanProgramme) == nil,
		Block:  g.Need(policy.Contributor) == nil,
	}
}

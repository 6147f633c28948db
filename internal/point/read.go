package point

import (
	"context"

	"plumbline/internal/access"
	"plumbline/internal/comment"
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/media"
	"plumbline/internal/page"
	"plumbline/internal/point/around"
	"plumbline/internal/point/charges"
	"plumbline/internal/point/fields"
	"plumbline/internal/point/kin"
	"plumbline/internal/point/markup"
	"plumbline/internal/point/query"
	"plumbline/internal/policy"
)

// Get reads one point.
func (s *Service) Get(ctx context.Context, g access.Grant, point id.Point) (Point, error) {
	var out Point
	err := s.db.Read(ctx, g.Scope(), func(tx *db.Tx) error {
		p, set, err := s.live(tx, g, point, false)
		if err != nil {
			return err
		}
		out, err = s.whole(tx, g, set, p)
		return err
	})
	return out, fault.Wrap("point.Get", err)
}

// List reads a page of points and counts, up to query.CountLimit, what the
// filter picks.
func (s *Service) List(ctx context.Context, g access.Grant, q query.Query) (page.Page[Point], query.Total, error) {
	var (
		out   page.Page[Point]
		total query.Total
	)
	if err := fault.InvalidFields(q.Check()); err != nil {
		return out, total, err
	}
	if q.Sort == "" {
		q.Sort = query.ByNumber
	}
	err := s.db.Read(ctx, g.Scope(), func(tx *db.Tx) error {
		set, err := s.projects.Settings(tx, g.Project, q.Parts())
		if err != nil {
			return err
		}
		a := query.Ask{Project: g.Project, Query: q, Sight: query.SightOf(g.Level, g.ListLevels, g.Selves()), Settings: set}
		a.Category, a.Location = fields.Below(set.Categories, q.Category), fields.Below(set.Locations, q.Location)
		if q.Overdue {
			a.Today = fields.Today(tx.Now(), set.Zone)
		}
		if q.Text != "" {
			a.Words = around.Sought(tx, g.Project, q.Text)
		}
		if out, err = query.Page(tx, rows(), a); err != nil {
			return err
		}
		if out.Next == "" && q.Cursor == "" || q.Uncounted {
			total = query.Total{N: len(out.Items), More: out.Next != ""}
		} else if total, err = query.Count(tx, a); err != nil {
			return err
		}
		return s.hang(tx, g, set, out.Items)
	})
	return out, total, fault.Wrap("point.List", err)
}

// whole hangs on one point what belongs to it.
func (s *Service) whole(tx *db.Tx, g access.Grant, set fields.Settings, p Point) (Point, error) {
	all := []Point{p}
	err := s.hang(tx, g, set, all)
	return all[0], err
}

// hang reads those in charge, the photos and the comments of many points, one
// query each, and says what the reader may do.
func (s *Service) hang(tx *db.Tx, g access.Grant, set fields.Settings, points []Point) error {
	if len(points) == 0 {
		return nil
	}
	keys, things := make([]id.Point, len(points)), make([]string, len(points))
	for i, p := range points {
		keys[i], things[i] = p.ID, string(p.ID)
	}
	who, err := charges.Of(tx, keys)
	if err != nil {
		return err
	}
	photos, err := media.On(tx, Thing, things)
	if err != nil {
		return err
	}
	comments, err := comment.On(tx, Thing, things)
	if err != nil {
		return err
	}
	drawn, err := markup.On(tx, keys)
	if err != nil {
		return err
	}
	for i := range points {
		p := &points[i]
		p.Markups = drawn[p.ID]
		p.InCharge, p.Photos, p.Comments = who[p.ID], photos[string(p.ID)], comments[string(p.ID)]
		p.May = may(toward(tx, g, set, *p))
	}
	return relatives(tx, g, points)
}

// History reads what was done to a point, newest first.
func (s *Service) History(ctx context.Context, g access.Grant, point id.Point, cursor string, limit int) (page.Page[feed.Entry], error) {
	var out page.Page[feed.Entry]
	err := s.db.Read(ctx, g.Scope(), func(tx *db.Tx) error {
		if _, _, err := s.live(tx, g, point, false); err != nil {
			return err
		}
		var err error
		if out, err = feed.History(tx, string(point), cursor, limit); err == nil {
			out.Items, err = kin.Veil(tx, g, out.Items)
		}
		return err
	})
	return out, fault.Wrap("point.History", err)
}

// ---- for delivery and other slices

// Load reads those of the ids that the actor sees and that are not deleted,
// whole: what syncapi sends for changed points. What is missing is gone.
func (s *Service) Load(tx *db.Tx, g access.Grant, points []id.Point) ([]Point, error) {
	if len(points) == 0 {
		return nil, nil
	}
	set, err := s.projects.Settings(tx, g.Project, fields.Statuses)
	if err != nil {
		return nil, err
	}
	all, err := query.ByID(tx, rows(), g.Project, points, query.SightOf(g.Level, g.ListLevels, g.Selves()))
	if err != nil {
		return nil, err
	}
	return all, s.hang(tx, g, set, all)
}

// Recent is a page of all points that the actor sees, newest changed first.
func (s *Service) Recent(tx *db.Tx, g access.Grant, cursor string, limit int) (page.Page[Point], error) {
	set, err := s.projects.Settings(tx, g.Project, fields.Statuses)
	if err != nil {
		return page.Page[Point]{}, err
	}
	q := query.Query{Filter: query.Filter{Closed: query.Any}, Sort: query.ByChanged, Desc: true, Cursor: cursor, Limit: limit}
	out, err := query.Page(tx, rows(), query.Ask{Project: g.Project, Query: q, Sight: query.SightOf(g.Level, g.ListLevels, g.Selves()), Settings: set})
	if err != nil {
		return out, err
	}
	return out, s.hang(tx, g, set, out.Items)
}

// Photo reads a photo of a point that the actor sees.
func (s *Service) Photo(ctx context.Context, g access.Grant, photo id.Photo) (media.Photo, error) {
	var out media.Photo
	err := s.db.Read(ctx, g.Scope(), func(tx *db.Tx) (err error) {
		if out, err = media.Get(tx, g.Project, photo); err != nil {
			return err
		}
		var ok bool
		if out.Kind != Thing {
			ok, err = s.Elsewhere(tx, g, out)
		} else {
			var p Point
			p, ok, err = find(tx, g.Project, id.Point(out.Thing), false)
			ok = ok && p.DeletedAt == 0 && policy.MaySee(policy.Toward{Level: g.LevelOn(p.List), InCharge: isCharged(g, p.InCharge)})
		}
		if err == nil && !ok {
			err = fault.New(fault.NotFound, "photo-not-found", "there is no such photo")
		}
		return err
	})
	return out, fault.Wrap("point.Photo", err)
}

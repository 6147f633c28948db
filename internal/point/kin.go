package point

import (
	"context"

	"plumbline/internal/access"
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/point/kin"
	"plumbline/internal/policy"
)

// SetParent gives a point a parent among the points that the actor sees; an
// empty one takes it away.
func (s *Service) SetParent(ctx context.Context, g access.Grant, point, parent id.Point) (Point, error) {
	return s.relates(ctx, g, "point.SetParent", point, parent, func(tx *db.Tx) (id.Point, *feed.Field, error) {
		was, err := kin.SetParent(tx, point, parent)
		if err != nil || was == parent {
			return point, nil, err
		}
		return point, &feed.Field{Name: kin.ParentField, Before: maybe(was), After: maybe(parent)}, nil
	})
}

// Relate notes that a point is related to another that the actor sees.
func (s *Service) Relate(ctx context.Context, g access.Grant, point, other id.Point) (Point, error) {
	return s.relates(ctx, g, "point.Relate", point, other, func(tx *db.Tx) (id.Point, *feed.Field, error) {
		made, err := kin.Relate(tx, point, other)
		if err != nil || !made {
			return point, nil, err
		}
		return point, &feed.Field{Name: kin.RelatedField, After: other}, nil
	})
}

// Unrelate takes it back, whichever of the two said it.
func (s *Service) Unrelate(ctx context.Context, g access.Grant, point, other id.Point) (Point, error) {
	return s.relates(ctx, g, "point.Unrelate", point, other, func(tx *db.Tx) (id.Point, *feed.Field, error) {
		who, err := kin.Unrelate(tx, point, other)
		switch {
		case err != nil || who == "":
			return point, nil, err
		case who == point:
			return point, &feed.Field{Name: kin.RelatedField, Before: other}, nil
		}
		return who, &feed.Field{Name: kin.RelatedField, Before: point}, nil
	})
}

func maybe(p id.Point) any {
	if p == "" {
		return nil
	}
	return p
}

// relates does something between a point that the actor may edit and another
// that they see. The change is one of the point that do names: the one whose row
// it was.
func (s *Service) relates(ctx context.Context, g access.Grant, op string, point, other id.Point, do func(tx *db.Tx) (id.Point, *feed.Field, error)) (Point, error) {
	var out Point
	err := s.db.Write(ctx, g.Scope(), func(tx *db.Tx) error {
		p, set, err := s.locked(tx, g, point)
		if err != nil {
			return err
		}
		if err := policy.OnPoint(toward(tx, g, set, p), policy.EditPoint); err != nil {
			return err
		}
		q := Point{}
		if other != "" {
			if q, _, err = s.locked(tx, g, other); err != nil {
				return err
			}
		}
		of, change, err := do(tx)
		if err != nil {
			return err
		}
		if change != nil {
			if of == other {
				err = s.said(tx, g, &q, *change)
			} else {
				err = s.said(tx, g, &p, *change)
			}
			if err != nil {
				return err
			}
		}
		out, err = s.whole(tx, g, set, p)
		return err
	})
	return out, fault.Wrap(op, err)
}

func (s *Service) said(tx *db.Tx, g access.Grant, p *Point, change feed.Field) error {
	was := *p
	touch(tx, p)
	if err := update(tx, *p, was.Version, false); err != nil {
		return err
	}
	return s.log(tx, g, was, *p, "changed", []feed.Field{change})
}

// refresh has the points that name p delivered anew, where who sees p changed:
// what they say of it is now to be shown, or no longer. It is no news.
func (s *Service) refresh(tx *db.Tx, g access.Grant, p Point) error {
	names, err := kin.Naming(tx, p.ID)
	if err != nil {
		return err
	}
	for _, n := range names {
		q, ok, err := find(tx, p.Project, n, false)
		if err != nil {
			return err
		}
		if !ok || q.DeletedAt != 0 {
			continue
		}
		to, err := audiences(tx, q)
		if err != nil {
			return err
		}
		if err := feed.Append(tx, g.By(), feed.Change{Stream: access.Everyone(q.Project), Thing: feed.Thing{Kind: Thing, ID: string(q.ID)},
			Kind: feed.Touched, Version: q.Version, Audiences: to}); err != nil {
			return err
		}
	}
	return nil
}

// relatives hangs on points what they say of others that the reader sees.
func relatives(tx *db.Tx, g access.Grant, points []Point) error {
	keys := make([]id.Point, len(points))
	for i, p := range points {
		keys[i] = p.ID
	}
	all, err := kin.Seen(tx, g, keys)
	for i := range points {
		of := all[points[i].ID]
		points[i].Parent, points[i].Related, points[i].Origin = of.Parent, of.Related, of.Origin
	}
	return err
}

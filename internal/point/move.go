package point

import (
	"context"

	"plumbline/internal/access"
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/point/charges"
	"plumbline/internal/point/fields"
	"plumbline/internal/point/kin"
	"plumbline/internal/point/resolve"
	"plumbline/internal/policy"
)

// Move puts a point on another list, which gives it a number; the history
// remembers the old one. The actor needs to edit it where it is and to make
// points where it goes. To be where it is wanted changes nothing.
func (s *Service) Move(ctx context.Context, g access.Grant, point id.Point, list id.List) (Point, error) {
	if !id.Valid(list) {
		return Point{}, fault.InvalidFields([]fault.Field{{Path: "list_id", Code: "not-an-id"}})
	}
	var out Point
	err := s.db.Write(ctx, g.Scope(), func(tx *db.Tx) error {
		p, set, err := s.locked(tx, g, point)
		if err != nil {
			return err
		}
		if p.List == list {
			out, err = s.whole(tx, g, set, p)
			return err
		}
		if err := policy.OnPoint(toward(tx, g, set, p), policy.EditPoint); err != nil {
			return err
		}
		known, err := s.projects.Settings(tx, g.Project, fields.Lists)
		if err != nil {
			return err
		}
		to, err := resolve.Target(g, known, list)
		if err != nil {
			return err
		}
		next := p
		next.List, next.Number = to.ID, fields.Number{Code: to.Code, Occurrence: to.Occurrence}
		if next.Number.Sequence, err = charges.Next(tx, to.ID, to.Occurrence); err != nil {
			return err
		}
		touch(tx, &next)
		if err := update(tx, next, p.Version, false); err != nil {
			return err
		}
		if err := index(tx, next); err != nil { // its number is found
			return err
		}
		if err := s.log(tx, g, p, next, kin.Moved, []feed.Field{
			{Name: "list_id", Before: p.List, After: next.List},
			{Name: "number", Before: p.Number.String(), After: next.Number.String()},
		}); err != nil {
			return err
		}
		out, err = s.whole(tx, g, set, next)
		return err
	})
	return out, fault.Wrap("point.Move", err)
}

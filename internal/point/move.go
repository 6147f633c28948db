package point

import (
	"context"
	"slices"

	"plumbline/internal/access"
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/point/fields"
	"plumbline/internal/point/kin"
	"plumbline/internal/policy"
)

// target is the list that a point is to stand on: the one named, or the first
// on which the actor may make points.
func target(g access.Grant, set fields.Settings, list id.List) (fields.ListRule, error) {
	if list == "" {
		i := slices.IndexFunc(set.Lists, func(l fields.ListRule) bool {
			return !l.Archived && policy.May(g.LevelOn(l.ID), policy.CreatePoint) == nil
		})
		if i >= 0 {
			return set.Lists[i], nil
		}
		if len(set.Lists) == 0 {
			return fields.ListRule{}, fault.New(fault.Invalid, "no-list", "the project has no list of points")
		}
		return fields.ListRule{}, policy.AtLeast(min(g.Level, policy.Guest), policy.Needs(policy.CreatePoint))
	}
	to, ok := set.List(list)
	if !ok || !g.Knows(list) {
		return to, fault.InvalidFields([]fault.Field{{Path: "list_id", Code: "unknown"}})
	}
	if to.Archived {
		return to, fault.New(fault.Conflict, "list-archived", "the list takes no new points")
	}
	return to, policy.May(g.LevelOn(list), policy.CreatePoint)
}

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
		to, err := target(g, known, list)
		if err != nil {
			return err
		}
		next := p
		next.List, next.Number = to.ID, fields.Number{Code: to.Code, Occurrence: to.Occurrence}
		if next.Number.Sequence, err = nextNumber(tx, to.ID, to.Occurrence); err != nil {
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

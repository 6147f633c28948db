package point

import (
	"context"

	"plumbline/internal/access"
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/point/around"
	"plumbline/internal/point/charges"
	"plumbline/internal/point/fields"
	"plumbline/internal/point/kin"
	"plumbline/internal/policy"
)

// Relay makes a copy of a point on another list, which names it as its origin;
// false where it was made before. The origin does not change, and its list is
// not told. The actor needs to edit the one and to make points on the other.
func (s *Service) Relay(ctx context.Context, g access.Grant, origin, relay id.Point, list id.List) (Point, bool, error) {
	var bad []fault.Field
	if !id.Valid(relay) {
		bad = append(bad, fault.Field{Path: "relay", Code: "not-an-id"})
	}
	if !id.Valid(list) {
		bad = append(bad, fault.Field{Path: "list_id", Code: "not-an-id"})
	}
	if err := fault.InvalidFields(bad); err != nil {
		return Point{}, false, err
	}
	var (
		out     Point
		created bool
	)
	err := s.db.Write(ctx, g.Scope(), func(tx *db.Tx) error {
		from, _, err := s.locked(tx, g, origin)
		if err != nil {
			return err
		}
		set, err := s.projects.Settings(tx, g.Project, fields.Statuses|fields.Lists)
		if err != nil {
			return err
		}
		have, there, err := find(tx, g.Project, relay, false)
		if err != nil {
			return err
		}
		if there {
			of, err := kin.OriginOf(tx, relay)
			if err != nil || of != origin {
				return orErr(err, notFound())
			}
			out, err = s.repeated(tx, g, set, have)
			return err
		}
		if err := policy.OnPoint(toward(tx, g, set, from), policy.RelayPoint); err != nil {
			return err
		}
		if from.List == list {
			return fault.New(fault.Conflict, "relay-same-list", "a relay stands on another list than its origin")
		}
		if other, err := taken(tx, relay); err != nil || other {
			return orErr(err, notFound())
		}
		p, err := s.draft(tx, g, set, Draft{ID: relay, List: list, Values: from.Carried()})
		if err != nil {
			return err
		}
		out, err = s.copied(tx, g, set, from, p)
		created = err == nil
		return err
	})
	return out, created, fault.Wrap("point.Relay", err)
}

// copied keeps the relay p of a point, with its photos and what is drawn on them.
func (s *Service) copied(tx *db.Tx, g access.Grant, set fields.Settings, from, p Point) (Point, error) {
	var err error
	if p.Number.Sequence, err = charges.Next(tx, p.List, p.Number.Occurrence); err != nil {
		return p, err
	}
	if err := insert(tx, p); err != nil {
		return p, err
	}
	if err := kin.Relay(tx, p.ID, from.ID); err != nil {
		return p, err
	}
	sheet := id.Sheet("")
	if p.Pin != nil {
		sheet = p.Pin.Sheet
	}
	if err := around.CopyPictures(tx, s.photos, from.ID, p.ID, sheet, g.Person); err != nil {
		return p, err
	}
	if err := s.logged(tx, g, Point{}, p, "created", fields.All(), feed.Field{Name: kin.OriginField, After: from.ID}); err != nil {
		return p, err
	}
	return s.whole(tx, g, set, p)
}

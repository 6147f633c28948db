package point

import (
	"context"
	"slices"

	"plumbline/internal/access"
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/media"
	"plumbline/internal/point/markup"
	"plumbline/internal/policy"
)

// Mark writes what is drawn on a photo of a point, or on the sheet that its pin
// is on, in the place of what was drawn there; an empty layer erases it. base
// is the version of the layer that was drawn on, 0 for none. Where somebody
// else drew since, nothing changes: markup-changed. Who may add photos draws;
// another's layer is changed by who may edit the point.
func (s *Service) Mark(ctx context.Context, g access.Grant, l markup.Layer, base int64) (Point, error) {
	if err := fault.InvalidFields(l.Check()); err != nil {
		return Point{}, err
	}
	var out Point
	err := s.db.Write(ctx, g.Scope(), func(tx *db.Tx) error {
		p, set, err := s.locked(tx, g, l.Point)
		if err != nil {
			return err
		}
		have, there, err := markup.Get(tx, p.ID, l.Target)
		if err != nil {
			return err
		}
		others := there && have.Author != g.Person
		act := policy.AddPhoto
		if others {
			act = policy.EditPoint
		}
		if err := policy.OnPoint(toward(tx, g, set, p), act); err != nil {
			return err
		}
		on, err := media.On(tx, Thing, []string{string(p.ID)})
		if err != nil {
			return err
		}
		switch photo := slices.ContainsFunc(on[string(p.ID)], func(f media.Photo) bool { return string(f.ID) == l.Target }); {
		case l.On == markup.OnPhoto && !photo, l.On == markup.OnSheet && (p.Pin == nil || string(p.Pin.Sheet) != l.Target):
			return fault.New(fault.NotFound, "target-not-found", "the point has no such photo, and its pin is on no such sheet")
		case others && have.Version > base:
			return fault.New(fault.Conflict, "markup-changed", "somebody else drew there meanwhile")
		}
		l.ID, l.Project, l.Author, l.At, l.Version = string(id.New[id.Mutation]()), g.Project, g.Person, tx.Micros(), p.Version+1
		if err := markup.Put(tx, l); err != nil {
			return err
		}
		if err := s.appended(tx, g, p, "marked", l.On, l.Target); err != nil {
			return err
		}
		if p, _, err = find(tx, g.Project, p.ID, false); err != nil {
			return err
		}
		if err := index(tx, p); err != nil {
			return err
		}
		out, err = s.whole(tx, g, set, p)
		return err
	})
	return out, fault.Wrap("point.Mark", err)
}

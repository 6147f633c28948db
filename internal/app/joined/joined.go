// Package joined ties programmes to the rest of the site: to their project, and
// to the points that block activities.
package joined

import (
	"time"

	"plumbline/internal/access"
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/point"
	"plumbline/internal/programme/kept"
	"plumbline/internal/programme/site"
	"plumbline/internal/project"
)

// Projects is what programmes ask of their project.
type Projects struct{}

var _ kept.Projects = Projects{}

// Zone of a project.
func (Projects) Zone(tx *db.Tx, p id.Project) (*time.Location, error) {
	have, err := project.Read(tx, p, project.PartZone)
	return have.Zone, fault.Wrap("joined.Zone", err)
}

// Known reports whether all of those in charge take part in the project.
func (Projects) Known(tx *db.Tx, p id.Project, all []access.InCharge) (bool, error) {
	unknown, err := project.Unknown(tx, p, all)
	return len(unknown) == 0, err
}

// Places reports whether all the locations are the project's.
func (Projects) Places(tx *db.Tx, p id.Project, all []id.Location) (bool, error) {
	for _, l := range all {
		if ok, err := project.HasLocation(tx, p, l); err != nil || !ok {
			return false, err
		}
	}
	return true, nil
}

// Points is what programmes ask of points.
type Points struct{ Service *point.Service }

var _ site.Points = Points{}

// Standing of a point that the grant sees.
func (p Points) Standing(tx *db.Tx, g access.Grant, which id.Point) (open bool, due string, err error) {
	found, err := p.Service.Load(tx, g, []id.Point{which})
	if err == nil && len(found) == 0 {
		err = fault.New(fault.NotFound, "point-not-found", "there is no such point")
	}
	if err != nil {
		return false, "", err
	}
	open, due = Standing(found[0])
	return open, due, nil
}

// SeenOf are those of the points that the grant sees.
func (p Points) SeenOf(tx *db.Tx, g access.Grant, all []id.Point) (map[id.Point]bool, error) {
	found, err := p.Service.Load(tx, g, all)
	out := make(map[id.Point]bool, len(found))
	for _, one := range found {
		out[one.ID] = true
	}
	return out, err
}

// Standing is whether a point is open, and when it is due.
func Standing(p point.Point) (open bool, due string) {
	return p.DeletedAt == 0 && p.ClosedAt == 0, p.Due
}

// Follow tells the programme when a point opens, closes, or is due on another
// day.
func Follow(s *site.Service) func(*db.Tx, access.Grant, point.Point, point.Point) error {
	return func(tx *db.Tx, g access.Grant, was, now point.Point) error {
		open, due := Standing(was)
		opens, dueNow := Standing(now)
		if was.ID == "" || open == opens && due == dueNow {
			return nil
		}
		return s.PointChanged(tx, g, now.ID, opens, dueNow)
	}
}

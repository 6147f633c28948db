// Package programmetest stands in for the slices beside programmes, in tests of
// the rooms of slice programme. With all of the house around them they are
// tested in package app.
package programmetest

import (
	"time"

	"plumbline/internal/access"
	"plumbline/internal/db"
	"plumbline/internal/id"
	"plumbline/internal/programme/kept"
	"plumbline/internal/programme/site"
)

var (
	_ kept.Projects = Projects{}
	_ site.Points   = Points{}
)

// Projects know everybody and every place, and lie in Brussels.
type Projects struct{}

// Zone is that of Brussels.
func (Projects) Zone(*db.Tx, id.Project) (*time.Location, error) {
	return time.LoadLocation("Europe/Brussels")
}

// Known is true.
func (Projects) Known(*db.Tx, id.Project, []access.InCharge) (bool, error) { return true, nil }

// Places is true.
func (Projects) Places(*db.Tx, id.Project, []id.Location) (bool, error) { return true, nil }

// Points are all open and due on the same day; everybody sees them.
type Points struct{ Due string }

// Standing is open.
func (p Points) Standing(*db.Tx, access.Grant, id.Point) (bool, string, error) {
	return true, p.Due, nil
}

// SeenOf is all of them.
func (Points) SeenOf(_ *db.Tx, _ access.Grant, all []id.Point) (map[id.Point]bool, error) {
	out := map[id.Point]bool{}
	for _, p := range all {
		out[p] = true
	}
	return out, nil
}

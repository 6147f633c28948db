// Package around is what the slices beside and below points ask of them: which
// sheets are seen for a point on them, which settings are in use, which people
// occur. It reads; it changes points only where their sheet is deleted.
package around

import (
	"slices"

	"plumbline/internal/access"
	"plumbline/internal/comment"
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/media"
	"plumbline/internal/point/fields"
	"plumbline/internal/point/query"
)

// ForDrawings is what slice drawing asks of points; the program hands it over.
type ForDrawings struct{}

// SheetsSeen says which of the sheets carry a point that the actor sees; of
// all sheets where sheets is nil.
func (ForDrawings) SheetsSeen(tx *db.Tx, g access.Grant, sheets []id.Sheet) (map[id.Sheet]bool, error) {
	return query.SheetsSeen(tx, g.Project, sheets, query.SightOf(g.Level, g.ListLevels, g.Selves()))
}

// Followers are the audiences that see the sheets for the points on them.
func (ForDrawings) Followers(tx *db.Tx, project id.Project, sheets []id.Sheet) ([]string, error) {
	return Followers(tx, project, sheets)
}

// Reacher tells audiences that they see a sheet from now on, or no longer.
type Reacher interface {
	Reach(tx *db.Tx, by feed.Actor, project id.Project, sheet id.Sheet, see, gone []string) error
}

// Tell says who now sees a sheet because of a point, and who no longer does,
// nor by another point on it.
func Tell(tx *db.Tx, sheets Reacher, by feed.Actor, project id.Project, at id.Sheet, see []string, on id.Sheet, saw []string) error {
	if len(see) > 0 {
		if err := sheets.Reach(tx, by, project, at, see, nil); err != nil {
			return err
		}
	}
	if len(saw) == 0 {
		return nil
	}
	still, err := Followers(tx, project, []id.Sheet{on})
	if err != nil {
		return err
	}
	if saw = Without(saw, still); len(saw) == 0 {
		return nil
	}
	return sheets.Reach(tx, by, project, on, nil, saw)
}

// Pinned counts the live points that stand on any of the sheets.
func (ForDrawings) Pinned(tx *db.Tx, sheets []id.Sheet) (int, error) { return pinned(tx, sheets) }

// Unpin takes deleted points off sheets that are deleted themselves.
func (ForDrawings) Unpin(tx *db.Tx, sheets []id.Sheet) error { return unpin(tx, sheets) }

// ForProjects is what slice project asks of points.
type ForProjects struct{}

// InUse reports whether a point, a deleted one included, names a setting.
func (ForProjects) InUse(tx *db.Tx, kind, thing string) (bool, error) { return inUse(tx, kind, thing) }

// PeopleSeen are the persons who occur on the points that the actor sees: as
// authors, in charge, and under comments and photos.
func (ForProjects) PeopleSeen(tx *db.Tx, g access.Grant) ([]id.Person, error) {
	points, err := query.Seen(tx, g.Project, query.SightOf(g.Level, g.ListLevels, g.Selves()))
	if err != nil {
		return nil, err
	}
	var out []id.Person
	for chunk := range slices.Chunk(points, 400) {
		things := make([]string, len(chunk))
		for i, p := range chunk {
			things[i] = string(p)
		}
		for _, read := range []func() ([]id.Person, error){
			func() ([]id.Person, error) { return peopleOf(tx, chunk) },
			func() ([]id.Person, error) { return comment.Authors(tx, fields.Thing, things) },
			func() ([]id.Person, error) { return media.Authors(tx, fields.Thing, things) },
		} {
			some, err := read()
			if err != nil {
				return nil, fault.Wrap("point.PeopleSeen", err)
			}
			out = append(out, some...)
		}
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

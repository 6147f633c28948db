package point

import (
	"context"

	"plumbline/internal/access"
	"plumbline/internal/comment"
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/job"
	"plumbline/internal/point/query"
)

// erasePayload names a delete: a point that was restored and deleted again has
// another job.
type erasePayload struct {
	Project   id.Project `json:"project"`
	Point     id.Point   `json:"point"`
	DeletedAt int64      `json:"deleted_at"`
}

// EraseDeleted is the handler of EraseJob: what was deleted UndoDays ago and
// not restored goes, with its photos and comments and what its fields once
// were. The log keeps that it was there.
func (s *Service) EraseDeleted(_ context.Context, r *job.Run) error {
	var e erasePayload
	if err := r.Payload(&e); err != nil {
		return fault.Wrap("point.EraseDeleted", err)
	}
	return fault.Wrap("point.EraseDeleted", r.Commit(func(tx *db.Tx) error {
		p, ok, err := find(tx, e.Project, e.Point, true)
		if err != nil || !ok || p.DeletedAt != e.DeletedAt || !lapsed(tx.Now(), p.DeletedAt) {
			return err
		}
		if err := s.photos.EraseOn(tx, Thing, string(p.ID)); err != nil {
			return err
		}
		if err := comment.Erase(tx, Thing, string(p.ID)); err != nil {
			return err
		}
		if _, err := feed.EraseValues(tx, string(p.ID)); err != nil {
			return err
		}
		return erase(tx, p.ID)
	}))
}

// ForDrawings is what slice drawing asks of points; the program hands it over.
type ForDrawings struct{}

// SheetsSeen says which of the sheets carry a point that the actor sees; of
// all sheets where sheets is nil.
func (ForDrawings) SheetsSeen(tx *db.Tx, g access.Grant, sheets []id.Sheet) (map[id.Sheet]bool, error) {
	return query.SheetsSeen(tx, g.Project, sheets, sightOf(g))
}

// Followers are the audiences that see the sheets for the points on them.
func (ForDrawings) Followers(tx *db.Tx, project id.Project, sheets []id.Sheet) ([]string, error) {
	return followers(tx, project, sheets)
}

// Pinned counts the live points that stand on any of the sheets.
func (ForDrawings) Pinned(tx *db.Tx, sheets []id.Sheet) (int, error) { return pinned(tx, sheets) }

// Unpin takes deleted points off sheets that are deleted themselves.
func (ForDrawings) Unpin(tx *db.Tx, sheets []id.Sheet) error { return unpin(tx, sheets) }

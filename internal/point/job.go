package point

import (
	"context"

	"plumbline/internal/comment"
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/job"
	"plumbline/internal/point/markup"
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
		if err := markup.Erase(tx, p.ID, ""); err != nil {
			return err
		}
		if _, err := feed.EraseValues(tx, string(p.ID)); err != nil {
			return err
		}
		return erase(tx, p.ID)
	}))
}

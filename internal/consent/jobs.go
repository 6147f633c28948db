package consent

import (
	"context"

	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/job"
	"plumbline/internal/personal"
)

type liftPayload struct {
	Restriction id.Restriction `json:"restriction"`
	Who         personal.Who   `json:"who"`
}

// LiftDue is the job of kind LiftJob.
func (s *Service) LiftDue(_ context.Context, r *job.Run) error {
	var p liftPayload
	if err := r.Payload(&p); err != nil {
		return err
	}
	return r.Commit(func(tx *db.Tx) error {
		row, ok, err := findRestriction(tx, p.Who, p.Restriction)
		if err != nil {
			return fault.Wrap("consent.LiftDue", err)
		}
		// Erased, lifted by themselves, or not to be lifted any more.
		if !ok || !row.Lifted.IsZero() || row.Lifts.IsZero() || row.Lifts.After(tx.Now()) {
			return nil
		}
		return s.lift(tx, feed.Actor{Person: feed.System, Via: feed.System}, row.Restriction)
	})
}

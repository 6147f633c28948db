package consent

import (
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/personal"
)

// Deny leaves nothing of someone but their own rights, at once: while they are
// being erased (Erasing) or are reported as a child (Child). ref is the erasure
// or the report.
func (s *Service) Deny(tx *db.Tx, by feed.Actor, who personal.Who, why, ref string) error {
	const op = "consent.Deny"
	if why != Erasing && why != Child {
		return fault.New(fault.Other, "no-such-denial", "a denial for no known reason")
	}
	if err := valid(tx, who); err != nil {
		return err
	}
	if err := putStanding(tx, who, why, string(effective), ref); err != nil {
		return fault.Wrap(op, err)
	}
	return fault.Wrap(op, s.Changed(tx, by, who))
}

// Undeny ends a denial: the erasure was cancelled, the report was wrong.
func (s *Service) Undeny(tx *db.Tx, by feed.Actor, who personal.Who, why string) error {
	const op = "consent.Undeny"
	if err := valid(tx, who); err != nil {
		return err
	}
	if err := clearStanding(tx, who, why); err != nil {
		return fault.Wrap(op, err)
	}
	return fault.Wrap(op, s.Changed(tx, by, who))
}

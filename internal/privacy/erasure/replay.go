package erasure

import (
	"context"

	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/personal"
)

// Replay carries out again, after a restore, every erasure that was done, and
// erases whom the ring has buried but the data has alive (more). What an older
// copy of the data brought back goes again, redactions too. Nothing of them can
// be opened: the keys are gone. It says how many were gone over.
func (s *Service) Replay(ctx context.Context, more []personal.Who) (persons int, err error) {
	const op = "erasure.Replay"
	var ids []string
	if err := s.DB.Read(ctx, everyone, func(tx *db.Tx) (err error) {
		ids, err = carried(tx)
		return err
	}); err != nil {
		return 0, fault.Wrap(op, err)
	}
	for _, e := range ids {
		var r record
		var all []subject
		if err := s.DB.Read(ctx, everyone, func(tx *db.Tx) (err error) {
			if r, err = findErasure(tx, e); err != nil {
				return err
			}
			all, err = subjectsOf(tx, e)
			return err
		}); err != nil {
			return persons, fault.Wrap(op, err)
		}
		if r.State != Done { // under way: its job goes on where it was
			continue
		}
		if err := s.again(ctx, r, all); err != nil {
			return persons, fault.Wrap(op, err)
		}
		persons += len(all)
	}
	lost := record{Erasure: Erasure{Ground: NoLongerNeeded}}
	for _, w := range more {
		if err := s.again(ctx, lost, []subject{{Who: w, whole: true}}); err != nil {
			return persons, fault.Wrap(op, err)
		}
		persons++
	}
	if _, err := s.Places.Again(ctx); err != nil {
		return persons, fault.Wrap(op, err)
	}
	if s.Local != nil {
		if err := s.Local.Forget(ctx); err != nil {
			return persons, fault.Wrap(op, err)
		}
	}
	return persons, fault.Wrap(op, s.DB.Scrub(ctx, s.rows.Touched()...))
}

// again purges rows only: the completion is on record since long.
func (s *Service) again(ctx context.Context, r record, all []subject) error {
	for _, x := range all {
		var err error
		switch {
		case !x.whole:
		case x.Kind == personal.AccountKind:
			err = s.purgeAccount(ctx, r, x)
		default:
			err = s.DB.Write(ctx, db.Tenant(x.Org), func(tx *db.Tx) error { return s.purgePerson(tx, r, x) })
		}
		if err != nil {
			return err
		}
	}
	return nil
}

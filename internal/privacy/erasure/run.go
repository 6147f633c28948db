package erasure

import (
	"context"

	"plumbline/internal/consent"
	"plumbline/internal/crypt"
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/job"
	"plumbline/internal/personal"
	"plumbline/internal/privacy/erasure/plan"
	"plumbline/internal/sabotage"
)

// Handle is the job of kind JobKind.
func (s *Service) Handle(ctx context.Context, r *job.Run) error {
	var p payload
	if err := r.Payload(&p); err != nil {
		return err
	}
	return s.Advance(ctx, p.Erasure)
}

// Sweep takes further whatever a job left behind. It is run periodically.
func (s *Service) Sweep(ctx context.Context) error {
	const op = "erasure.Sweep"
	var ids []string
	err := s.DB.Read(ctx, everyone, func(tx *db.Tx) (err error) {
		ids, err = unsettled(tx, tx.Micros(), 1000)
		return err
	})
	if err != nil {
		return fault.Wrap(op, err)
	}
	var first error
	for _, e := range ids {
		if err := s.Advance(ctx, e); err != nil && first == nil {
			first = err // one that cannot go on does not hold the others
		}
	}
	if err := s.DB.Write(ctx, everyone, func(tx *db.Tx) error {
		_, err := purgeLinks(tx)
		return err
	}); err != nil && first == nil {
		first = err
	}
	if err := s.Places.Forget(ctx); err != nil && first == nil {
		first = err
	}
	return fault.Wrap(op, first)
}

// Advance takes an erasure as far as it can go now. Repeating it, here or on
// another node, at the same time even, is harmless: every step says in its
// statement from which state it goes, and does nothing twice.
func (s *Service) Advance(ctx context.Context, erasure string) error {
	const op = "erasure.Advance"
	s.busy.Lock()
	defer s.busy.Unlock()
	for {
		var r record
		var subjects []subject
		err := s.DB.Read(ctx, everyone, func(tx *db.Tx) (err error) {
			if r, err = findErasure(tx, erasure); err != nil {
				return err
			}
			subjects, err = subjectsOf(tx, erasure)
			return err
		})
		if err != nil {
			return fault.Wrap(op, err)
		}
		step := s.next(r)
		if step.do == nil {
			return nil
		}
		if err := s.crash(step.name + ":before"); err != nil {
			return err
		}
		if err := step.do(ctx, r, subjects); err != nil {
			return fault.Wrap(op, err)
		}
		if err := s.crash(step.name + ":after"); err != nil {
			return err
		}
	}
}

type step struct {
	name string
	do   func(ctx context.Context, r record, all []subject) error
}

// next is what has to be done with an erasure now.
func (s *Service) next(r record) step {
	switch r.State {
	case Requested:
		return step{"deny", s.denyAll}
	case Denied:
		switch {
		case !r.located:
			return step{"locate", s.locateAll}
		case r.grace <= s.DB.Clock().Now().UnixMicro():
			return step{"commit", s.begin}
		}
	case Destroying:
		return step{"destroy", s.destroy}
	case Purging:
		return step{"purge", s.purge}
	case Cancelled:
		if !r.settled {
			return step{"undo", s.undo}
		}
	case Done:
	}
	return step{}
}

// denyAll denies those that the request's own transaction did not.
func (s *Service) denyAll(ctx context.Context, r record, all []subject) error {
	for len(all) > 0 {
		n := min(len(all), atOnce)
		err := s.DB.Write(ctx, everyone, func(tx *db.Tx) error {
			for _, x := range all[:n] {
				if x.step != "" {
					continue
				}
				if err := s.deny(tx, r, x); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		if err := s.crash("deny:between"); err != nil {
			return err
		}
		all = all[n:]
	}
	return s.DB.Write(ctx, everyone, func(tx *db.Tx) error {
		_, err := move(tx, r.ID, Requested, Denied)
		return err
	})
}

// locateAll lists the places for the controllers while the words are known.
func (s *Service) locateAll(ctx context.Context, r record, all []subject) error {
	for _, o := range orgsOf(all) {
		var ids []id.Person
		for _, x := range all {
			if x.Org == o && x.whole {
				ids = append(ids, id.Person(x.ID))
			}
		}
		if len(ids) == 0 {
			continue
		}
		if err := s.Places.Locate(ctx, r.ID, o, ids); err != nil {
			return err
		}
	}
	return s.DB.Write(ctx, everyone, func(tx *db.Tx) error { return setLocated(tx, r.ID) })
}

// begin is the point of no return: it and Cancel exclude each other.
func (s *Service) begin(ctx context.Context, r record, _ []subject) error {
	return s.DB.Write(ctx, everyone, func(tx *db.Tx) error {
		_, err := beginDestroying(tx, r.ID)
		return err
	})
}

// destroy takes what needs the words one last time, and then the keys.
func (s *Service) destroy(ctx context.Context, r record, all []subject) error {
	if err := s.parting(ctx, r, all); err != nil {
		return err
	}
	if err := s.crash("destroy:between"); err != nil {
		return err
	}
	var owners []crypt.Owner
	if _, err := s.Keys.Refresh(ctx); err != nil {
		return err
	}
	for _, x := range all {
		// A key that the ring never had is not waited for.
		if o := owner(x.Who); x.whole && (s.Keys.Has(o) || s.Keys.Erased(o)) {
			owners = append(owners, o)
		}
	}
	if len(owners) > 0 && !sabotage.Off("ERA-1.key") {
		if err := s.Keys.Erase(ctx, owners...); err != nil { // one snapshot for all of them
			return err
		}
	}
	if err := s.crash("destroy:keys"); err != nil {
		return err
	}
	return s.DB.Write(ctx, everyone, func(tx *db.Tx) error {
		ok, err := move(tx, r.ID, Destroying, Purging)
		if err != nil || !ok {
			return err
		}
		if err := setSteps(tx, r.ID, "destroyed"); err != nil {
			return err
		}
		for _, x := range all { // before the ledger of who received what goes
			if s.Owe == nil || !x.whole {
				continue
			}
			if err := s.Owe(tx, x.Who); err != nil {
				return err
			}
		}
		return s.put(tx, r, "erasure.keys-destroyed", len(owners))
	})
}

// parting is what needs to know who someone is: claim records, the list of
// addresses not to be written to, counted failures. Of whom the key is gone
// already it was done.
func (s *Service) parting(ctx context.Context, r record, all []subject) error {
	for _, o := range orgsOf(all) {
		var ids []id.Person
		for _, x := range all {
			if x.Org == o && x.whole {
				ids = append(ids, id.Person(x.ID))
			}
		}
		if err := s.Claims.Keep(ctx, o, ids); err != nil {
			return err
		}
	}
	for _, x := range all {
		if !x.whole || s.Keys.Erased(owner(x.Who)) {
			continue
		}
		email, err := s.emailOf(ctx, x.Who)
		if fault.Is(err, fault.Gone) || fault.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return err
		}
		if r.suppress && email != "" {
			if err := s.DB.Write(ctx, everyone, func(tx *db.Tx) error { return s.Gate.Suppress(tx, email, consent.Everything) }); err != nil {
				return err
			}
		}
		if x.Kind == personal.AccountKind && s.SignIn != nil {
			if err := s.SignIn.ForgetAttempts(ctx, id.Account(x.ID), email); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Service) emailOf(ctx context.Context, w personal.Who) (email string, err error) {
	err = s.DB.Read(ctx, plan.Scope(w), func(tx *db.Tx) error {
		if w.Kind == personal.AccountKind {
			a, err := s.People.Account(tx, personal.Rights, id.Account(w.ID))
			email = a.Email
			return err
		}
		people, err := s.People.ReadIn(tx, personal.Rights, []id.Person{id.Person(w.ID)})
		email = people[id.Person(w.ID)].Email
		return err
	})
	return email, err
}

// undo gives back what an erasure that was cancelled had denied.
func (s *Service) undo(ctx context.Context, r record, all []subject) error {
	return s.DB.Write(ctx, everyone, func(tx *db.Tx) error { return s.undoIn(tx, r.ID, all) })
}

package erasure

import (
	"context"

	"plumbline/internal/access"
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/mail"
	"plumbline/internal/person"
	"plumbline/internal/personal"
	"plumbline/internal/privacy/erasure/plan"
	"plumbline/internal/sabotage"
)

// perTx is how many are purged in one transaction.
const perTx = 50

// purge takes the rows, and what was derived from them, and completes.
func (s *Service) purge(ctx context.Context, r record, all []subject) error {
	// Persons first: an account's links to them are undone with it.
	var accounts []subject
	for _, o := range orgsOf(all) {
		var some []subject
		for _, x := range all {
			if x.Org == o && x.step != "purged" {
				some = append(some, x)
			}
		}
		for len(some) > 0 {
			n := min(len(some), perTx)
			if err := s.DB.Write(ctx, db.Tenant(o), func(tx *db.Tx) error {
				for _, x := range some[:n] {
					if err := s.purgePerson(tx, r, x); err != nil {
						return err
					}
				}
				return nil
			}); err != nil {
				return err
			}
			if err := s.crash("purge:between"); err != nil {
				return err
			}
			some = some[n:]
		}
	}
	for _, x := range all {
		if x.Kind == personal.AccountKind && x.step != "purged" {
			accounts = append(accounts, x)
		}
	}
	for _, x := range accounts {
		if err := s.purgeAccount(ctx, r, x); err != nil {
			return err
		}
		if err := s.crash("purge:between"); err != nil {
			return err
		}
	}
	if !sabotage.Off("ERA-1.key") { // what was to be destroyed is: nothing is left to be noted
		if err := s.People.Sweep(ctx); err != nil {
			return err
		}
	}
	if s.Local != nil {
		if err := s.Local.Forget(ctx); err != nil {
			return err
		}
	}
	if err := s.crash("purge:local"); err != nil {
		return err
	}
	if err := s.DB.Scrub(ctx, s.rows.Touched()...); err != nil {
		return err
	}
	if err := s.crash("purge:scrub"); err != nil {
		return err
	}
	return s.finish(ctx, r, all)
}

// sweepRows does what is declared to the rows of someone that no slice takes
// itself.
func (s *Service) sweepRows(tx *db.Tx, r record, x subject) error {
	if sabotage.Off("ERA-1.rows") {
		return nil
	}
	for _, h := range s.rows.Of(x.Kind) {
		if plan.Own(h.Table) || !x.whole && !coversAll(r.Ground, h) {
			continue
		}
		if err := s.rows.Purge(tx, h, x.Who); err != nil {
			return err
		}
	}
	return nil
}

func coversAll(g Ground, h personal.Holding) bool {
	for _, c := range h.Columns {
		if !plan.Covers(g, c) {
			return false
		}
	}
	return true
}

func forgetMail(tx *db.Tx, x subject) error {
	if sabotage.Off("ERA-1.mail") {
		return nil
	}
	_, err := mail.EraseRecipient(tx, mail.Recipient{Kind: x.Kind, ID: x.ID})
	return err
}

func (s *Service) purgePerson(tx *db.Tx, r record, x subject) error {
	p := id.Person(x.ID)
	if !x.whole {
		if err := s.sweepRows(tx, r, x); err != nil {
			return err
		}
		return setStep(tx, r.ID, x.Who, "purged")
	}
	if s.Reports != nil {
		if err := s.Reports.Forget(tx, by(), p); err != nil {
			return err
		}
	}
	// Whoever sees the person is told while it is known who that is.
	code, err := s.People.Depersonalise(tx, by(), p, x.code)
	if fault.Is(err, fault.NotFound) { // the row went by another way: an invitation that lapsed
		code, err = x.code, nil
	}
	if err != nil {
		return err
	}
	if err := access.Forget(tx, by(), p); err != nil {
		return err
	}
	if err := s.Orgs.Forget(tx, by(), p); err != nil {
		return err
	}
	if err := forgetMail(tx, x); err != nil {
		return err
	}
	if err := s.sweepRows(tx, r, x); err != nil {
		return err
	}
	if err := setSubjectCode(tx, r.ID, x.Who, code); err != nil {
		return err
	}
	return setStep(tx, r.ID, x.Who, "purged")
}

func (s *Service) purgeAccount(ctx context.Context, r record, x subject) error {
	a := id.Account(x.ID)
	if x.whole {
		var refs []person.Ref
		if err := s.DB.Read(ctx, everyone, func(tx *db.Tx) (err error) {
			refs, err = person.AllOfAccount(tx, a)
			return err
		}); err != nil {
			return err
		}
		for _, ref := range refs { // persons of theirs that stay
			if err := s.DB.Write(ctx, db.Tenant(ref.Org), func(tx *db.Tx) error {
				return s.People.Unlink(tx, by(), ref.Person, a)
			}); err != nil {
				return err
			}
		}
	}
	return s.DB.Write(ctx, everyone, func(tx *db.Tx) error {
		if x.whole {
			if err := forgetMail(tx, x); err != nil {
				return err
			}
			if err := feed.EraseStream(tx, person.AccountAudience(a)); err != nil {
				return err
			}
			if err := s.People.EraseAccount(tx, a, tx.Now()); err != nil {
				return err
			}
		}
		if err := s.sweepRows(tx, r, x); err != nil {
			return err
		}
		return setStep(tx, r.ID, x.Who, "purged")
	})
}

// finish commits the completion, on record.
func (s *Service) finish(ctx context.Context, r record, all []subject) error {
	return s.DB.Write(ctx, everyone, func(tx *db.Tx) error {
		ok, err := finishErasure(tx, r.ID)
		if err != nil || !ok {
			return err
		}
		if err := release(tx, r.ID); err != nil {
			return err
		}
		for _, x := range all {
			if r.Case == "" || s.Finished == nil {
				break
			}
			if err := s.Finished(tx, r.Case, x.Who); err != nil {
				return err
			}
		}
		return s.put(tx, r, "erasure.completed", len(all))
	})
}

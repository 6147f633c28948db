package breach

import (
	"context"
	"time"

	"plumbline/internal/db"
	"plumbline/internal/evidence"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/org"
	"plumbline/internal/personal"
)

// Do takes a step.
func (s *Service) Do(ctx context.Context, d Desk, which id.Breach, step Step, reasons string) (Breach, error) {
	const op = "breach.Do"
	step.Reasons = len([]rune(reasons)) >= 10
	if err := fault.InvalidFields(org.Text("reasons", reasons, 0, 5000)); err != nil {
		return Breach{}, err
	}
	err := s.DB.Write(ctx, d.scope(), func(tx *db.Tx) error {
		b, ok, err := held(tx, d.Org, which)
		if err != nil || !ok {
			if err == nil {
				err = errNone()
			}
			return err
		}
		if b.Facts, err = b.Facts.Apply(step, tx.Now()); err != nil {
			return err
		}
		if err := s.open(&b); err != nil {
			return err
		}
		if reasons != "" {
			if b.Words.Reasons != "" {
				b.Words.Reasons += "\n\n"
			}
			b.Words.Reasons += step.Kind + ": " + reasons
			if err := s.seal(tx, &b); err != nil {
				return err
			}
		}
		if err := update(tx, b); err != nil {
			return err
		}
		body := map[string]any{}
		for k, v := range map[string]string{"risk": step.Risk, "phase": step.Phase, "ground": step.Ground} {
			if v != "" {
				body[k] = v
			}
		}
		if err := s.record(tx, d, b, step.Kind, step.Phase, body); err != nil {
			return err
		}
		switch step.Kind {
		case Hand:
			return s.hand(tx, d, b)
		case TellPersons:
			return s.tell(tx, b)
		}
		return nil
	})
	if err != nil {
		return Breach{}, fault.Wrap(op, err)
	}
	return s.Get(ctx, d, which)
}

// hand puts the breach into the register of every controller concerned, whose
// own 72 hours begin, and mails their offices.
func (s *Service) hand(tx *db.Tx, d Desk, b Breach) error {
	whos, err := persons(tx, b, false)
	if err != nil {
		return err
	}
	for _, o := range b.Facts.Orgs {
		which := id.Org(o)
		if _, ok, err := find(tx, which, b.ID); err != nil {
			return err
		} else if !ok {
			own := Breach{ID: b.ID, Org: which, Words: Words{Nature: b.Words.Nature, Consequences: b.Words.Consequences, Measures: b.Words.Measures}, Facts: b.Facts}
			own.Facts.Aware, own.Facts.Handed, own.Facts.Orgs, own.Facts.Accounts, own.Facts.Persons, own.Facts.By = tx.Now(), time.Time{}, nil, 0, 0, "operator"
			own.Facts.Risk, own.Facts.NoNotice, own.Facts.Exempt, own.Facts.Initial, own.Facts.Final, own.Facts.FollowUps = Unknown, false, "", time.Time{}, time.Time{}, nil
			own.Facts.Told, own.Facts.Alarmed = time.Time{}, 0
			if own.Facts.Country, err = s.country(tx, which); err != nil {
				return err
			}
			var theirs []personal.Who
			for _, w := range whos {
				if w.Org == which {
					theirs = append(theirs, w)
				}
			}
			own.Facts.Persons = len(theirs)
			if err := s.seal(tx, &own); err != nil {
				return err
			}
			if err := insert(tx, own); err != nil {
				return err
			}
			if err := setPersons(tx, own, theirs); err != nil {
				return err
			}
			if err := s.record(tx, d, own, "handed", "operator", map[string]any{"persons": len(theirs)}); err != nil {
				return err
			}
		}
		if err := s.Office(tx, which, MailController); err != nil {
			return err
		}
	}
	return nil
}

// tell mails everybody concerned whom this register's controller answers to:
// accounts are the operator's, persons their organisation's.
func (s *Service) tell(tx *db.Tx, b Breach) error {
	whos, err := persons(tx, b, true)
	if err != nil {
		return err
	}
	for _, w := range whos {
		if (b.Org == "") != (w.Kind == personal.AccountKind) {
			continue
		}
		if err := s.Post(tx, w, MailPerson, b.ID); err != nil {
			return err
		}
		if err := told(tx, b, w); err != nil {
			return err
		}
	}
	return nil
}

// Watch raises the alarm over clocks that run out. It is run hourly.
func (s *Service) Watch(ctx context.Context) error {
	return fault.Wrap("breach.Watch", s.DB.Write(ctx, everyone(), func(tx *db.Tx) error {
		open, err := running(tx)
		if err != nil {
			return err
		}
		for _, b := range open {
			level := b.Facts.Alarm(tx.Now())
			if level == 0 {
				continue
			}
			b.Facts.Alarmed = level
			if err := update(tx, b); err != nil {
				return err
			}
			if _, err := evidence.Append(tx, evidence.Act{Kind: "breach.alarm", Ref: string(b.ID), Org: b.Org, Body: map[string]any{"level": level}}); err != nil {
				return err
			}
			if err := s.Office(tx, b.Org, MailDue); err != nil {
				return err
			}
		}
		return nil
	}))
}

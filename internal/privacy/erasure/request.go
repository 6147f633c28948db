package erasure

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"time"

	"plumbline/internal/consent"
	"plumbline/internal/db"
	"plumbline/internal/evidence"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/job"
	"plumbline/internal/org"
	"plumbline/internal/personal"
	"plumbline/internal/privacy/erasure/places"
	"plumbline/internal/privacy/erasure/plan"
	"plumbline/internal/sabotage"
)

const (
	// atOnce is how many are denied in the transaction of the request itself;
	// more follow in the job.
	atOnce = 100
	// described is for how many the plan is kept item by item.
	described = 20
	// linkLife is how long the page of an erasure can be looked at.
	linkLife = 400 * 24 * time.Hour
)

// Mails of the slice. Their recipient is whom the erasure is of.
const (
	MailRequested = "erasure-requested"
	MailCancelled = "erasure-cancelled"
)

// Request asks for an erasure. When it returns nil, nobody can use the data any
// more. Whoever waits in a grace already is refused ("erasure-under-way"), but
// for a ground without grace, which ends that grace.
func (s *Service) Request(ctx context.Context, a Asked) (Erasure, error) {
	const op = "erasure.Request"
	whos, err := plan.Tidy(a.Whos)
	if err != nil {
		return Erasure{}, err
	}
	if a.Ground.Article() == "" {
		return Erasure{}, fault.InvalidFields([]fault.Field{{Path: "ground", Code: "not-one-of"}})
	}
	var items []Item
	if a.PlanHash != "" || len(whos) <= described {
		p, err := s.Plan(ctx, whos, a.Ground)
		if err != nil {
			return Erasure{}, fault.Wrap(op, err)
		}
		if a.PlanHash != "" && a.PlanHash != p.Hash {
			return Erasure{}, errPlanChanged()
		}
		if items = p.Items; a.PlanHash == "" {
			a.PlanHash = p.Hash
		}
	}
	secret, err := token()
	if err != nil {
		return Erasure{}, fault.Wrap(op, err)
	}
	if err := s.crash("request"); err != nil {
		return Erasure{}, err
	}
	var e Erasure
	err = s.DB.Write(ctx, everyone, func(tx *db.Tx) error {
		e, err = s.request(tx, a, whos, items, secret)
		return err
	})
	if err != nil {
		return Erasure{}, fault.Wrap(op, err)
	}
	if e.State != Requested {
		return e, nil
	}
	// The rest of many. Should this process end here, the job does it.
	if err := s.Advance(ctx, e.ID); err != nil {
		s.Log.WarnContext(ctx, "an erasure is taken further by its job", "code", fault.CodeOf(err))
	}
	return e, nil
}

func (s *Service) request(tx *db.Tx, a Asked, whos []personal.Who, items []Item, secret string) (Erasure, error) {
	var fresh []subject
	hastened := ""
	for _, w := range whos {
		other, ok, err := underWay(tx, w)
		if err != nil {
			return Erasure{}, err
		}
		if !ok {
			fresh = append(fresh, subject{Who: w, whole: plan.Whole(a.Ground, w.Kind, s.Declarations)})
			continue
		}
		if !a.Ground.Graceless() {
			return Erasure{}, fault.New(fault.Conflict, "erasure-under-way", "an erasure of this person is under way")
		}
		if err := hasten(tx, other, a.Ground); err != nil {
			return Erasure{}, err
		}
		if _, err := s.enqueue(tx, other, "haste", time.Time{}); err != nil {
			return Erasure{}, err
		}
		hastened = other
	}
	if len(fresh) == 0 {
		r, err := findErasure(tx, hastened)
		if err == nil {
			err = s.link(tx, r.ID, secret)
		}
		r.Secret = secret
		return r.Erasure, err
	}
	r := record{Erasure: Erasure{ID: id.New[string](), State: Requested, Ground: a.Ground, Case: a.Case, Requested: tx.Now(), Items: items, Secret: secret},
		askedBy: a.By, planHash: a.PlanHash, suppress: a.Suppress}
	if !a.Ground.Graceless() && a.Grace >= 0 {
		grace := a.Grace
		if grace == 0 {
			grace = plan.DefaultGrace
		}
		r.GraceUntil = tx.Now().Add(grace)
		r.grace = r.GraceUntil.UnixMicro()
	}
	if err := insertErasure(tx, r); err != nil {
		return Erasure{}, err
	}
	for _, x := range fresh {
		if err := insertSubject(tx, r.ID, x); err != nil {
			return Erasure{}, err
		}
	}
	if err := s.link(tx, r.ID, secret); err != nil {
		return Erasure{}, err
	}
	if err := s.put(tx, r, "erasure.requested", len(fresh)); err != nil {
		return Erasure{}, err
	}
	if _, err := s.enqueue(tx, r.ID, "now", time.Time{}); err != nil {
		return Erasure{}, err
	}
	if r.grace > 0 {
		if _, err := s.enqueue(tx, r.ID, "grace", r.GraceUntil); err != nil {
			return Erasure{}, err
		}
	}
	if len(fresh) > atOnce {
		return r.Erasure, nil
	}
	for _, x := range fresh {
		if err := s.deny(tx, r, x); err != nil {
			return Erasure{}, err
		}
	}
	_, err := move(tx, r.ID, Requested, Denied)
	r.State = Denied
	return r.Erasure, err
}

// put is what is on record of an erasure: codes and numbers.
func (s *Service) put(tx *db.Tx, r record, kind string, subjects int) error {
	_, err := evidence.Append(tx, evidence.Act{Kind: kind, Ref: r.ID, Body: map[string]any{"ground": string(r.Ground), "subjects": subjects, "plan": r.planHash}})
	return err
}

func (s *Service) enqueue(tx *db.Tx, erasure, key string, at time.Time) (id.Job, error) {
	return job.Enqueue(tx, job.Spec{Kind: JobKind, Payload: payload{erasure}, Unique: erasure + "/" + key, RunAt: at, ThingID: erasure, By: "system"})
}

type payload struct {
	Erasure string `json:"erasure"`
}

// deny leaves nothing of someone but the erasure, in one transaction: whoever
// reads after it, on any node, is refused.
func (s *Service) deny(tx *db.Tx, r record, x subject) error {
	if x.whole {
		if err := s.Gate.Deny(tx, by(), x.Who, consent.Erasing, r.ID); err != nil {
			return err
		}
		switch {
		case x.Kind == personal.PersonKind:
			if err := org.DeadenLinks(tx, x.Org, id.Person(x.ID)); err != nil {
				return err
			}
		case s.SignIn != nil && !sabotage.Off("ERA-1.deny"):
			if err := s.SignIn.EndAll(tx, id.Account(x.ID)); err != nil {
				return err
			}
		}
		if s.Notify != nil && r.grace > 0 && x.Kind == personal.AccountKind {
			if err := s.Notify(tx, x.Who, MailRequested, r.ID); err != nil {
				return err
			}
		}
	}
	return setStep(tx, r.ID, x.Who, "denied")
}

func token() (string, error) {
	b := make([]byte, 32)
	if _, err := rand.Read(b); err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(b), nil
}

func sum(secret string) []byte {
	h := sha256.Sum256([]byte(secret))
	return h[:]
}

func (s *Service) link(tx *db.Tx, erasure, secret string) error {
	return insertLink(tx, sum(secret), erasure, tx.Now().Add(linkLife))
}

// NewLink makes another secret of an erasure, for the mail that tells of it. It
// is called when the mail is sent; the secret is nowhere but in its result.
func (s *Service) NewLink(ctx context.Context, erasure string) (string, error) {
	const op = "erasure.NewLink"
	secret, err := token()
	if err != nil {
		return "", fault.Wrap(op, err)
	}
	err = s.DB.Write(ctx, everyone, func(tx *db.Tx) error {
		r, err := findErasure(tx, erasure)
		if err != nil {
			return err
		}
		if r.State == Done {
			return errNoErasure()
		}
		return s.link(tx, erasure, secret)
	})
	if err != nil {
		return "", fault.Wrap(op, err)
	}
	return secret, nil
}

func (s *Service) behind(tx *db.Tx, secret string) (record, error) {
	if len(secret) > 100 {
		return record{}, fault.New(fault.Gone, "link-lapsed", "this link is no longer good")
	}
	e, err := findLink(tx, sum(secret))
	if err != nil {
		return record{}, err
	}
	return findErasure(tx, e)
}

// Status is how an erasure stands, for who has its secret.
func (s *Service) Status(ctx context.Context, secret string) (e Erasure, err error) {
	err = s.DB.Read(ctx, everyone, func(tx *db.Tx) error {
		r, err := s.behind(tx, secret)
		e = r.Erasure
		return err
	})
	return e, fault.Wrap("erasure.Status", err)
}

// Get is how an erasure stands, for who knows its id.
func (s *Service) Get(ctx context.Context, erasure string) (e Erasure, err error) {
	err = s.DB.Read(ctx, everyone, func(tx *db.Tx) error {
		r, err := findErasure(tx, erasure)
		e = r.Erasure
		return err
	})
	return e, fault.Wrap("erasure.Get", err)
}

// Cancel ends an erasure in its grace: all is as it was before, but sessions and
// links that were ended stay so. Cancelling again is harmless.
func (s *Service) Cancel(ctx context.Context, secret string) error {
	const op = "erasure.Cancel"
	var r record
	err := s.DB.Write(ctx, everyone, func(tx *db.Tx) (err error) {
		if r, err = s.behind(tx, secret); err != nil || r.State == Cancelled {
			return err
		}
		ok, err := cancelErasure(tx, r.ID)
		if err != nil {
			return err
		}
		if !ok {
			return errTooLate()
		}
		subjects, err := subjectsOf(tx, r.ID)
		if err != nil {
			return err
		}
		if err := s.put(tx, r, "erasure.cancelled", len(subjects)); err != nil {
			return err
		}
		if _, err := s.enqueue(tx, r.ID, "undo", time.Time{}); err != nil || len(subjects) > atOnce {
			return err
		}
		return s.undoIn(tx, r.ID, subjects)
	})
	if err != nil {
		return fault.Wrap(op, err)
	}
	return nil
}

// undoIn gives back what was denied.
func (s *Service) undoIn(tx *db.Tx, erasure string, subjects []subject) error {
	for _, x := range subjects {
		if x.step == "undone" {
			continue
		}
		if x.whole {
			if err := s.Gate.Undeny(tx, by(), x.Who, consent.Erasing); err != nil {
				return err
			}
			if s.Notify != nil && x.Kind == personal.AccountKind {
				if err := s.Notify(tx, x.Who, MailCancelled, erasure); err != nil {
					return err
				}
			}
		}
		if err := setStep(tx, erasure, x.Who, "undone"); err != nil {
			return err
		}
	}
	if err := places.Delete(tx, erasure); err != nil {
		return err
	}
	if err := release(tx, erasure); err != nil {
		return err
	}
	return settle(tx, erasure)
}

// Receipt is the signed proof of the newest act of an erasure.
func (s *Service) Receipt(ctx context.Context, secret string) ([]byte, error) {
	const op = "erasure.Receipt"
	e, err := s.Status(ctx, secret)
	if err != nil {
		return nil, err
	}
	found, err := s.Evidence.Of(ctx, e.ID)
	if err != nil {
		return nil, fault.Wrap(op, err)
	}
	if len(found) == 0 {
		return nil, errNoErasure()
	}
	r, err := s.Evidence.ReceiptFor(ctx, found[len(found)-1].Number, e.ID)
	if err != nil {
		return nil, fault.Wrap(op, err)
	}
	b, err := r.Marshal()
	return b, fault.Wrap(op, err)
}

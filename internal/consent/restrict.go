package consent

import (
	"time"

	"plumbline/internal/crypt"
	"plumbline/internal/db"
	"plumbline/internal/disclosure"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/job"
	"plumbline/internal/personal"
)

// Ground is why processing is restricted (GDPR art. 18(1)(a)-(d)).
type Ground string

// The grounds.
const (
	Accuracy Ground = "accuracy"  // they contest that it is right
	Unlawful Ground = "unlawful"  // it should be erased, and they do not want that
	ForClaim Ground = "claims"    // they need it for a claim
	Pending  Ground = "objection" // their objection is being weighed
)

// Grounds are all of them.
func Grounds() []Ground { return []Ground{Accuracy, Unlawful, ForClaim, Pending} }

// Notice is how long after the person was told a restriction ends (art. 18(3)).
const Notice = 72 * time.Hour

// LiftJob is the kind of job that ends a restriction when its notice is over.
const LiftJob = "consent.lift"

// MailLift tells someone that a restriction will end; it is about the
// restriction's id.
const MailLift = "restriction-lift"

// Restriction is one, asked for by someone for a ground.
type Restriction struct {
	ID     id.Restriction
	Who    personal.Who
	Ground Ground
	Note   string
	By     string
	Since  time.Time
	Told   time.Time // zero: nobody wants to lift it
	Lifts  time.Time
	Lifted time.Time // zero: it stands
}

func noteBind(r Restriction) crypt.Bind {
	owner := crypt.PersonOwner(id.Person(r.Who.ID))
	if r.Who.Kind == personal.AccountKind {
		owner = crypt.AccountOwner(id.Account(r.Who.ID))
	}
	return crypt.Bind{Owner: owner, Org: r.Who.Org, Table: "restriction", Column: "note", Row: string(r.ID)}
}

// Restrict ends every use of someone but storage and what art. 18(2) leaves,
// at once. The same id again changes nothing.
func (s *Service) Restrict(tx *db.Tx, by feed.Actor, r Restriction) (Restriction, error) {
	const op = "consent.Restrict"
	if err := whole(tx, r.Who); err != nil {
		return r, err
	}
	have, ok, err := findRestriction(tx, r.Who, r.ID)
	if err != nil {
		return r, fault.Wrap(op, err)
	}
	if ok {
		return s.noted(have.Restriction, have.note)
	}
	sealed, err := s.Keys.Seal(tx.Context(), noteBind(r), []byte(r.Note))
	if err != nil {
		return r, fault.Wrap(op, err)
	}
	r.By, r.Since = by.Person, tx.Now()
	if err := insertRestriction(tx, r, sealed); err != nil {
		return r, fault.Wrap(op, err)
	}
	if err := putStanding(tx, r.Who, aboutRestriction, string(effective), string(r.ID)); err != nil {
		return r, fault.Wrap(op, err)
	}
	if err := s.told(tx, by, r.Who, "restriction.begun", string(r.ID), map[string]any{"ground": string(r.Ground)}); err != nil {
		return r, err
	}
	_, err = disclosure.Owe(tx, r.Who, disclosure.Restricted)
	return r, fault.Wrap(op, err)
}

// Lift ends a restriction. Someone else than the person tells them first: it
// then ends 72 hours later, by LiftJob. It says when it ends.
func (s *Service) Lift(tx *db.Tx, by feed.Actor, who personal.Who, restriction id.Restriction, themselves bool) (time.Time, error) {
	const op = "consent.Lift"
	if err := whole(tx, who); err != nil {
		return time.Time{}, err
	}
	r, ok, err := findRestriction(tx, who, restriction)
	switch {
	case err != nil:
		return time.Time{}, fault.Wrap(op, err)
	case !ok:
		return time.Time{}, errNoRestriction()
	case !r.Lifted.IsZero():
		return r.Lifted, nil
	case themselves:
		return tx.Now(), s.lift(tx, by, r.Restriction)
	case !r.Lifts.IsZero(): // told already
		return r.Lifts, nil
	}
	r.Told, r.Lifts = tx.Now(), tx.Now().Add(Notice)
	if err := setLift(tx, r.Restriction); err != nil {
		return time.Time{}, fault.Wrap(op, err)
	}
	if err := s.Notify(tx, who, MailLift, string(r.ID)); err != nil {
		return time.Time{}, fault.Wrap(op, err)
	}
	if err := s.told(tx, by, who, "restriction.lift-told", string(r.ID), nil); err != nil {
		return time.Time{}, err
	}
	_, err = job.Enqueue(tx, job.Spec{Kind: LiftJob, Payload: liftPayload{r.ID, who}, Unique: string(r.ID), RunAt: r.Lifts, ThingID: string(r.ID), By: by.Person})
	return r.Lifts, fault.Wrap(op, err)
}

func (s *Service) lift(tx *db.Tx, by feed.Actor, r Restriction) error {
	const op = "consent.lift"
	r.Lifted = tx.Now()
	if err := setLift(tx, r); err != nil {
		return fault.Wrap(op, err)
	}
	rest, err := restrictions(tx, r.Who)
	if err != nil {
		return fault.Wrap(op, err)
	}
	for _, other := range rest {
		if other.Lifted.IsZero() {
			return s.told(tx, by, r.Who, "restriction.ended", string(r.ID), nil) // another one stands
		}
	}
	if err := clearStanding(tx, r.Who, aboutRestriction); err != nil {
		return fault.Wrap(op, err)
	}
	return s.told(tx, by, r.Who, "restriction.ended", string(r.ID), nil)
}

func (s *Service) noted(r Restriction, sealed []byte) (Restriction, error) {
	note, err := s.Keys.Open(noteBind(r), sealed)
	r.Note = string(note)
	return r, fault.Wrap("consent.Restriction", err)
}

// Restrictions are those of someone that stand, the newest first.
func (s *Service) Restrictions(tx *db.Tx, who personal.Who) ([]Restriction, error) {
	const op = "consent.Restrictions"
	if err := whole(tx, who); err != nil {
		return nil, err
	}
	rows, err := restrictions(tx, who)
	if err != nil {
		return nil, fault.Wrap(op, err)
	}
	out := make([]Restriction, 0, len(rows))
	for _, row := range rows {
		if !row.Lifted.IsZero() {
			continue
		}
		r, err := s.noted(row.Restriction, row.note)
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, nil
}

func errNoRestriction() error {
	return fault.New(fault.NotFound, "restriction-not-found", "there is no such restriction")
}

package signin

import (
	"context"
	"time"

	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/org"
	"plumbline/internal/signin/attempts"
	"plumbline/internal/signin/note"
	"plumbline/internal/signin/pace"
	"plumbline/internal/signin/rows"
)

// confirmed is how long a proof counts for what asks again.
const confirmed = 10 * time.Minute

func errConfirm() error {
	return fault.New(fault.Denied, "confirm-first", "prove first that it is you")
}

// Confirm proves with the password that it is the account holder who uses the
// session. Failures delay the next attempt as everywhere else.
func (s *Service) Confirm(ctx context.Context, c org.Caller, pass string) error {
	const op = "signin.Confirm"
	secret, err := s.tries.Secret(ctx)
	if err != nil {
		return fault.Wrap(op, err)
	}
	if c.Session == "" {
		return fault.Wrap(op, errConfirm())
	}
	key := pace.KeyOf(secret, pace.Account, string(c.Account))
	var stored string
	apart, cancel := attempts.Bare(ctx)
	defer cancel()
	if err := s.DB.Write(apart, everyone, func(tx *db.Tx) error {
		have, err := s.People.CredentialsOf(tx, c.Account)
		if err != nil {
			return err
		}
		stored = have.Password
		return attempts.Charge(tx, key)
	}); err != nil {
		return fault.Wrap(op, err)
	}
	ok, _, err := s.verify(ctx, pass, stored)
	if err != nil {
		return fault.Wrap(op, err)
	}
	if !ok {
		s.event("confirm-refused", "bad-credentials")
		return fault.InvalidFields([]fault.Field{{Path: "password", Code: "wrong"}})
	}
	err = s.DB.Write(ctx, everyone, func(tx *db.Tx) error {
		if err := attempts.Refund(tx, key); err != nil {
			return err
		}
		if err := rows.ConfirmSession(tx, c.Account, c.Session); err != nil {
			return err
		}
		return note.Log(tx, c.Account, "session", string(c.Session), "confirmed", c.Via)
	})
	if err == nil {
		s.event("confirmed", "password")
	}
	return fault.Wrap(op, err)
}

// Confirmed refuses (Denied "confirm-first") a caller whose session was neither
// begun with the password nor confirmed within the last ten minutes.
func (s *Service) Confirmed(ctx context.Context, c org.Caller) error {
	const op = "signin.Confirmed"
	return fault.Wrap(op, s.DB.Read(ctx, everyone, func(tx *db.Tx) error {
		at, ok, err := rows.ConfirmedAt(tx, c.Account, c.Session)
		if err == nil && (!ok || tx.Now().Sub(at) >= confirmed) {
			err = errConfirm()
		}
		return err
	}))
}

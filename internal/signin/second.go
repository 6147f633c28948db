package signin

import (
	"context"
	"encoding/json"

	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/org"
	"plumbline/internal/personal"
	"plumbline/internal/signin/attempts"
	"plumbline/internal/signin/factor"
	"plumbline/internal/signin/note"
	"plumbline/internal/signin/pace"
	"plumbline/internal/signin/rows"
)

// Second is a second proof: one of these.
type Second struct {
	Code     string // of the hour
	Recovery string
	Passkey  []byte // what the browser answered
}

// SignInSecond goes on from the step of a right password, with a second proof.
// What it costs to guess is taken before it is looked at.
func (s *Service) SignInSecond(ctx context.Context, step string, by Second, from From) (Session, error) {
	const op = "signin.SignInSecond"
	secret, err := s.tries.Secret(ctx)
	if err != nil {
		return Session{}, fault.Wrap(op, err)
	}
	var key pace.Key
	apart, cancel := attempts.Bare(ctx)
	defer cancel()
	if err := s.DB.Write(apart, everyone, func(tx *db.Tx) error {
		st, err := factor.Find(tx, step, factor.StepSignIn)
		if err != nil {
			return err
		}
		key = pace.KeyOf(secret, pace.Second, string(st.Account))
		return attempts.Charge(tx, key)
	}); err != nil {
		return Session{}, fault.Wrap(op, err)
	}
	var out Session
	err = s.DB.Write(ctx, everyone, func(tx *db.Tx) error {
		st, err := factor.Find(tx, step, factor.StepSignIn)
		if err != nil {
			return err
		}
		switch {
		case by.Code != "":
			err = s.Factors.CheckCode(tx, st.Account, by.Code)
		case by.Recovery != "":
			err = s.Factors.UseRecovery(tx, st.Account, by.Recovery)
		default:
			_, err = s.Factors.Answered(tx, st, by.Passkey)
		}
		if err != nil {
			return err
		}
		if err := attempts.Refund(tx, key); err != nil {
			return err
		}
		out, err = s.twice(tx, step, st.Account, from)
		return err
	})
	if err != nil {
		s.event("sign-in-refused", fault.CodeOf(err))
		return Session{}, fault.Wrap(op, err)
	}
	s.event("sign-in", "second")
	return out, nil
}

// twice begins the session of who gave both proofs, and ends the step.
func (s *Service) twice(tx *db.Tx, step string, a id.Account, from From) (out Session, err error) {
	if first, err := factor.End(tx, step); err != nil || !first {
		if err == nil {
			err = fault.New(fault.Gone, "step-lapsed", "this took too long: begin again")
		}
		return out, err
	}
	if out, err = s.begin(tx, a, from); err != nil {
		return out, err
	}
	if err := rows.SecondSession(tx, out.ID); err != nil {
		return out, err
	}
	return out, rows.ConfirmSession(tx, a, out.ID)
}

// ConfirmSecond proves, as Confirm does, with a second factor that it is the
// account holder who uses the session. A passkey answers AskConfirm.
func (s *Service) ConfirmSecond(ctx context.Context, c org.Caller, step string, by Second) error {
	const op = "signin.ConfirmSecond"
	secret, err := s.tries.Secret(ctx)
	if err != nil {
		return fault.Wrap(op, err)
	}
	if c.Session == "" {
		return fault.Wrap(op, errConfirm())
	}
	key := pace.KeyOf(secret, pace.Second, string(c.Account))
	apart, cancel := attempts.Bare(ctx)
	defer cancel()
	if err := s.DB.Write(apart, everyone, func(tx *db.Tx) error { return attempts.Charge(tx, key) }); err != nil {
		return fault.Wrap(op, err)
	}
	err = s.DB.Write(ctx, everyone, func(tx *db.Tx) error {
		if err := s.checkSecond(tx, c.Account, step, by); err != nil {
			return err
		}
		if err := attempts.Refund(tx, key); err != nil {
			return err
		}
		if err := rows.ConfirmSession(tx, c.Account, c.Session); err != nil {
			return err
		}
		return note.Log(tx, c.Account, "session", string(c.Session), "confirmed", c.Via)
	})
	if err != nil {
		s.event("confirm-refused", fault.CodeOf(err))
		return fault.Wrap(op, err)
	}
	s.event("confirmed", "second")
	return nil
}

// checkSecond is right where an account gave one of its second proofs.
func (s *Service) checkSecond(tx *db.Tx, a id.Account, step string, by Second) error {
	switch {
	case by.Code != "":
		return s.Factors.CheckCode(tx, a, by.Code)
	case by.Recovery != "":
		return s.Factors.UseRecovery(tx, a, by.Recovery)
	}
	st, err := factor.Find(tx, step, factor.StepPasskey)
	if err != nil {
		return err
	}
	if first, err := factor.End(tx, step); err != nil || !first || st.Account != a {
		return fault.New(fault.Gone, "step-lapsed", "this took too long: begin again")
	}
	_, err = s.Factors.Answered(tx, st, by.Passkey)
	return err
}

// AskConfirm makes the challenge for one of the caller's passkeys.
func (s *Service) AskConfirm(ctx context.Context, c org.Caller) (options json.RawMessage, step string, err error) {
	err = s.DB.Write(ctx, everyone, func(tx *db.Tx) error {
		var challenge string
		if options, challenge, err = s.Factors.Ask(tx, c.Account); err != nil {
			return err
		}
		step, err = factor.Begin(tx, factor.Step{Account: c.Account, Kind: factor.StepPasskey, Challenge: challenge})
		return err
	})
	return options, step, fault.Wrap("signin.AskConfirm", err)
}

// AskSecond makes the challenge for a passkey as the second proof of a step.
func (s *Service) AskSecond(ctx context.Context, step string) (options json.RawMessage, err error) {
	err = s.DB.Write(ctx, everyone, func(tx *db.Tx) error {
		st, err := factor.Find(tx, step, factor.StepSignIn)
		if err != nil {
			return err
		}
		var challenge string
		if options, challenge, err = s.Factors.Ask(tx, st.Account); err != nil {
			return err
		}
		return factor.AskAgain(tx, step, challenge)
	})
	return options, fault.Wrap("signin.AskSecond", err)
}

// AskPasskey begins to sign in with a passkey alone.
func (s *Service) AskPasskey(ctx context.Context) (options json.RawMessage, step string, err error) {
	err = s.DB.Write(ctx, everyone, func(tx *db.Tx) error {
		var challenge string
		if options, challenge, err = s.Factors.Ask(tx, ""); err != nil {
			return err
		}
		step, err = factor.Begin(tx, factor.Step{Kind: factor.StepPasskey, Challenge: challenge})
		return err
	})
	return options, step, fault.Wrap("signin.AskPasskey", err)
}

// SignInPasskey makes a session for whoever has a passkey, to which they have
// proved themselves: that is both proofs.
func (s *Service) SignInPasskey(ctx context.Context, step string, answer []byte, from From) (Session, error) {
	const op = "signin.SignInPasskey"
	secret, err := s.tries.Secret(ctx)
	if err != nil {
		return Session{}, fault.Wrap(op, err)
	}
	key := pace.KeyOf(secret, pace.Address, pace.Network(from.Address))
	apart, cancel := attempts.Bare(ctx)
	defer cancel()
	if err := s.DB.Write(apart, everyone, func(tx *db.Tx) error { return attempts.Charge(tx, key) }); err != nil {
		return Session{}, fault.Wrap(op, err)
	}
	var out Session
	err = s.DB.Write(ctx, everyone, func(tx *db.Tx) error {
		st, err := factor.Find(tx, step, factor.StepPasskey)
		if err == nil && st.Account != "" { // asked to confirm, which proves less
			err = fault.New(fault.Gone, "step-lapsed", "this took too long: begin again")
		}
		if err != nil {
			return err
		}
		a, err := s.Factors.Answered(tx, st, answer)
		if err != nil {
			return err
		}
		if err := attempts.Refund(tx, key); err != nil {
			return err
		}
		out, err = s.twice(tx, step, a, from)
		return err
	})
	if err != nil {
		s.event("sign-in-refused", fault.CodeOf(err))
		return Session{}, fault.Wrap(op, err)
	}
	s.event("sign-in", "passkey")
	return out, nil
}

// Proved notes that the caller's session has given a second proof: it has just
// shown the factor that it adds.
func (s *Service) Proved(ctx context.Context, c org.Caller) error {
	return fault.Wrap("signin.Proved", s.DB.Write(ctx, everyone, func(tx *db.Tx) error { return rows.SecondSession(tx, c.Session) }))
}

// alone refuses, for an account with a second factor, whoever comes with the
// password and without a session: they sign in first.
func (s *Service) alone(ctx context.Context, a id.Account, caller *org.Caller) error {
	if caller != nil && caller.Account == a {
		return nil
	}
	return s.DB.Read(ctx, everyone, func(tx *db.Tx) error {
		on, err := s.Factors.On(tx, a)
		if err == nil && len(on) > 0 {
			err = fault.New(fault.Conflict, "sign-in-first", "sign in first, and then accept")
		}
		return err
	})
}

// carried reports whether a session that is about to be renewed was proved twice.
func (s *Service) carried(tx *db.Tx, c *org.Caller) (bool, error) {
	if c == nil {
		return false, nil
	}
	return rows.HasSecond(tx, c.Account, c.Session)
}

// tellOfDevice writes to an account that somebody signed in from a browser that
// never did before: not where from, only that it was, and where to look.
func (s *Service) tellOfDevice(tx *db.Tx, a id.Account) error {
	n, err := rows.CountDevices(tx, a)
	if err != nil || n == 0 { // the first of all
		return err
	}
	return s.tell(tx, a, MailNewDevice)
}

// tell writes to an account that something happened to it.
func (s *Service) tell(tx *db.Tx, a id.Account, mail string) error {
	acc, err := s.People.Account(tx, personal.SignIn, a)
	if err != nil || acc.Limited {
		return err
	}
	return s.Mail.Post(tx, RecipientAccount, string(a), mail, acc.Locale, personal.Security)
}

// RevokeOthers ends all sessions of the caller's account but this one.
func (s *Service) RevokeOthers(ctx context.Context, c org.Caller) error {
	err := s.DB.Write(ctx, everyone, func(tx *db.Tx) error {
		n, err := rows.DeleteOtherSessions(tx, c.Account, c.Session)
		if err != nil || n == 0 {
			return err
		}
		return note.Log(tx, c.Account, "session", string(c.Session), "others-ended", c.Via)
	})
	if err == nil {
		s.event("session-ended", "others")
	}
	return fault.Wrap("signin.RevokeOthers", err)
}

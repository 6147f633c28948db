package signin

import (
	"context"
	"time"

	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/org"
	"plumbline/internal/person"
	"plumbline/internal/personal"
	"plumbline/internal/signin/apitoken"
	"plumbline/internal/signin/attempts"
	"plumbline/internal/signin/pace"
	"plumbline/internal/signin/password"
	"plumbline/internal/signin/rows"
)

// resetLife is how long a reset link works.
const resetLife = time.Hour

// hourlyResets is how many mails an address gets in an hour.
const hourlyResets = 3

func errLapsed() error {
	return fault.New(fault.Gone, "link-lapsed", "this link is no longer good")
}

// RequestReset mails a link to choose a new password, if the address has an
// account. It answers before it looks: neither the answer nor the time it
// takes tells which.
func (s *Service) RequestReset(ctx context.Context, email string) {
	select {
	case s.work <- struct{}{}:
	case <-ctx.Done():
		return
	}
	s.busy.Go(func() {
		defer func() { <-s.work }()
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
		defer cancel()
		if err := s.reset(ctx, email); err != nil {
			s.Log.Error("reset not queued", "code", fault.CodeOf(err))
		}
	})
}

func (s *Service) reset(ctx context.Context, email string) error {
	const op = "signin.reset"
	secret, err := s.tries.Secret(ctx)
	if err != nil {
		return fault.Wrap(op, err)
	}
	return fault.Wrap(op, s.DB.Write(ctx, everyone, func(tx *db.Tx) error {
		a, ok, err := s.People.FindAccount(tx, email)
		if err != nil || !ok {
			return err
		}
		k := pace.KeyOf(secret, pace.Reset, string(a))
		if ok, err := attempts.Seldom(tx, k, hourlyResets); err != nil || !ok {
			return err
		}
		acc, err := s.People.Account(tx, personal.SignIn, a)
		if err != nil || acc.Limited { // nobody signs in any more
			return err
		}
		return s.Mail.Post(tx, RecipientAccount, string(a), MailReset, acc.Locale, personal.SignIn)
	}))
}

// NewResetLink makes the token of a reset mail. It is called when the mail is
// sent; the token is nowhere but in its result.
func (s *Service) NewResetLink(ctx context.Context, a id.Account) (string, error) {
	const op = "signin.NewResetLink"
	t, err := token()
	if err != nil {
		return "", fault.Wrap(op, err)
	}
	err = s.DB.Write(ctx, everyone, func(tx *db.Tx) error {
		acc, err := s.People.Account(tx, personal.SignIn, a)
		if err != nil { // gone meanwhile?
			return err
		}
		if acc.Limited {
			return errLapsed()
		}
		return rows.InsertReset(tx, sum(t), a, tx.Now().Add(resetLife).UnixMicro())
	})
	if err != nil {
		return "", fault.Wrap(op, err)
	}
	return t, nil
}

// Address is where an account's mail for a purpose goes.
func (s *Service) Address(ctx context.Context, a id.Account, purpose personal.Purpose) (string, error) {
	var email string
	err := s.DB.Read(ctx, everyone, func(tx *db.Tx) error {
		acc, err := s.People.Account(tx, purpose, a)
		email = acc.Email
		if err == nil && email == "" {
			err = fault.New(fault.NotFound, "no-recipient", "there is nobody to write to")
		}
		return err
	})
	return email, fault.Wrap("signin.Address", err)
}

// ConfirmReset sets a new password for who has the link. All sessions,
// API tokens and known devices of the account end, and so does its delay.
func (s *Service) ConfirmReset(ctx context.Context, link, pass string) error {
	const op = "signin.ConfirmReset"
	var a id.Account
	if len(link) > 100 {
		return errLapsed()
	}
	err := s.DB.Read(ctx, everyone, func(tx *db.Tx) (err error) {
		var ok bool
		if a, ok, err = rows.FindReset(tx, sum(link)); err == nil && !ok {
			err = errLapsed()
		}
		return err
	})
	if err != nil {
		return fault.Wrap(op, err)
	}
	err = s.replace(ctx, a, pass, "link", func(tx *db.Tx) error {
		first, err := rows.UseReset(tx, sum(link), a)
		if err != nil {
			return err
		}
		if !first {
			return errLapsed()
		}
		if err := rows.ForgetDevices(tx, a); err != nil {
			return err
		}
		if err := apitoken.EndAll(tx, a); err != nil {
			return err
		}
		_, err = rows.DeleteOtherSessions(tx, a, "")
		return err
	})
	return fault.Wrap(op, err)
}

// ChangePassword sets a new password for who knows the present one. All other
// sessions end.
func (s *Service) ChangePassword(ctx context.Context, c org.Caller, current, pass string) error {
	const op = "signin.ChangePassword"
	secret, err := s.tries.Secret(ctx)
	if err != nil {
		return fault.Wrap(op, err)
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
	ok, _, err := s.verify(ctx, current, stored)
	if err != nil {
		return fault.Wrap(op, err)
	}
	if !ok {
		s.event("password-refused", "bad-credentials")
		return fault.InvalidFields([]fault.Field{{Path: "current", Code: "wrong"}})
	}
	return fault.Wrap(op, s.replace(ctx, c.Account, pass, c.Via, func(tx *db.Tx) error {
		if err := attempts.Refund(tx, key); err != nil {
			return err
		}
		_, err := rows.DeleteOtherSessions(tx, c.Account, c.Session)
		return err
	}))
}

// replace sets a password; and is done in the same transaction.
func (s *Service) replace(ctx context.Context, a id.Account, pass, via string, and func(tx *db.Tx) error) error {
	words, err := s.contextOf(ctx, a)
	if err != nil {
		return err
	}
	least := password.MinLength
	if err := s.DB.Read(ctx, everyone, func(tx *db.Tx) error {
		on, err := s.Factors.On(tx, a)
		if len(on) > 0 {
			least = password.MinWithSecond
		}
		return err
	}); err != nil {
		return err
	}
	if err := s.checkPassword(pass, "password", least, words...); err != nil {
		return err
	}
	hash, err := s.hash.Hash(ctx, password.Normal(pass))
	if err != nil {
		return err
	}
	secret, err := s.tries.Secret(ctx)
	if err != nil {
		return err
	}
	err = s.DB.Write(ctx, everyone, func(tx *db.Tx) error {
		if err := and(tx); err != nil {
			return err
		}
		if err := s.People.SetCredentials(tx, a, person.Credentials{Password: hash, Short: password.Short(pass)}); err != nil {
			return err
		}
		acc, err := s.People.Account(tx, personal.SignIn, a)
		if err != nil {
			return err
		}
		if acc.Limited {
			return errLapsed()
		}
		if err := attempts.Refund(tx, pace.KeyOf(secret, pace.Email, person.NormalEmail(acc.Email))); err != nil {
			return err
		}
		stream := person.AccountAudience(a)
		if err := feed.Append(tx, feed.Actor{Person: string(a), Via: via}, feed.Change{Stream: stream, Thing: feed.Thing{Kind: "account", ID: string(a)},
			Kind: "password-changed", Version: acc.Version, Audiences: []string{stream}}); err != nil {
			return err
		}
		return s.Mail.Post(tx, RecipientAccount, string(a), MailChanged, acc.Locale, personal.Security)
	})
	if err == nil {
		s.event("password-changed", via)
	}
	return err
}

package signin

import (
	"context"

	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/org"
	"plumbline/internal/person"
	"plumbline/internal/personal"
	"plumbline/internal/signin/attempts"
	"plumbline/internal/signin/note"
	"plumbline/internal/signin/pace"
	"plumbline/internal/signin/password"
	"plumbline/internal/signin/rows"
)

// Notice is what the invited are told, and whether they have an account. Only
// who has the link, which went to the address, is told.
func (s *Service) Notice(ctx context.Context, link string) (n org.Notice, hasAccount bool, err error) {
	const op = "signin.Notice"
	if n, err = s.Orgs.Notice(ctx, link); err != nil {
		return n, false, fault.Wrap(op, err)
	}
	err = s.DB.Read(ctx, everyone, func(tx *db.Tx) (err error) {
		_, hasAccount, err = s.People.FindAccount(tx, n.Email)
		return err
	})
	return n, hasAccount, fault.Wrap(op, err)
}

// Acceptance is the answer of the invited. Name and Locale are the person's
// own; an account that exists keeps its own.
type Acceptance struct {
	Name, Locale, Password string
}

// Accept answers an invitation with yes. Who has no account yet gets one, with
// the password given. Who has one proves it: by the session that the browser
// has (caller), or by the password.
func (s *Service) Accept(ctx context.Context, link string, in Acceptance, caller *org.Caller, from From) (Session, error) {
	const op = "signin.Accept"
	n, hasAccount, err := s.Notice(ctx, link)
	if err != nil {
		return Session{}, fault.Wrap(op, err)
	}
	if in.Locale == "" {
		in.Locale = n.Locale
	}
	if in.Name == "" {
		in.Name = n.Name
	}
	var account id.Account
	var fresh *person.AccountProfile
	var hash string
	var keys []pace.Key
	if hasAccount {
		account, keys, err = s.own(ctx, n.Email, in.Password, caller, from)
		if err == nil {
			err = s.alone(ctx, account, caller)
		}
	} else {
		fresh = &person.AccountProfile{Name: in.Name, Email: n.Email, Locale: in.Locale}
		account, hash, err = s.fresh(ctx, fresh, in.Password, n.Organisation)
	}
	if err != nil {
		return Session{}, fault.Wrap(op, err)
	}
	err = s.DB.Write(ctx, db.Tenant(n.Org), func(tx *db.Tx) error {
		name, locale := in.Name, in.Locale
		if fresh != nil {
			if err := s.People.AddAccount(tx, account, *fresh, person.Credentials{Password: hash}); err != nil {
				return err
			}
		} else {
			acc, err := s.People.Account(tx, personal.SignIn, account)
			if err != nil {
				return err
			}
			if acc.Limited { // being erased
				return errLapsed()
			}
			name, locale = acc.Name, acc.Locale
		}
		got, err := s.Orgs.Accept(tx, n.ID, account, name, locale)
		if err != nil || got.Project == "" || s.Admit == nil {
			return err
		}
		return s.Admit(tx, feed.Actor{Person: string(got.Person), Via: "link"}, got.Project, got.Person, got.Level, got.Roles)
	})
	if err != nil {
		return Session{}, fault.Wrap(op, err)
	}
	// An account's own stream belongs to no tenant: a transaction of its own.
	var out Session
	err = s.DB.Write(ctx, everyone, func(tx *db.Tx) (err error) {
		if err := attempts.Refund(tx, keys...); err != nil {
			return err
		}
		if fresh != nil {
			if err := note.Log(tx, account, "account", string(account), feed.Created, "link"); err != nil {
				return err
			}
		}
		second, err := s.carried(tx, caller)
		if err != nil {
			return err
		}
		if out, err = s.begin(tx, account, from); err != nil {
			return err
		}
		if second {
			err = rows.SecondSession(tx, out.ID)
		}
		if err != nil || in.Password == "" {
			return err
		}
		return rows.ConfirmSession(tx, account, out.ID) // the password was just given
	})
	if err == nil {
		s.event("sign-in", "invitation")
	}
	return out, fault.Wrap(op, err)
}

// own proves that the account of an address is the caller's.
func (s *Service) own(ctx context.Context, email, pass string, caller *org.Caller, from From) (id.Account, []pace.Key, error) {
	if caller != nil && pass == "" {
		var same bool
		err := s.DB.Read(ctx, everyone, func(tx *db.Tx) error {
			a, ok, err := s.People.FindAccount(tx, email)
			same = ok && a == caller.Account
			return err
		})
		if err == nil && !same {
			err = fault.New(fault.Conflict, "other-account", "you are signed in with another address than was invited")
		}
		return caller.Account, nil, err
	}
	return s.prove(ctx, email, pass, from)
}

// fresh prepares an account to be: its key and the hash of its password.
func (s *Service) fresh(ctx context.Context, p *person.AccountProfile, pass, organisation string) (id.Account, string, error) {
	if err := s.checkProfile(p); err != nil {
		return "", "", err
	}
	if err := s.checkPassword(pass, "password", password.MinLength, p.Name, p.Email, organisation); err != nil {
		return "", "", err
	}
	hash, err := s.hash.Hash(ctx, password.Normal(pass))
	if err != nil {
		return "", "", err
	}
	a := id.New[id.Account]()
	return a, hash, s.People.NewAccountKey(ctx, a)
}

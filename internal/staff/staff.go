package staff

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"plumbline/internal/crypt"
	"plumbline/internal/db"
	"plumbline/internal/evidence"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/org"
	"plumbline/internal/person"
	"plumbline/internal/personal"
	"plumbline/internal/sabotage"
)

// Role is what one of the operator's people is there for.
type Role string

// The roles.
const (
	Officer       Role = "officer"
	Support       Role = "support"
	Administrator Role = "administrator"
)

// ParseRole reads a role.
func ParseRole(s string) (Role, bool) {
	return Role(s), slices.Contains([]Role{Officer, Support, Administrator}, Role(s))
}

// Rules is the version of the handling rules that staff acknowledge. Their text
// is "desk.rules" in the catalogue.
const Rules = "2026-11"

// Staff is one of the operator's people, as signed in.
type Staff struct {
	org.Caller
	Role         Role
	Acknowledged bool // the handling rules, as they are now
	Twice        bool // the session was proved by a second factor as well
}

// Require is nil if the staff has one of the roles, has given a second proof in
// this session, and knows the rules.
func (s Staff) Require(roles ...Role) error {
	if !slices.Contains(roles, s.Role) {
		return fault.New(fault.Denied, "needs-"+string(roles[0]), "this needs another role")
	}
	if !s.Twice && !sabotage.Off("SEC-8") {
		return fault.New(fault.Denied, "second-factor-first", "staff sign in with a second factor")
	}
	if !s.Acknowledged && !sabotage.Off("AUTHZ-3") {
		return fault.New(fault.Denied, "handling-rules-first", "the handling rules have to be acknowledged first")
	}
	return nil
}

// Keys seals what belongs to an organisation.
type Keys interface {
	Seal(ctx context.Context, b crypt.Bind, plain []byte) ([]byte, error)
	Open(b crypt.Bind, sealed []byte) ([]byte, error)
}

// Deps are what the slice works with.
type Deps struct {
	DB     *db.DB
	People *person.Service
	Orgs   *org.Service
	Keys   Keys
	Log    *slog.Logger

	// Twice reports whether a session was proved by a second factor as well. Nil,
	// where nobody signs in: all were.
	Twice func(tx *db.Tx, a id.Account, session id.Session) (bool, error)
}

// Service is the slice.
type Service struct{ Deps }

// New makes the slice.
func New(d Deps) *Service {
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	return &Service{d}
}

func everyone() db.Scope { return db.Everyone("staff are the operator's, not a tenant's") }

func errNotStaff() error {
	return fault.New(fault.NotFound, "staff-only", "there is nothing here")
}

// Of is the caller's role. Whoever has none learns nothing: NotFound.
func (s *Service) Of(ctx context.Context, c org.Caller) (Staff, error) {
	var out Staff
	err := s.DB.Read(ctx, everyone(), func(tx *db.Tx) (err error) {
		out, err = s.of(tx, c)
		return err
	})
	return out, fault.Wrap("staff.Of", err)
}

func (s *Service) of(tx *db.Tx, c org.Caller) (Staff, error) {
	r, ok, err := find(tx, c.Account)
	if err != nil {
		return Staff{}, err
	}
	if !ok {
		return Staff{}, errNotStaff()
	}
	out := Staff{Caller: c, Role: r.role, Acknowledged: r.rules == Rules, Twice: s.Twice == nil}
	if s.Twice != nil {
		out.Twice, err = s.Twice(tx, c.Account, c.Session)
	}
	return out, err
}

// Acknowledge records that the caller knows the handling rules of a version.
func (s *Service) Acknowledge(ctx context.Context, c org.Caller, version string) error {
	const op = "staff.Acknowledge"
	return fault.Wrap(op, s.DB.Write(ctx, everyone(), func(tx *db.Tx) error {
		if _, err := s.of(tx, c); err != nil {
			return err
		}
		if version != Rules {
			return fault.New(fault.Conflict, "other-rules", "these are not the handling rules as they are now")
		}
		if err := acknowledge(tx, c.Account, version); err != nil {
			return err
		}
		if err := s.log(tx, c.Account, "rules-acknowledged"); err != nil {
			return err
		}
		return note(tx, "staff.rules-acknowledged", id.New[string](), map[string]any{"version": version})
	}))
}

func note(tx *db.Tx, kind, ref string, body any) error {
	_, err := evidence.Append(tx, evidence.Act{Kind: kind, Ref: ref, Body: body})
	return err
}

// log appends to the account's own stream.
func (s *Service) log(tx *db.Tx, a id.Account, what string) error {
	stream := person.AccountAudience(a)
	return feed.Append(tx, feed.Actor{Person: string(a), Via: "session"}, feed.Change{Stream: stream, Thing: feed.Thing{Kind: "staff", ID: string(a)},
		Kind: what, Version: 1, Audiences: []string{stream}})
}

// Listed is a member of staff as the command line and the administrators list
// them.
type Listed struct {
	Account      id.Account
	Email        string // empty for an account that is being erased
	Role         Role
	Acknowledged bool
	Since        time.Time
	Grants       int // open support grants
}

// Add gives the account of an address a role, or another one. Support grants of
// another role end.
func (s *Service) Add(ctx context.Context, email string, role Role) error {
	const op = "staff.Add"
	if _, ok := ParseRole(string(role)); !ok {
		return fault.InvalidFields([]fault.Field{{Path: "role", Code: "not-one-of"}})
	}
	return fault.Wrap(op, s.DB.Write(ctx, everyone(), func(tx *db.Tx) error {
		a, err := s.account(tx, email)
		if err != nil {
			return err
		}
		had, ok, err := find(tx, a)
		if err != nil || ok && had.role == role {
			return err
		}
		if err := put(tx, a, role); err != nil {
			return err
		}
		if ok {
			if err := s.endAll(tx, a); err != nil {
				return err
			}
		}
		return note(tx, "staff.added", id.New[string](), map[string]any{"role": string(role)})
	}))
}

// Remove takes the role of an address's account. Its support grants end.
func (s *Service) Remove(ctx context.Context, email string) error {
	const op = "staff.Remove"
	return fault.Wrap(op, s.DB.Write(ctx, everyone(), func(tx *db.Tx) error {
		a, err := s.account(tx, email)
		if err != nil {
			return err
		}
		gone, err := remove(tx, a)
		if err != nil {
			return err
		}
		if !gone {
			return fault.New(fault.NotFound, "not-staff", "this account is not of the staff")
		}
		if err := s.endAll(tx, a); err != nil {
			return err
		}
		return note(tx, "staff.removed", id.New[string](), nil)
	}))
}

func (s *Service) account(tx *db.Tx, email string) (id.Account, error) {
	a, ok, err := s.People.FindAccount(tx, email)
	if err == nil && !ok {
		err = fault.New(fault.NotFound, "account-not-found", "there is no account with this address")
	}
	return a, err
}

// List is all staff, for the command line and the administrators' review.
func (s *Service) List(ctx context.Context) ([]Listed, error) {
	var out []Listed
	err := s.DB.Read(ctx, everyone(), func(tx *db.Tx) error {
		out = nil
		rows, err := all(tx)
		if err != nil {
			return err
		}
		for _, r := range rows {
			l := Listed{Account: r.account, Role: r.role, Acknowledged: r.rules == Rules, Since: r.added}
			acc, err := s.People.Account(tx, personal.Security, r.account)
			if err == nil {
				l.Email = acc.Email
			} else if !fault.Is(err, fault.NotFound) && !fault.Is(err, fault.Gone) && !fault.Is(err, fault.Denied) {
				return err
			}
			if l.Grants, err = countOpen(tx, r.account); err != nil {
				return err
			}
			out = append(out, l)
		}
		return nil
	})
	return out, fault.Wrap("staff.List", err)
}

// Officers are the accounts that answer for privacy, for mail.
func Officers(tx *db.Tx) ([]id.Account, error) {
	rows, err := all(tx)
	var out []id.Account
	for _, r := range rows {
		if r.role == Officer {
			out = append(out, r.account)
		}
	}
	return out, fault.Wrap("staff.Officers", err)
}

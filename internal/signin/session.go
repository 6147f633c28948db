package signin

import (
	"context"
	"slices"
	"time"

	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/org"
	"plumbline/internal/person"
	"plumbline/internal/personal"
	"plumbline/internal/signin/note"
	"plumbline/internal/signin/rows"
)

// notice is how exactly the last use of a session is kept.
const notice = 5 * time.Minute

// Authenticate finds the session of a token; false if there is none, or it has
// run out.
func (s *Service) Authenticate(ctx context.Context, token string) (org.Caller, bool, error) {
	const op = "signin.Authenticate"
	if token == "" || len(token) > 100 {
		return org.Caller{}, false, nil
	}
	var r rows.Session
	var ok, touch bool
	err := s.DB.Read(ctx, everyone, func(tx *db.Tx) (err error) {
		if r, ok, err = rows.FindSession(tx, sum(token)); err != nil || !ok {
			return err
		}
		now := tx.Now()
		ok = now.Before(r.Expires) && now.Sub(r.Seen) < s.Idle
		touch = now.Sub(r.Seen) >= notice
		return nil
	})
	if err != nil || !ok {
		return org.Caller{}, false, fault.Wrap(op, err)
	}
	if touch {
		if err := s.DB.Write(ctx, everyone, func(tx *db.Tx) error { return rows.TouchSession(tx, r.ID) }); err != nil {
			return org.Caller{}, false, fault.Wrap(op, err)
		}
	}
	return org.Caller{Account: r.Account, Session: r.ID, Via: "session"}, true, nil
}

// Listed is a session as its account sees it.
type Listed struct {
	ID      id.Session
	Agent   string
	Created time.Time
	Seen    time.Time
	Current bool
}

// Sessions are those of the caller's account, the last used first.
func (s *Service) Sessions(ctx context.Context, c org.Caller) ([]Listed, error) {
	var out []Listed
	err := s.DB.Read(ctx, everyone, func(tx *db.Tx) error {
		out = nil
		all, err := rows.SessionsOf(tx, c.Account)
		for _, r := range all {
			if tx.Now().Before(r.Expires) && tx.Now().Sub(r.Seen) < s.Idle {
				out = append(out, Listed{ID: r.ID, Agent: r.Agent, Created: r.Created, Seen: r.Seen, Current: r.ID == c.Session})
			}
		}
		return err
	})
	return out, fault.Wrap("signin.Sessions", err)
}

// Revoke ends a session of the caller's account.
func (s *Service) Revoke(ctx context.Context, c org.Caller, session id.Session) error {
	const op = "signin.Revoke"
	err := s.DB.Write(ctx, everyone, func(tx *db.Tx) error {
		if err := rows.DeleteSession(tx, c.Account, session); err != nil {
			return err
		}
		return note.Log(tx, c.Account, "session", string(session), feed.Deleted, "session")
	})
	if err == nil {
		s.event("session-ended", "revoked")
	}
	return fault.Wrap(op, err)
}

// Me is who the caller is.
type Me struct {
	person.Account
	Memberships []org.Membership
}

// Me reads the caller's account and organisations.
func (s *Service) Me(ctx context.Context, c org.Caller) (Me, error) {
	const op = "signin.Me"
	var me Me
	err := s.DB.Read(ctx, everyone, func(tx *db.Tx) (err error) {
		me.Account, err = s.People.Account(tx, personal.SignIn, c.Account)
		return err
	})
	if err != nil {
		return me, fault.Wrap(op, err)
	}
	me.Memberships, err = s.Orgs.Memberships(ctx, c.Account)
	me.Memberships = slices.DeleteFunc(me.Memberships, func(m org.Membership) bool { return !c.Reach.Holds(m.Org.ID, "") })
	return me, fault.Wrap(op, err)
}

// AccountPatch is an update of an account; nil leaves a field alone.
type AccountPatch struct {
	Name, Locale, TimeZone *string
}

// ChangeAccount changes the caller's profile.
func (s *Service) ChangeAccount(ctx context.Context, c org.Caller, p AccountPatch) (person.Account, error) {
	const op = "signin.ChangeAccount"
	var acc person.Account
	err := s.DB.Write(ctx, everyone, func(tx *db.Tx) (err error) {
		acc, err = s.People.ChangeAccount(tx, c.Account, func(a *person.AccountProfile) error {
			for _, f := range []struct {
				to   *string
				from *string
			}{{&a.Name, p.Name}, {&a.Locale, p.Locale}, {&a.TimeZone, p.TimeZone}} {
				if f.from != nil {
					*f.to = *f.from
				}
			}
			return s.checkProfile(a)
		})
		if err != nil {
			return err
		}
		stream := person.AccountAudience(c.Account)
		return feed.Append(tx, feed.Actor{Person: string(c.Account), Via: c.Via}, feed.Change{Stream: stream,
			Thing: feed.Thing{Kind: "account", ID: string(c.Account)}, Kind: feed.Changed, Version: acc.Version, Audiences: []string{stream}})
	})
	return acc, fault.Wrap(op, err)
}

// Package apitoken is the API tokens of an account: keys for programs that act in
// its name, without a session.
//
// Promises:
//   - A token is 32 random bytes behind "plt_"; the database knows its SHA-256.
//     It is told once, when it is made. What the account calls it is sealed
//     under the account's key.
//   - It reaches what its account may reach at the moment of each use, and of
//     that no more than it was made for: one organisation, one project, reading
//     alone. It never changes the account, signs in, or acts as staff.
//   - It ends when it lapses (at the latest after a year), when it is revoked,
//     and with the account's sessions when those are all ended by a reset or an
//     erasure. An account has at most 20.
package apitoken

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"strings"
	"time"

	"plumbline/internal/crypt"
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/org"
	"plumbline/internal/person"
	"plumbline/internal/personal"
	"plumbline/internal/signin/note"
)

const (
	prefix  = "plt_" // so that who finds one in a file knows what it is
	longest = 366 * 24 * time.Hour
	most    = 20
	notice  = time.Hour // how exactly the last use is kept
)

var everyone = db.Everyone("API tokens belong to accounts, not to a tenant")

// Service is the tokens of all accounts.
type Service struct {
	DB     *db.DB
	People *person.Service
	Keys   person.Keys
}

// Sealed is what stands under the account's key.
type Sealed struct {
	Name string `json:"name"`
}

// Token is one, without what proves it.
type Token struct {
	ID      id.Token
	Name    string
	Reach   id.Reach
	Created time.Time
	Expires time.Time
	Used    time.Time // zero if never; within the hour
	// Calendar tokens open the calendar of their project, and nothing else: they
	// stand in an address, which programs for calendars tell to others.
	Calendar bool
}

func bind(a id.Account, t id.Token) crypt.Bind {
	return crypt.Bind{Owner: crypt.AccountOwner(a), Table: "api_token", Column: "sealed", Row: string(t)}
}

func sum(secret string) []byte {
	h := sha256.Sum256([]byte(secret))
	return h[:]
}

func errNone() error { return fault.New(fault.NotFound, "token-not-found", "there is no such token") }

// Make makes a token of the caller's account and tells it, this once. The same
// id again changes nothing and tells nothing. may is nil if the account reaches
// what the token is for.
func (s *Service) Make(ctx context.Context, c org.Caller, t Token, may func(context.Context, id.Reach) error) (made Token, secret string, err error) {
	const op = "apitoken.Make"
	now := s.DB.Clock().Now()
	fields := org.Text("name", t.Name, 1, 100)
	if !t.Expires.After(now) || t.Expires.Sub(now) > longest {
		fields = append(fields, fault.Field{Path: "expires_at", Code: "out-of-range"})
	}
	if t.Calendar && (t.Reach.Project == "" || !t.Reach.Reads) {
		fields = append(fields, fault.Field{Path: "project_id", Code: "required"})
	}
	if err := fault.InvalidFields(fields); err != nil {
		return Token{}, "", err
	}
	if err := may(ctx, t.Reach); err != nil {
		return Token{}, "", fault.Wrap(op, err)
	}
	raw := make([]byte, 32)
	if _, err := rand.Read(raw); err != nil {
		return Token{}, "", fault.Wrap(op, err)
	}
	secret = prefix + base64.RawURLEncoding.EncodeToString(raw)
	plain, err := json.Marshal(Sealed{t.Name})
	if err != nil {
		return Token{}, "", fault.Wrap(op, err)
	}
	sealed, err := s.Keys.Seal(ctx, bind(c.Account, t.ID), plain)
	if err != nil {
		return Token{}, "", fault.Wrap(op, err)
	}
	err = s.DB.Write(ctx, everyone, func(tx *db.Tx) error {
		have, ok, err := find(tx, t.ID)
		if err != nil {
			return err
		}
		if ok {
			secret = ""
			if have.account != c.Account {
				return errNone()
			}
			made, err = s.readable(have)
			return err
		}
		if n, err := count(tx, c.Account); err != nil || n >= most {
			if err == nil {
				err = fault.New(fault.Conflict, "too-many-tokens", "revoke a token first")
			}
			return err
		}
		if err := insert(tx, row{Token: t, account: c.Account, sealed: sealed}, sum(secret)); err != nil {
			return err
		}
		made, made.Created = t, tx.Now()
		return note.Log(tx, c.Account, "token", string(t.ID), feed.Created, c.Via)
	})
	if err != nil {
		return Token{}, "", fault.Wrap(op, err)
	}
	return made, secret, nil
}

func (s *Service) readable(r row) (Token, error) {
	plain, err := s.Keys.Open(bind(r.account, r.ID), r.sealed)
	if err != nil {
		return Token{}, err
	}
	var in Sealed
	err = json.Unmarshal(plain, &in)
	r.Name = in.Name
	return r.Token, err
}

// List is those of the caller's account, newest first.
func (s *Service) List(ctx context.Context, c org.Caller) ([]Token, error) {
	var out []Token
	err := s.DB.Read(ctx, everyone, func(tx *db.Tx) error {
		out = nil
		rows, err := of(tx, c.Account)
		for _, r := range rows {
			t, err := s.readable(r)
			if err != nil {
				return err
			}
			out = append(out, t)
		}
		return err
	})
	return out, fault.Wrap("apitoken.List", err)
}

// Revoke ends one of the caller's account.
func (s *Service) Revoke(ctx context.Context, c org.Caller, t id.Token) error {
	return fault.Wrap("apitoken.Revoke", s.DB.Write(ctx, everyone, func(tx *db.Tx) error {
		n, err := remove(tx, c.Account, t)
		if err != nil {
			return err
		}
		if n == 0 {
			return errNone()
		}
		return note.Log(tx, c.Account, "token", string(t), feed.Deleted, c.Via)
	}))
}

// Authenticate finds whose token it is; false if it is none, or has run out, or
// is for a calendar.
func (s *Service) Authenticate(ctx context.Context, secret string) (org.Caller, bool, error) {
	return s.authenticate(ctx, secret, false)
}

// Calendar finds whose calendar a token opens; its reach says of which project.
func (s *Service) Calendar(ctx context.Context, secret string) (org.Caller, bool, error) {
	return s.authenticate(ctx, secret, true)
}

func (s *Service) authenticate(ctx context.Context, secret string, calendar bool) (org.Caller, bool, error) {
	const op = "apitoken.Authenticate"
	if !strings.HasPrefix(secret, prefix) || len(secret) > 100 {
		return org.Caller{}, false, nil
	}
	var r row
	var ok, touch bool
	err := s.DB.Read(ctx, everyone, func(tx *db.Tx) (err error) {
		if r, ok, err = byHash(tx, sum(secret)); err != nil || !ok {
			return err
		}
		if ok = tx.Now().Before(r.Expires) && r.Calendar == calendar; !ok {
			return nil
		}
		touch = tx.Now().Sub(r.Used) >= notice
		if err := s.People.Gate().Gate(tx, personal.OfAccount(r.account), personal.SignIn); err != nil { // being erased, or a child
			ok = false
			if !fault.Is(err, fault.Denied) {
				return err
			}
		}
		return nil
	})
	if err == nil && ok && touch {
		err = s.DB.Write(ctx, everyone, func(tx *db.Tx) error { return touched(tx, r.ID) })
	}
	if err != nil || !ok {
		return org.Caller{}, false, fault.Wrap(op, err)
	}
	return org.Caller{Account: r.account, Via: "token", Reach: r.Reach}, true, nil
}

// Alive reports whether a token has neither lapsed nor been revoked.
func (s *Service) Alive(tx *db.Tx, t id.Token) (bool, error) {
	r, ok, err := find(tx, t)
	return ok && tx.Now().Before(r.Expires), err
}

// EndAll ends every token of an account.
func EndAll(tx *db.Tx, a id.Account) error { return removeAll(tx, a) }

// Purge deletes what has lapsed, and says how much.
func Purge(tx *db.Tx) (int64, error) { return purge(tx) }

// Package factor is the second proof of who an account holder is: codes by time
// (TOTP, RFC 6238), passkeys (WebAuthn), and recovery codes for whoever has lost
// both.
//
// Promises:
//   - The secret of codes, the public key of a passkey and what its holder calls
//     it are sealed under the account's key, and go with it. A recovery code is
//     known by its hash.
//   - A code is good for its 30 seconds and those beside them, once: its step of
//     time and all before it are spent. A recovery code is good once.
//   - A passkey answers a challenge of 32 random bytes that was made for one
//     step of ten minutes, on this origin alone. One whose counter goes back has
//     been copied, and is refused.
//   - Who guesses is counted by whoever calls, before anything here is asked.
package factor

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net"
	"net/url"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"

	"plumbline/internal/crypt"
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/org"
	"plumbline/internal/person"
	"plumbline/internal/signin/note"
)

// The kinds.
const (
	TOTP     = "totp"
	Passkey  = "passkey"
	Recovery = "recovery"
)

// most is how many factors an account has at most.
const most = 20

// stepLife is how long a proof may be under way.
const stepLife = 10 * time.Minute

// Kinds of steps.
const (
	StepSignIn   = "sign-in"  // the password was right
	StepRegister = "register" // a passkey is being made
	StepPasskey  = "passkey"  // a passkey is to say who it is
)

var everyone = db.Everyone("factors belong to accounts, not to a tenant")

// Service is the factors of all accounts.
type Service struct {
	DB     *db.DB
	People *person.Service
	Keys   person.Keys

	rp   *webauthn.WebAuthn // nil: nobody can have a passkey for this address
	host string
}

// New makes the slice for an installation at an address. Passkeys need a name,
// not a number, and an encrypted connection or the machine itself.
func New(d *db.DB, people *person.Service, keys person.Keys, address string) (*Service, error) {
	s := &Service{DB: d, People: people, Keys: keys, host: "Plumbline"}
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" {
		return s, nil //nolint:nilerr // without an address there are codes, and no passkeys
	}
	s.host = u.Host
	if net.ParseIP(u.Hostname()) != nil || u.Scheme != "https" && u.Hostname() != "localhost" {
		return s, nil
	}
	s.rp, err = relyingParty(u.Hostname(), u.Scheme+"://"+u.Host)
	return s, fault.Wrap("factor.New", err)
}

// Passkeys reports whether passkeys can be had here.
func (s *Service) Passkeys() bool { return s.rp != nil }

// Sealed is what proves a factor, under the account's key.
type Sealed struct {
	Secret     string   `json:"secret,omitempty"` // base32
	Credential []byte   `json:"credential,omitempty"`
	PublicKey  []byte   `json:"public_key,omitempty"`
	Flags      uint8    `json:"flags,omitempty"`
	Count      uint32   `json:"count,omitempty"`
	Transports []string `json:"transports,omitempty"`
}

// Factor is one, without what proves it.
type Factor struct {
	ID      id.Factor
	Kind    string
	Name    string
	Created time.Time
	Used    time.Time // zero if never
}

func bind(a id.Account, f id.Factor, column string) crypt.Bind {
	return crypt.Bind{Owner: crypt.AccountOwner(a), Table: "factor", Column: column, Row: string(f)}
}

func (s *Service) seal(ctx context.Context, a id.Account, f id.Factor, in Sealed) ([]byte, error) {
	plain, err := json.Marshal(in) //nolint:gosec // it is sealed in the next line
	if err != nil {
		return nil, err
	}
	return s.Keys.Seal(ctx, bind(a, f, "sealed"), plain)
}

func (s *Service) open(r row) (in Sealed, err error) {
	plain, err := s.Keys.Open(bind(r.account, r.ID, "sealed"), r.sealed)
	if err != nil {
		return in, err
	}
	return in, json.Unmarshal(plain, &in)
}

func sum(text string) []byte {
	h := sha256.Sum256([]byte(text))
	return h[:]
}

func token() (string, error) {
	raw := make([]byte, 32)
	if _, err := rand.Read(raw); err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(raw), nil
}

func errNone() error {
	return fault.New(fault.NotFound, "factor-not-found", "there is no such factor")
}

func errLapsed() error {
	return fault.New(fault.Gone, "step-lapsed", "this took too long: begin again")
}

func errWrong() error {
	return fault.New(fault.Unauthenticated, "second-wrong", "this is not right")
}

// On are the kinds that the account can prove itself with besides the password.
// None: one proof is enough.
func (s *Service) On(tx *db.Tx, a id.Account) ([]string, error) {
	kinds, err := kindsOf(tx, a)
	if err != nil || len(kinds) == 0 {
		return nil, err
	}
	codes, err := countCodes(tx, a)
	if codes > 0 {
		kinds = append(kinds, Recovery)
	}
	return kinds, err
}

// Set is what the account has.
type Set struct {
	Factors []Factor
	Codes   int64 // recovery codes that are left
}

// List is what the caller's account has, the oldest first.
func (s *Service) List(ctx context.Context, c org.Caller) (Set, error) {
	var out Set
	err := s.DB.Read(ctx, everyone, func(tx *db.Tx) error {
		out = Set{}
		rows, err := readyOf(tx, c.Account)
		if err != nil {
			return err
		}
		for _, r := range rows {
			name, err := s.Keys.Open(bind(r.account, r.ID, "name"), r.name)
			if err != nil {
				return err
			}
			r.Name = string(name)
			out.Factors = append(out.Factors, r.Factor)
		}
		out.Codes, err = countCodes(tx, c.Account)
		return err
	})
	return out, fault.Wrap("factor.List", err)
}

// Remove takes a factor away. The recovery codes go with the last one, which
// stays while the password is so short that it is not enough alone.
func (s *Service) Remove(ctx context.Context, c org.Caller, f id.Factor) error {
	return fault.Wrap("factor.Remove", s.DB.Write(ctx, everyone, func(tx *db.Tx) error {
		n, err := remove(tx, c.Account, f)
		if err != nil {
			return err
		}
		if n == 0 {
			return errNone()
		}
		left, err := kindsOf(tx, c.Account)
		if err != nil {
			return err
		}
		if len(left) == 0 {
			have, err := s.People.CredentialsOf(tx, c.Account)
			if err != nil {
				return err
			}
			if have.Short {
				return fault.New(fault.Conflict, "longer-password-first", "the password is too short to be enough alone: choose a longer one first")
			}
			if err := removeCodes(tx, c.Account); err != nil {
				return err
			}
		}
		return note.Log(tx, c.Account, "factor", string(f), feed.Deleted, c.Via)
	}))
}

// add makes a factor that counts, and the recovery codes with the first.
func (s *Service) added(tx *db.Tx, c org.Caller, f id.Factor) (codes []string, err error) {
	n, err := countCodes(tx, c.Account)
	if err != nil {
		return nil, err
	}
	if n == 0 {
		if codes, err = newCodes(tx, c.Account); err != nil {
			return nil, err
		}
	}
	return codes, note.Log(tx, c.Account, "factor", string(f), feed.Created, c.Via)
}

// Step is a proof under way.
type Step struct {
	Account   id.Account // empty: not known yet
	Kind      string
	Challenge string
}

// Begin makes a step and gives its token, which is known nowhere else.
func Begin(tx *db.Tx, st Step) (string, error) {
	t, err := token()
	if err != nil {
		return "", err
	}
	return t, insertStep(tx, sum(t), st, tx.Now().Add(stepLife).UnixMicro())
}

// Find is the step of a token.
func Find(tx *db.Tx, token, kind string) (Step, error) {
	if len(token) > 100 {
		return Step{}, errLapsed()
	}
	st, ok, err := findStep(tx, sum(token))
	if err == nil && (!ok || st.Kind != kind) {
		err = errLapsed()
	}
	return st, err
}

// End ends a step: it has been taken. False: it was taken already.
func End(tx *db.Tx, token string) (bool, error) {
	n, err := deleteStep(tx, sum(token))
	return n > 0, err
}

// Purge deletes what has run out.
func Purge(tx *db.Tx) (int64, error) { return purge(tx) }

// EndSteps ends every proof of an account that is under way.
func EndSteps(tx *db.Tx, a id.Account) error { return deleteSteps(tx, a) }

package signin

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"log/slog"
	"net/netip"
	"strings"
	"sync"
	"time"

	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/lang"
	"plumbline/internal/org"
	"plumbline/internal/person"
	"plumbline/internal/personal"
	"plumbline/internal/policy"
	"plumbline/internal/signin/password"
)

// Mails that the slice sends to an account, and the kind of their recipient.
const (
	MailReset        = "password-reset"
	MailChanged      = "password-changed"
	RecipientAccount = "account"
)

var everyone = db.Everyone("accounts and sessions belong to no tenant")

// Deps are what the slice works with. Cost zero is DefaultCost.
type Deps struct {
	DB     *db.DB
	People *person.Service
	Orgs   *org.Service
	Keys   person.Keys
	Mail   org.Mailer
	Cost   Cost
	Log    *slog.Logger
	Idle   time.Duration // 14 days if zero
	Life   time.Duration // 30 days if zero
	Words  []string      // more that must not carry a password: the site's name

	// Admit makes the invited a participant. Nil where no project is.
	Admit func(tx *db.Tx, by feed.Actor, project id.Project, p id.Person, level policy.Level, roles []id.Role) error
}

// Service is the slice.
type Service struct {
	Deps
	hash *hasher

	mu     sync.Mutex
	hidden []byte

	work chan struct{} // slots of what is done after the answer
	busy sync.WaitGroup
}

// New makes the slice.
func New(d Deps) (*Service, error) {
	if d.Cost == (Cost{}) {
		d.Cost = DefaultCost()
	}
	if d.Log == nil {
		d.Log = slog.New(slog.DiscardHandler)
	}
	if d.Idle == 0 {
		d.Idle = 14 * 24 * time.Hour
	}
	if d.Life == 0 {
		d.Life = 30 * 24 * time.Hour
	}
	h, err := newHasher(d.Cost)
	if err != nil {
		return nil, fault.Wrap("signin.New", err)
	}
	return &Service{Deps: d, hash: h, work: make(chan struct{}, 16)}, nil
}

// event tells the security log. It names no one.
func (s *Service) event(what, reason string) { s.Log.Info("security", "event", what, "reason", reason) }

// From is where a request comes from.
type From struct {
	Address netip.Addr
	Agent   string // of the browser, as it names itself
	Device  string // token of the device cookie, if any
	Session string // token of the session cookie, if any
}

// Session is a session just made. Token and Device go into cookies and are
// known nowhere else.
type Session struct {
	ID      id.Session
	Account id.Account
	Token   string
	Device  string
	Expires time.Time
}

func errCredentials() error {
	return fault.New(fault.Unauthenticated, "bad-credentials", "the address or the password is not right")
}

// SignIn makes a session for who knows the password.
func (s *Service) SignIn(ctx context.Context, email, pass string, from From) (Session, error) {
	const op = "signin.SignIn"
	account, keys, err := s.prove(ctx, email, pass, from)
	if err != nil {
		return Session{}, fault.Wrap(op, err)
	}
	var out Session
	err = s.DB.Write(ctx, everyone, func(tx *db.Tx) (err error) {
		if err := refund(tx, keys...); err != nil {
			return err
		}
		out, err = s.begin(tx, account, from)
		return err
	})
	if err == nil {
		s.event("sign-in", "password")
	}
	return out, fault.Wrap(op, err)
}

// prove checks a password, with the delay that the past demands, and the same
// work whether or not there is such an account. What it charged is returned,
// for a refund.
func (s *Service) prove(ctx context.Context, email, pass string, from From) (id.Account, []attemptKey, error) {
	secret, err := s.secret(ctx)
	if err != nil {
		return "", nil, err
	}
	var account id.Account
	var stored string
	var keys []attemptKey
	apart, cancel := bare(ctx)
	defer cancel()
	err = s.DB.Write(apart, everyone, func(tx *db.Tx) error {
		account, stored = "", ""
		a, ok, err := s.People.FindAccount(tx, email)
		if err != nil {
			return err
		}
		by := keyOf(secret, byEmail, person.NormalEmail(email))
		if ok {
			account = a
			c, err := s.People.CredentialsOf(tx, a)
			if err != nil {
				return err
			}
			stored = c.Password
			if from.Device != "" {
				known, err := knownDevice(tx, sum(from.Device), a)
				if err != nil {
					return err
				}
				if known {
					by = keyOf(secret, byDevice, from.Device+"\x00"+string(a))
				}
			}
		}
		keys = []attemptKey{keyOf(secret, byAddress, network(from.Address)), by}
		return charge(tx, keys...)
	})
	if err != nil {
		if fault.Is(err, fault.TooMany) {
			s.event("sign-in-refused", "try-later")
		}
		return "", nil, err
	}
	ok, old, err := s.verify(ctx, pass, stored)
	if err != nil {
		return "", nil, err
	}
	if !ok || account == "" {
		s.event("sign-in-refused", "bad-credentials")
		return "", nil, errCredentials()
	}
	if old {
		if fresh, err := s.hash.hash(ctx, password.Normal(pass)); err == nil {
			// Only if it is still the password: it may have been changed meanwhile.
			_ = s.DB.Write(apart, everyone, func(tx *db.Tx) error {
				if c, err := s.People.CredentialsOf(tx, account); err != nil || c.Password != stored {
					return err
				}
				return s.People.SetCredentials(tx, account, person.Credentials{Password: fresh})
			})
		}
	}
	return account, keys, nil
}

// bare is ctx without its values: a write under it is not the one whose
// result a client's mutation id remembers. What an attempt costs is paid even
// if the operation fails.
func bare(ctx context.Context) (context.Context, context.CancelFunc) {
	out, cancel := context.WithCancel(context.Background())
	stop := context.AfterFunc(ctx, cancel)
	return out, func() { stop(); cancel() }
}

// verify bounds what is hashed: a longer text was never a password.
func (s *Service) verify(ctx context.Context, pass, stored string) (ok, old bool, err error) {
	if len(pass) > 16*password.MaxLength {
		pass, stored = "", ""
	}
	return s.hash.verify(ctx, password.Normal(pass), stored)
}

func token() (string, error) {
	raw := make([]byte, 32)
	if _, err := rand.Read(raw); err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(raw), nil
}

func sum(token string) []byte {
	h := sha256.Sum256([]byte(token))
	return h[:]
}

// begin makes a session, ends the one that the browser had, and remembers the
// browser.
func (s *Service) begin(tx *db.Tx, account id.Account, from From) (Session, error) {
	t, err := token()
	if err != nil {
		return Session{}, err
	}
	out := Session{ID: id.New[id.Session](), Account: account, Token: t, Device: from.Device, Expires: tx.Now().Add(s.Life)}
	known := false
	if out.Device != "" {
		if known, err = knownDevice(tx, sum(out.Device), account); err != nil {
			return Session{}, err
		}
	}
	if !known { // never a token that somebody else may have planted
		if out.Device, err = token(); err != nil {
			return Session{}, err
		}
	}
	if err := rememberDevice(tx, sum(out.Device), account); err != nil {
		return Session{}, err
	}
	if from.Session != "" {
		if err := deleteSessionByHash(tx, sum(from.Session)); err != nil {
			return Session{}, err
		}
	}
	if err := insertSession(tx, sessionRow{ID: out.ID, Account: account, Agent: agentOf(from.Agent), Created: tx.Now(), Expires: out.Expires}, sum(t)); err != nil {
		return Session{}, err
	}
	return out, log(tx, account, "session", string(out.ID), feed.Created, "session")
}

// log appends to an account's own stream.
func log(tx *db.Tx, a id.Account, kind, thing, what, via string) error {
	stream := person.AccountAudience(a)
	return feed.Append(tx, feed.Actor{Person: string(a), Via: via}, feed.Change{Stream: stream, Thing: feed.Thing{Kind: kind, ID: thing},
		Kind: what, Version: 1, Audiences: []string{stream}})
}

// NewAccount makes an account with a password, for the command line and the
// demo: nobody is asked, nothing is mailed.
func (s *Service) NewAccount(ctx context.Context, p person.AccountProfile, pass string) (id.Account, error) {
	const op = "signin.NewAccount"
	if err := s.checkProfile(&p); err != nil {
		return "", err
	}
	if err := s.checkPassword(pass, "password", p.Name, p.Email); err != nil {
		return "", err
	}
	hash, err := s.hash.hash(ctx, password.Normal(pass))
	if err != nil {
		return "", fault.Wrap(op, err)
	}
	a := id.New[id.Account]()
	if err := s.People.NewAccountKey(ctx, a); err != nil {
		return "", fault.Wrap(op, err)
	}
	return a, fault.Wrap(op, s.DB.Write(ctx, everyone, func(tx *db.Tx) error {
		if err := s.People.AddAccount(tx, a, p, person.Credentials{Password: hash}); err != nil {
			return err
		}
		return log(tx, a, "account", string(a), feed.Created, "system")
	}))
}

func (s *Service) checkProfile(p *person.AccountProfile) error {
	fields := org.Text("name", p.Name, 1, 200)
	email, ok := person.ParseEmail(p.Email)
	if !ok {
		fields = append(fields, fault.Field{Path: "email", Code: "format"})
	}
	p.Email = email
	if !lang.Known(p.Locale) {
		fields = append(fields, fault.Field{Path: "locale", Code: "not-one-of"})
	}
	if p.TimeZone == "" {
		p.TimeZone = "Europe/Brussels"
	}
	if !zone(p.TimeZone) {
		fields = append(fields, fault.Field{Path: "time_zone", Code: "not-one-of"})
	}
	return fault.InvalidFields(fields)
}

func zone(name string) bool {
	if name == "Local" || strings.ContainsAny(name, "\\ ") {
		return false
	}
	_, err := time.LoadLocation(name)
	return err == nil
}

// checkPassword refuses what may not be a password; context is what it must
// not carry.
func (s *Service) checkPassword(pass, path string, context ...string) error {
	if ok, reason := password.Check(pass, append(context, s.Words...)...); !ok {
		return fault.InvalidFields([]fault.Field{{Path: path, Code: reason}})
	}
	return nil
}

// contextOf is what a password of an account must not carry.
func (s *Service) contextOf(ctx context.Context, a id.Account) ([]string, error) {
	var words []string
	if err := s.DB.Read(ctx, everyone, func(tx *db.Tx) error {
		acc, err := s.People.Account(tx, personal.Security, a)
		words = []string{acc.Name, acc.Email}
		return err
	}); err != nil {
		return nil, err
	}
	member, err := s.Orgs.Memberships(ctx, a)
	for _, m := range member {
		words = append(words, m.Org.Name)
	}
	return words, err
}

// Purge deletes what has run out. It is run periodically.
func (s *Service) Purge(ctx context.Context) error {
	return fault.Wrap("signin.Purge", s.DB.Write(ctx, everyone, func(tx *db.Tx) error {
		now := tx.Now()
		return purge(tx, now.Add(-s.Idle).UnixMicro(), now.Add(-365*24*time.Hour).UnixMicro(), now.Add(-forget).UnixMicro())
	}))
}

// Wait waits for what is done after the answer, until ctx ends.
func (s *Service) Wait(ctx context.Context) {
	done := make(chan struct{})
	go func() { s.busy.Wait(); close(done) }()
	select {
	case <-done:
	case <-ctx.Done():
	}
}

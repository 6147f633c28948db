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
	"plumbline/internal/sabotage"
	"plumbline/internal/signin/agent"
	"plumbline/internal/signin/apitoken"
	"plumbline/internal/signin/argon"
	"plumbline/internal/signin/attempts"
	"plumbline/internal/signin/factor"
	"plumbline/internal/signin/note"
	"plumbline/internal/signin/oidc"
	"plumbline/internal/signin/pace"
	"plumbline/internal/signin/password"
	"plumbline/internal/signin/rows"
)

// Mails that the slice sends to an account, and the kind of their recipient.
const (
	MailReset        = "password-reset"
	MailChanged      = "password-changed"
	MailNewDevice    = "new-device"
	RecipientAccount = "account"
)

var everyone = db.Everyone("accounts and sessions belong to no tenant")

// Cost is how much work a password is.
type Cost = argon.Cost

// Deps are what the slice works with. Cost zero is argon.Default.
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
	Base   string        // where people find the installation: passkeys are for its name
	Words  []string      // more that must not carry a password: the site's name

	// Admit makes the invited a participant. Nil where no project is.
	Admit func(tx *db.Tx, by feed.Actor, project id.Project, p id.Person, level policy.Level, roles []id.Role) error
}

// Service is the slice.
type Service struct {
	Deps
	Tokens  *apitoken.Service
	Factors *factor.Service
	// Vouchers are the providers that people may sign in by.
	Vouchers *oidc.Service
	tries    *attempts.Book
	hash     *argon.Hasher

	work chan struct{} // slots of what is done after the answer
	busy sync.WaitGroup
}

// New makes the slice.
func New(d Deps) (*Service, error) {
	if d.Cost == (Cost{}) {
		d.Cost = argon.Default()
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
	h, err := argon.New(d.Cost)
	if err != nil {
		return nil, fault.Wrap("signin.New", err)
	}
	factors, err := factor.New(d.DB, d.People, d.Keys, d.Base)
	if err != nil {
		return nil, fault.Wrap("signin.New", err)
	}
	tries := &attempts.Book{DB: d.DB, Keys: d.Keys}
	s := &Service{Deps: d, Factors: factors, Tokens: &apitoken.Service{DB: d.DB, People: d.People, Keys: d.Keys}, tries: tries, hash: h, work: make(chan struct{}, 16)}
	s.Vouchers = &oidc.Service{DB: d.DB, Secret: tries.Secret, Tell: s.tell}
	return s, nil
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
// known nowhere else. With a Step it is none yet: the password was right, and a
// second proof is asked for.
type Session struct {
	Step   string   // the token to go on with
	Second []string // what the account can prove itself with

	ID      id.Session
	Account id.Account
	Token   string
	Device  string
	Expires time.Time
}

func errCredentials() error {
	return fault.New(fault.Unauthenticated, "bad-credentials", "the address or the password is not right")
}

// SignIn makes a session for who knows the password, or, where the account has
// a second factor, the step that SignInSecond goes on from.
func (s *Service) SignIn(ctx context.Context, email, pass string, from From) (Session, error) {
	const op = "signin.SignIn"
	account, keys, err := s.prove(ctx, email, pass, from)
	if err != nil {
		return Session{}, fault.Wrap(op, err)
	}
	var out Session
	err = s.DB.Write(ctx, everyone, func(tx *db.Tx) (err error) {
		if err := attempts.Refund(tx, keys...); err != nil {
			return err
		}
		if out, err = s.once(tx, account, from); err != nil || out.Step != "" {
			return err
		}
		return rows.ConfirmSession(tx, account, out.ID) // the password was just given
	})
	if err == nil {
		s.event("sign-in", "password")
	}
	return out, fault.Wrap(op, err)
}

// once goes on from one proof: to a session, or to the step of the second proof
// where the account has one.
func (s *Service) once(tx *db.Tx, account id.Account, from From) (out Session, err error) {
	out = Session{Account: account}
	if out.Second, err = s.Factors.On(tx, account); err != nil {
		return out, err
	}
	if len(out.Second) > 0 {
		out.Step, err = factor.Begin(tx, factor.Step{Account: account, Kind: factor.StepSignIn})
		return out, err
	}
	return s.begin(tx, account, from)
}

// SignInVouched makes a session for whom a provider vouches for, or the step of
// the second proof. It is not what asks again who it is.
func (s *Service) SignInVouched(ctx context.Context, back oidc.Back, c *org.Caller, from From) (out Session, linked bool, err error) {
	const op = "signin.SignInVouched"
	f, err := s.Vouchers.Finish(ctx, back, c)
	if err == nil && !f.Linked() {
		err = s.DB.Write(ctx, everyone, func(tx *db.Tx) error {
			account, err := s.Vouchers.Account(tx, f)
			if err == nil {
				out, err = s.once(tx, account, from)
			}
			return err
		})
	}
	if err != nil {
		s.event("sign-in-refused", fault.CodeOf(err))
		return Session{}, false, fault.Wrap(op, err)
	}
	s.event("sign-in", "provider")
	return out, f.Linked(), nil
}

// prove checks a password, with the delay that the past demands, and the same
// work whether or not there is such an account. What it charged is returned,
// for a refund.
func (s *Service) prove(ctx context.Context, email, pass string, from From) (id.Account, []pace.Key, error) {
	secret, err := s.tries.Secret(ctx)
	if err != nil {
		return "", nil, err
	}
	var account id.Account
	var stored string
	var keys []pace.Key
	apart, cancel := attempts.Bare(ctx)
	defer cancel()
	err = s.DB.Write(apart, everyone, func(tx *db.Tx) error {
		account, stored = "", ""
		a, ok, err := s.People.FindAccount(tx, email)
		if err != nil {
			return err
		}
		by := pace.KeyOf(secret, pace.Email, person.NormalEmail(email))
		if ok {
			account = a
			c, err := s.People.CredentialsOf(tx, a)
			if err != nil {
				return err
			}
			stored = c.Password
			if from.Device != "" {
				known, err := rows.KnownDevice(tx, sum(from.Device), a)
				if err != nil {
					return err
				}
				if known {
					by = pace.KeyOf(secret, pace.Device, from.Device+"\x00"+string(a))
				}
			}
		}
		keys = []pace.Key{pace.KeyOf(secret, pace.Address, pace.Network(from.Address)), by}
		return attempts.Charge(tx, keys...)
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
	// Who proved it is told: nothing is left but their own rights.
	if err := s.DB.Read(ctx, everyone, func(tx *db.Tx) error {
		return s.People.Gate().Gate(tx, personal.OfAccount(account), personal.SignIn)
	}); err != nil {
		s.event("sign-in-refused", fault.CodeOf(err))
		return "", nil, err
	}
	if old {
		if fresh, err := s.hash.Hash(ctx, password.Normal(pass)); err == nil {
			// Only if it is still the password: it may have been changed meanwhile.
			_ = s.DB.Write(apart, everyone, func(tx *db.Tx) error {
				c, err := s.People.CredentialsOf(tx, account)
				if err != nil || c.Password != stored {
					return err
				}
				c.Password = fresh
				return s.People.SetCredentials(tx, account, c)
			})
		}
	}
	return account, keys, nil
}

// verify bounds what is hashed: a longer text was never a password.
func (s *Service) verify(ctx context.Context, pass, stored string) (ok, old bool, err error) {
	if len(pass) > 16*password.MaxLength {
		pass, stored = "", ""
	}
	return s.hash.Verify(ctx, password.Normal(pass), stored)
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
	if err := s.People.Gate().Gate(tx, personal.OfAccount(account), personal.SignIn); err != nil { // being erased, or a child
		return Session{}, err
	}
	t, err := token()
	if err != nil {
		return Session{}, err
	}
	out := Session{ID: id.New[id.Session](), Account: account, Token: t, Device: from.Device, Expires: tx.Now().Add(s.Life)}
	known := false
	if out.Device != "" {
		if known, err = rows.KnownDevice(tx, sum(out.Device), account); err != nil {
			return Session{}, err
		}
	}
	if !known { // never a token that somebody else may have planted
		if out.Device, err = token(); err != nil {
			return Session{}, err
		}
	}
	if !known {
		if err := s.tellOfDevice(tx, account); err != nil {
			return Session{}, err
		}
	}
	if err := rows.RememberDevice(tx, sum(out.Device), account); err != nil {
		return Session{}, err
	}
	if from.Session != "" {
		if err := rows.DeleteSessionByHash(tx, sum(from.Session)); err != nil {
			return Session{}, err
		}
	}
	if err := rows.InsertSession(tx, rows.Session{ID: out.ID, Account: account, Agent: agent.Of(from.Agent), Created: tx.Now(), Expires: out.Expires}, sum(t)); err != nil {
		return Session{}, err
	}
	return out, note.Log(tx, account, "session", string(out.ID), feed.Created, "session")
}

// NewAccount makes an account with a password, for the command line and the
// demo: nobody is asked, nothing is mailed.
func (s *Service) NewAccount(ctx context.Context, p person.AccountProfile, pass string) (id.Account, error) {
	const op = "signin.NewAccount"
	if err := s.checkProfile(&p); err != nil {
		return "", err
	}
	if err := s.checkPassword(pass, "password", password.MinLength, p.Name, p.Email); err != nil {
		return "", err
	}
	hash, err := s.hash.Hash(ctx, password.Normal(pass))
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
		return note.Log(tx, a, "account", string(a), feed.Created, "system")
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

// checkPassword refuses what may not be a password: least is how many characters
// it has, context what it must not carry.
func (s *Service) checkPassword(pass, path string, least int, context ...string) error {
	if ok, reason := password.CheckFrom(least, pass, append(context, s.Words...)...); !ok && !sabotage.Off("SEC-2") {
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
		_, err := s.PurgeIn(tx)
		return err
	}))
}

// PurgeIn deletes what has run out: sessions, mailed links, devices that
// nobody signed in from for a year, and old failures. It says how much.
func (s *Service) PurgeIn(tx *db.Tx) (int64, error) {
	now := tx.Now()
	lapsed, err := apitoken.Purge(tx)
	if err != nil {
		return 0, err
	}
	old, err := factor.Purge(tx)
	if err != nil {
		return 0, err
	}
	away, err := oidc.Purge(tx)
	if err != nil {
		return 0, err
	}
	n, err := rows.Purge(tx, now.Add(-s.Idle).UnixMicro(), now.AddDate(-1, 0, 0).UnixMicro(), now.Add(-attempts.Forget).UnixMicro())
	return lapsed + old + away + n, err
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

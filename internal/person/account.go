package person

import (
	"context"
	"time"

	"plumbline/internal/consent"
	"plumbline/internal/crypt"
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/person/doomed"
	"plumbline/internal/person/index"
	"plumbline/internal/personal"
)

// AccountProfile is who an account holder is, to the operator.
type AccountProfile struct {
	Name     string `json:"name"`
	Email    string `json:"email"`
	Locale   string `json:"locale"`
	TimeZone string `json:"time_zone"`
}

// Credentials are what proves that someone is the account holder.
type Credentials struct {
	Password string `json:"password"`        // Argon2id, in the PHC string format; empty: none
	Short    bool   `json:"short,omitempty"` // so short that it is not enough without a second proof
}

// Account is a login. Of a Limited one nothing is shown for the purpose asked.
type Account struct {
	ID      id.Account
	Version int64
	Limited bool
	AccountProfile
}

func accountBind(a id.Account, column string) crypt.Bind {
	return crypt.Bind{Owner: crypt.AccountOwner(a), Table: "account", Column: column, Row: string(a)}
}

// AddAccount makes an account. An address that has one is refused (Conflict
// "email-taken").
func (s *Service) AddAccount(tx *db.Tx, a id.Account, p AccountProfile, c Credentials) error {
	const op = "person.AddAccount"
	number, err := s.bumpAccounts(tx)
	if err != nil {
		return fault.Wrap(op, err)
	}
	if err := s.claim(tx, p.Email, a); err != nil {
		return err
	}
	profile, err := s.seal(tx, accountBind(a, "sealed"), p)
	if err != nil {
		return fault.Wrap(op, err)
	}
	credentials, err := s.seal(tx, accountBind(a, "credentials"), c)
	if err != nil {
		return fault.Wrap(op, err)
	}
	return fault.Wrap(op, insertAccount(tx, a, profile, credentials, number))
}

// Account reads an account for a purpose.
func (s *Service) Account(tx *db.Tx, purpose personal.Purpose, a id.Account) (Account, error) {
	const op = "person.Account"
	u, err := s.use(tx, personal.AccountKind, purpose)
	if err != nil {
		return Account{}, err
	}
	standing, err := consent.Of(tx, personal.OfAccount(a))
	if err != nil {
		return Account{}, fault.Wrap(op, err)
	}
	if standing.Refuses(purpose, u.basis) != "" {
		r, err := findAccount(tx, a)
		return Account{ID: a, Version: r.version, Limited: true}, fault.Wrap(op, err)
	}
	acc, err := s.account(tx, a)
	if err != nil {
		return Account{}, fault.Wrap(op, err)
	}
	keep := func(field string, v *string) {
		if !u.fields[field] {
			*v = ""
		}
	}
	keep("name", &acc.Name)
	keep("email", &acc.Email)
	keep("locale", &acc.Locale)
	keep("time_zone", &acc.TimeZone)
	return acc, nil
}

func (s *Service) account(tx *db.Tx, a id.Account) (Account, error) {
	r, err := findAccount(tx, a)
	if err != nil {
		return Account{}, err
	}
	acc := Account{ID: a, Version: r.version}
	err = s.open(accountBind(a, "sealed"), r.sealed, &acc.AccountProfile)
	return acc, err
}

// CredentialsOf reads what proves the account holder.
func (s *Service) CredentialsOf(tx *db.Tx, a id.Account) (Credentials, error) {
	const op = "person.CredentialsOf"
	var c Credentials
	r, err := findAccount(tx, a)
	if err != nil {
		return c, fault.Wrap(op, err)
	}
	err = s.open(accountBind(a, "credentials"), r.credentials, &c)
	return c, fault.Wrap(op, err)
}

// ChangeAccount changes the profile in place.
func (s *Service) ChangeAccount(tx *db.Tx, a id.Account, fn func(*AccountProfile) error) (Account, error) {
	const op = "person.ChangeAccount"
	number, err := s.bumpAccounts(tx)
	if err != nil {
		return Account{}, fault.Wrap(op, err)
	}
	acc, err := s.account(tx, a)
	if err != nil {
		return Account{}, fault.Wrap(op, err)
	}
	was := acc.Email
	if err := fn(&acc.AccountProfile); err != nil {
		return Account{}, err
	}
	if NormalEmail(was) != NormalEmail(acc.Email) {
		if err := s.claim(tx, acc.Email, a); err != nil {
			return Account{}, err
		}
	}
	sealed, err := s.seal(tx, accountBind(a, "sealed"), acc.AccountProfile)
	if err != nil {
		return Account{}, fault.Wrap(op, err)
	}
	acc.Version++
	return acc, fault.Wrap(op, updateAccount(tx, a, sealed, acc.Version, number))
}

// SetCredentials replaces what proves the account holder.
func (s *Service) SetCredentials(tx *db.Tx, a id.Account, c Credentials) error {
	const op = "person.SetCredentials"
	sealed, err := s.seal(tx, accountBind(a, "credentials"), c)
	if err != nil {
		return fault.Wrap(op, err)
	}
	return fault.Wrap(op, setCredentials(tx, a, sealed))
}

// EraseAccount takes an account, and its key with the next Sweep after due.
// Links to persons are the caller's to undo.
func (s *Service) EraseAccount(tx *db.Tx, a id.Account, due time.Time) error {
	const op = "person.EraseAccount"
	if _, err := bumpAccounts(tx, true); err != nil {
		return fault.Wrap(op, err)
	}
	if err := deleteAccount(tx, a); err != nil {
		return fault.Wrap(op, err)
	}
	return fault.Wrap(op, doomed.Doom(tx, "account", string(a), due.UnixMicro()))
}

func errNoAccount() error {
	return fault.New(fault.NotFound, "account-not-found", "there is no such account")
}

// pending is what a transaction itself did to accounts.
type pending struct {
	first int64 // the first number it took
	taken map[index.Key]id.Account
}

type pendingKey struct{}

func (s *Service) bumpAccounts(tx *db.Tx) (int64, error) {
	n, err := bumpAccounts(tx, false)
	if err != nil {
		return 0, err
	}
	if tx.Value(pendingKey{}) == nil {
		tx.SetValue(pendingKey{}, &pending{first: n, taken: map[index.Key]id.Account{}})
	}
	return n, nil
}

// FindAccount looks an address up, as of this transaction or newer.
func (s *Service) FindAccount(tx *db.Tx, email string) (id.Account, bool, error) {
	const op = "person.FindAccount"
	upTo, epoch, err := accountCounter(tx)
	if err != nil {
		return "", false, fault.Wrap(op, err)
	}
	k := s.index.Key(email)
	if p, ok := tx.Value(pendingKey{}).(*pending); ok {
		if a, mine := p.taken[k]; mine {
			return a, true, nil
		}
		upTo = p.first - 1 // what this transaction wrote may yet fail
	}
	if err := s.catchUp(tx, upTo, epoch); err != nil {
		return "", false, fault.Wrap(op, err)
	}
	a, ok := s.index.Find(k)
	if !ok {
		return "", false, nil
	}
	// The row decides: the index may be newer than this transaction.
	acc, err := s.account(tx, a)
	switch {
	case fault.Is(err, fault.NotFound), fault.Is(err, fault.Gone):
		return "", false, nil
	case err != nil:
		return "", false, fault.Wrap(op, err)
	}
	return a, NormalEmail(acc.Email) == NormalEmail(email), nil
}

// claim takes an address for an account. The caller holds the counter.
func (s *Service) claim(tx *db.Tx, email string, a id.Account) error {
	owner, taken, err := s.FindAccount(tx, email)
	if err != nil {
		return err
	}
	if taken && owner != a {
		return fault.New(fault.Conflict, "email-taken", "this address has an account")
	}
	tx.Value(pendingKey{}).(*pending).taken[s.index.Key(email)] = a
	return nil
}

// catchUp reads accounts into the index up to a number.
func (s *Service) catchUp(tx *db.Tx, upTo, epoch int64) error {
	return s.index.CatchUp(upTo, epoch, func(after int64, put func(id.Account, string)) error {
		rows, err := accountsSince(tx, after, upTo)
		for _, r := range rows {
			var p AccountProfile
			switch err := s.open(accountBind(r.id, "sealed"), r.sealed, &p); {
			case fault.Is(err, fault.Gone):
			case err != nil:
				return err
			default:
				put(r.id, p.Email)
			}
		}
		return err
	})
}

// Warm fills the index, so that the first to sign in does not wait for it.
func (s *Service) Warm(ctx context.Context) error {
	return fault.Wrap("person.Warm", s.db.Read(ctx, db.Everyone("accounts belong to no tenant"), func(tx *db.Tx) error {
		number, epoch, err := accountCounter(tx)
		if err != nil {
			return err
		}
		return s.catchUp(tx, number, epoch)
	}))
}

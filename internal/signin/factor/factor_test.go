package factor_test

import (
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"plumbline/internal/clock"
	"plumbline/internal/db"
	"plumbline/internal/db/dbtest"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/org"
	"plumbline/internal/person"
	"plumbline/internal/person/persontest"
	"plumbline/internal/personal"
	"plumbline/internal/signin/factor"
	"plumbline/internal/signin/factor/factortest"
)

const origin = "https://site.example"

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestFactors(t *testing.T) {
	t.Parallel()
	for _, dialect := range []db.Dialect{db.SQLite, db.Postgres} {
		t.Run(dialect.String(), func(t *testing.T) {
			t.Parallel()
			ctx := t.Context()
			everyone := db.Everyone("a test")
			fake := clock.NewFake(time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC))
			d := dbtest.Open(t, dialect, dbtest.Clock(fake))
			ring := persontest.Ring(t)
			v := person.New(person.Deps{DB: d, Keys: ring})
			a := id.New[id.Account]()
			must(t, v.NewAccountKey(ctx, a))
			must(t, d.Write(ctx, everyone, func(tx *db.Tx) error {
				return v.AddAccount(tx, a, person.AccountProfile{Name: "Anna", Email: "anna@delta.example", Locale: "nl"}, person.Credentials{Short: true})
			}))
			s, err := factor.New(d, v, ring, origin)
			must(t, err)
			c := org.Caller{Account: a, Session: id.New[id.Session](), Via: "session"}
			check := func(fn func(tx *db.Tx) error) error { return d.Write(ctx, everyone, fn) }
			wrong := func(what string, err error, code string) {
				t.Helper()
				if fault.CodeOf(err) != code {
					t.Errorf("%s: %v, want %s", what, err, code)
				}
			}

			// Codes.
			fresh, err := s.BeginCodes(ctx, c)
			must(t, err)
			if fresh.Size < 20 || !strings.HasPrefix(fresh.Path, "M0 0h1v1h-1z") || !strings.Contains(fresh.URI, fresh.Secret) {
				t.Errorf("%+v", fresh)
			}
			now := func() string {
				code, err := totp.GenerateCode(fresh.Secret, fake.Now())
				must(t, err)
				return code
			}
			if _, err := s.ConfirmCodes(ctx, c, fresh.ID, "000000", "zebra phone"); !fault.Is(err, fault.Invalid) {
				t.Errorf("a wrong code turns it on: %v", err)
			}
			codes, err := s.ConfirmCodes(ctx, c, fresh.ID, now(), "zebra phone")
			must(t, err)
			if len(codes) != 10 {
				t.Errorf("%d recovery codes", len(codes))
			}
			use := func(code string) error { return check(func(tx *db.Tx) error { return s.CheckCode(tx, a, code) }) }
			wrong("the code that turned it on, again", use(now()), "second-wrong")
			fake.Advance(30 * time.Second)
			spent := now()
			must(t, use(spent[:3]+" "+spent[3:]))
			wrong("a code used twice", use(spent), "second-wrong")
			wrong("nothing", use(""), "second-wrong")
			fake.Advance(30 * time.Second)
			wrong("the step before the last that was used", use(spent), "second-wrong")
			fake.Advance(5 * time.Minute)
			wrong("an old code", use(spent), "second-wrong")

			// Recovery.
			recover := func(code string) error { return check(func(tx *db.Tx) error { return s.UseRecovery(tx, a, code) }) }
			must(t, recover(strings.ToUpper(strings.ReplaceAll(codes[0], "-", " "))))
			wrong("a recovery code used twice", recover(codes[0]), "second-wrong")
			wrong("another's recovery code", check(func(tx *db.Tx) error { return s.UseRecovery(tx, id.New[id.Account](), codes[1]) }), "second-wrong")
			renewed, err := s.NewCodes(ctx, c)
			must(t, err)
			wrong("a recovery code that was replaced", recover(codes[1]), "second-wrong")
			must(t, recover(renewed[1]))

			// Passkeys.
			key, thief := factortest.New(t, origin), factortest.New(t, "https://evil.example")
			options, step, err := s.BeginPasskey(ctx, c)
			must(t, err)
			if _, err := s.FinishPasskey(ctx, c, id.New[id.Factor](), step, "evil", thief.Create(options)); !fault.Is(err, fault.Invalid) {
				t.Errorf("made at another origin: %v", err)
			}
			pass := id.New[id.Factor]()
			if more, err := s.FinishPasskey(ctx, c, pass, step, "zebra laptop", key.Create(options)); err != nil || len(more) != 0 {
				t.Errorf("%v %v", more, err)
			}
			_, err = s.FinishPasskey(ctx, c, id.New[id.Factor](), step, "again", key.Create(options))
			wrong("a step used twice", err, "step-lapsed")
			answered := func(of id.Account, k *factortest.Key) (got id.Account, err error) {
				err = check(func(tx *db.Tx) error {
					options, challenge, err := s.Ask(tx, of)
					if err != nil {
						return err
					}
					got, err = s.Answered(tx, factor.Step{Account: of, Challenge: challenge}, k.Get(options))
					return err
				})
				return got, err
			}
			for _, of := range []id.Account{a, ""} {
				if got, err := answered(of, key); err != nil || got != a {
					t.Errorf("%q: %q %v", of, got, err)
				}
			}
			key.Count -= 2 // a copy that was made earlier
			_, err = answered(a, key)
			wrong("a counter that goes back", err, "second-wrong")
			key.Count += 5
			_, err = answered(a, factortest.New(t, origin))
			wrong("a key that nobody registered", err, "second-wrong")
			err = check(func(tx *db.Tx) error {
				options, _, err := s.Ask(tx, a)
				if err != nil {
					return err
				}
				_, err = s.Answered(tx, factor.Step{Account: a, Challenge: "another challenge, of somebody else"}, key.Get(options))
				return err
			})
			wrong("the answer to another challenge", err, "second-wrong")

			set, err := s.List(ctx, c)
			must(t, err)
			if len(set.Factors) != 2 || set.Factors[0].Name != "zebra phone" || set.Factors[1].Name != "zebra laptop" || set.Codes != 9 || set.Factors[1].Used.IsZero() {
				t.Errorf("%+v", set)
			}
			must(t, d.Read(ctx, everyone, func(tx *db.Tx) error {
				return db.Dump(tx, func(table, row string) error {
					for _, secret := range []string{fresh.Secret, "zebra", renewed[2], strings.ReplaceAll(renewed[2], "-", "")} {
						if strings.Contains(row, secret) {
							t.Errorf("%s holds %s", table, secret)
						}
					}
					return nil
				})
			}))
			must(t, s.Remove(ctx, c, pass))
			wrong("the last factor of a short password", s.Remove(ctx, c, fresh.ID), "longer-password-first")
			must(t, check(func(tx *db.Tx) error { return v.SetCredentials(tx, a, person.Credentials{}) }))
			wrong("another's factor", s.Remove(ctx, org.Caller{Account: id.New[id.Account]()}, fresh.ID), "factor-not-found")
			must(t, s.Remove(ctx, c, fresh.ID))
			if set, err = s.List(ctx, c); err != nil || len(set.Factors) != 0 || set.Codes != 0 {
				t.Errorf("%+v %v", set, err)
			}
		})
	}
}

func TestNoPasskeysWithoutAName(t *testing.T) {
	t.Parallel()
	for address, can := range map[string]bool{"https://site.example": true, "http://localhost:8080": true, "http://site.example": false,
		"http://127.0.0.1:8080": false, "https://[2001:db8::1]": false, "": false} {
		s, err := factor.New(nil, nil, nil, address)
		if err != nil || s.Passkeys() != can {
			t.Errorf("%s: %v %v", address, s.Passkeys(), err)
		}
	}
}

func TestDeclarations(t *testing.T) {
	t.Parallel()
	if wrong := personal.Check(factor.Declarations()); len(wrong) > 0 {
		t.Error(strings.Join(wrong, "\n"))
	}
}

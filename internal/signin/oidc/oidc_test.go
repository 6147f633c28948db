package oidc_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"strings"
	"testing"
	"time"

	"plumbline/internal/clock"
	"plumbline/internal/db"
	"plumbline/internal/db/dbtest"
	"plumbline/internal/egress"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/org"
	"plumbline/internal/signin/oidc"
	"plumbline/internal/signin/oidc/oidctest"
)

const public = "https://site.example"

var everyone = db.Everyone("a test")

func service(d *db.DB, f *oidctest.Forger) *oidc.Service {
	return &oidc.Service{DB: d, Secret: func(context.Context) ([]byte, error) { return []byte("of the server"), nil }, Providers: []*oidc.Provider{f.Provider("delta", public)},
		Tell: func(*db.Tx, id.Account, string) error { return nil }}
}

// come goes to the provider as someone and comes back.
func come(t *testing.T, s *oidc.Service, f *oidctest.Forger, subject string, c *org.Caller) (oidc.Found, error) {
	t.Helper()
	address, cookie, err := s.Begin(t.Context(), "delta", c)
	if err != nil {
		t.Fatal(err)
	}
	state, code := f.Visit(address, subject)
	return s.Finish(t.Context(), oidc.Back{Cookie: cookie, State: state, Code: code}, c)
}

func account(t *testing.T, s *oidc.Service, f oidc.Found) (a id.Account, err error) {
	t.Helper()
	err = s.DB.Write(t.Context(), everyone, func(tx *db.Tx) (err error) {
		a, err = s.Account(tx, f)
		return err
	})
	return a, err
}

// TestForgedTokens: each wrong token is refused, and no error tells whose it was.
func TestForgedTokens(t *testing.T) {
	t.Parallel()
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f := oidctest.New(t)
		s := service(d, f)
		claim := func(name string, v any) func(h, c map[string]any) {
			return func(_, c map[string]any) { c[name] = v }
		}
		for _, c := range []struct {
			name   string
			change func(header, claims map[string]any)
			key    *rsa.PrivateKey
			code   string
		}{
			{"right", nil, nil, ""},
			{"for several, us among them", func(_, c map[string]any) { c["aud"], c["azp"] = []string{"other", oidctest.Client}, oidctest.Client }, nil, ""},
			{"for another program", claim("aud", "other"), nil, "not-vouched"},
			{"for several, by another", func(_, c map[string]any) { c["aud"], c["azp"] = []string{"other", oidctest.Client}, "other" }, nil, "not-vouched"},
			{"for several, by nobody", claim("aud", []string{"other", oidctest.Client}), nil, "not-vouched"},
			{"by another provider", claim("iss", "https://evil.example"), nil, "not-vouched"},
			{"for another question", claim("nonce", "guessed"), nil, "not-vouched"},
			{"for no question", claim("nonce", ""), nil, "not-vouched"},
			{"run out", claim("exp", time.Now().Add(-time.Minute).Unix()), nil, "not-vouched"},
			{"of the future", claim("nbf", time.Now().Add(time.Hour).Unix()), nil, "not-vouched"},
			{"of nobody", claim("sub", ""), nil, "not-vouched"},
			{"without a signature", func(h, _ map[string]any) { h["alg"] = "none" }, nil, "not-vouched"},
			{"with another algorithm", func(h, _ map[string]any) { h["alg"] = "HS256" }, nil, "not-vouched"},
			{"signed by another", nil, other, "not-vouched"},
			{"with an address that nobody checked", claim("email_verified", false), nil, "email-not-verified"},
			{"that says nothing of the address", func(_, c map[string]any) { delete(c, "email_verified") }, nil, "email-not-verified"},
			{"with an address that is checked by word", claim("email_verified", "yes"), nil, "not-vouched"},
		} {
			f.Change, f.Key = c.change, c.key
			_, err := come(t, s, f, "lovelace", nil)
			if fault.CodeOf(err) != c.code {
				t.Errorf("%s: %v", c.name, err)
			}
			if strings.Contains(fmt.Sprintf("%v %+v", err, err), "lovelace") {
				t.Errorf("%s: the error names who it was", c.name)
			}
		}
	})
}

// TestLinks: nobody gets in by a provider before its holder linked the two.
func TestLinks(t *testing.T) {
	t.Parallel()
	fake := clock.NewFake(time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC))
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f := oidctest.New(t)
		s := service(d, f)
		anna := org.Caller{Account: id.New[id.Account](), Session: id.New[id.Session](), Via: "session"}
		eve := org.Caller{Account: id.New[id.Account](), Session: id.New[id.Session](), Via: "session"}
		stranger, err := come(t, s, f, "anna", nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := account(t, s, stranger); fault.CodeOf(err) != "not-linked" {
			t.Errorf("before it was linked: %v", err)
		}
		linked, err := come(t, s, f, "anna", &anna)
		if err != nil || !linked.Linked() {
			t.Fatal(err)
		}
		if _, err := account(t, s, linked); fault.CodeOf(err) != "not-linked" {
			t.Errorf("linking signs nobody in: %v", err)
		}
		if a, err := account(t, s, stranger); err != nil || a != anna.Account {
			t.Errorf("%v %v", a, err)
		}
		if _, err := come(t, s, f, "anna", &eve); fault.CodeOf(err) != "identity-taken" {
			t.Errorf("another account takes it: %v", err)
		}
		if _, err := come(t, s, f, "anna", &anna); err != nil {
			t.Errorf("again: %v", err)
		}
		all, err := s.List(t.Context(), anna)
		if err != nil || len(all) != 1 || all[0].Name != "Delta login" || all[0].Used.IsZero() {
			t.Fatalf("%+v %v", all, err)
		}

		address, cookie, err := s.Begin(t.Context(), "delta", &anna)
		if err != nil {
			t.Fatal(err)
		}
		state, code := f.Visit(address, "anna")
		back := oidc.Back{Cookie: cookie, State: state, Code: code}
		wrong := func(what string, b oidc.Back, c *org.Caller, want string) {
			t.Helper()
			if _, err := s.Finish(t.Context(), b, c); fault.CodeOf(err) != want {
				t.Errorf("%s: %v", what, err)
			}
		}
		wrong("another browser's", oidc.Back{Cookie: "guessed", State: state, Code: code}, &anna, "step-lapsed")
		wrong("another state", oidc.Back{Cookie: cookie, State: "guessed", Code: code}, &anna, "step-lapsed")
		wrong("another account's session", back, &eve, "step-lapsed")
		wrong("a second time", back, &anna, "step-lapsed")
		begin := func() oidc.Back {
			address, cookie, err := s.Begin(t.Context(), "delta", nil)
			if err != nil {
				t.Fatal(err)
			}
			state, code := f.Visit(address, "anna")
			return oidc.Back{Cookie: cookie, State: state, Code: code}
		}
		b := begin()
		b.Code = "guessed"
		wrong("another code", b, nil, "not-vouched")
		one, two := begin(), begin()
		one.Code = two.Code
		wrong("the code of another question", one, nil, "not-vouched")
		b = begin()
		b.Issuer = "https://evil.example"
		wrong("a mixed-up provider", b, nil, "not-vouched")
		b = begin()
		fake.Advance(11 * time.Minute)
		wrong("too late", b, nil, "step-lapsed")

		if err := s.Remove(t.Context(), eve, all[0].ID); fault.CodeOf(err) != "link-not-found" {
			t.Errorf("another account's: %v", err)
		}
		if err := s.Remove(t.Context(), anna, all[0].ID); err != nil {
			t.Fatal(err)
		}
		if _, err := account(t, s, stranger); fault.CodeOf(err) != "not-linked" {
			t.Errorf("after it was taken away: %v", err)
		}
	}, dbtest.Clock(fake))
}

// TestWhereAProviderIsAsked: only where the register of recipients says so.
func TestWhereAProviderIsAsked(t *testing.T) {
	t.Parallel()
	p := oidc.NewProvider(oidc.Settings{ID: "x", Issuer: "https://login.example", Client: "x"}, egress.New(nil, nil, nil).Lane(oidc.Fields()...))
	if _, err := p.Receives(); fault.CodeOf(err) != "recipient-not-registered" {
		t.Error(err)
	}
	s := &oidc.Service{Providers: []*oidc.Provider{p}}
	if _, _, err := s.Begin(t.Context(), "x", nil); fault.CodeOf(err) != "recipient-not-registered" {
		t.Error(err)
	}
}

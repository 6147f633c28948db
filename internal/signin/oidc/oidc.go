// Package oidc lets account holders sign in through a provider that the
// configuration names (OpenID Connect: authorization code, PKCE, nonce, state).
//
// Promises:
//   - Nobody gets into an account because a provider says that they have its
//     mail address. A provider counts for an account once its holder, signed in
//     and proved again, has linked the two.
//   - What a provider calls a person is kept as a hash under a secret of the
//     server. Its mail address is not kept, not compared, and must be verified.
//   - State, nonce and verifier are random, belong to one browser by a cookie,
//     work once and for ten minutes.
//   - A second factor is asked for all the same, and a provider alone never
//     serves as proof again.
//   - The provider is asked through the one way out: it is the operator's own, or
//     a processor with an agreement. That it learned of a sign-in is in the ledger.
//   - No error tells what a provider said.
//   - The holder gets a mail when a provider is linked to the account, or taken
//     away: whoever did it may be somebody else.
package oidc

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"net/url"
	"slices"
	"time"

	"golang.org/x/oauth2"

	"plumbline/internal/db"
	"plumbline/internal/disclosure"
	"plumbline/internal/egress"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/org"
	"plumbline/internal/personal"
	"plumbline/internal/signin/note"
)

// stepLife is how long somebody may be away at a provider.
const stepLife = 10 * time.Minute

// Mails that tell the holder of an account what became of it.
const (
	MailLinked   = "provider-linked"
	MailUnlinked = "provider-unlinked"
)

// mostLinks is how many an account has at most.
const mostLinks = 10

var everyone = db.Everyone("accounts belong to no tenant")

// Service is the links of all accounts.
type Service struct {
	DB        *db.DB
	Secret    func(ctx context.Context) ([]byte, error) // of the server, for hashes
	Providers []*Provider
	// Tell writes one of the mails above to the holder of an account.
	Tell func(tx *db.Tx, a id.Account, mail string) error
}

// Link is one, as its holder sees it.
type Link struct {
	ID       id.IdentityLink
	Provider string
	Name     string // of the provider; empty: it is gone
	Created  time.Time
	Used     time.Time // zero if never
}

func errNoProvider() error {
	return fault.New(fault.NotFound, "no-provider", "there is no such sign-in provider")
}

func errLapsed() error {
	return fault.New(fault.Gone, "step-lapsed", "this took too long: begin again")
}

func (s *Service) provider(name string) (*Provider, error) {
	for _, p := range s.Providers {
		if p.ID == name {
			return p, nil
		}
	}
	return nil, errNoProvider()
}

// Begin sends a browser to a provider: where to, and what to keep in a cookie.
// With a caller it is to link the provider to their account.
func (s *Service) Begin(ctx context.Context, provider string, c *org.Caller) (address, cookie string, err error) {
	const op = "oidc.Begin"
	p, err := s.provider(provider)
	if err != nil {
		return "", "", err
	}
	st := step{provider: provider, nonce: random(), verifier: oauth2.GenerateVerifier()}
	if c != nil {
		st.account, st.session = c.Account, c.Session
	}
	cookie = random()
	if address, err = p.address(ctx, state(cookie), st.nonce, st.verifier); err != nil {
		return "", "", fault.Wrap(op, err)
	}
	return address, cookie, fault.Wrap(op, s.DB.Write(ctx, everyone, func(tx *db.Tx) error { return insertStep(tx, sum(cookie), st) }))
}

// state is what goes round by the provider: it is known to whoever has the
// cookie, and does not tell it.
func state(cookie string) string {
	h := sha256.Sum256([]byte("state " + cookie))
	return base64.RawURLEncoding.EncodeToString(h[:])
}

func random() string {
	raw := make([]byte, 32)
	_, _ = rand.Read(raw) // never fails
	return base64.RawURLEncoding.EncodeToString(raw)
}

func sum(token string) []byte {
	h := sha256.Sum256([]byte(token))
	return h[:]
}

// Back is what a browser comes back with.
type Back struct {
	Cookie, State, Code string
	Issuer              string // RFC 9207, where the provider says it
}

// Found is who came back.
type Found struct {
	provider *Provider
	link     row
	linking  bool
}

// Linked reports whether a link was made, rather than somebody signed in.
func (f Found) Linked() bool { return f.linking }

// Finish takes back who was sent away. Where a link was to be made, it is; else
// Account finds in the transaction of the sign-in whose account it is.
func (s *Service) Finish(ctx context.Context, b Back, c *org.Caller) (Found, error) {
	const op = "oidc.Finish"
	if b.Cookie == "" || len(b.Cookie) > 100 || !hmac.Equal([]byte(b.State), []byte(state(b.Cookie))) {
		return Found{}, errLapsed() // another browser's, or nobody's
	}
	var st step
	if err := s.DB.Write(ctx, everyone, func(tx *db.Tx) (err error) {
		st, err = takeStep(tx, sum(b.Cookie))
		return err
	}); err != nil {
		return Found{}, fault.Wrap(op, err)
	}
	p, err := s.provider(st.provider)
	if err != nil {
		return Found{}, err
	}
	if b.Issuer != "" && b.Issuer != p.Issuer {
		return Found{}, errToken("another provider answers")
	}
	if st.account != "" && (c == nil || c.Account != st.account || c.Session != st.session) {
		return Found{}, errLapsed()
	}
	subject, err := p.subject(ctx, b.Code, st.nonce, st.verifier)
	if err != nil {
		return Found{}, fault.Wrap(op, err)
	}
	secret, err := s.Secret(ctx)
	if err != nil {
		return Found{}, fault.Wrap(op, err)
	}
	h := hmac.New(sha256.New, secret)
	for _, part := range []string{"identity", p.Issuer, subject} {
		h.Write([]byte(part + "\x00"))
	}
	f := Found{provider: p, linking: st.account != "", link: row{Link: Link{ID: id.New[id.IdentityLink](), Provider: p.ID}, account: st.account, hash: h.Sum(nil)}}
	if f.linking {
		err = s.DB.Write(ctx, everyone, func(tx *db.Tx) error { return s.link(tx, f) })
	}
	return f, fault.Wrap(op, err)
}

// link ties a provider's word to an account.
func (s *Service) link(tx *db.Tx, f Found) error {
	have, ok, err := findByHash(tx, f.link.hash)
	switch {
	case err != nil:
		return err
	case ok && have.account != f.link.account:
		return fault.New(fault.Conflict, "identity-taken", "this sign-in belongs to another account already")
	case ok:
		return nil
	}
	all, err := linksOf(tx, f.link.account)
	if err != nil {
		return err
	}
	if len(all) >= mostLinks {
		return fault.New(fault.Conflict, "too-many-links", "remove a sign-in first")
	}
	if err := insert(tx, f.link); err != nil {
		return err
	}
	if err := note.Log(tx, f.link.account, "identity-link", string(f.link.ID), feed.Created, "session"); err != nil {
		return err
	}
	if err := s.Tell(tx, f.link.account, MailLinked); err != nil {
		return err
	}
	return f.disclose(tx, f.link.account)
}

// Account is whose account it is that somebody came back for. Nobody's: the two
// are not linked, whatever mail address the provider has.
func (s *Service) Account(tx *db.Tx, f Found) (id.Account, error) {
	r, ok, err := findByHash(tx, f.link.hash)
	if err != nil {
		return "", err
	}
	if !ok || f.linking {
		return "", fault.New(fault.Denied, "not-linked", "this sign-in is not linked to an account: sign in as before, and link it on the page Security")
	}
	if err := used(tx, r.ID); err != nil {
		return "", err
	}
	return r.account, f.disclose(tx, r.account)
}

// disclose writes down that the provider learned of it.
func (f Found) disclose(tx *db.Tx, a id.Account) error {
	to, err := f.provider.Receives()
	if err != nil || to == egress.Own {
		return err
	}
	return disclosure.Record(tx, disclosure.Row{Who: personal.OfAccount(a), Fields: []string{"identity_link.used_at"}, Purpose: personal.SignIn,
		Recipient: disclosure.Recipient{Kind: disclosure.Processor, ID: to}, Why: disclosure.WhySignIn, By: "system"})
}

// List is the links of the caller's account.
func (s *Service) List(ctx context.Context, c org.Caller) (out []Link, err error) {
	err = s.DB.Read(ctx, everyone, func(tx *db.Tx) error {
		out = nil
		all, err := linksOf(tx, c.Account)
		for _, r := range all {
			if i := slices.IndexFunc(s.Providers, func(p *Provider) bool { return p.ID == r.Provider }); i >= 0 {
				r.Name = s.Providers[i].Name
			}
			out = append(out, r.Link)
		}
		return err
	})
	return out, fault.Wrap("oidc.List", err)
}

// Remove takes a link of the caller's account away.
func (s *Service) Remove(ctx context.Context, c org.Caller, link id.IdentityLink) error {
	return fault.Wrap("oidc.Remove", s.DB.Write(ctx, everyone, func(tx *db.Tx) error {
		n, err := remove(tx, c.Account, link)
		if err == nil && n == 0 {
			err = fault.New(fault.NotFound, "link-not-found", "there is no such sign-in")
		}
		if err != nil {
			return err
		}
		if err := note.Log(tx, c.Account, "identity-link", string(link), feed.Deleted, c.Via); err != nil {
			return err
		}
		return s.Tell(tx, c.Account, MailUnlinked)
	}))
}

func hostOf(address string) (string, error) {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" {
		return "", errProvider("its address is none")
	}
	return u.Hostname(), nil
}

func encrypted(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Scheme == "https" && u.Host != ""
}

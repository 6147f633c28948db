package oidc

import (
	"context"
	"crypto/x509"
	"errors"
	"sync"

	goidc "github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"plumbline/internal/egress"
	"plumbline/internal/fault"
)

// Settings are one provider, as the configuration names it.
type Settings struct {
	ID       string // a word, in addresses and in the database
	Name     string // what people see
	Issuer   string // its https address
	Client   string // what it knows this installation by
	Secret   string
	Roots    *x509.CertPool // nil: the system's
	Redirect string         // where it sends people back to
}

// Provider is asked about people who come back from it.
type Provider struct {
	Settings
	way egress.Lane
	by  func(ctx context.Context) context.Context // asks through the way out

	mu    sync.Mutex
	found *goidc.Provider
}

// Fields are what of a person a provider learns from us, by the names of Outbound.
func Fields() []string { return []string{"oidc.moment"} }

// NewProvider makes one; nothing is asked of it yet.
func NewProvider(s Settings, way egress.Lane) *Provider {
	c := way.Trusting(s.Roots).Brief()
	return &Provider{Settings: s, way: way, by: func(ctx context.Context) context.Context { return goidc.ClientContext(ctx, c) }}
}

// Receives is who learns of a sign-in: a processor's id, or egress.Own.
func (p *Provider) Receives() (string, error) {
	host, err := hostOf(p.Issuer)
	if err != nil {
		return "", err
	}
	return p.way.Recipient(host)
}

func errProvider(cause string) error {
	return fault.New(fault.Unavailable, "provider-down", "the sign-in provider cannot be reached or does not answer as it should").Because(errors.New(cause))
}

func errToken(cause string) error {
	return fault.New(fault.Unauthenticated, "not-vouched", "the sign-in provider did not vouch for you").Because(errors.New(cause))
}

// discover reads once what the provider says of itself.
func (p *Provider) discover(ctx context.Context) (*goidc.Provider, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.found != nil {
		return p.found, nil
	}
	// Its keys are asked for later too, when this request is over.
	found, err := goidc.NewProvider(p.by(context.WithoutCancel(ctx)), p.Issuer)
	if err != nil {
		if f, ok := errors.AsType[*fault.Error](err); ok {
			return nil, f
		}
		return nil, errProvider("it does not say how it is asked")
	}
	e := found.Endpoint()
	for _, address := range []string{e.AuthURL, e.TokenURL} {
		if !encrypted(address) {
			return nil, errProvider("it is to be asked in the clear")
		}
	}
	p.found = found
	return found, nil
}

func (p *Provider) oauth(found *goidc.Provider) *oauth2.Config {
	return &oauth2.Config{ClientID: p.Client, ClientSecret: p.Secret, Endpoint: found.Endpoint(), RedirectURL: p.Redirect, Scopes: []string{goidc.ScopeOpenID, "email"}}
}

// address is where a browser is sent.
func (p *Provider) address(ctx context.Context, state, nonce, verifier string) (string, error) {
	found, err := p.discover(ctx)
	if err != nil {
		return "", err
	}
	return p.oauth(found).AuthCodeURL(state, goidc.Nonce(nonce), oauth2.S256ChallengeOption(verifier)), nil
}

// subject trades the code for what the provider calls the person.
func (p *Provider) subject(ctx context.Context, code, nonce, verifier string) (string, error) {
	found, err := p.discover(ctx)
	if err != nil {
		return "", err
	}
	ctx = p.by(ctx)
	t, err := p.oauth(found).Exchange(ctx, code, oauth2.VerifierOption(verifier))
	if err != nil {
		if _, ok := errors.AsType[*oauth2.RetrieveError](err); ok {
			return "", errToken("it does not know the code")
		}
		return "", errProvider("the code cannot be traded")
	}
	raw, ok := t.Extra("id_token").(string)
	if !ok {
		return "", errToken("it gave no ID token")
	}
	return p.vouched(ctx, found, raw, nonce)
}

// vouched checks an ID token: who signed it, with an algorithm that the provider
// uses, for whom, until when, and for which of our questions. The mail address
// is looked at for one thing, and not kept: that the provider has checked it.
func (p *Provider) vouched(ctx context.Context, found *goidc.Provider, raw, nonce string) (string, error) {
	t, err := found.VerifierContext(p.by(ctx), &goidc.Config{ClientID: p.Client}).Verify(ctx, raw)
	if err != nil {
		return "", errToken("its token is not right")
	}
	var claims struct {
		Party    string `json:"azp"`
		Verified bool   `json:"email_verified"`
	}
	switch {
	case t.Nonce == "" || t.Nonce != nonce:
		return "", errToken("its token answers another question")
	case t.Subject == "" || len(t.Subject) > 255:
		return "", errToken("its token names nobody")
	case t.Claims(&claims) != nil:
		return "", errToken("its token cannot be read")
	case (len(t.Audience) > 1 || claims.Party != "") && claims.Party != p.Client:
		return "", errToken("its token is for another program")
	case !claims.Verified:
		return "", fault.New(fault.Denied, "email-not-verified", "the sign-in provider has not checked your mail address")
	}
	return t.Subject, nil
}

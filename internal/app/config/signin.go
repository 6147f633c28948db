package config

import (
	"crypto/x509"
	"net/url"
	"os"
	"regexp"
	"strings"

	"plumbline/internal/egress"
	"plumbline/internal/signin/oidc"
)

// SignIn says which providers people may sign in by, besides a password.
type SignIn struct {
	// Providers are asked by OpenID Connect. Whose server it is stands in privacy:
	// your own host, or a processor that receives oidc.moment.
	Providers []IdentityProvider `yaml:"providers"`
}

// IdentityProvider is one that vouches for whoever signs in by it.
type IdentityProvider struct {
	ID     string `yaml:"id"`                 // a short word of your choice that stays the same
	Name   string `yaml:"name"`               // what people see on the button
	Issuer string `yaml:"issuer"`             // its https address, as it names itself
	Client string `yaml:"client_id"`          // what it knows this installation by
	Secret string `yaml:"client_secret_file"` // a file with the secret, which only Plumbline may read
	Roots  string `yaml:"roots"`              // a PEM file of the certificates that its own is checked with; empty: the system's
}

// OIDCReturn is the path that providers send people back to.
const OIDCReturn = "/signin/back"

func (s *SignIn) faults(f *Faults) {
	seen := map[string]bool{}
	for _, p := range s.Providers {
		at := "sign_in.providers." + p.ID
		switch u, err := url.Parse(p.Issuer); {
		case !regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,40}$`).MatchString(p.ID):
			f.add("sign_in.providers", "a provider needs a word as its id", "write id: WORD with small letters, digits and dashes")
		case seen[p.ID]:
			f.add(at, "it is there twice", "give one of them another id")
		case strings.TrimSpace(p.Name) == "" || p.Client == "" || p.Secret == "":
			f.add(at, "name, client_id and client_secret_file are needed", "write all three")
		case err != nil || u.Scheme != "https" || u.Host == "" || u.RawQuery != "" || u.User != nil:
			f.add(at+".issuer", "a provider is asked by HTTPS", "write https://NAME, as it names itself")
		}
		seen[p.ID] = true
	}
}

// Vouchers makes the providers.
func (c *Config) Vouchers(way egress.Lane) (all []*oidc.Provider, err error) {
	for _, p := range c.SignIn.Providers {
		s := oidc.Settings{ID: p.ID, Name: p.Name, Issuer: p.Issuer, Client: p.Client, Redirect: c.PublicURL + OIDCReturn}
		b, err := os.ReadFile(p.Secret)
		if err != nil {
			return nil, Bad("the file with the secret for sign_in.providers."+p.ID+" cannot be read", err)
		}
		s.Secret = strings.TrimRight(string(b), "\r\n")
		if p.Roots != "" {
			b, err := os.ReadFile(p.Roots)
			s.Roots = x509.NewCertPool()
			if err != nil || !s.Roots.AppendCertsFromPEM(b) {
				return nil, Bad("sign_in.providers."+p.ID+".roots holds no certificate", err)
			}
		}
		v := oidc.NewProvider(s, way)
		if _, err := v.Receives(); err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	return all, nil
}

package config

import (
	"crypto/tls"
	"net/url"
	"strings"
	"time"
)

// TLS says which certificate is shown: one from files, or one that an authority
// gives over ACME.
type TLS struct {
	// Certificate is a PEM file: the certificate and those between it and the
	// authority. It is read again when it changes, and on SIGHUP.
	Certificate string `yaml:"certificate"`
	// Key is a PEM file that only Plumbline may read.
	Key  string `yaml:"key"`
	ACME ACME   `yaml:"acme"` // an authority that gives the certificate, instead of files
	// Minimum is the oldest version of TLS that is spoken: 1.2 or 1.3; empty: 1.2.
	Minimum string `yaml:"minimum"`
	HSTS    HSTS   `yaml:"hsts"` // that browsers come by HTTPS only
}

// ACME says which authority gives certificates (RFC 8555). It asks back on the
// public listener, which must be reached on port 443, or on the redirect's,
// which must be reached on port 80.
type ACME struct {
	// Terms is that you accept the authority's terms of service; ACME is used
	// when it is true.
	Terms bool `yaml:"accept_terms"`
	// Names are the names of this server; empty: that of public_url.
	Names []string `yaml:"names"`
	// Email is where the authority writes to when a certificate is about to end;
	// an address of the operator, or empty.
	Email string `yaml:"email"`
	// Directory is the authority's address; empty: Let's Encrypt.
	Directory string `yaml:"directory"`
	// Roots is a PEM file of the certificates that the authority's own server is
	// checked with; empty: the system's.
	Roots string `yaml:"roots"`
}

// HSTS tells browsers to come by HTTPS only.
type HSTS struct {
	// MaxAge is how long they remember; empty: 17520h, which is two years. Not
	// less than 4320h.
	MaxAge time.Duration `yaml:"max_age"`
	// Subdomains is whether that goes for all names below this one.
	Subdomains bool `yaml:"subdomains"`
	// Preload lets browsers carry the name in their own list.
	Preload bool `yaml:"preload"`
}

// Monitoring says where health and metrics are told, to machines only.
type Monitoring struct {
	// Listen is HOST:PORT or unix:/PATH: loopback, a socket or an address of a
	// private network; empty: nowhere.
	Listen string `yaml:"listen"`
}

// Drain says how the program leaves when it is stopped.
type Drain struct {
	// Notice is how long it goes on while /readyz says no, so that load balancers
	// send nobody any more; empty: 5s behind a proxy, else 0s.
	Notice *time.Duration `yaml:"notice"`
	// Requests is how long requests under way may take then; empty: 30s.
	Requests time.Duration `yaml:"requests"`
}

// LetsEncrypt is the authority where none is named.
const LetsEncrypt = "https://acme-v02.api.letsencrypt.org/directory"

func (t *TLS) complete() {
	if t.Minimum == "" {
		t.Minimum = "1.2"
	}
	if t.HSTS.MaxAge == 0 {
		t.HSTS.MaxAge = 2 * 365 * 24 * time.Hour
	}
	if t.ACME.Directory == "" {
		t.ACME.Directory = LetsEncrypt
	}
}

func (d *Drain) complete(proxied bool) {
	if d.Notice == nil {
		wait := time.Duration(0)
		if proxied {
			wait = 5 * time.Second
		}
		d.Notice = &wait
	}
	if d.Requests == 0 {
		d.Requests = 30 * time.Second
	}
}

// On reports whether the public listener speaks TLS itself.
func (t *TLS) On() bool { return t.Certificate != "" || t.ACME.On() }

// On reports whether an authority is asked.
func (a ACME) On() bool { return a.Terms }

// MinVersion is Minimum as package tls knows it.
func (t *TLS) MinVersion() uint16 {
	if t.Minimum == "1.3" {
		return tls.VersionTLS13
	}
	return tls.VersionTLS12
}

// CertificateNames are the names that a certificate is asked for.
func (c *Config) CertificateNames() []string {
	if len(c.TLS.ACME.Names) > 0 {
		return c.TLS.ACME.Names
	}
	if u, err := url.Parse(c.PublicURL); err == nil {
		return []string{u.Hostname()}
	}
	return nil
}

// Address is a setting of a listener as package net wants it.
func Address(at string) (network, address string) {
	if path, ok := strings.CutPrefix(at, "unix:"); ok {
		return "unix", path
	}
	return "tcp", at
}

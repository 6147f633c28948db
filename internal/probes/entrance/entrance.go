// Package entrance holds the probes of how an installation is entered: by HTTPS
// alone, with settings that are no weaker than the floor, and with an address
// for whoever finds a hole.
package entrance

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/mail"
	"strings"
	"sync/atomic"
	"time"

	"plumbline/internal/probes"
	"plumbline/internal/promise"
)

// World is what the probes work in.
type World struct {
	*probes.World

	// Enter serves a handler as the installation is served to everybody: with its
	// own settings, a certificate made up for it, and on this machine alone.
	Enter func(ctx context.Context, h http.Handler) (plain, secure string, leave func(), err error)
	// Refuse reads a configuration: why it is refused.
	Refuse func(text string) error
}

// Probes are all of them.
func (w World) Probes() []promise.Probe {
	return []promise.Probe{
		probes.Look("SEC-3", "plain HTTP is sent on and reaches nothing; HTTPS is new and remembered", w.encrypted),
		probes.Look("SEC-9", "whoever finds a hole knows whom to tell", w.told),
		probes.Look("SEC-11", "a weaker setting does not start", w.neverWeaker),
	}
}

func (w World) encrypted(ctx context.Context) (string, error) {
	var reached atomic.Int64
	plain, secure, leave, err := w.Enter(ctx, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		reached.Add(1)
		w.WriteHeader(http.StatusNoContent)
	}))
	if err != nil {
		return "", err
	}
	defer leave()
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		got, err := spoken(ctx, plain, method+" /api/v1/session HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 0\r\n\r\n") //nolint:bodyclose // asked closes it
		if err != nil {
			return "", err
		}
		to := got.Header.Get("Location")
		if got.StatusCode != http.StatusPermanentRedirect || !strings.HasPrefix(to, "https://") || strings.Contains(to, "evil.example") {
			return "", fmt.Errorf("plain HTTP is answered with %d and %q", got.StatusCode, to)
		}
	}
	if n := reached.Load(); n > 0 {
		return "", errors.New("a plain request reached a handler")
	}
	old := &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11} //nolint:gosec // it must be refused
	if c, err := (&tls.Dialer{Config: old}).DialContext(ctx, "tcp", secure); err == nil {
		_ = c.Close()
		return "", errors.New("TLS 1.1 is spoken")
	}
	over := &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS12} //nolint:gosec // a certificate made up for this probe
	c, err := (&tls.Dialer{Config: over}).DialContext(ctx, "tcp", secure)
	if err != nil {
		return "", err
	}
	got, err := asked(c, "GET / HTTP/1.1\r\nHost: site.example\r\n\r\n") //nolint:bodyclose // asked closes it
	if err != nil {
		return "", err
	}
	if hsts := got.Header.Get("Strict-Transport-Security"); !strings.HasPrefix(hsts, "max-age=") {
		return "", errors.New("browsers are not told to come by HTTPS only")
	}
	if reached.Load() != 1 {
		return "", errors.New("an encrypted request did not reach the handler")
	}
	return "plain requests are sent on and reach nothing, TLS 1.1 is refused, HTTPS is remembered", nil
}

func spoken(ctx context.Context, address, request string) (*http.Response, error) {
	c, err := (&net.Dialer{Timeout: time.Minute}).DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	return asked(c, request)
}

// asked sends a request word for word.
func asked(c net.Conn, request string) (*http.Response, error) {
	defer func() { _ = c.Close() }()
	if err := c.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		return nil, err
	}
	if _, err := io.WriteString(c, request); err != nil {
		return nil, err
	}
	res, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		return nil, err
	}
	return res, res.Body.Close()
}

// told reads security.txt as RFC 9116 wants it.
func (w World) told(ctx context.Context) (string, error) {
	a, err := w.Must(ctx, http.StatusOK, nil, http.MethodGet, "/.well-known/security.txt", nil)
	if err != nil {
		return "", err
	}
	fields := map[string]string{}
	for line := range strings.SplitSeq(string(a.Body), "\n") {
		if name, value, ok := strings.Cut(strings.TrimSpace(line), ": "); ok {
			fields[name] = value
		}
	}
	address, ok := strings.CutPrefix(fields["Contact"], "mailto:")
	if _, err := mail.ParseAddress(address); err != nil || !ok {
		return "", errors.New("there is no address to write to")
	}
	until, err := time.Parse(time.RFC3339, fields["Expires"])
	if now := w.Clock.Now(); err != nil || !until.After(now) || until.After(now.AddDate(1, 0, 0)) {
		return "", errors.New("it has run out, or says nothing of that")
	}
	if !strings.HasSuffix(fields["Canonical"], "/.well-known/security.txt") || fields["Policy"] == "" {
		return "", errors.New("it does not say where it stands, or by which rules")
	}
	return "security.txt names an address, its rules, and until when it holds", nil
}

// weaker are settings below the floor, each beside the setting that is refused.
func weaker() map[string]string {
	const named = "listen: ':443'\npublic_url: https://site.example\n"
	return map[string]string{
		"tls.minimum":       named + "tls: {certificate: c.pem, key: k.pem, minimum: '1.1'}\n",
		"tls.hsts.max_age":  named + "tls: {certificate: c.pem, key: k.pem, hsts: {max_age: 1h}}\n",
		"public_url":        "public_url: http://site.example\n",
		"monitoring.listen": "monitoring: {listen: ':9464'}\n",
		"mail.without_tls":  "mail: {server: 'mail.example:25', without_tls: true}\nprivacy: {operator: {name: a, address: b, country: BE, email: a@b.example}}\n",
		"database":          "database: postgres://db.example/plumbline\n",
		"ring.root_key":     "ring: {places: [/a/ring], root_key: /a/ring/root.key}\n",
		"development":       named + "tls: {certificate: c.pem, key: k.pem}\ndevelopment: true\n",
	}
}

func (w World) neverWeaker(context.Context) (string, error) {
	all := weaker()
	for setting, text := range all {
		if err := w.Refuse(text); err == nil || !strings.Contains(err.Error(), setting) {
			return "", errors.New(setting + " may be weaker than the floor")
		}
	}
	if err := w.Refuse("listen: ':443'\npublic_url: https://site.example\ntls: {certificate: c.pem, key: k.pem}\n"); err != nil {
		return "", errors.New("a setting that is not weak is refused")
	}
	return fmt.Sprintf("%d settings below the floor are refused, each by its name", len(all)), nil
}

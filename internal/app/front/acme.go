package front

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/caddyserver/certmagic"
	"go.uber.org/zap"

	"plumbline/internal/app/config"
	"plumbline/internal/egress"
	"plumbline/internal/fault"
)

// acme gets certificates from an authority, and renews them when a third of
// their life is left.
type acme struct {
	names  []string
	magic  *certmagic.Config
	issuer *certmagic.ACMEIssuer
	cache  *certmagic.Cache

	mu      sync.Mutex
	renewed chan struct{} // closed and made anew when a certificate came
}

func openACME(_ context.Context, d Deps, public net.Addr, plain net.Listener) (*acme, error) {
	c := d.Config.TLS.ACME
	a := &acme{names: d.Config.CertificateNames(), renewed: make(chan struct{})}
	silent := zap.NewNop() // its words name addresses; what matters is said by event
	a.cache = certmagic.NewCache(certmagic.CacheOptions{Logger: silent, RenewCheckInterval: d.RenewEvery,
		GetConfigForCert: func(certmagic.Certificate) (*certmagic.Config, error) { return a.magic, nil }})
	a.magic = certmagic.New(a.cache, certmagic.Config{Logger: silent,
		Storage: &certmagic.FileStorage{Path: filepath.Join(d.Config.Data, "acme")},
		OnEvent: func(ctx context.Context, event string, data map[string]any) error {
			switch event {
			case "cert_obtained":
				a.mu.Lock()
				close(a.renewed)
				a.renewed = make(chan struct{})
				a.mu.Unlock()
				d.Log.InfoContext(ctx, "the authority gave a certificate")
			case "cert_failed":
				err, _ := data["error"].(error)
				d.Log.ErrorContext(ctx, "the authority gives no certificate; it is asked again later", "error", err)
			}
			return nil
		}})
	roots, err := rootsOf(c.Roots)
	if err != nil {
		return nil, err
	}
	ca, err := url.Parse(c.Directory)
	if err != nil {
		return nil, config.Bad("tls.acme.directory is no address", err)
	}
	a.issuer = certmagic.NewACMEIssuer(a.magic, certmagic.ACMEIssuer{CA: c.Directory, Email: c.Email, Agreed: c.Terms, TrustedRoots: roots, Logger: silent,
		// Both questions come in by listeners that are open already.
		ListenHost: hostOf(public), AltTLSALPNPort: portOf(public), AltHTTPPort: portOf(plainAddr(plain)), DisableHTTPChallenge: plain == nil,
		HTTPProxy: onlyTo(ca.Hostname())})
	a.magic.Issuers = []certmagic.Issuer{a.issuer}
	return a, nil
}

// onlyTo lets requests go to the authority that the configuration names, and
// nowhere else: they hold the names of this server, and nothing of a person.
func onlyTo(host string) func(*http.Request) (*url.URL, error) {
	lane := egress.Only(host)
	return func(r *http.Request) (*url.URL, error) {
		_, err := lane.Recipient(r.URL.Hostname())
		return nil, err
	}
}

func rootsOf(file string) (*x509.CertPool, error) {
	if file == "" {
		return nil, nil //nolint:nilnil // the system's
	}
	b, err := os.ReadFile(file) //nolint:gosec // the administrator names the file
	if err != nil {
		return nil, config.Bad("tls.acme.roots cannot be read", err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(b) {
		return nil, config.Bad("tls.acme.roots holds no certificate", nil)
	}
	return pool, nil
}

func plainAddr(l net.Listener) net.Addr {
	if l == nil {
		return nil
	}
	return l.Addr()
}

func hostOf(a net.Addr) string {
	if t, ok := a.(*net.TCPAddr); ok && !t.IP.IsUnspecified() {
		return t.IP.String()
	}
	return ""
}

func portOf(a net.Addr) int {
	if t, ok := a.(*net.TCPAddr); ok {
		return t.Port
	}
	return 0
}

// follow gets what is missing, and renews, until ctx ends.
func (a *acme) follow(ctx context.Context, told <-chan os.Signal) {
	defer a.cache.Stop()
	for {
		// What it begins goes on by itself, with growing pauses.
		if err := a.magic.ManageAsync(ctx, a.names); err != nil && ctx.Err() == nil {
			_ = a.magic.OnEvent(ctx, "cert_failed", map[string]any{"error": err}) // never fails
		}
		select {
		case <-ctx.Done():
			return
		case <-told:
		}
	}
}

// serve answers the authority's questions on the public listener, and shows
// what it gave.
func (a *acme) serve(c *tls.Config) {
	c.NextProtos = append(c.NextProtos, "acme-tls/1")
	c.GetCertificate = a.magic.GetCertificate
}

func (a *acme) answering(next http.Handler) http.Handler {
	return a.issuer.HTTPChallengeHandler(next)
}

func (a *acme) expires() (first time.Time) {
	for _, name := range a.names {
		for _, c := range a.cache.AllMatchingCertificates(name) {
			if c.Leaf != nil && (first.IsZero() || c.Leaf.NotAfter.Before(first)) {
				first = c.Leaf.NotAfter
			}
		}
	}
	return first
}

// Stored is when the first certificate ends that an authority gave, from what
// lies in the data folder.
func Stored(data string) (time.Time, error) {
	_, ends, err := StoredLife(data)
	return ends, err
}

// StoredLife is the life of that certificate.
func StoredLife(data string) (begins, first time.Time, err error) {
	var found []string
	root := filepath.Join(data, "acme", "certificates")
	for _, pattern := range []string{"*/*/*.crt"} {
		more, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			return begins, first, err
		}
		found = append(found, more...)
	}
	slices.Sort(found)
	for _, name := range found {
		from, to, err := Life(name)
		if err != nil {
			return begins, first, err
		}
		if first.IsZero() || to.Before(first) {
			begins, first = from, to
		}
	}
	if first.IsZero() {
		err = fault.New(fault.NotFound, "no-certificate", "no certificate has been given yet")
	}
	return begins, first, err
}

func firstCertificate(b []byte) ([]byte, error) {
	for block, rest := pem.Decode(b); block != nil; block, rest = pem.Decode(rest) {
		if strings.HasSuffix(block.Type, "CERTIFICATE") {
			return block.Bytes, nil
		}
	}
	return nil, fault.New(fault.Invalid, "no-certificate", "the file holds no certificate")
}

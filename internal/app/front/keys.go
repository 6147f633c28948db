package front

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"log/slog"
	"net"
	"net/http"
	"os"
	"sync/atomic"
	"time"

	"plumbline/internal/app/config"
	"plumbline/internal/sabotage"
)

// lookEvery is how often the files of a certificate are looked at.
const lookEvery = time.Minute

// Keys are the certificates that are shown: those of files, read again when
// they change, or those that an authority gives over ACME.
type Keys struct {
	cfg   config.TLS
	log   *slog.Logger
	given atomic.Pointer[tls.Certificate]
	seen  [2]time.Time // of the files
	acme  *acme        // nil: files
}

func openKeys(ctx context.Context, d Deps, public net.Addr, plain net.Listener) (*Keys, error) {
	k := &Keys{cfg: d.Config.TLS, log: d.Log}
	if !k.cfg.ACME.On() {
		return k, k.Reload()
	}
	var err error
	k.acme, err = openACME(ctx, d, public, plain)
	return k, err
}

// Reload reads the files of the certificate. What cannot be read leaves the one
// there was.
func (k *Keys) Reload() error {
	seen := k.times()
	c, err := tls.LoadX509KeyPair(k.cfg.Certificate, k.cfg.Key)
	if err != nil {
		return config.Bad("tls: the certificate or its key cannot be read", err)
	}
	k.given.Store(&c)
	k.seen = seen
	return nil
}

func (k *Keys) times() (out [2]time.Time) {
	for i, name := range []string{k.cfg.Certificate, k.cfg.Key} {
		if s, err := os.Stat(name); err == nil {
			out[i] = s.ModTime()
		}
	}
	return out
}

// follow reads the files again when they have changed, and when told to.
func (k *Keys) follow(ctx context.Context, told <-chan os.Signal) {
	if k.acme != nil {
		k.acme.follow(ctx, told)
		return
	}
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-told:
		case <-tick.C:
			if k.times() == k.seen {
				continue
			}
		}
		if err := k.Reload(); err != nil {
			k.log.ErrorContext(ctx, "the changed certificate cannot be used; the one before it still is", "error", err)
			continue
		}
		k.log.InfoContext(ctx, "the certificate was read again")
	}
}

// Config is what a TLS listener needs.
func (k *Keys) Config() *tls.Config {
	c := &tls.Config{MinVersion: k.cfg.MinVersion(), NextProtos: []string{"h2", "http/1.1"},
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return k.given.Load(), nil }}
	if sabotage.Off("SEC-3.version") {
		c.MinVersion = tls.VersionTLS10
	}
	if k.acme != nil {
		k.acme.serve(c)
	}
	return c
}

func (k *Keys) over(l net.Listener) net.Listener { return tls.NewListener(l, k.Config()) }

// answering lets the authority's questions through, which come by plain HTTP.
func (k *Keys) answering(next http.Handler) http.Handler {
	if k.acme == nil {
		return next
	}
	return k.acme.answering(next)
}

// Expires is when the first certificate ends that is shown now; zero: none is.
func (k *Keys) Expires() time.Time {
	if k.acme != nil {
		return k.acme.expires()
	}
	c := k.given.Load()
	if c == nil || c.Leaf == nil {
		return time.Time{}
	}
	return c.Leaf.NotAfter
}

// Life is from when to when the certificate of a file is good.
func Life(certificate string) (begins, ends time.Time, err error) {
	b, err := os.ReadFile(certificate) //nolint:gosec // the administrator names the file
	if err != nil {
		return begins, ends, err
	}
	leaf, err := leafOf(b)
	if err != nil {
		return begins, ends, err
	}
	return leaf.NotBefore, leaf.NotAfter, nil
}

func leafOf(pemBytes []byte) (*x509.Certificate, error) {
	c, err := firstCertificate(pemBytes)
	if err != nil {
		return nil, err
	}
	return x509.ParseCertificate(c)
}

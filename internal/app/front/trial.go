package front

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"log/slog"
	"math/big"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"plumbline/internal/app/config"
)

// Trial serves a handler as an installation with these settings is served, on
// loopback and with a certificate made up for it: for whoever wants to see how
// it is entered.
func Trial(ctx context.Context, c config.Config, h http.Handler) (plain, secure string, leave func(), err error) {
	dir, err := os.MkdirTemp("", "trial-*")
	if err != nil {
		return "", "", nil, err
	}
	c.Listen, c.Redirect, c.Monitoring.Listen, c.PublicURL, c.BehindProxy = "127.0.0.1:0", "127.0.0.1:0", "", "https://site.example", nil
	c.TLS.ACME = config.ACME{}
	c.TLS.Certificate, c.TLS.Key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	if err := madeUp(c.TLS.Certificate, c.TLS.Key); err != nil {
		return "", "", nil, err
	}
	log := slog.New(slog.DiscardHandler)
	f, err := Open(ctx, Deps{Config: c, Log: log, Server: &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug)}})
	if err != nil {
		return "", "", nil, err
	}
	running, stop := context.WithCancel(context.WithoutCancel(ctx))
	ended := make(chan struct{})
	go func() {
		_ = f.serve(running, false)
		close(ended)
	}()
	return f.plain.Addr().String(), f.Address().String(), func() {
		stop()
		<-ended
		_ = os.RemoveAll(dir)
	}, nil
}

func madeUp(cert, key string) error {
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "site.example"}, DNSNames: []string{"site.example"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &k.PublicKey, k)
	if err != nil {
		return err
	}
	secret, err := x509.MarshalPKCS8PrivateKey(k)
	if err != nil {
		return err
	}
	if err := os.WriteFile(key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}), 0o600); err != nil {
		return err
	}
	return os.WriteFile(cert, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600)
}

package doctor_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"plumbline/internal/app"
	"plumbline/internal/app/config"
	"plumbline/internal/app/doctor"
	"plumbline/internal/cli"
	"plumbline/internal/clock"
	"plumbline/internal/db"
	"plumbline/internal/db/dbtest"
	"plumbline/internal/job"
	"plumbline/internal/privacy/registered"
	"plumbline/internal/promise"
	"plumbline/internal/prove"
	"plumbline/internal/signin"
)

// site is a real installation, which has been started once.
type site struct {
	t   *testing.T
	cfg app.Config
	now *clock.Fake
	ok  func(context.Context) error
}

func newSite(t *testing.T, dialect db.Dialect) *site {
	t.Helper()
	dir := t.TempDir()
	s := &site{t: t, now: clock.NewFake(time.Now().UTC()), ok: func(context.Context) error { return nil }}
	s.cfg = app.Config{Data: filepath.Join(dir, "data"), Database: dbtest.EmptyURL(t, dialect), Privacy: registered.Demo(),
		Ring:  app.Ring{Root: filepath.Join(dir, "root", "root.key"), Places: []string{filepath.Join(dir, "keys"), filepath.Join(dir, "keys2")}},
		Files: app.Files{Places: []string{filepath.Join(dir, "files")}}}
	if err := s.cfg.Complete(); err != nil {
		t.Fatal(err)
	}
	s.start()
	return s
}

// start starts and stops it, as often as a test needs.
func (s *site) start() {
	s.t.Helper()
	h, err := app.Open(s.t.Context(), s.cfg, app.Options{Clock: s.now, Log: slog.New(slog.DiscardHandler), Cost: signin.Cost{MemoryKiB: 64, Passes: 1, AtOnce: 4}, NoChores: true})
	if err != nil {
		s.t.Fatal(err)
	}
	h.Close()
}

func (s *site) sees(check, state, says string) {
	s.t.Helper()
	var all []string
	for _, f := range doctor.Look(s.t.Context(), doctor.Deps{Config: s.cfg, Sandbox: s.ok, Clock: s.now}) {
		all = append(all, f.Check+" "+f.State+" "+f.Says)
		if f.Check == check && f.State == state && strings.Contains(f.Says, says) && (f.Do != "") == (state != cli.OK) {
			return
		}
	}
	s.t.Errorf("want %s %s %q:\n%s", check, state, says, strings.Join(all, "\n"))
}

func (s *site) write(fn func(tx *db.Tx) error) {
	s.t.Helper()
	d, err := db.Open(s.t.Context(), db.Config{URL: s.cfg.DatabaseURL(), Clock: s.now})
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = d.Close() }()
	if err := d.Write(s.t.Context(), db.Everyone("a test"), fn); err != nil {
		s.t.Fatal(err)
	}
}

// certificate writes one that ends.
func (s *site) certificate(ends time.Time) {
	s.t.Helper()
	s.cfg.TLS.Certificate = filepath.Join(s.cfg.Data, "cert.pem")
	s.living(s.cfg.TLS.Certificate, ends.AddDate(0, -3, 0), ends)
}

// living writes a certificate with a life.
func (s *site) living(path string, begins, ends time.Time) {
	s.t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		s.t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: begins, NotAfter: ends}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &k.PublicKey, k)
	if err != nil {
		s.t.Fatal(err)
	}
	s.file(path, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})), 0o600)
}

func (s *site) file(name, text string, mode os.FileMode) {
	s.t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		s.t.Fatal(err)
	}
	if err := os.Chmod(name, mode); err != nil {
		s.t.Fatal(err)
	}
}

// TestDatabase: what is wrong with a database, on both.
func TestDatabase(t *testing.T) {
	t.Parallel()
	for _, dialect := range []db.Dialect{db.SQLite, db.Postgres} {
		t.Run(dialect.String(), func(t *testing.T) {
			t.Parallel()
			s := newSite(t, dialect)
			s.sees("database", cli.OK, "answers")
			s.sees("schema", cli.OK, "as this program wants it")
			s.sees("jobs", cli.OK, "0 failed in a day")
			s.sees("promises", cli.Warn, "never proved")

			at := s.now.Now()
			s.write(func(tx *db.Tx) error {
				_, err := job.Enqueue(tx, job.Spec{Kind: "a.test", By: "system", RunAt: at})
				return err
			})
			s.now.Advance(20 * time.Minute)
			s.sees("jobs", cli.Warn, "a.test could have run 20m")
			s.now.Advance(25 * time.Hour)
			s.sees("jobs", cli.Fail, "a.test could have run 25h20m")

			found := []prove.Result{{ID: "SEC-1", State: promise.Kept, At: s.now.Now(), Evidence: "seen", Repeat: "plumbline prove SEC-1"}}
			keep := func() {
				t.Helper()
				d, err := db.Open(t.Context(), db.Config{URL: s.cfg.DatabaseURL(), Clock: s.now})
				if err != nil {
					t.Fatal(err)
				}
				defer func() { _ = d.Close() }()
				if err := prove.Save(t.Context(), d, found); err != nil {
					t.Fatal(err)
				}
			}
			keep()
			s.sees("promises", cli.OK, "1 looked at, none broken")
			s.now.Advance(49 * time.Hour)
			s.sees("promises", cli.Warn, "last proved")
			found[0].State, found[0].At = promise.Broken, s.now.Now()
			keep()
			s.sees("promises", cli.Fail, "broken: SEC-1")

			newest := int64(0)
			s.write(func(tx *db.Tx) error {
				if err := tx.Row(`select max(version_id) from schema_version`).Scan(&newest); err != nil {
					return err
				}
				_, err := tx.Exec(`insert into schema_version (version_id, is_applied) values ($1, true)`, newest+1000)
				return err
			})
			s.sees("schema", cli.Fail, "this program at")
			if _, err := app.Open(t.Context(), s.cfg, app.Options{Clock: s.now}); err == nil {
				t.Error("an older program starts on newer tables")
			}
			s.write(func(tx *db.Tx) error {
				_, err := tx.Exec(`delete from schema_version where version_id >= $1`, newest)
				return err
			})
			s.sees("schema", cli.Warn, "this program at")

			if dialect == db.SQLite {
				s.cfg.Database = filepath.Join(s.cfg.Data, "elsewhere.db")
				s.sees("database", cli.Fail, "there is none at")
			} else {
				s.cfg.Database = "postgres://127.0.0.1:1/plumbline"
				s.sees("database", cli.Fail, "")
			}
		})
	}
}

// TestPlaces: keys, files, configuration, backups.
func TestPlaces(t *testing.T) {
	t.Parallel()
	s := newSite(t, db.SQLite)
	s.sees("configuration", cli.OK, "right")
	s.sees("key ring", cli.OK, "whole, in 2 places")
	s.sees("files", cli.OK, "1 of 1")
	s.sees("space data", cli.OK, "GB free")
	s.sees("sandbox", cli.OK, "works")
	s.ok = func(context.Context) error { return errors.New("no child") }
	s.sees("sandbox", cli.Fail, "no child")

	two := s.cfg.Ring.Places
	s.cfg.Ring.Places = two[:1]
	s.sees("key ring", cli.Warn, "in one place")
	s.cfg.Ring.Places = []string{filepath.Join(s.cfg.Data, "gone"), filepath.Join(s.cfg.Data, "gone2")}
	s.sees("key ring", cli.Fail, "")
	s.cfg.Ring.Places = two

	mark := filepath.Join(s.cfg.Data, "last-backup")
	s.sees("backups", cli.Warn, "none was ever made")
	s.file(mark, s.now.Now().Format(time.RFC3339), 0o600)
	s.sees("backups", cli.OK, "the last is of")
	s.now.Advance(3 * 24 * time.Hour)
	s.sees("backups", cli.Warn, "the last is of")
	s.now.Advance(5 * 24 * time.Hour)
	s.sees("backups", cli.Fail, "the last is of")

	if err := os.Chmod(s.cfg.Ring.Root, 0o644); err != nil {
		t.Fatal(err)
	}
	s.sees("configuration", cli.Fail, "ring.root_key")
	s.cfg.Files.Places = []string{filepath.Join(s.cfg.Data, "nowhere")}
	s.sees("files", cli.Fail, "")
	s.sees("space files", cli.Fail, "cannot be looked at")
}

// TestCertificates: how long they last.
func TestCertificates(t *testing.T) {
	t.Parallel()
	s := newSite(t, db.SQLite)
	s.sees("certificate", cli.OK, "none: only this machine")
	s.certificate(s.now.Now().AddDate(0, 0, 90))
	s.sees("certificate", cli.OK, "ends ")
	s.certificate(s.now.Now().AddDate(0, 0, 10))
	s.sees("certificate", cli.Warn, "ends ")
	s.certificate(s.now.Now().AddDate(0, 0, 1))
	s.sees("certificate", cli.Fail, "ends ")
	s.file(s.cfg.TLS.Certificate, "half", 0o600)
	s.sees("certificate", cli.Fail, "")
	s.cfg.TLS = config.TLS{ACME: config.ACME{Terms: true}}
	s.sees("certificate", cli.Warn, "no certificate has been given yet")
	// One of six days that the program renews by itself is well until that is overdue.
	given := filepath.Join(s.cfg.Data, "acme", "certificates", "authority", "site.example")
	if err := os.MkdirAll(given, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		left time.Duration
		want string
	}{{5 * 24 * time.Hour, cli.OK}, {47 * time.Hour, cli.OK}, {30 * time.Hour, cli.Warn}, {5 * time.Hour, cli.Fail}, {-time.Hour, cli.Fail}} {
		ends := s.now.Now().Add(c.left)
		s.living(filepath.Join(given, "site.example.crt"), ends.AddDate(0, 0, -6), ends)
		s.sees("certificate", c.want, "ends ")
	}
	// And one of somebody's own in its last third.
	s.cfg.TLS = config.TLS{Certificate: filepath.Join(s.cfg.Data, "short.pem")}
	for left, want := range map[time.Duration]string{72 * time.Hour: cli.OK, 40 * time.Hour: cli.Warn, 5 * time.Hour: cli.Fail} {
		ends := s.now.Now().Add(left)
		s.living(s.cfg.TLS.Certificate, ends.AddDate(0, 0, -6), ends)
		s.sees("certificate", want, "ends ")
	}
	s.cfg.TLS, s.cfg.BehindProxy = config.TLS{}, []string{"127.0.0.1/32"}
	s.sees("certificate", cli.OK, "the proxy's")
}

// TestPublicAddress: who answers there, and what time it is for them.
func TestPublicAddress(t *testing.T) {
	t.Parallel()
	s := newSite(t, db.SQLite)
	s.cfg.PublicURL = "http://127.0.0.1:1"
	s.sees("public address", cli.Warn, "cannot be reached")
	status, off := http.StatusOK, time.Duration(0)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Date", s.now.Now().Add(off).UTC().Format(http.TimeFormat))
		w.WriteHeader(status)
	}))
	defer server.Close()
	s.cfg.PublicURL = server.URL
	s.sees("public address", cli.OK, "answers")
	s.sees("clock", cli.OK, "within seconds")
	off = 2 * time.Minute
	s.sees("clock", cli.Fail, "apart")
	status = http.StatusBadGateway
	s.sees("public address", cli.Warn, "cannot be reached")
}

type backend struct{}

func (backend) NewSession(*smtp.Conn) (smtp.Session, error) { return backend{}, nil }
func (backend) Mail(string, *smtp.MailOptions) error        { return errors.New("nothing is to be sent") }
func (backend) Rcpt(string, *smtp.RcptOptions) error        { return errors.New("nothing is to be sent") }
func (backend) Data(io.Reader) error                        { return errors.New("nothing is to be sent") }
func (backend) Reset()                                      {}
func (backend) Logout() error                               { return nil }

// TestMail: whether the mail server takes us in.
func TestMail(t *testing.T) {
	t.Parallel()
	s := newSite(t, db.SQLite)
	s.sees("mail", cli.Warn, "no mail server")
	s.cfg.Mail.Server, s.cfg.Mail.Plain = "127.0.0.1:1", true
	s.sees("mail", cli.Fail, "cannot be reached")
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := smtp.NewServer(backend{})
	server.Domain, server.ErrorLog = "mx.example", slog.NewLogLogger(slog.DiscardHandler, slog.LevelDebug)
	ended := make(chan struct{})
	go func() { _ = server.Serve(l); close(ended) }()
	defer func() { _ = server.Close(); <-ended }()
	s.cfg.Mail.Server = l.Addr().String()
	s.sees("mail", cli.OK, "nothing was sent")
	s.cfg.Mail.Server = "mail.elsewhere.example:25"
	s.sees("mail", cli.Fail, "no processor is registered")
}

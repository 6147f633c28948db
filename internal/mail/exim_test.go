package mail

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"plumbline/internal/app/peertest"
	"plumbline/internal/db"
	"plumbline/internal/db/dbtest"
	"plumbline/internal/fault"
	"plumbline/internal/personal"
)

// exim is Exim, as Debian has it, with a configuration, a spool and a user of its own.
type exim struct {
	dir, addr string
	roots     *x509.CertPool
	*peertest.Process
}

// eximUser is whom Debian's package makes.
const eximUser = "Debian-exim"

// rules of Exim: it wants TLS before a password and a password before a mail;
// some recipients are unknown, come later, or are never answered.
const rules = `
exim_path = /usr/sbin/exim4
spool_directory = DIR/spool
log_file_path = DIR/%%slog
pid_file_path = DIR/exim.pid
primary_hostname = mx.example.test
daemon_smtp_ports = PORT
local_interfaces = 127.0.0.1
tls_advertise_hosts = *
tls_certificate = DIR/cert.pem
tls_privatekey = DIR/key.pem
auth_advertise_hosts = ${if eq{$tls_in_cipher}{}{}{*}}
keep_environment =
acl_smtp_rcpt = rcpt
acl_smtp_data = data
never_users =

begin acl
rcpt:
  deny  !authenticated = *
        message = sign in first
  deny  local_parts = nobody
        message = no such user $local_part@$domain
  defer local_parts = later
        condition = ${if !exists{DIR/seen}}
        condition = ${if eq{${run{/usr/bin/touch DIR/seen}}}{}}
        message = greylisted, $local_part@$domain, come again
  accept local_parts = hangs
        delay = 10m
  accept
data:
  deny  condition = ${if match{$h_Subject:}{SPAM}}
        message = we take no spam
  accept

begin routers
all:
  driver = accept
  transport = inbox

begin transports
inbox:
  driver = appendfile
  file = DIR/inbox
  create_file = anywhere
  no_mode_fail_narrower

begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${if and{{eq{$auth2}{plumbline}}{eq{$auth3}{correct horse}}}}
  server_set_id = $auth2
`

func startExim(t *testing.T) *exim {
	t.Helper()
	program, err := exec.LookPath("exim4")
	if err != nil {
		program, err = exec.LookPath("/usr/sbin/exim4")
	}
	if err != nil {
		t.Skip("there is no exim4: scripts/need test")
	}
	e := &exim{dir: peertest.Folder(t, eximUser)}
	var c *tls.Config
	c, e.roots = certificate(t)
	key, err := x509.MarshalPKCS8PrivateKey(c.Certificates[0].PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	port := peertest.Port(t)
	e.addr = net.JoinHostPort("127.0.0.1", port)
	for name, b := range map[string][]byte{
		"cert.pem":  pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Certificates[0].Certificate[0]}),
		"key.pem":   pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key}),
		"exim.conf": []byte(strings.NewReplacer("DIR", e.dir, "PORT", port, "%%", "%").Replace(rules)),
	} {
		if err := os.WriteFile(filepath.Join(e.dir, name), b, 0o644); err != nil { //nolint:gosec // another user reads it
			t.Fatal(err)
		}
	}
	e.Process = peertest.StartAs(t, eximUser, nil, program, "-C", filepath.Join(e.dir, "exim.conf"), "-bdf")
	e.Answers(t, e.addr)
	return e
}

func (e *exim) inbox() string {
	b, _ := os.ReadFile(filepath.Join(e.dir, "inbox"))
	return string(b)
}

// TestExim: what a real mail server does with our letters, and we with what it says.
func TestExim(t *testing.T) {
	t.Parallel()
	e := startExim(t)
	good := SMTP{Server: e.addr, Roots: e.roots, User: "plumbline", Password: "correct horse", Hello: "build.example.test", Timeout: 20 * time.Second}
	if err := good.Reach(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		edit func(*SMTP, *Letter)
		kind fault.Kind
		code string
	}{
		{"a wrong password", func(s *SMTP, _ *Letter) { s.Password = "battery" }, fault.Unavailable, "mail-server-down"},
		{"no password", func(s *SMTP, _ *Letter) { s.User = "" }, fault.Invalid, "recipient-refused"},
		{"without TLS it takes no password", func(s *SMTP, _ *Letter) { s.Plain = true }, fault.Unavailable, "mail-server-down"},
		{"a certificate of nobody", func(s *SMTP, _ *Letter) { s.Roots = x509.NewCertPool() }, fault.Unavailable, "mail-server-down"},
		{"a recipient that is unknown", func(_ *SMTP, l *Letter) { l.To = "nobody@lovelace.example" }, fault.Invalid, "recipient-refused"},
		{"a mail that is refused", func(_ *SMTP, l *Letter) { l.Subject = "SPAM" }, fault.Invalid, "mail-refused"},
		{"a server that hangs", func(s *SMTP, l *Letter) { s.Timeout, l.To = 300*time.Millisecond, "hangs@lovelace.example" }, fault.Unavailable, "mail-not-taken"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, l := good, aLetter()
			c.edit(&s, &l)
			err := s.Send(t.Context(), l)
			if fault.KindOf(err) != c.kind || fault.CodeOf(err) != c.code {
				t.Errorf("%v %q, want %v %q", err, fault.CodeOf(err), c.kind, c.code)
			}
			if s := fmt.Sprintf("%v %+v", err, err); strings.Contains(s, "lovelace") || strings.Contains(s, "horse") {
				t.Errorf("the error tells: %s", s)
			}
		})
	}
	if e.inbox() != "" {
		t.Errorf("delivered: %s", e.inbox())
	}
	if err := good.Send(t.Context(), aLetter()); err != nil {
		t.Fatal(err)
	}
	peertest.Until(t, "the letter is in the inbox", func() bool { return strings.Contains(e.inbox(), "Message-ID: <1@build.example.test>") })
	if !strings.Contains(e.inbox(), "esmtpsa") || !strings.Contains(e.inbox(), "TLS1.3") {
		t.Errorf("not signed in over TLS: %s", e.inbox())
	}
}

// TestEximGreylists: who is told to come again comes again, is delivered once,
// and is named by no log.
func TestEximGreylists(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		e := startExim(t)
		var logged bytes.Buffer
		m := enqueue(t, d)
		w := world{address: "later@lovelace.example", link: secret}
		stop := work(t, &Mailer{DB: d, From: "post@build.example.test", Host: "build.example.test", Resolver: &w, Linker: &w, Gate: open{}, Subjects: subject{who: personal.OfPerson(org, "p-1")},
			Sender: SMTP{Server: e.addr, Roots: e.roots, User: "plumbline", Password: "correct horse", Timeout: 20 * time.Second}}, slog.New(slog.NewTextHandler(&logged, nil)))
		q := settled(t, d, m)
		stop()
		if q.State != Sent {
			t.Fatalf("%s %q", q.State, q.Code)
		}
		peertest.Until(t, "the letter is in the inbox", func() bool { return strings.Contains(e.inbox(), string(m)) })
		if n := strings.Count(e.inbox(), "Message-ID: <"+string(m)); n != 1 {
			t.Errorf("%d letters", n)
		}
		if _, err := os.Stat(filepath.Join(e.dir, "seen")); err != nil {
			t.Error("it was not greylisted")
		}
		for _, word := range []string{"lovelace", "s3cr3t", "later@", "come again", "horse"} {
			if strings.Contains(logged.String(), word) {
				t.Errorf("the log holds %q: %s", word, logged.String())
			}
		}
	})
}

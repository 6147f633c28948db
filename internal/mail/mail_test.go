package mail

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"math/big"
	"net"
	netmail "net/mail"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"plumbline/internal/db"
	"plumbline/internal/db/dbtest"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/job"
	"plumbline/internal/lang"
	"plumbline/internal/personal"
)

const (
	org     = id.Org("0190163d-8694-739b-aea5-966c26f8ad91")
	address = "ada.lovelace@example.test"
	secret  = "https://build.example.test/i#s3cr3t-token"
)

// server is a mail server on a port of its own.
type server struct {
	addr  string
	roots *x509.CertPool

	mu   sync.Mutex
	got  []string // raw mails
	to   []string
	user string
	fail func(stage string) error // "mail", "rcpt", "data", "after"
}

type session struct{ s *server }

func (x *session) stage(name string) error {
	x.s.mu.Lock()
	defer x.s.mu.Unlock()
	if x.s.fail == nil {
		return nil
	}
	return x.s.fail(name)
}

func (x *session) Mail(string, *smtp.MailOptions) error { return x.stage("mail") }
func (x *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	if err := x.stage("rcpt"); err != nil {
		return err
	}
	x.s.mu.Lock()
	defer x.s.mu.Unlock()
	x.s.to = append(x.s.to, to)
	return nil
}
func (x *session) Data(r io.Reader) error {
	b, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if err := x.stage("data"); err != nil {
		return err
	}
	x.s.mu.Lock()
	x.s.got = append(x.s.got, string(b))
	x.s.mu.Unlock()
	return x.stage("after")
}
func (x *session) Reset()                   {}
func (x *session) Logout() error            { return nil }
func (x *session) AuthMechanisms() []string { return []string{sasl.Plain} }
func (x *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != "plumbline" || password != "correct horse" {
			return errors.New("no")
		}
		x.s.mu.Lock()
		defer x.s.mu.Unlock()
		x.s.user = user
		return nil
	}), nil
}

func (s *server) mails() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.got)
}

func newServer(t *testing.T, secure bool) *server {
	t.Helper()
	s := &server{}
	srv := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &session{s}, nil }))
	srv.Domain, srv.ErrorLog = "mx.example.test", log.New(io.Discard, "", 0)
	if secure {
		srv.TLSConfig, s.roots = certificate(t)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() { _ = srv.Serve(l); close(done) }()
	t.Cleanup(func() { _, _ = srv.Close(), l.Close(); <-done })
	s.addr = l.Addr().String()
	return s
}

func certificate(t *testing.T) (*tls.Config, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tmpl := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "mx"}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(c)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}, MinVersion: tls.VersionTLS12}, roots
}

func aLetter() Letter {
	return Letter{ID: "1@build.example.test", Date: time.Date(2026, 5, 4, 3, 2, 1, 0, time.UTC), From: "Plumbline <post@build.example.test>",
		To: address, Language: "da-DK", Subject: "Rødgrød på æbler", Text: "Først\n\nså\n", HTML: "<p>Først"}
}

func TestSMTP(t *testing.T) {
	t.Parallel()
	refuse := func(stage string, code int) func(string) error {
		return func(at string) error {
			if at != stage {
				return nil
			}
			return &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{code / 100, 1, 1}, Message: "no such user " + address}
		}
	}
	cases := []struct {
		name   string
		secure bool
		edit   func(s *SMTP, srv *server)
		kind   fault.Kind
		code   string
	}{
		{"plain", false, func(s *SMTP, _ *server) { s.Plain = true }, 0, ""},
		{"STARTTLS", true, func(*SMTP, *server) {}, 0, ""},
		{"signed in", true, func(s *SMTP, _ *server) { s.User, s.Password = "plumbline", "correct horse" }, 0, ""},
		{"wrong password", true, func(s *SMTP, _ *server) { s.User, s.Password = "plumbline", "battery" }, fault.Unavailable, "mail-server-down"},
		{"no TLS offered", false, func(*SMTP, *server) {}, fault.Unavailable, "mail-server-down"},
		{"a certificate of nobody", true, func(s *SMTP, _ *server) { s.Roots = x509.NewCertPool() }, fault.Unavailable, "mail-server-down"},
		{"nobody there", false, func(s *SMTP, _ *server) { s.Server = "127.0.0.1:1" }, fault.Unavailable, "mail-server-down"},
		{"bad setting", false, func(s *SMTP, _ *server) { s.Server = "localhost" }, fault.Unavailable, "bad-mail-server"},
		{"recipient unknown", true, func(_ *SMTP, srv *server) { srv.fail = refuse("rcpt", 550) }, fault.Invalid, "recipient-refused"},
		{"mailbox full for now", true, func(_ *SMTP, srv *server) { srv.fail = refuse("rcpt", 452) }, fault.Unavailable, "mail-not-taken"},
		{"sender refused", true, func(_ *SMTP, srv *server) { srv.fail = refuse("mail", 550) }, fault.Unavailable, "mail-not-taken"},
		{"content refused", true, func(_ *SMTP, srv *server) { srv.fail = refuse("data", 554) }, fault.Invalid, "mail-refused"},
		{"greylisted", true, func(_ *SMTP, srv *server) { srv.fail = refuse("data", 451) }, fault.Unavailable, "mail-not-taken"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			srv := newServer(t, c.secure)
			s := SMTP{Server: srv.addr, Roots: srv.roots, Hello: "build.example.test", Timeout: 20 * time.Second}
			c.edit(&s, srv)
			err := s.Send(context.Background(), aLetter())
			if c.code != "" {
				if fault.KindOf(err) != c.kind || fault.CodeOf(err) != c.code {
					t.Errorf("%v %q (%v), want %v %q", fault.KindOf(err), fault.CodeOf(err), err, c.kind, c.code)
				}
				if s := fmt.Sprintf("%v %+v", err, err); strings.Contains(s, "lovelace") || strings.Contains(s, "no such user") {
					t.Errorf("the error names the recipient: %s", s)
				}
				if len(srv.mails()) != 0 {
					t.Error("it was sent all the same")
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			srv.mu.Lock()
			to, user := srv.to, srv.user
			srv.mu.Unlock()
			if got := srv.mails(); len(got) != 1 || to[0] != address || user != s.User {
				t.Fatalf("%d mails to %v from user %q", len(got), to, user)
			}
			m, err := netmail.ReadMessage(strings.NewReader(srv.mails()[0]))
			if err != nil {
				t.Fatal(err)
			}
			for h, want := range map[string]string{"Message-Id": "<1@build.example.test>", "Content-Language": "da-DK", "Auto-Submitted": "auto-generated",
				"Date": "Mon, 04 May 2026 03:02:01 +0000", "To": "<" + address + ">", "From": `"Plumbline" <post@build.example.test>`} {
				if got := m.Header.Get(h); got != want {
					t.Errorf("%s is %q, want %q", h, got, want)
				}
			}
			if got := decoded(m.Header.Get("Subject")); got != "Rødgrød på æbler" {
				t.Errorf("subject %q", got)
			}
			if m.Header.Get("User-Agent") != "" || m.Header.Get("X-Mailer") != "" {
				t.Error("the mail tells what software sent it")
			}
		})
	}
}

func TestAGoodbyeThatFailsIsNoFailure(t *testing.T) {
	t.Parallel()
	// A server that takes the mail and hangs up.
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close() //nolint:errcheck // a test
	go func() {
		c, err := l.Accept()
		if err != nil {
			return
		}
		defer c.Close() //nolint:errcheck // a test
		say := func(s string) { _, _ = io.WriteString(c, s+"\r\n") }
		say("220 mx")
		buf := make([]byte, 4096)
		data := false
		var all []byte
		for {
			n, err := c.Read(buf)
			if err != nil {
				return
			}
			all = append(all, buf[:n]...)
			switch {
			case data && bytes.HasSuffix(all, []byte("\r\n.\r\n")):
				say("250 taken")
				return
			case data:
			case bytes.HasPrefix(buf[:n], []byte("DATA")):
				data = true
				say("354 go on")
			default:
				say("250 mx")
			}
		}
	}()
	if err := (SMTP{Server: l.Addr().String(), Plain: true, Timeout: 20 * time.Second}).Send(context.Background(), aLetter()); err != nil {
		t.Errorf("taken, and yet: %v", err)
	}
}

// world answers what app answers.
type world struct {
	address, link   string
	noAddress, down error
}

func (w *world) Address(context.Context, Queued) (string, error) { return w.address, w.noAddress }
func (w *world) Link(_ context.Context, q Queued) (string, error) {
	if q.Data["invite"] != "i-1" || q.To.ID != "p-1" {
		return "", errors.New("the draft did not arrive")
	}
	return w.link, w.down
}

var draft = Draft{To: Recipient{"person", "p-1"}, Purpose: personal.Invitation, Template: "invitation", Locale: "nl", Data: map[string]string{"invite": "i-1"}}

func enqueue(t *testing.T, d *db.DB) (m id.Mail) {
	t.Helper()
	err := d.Write(context.Background(), db.Tenant(org), func(tx *db.Tx) (err error) {
		m, err = Enqueue(tx, draft)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func get(t *testing.T, d *db.DB, m id.Mail) (q Queued) {
	t.Helper()
	err := d.Read(context.Background(), db.Tenant(org), func(tx *db.Tx) (err error) {
		q, err = Get(tx, m)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return q
}

func work(t *testing.T, m *Mailer, log *slog.Logger) (stop func()) {
	t.Helper()
	w := job.New(m.DB, log, map[string]job.Handler{JobKind: m.Handle}, job.Options{Backoff: func(int) time.Duration { return 0 }})
	w.OnFailed(JobKind, m.Failed)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { w.Run(ctx); close(done) }()
	stop = func() { cancel(); <-done }
	t.Cleanup(stop)
	return stop
}

func settled(t *testing.T, d *db.DB, m id.Mail) Queued {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	var s job.Status
	err := d.Read(ctx, db.Tenant(org), func(tx *db.Tx) (err error) {
		s, _, err = job.OfThing(tx, string(m), JobKind)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := job.Watch(ctx, d, db.Tenant(org), s.ID, func(job.Status) error { return nil }); err != nil {
		t.Fatal(err)
	}
	return get(t, d, m)
}

func TestFromTheQueueToTheServer(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name  string
		world world
		fail  func(n int) func(stage string) error
		state State
		code  string
		mails int
	}{
		{"sent", world{address: address, link: secret}, nil, Sent, "", 1},
		{"without a link", world{address: address}, nil, Sent, "", 1},
		{"the server takes it, then breaks: sent again", world{address: address, link: secret}, func(n int) func(string) error {
			return func(stage string) error {
				if stage == "after" && n > 0 {
					n--
					return &smtp.SMTPError{Code: 451, Message: "who was " + address}
				}
				return nil
			}
		}, Sent, "", 3},
		{"refused", world{address: address, link: secret}, func(int) func(string) error {
			return func(string) error { return &smtp.SMTPError{Code: 550, Message: address} }
		}, Failed, "mail-not-taken", 0},
		{"recipient is gone", world{noAddress: fault.New(fault.Gone, "erased", "")}, nil, Dropped, "erased", 0},
		{"recipient unknown", world{noAddress: fault.New(fault.NotFound, "person-not-found", "")}, nil, Dropped, "person-not-found", 0},
		{"invitation lapsed", world{address: address, down: fault.New(fault.Gone, "lapsed", "")}, nil, Dropped, "lapsed", 0},
		{"not an address", world{address: "lovelace"}, nil, Failed, "bad-address", 0},
		{"an address with a header in it", world{address: "a@b.test\r\nBcc: c@d.test"}, nil, Failed, "bad-address", 0},
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for _, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				srv := newServer(t, true)
				if c.fail != nil {
					srv.fail = c.fail(2)
				}
				var logged bytes.Buffer
				m := enqueue(t, d)
				w := c.world
				stop := work(t, &Mailer{DB: d, From: "post@build.example.test", Host: "build.example.test", Resolver: &w, Linker: &w, Gate: open{}, Subjects: subject{who: personal.OfPerson(org, "p-1")},
					Sender: SMTP{Server: srv.addr, Roots: srv.roots, Timeout: 20 * time.Second}}, slog.New(slog.NewTextHandler(&logged, nil)))
				q := settled(t, d, m)
				stop() // the log is complete
				if q.State != c.state || q.Code != c.code || q.SentAt.IsZero() == (c.state == Sent) {
					t.Errorf("%s %q at %v, want %s %q", q.State, q.Code, q.SentAt, c.state, c.code)
				}
				got := srv.mails()
				if len(got) != c.mails {
					t.Fatalf("%d mails, want %d", len(got), c.mails)
				}
				for _, raw := range got {
					x, err := netmail.ReadMessage(strings.NewReader(raw))
					if err != nil {
						t.Fatal(err)
					}
					// The same Message-ID and date each time.
					if id := x.Header.Get("Message-Id"); id != "<"+string(m)+"@build.example.test>" {
						t.Errorf("Message-ID %s", id)
					}
					if at, err := x.Header.Date(); err != nil || !at.Equal(q.CreatedAt.Truncate(time.Second)) {
						t.Errorf("date %v (%v), want %v", at, err, q.CreatedAt)
					}
				}
				if strings.Contains(logged.String(), "lovelace") || strings.Contains(logged.String(), "s3cr3t") {
					t.Errorf("the log names the recipient or the secret: %s", logged.String())
				}
			})
		}
		// Neither the address nor the secret was ever in the database.
		err := d.Read(context.Background(), db.Everyone("test"), func(tx *db.Tx) error {
			rows, err := db.All(tx, db.Value1[string], `select recipient_id || data || note from mail union all select payload || note from job`)
			for _, r := range rows {
				if strings.Contains(r, "lovelace") || strings.Contains(r, "s3cr3t") || strings.Contains(r, "@") {
					t.Errorf("the queue holds %q", r)
				}
			}
			if len(rows) != 2*len(cases) {
				t.Errorf("%d rows", len(rows))
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestTheQueueForgets(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		erased, waits := enqueue(t, d), id.Mail("")
		err := d.Write(context.Background(), db.Tenant(org), func(tx *db.Tx) error {
			for _, bad := range []Draft{{To: draft.To, Template: "no-such", Purpose: draft.Purpose}, {Template: "invitation", Purpose: draft.Purpose},
				{To: draft.To, Template: "invitation"}, {To: draft.To, Template: "invitation", Purpose: personal.Updates},
				{To: draft.To, Template: "news-product", Purpose: personal.Correspond}, {To: draft.To, Template: "invitation", Purpose: "own"}} {
				if _, err := Enqueue(tx, bad); err == nil {
					t.Errorf("%+v was taken", bad)
				}
			}
			if n, err := EraseRecipient(tx, draft.To); n != 1 || err != nil {
				t.Errorf("erased %d, %v", n, err)
			}
			var err error
			waits, err = Enqueue(tx, draft)
			if err != nil {
				return err
			}
			later := tx.Now().Add(time.Hour)
			if n, err := Prune(tx, later); n != 0 || err != nil {
				t.Errorf("pruned %d that wait, %v", n, err)
			}
			if err := mark(tx, waits, Sent, ""); err != nil {
				return err
			}
			if n, err := Prune(tx, later); n != 1 || err != nil {
				t.Errorf("pruned %d that were sent, %v", n, err)
			}
			waits, err = Enqueue(tx, draft)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		// The jobs of the erased and the pruned end well, without a mail.
		c, err := NewCapture("")
		if err != nil {
			t.Fatal(err)
		}
		w := world{address: address, link: secret}
		work(t, &Mailer{DB: d, From: "post@build.example.test", Host: "build.example.test", Resolver: &w, Linker: &w, Sender: c, Gate: open{},
			Subjects: subject{who: personal.OfPerson(org, "p-1")}}, nil)
		if q := settled(t, d, waits); q.State != Sent || len(c.List()) != 1 {
			t.Errorf("%s, %d mails", q.State, len(c.List()))
		}
		err = d.Read(context.Background(), db.Tenant(org), func(tx *db.Tx) error {
			s, ok, err := job.OfThing(tx, string(erased), JobKind)
			if !ok || s.State == job.Failed {
				t.Errorf("the job of an erased mail: %+v", s)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestEveryTemplateInEveryLanguage(t *testing.T) {
	t.Parallel()
	m := Mailer{From: "post@build.example.test", Host: "build.example.test"}
	var names []string
	for _, k := range lang.Keys("mail.") {
		if name, ok := strings.CutSuffix(strings.TrimPrefix(k, "mail."), ".subject"); ok {
			names = append(names, name)
		}
	}
	if len(names) < 3 {
		t.Fatalf("only %v", names)
	}
	for _, name := range names {
		seen := map[string]bool{}
		for _, l := range lang.Languages() {
			x, err := m.letter(Queued{ID: "1", Template: name, Locale: lang.Locale(l)}, address, secret, "https://build.example.test/end")
			if err != nil {
				t.Fatal(err)
			}
			if seen[x.Subject] || x.Subject == "" || strings.Contains(x.Subject, "mail.") {
				t.Errorf("%s in %s: subject %q", name, l, x.Subject)
			}
			seen[x.Subject] = true
			for what, s := range map[string]string{"text": x.Text, "html": x.HTML} {
				if !strings.Contains(s, secret) || !strings.Contains(s, "build.example.test") || strings.Contains(s, "mail."+name) || strings.ContainsAny(s, "{}") {
					t.Errorf("%s in %s: %s is %s", name, l, what, s)
				}
				if !strings.Contains(s, "https://build.example.test/end") {
					t.Errorf("%s in %s: the %s does not say how to end it", name, l, what)
				}
				if strings.Contains(s, "lovelace") {
					t.Errorf("%s in %s: the %s holds the address", name, l, what)
				}
			}
			if strings.Contains(x.HTML, "<img") || strings.Contains(x.HTML, "src=") {
				t.Errorf("%s in %s loads something", name, l)
			}
		}
	}
}

func TestALinkIsEscaped(t *testing.T) {
	t.Parallel()
	_, html, err := body("en-GB", "invitation", `https://x.test/?a=1&b="><script>`, "x.test", "")
	if err != nil || strings.Contains(html, "<script>") {
		t.Errorf("%v: %s", err, html)
	}
	if _, html, _ := body("en-GB", "invitation", `javascript:alert(1)`, "x.test", ""); strings.Contains(html, `href="javascript:`) {
		t.Error("a link that runs")
	}
}

func TestCapture(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "mail")
	c, err := NewCapture(dir)
	if err != nil {
		t.Fatal(err)
	}
	l := aLetter()
	l.Text, l.HTML = "Først "+strings.Repeat("lang linje ", 30)+"\n\n"+secret+"\n", "<p>Først & så"
	if err := c.Send(context.Background(), l); err != nil {
		t.Fatal(err)
	}
	for i := range keep {
		x := aLetter()
		x.Subject = fmt.Sprint(i)
		if err := c.Send(context.Background(), x); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Send(context.Background(), l); err != nil {
		t.Fatal(err)
	}
	same := func(c *Capture) {
		t.Helper()
		all := c.List()
		if len(all) != keep || all[0].N != keep+2 || all[keep-1].N != 3 {
			t.Fatalf("%d mails, %d to %d", len(all), all[len(all)-1].N, all[0].N)
		}
		x, err := c.Get(keep + 2)
		if err != nil || x.ID != l.ID || x.To != address || x.Subject != l.Subject || !x.Date.Equal(l.Date) ||
			strings.TrimSpace(x.Text) != strings.TrimSpace(l.Text) || strings.TrimSpace(x.HTML) != l.HTML {
			t.Errorf("got %+v, %v", x, err)
		}
		if _, err := c.Get(1); fault.CodeOf(err) != "mail-not-found" {
			t.Errorf("the oldest: %v", err)
		}
	}
	same(c)
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != keep {
		t.Fatalf("%d files, %v", len(entries), err)
	}
	for _, e := range entries {
		if i, err := e.Info(); err != nil || i.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v", e.Name(), i.Mode())
		}
	}
	again, err := NewCapture(dir) // the program starts again
	if err != nil {
		t.Fatal(err)
	}
	same(again)
	if err := again.Send(context.Background(), l); err != nil || again.List()[0].N != keep+3 {
		t.Errorf("number %d, %v", again.List()[0].N, err)
	}
}

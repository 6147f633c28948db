package mail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"time"

	gomail "github.com/wneessen/go-mail"

	"plumbline/internal/egress"
	"plumbline/internal/fault"
)

// SMTP sends through a mail server.
type SMTP struct {
	Server   string // HOST:PORT; on port 465 TLS begins at once, elsewhere by STARTTLS
	User     string // empty: without signing in
	Password string
	Plain    bool // without TLS: for a server on this machine
	Hello    string
	Roots    *x509.CertPool // nil: the system's
	Timeout  time.Duration  // 0: 30 seconds
	// Way is the way out: the server must belong to a registered recipient. The
	// zero leads to this machine only.
	Way egress.Lane
}

// Fields are the personal fields of a letter that the mail server receives,
// by the names of Outbound.
func Fields() []string { return []string{"mail.to", "mail.language"} }

// Recipient is who receives the letters: a processor's id, or egress.Own.
func (s SMTP) Recipient() (string, error) {
	host, _, err := net.SplitHostPort(s.Server)
	if err != nil {
		return "", badServer()
	}
	return s.Way.Recipient(host)
}

func badServer() error {
	return fault.New(fault.Unavailable, "bad-mail-server", "the mail server is not HOST:PORT")
}

// Check says whether the settings can be used, and the server may be sent to;
// it does not connect.
func (s SMTP) Check() error {
	if _, err := s.client(); err != nil {
		return err
	}
	_, err := s.Recipient()
	return err
}

// Send hands one letter to the server.
func (s SMTP) Send(ctx context.Context, l Letter) error {
	client, err := s.client()
	if err != nil {
		return err
	}
	if _, err := s.Recipient(); err != nil {
		return err // an agreement can have ended since the start
	}
	msg, err := message(l)
	if err != nil {
		return err
	}
	conn, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return down(err, "mail-server-down")
	}
	// When the letter is taken, a failing goodbye does not matter.
	defer client.CloseWithSMTPClient(conn) //nolint:errcheck // see above
	err = client.SendWithSMTPClient(conn, msg)
	if err == nil || msg.IsDelivered() {
		return nil
	}
	var f *gomail.SendError
	if errors.As(err, &f) && f.ErrorCode() >= 500 {
		switch f.Reason {
		case gomail.ErrSMTPRcptTo:
			return fault.New(fault.Invalid, "recipient-refused", "the mail server refuses the recipient").Because(code(f))
		case gomail.ErrSMTPData, gomail.ErrSMTPDataClose, gomail.ErrWriteContent:
			return fault.New(fault.Invalid, "mail-refused", "the mail server refuses the mail").Because(code(f))
		}
	}
	return down(err, "mail-not-taken")
}

// Reach signs in to the server and sends nothing.
func (s SMTP) Reach(ctx context.Context) error {
	client, err := s.client()
	if err != nil {
		return err
	}
	if _, err := s.Recipient(); err != nil {
		return err
	}
	conn, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return down(err, "mail-server-down")
	}
	_ = client.CloseWithSMTPClient(conn)
	return nil
}

// down is a failure that later attempts may not meet. The library's error is
// not kept: it holds addresses and the server's words.
func down(err error, c string) error {
	out := fault.New(fault.Unavailable, c, "the mail server cannot be reached or does not take mail now")
	var f *gomail.SendError
	var n net.Error
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return out.Because(errors.New("it was stopped, or time ran out"))
	case errors.As(err, &f):
		return out.Because(code(f))
	case errors.As(err, &n) && n.Timeout():
		return out.Because(errors.New("the mail server is silent"))
	case errors.Is(err, io.EOF):
		return out.Because(io.EOF)
	}
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return out.Because(errors.New("the mail server's certificate is not trusted"))
	}
	return out
}

func code(f *gomail.SendError) error {
	return fmt.Errorf("smtp %d %s while %s", f.ErrorCode(), f.EnhancedStatusCode(), f.Reason)
}

func (s SMTP) client() (*gomail.Client, error) {
	host, p, err := net.SplitHostPort(s.Server)
	port, err2 := strconv.Atoi(p)
	if err != nil || err2 != nil {
		return nil, badServer()
	}
	timeout := s.Timeout
	if timeout <= 0 {
		timeout = 30 * time.Second
	}
	secure := &tls.Config{ServerName: host, RootCAs: s.Roots, MinVersion: tls.VersionTLS12}
	dial := s.Way.DialContext
	if port == 465 && !s.Plain {
		dial = func(ctx context.Context, network, address string) (net.Conn, error) {
			c, err := s.Way.DialContext(ctx, network, address)
			if err != nil {
				return nil, err
			}
			over := tls.Client(c, secure)
			return over, over.HandshakeContext(ctx)
		}
	}
	opts := []gomail.Option{gomail.WithPort(port), gomail.WithTimeout(timeout), gomail.WithoutNoop(), gomail.WithTLSConfig(secure),
		gomail.WithDialContextFunc(dial)}
	switch {
	case s.Plain:
		opts = append(opts, gomail.WithTLSPolicy(gomail.NoTLS))
	case port == 465:
		// The dialled connection is encrypted; the library sees that, and a
		// server does not offer STARTTLS over it.
		opts = append(opts, gomail.WithTLSPolicy(gomail.TLSOpportunistic))
	default:
		opts = append(opts, gomail.WithTLSPolicy(gomail.TLSMandatory))
	}
	if s.Hello != "" {
		opts = append(opts, gomail.WithHELO(s.Hello))
	}
	if s.User != "" {
		opts = append(opts, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(s.User), gomail.WithPassword(s.Password))
	}
	c, err := gomail.NewClient(host, opts...)
	if err != nil {
		return nil, fault.New(fault.Unavailable, "bad-mail-server", "the mail server's settings cannot be used")
	}
	return c, nil
}

// message writes a letter as MIME.
func message(l Letter) (*gomail.Msg, error) {
	// The library's errors repeat the address.
	m := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	if m.From(l.From) != nil { // a setting: it can be mended, and the mail is kept till then
		return nil, fault.New(fault.Unavailable, "bad-sender", "the address that mail comes from is not one")
	}
	if m.To(l.To) != nil {
		return nil, fault.New(fault.Invalid, "bad-address", "the address of a recipient cannot be written to")
	}
	m.Subject(l.Subject)
	m.SetMessageIDWithValue(l.ID)
	m.SetDateWithValue(l.Date)
	m.SetGenHeader("Content-Language", l.Language)
	m.SetGenHeader("Auto-Submitted", "auto-generated")
	m.SetGenHeader("X-Auto-Response-Suppress", "All")
	if l.Unsubscribe != "" {
		// RFC 8058. Both must be covered by the DKIM signature, which is the mail
		// server's to make.
		m.SetGenHeader("List-Unsubscribe", "<"+l.Unsubscribe+">")
		m.SetGenHeader("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
	}
	m.SetBodyString(gomail.TypeTextPlain, l.Text)
	m.AddAlternativeString(gomail.TypeTextHTML, l.HTML)
	return m, nil
}

package post

import (
	"crypto/x509"
	"os"
	"strings"

	"plumbline/internal/app/config"
	"plumbline/internal/egress"
	"plumbline/internal/mail"
)

// Sender is how mail leaves: by SMTP, through the one way out, or not at all
// where no server is configured. Mail to made-up people stays here.
func Sender(c config.Config, way egress.Lane, captured *mail.Capture) (mail.Sender, error) {
	if c.Mail.Server == "" {
		return captured, nil
	}
	if err := c.Privacy.CheckMail(); err != nil {
		return nil, err
	}
	s, err := SMTP(c, way)
	if err != nil {
		return nil, err
	}
	return mail.Divert{Domain: mail.MadeUp, Here: captured, Else: s}, s.Check()
}

// SMTP is the mail server of a configuration that has one.
func SMTP(c config.Config, way egress.Lane) (mail.SMTP, error) {
	s := mail.SMTP{Server: c.Mail.Server, User: c.Mail.User, Plain: c.Mail.Plain, Way: way}
	if c.Mail.Roots != "" {
		b, err := os.ReadFile(c.Mail.Roots)
		s.Roots = x509.NewCertPool()
		if err != nil || !s.Roots.AppendCertsFromPEM(b) {
			return s, config.Bad("mail.roots holds no certificate", err)
		}
	}
	if c.Mail.Password != "" {
		b, err := os.ReadFile(c.Mail.Password)
		if err != nil {
			return s, config.Bad("the file with the mail password cannot be read", err)
		}
		s.Password = strings.TrimRight(string(b), "\r\n")
	}
	return s, nil
}

package app

import (
	"strings"
	"testing"
	"time"

	"plumbline/internal/lang"
	"plumbline/internal/mail"
	"plumbline/internal/signin/oidc"
)

// TestProviderMails: whoever has an account is told when a provider is linked to
// it and when it is taken away, in their language, and the mail names nobody.
func TestProviderMails(t *testing.T) {
	each(t, func(t *testing.T, s *house) {
		w := newWorld(t, s)
		v := aLinkedAccount(w)
		who := &login{cookie: v["cookie"]}
		var me struct {
			Account struct{ Name, Locale string }
		}
		w.must(200, who, "GET", "/api/v1/session", nil).json(t, &me)
		linked := s.mailOf(v["address"], me.Account.Locale, oidc.MailLinked)
		w.must(204, who, "DELETE", "/api/v1/account/identities/"+v["link"], nil)
		for _, m := range []mail.Captured{linked, s.mailOf(v["address"], me.Account.Locale, oidc.MailUnlinked)} {
			if !strings.Contains(m.Text, s.cfg.PublicURL+"/account/security") {
				t.Errorf("%s: no way to look: %s", m.Subject, m.Text)
			}
			for _, word := range []string{me.Account.Name, v["address"], "delta"} {
				if strings.Contains(m.Text+m.HTML, word) {
					t.Errorf("%s says %q", m.Subject, word)
				}
			}
		}
	})
}

// mailOf waits for a certain mail to somebody.
func (s *house) mailOf(to, locale, name string) mail.Captured {
	s.t.Helper()
	subject := lang.T(lang.Match(locale), "mail."+name+".subject")
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	late := time.After(wait)
	for {
		for _, m := range s.capture.List() {
			if strings.Contains(m.To, to) && m.Subject == subject {
				return m
			}
		}
		select {
		case <-tick.C:
		case <-late:
			s.t.Fatalf("%q does not come\n%s", subject, s.warnings())
		}
	}
}

package mail

import (
	"bytes"
	"context"
	"log/slog"
	netmail "net/mail"
	"strings"
	"testing"
	"time"

	"plumbline/internal/db"
	"plumbline/internal/db/dbtest"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/personal"
)

// open is a gate that lets everybody through.
type open struct{}

func (open) Gate(*db.Tx, personal.Who, personal.Purpose) error { return nil }
func (open) Writable(*db.Tx, string, personal.Purpose) error   { return nil }
func (open) Unsubscribe(context.Context, Queued) (post, page string, err error) {
	return "https://build.example.test/end/t0ken", "https://build.example.test/page/t0ken", nil
}

// keeper is a gate that says no, and a resolver that tells whether it was asked.
type keeper struct {
	no, never error
	asked     []personal.Purpose
	resolved  int
}

func (k *keeper) Gate(_ *db.Tx, who personal.Who, p personal.Purpose) error {
	if who != personal.OfPerson(org, "p-1") {
		return fault.New(fault.Other, "wrong", "asked about somebody else")
	}
	k.asked = append(k.asked, p)
	return k.no
}
func (k *keeper) Writable(_ *db.Tx, to string, _ personal.Purpose) error {
	if to != address {
		return fault.New(fault.Other, "wrong", "asked about another address")
	}
	return k.never
}
func (k *keeper) Address(context.Context, Queued) (string, error) { k.resolved++; return address, nil }
func (k *keeper) Link(context.Context, Queued) (string, error)    { return secret, nil }

func TestTheGateIsAskedBeforeTheAddress(t *testing.T) {
	t.Parallel()
	denied := func(code string) error { return fault.New(fault.Denied, code, code) }
	cases := []struct {
		name     string
		purpose  personal.Purpose
		template string
		gate     keeper
		subject  subject
		end      bool // there is a way to end promotional mail
		code     string
		resolved int
		mails    int
	}{
		{name: "allowed", purpose: personal.Invitation, template: "invitation", resolved: 1, mails: 1},
		{name: "refused", purpose: personal.Invitation, template: "invitation", gate: keeper{no: denied("restricted")}, code: "restricted"},
		{name: "suppressed", purpose: personal.Invitation, template: "invitation", gate: keeper{never: denied("suppressed")}, code: "suppressed", resolved: 1},
		{name: "promotion without consent", purpose: personal.Updates, template: "news-product", end: true, gate: keeper{no: denied("consent-missing")}, code: "consent-missing"},
		{name: "promotion with consent", purpose: personal.Updates, template: "news-product", end: true, resolved: 1, mails: 1},
		{name: "promotion to nobody", purpose: personal.Updates, template: "news-product", end: true,
			subject: subject{err: fault.New(fault.NotFound, "gone", "gone")}, code: "no-recipient"},
		{name: "an answer to a stranger", purpose: personal.Rights, template: "invitation",
			subject: subject{err: fault.New(fault.NotFound, "gone", "gone")}, resolved: 1, mails: 1},
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for _, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				srv := newServer(t, true)
				var logged bytes.Buffer
				if c.subject == (subject{}) {
					c.subject = subject{who: personal.OfPerson(org, "p-1")}
				}
				var m id.Mail
				if err := d.Write(t.Context(), db.Tenant(org), func(tx *db.Tx) (err error) {
					m, err = Enqueue(tx, Draft{To: draft.To, Template: c.template, Purpose: c.purpose, Locale: "nl"})
					return err
				}); err != nil {
					t.Fatal(err)
				}
				mailer := &Mailer{DB: d, From: "post@build.example.test", Host: "build.example.test", Resolver: &c.gate, Linker: &c.gate, Subjects: c.subject,
					Gate: &c.gate, Sender: SMTP{Server: srv.addr, Roots: srv.roots, Timeout: 20 * time.Second}}
				if c.end {
					mailer.Unsubscriber = open{}
				}
				stop := work(t, mailer, slog.New(slog.NewTextHandler(&logged, nil)))
				q := settled(t, d, m)
				stop()
				want := Dropped
				if c.mails > 0 {
					want = Sent
				}
				got := srv.mails()
				if q.State != want || q.Code != c.code || c.gate.resolved != c.resolved || len(got) != c.mails {
					t.Fatalf("%s %q, %d addresses looked up, %d mails; want %s %q, %d, %d", q.State, q.Code, c.gate.resolved, len(got), want, c.code, c.resolved, c.mails)
				}
				if strings.Contains(logged.String(), "lovelace") {
					t.Errorf("the log names the recipient: %s", logged.String())
				}
				for _, raw := range got {
					x, err := netmail.ReadMessage(strings.NewReader(raw))
					if err != nil {
						t.Fatal(err)
					}
					list, post := x.Header.Get("List-Unsubscribe"), x.Header.Get("List-Unsubscribe-Post")
					if c.purpose.Optional() && (list != "<https://build.example.test/end/t0ken>" || post != "List-Unsubscribe=One-Click") {
						t.Errorf("List-Unsubscribe %q, List-Unsubscribe-Post %q", list, post)
					}
					if !c.purpose.Optional() && list+post != "" {
						t.Errorf("mail that does not promote has %q, %q", list, post)
					}
				}
			})
		}
	})
}

func TestNothingIsSentWithoutAGate(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		q := Queued{ID: "1", Org: org, To: draft.To, Purpose: personal.Updates, Template: "news-product"}
		m := &Mailer{DB: d}
		if err := m.allowed(t.Context(), db.Tenant(org), q); fault.CodeOf(err) != "no-gate" {
			t.Errorf("without a gate: %v", err)
		}
		m = &Mailer{DB: d, Gate: open{}, Subjects: subject{}}
		if _, _, err := m.unsubscribe(t.Context(), q); fault.CodeOf(err) != "no-unsubscribe" {
			t.Errorf("without a way to end it: %v", err)
		}
	})
}

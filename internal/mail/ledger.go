package mail

import (
	"context"
	"strings"

	"plumbline/internal/db"
	"plumbline/internal/disclosure"
	"plumbline/internal/egress"
	"plumbline/internal/fault"
	"plumbline/internal/personal"
)

// Subjects tells whose address a mail went to. A fault NotFound or Gone says
// that it is nobody's any more: then there is nothing to write down.
type Subjects interface {
	Subject(tx *db.Tx, q Queued) (personal.Who, error)
}

// processor is a Sender that knows who gets a letter that it sends.
type processor interface{ Processor(l Letter) string }

// Processor of what is kept here is this house.
func (c *Capture) Processor(Letter) string { return disclosure.MailCapture }

// Processor is the one of the two that gets the letter.
func (d Divert) Processor(l Letter) string {
	if strings.HasSuffix(strings.ToLower(l.To), "@"+d.Domain) {
		return processorOf(d.Here, l)
	}
	return processorOf(d.Else, l)
}

// Processor is the registered recipient that the server belongs to.
func (s SMTP) Processor(Letter) string {
	if who, err := s.Recipient(); err == nil && who != "" && who != egress.Own {
		return who
	}
	return disclosure.Mail
}

// processorOf names who received a letter, as the register of processors does.
func processorOf(s Sender, l Letter) string {
	if p, ok := s.(processor); ok {
		return p.Processor(l)
	}
	return disclosure.Mail
}

// disclosed writes the address of a mail that was sent into the ledger. What
// belongs to another scope than the mail is written in a transaction of its
// own, before the mail is marked as sent: should that fail, it is sent and
// written again.
func (m *Mailer) disclosed(ctx context.Context, org db.Scope, q Queued, l Letter) (func(tx *db.Tx) error, error) {
	none := func(*db.Tx) error { return nil }
	if m.Subjects == nil {
		return none, nil
	}
	var who personal.Who
	err := m.DB.Read(ctx, org, func(tx *db.Tx) (err error) {
		who, err = m.Subjects.Subject(tx, q)
		return err
	})
	switch {
	case fault.Is(err, fault.NotFound), fault.Is(err, fault.Gone), err == nil && who == personal.Who{}: // nobody of the vault
		return none, nil
	case err != nil:
		return nil, err
	}
	record := func(tx *db.Tx) error {
		return disclosure.Record(tx, disclosure.Row{Who: who, Fields: []string{who.Kind + ".sealed.email"}, Purpose: q.Purpose,
			Recipient: disclosure.Recipient{Kind: disclosure.Processor, ID: processorOf(m.Sender, l)}, Why: disclosure.WhyMail})
	}
	if who.Org == q.Org {
		return record, nil
	}
	scope := db.Everyone("the ledger of an account belongs to no tenant")
	if who.Org != "" {
		scope = db.Tenant(who.Org)
	}
	return none, m.DB.Write(ctx, scope, record)
}

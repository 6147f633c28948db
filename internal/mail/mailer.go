package mail

import (
	"context"
	"net/mail"
	"strings"
	"time"

	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/job"
	"plumbline/internal/lang"
	"plumbline/internal/sabotage"
)

// Resolver finds the address of a recipient. A fault NotFound or Gone drops
// the mail.
type Resolver interface {
	Address(ctx context.Context, q Queued) (string, error)
}

// Linker makes the link of a mail, with whatever secret it needs. It is called
// for every attempt, so an earlier link of the same mail should stay good. An
// empty link leaves the button out; a fault NotFound or Gone drops the mail.
type Linker interface {
	Link(ctx context.Context, q Queued) (string, error)
}

// Sender hands a letter to the world.
type Sender interface {
	Send(ctx context.Context, l Letter) error
}

// Mailer sends what is queued.
type Mailer struct {
	DB       *db.DB
	From     string // the address mails come from
	Host     string // the installation's host name, as the footer names it
	Resolver Resolver
	Linker   Linker
	Sender   Sender
	Subjects Subjects // whom a mail is for: for the gate, and the ledger of disclosures
	Gate     Gate     // without one, nothing is sent

	Unsubscriber Unsubscriber // without one, nothing promotional is sent
}

// Handle is the job of kind JobKind.
func (m *Mailer) Handle(ctx context.Context, r *job.Run) error {
	var p payload
	if err := r.Payload(&p); err != nil {
		return err
	}
	var q Queued
	err := m.DB.Read(ctx, r.Scope(), func(tx *db.Tx) (err error) {
		q, err = Get(tx, p.Mail)
		return err
	})
	switch {
	case fault.Is(err, fault.NotFound): // erased while it waited
		return nil
	case err != nil:
		return err
	case q.State != Waiting:
		return nil
	}
	if err := m.allowed(ctx, r.Scope(), q); err != nil {
		return drop(r, q, err)
	}
	to, err := m.Resolver.Address(ctx, q)
	if err != nil {
		return drop(r, q, err)
	}
	if err := m.writable(ctx, to, q.Purpose); err != nil {
		return drop(r, q, err)
	}
	link, err := m.Linker.Link(ctx, q)
	if err != nil {
		return drop(r, q, err)
	}
	post, page, err := m.unsubscribe(ctx, q)
	if err != nil {
		return drop(r, q, err)
	}
	l, err := m.letter(q, to, link, page)
	if err != nil {
		return err
	}
	l.Unsubscribe = post
	if err := m.Sender.Send(ctx, l); err != nil {
		return err
	}
	record, err := m.disclosed(ctx, r.Scope(), q, l)
	if err != nil {
		return err
	}
	forgotten := false
	err = r.Commit(func(tx *db.Tx) error {
		if err := record(tx); err != nil {
			return err
		}
		_, err := Get(tx, q.ID)
		if forgotten = fault.Is(err, fault.NotFound); forgotten {
			return nil
		}
		if err != nil {
			return err
		}
		return mark(tx, q.ID, Sent, "")
	})
	if d, ok := m.Sender.(dropper); ok && err == nil && forgotten {
		return d.Drop(l.ID) // erased between looking the address up and sending
	}
	return err
}

// dropper is a Sender that keeps letters here.
type dropper interface{ Drop(letter string) error }

// Failed is for job.Worker.OnFailed: it marks the mail of a failed job.
func (m *Mailer) Failed(tx *db.Tx, s job.Status) error {
	_, err := tx.Exec(`update mail set state = 'failed', note = $2 where id = $1 and state = 'queued'`, s.ThingID, s.Code)
	return fault.Wrap("mail.Failed", err)
}

// Letter is a mail ready to go.
type Letter struct {
	ID       string // the Message-ID, without angle brackets
	Date     time.Time
	From, To string
	Language string // "nl-BE"
	Subject  string
	Text     string
	HTML     string

	Unsubscribe string // where promotional mail is ended by a POST; empty for other mail
}

func (m *Mailer) letter(q Queued, to, link, page string) (Letter, error) {
	address, err := mail.ParseAddress(to)
	if err != nil || strings.ContainsAny(address.Address, "\r\n") {
		// Neither the address nor the parser's words: both would name it.
		return Letter{}, fault.New(fault.Invalid, "bad-address", "the address of a recipient cannot be written to")
	}
	l := lang.Match(string(q.Locale))
	host := m.Host
	if sabotage.Off("MAIL-1") {
		host = to
	}
	text, html, err := body(l, q.Template, link, host, page)
	if err != nil {
		return Letter{}, fault.Wrap("mail.letter", err)
	}
	return Letter{
		ID: string(q.ID) + "@" + m.Host, Date: q.CreatedAt, From: m.From, To: address.Address, Language: string(l),
		Subject: lang.T(l, "mail."+q.Template+".subject"), Text: text, HTML: html,
	}, nil
}

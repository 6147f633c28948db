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
	drop := func(err error) error {
		if !fault.Is(err, fault.NotFound) && !fault.Is(err, fault.Gone) {
			return err
		}
		return r.Commit(func(tx *db.Tx) error { return mark(tx, q.ID, Dropped, fault.CodeOf(err)) })
	}
	to, err := m.Resolver.Address(ctx, q)
	if err != nil {
		return drop(err)
	}
	link, err := m.Linker.Link(ctx, q)
	if err != nil {
		return drop(err)
	}
	l, err := m.letter(q, to, link)
	if err != nil {
		return err
	}
	if err := m.Sender.Send(ctx, l); err != nil {
		return err
	}
	return r.Commit(func(tx *db.Tx) error { return mark(tx, q.ID, Sent, "") })
}

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
}

func (m *Mailer) letter(q Queued, to, link string) (Letter, error) {
	address, err := mail.ParseAddress(to)
	if err != nil || strings.ContainsAny(address.Address, "\r\n") {
		// Neither the address nor the parser's words: both would name it.
		return Letter{}, fault.New(fault.Invalid, "bad-address", "the address of a recipient cannot be written to")
	}
	l := lang.Match(string(q.Locale))
	text, html, err := body(l, q.Template, link, m.Host)
	if err != nil {
		return Letter{}, fault.Wrap("mail.letter", err)
	}
	return Letter{
		ID: string(q.ID) + "@" + m.Host, Date: q.CreatedAt, From: m.From, To: address.Address, Language: string(l),
		Subject: lang.T(l, "mail."+q.Template+".subject"), Text: text, HTML: html,
	}, nil
}

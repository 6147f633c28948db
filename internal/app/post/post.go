// Package post is what the mailer asks: who a mail is for, where it goes, where
// its button leads, and where promotional mail is ended. Each kind of recipients
// has a poster; a few templates have a link of their own.
package post

import (
	"context"
	"strings"

	"plumbline/internal/consent"
	"plumbline/internal/consent/news"
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/lang"
	"plumbline/internal/mail"
	"plumbline/internal/org"
	"plumbline/internal/person"
	"plumbline/internal/personal"
	"plumbline/internal/signin"
	"plumbline/internal/signin/postal"
)

// RecipientPerson is the kind of mail to someone of an address book.
const RecipientPerson = "person"

// Poster knows one kind of recipients.
type Poster interface {
	mail.Resolver
	mail.Linker
	mail.Subjects
}

// Link makes the link of a template.
type Link = func(ctx context.Context, q mail.Queued) (string, error)

// Office is all posters together. Kinds and Links may be added to until mail is
// sent.
type Office struct {
	Kinds map[string]Poster
	Links map[string]Link

	base string
	news *news.Service
}

// Open makes an office that knows accounts, the invited and persons. base is
// where the web app is.
func Open(base string, in *signin.Service, people *person.Service, all *news.Service) *Office {
	postman := postal.Postman{SignIn: in, Base: base}
	base = strings.TrimSuffix(base, "/")
	return &Office{base: base, news: all,
		Kinds: map[string]Poster{org.RecipientInvite: postman, signin.RecipientAccount: postman, RecipientPerson: persons{people, base}},
		Links: map[string]Link{
			consent.MailLift: func(context.Context, mail.Queued) (string, error) { return base + "/account/privacy", nil },
			news.Mail:        func(_ context.Context, q mail.Queued) (string, error) { return q.Data["link"], nil },
		},
	}
}

func nobody() error {
	return fault.New(fault.NotFound, "no-recipient", "there is nobody to write to")
}

// Address is where a mail goes.
func (o *Office) Address(ctx context.Context, q mail.Queued) (string, error) {
	if p, ok := o.Kinds[q.To.Kind]; ok {
		return p.Address(ctx, q)
	}
	return "", nobody()
}

// Link is where the button of a mail leads.
func (o *Office) Link(ctx context.Context, q mail.Queued) (string, error) {
	if fn, ok := o.Links[q.Template]; ok {
		return fn(ctx, q)
	}
	if p, ok := o.Kinds[q.To.Kind]; ok {
		return p.Link(ctx, q)
	}
	return "", nobody()
}

// Subject is whose address a mail goes to.
func (o *Office) Subject(tx *db.Tx, q mail.Queued) (personal.Who, error) {
	if p, ok := o.Kinds[q.To.Kind]; ok {
		return p.Subject(tx, q)
	}
	return personal.Who{}, nobody()
}

// Unsubscribe is where promotional mail to an account is ended.
func (o *Office) Unsubscribe(ctx context.Context, q mail.Queued) (post, page string, err error) {
	if q.To.Kind != signin.RecipientAccount {
		return "", "", nobody()
	}
	t, err := o.news.NewUnsubscribe(ctx, id.Account(q.To.ID), q.Purpose)
	return o.base + "/api/v1/unsubscribe/" + t, o.base + "/unsubscribe/" + t, err
}

// persons is the poster of persons of an address book.
type persons struct {
	vault *person.Service
	base  string
}

// Address is the person's own, as their organisation knows it.
func (p persons) Address(ctx context.Context, q mail.Queued) (string, error) {
	found, err := p.vault.Read(ctx, q.Purpose, q.Org, []id.Person{id.Person(q.To.ID)})
	if err != nil {
		return "", err
	}
	if e := found[id.Person(q.To.ID)].Email; e != "" {
		return e, nil
	}
	return "", nobody()
}

// Link is where someone sees what is held of them.
func (p persons) Link(context.Context, mail.Queued) (string, error) {
	return p.base + "/account/privacy", nil
}

// Subject is the person.
func (p persons) Subject(_ *db.Tx, q mail.Queued) (personal.Who, error) {
	return personal.OfPerson(q.Org, id.Person(q.To.ID)), nil
}

// Notify tells someone by mail about one of their rights. A person is told in
// the transaction of their tenant.
func Notify(tx *db.Tx, vault *person.Service, who personal.Who, template, ref string) error {
	to := mail.Recipient{Kind: signin.RecipientAccount, ID: who.ID}
	var locale string
	if who.Kind == personal.AccountKind {
		acc, err := vault.Account(tx, personal.Rights, id.Account(who.ID))
		if err != nil {
			return err
		}
		locale = acc.Locale
	} else {
		to.Kind = RecipientPerson
		found, err := vault.ReadIn(tx, personal.Rights, []id.Person{id.Person(who.ID)})
		if err != nil {
			return err
		}
		locale = found[id.Person(who.ID)].Locale
	}
	_, err := mail.Enqueue(tx, mail.Draft{To: to, Purpose: personal.Rights, Template: template, Locale: lang.Match(locale), Data: map[string]string{"ref": ref}})
	return err
}

// Package desks ties the privacy offices to the slices that do their work:
// erasure, archives, mail.
package desks

import (
	"context"
	"io"
	"strings"

	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/lang"
	"plumbline/internal/mail"
	"plumbline/internal/person"
	"plumbline/internal/personal"
	"plumbline/internal/privacy/archive"
	"plumbline/internal/privacy/breach"
	"plumbline/internal/privacy/cases"
	"plumbline/internal/privacy/erasure"
	"plumbline/internal/privacy/request"
	"plumbline/internal/signin"
)

// Erasures are asked for by the office.
type Erasures struct{ Service *erasure.Service }

// Places counts what the controller has to decide on.
func (e Erasures) Places(ctx context.Context, who personal.Who) (int, error) {
	p, err := e.Service.Plan(ctx, []personal.Who{who}, erasure.NoLongerNeeded)
	n := 0
	for _, x := range p.Places {
		n += x.N
	}
	return n, err
}

// Ask begins an erasure for a case.
func (e Erasures) Ask(ctx context.Context, by feed.Actor, who personal.Who, of id.Case) error {
	_, err := e.Service.Request(ctx, erasure.Asked{By: by.Person, Whos: []personal.Who{who}, Ground: erasure.NoLongerNeeded, Case: string(of)})
	return err
}

// Archive makes archives for who asked by mail or letter.
func Archive(of func() *archive.Service) func(context.Context, personal.Who, lang.Locale, io.Writer) error {
	return func(ctx context.Context, who personal.Who, l lang.Locale, w io.Writer) error {
		return of().Write(ctx, []personal.Who{who}, archive.Options{Locale: l, By: who.ID}, w)
	}
}

// Post mails one person about a breach.
func Post(people *person.Service) func(tx *db.Tx, who personal.Who, template string, of id.Breach) error {
	return func(tx *db.Tx, who personal.Who, template string, of id.Breach) error {
		to := mail.Recipient{Kind: signin.RecipientAccount, ID: who.ID}
		var locale string
		if who.Kind == personal.AccountKind {
			acc, err := people.Account(tx, personal.Rights, id.Account(who.ID))
			if fault.Is(err, fault.NotFound) || fault.Is(err, fault.Gone) {
				return nil
			}
			if err != nil {
				return err
			}
			locale = acc.Locale
		} else {
			to.Kind = "person"
			found, err := people.ReadIn(tx, personal.Rights, []id.Person{id.Person(who.ID)})
			if err != nil {
				return err
			}
			locale = found[id.Person(who.ID)].Locale
		}
		_, err := mail.Enqueue(tx, mail.Draft{To: to, Purpose: personal.Rights, Template: template, Locale: lang.Match(locale), Data: map[string]string{"breach": string(of)}})
		return err
	}
}

// Links are those of the mails to offices and about breaches.
func Links(base string) map[string]func(context.Context, mail.Queued) (string, error) {
	base = strings.TrimSuffix(base, "/")
	office := func(_ context.Context, q mail.Queued) (string, error) {
		switch {
		case q.To.Kind == cases.RecipientOffice && q.To.ID == cases.OperatorOffice:
			return base + "/operator", nil
		case q.To.Kind == cases.RecipientOffice:
			return base + "/o/" + q.To.ID + "/privacy", nil
		case q.Org != "":
			return base + "/o/" + string(q.Org) + "/privacy", nil
		}
		return base + "/", nil
	}
	out := map[string]func(context.Context, mail.Queued) (string, error){
		breach.MailPerson: func(_ context.Context, q mail.Queued) (string, error) {
			return base + "/breach/" + q.Data["breach"], nil
		},
	}
	for _, t := range []string{cases.MailCase, cases.MailReminder, cases.MailOverdue, breach.MailController, breach.MailDue} {
		out[t] = office
	}
	return out
}

// Asked is the poster of whoever asked about their data.
type Asked struct {
	Requests *request.Service
	Base     string
}

// Address is where answers go.
func (p Asked) Address(ctx context.Context, q mail.Queued) (string, error) {
	return p.Requests.Box.Address(ctx, id.Request(q.To.ID))
}

// Link opens the request.
func (p Asked) Link(ctx context.Context, q mail.Queued) (string, error) {
	secret, err := p.Requests.Box.NewLink(ctx, id.Request(q.To.ID))
	return strings.TrimSuffix(p.Base, "/") + "/request/" + secret, err
}

// Subject is nobody that the vault knows.
func (Asked) Subject(*db.Tx, mail.Queued) (personal.Who, error) { return personal.Who{}, nil }

// Offices is the poster of offices.
type Offices struct {
	Requests *request.Service
}

// Address is the office's.
func (p Offices) Address(ctx context.Context, q mail.Queued) (string, error) {
	return p.Requests.OfficeAddress(ctx, q.To.ID)
}

// Link is that of the template.
func (Offices) Link(context.Context, mail.Queued) (string, error) { return "", nil }

// Subject is nobody: an office is no person.
func (Offices) Subject(*db.Tx, mail.Queued) (personal.Who, error) { return personal.Who{}, nil }

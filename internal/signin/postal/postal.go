// Package postal tells the mailer where the mails of package signin go.
package postal

import (
	"context"
	"net/url"
	"strings"

	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/mail"
	"plumbline/internal/org"
	"plumbline/internal/personal"
	"plumbline/internal/signin"
	"plumbline/internal/signin/oidc"
)

// Postman tells package mail where a mail goes and what its link is. Base is
// where the web app is, such as "https://site.example".
type Postman struct {
	SignIn *signin.Service
	Base   string
}

func errNobody() error {
	return fault.New(fault.NotFound, "no-recipient", "there is nobody to write to")
}

// Address resolves a recipient.
func (p Postman) Address(ctx context.Context, q mail.Queued) (string, error) {
	switch q.To.Kind {
	case org.RecipientInvite:
		return p.SignIn.Orgs.Address(ctx, q.Org, id.Invite(q.To.ID))
	case signin.RecipientAccount:
		return p.SignIn.Address(ctx, id.Account(q.To.ID), q.Purpose)
	}
	return "", errNobody()
}

// Subject tells whose address a mail goes to.
func (p Postman) Subject(tx *db.Tx, q mail.Queued) (personal.Who, error) {
	switch q.To.Kind {
	case org.RecipientInvite:
		who, err := org.Invited(tx, id.Invite(q.To.ID))
		return personal.OfPerson(q.Org, who), err
	case signin.RecipientAccount:
		return personal.OfAccount(id.Account(q.To.ID)), nil
	case "person":
		return personal.OfPerson(q.Org, id.Person(q.To.ID)), nil
	}
	return personal.Who{}, errNobody()
}

// Link makes the link of a mail. A token stands after the #: browsers keep
// that part to themselves.
func (p Postman) Link(ctx context.Context, q mail.Queued) (string, error) {
	base := strings.TrimSuffix(p.Base, "/")
	switch q.Template {
	case org.MailInvitation:
		t, err := p.SignIn.Orgs.NewLink(ctx, q.Org, id.Invite(q.To.ID))
		return base + "/invite/" + url.PathEscape(t), err
	case signin.MailReset:
		t, err := p.SignIn.NewResetLink(ctx, id.Account(q.To.ID))
		return base + "/reset#token=" + url.QueryEscape(t), err
	case signin.MailChanged:
		return base + "/reset", nil
	case signin.MailNewDevice, oidc.MailLinked, oidc.MailUnlinked:
		return base + "/account/security", nil
	}
	return "", nil
}

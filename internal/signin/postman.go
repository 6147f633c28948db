package signin

import (
	"context"
	"net/url"
	"strings"

	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/mail"
	"plumbline/internal/org"
)

// Postman tells package mail where a mail goes and what its link is. Base is
// where the web app is, such as "https://site.example".
type Postman struct {
	SignIn *Service
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
	case RecipientAccount:
		return p.SignIn.Address(ctx, id.Account(q.To.ID))
	}
	return "", errNobody()
}

// Link makes the link of a mail. A token stands after the #: browsers keep
// that part to themselves.
func (p Postman) Link(ctx context.Context, q mail.Queued) (string, error) {
	base := strings.TrimSuffix(p.Base, "/")
	switch q.Template {
	case org.MailInvitation:
		t, err := p.SignIn.Orgs.NewLink(ctx, q.Org, id.Invite(q.To.ID))
		return base + "/invite/" + url.PathEscape(t), err
	case MailReset:
		t, err := p.SignIn.NewResetLink(ctx, id.Account(q.To.ID))
		return base + "/reset#token=" + url.QueryEscape(t), err
	case MailChanged:
		return base + "/reset", nil
	}
	return "", nil
}

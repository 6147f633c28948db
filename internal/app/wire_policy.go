package app

import (
	"context"
	"net/url"
	"strings"

	"plumbline/internal/app/declared"
	"plumbline/internal/app/published"
	"plumbline/internal/db"
	"plumbline/internal/evidence"
	"plumbline/internal/id"
	"plumbline/internal/lang"
	"plumbline/internal/mail"
	"plumbline/internal/privacy/policyapi"
	"plumbline/internal/privacy/policytext"
	"plumbline/internal/privacy/policytext/wording"
)

// wirePolicy makes the evidence log and the policy.
func (h *House) wirePolicy() {
	name := h.cfg.PublicURL
	if u, err := url.Parse(h.cfg.PublicURL); err == nil && u.Host != "" {
		name = u.Host
	}
	h.Evidence = evidence.New(h.DB, h.ring, name)
	h.Policy = policytext.New(policytext.Deps{DB: h.DB, Log: h.log, Accounts: h.People,
		Facts: func() wording.Facts {
			return published.Facts(published.From{Declarations: declared.Declarations(), Files: declared.FileClasses(),
				Log: declared.LogAttributes(), Outbound: declared.Outbound()}, h.operator(), h.cfg.Privacy.Processors)
		}})
	h.post.Links[policytext.MailTemplate] = func(context.Context, mail.Queued) (string, error) {
		return strings.TrimSuffix(h.cfg.PublicURL, "/") + "/privacy", nil
	}
}

// servePolicy registers its operations.
func (h *House) servePolicy() {
	policyapi.Register(h.api, policyapi.Deps{Policy: h.Policy, Evidence: h.Evidence, Operator: h.operator,
		LocaleOf: func(ctx context.Context, a id.Account) (l lang.Locale, err error) {
			err = h.DB.Read(ctx, db.Everyone("the language of an account"), func(tx *db.Tx) error {
				l, err = h.People.LocaleOf(tx, a)
				return err
			})
			return l, err
		}})
}

package app

import (
	"context"
	"net/http"

	"plumbline/internal/app/post"
	"plumbline/internal/consent"
	"plumbline/internal/consent/consentapi"
	"plumbline/internal/consent/news"
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/job"
	"plumbline/internal/personal"
	"plumbline/internal/privacy/erasure"
	"plumbline/internal/rest"
)

// notify tells someone by mail about one of their rights.
func (h *House) notify(tx *db.Tx, who personal.Who, template, ref string) error {
	return post.Notify(tx, h.People, who, template, ref)
}

// renewJob makes the reports again that name someone who is not to be shown.
const renewJob = "consent.renew-reports"

// touched tells everybody that someone stands differently; reports that name
// them are made again where they may no longer.
func (h *House) touched(tx *db.Tx, by feed.Actor, who personal.Who) error {
	if err := h.People.Touched(tx, by, who); err != nil || who.Kind != personal.PersonKind {
		return err
	}
	s, err := consent.Of(tx, who)
	if err != nil || s.Refuses(personal.Record, personal.Legitimate) == "" {
		return err
	}
	_, err = job.Enqueue(tx, job.Spec{Kind: renewJob, Payload: who, Unique: who.ID, ThingID: who.ID, By: feed.System})
	return err
}

func (h *House) renewReports(ctx context.Context, r *job.Run) error {
	var who personal.Who
	if err := r.Payload(&who); err != nil {
		return err
	}
	return h.DB.Write(ctx, db.Tenant(who.Org), func(tx *db.Tx) error {
		return h.Reports.Renew(tx, feed.Actor{Person: feed.System, Via: feed.System}, id.Person(who.ID))
	})
}

// News sends what promotes to whoever agreed to it.
func (h *House) News() *news.Service {
	return &news.Service{DB: h.DB, Consents: h.Consents, Locale: h.localeOf}
}

// localeOf is the language in which an account reads news.
func (h *House) localeOf(tx *db.Tx, a id.Account) (string, error) {
	acc, err := h.People.Account(tx, personal.Updates, a)
	return acc.Locale, err
}

// serveConsent registers the preference centre.
func (h *House) serveConsent() {
	h.Consents.EraseChild = func(ctx context.Context, by string, whos []personal.Who, _ string) error {
		_, err := h.Erasures.Request(ctx, erasure.Asked{By: by, Whos: whos, Ground: erasure.Child})
		return err
	}
	consentapi.Register(h.api, consentapi.Deps{DB: h.DB, Consents: h.Consents, News: h.News(), People: h.People, Orgs: h.Orgs, Operator: h.operator,
		Processors: func() []personal.DataProcessor { return h.cfg.Privacy.Processors }, Base: h.cfg.PublicURL})
}

// heard listens for Global Privacy Control, wherever an account is known.
func (h *House) heard(authenticate func(*http.Request) (rest.Caller, bool, error)) func(*http.Request) (rest.Caller, bool, error) {
	return func(r *http.Request) (rest.Caller, bool, error) {
		c, ok, err := authenticate(r)
		if err == nil && ok && r.Header.Get("Sec-GPC") == "1" {
			if err := h.Consents.Signal(r.Context(), c.Account); err != nil {
				h.log.WarnContext(r.Context(), "a privacy signal was not kept", "code", fault.CodeOf(err))
			}
		}
		return c, ok, err
	}
}

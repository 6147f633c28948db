package app

import (
	"context"
	"strings"

	"plumbline/internal/app/declared"
	"plumbline/internal/app/erased"
	"plumbline/internal/crypt"
	"plumbline/internal/id"
	"plumbline/internal/mail"
	"plumbline/internal/personal"
	"plumbline/internal/privacy/erasure"
	"plumbline/internal/privacy/erasureapi"
)

// local are the copies that this process keeps.
func (h *House) local() erased.Local {
	return erased.Local{DB: h.DB, People: h.People, Gone: h.ring.Erased, Files: h.files, Captures: []*mail.Capture{h.capture, h.proofs}}
}

// follow keeps this process's copies in step with what the ring has buried,
// wherever that was done.
func (h *House) follow(ctx context.Context, buried int) int {
	now := len(h.ring.Tombstones())
	if now == buried {
		return buried
	}
	if err := h.local().Forget(ctx); err != nil {
		if ctx.Err() == nil {
			h.log.WarnContext(ctx, "copies of who was erased could not be dropped", "error", err)
		}
		return buried
	}
	return now
}

// wireErasure makes the slice; after the post office and the evidence.
func (h *House) wireErasure() {
	h.Erasures = erasure.New(erasure.Deps{DB: h.DB, People: h.People, Orgs: h.Orgs, Keys: h.ring, Log: h.log, Declarations: declared.Declarations(),
		Evidence: h.Evidence, SignIn: h.Signin, Law: erased.Law, Local: erased.Later(func(ctx context.Context) error { return h.local().Forget(ctx) }), Reports: h.Reports, Changed: erased.Changed(h.Points, h.Reports),
		Owe: erased.Owe, Notify: h.notify, Looked: erased.Looked})
	h.post.Links[erasure.MailRequested] = func(ctx context.Context, q mail.Queued) (string, error) {
		secret, err := h.Erasures.NewLink(ctx, q.Data["ref"])
		return strings.TrimSuffix(h.cfg.PublicURL, "/") + "/erasure/" + secret, err
	}
	h.post.Links[erasure.MailCancelled] = func(context.Context, mail.Queued) (string, error) {
		return strings.TrimSuffix(h.cfg.PublicURL, "/"), nil
	}
}

// serveErasure registers its operations.
func (h *House) serveErasure() {
	erasureapi.Register(h.api, erasureapi.Deps{DB: h.DB, Erasures: h.Erasures, Orgs: h.Orgs, Accounts: erased.Accounts{Service: h.Signin},
		Operator: h.operator, Base: h.cfg.PublicURL, Declarations: declared.Declarations()})
}

// keyGone reports whether the ring has buried the key of someone.
func (h *House) keyGone(w personal.Who) bool {
	if w.Kind == personal.AccountKind {
		return h.ring.Erased(crypt.AccountOwner(id.Account(w.ID)))
	}
	return h.ring.Erased(crypt.PersonOwner(id.Person(w.ID)))
}

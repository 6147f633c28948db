package app

import (
	"context"
	"errors"
	"net/http"

	"plumbline/internal/app/config"
	"plumbline/internal/app/front"
	"plumbline/internal/personal"
	"plumbline/internal/privacy/erasure"
	"plumbline/internal/probes"
	"plumbline/internal/probes/entrance"
	"plumbline/internal/probes/office"
	"plumbline/internal/probes/rights"
	"plumbline/internal/promise"
)

// probesOf are all probes, in a world of this installation.
func (h *House) probesOf(w *probes.World) []promise.Probe {
	return probes.InOrder(
		office.World{World: w, Registered: h.registered(), Stated: office.Stated{Policy: h.Policy, Evidence: h.Evidence},
			Keeping: h.keeping(), Offices: office.Offices{Staff: h.Staff, Requests: h.Requests}}.Probes(),
		entrance.World{World: w, Refuse: config.Refuse,
			Enter: func(ctx context.Context, served http.Handler) (plain, secure string, leave func(), err error) {
				return front.Trial(ctx, h.cfg, served)
			}}.Probes(),
		rights.World{World: w, Consenting: rights.Consenting{Consents: h.Consents}, Erasing: rights.Erasing{Erasures: h.Erasures, KeyGone: h.keyGone}, Living: rights.Living{Erase: h.eraseNow}}.Probes())
}

// eraseNow erases people without grace, as what was unlawful is, and comes back
// when it is done.
func (h *House) eraseNow(ctx context.Context, whos []personal.Who) error {
	e, err := h.Erasures.Request(ctx, erasure.Asked{By: "system", Whos: whos, Ground: erasure.Unlawful})
	if err != nil {
		return err
	}
	if err := h.Erasures.Advance(ctx, e.ID); err != nil {
		return err
	}
	if e, err = h.Erasures.Get(ctx, e.ID); err == nil && e.State != erasure.Done {
		err = errors.New("the erasure did not end")
	}
	return err
}

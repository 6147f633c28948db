package app

import (
	"context"
	"time"

	"plumbline/internal/app/declared"
	"plumbline/internal/app/kept"
	"plumbline/internal/app/swept"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/job"
	"plumbline/internal/personal"
	"plumbline/internal/privacy/erasure"
	"plumbline/internal/privacy/sweep"
	"plumbline/internal/privacy/sweepapi"
	"plumbline/internal/probes/office"
)

// wireSweeps makes the sweeps; after the slices that own what is swept.
func (h *House) wireSweeps() {
	h.Sweeps = sweep.New(sweep.Deps{DB: h.DB, Log: h.log, Rules: swept.Rules(swept.Deps{DB: h.DB, People: h.People, Orgs: h.Orgs, Signin: h.Signin,
		Claims: h.Erasures.Claims.Expire, Requests: func(ctx context.Context) error { return h.Requests.Sweep(ctx) },
		Erase: func(ctx context.Context, who personal.Who) error {
			_, err := h.Erasures.Request(ctx, erasure.Asked{By: feed.System, Whos: []personal.Who{who}, Ground: erasure.NoLongerNeeded})
			if fault.CodeOf(err) == "erasure-under-way" {
				return nil
			}
			return err
		}})})
}

// sweepJobs are their handlers, and how often they run.
func (h *House) sweepJobs() (map[string]job.Handler, map[string]time.Duration) {
	return map[string]job.Handler{sweep.DailyJob: h.Sweeps.Daily, sweep.HourlyJob: h.Sweeps.Hourly},
		map[string]time.Duration{sweep.DailyJob: 24 * time.Hour, sweep.HourlyJob: time.Hour}
}

// serveSweeps registers their operations.
func (h *House) serveSweeps() {
	sweepapi.Register(h.api, h.Sweeps, h.Staff)
}

// keeping is what its probes need.
func (h *House) keeping() office.Keeping {
	return office.Keeping{Sweeps: h.Sweeps, Rehearse: rehearse,
		Unswept: func() []string { return sweep.Unswept(declared.Declarations(), h.Sweeps.Rules) }}
}

func rehearse(ctx context.Context) (office.Rehearsal, error) {
	r, err := rehearsing().Rehearse(ctx)
	return office.Rehearsal(r), err
}

// rehearsing is the program as a rehearsal of a restore uses it.
func rehearsing() kept.Program {
	quietly := Options{Log: quiet(), NoChores: true}
	return kept.Program{
		Open: func(ctx context.Context, cfg Config) (kept.House, error) {
			h, err := Open(ctx, cfg, quietly)
			if err != nil {
				return kept.House{}, err
			}
			return kept.House{DB: h.DB, People: h.People, Orgs: h.Orgs, Files: h.files, Erase: h.eraseNow, Decisions: h.decisions(), Close: h.Close}, nil
		},
		Restore: func(ctx context.Context, cfg Config, from string) error {
			_, err := Restore(ctx, cfg, quietly, from, nil)
			return err
		},
	}
}

// Package sweepapi is the sweeps over HTTP, for the operator's officer and
// administrators: what was met, what would be, and letting a held one through.
// The answers are numbers; they name nobody.
package sweepapi

import (
	"context"
	"net/http"
	"time"

	"plumbline/internal/org"
	"plumbline/internal/privacy/sweep"
	"plumbline/internal/rest"
	"plumbline/internal/staff"
)

type api struct {
	sweeps *sweep.Service
	staff  *staff.Service
}

// Register adds the operations.
func Register(a *rest.API, sweeps *sweep.Service, people *staff.Service) {
	h := &api{sweeps, people}
	const tag = "Privacy"
	rest.Handle(a, rest.Op{ID: "sweep-list", Method: http.MethodGet, Path: "/operator/sweeps", Tag: tag, Who: rest.SignedIn, Rate: rest.Reads,
		Summary: "What the sweeps met lately", Description: "Those that the brake holds come first. For the operator's officer and administrators."}, h.list)
	rest.Handle(a, rest.Op{ID: "sweep-preview", Method: http.MethodGet, Path: "/operator/sweeps/preview", Tag: tag, Who: rest.SignedIn, Rate: rest.Heavy,
		Summary: "What the sweeps would meet now", Description: "Counts and changes nothing. For the operator's officer and administrators."}, h.preview)
	rest.Handle(a, rest.Op{ID: "sweep-approve", Method: http.MethodPost, Path: "/operator/sweeps/{sweep}/approve", Tag: tag, Who: rest.SignedIn, Rate: rest.Writes, MaxBody: rest.NoBody, Status: http.StatusNoContent,
		Summary: "Let a held sweep through", Description: "It then meets as many people as were due, and no more. For the operator's officer."}, h.approve)
}

func (h *api) in(ctx context.Context, roles ...staff.Role) (staff.Staff, error) {
	c, err := rest.MustCaller(ctx)
	if err != nil {
		return staff.Staff{}, err
	}
	s, err := h.staff.Of(ctx, org.Caller(c))
	if err != nil {
		return s, err
	}
	return s, s.Require(roles...)
}

// Sweep is what one rule met, or would.
type Sweep struct {
	ID      string     `json:"id" doc:"empty in a preview"`
	Rule    string     `json:"rule"`
	Then    string     `json:"then" doc:"block, depersonalise or erase"`
	People  bool       `json:"people" doc:"whether it meets people, and so the brake"`
	State   string     `json:"state" doc:"done, held or approved"`
	Due     int64      `json:"due"`
	Of      int64      `json:"of" doc:"people in all"`
	Done    int64      `json:"done"`
	At      time.Time  `json:"at"`
	Decided *time.Time `json:"decided_at"`
}

// Sweeps are those of a list.
type Sweeps struct {
	Items []Sweep `json:"items"`
}

type sweepsOut struct{ Body Sweeps }

func show(runs []sweep.Run) *sweepsOut {
	out := &sweepsOut{}
	for _, r := range runs {
		s := Sweep{ID: r.ID, Rule: r.Rule, Then: string(r.Then), People: r.People, State: string(r.State), Due: r.Due, Of: r.Of, Done: r.Done, At: r.At}
		if !r.Decided.IsZero() {
			s.Decided = &r.Decided
		}
		out.Body.Items = append(out.Body.Items, s)
	}
	return out
}

type nothing struct{}

// shown is how many runs a list holds.
const shown = 100

func (h *api) list(ctx context.Context, _ *nothing) (*sweepsOut, error) {
	if _, err := h.in(ctx, staff.Officer, staff.Administrator); err != nil {
		return nil, err
	}
	runs, err := h.sweeps.Runs(ctx, shown)
	return show(runs), err
}

func (h *api) preview(ctx context.Context, _ *nothing) (*sweepsOut, error) {
	if _, err := h.in(ctx, staff.Officer, staff.Administrator); err != nil {
		return nil, err
	}
	runs, err := h.sweeps.Preview(ctx)
	return show(runs), err
}

type one struct {
	Sweep string `path:"sweep" maxLength:"64"`
}

func (h *api) approve(ctx context.Context, in *one) (*nothing, error) {
	s, err := h.in(ctx, staff.Officer)
	if err != nil {
		return nil, err
	}
	return &nothing{}, h.sweeps.Approve(ctx, s.Account, in.Sweep)
}

package deskapi

import (
	"context"
	"net/http"
	"time"

	"plumbline/internal/consent"
	"plumbline/internal/consent/age"
	"plumbline/internal/db"
	"plumbline/internal/id"
	"plumbline/internal/rest"
)

func (h *api) children(a *rest.API) {
	rest.Handle(a, op("child-report-list", http.MethodGet, "/operator/child-reports", "Reports that somebody is a child", "For officers. Whoever was named is blocked since the report came."), h.childReports)
	rest.Handle(a, op("child-report-decide", http.MethodPost, "/operator/child-reports/{report}", "Decide on a report that somebody is a child",
		"For officers. Confirmed, everything is erased, without a time of grace; dismissed, the block ends."), h.childDecide)
}

// ChildReport says that somebody may be a child.
type ChildReport struct {
	ID          id.ChildReport `json:"id"`
	Org         string         `json:"organisation"`
	Person      string         `json:"person_id"`
	Account     string         `json:"account_id"`
	Country     string         `json:"country"`
	Age         int            `json:"age" doc:"From which people may agree themselves in that country; 0 when it is not known."`
	Description string         `json:"description"`
	State       string         `json:"state" enum:"reported,confirmed,dismissed"`
	At          time.Time      `json:"at"`
}

// ChildReports are all of them.
type ChildReports struct {
	Items []ChildReport `json:"items"`
}

type childReportsOut struct{ Body ChildReports }

func (h *api) childReports(ctx context.Context, _ *struct{}) (*childReportsOut, error) {
	if _, err := h.operatorDesk(ctx); err != nil {
		return nil, err
	}
	var all []consent.ChildReport
	err := h.DB.Read(ctx, db.Everyone("reports about children of all tenants"), func(tx *db.Tx) (err error) {
		all, err = h.Consents.ChildReports(tx)
		return err
	})
	out := &childReportsOut{}
	for _, r := range all {
		x := ChildReport{ID: r.ID, Org: string(r.Org), Person: string(r.Person), Account: string(r.Account), Country: r.Country, Description: r.Description, State: r.State, At: r.At}
		if rule, ok := age.In(r.Country); ok {
			x.Age = rule.Age
		}
		out.Body.Items = append(out.Body.Items, x)
	}
	return out, err
}

// Decision confirms or dismisses.
type Decision struct {
	Decision string `json:"decision" enum:"confirm,dismiss"`
}

type decideIn struct {
	Report id.ChildReport `path:"report"`
	Body   Decision
}

func (h *api) childDecide(ctx context.Context, in *decideIn) (*struct{}, error) {
	d, err := h.operatorDesk(ctx)
	if err != nil {
		return nil, err
	}
	if in.Body.Decision == "confirm" {
		return nil, h.Consents.ConfirmChild(ctx, d.By.Person, in.Report)
	}
	return nil, h.Consents.DismissChild(ctx, d.By.Person, in.Report)
}

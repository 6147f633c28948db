package reportapi

import (
	"context"

	"plumbline/internal/access"
	"plumbline/internal/id"
	"plumbline/internal/report"
)

// Source has the fields of package syncapi's.
type Source struct {
	Name  string
	Kinds []string
	All   func(ctx context.Context) (any, error)
	Load  func(ctx context.Context, ids []string) (map[string]any, error)
}

// Sources are the reports that a grant sees.
func Sources(reports *report.Service, g access.Grant) []Source {
	return []Source{{
		Name: "reports", Kinds: []string{report.Thing},
		All: func(ctx context.Context) (any, error) {
			if err := g.Need(report.Readers); err != nil {
				return []Item{}, nil //nolint:nilerr // who may not read reports has none
			}
			all, err := reports.List(ctx, g)
			out := make([]Item, len(all))
			for i, r := range all {
				out[i] = ItemOf(r)
			}
			return out, err
		},
		Load: func(ctx context.Context, ids []string) (map[string]any, error) {
			some := make([]id.Report, len(ids))
			for i, s := range ids {
				some[i] = id.Report(s)
			}
			found, err := reports.Some(ctx, g, some)
			out := map[string]any{}
			for _, r := range found {
				out[string(r.ID)] = ItemOf(r)
			}
			return out, err
		},
	}}
}

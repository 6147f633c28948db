// Package visits lets callers into a project for the sync operations, and says
// what of it each of them is told.
package visits

import (
	"context"

	"plumbline/internal/access"
	"plumbline/internal/db"
	"plumbline/internal/drawing"
	"plumbline/internal/id"
	"plumbline/internal/job"
	"plumbline/internal/point"
	"plumbline/internal/policy"
	"plumbline/internal/project/lists"
	"plumbline/internal/report"
	"plumbline/internal/rest"
	"plumbline/internal/signin"
	"plumbline/internal/syncapi"
)

// Doors are the slices that a visit sees.
type Doors struct {
	DB     *db.DB
	Signin *signin.Service
	Access *access.Service

	// Sources are what a visit is told of, but for points.
	Sources func(g access.Grant) []syncapi.Source
	Page    func(ctx context.Context, g access.Grant, cursor string, limit int) ([]any, string, error)
	Load    func(ctx context.Context, g access.Grant, ids []string) (map[string]any, error)
}

// Enter lets a caller into a project for the sync operations.
func (d Doors) Enter(ctx context.Context, c rest.Caller, p id.Project) (syncapi.Visit, error) {
	caller := access.Caller(c)
	if err := d.Signin.Alive(ctx, caller); err != nil {
		return syncapi.Visit{}, err
	}
	g, err := d.Access.Enter(ctx, caller, p)
	if err != nil {
		return syncapi.Visit{}, err
	}
	v := syncapi.Visit{Scope: g.Scope(), Person: g.Person, Rights: g.Level.String()}
	err = d.DB.Read(ctx, g.Scope(), func(tx *db.Tx) error {
		known, err := lists.Seen(tx, g) // one that is not known changes nothing
		ids := make([]id.List, len(known))
		for i, l := range known {
			ids[i] = l.ID
			v.Rights += "," + string(l.ID) + "=" + g.LevelOn(l.ID).String()
		}
		v.Audiences = g.Audiences(ids)
		return err
	})
	if err != nil {
		return syncapi.Visit{}, err
	}
	v.Sources = d.Sources(g)
	v.Points = syncapi.Points{Name: "points", Kind: point.Thing,
		Page: func(ctx context.Context, cursor string, limit int) ([]any, string, error) {
			return d.Page(ctx, g, cursor, limit)
		},
		Load: func(ctx context.Context, ids []string) (map[string]any, error) {
			return d.Load(ctx, g, ids)
		},
	}
	v.Job = func(_ context.Context, s job.Status) (bool, error) {
		seen := (s.Kind == drawing.JobKind || s.Kind == drawing.AlignKind) && g.May(policy.ManageDrawings) == nil || s.Kind == report.JobKind && g.May(policy.ReadEverything) == nil
		return seen, nil
	}
	return v, nil
}

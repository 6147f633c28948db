// Package visits lets callers into a project for the sync operations, and says
// what of it each of them is told.
package visits

import (
	"context"
	"slices"
	"strings"

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
	all, err := d.lists(ctx, g.Scope(), p)
	if err != nil {
		return syncapi.Visit{}, err
	}
	now := standing(g, all)
	v := syncapi.Visit{Scope: g.Scope(), Person: g.Person, Rights: now.Rights, Audiences: now.Audiences}
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

// Stand looks at many callers at once: who is let in as by Enter, and to what.
func (d Doors) Stand(ctx context.Context, callers []rest.Caller, p id.Project) (map[rest.Caller]syncapi.Standing, error) {
	all := make([]access.Caller, len(callers))
	for i, c := range callers {
		all[i] = access.Caller(c)
	}
	alive, err := d.Signin.Lasting(ctx, all)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(c access.Caller) bool { return !alive[c] })
	grants, err := d.Access.EnterAll(ctx, all, p)
	if err != nil {
		return nil, err
	}
	known := map[id.Org][]id.List{}
	out := make(map[rest.Caller]syncapi.Standing, len(grants))
	for c, g := range grants {
		of, read := known[g.Org]
		if !read {
			if of, err = d.lists(ctx, g.Scope(), p); err != nil {
				return nil, err
			}
			known[g.Org] = of
		}
		out[rest.Caller(c)] = standing(g, of)
	}
	return out, nil
}

// lists are all lists of a project.
func (d Doors) lists(ctx context.Context, scope db.Scope, p id.Project) (ids []id.List, err error) {
	err = d.DB.Read(ctx, scope, func(tx *db.Tx) error {
		all, err := lists.Of(tx, p)
		ids = make([]id.List, len(all))
		for i, l := range all {
			ids[i] = l.ID
		}
		return err
	})
	return ids, err
}

// standing is what somebody hears of; a list that they do not know changes nothing.
func standing(g access.Grant, all []id.List) syncapi.Standing {
	known := make([]id.List, 0, len(all))
	var rights strings.Builder
	rights.WriteString(g.Level.String())
	for _, l := range all {
		if g.Knows(l) {
			known = append(known, l)
			rights.WriteString("," + string(l) + "=" + g.LevelOn(l).String())
		}
	}
	return syncapi.Standing{Audiences: g.Audiences(known), Rights: rights.String()}
}

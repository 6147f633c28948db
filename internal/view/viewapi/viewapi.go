// Package viewapi is saved views over HTTP: made, listed, changed, deleted, and
// told to devices. The rules are package view's.
//
// Codes that callers can meet, apart from those of every operation:
// view-not-found (404), needs-manager (403), too-many-views (422).
package viewapi

import (
	"context"
	"net/http"
	"time"

	"plumbline/internal/access"
	"plumbline/internal/id"
	"plumbline/internal/merge"
	"plumbline/internal/rest"
	"plumbline/internal/view"
)

// Enter lets a caller into a project.
type Enter func(ctx context.Context, c rest.Caller, project id.Project) (access.Grant, error)

// View is a saved view, in a list, in a snapshot and in a delta.
type View struct {
	ID      id.View   `json:"id"`
	Name    string    `json:"name"`
	Query   string    `json:"query" doc:"As in the address of the list: filter, sort, order, group, columns."`
	Shared  bool      `json:"shared"`
	OwnerID id.Person `json:"owner_id"`
	Version int64     `json:"version"`
}

// ViewOf is a view as the API shows it.
func ViewOf(v view.View) View {
	return View{ID: v.ID, Name: v.Name, Query: v.Query, Shared: v.Shared, OwnerID: v.Owner, Version: v.Version}
}

type api struct {
	views *view.Service
	enter Enter
}

// Register adds the operations.
func Register(a *rest.API, s *view.Service, enter Enter) {
	h := &api{s, enter}
	const tag, all, one = "Views", "/projects/{project}/views", "/projects/{project}/views/{view}"
	rest.Handle(a, rest.Op{ID: "view-list", Method: http.MethodGet, Path: all, Tag: tag, Summary: "List saved views",
		Description: "The caller's own, and those shared with the project.", Who: rest.SignedIn, Rate: rest.Reads}, h.list)
	rest.Handle(a, rest.Op{ID: "view-put", Method: http.MethodPut, Path: one, Tag: tag, Summary: "Save a view",
		Description: "The client makes the id; doing it again changes nothing and answers 200. Managers may share it.",
		Who:         rest.SignedIn, Rate: rest.Writes, MaxBody: rest.JSONBody, Status: http.StatusCreated}, h.put)
	rest.Handle(a, rest.Op{ID: "view-change", Method: http.MethodPatch, Path: one, Tag: tag, Summary: "Change a saved view",
		Description: "One's own; a shared one for managers. Fields that someone else changed since base are left alone and named.",
		Who:         rest.SignedIn, Rate: rest.Writes, MaxBody: rest.JSONBody}, h.change)
	rest.Handle(a, rest.Op{ID: "view-delete", Method: http.MethodDelete, Path: one, Tag: tag, Summary: "Delete a saved view",
		Description: "One's own; a shared one for managers.", Who: rest.SignedIn, Rate: rest.Writes}, h.remove)
}

func (h *api) in(ctx context.Context, project id.Project) (access.Grant, error) {
	c, err := rest.MustCaller(ctx)
	if err != nil {
		return access.Grant{}, err
	}
	return h.enter(ctx, c, project)
}

// At is a view in a path.
type At struct {
	Project id.Project `path:"project"`
	View    id.View    `path:"view"`
}

type inProject struct {
	Project id.Project `path:"project"`
}

// List is the views that the caller sees.
type List struct {
	Items []View `json:"items"`
}

type listed struct {
	Body List
}

func (h *api) list(ctx context.Context, in *inProject) (*listed, error) {
	g, err := h.in(ctx, in.Project)
	if err != nil {
		return nil, err
	}
	all, err := h.views.List(ctx, g)
	out := &listed{Body: List{Items: make([]View, len(all))}}
	for i, v := range all {
		out.Body.Items[i] = ViewOf(v)
	}
	return out, err
}

// Create is what a view is made with.
type Create struct {
	Name   string `json:"name" minLength:"1" maxLength:"80"`
	Query  string `json:"query" maxLength:"4000"`
	Shared bool   `json:"shared,omitempty"`
}

type putIn struct {
	At
	Body Create
}

type oneView struct {
	Status int
	Body   View
}

func (h *api) put(ctx context.Context, in *putIn) (*oneView, error) {
	g, err := h.in(ctx, in.Project)
	if err != nil {
		return nil, err
	}
	v, created, err := h.views.Put(ctx, g, view.View{ID: in.View, Name: in.Body.Name, Query: in.Body.Query, Shared: in.Body.Shared})
	if err != nil {
		return nil, err
	}
	out := &oneView{Status: http.StatusOK, Body: ViewOf(v)}
	if created {
		out.Status = http.StatusCreated
	}
	return out, nil
}

// Change is what a view is changed with; what is left out stays.
type Change struct {
	Base   int64            `json:"base" minimum:"1" doc:"The version that the change was made on."`
	Name   rest.Opt[string] `json:"name,omitempty" minLength:"1" maxLength:"80"`
	Query  rest.Opt[string] `json:"query,omitempty" maxLength:"4000"`
	Shared rest.Opt[bool]   `json:"shared,omitempty"`
}

type changeIn struct {
	At
	Body Change
}

// Conflict is a field that was left alone.
type Conflict struct {
	Field   string    `json:"field"`
	Theirs  any       `json:"theirs"`
	Mine    any       `json:"mine"`
	Version int64     `json:"version"`
	Actor   string    `json:"actor_id"`
	At      time.Time `json:"at"`
}

// Changed is a view after a change, and what of the change was not applied.
type Changed struct {
	View      View       `json:"view"`
	Conflicts []Conflict `json:"conflicts"`
}

type changeOut struct {
	Body Changed
}

func given[T any](o rest.Opt[T]) *T {
	if !o.Given {
		return nil
	}
	return &o.Value
}

func (h *api) change(ctx context.Context, in *changeIn) (*changeOut, error) {
	g, err := h.in(ctx, in.Project)
	if err != nil {
		return nil, err
	}
	v, conflicts, err := h.views.Change(ctx, g, in.View, in.Body.Base,
		view.Patch{Name: given(in.Body.Name), Query: given(in.Body.Query), Shared: given(in.Body.Shared)})
	if err != nil {
		return nil, err
	}
	out := &changeOut{Body: Changed{View: ViewOf(v), Conflicts: make([]Conflict, len(conflicts))}}
	for i, c := range conflicts {
		out.Body.Conflicts[i] = conflictOf(c)
	}
	return out, nil
}

func conflictOf(c merge.Conflict) Conflict {
	return Conflict{Field: c.Field, Theirs: c.Theirs, Mine: c.Mine, Version: c.Version, Actor: c.Actor, At: c.At}
}

func (h *api) remove(ctx context.Context, in *At) (*struct{}, error) {
	g, err := h.in(ctx, in.Project)
	if err != nil {
		return nil, err
	}
	return nil, h.views.Delete(ctx, g, in.View)
}

// Source has the fields of package syncapi's.
type Source struct {
	Name  string
	Kinds []string
	All   func(ctx context.Context) (any, error)
	Load  func(ctx context.Context, ids []string) (map[string]any, error)
}

// Sources are the views that a grant sees.
func Sources(s *view.Service, g access.Grant) []Source {
	all := func(ctx context.Context) ([]View, error) {
		found, err := s.List(ctx, g)
		out := make([]View, len(found))
		for i, v := range found {
			out[i] = ViewOf(v)
		}
		return out, err
	}
	return []Source{{Name: "views", Kinds: []string{view.Thing},
		All: func(ctx context.Context) (any, error) { return all(ctx) },
		Load: func(ctx context.Context, ids []string) (map[string]any, error) {
			found, err := all(ctx)
			out := map[string]any{}
			for _, v := range found {
				for _, i := range ids {
					if string(v.ID) == i {
						out[i] = v
					}
				}
			}
			return out, err
		},
	}}
}

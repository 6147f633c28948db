package pointapi

import (
	"context"
	"net/http"

	"plumbline/internal/access"
	"plumbline/internal/id"
	"plumbline/internal/point"
	"plumbline/internal/rest"
)

// registerKin adds the operations on how points stand to each other.
func (h *api) registerKin(a *rest.API, one string) {
	const tag, needs = "Points", " Needs the level contributor on the point, and to see the other. Doing it again changes nothing."
	rest.Handle(a, rest.Op{ID: "point-parent", Method: http.MethodPut, Path: one + "/parent", Tag: tag, Summary: "Give a point a parent",
		Description: "null takes it away. A point is not above itself (409 parent-cycle)." + needs,
		Who:         rest.SignedIn, Rate: rest.Writes, MaxBody: rest.JSONBody, Status: http.StatusOK}, h.parent)
	rest.Handle(a, rest.Op{ID: "point-relate", Method: http.MethodPut, Path: one + "/related/{other}", Tag: tag, Summary: "Relate a point to another",
		Description: "The point names the other." + needs, Who: rest.SignedIn, Rate: rest.Writes, MaxBody: rest.NoBody, Status: http.StatusOK},
		h.between(h.points.Relate))
	rest.Handle(a, rest.Op{ID: "point-unrelate", Method: http.MethodDelete, Path: one + "/related/{other}", Tag: tag, Summary: "Take a relation back",
		Description: "Whichever of the two named the other." + needs, Who: rest.SignedIn, Rate: rest.Writes, Status: http.StatusOK},
		h.between(h.points.Unrelate))
	rest.Handle(a, rest.Op{ID: "point-relay", Method: http.MethodPut, Path: one + "/relays/{relay}", Tag: tag, Summary: "Relay a point to another list",
		Description: "Makes a new point there, a copy of its text, place, category, date and photos as they are now, that names it as its origin. " +
			"Status, comments and those in charge do not go along, and neither follows the other. The client makes the id; doing it again answers 200. " +
			"Needs the level contributor on both lists.",
		Who: rest.SignedIn, Rate: rest.Writes, MaxBody: rest.JSONBody, Status: http.StatusCreated}, h.relay)
}

type relayIn struct {
	At
	Relay id.Point `path:"relay"`
	Body  Move
}

func (h *api) relay(ctx context.Context, in *relayIn) (*onePoint, error) {
	g, err := h.in(ctx, in.Project)
	if err != nil {
		return nil, err
	}
	p, created, err := h.points.Relay(ctx, g, in.Point, in.Relay, in.Body.ListID)
	if err != nil {
		return nil, err
	}
	out := &onePoint{Status: http.StatusOK, Body: PointOf(p)}
	if created {
		out.Status = http.StatusCreated
	}
	return out, nil
}

// Parent says whose child a point is.
type Parent struct {
	ParentID *id.Point `json:"parent_id"`
}

type parentIn struct {
	At
	Body Parent
}

func (h *api) parent(ctx context.Context, in *parentIn) (*onePoint, error) {
	g, err := h.in(ctx, in.Project)
	if err != nil {
		return nil, err
	}
	p, err := h.points.SetParent(ctx, g, in.Point, or(in.Body.ParentID))
	if err != nil {
		return nil, err
	}
	return &onePoint{Status: http.StatusOK, Body: PointOf(p)}, nil
}

type twoIn struct {
	At
	Other id.Point `path:"other"`
}

func (h *api) between(do func(context.Context, access.Grant, id.Point, id.Point) (point.Point, error)) func(context.Context, *twoIn) (*onePoint, error) {
	return func(ctx context.Context, in *twoIn) (*onePoint, error) {
		g, err := h.in(ctx, in.Project)
		if err != nil {
			return nil, err
		}
		p, err := do(ctx, g, in.Point, in.Other)
		if err != nil {
			return nil, err
		}
		return &onePoint{Status: http.StatusOK, Body: PointOf(p)}, nil
	}
}

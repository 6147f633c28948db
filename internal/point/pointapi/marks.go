package pointapi

import (
	"context"
	"net/http"
	"time"

	"plumbline/internal/id"
	"plumbline/internal/point/markup"
	"plumbline/internal/rest"
)

// Shape is one stroke, figure or text of mark-up.
type Shape struct {
	Kind   string    `json:"kind" enum:"pen,line,arrow,rect,ellipse,text"`
	Colour string    `json:"colour" pattern:"^#[0-9a-f]{6}$"`
	Width  float64   `json:"width" doc:"Of the line; of a text, the height of its letters."`
	At     []float64 `json:"at" maxItems:"20000" doc:"x and y of its points, in pixels of the photo or units of the sheet's frame."`
	Text   string    `json:"text,omitempty" maxLength:"200"`
}

// Markup is a layer of shapes over a photo or a sheet, which stay as they are.
type Markup struct {
	On       string    `json:"on" enum:"photo,sheet"`
	TargetID string    `json:"target_id"`
	Shapes   []Shape   `json:"shapes"`
	AuthorID id.Person `json:"author_id"`
	At       time.Time `json:"at"`
	Version  int64     `json:"version"`
}

func markupsOf(all []markup.Layer) []Markup {
	out := make([]Markup, len(all))
	for i, l := range all {
		out[i] = Markup{On: l.On, TargetID: l.Target, Shapes: make([]Shape, len(l.Shapes)), AuthorID: l.Author, At: time.UnixMicro(l.At).UTC(), Version: l.Version}
		for j, s := range l.Shapes {
			out[i].Shapes[j] = Shape(s)
		}
	}
	return out
}

func (h *api) registerMarks(a *rest.API) {
	rest.Handle(a, rest.Op{ID: "point-mark", Method: http.MethodPut, Path: "/projects/{project}/points/{point}/markups/{target}", Tag: "Points",
		Summary:     "Draw over a photo of a point, or over the sheet of its pin",
		Description: "The whole layer; an empty one erases. base is the version of the layer that was drawn on, 0 for none; if somebody else drew since, the answer is 409 markup-changed.",
		Who:         rest.SignedIn, Rate: rest.Writes, MaxBody: rest.JSONBody}, h.mark)
}

// Draw is a layer as it is sent.
type Draw struct {
	On     string  `json:"on" enum:"photo,sheet"`
	Base   int64   `json:"base" minimum:"0"`
	Shapes []Shape `json:"shapes" maxItems:"300"`
}

type markIn struct {
	At
	Target string `path:"target" minLength:"36" maxLength:"36"`
	Body   Draw
}

func (h *api) mark(ctx context.Context, in *markIn) (*onePoint, error) {
	g, err := h.in(ctx, in.Project)
	if err != nil {
		return nil, err
	}
	l := markup.Layer{Point: in.Point, On: in.Body.On, Target: in.Target, Shapes: make([]markup.Shape, len(in.Body.Shapes))}
	for i, s := range in.Body.Shapes {
		l.Shapes[i] = markup.Shape(s)
	}
	p, err := h.points.Mark(ctx, g, l, in.Body.Base)
	if err != nil {
		return nil, err
	}
	return &onePoint{Status: http.StatusOK, Body: PointOf(p)}, nil
}

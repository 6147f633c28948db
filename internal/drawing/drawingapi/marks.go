package drawingapi

import (
	"context"
	"net/http"

	"plumbline/internal/drawing/book"
	"plumbline/internal/drawing/survey"
	"plumbline/internal/id"
	"plumbline/internal/rest"
)

// Mark is what managers laid onto a sheet.
type Mark struct {
	ID         id.Mark      `json:"id"`
	Kind       string       `json:"kind" enum:"room,scale,link"`
	At         []float64    `json:"at" doc:"x and y in the sheet's frame: the corners of a room, the two ends of a known distance, two corners of a link."`
	LocationID *id.Location `json:"location_id" doc:"Of a room."`
	TargetID   *id.Sheet    `json:"target_id" doc:"Where a link leads."`
	Metres     float64      `json:"metres" doc:"How far apart the two ends of a scale are."`
}

func marksOf(all []book.Mark) []Mark {
	out := make([]Mark, len(all))
	for i, m := range all {
		out[i] = Mark{ID: m.ID, Kind: m.Kind, At: m.At, Metres: m.Metres}
		if m.Location != "" {
			out[i].LocationID = &m.Location
		}
		if m.Target != "" {
			out[i].TargetID = &m.Target
		}
	}
	return out
}

type marksAPI struct {
	*api
	survey *survey.Service
}

// RegisterMarks adds the operations on what is laid onto sheets.
func RegisterMarks(a *rest.API, s *survey.Service, enter Enter) {
	h := &marksAPI{&api{enter: enter}, s}
	const tag, root = "Drawings", "/projects/{project}/sheets/{sheet}"
	rest.Handle(a, rest.Op{ID: "mark-put", Method: http.MethodPut, Path: root + "/marks/{mark}", Tag: tag, Summary: "Lay a room, the scale or a link onto a sheet",
		Description: "The client makes the id; what had it there before is replaced. A sheet has one scale: a new one takes the place of the old.",
		Who:         rest.SignedIn, Rate: rest.Writes, MaxBody: rest.JSONBody}, h.put)
	rest.Handle(a, rest.Op{ID: "mark-delete", Method: http.MethodDelete, Path: root + "/marks/{mark}", Tag: tag, Summary: "Take a room, the scale or a link off a sheet",
		Description: "The sheet and what else lies on it stay.", Who: rest.SignedIn, Rate: rest.Writes}, h.remove)
	rest.Handle(a, rest.Op{ID: "link-proposals", Method: http.MethodGet, Path: root + "/link-proposals", Tag: tag, Summary: "What on a sheet reads like the number of another",
		Description: "Of its newest revision, where no link lies yet. Nothing is a link until somebody says so.", Who: rest.SignedIn, Rate: rest.Reads}, h.propose)
	rest.Handle(a, rest.Op{ID: "scale-proposals", Method: http.MethodGet, Path: root + "/scale-proposals", Tag: tag, Summary: "What on a sheet reads like its scale",
		Description: "Of its newest revision, the title block's first, as a distance between two places. It holds if the page has its original size, which cannot be known. Nothing is the scale until somebody says so.", Who: rest.SignedIn, Rate: rest.Reads}, h.scales)
}

// OnSheet is a sheet in a path.
type OnSheet struct {
	InProject
	Sheet id.Sheet `path:"sheet"`
}

// OnMark is a mark in a path.
type OnMark struct {
	OnSheet
	Mark id.Mark `path:"mark"`
}

// NewMark is a mark as it is sent.
type NewMark struct {
	Kind       string       `json:"kind" enum:"room,scale,link"`
	At         []float64    `json:"at" minItems:"4" maxItems:"400"`
	LocationID *id.Location `json:"location_id,omitempty" doc:"Of a room."`
	TargetID   *id.Sheet    `json:"target_id,omitempty" doc:"Where a link leads."`
	Metres     float64      `json:"metres,omitempty" minimum:"0" maximum:"100000"`
}

type markPutIn struct {
	OnMark
	Body NewMark
}

func (h *marksAPI) put(ctx context.Context, in *markPutIn) (*sheetOut, error) {
	g, err := h.in(ctx, in.Project)
	if err != nil {
		return nil, err
	}
	m := book.Mark{ID: in.Mark, Kind: in.Body.Kind, At: in.Body.At, Metres: in.Body.Metres}
	if in.Body.LocationID != nil {
		m.Location = *in.Body.LocationID
	}
	if in.Body.TargetID != nil {
		m.Target = *in.Body.TargetID
	}
	v, err := h.survey.Put(ctx, g, in.Sheet, m)
	if err != nil {
		return nil, err
	}
	return &sheetOut{Body: Changed{Sheet: SheetOf(v), Conflicts: []Conflict{}}}, nil
}

func (h *marksAPI) remove(ctx context.Context, in *OnMark) (*struct{}, error) {
	g, err := h.in(ctx, in.Project)
	if err != nil {
		return nil, err
	}
	return nil, h.survey.Delete(ctx, g, in.Sheet, in.Mark)
}

// LinkProposal is a place on a sheet that reads like the number of another.
type LinkProposal struct {
	Text     string    `json:"text"`
	At       []float64 `json:"at" doc:"Two corners, in the sheet's frame."`
	TargetID id.Sheet  `json:"target_id"`
}

type proposalsOut struct {
	Body struct {
		Items []LinkProposal `json:"items"`
	}
}

func (h *marksAPI) propose(ctx context.Context, in *OnSheet) (*proposalsOut, error) {
	g, err := h.in(ctx, in.Project)
	if err != nil {
		return nil, err
	}
	found, err := h.survey.Links(ctx, g, in.Sheet)
	out := &proposalsOut{}
	out.Body.Items = make([]LinkProposal, len(found))
	for i, p := range found {
		out.Body.Items[i] = LinkProposal{Text: p.Text, At: p.At, TargetID: p.Target}
	}
	return out, err
}

// ScaleProposal is a scale that a sheet's own words suggest.
type ScaleProposal struct {
	Text   string    `json:"text"`
	At     []float64 `json:"at" doc:"Two places, in the sheet's frame."`
	Metres float64   `json:"metres" doc:"How far apart they would be."`
	Paper  string    `json:"paper" doc:"The size of paper that the words name, such as A1; empty for none."`
	Fits   bool      `json:"fits" doc:"Whether the page has that size."`
}

type scalesOut struct {
	Body struct {
		Items []ScaleProposal `json:"items"`
	}
}

func (h *marksAPI) scales(ctx context.Context, in *OnSheet) (*scalesOut, error) {
	g, err := h.in(ctx, in.Project)
	if err != nil {
		return nil, err
	}
	found, err := h.survey.Scales(ctx, g, in.Sheet)
	out := &scalesOut{}
	out.Body.Items = make([]ScaleProposal, len(found))
	for i, p := range found {
		out.Body.Items[i] = ScaleProposal(p)
	}
	return out, err
}

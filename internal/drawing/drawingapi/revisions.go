package drawingapi

import (
	"context"
	"io"
	"net/http"
	"strconv"
	"time"

	"plumbline/internal/drawing"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/rest"
	"plumbline/internal/sheet"
)

// registerRevisions adds what renews sheets.
func (h *api) registerRevisions(a *rest.API) {
	const tag, pages = "Drawings", "/projects/{project}/drawings/{drawing}/pages"
	rest.Handle(a, rest.Op{ID: "drawing-pages", Method: http.MethodGet, Path: pages, Tag: tag, Summary: "Pages that wait to be placed",
		Description: "What was read off each page, and the sheet that it most likely renews.", Who: rest.SignedIn, Rate: rest.Reads}, h.pages)
	rest.Raw(a, rest.Op{ID: "page-thumb", Method: http.MethodGet, Path: pages + "/{page}/thumb", Tag: tag, Summary: "A small picture of a page that waits",
		Description: "A JPEG of at most 480 pixels a side.", Who: rest.SignedIn, Rate: rest.Tiles, Gives: []string{"image/jpeg"}}, h.pageThumb)
	rest.Handle(a, rest.Op{ID: "drawing-place", Method: http.MethodPost, Path: "/projects/{project}/drawings/{drawing}/place", Tag: tag, Summary: "Say what pages are",
		Description: "All waiting pages of a drawing at once: each renews a sheet, is a new sheet, or nothing. A job then lays the new revisions on their sheets; " +
			"until it is done the sheets show what they did. Once decided, doing it again changes nothing.",
		Who: rest.SignedIn, Rate: rest.Writes, MaxBody: rest.JSONBody}, h.place)
	rest.Handle(a, rest.Op{ID: "revision-align", Method: http.MethodPatch, Path: "/projects/{project}/revisions/{revision}", Tag: tag, Summary: "Lay a revision on its sheet",
		Description: "By two places, each given on the revision's page and in the sheet's frame. Pins stay where they are in the frame.",
		Who:         rest.SignedIn, Rate: rest.Writes, MaxBody: rest.JSONBody}, h.align)
}

// Page is a page that waits.
type Page struct {
	Page      int       `json:"page" doc:"Of the file, from 1."`
	Number    string    `json:"number" doc:"As the title block says; empty where it cannot be read."`
	Title     string    `json:"title"`
	SheetID   *id.Sheet `json:"sheet_id" doc:"That it most likely renews."`
	Certainty float64   `json:"certainty" doc:"0 to 1."`
	Size      Frame     `json:"size"`
}

type pagesOut struct {
	Body struct {
		Items []Page `json:"items"`
	}
}

func (h *api) pages(ctx context.Context, in *drawingIn) (*pagesOut, error) {
	g, err := h.in(ctx, in.Project)
	if err != nil {
		return nil, err
	}
	all, err := h.drawings.Pages(ctx, g, in.Drawing)
	if err != nil {
		return nil, err
	}
	out := &pagesOut{}
	out.Body.Items = []Page{}
	for _, p := range all {
		one := Page{Page: p.Revision.Page, Number: p.Number, Title: p.Title, Certainty: p.Certainty, Size: Frame(p.Revision.Size)}
		if p.Proposed != "" {
			one.SheetID = &p.Proposed
		}
		out.Body.Items = append(out.Body.Items, one)
	}
	return out, nil
}

func (h *api) pageThumb(w http.ResponseWriter, r *http.Request) error {
	which, err := rest.PathID[id.Drawing](r, "drawing")
	if err != nil {
		return err
	}
	page, err := strconv.Atoi(r.PathValue("page"))
	if err != nil {
		return fault.New(fault.NotFound, "page-not-found", "there is no such page waiting")
	}
	g, err := h.entered(r)
	if err != nil {
		return err
	}
	f, err := h.drawings.PageThumb(r.Context(), g, which, page)
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // only read
	forever(w, "image/jpeg", string(which)+"-"+strconv.Itoa(page))
	http.ServeContent(w, r, "", time.Time{}, io.NewSectionReader(f, 0, f.Size()))
	return nil
}

// Placement is what becomes of a page.
type Placement struct {
	Page    int       `json:"page" minimum:"1"`
	As      string    `json:"as" enum:"revision,sheet,nothing"`
	SheetID *id.Sheet `json:"sheet_id,omitempty" doc:"That the page renews."`
	Code    string    `json:"code,omitempty" maxLength:"12" doc:"Of the revision; left out: the next number."`
	Name    string    `json:"name,omitempty" maxLength:"200" doc:"Of a new sheet."`
	Number  string    `json:"number,omitempty" maxLength:"40"`
}

type placeIn struct {
	InProject
	Drawing id.Drawing `path:"drawing"`
	Body    struct {
		Pages []Placement `json:"pages" maxItems:"500"`
	}
}

type placeOut struct {
	Body struct {
		JobID *id.Job `json:"job_id" doc:"That lays the revisions on their sheets; null where there are none."`
	}
}

func (h *api) place(ctx context.Context, in *placeIn) (*placeOut, error) {
	g, err := h.in(ctx, in.Project)
	if err != nil {
		return nil, err
	}
	decided := make([]drawing.Placement, len(in.Body.Pages))
	for i, p := range in.Body.Pages {
		decided[i] = drawing.Placement{Page: p.Page, As: p.As, Code: p.Code, Name: p.Name, Number: p.Number}
		if p.SheetID != nil {
			decided[i].Sheet = *p.SheetID
		}
	}
	job, err := h.drawings.Place(ctx, g, in.Drawing, decided)
	if err != nil {
		return nil, err
	}
	out := &placeOut{}
	if job != "" {
		out.Body.JobID = &job
	}
	return out, nil
}

// Place is one in a page or a frame.
type Place struct {
	X float64 `json:"x"`
	Y float64 `json:"y"`
}

// Pair is one place on a revision's page and in the sheet's frame.
type Pair struct {
	Page  Place `json:"page" doc:"In units of the revision's own displayed page, from its upper left."`
	Frame Place `json:"frame"`
}

type alignIn struct {
	InProject
	Revision id.Revision `path:"revision"`
	Body     struct {
		Pairs []Pair `json:"pairs" minItems:"2" maxItems:"2"`
	}
}

func (h *api) align(ctx context.Context, in *alignIn) (*sheetOut, error) {
	g, err := h.in(ctx, in.Project)
	if err != nil {
		return nil, err
	}
	var by [2]drawing.Pair
	for i, p := range in.Body.Pairs {
		by[i] = drawing.Pair{Page: sheet.Point(p.Page), Frame: sheet.Point(p.Frame)}
	}
	s, err := h.drawings.Align(ctx, g, in.Revision, by)
	if err != nil {
		return nil, err
	}
	return &sheetOut{Body: Changed{Sheet: SheetOf(s), Conflicts: []Conflict{}}}, nil
}

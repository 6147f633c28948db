// Package drawingapi is drawings over HTTP: uploaded, listed, deleted, their
// sheets renamed, their tiles and archives read. The shapes are below; the
// rules are package drawing's.
//
// Codes that callers can meet, apart from those of every operation:
// drawing-not-found, sheet-not-found, revision-not-found, tile-not-found (404),
// in-use (409), drawing-too-large (413), unsupported-format (415), needs-…
// (403). Why a drawing failed is in its code: see package raster.
package drawingapi

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"plumbline/internal/access"
	"plumbline/internal/blob"
	"plumbline/internal/drawing"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/merge"
	"plumbline/internal/rest"
)

// Enter lets a caller into a project.
type Enter func(ctx context.Context, c rest.Caller, project id.Project) (access.Grant, error)

type api struct {
	drawings *drawing.Service
	enter    Enter
}

// Register adds the operations.
func Register(a *rest.API, drawings *drawing.Service, enter Enter) {
	h := &api{drawings, enter}
	const tag, all, one = "Drawings", "/projects/{project}/drawings", "/projects/{project}/drawings/{drawing}"
	const revision = "/projects/{project}/revisions/{revision}"
	rest.Raw(a, rest.Op{ID: "drawing-upload", Method: http.MethodPut, Path: one, Tag: tag, Summary: "Upload a drawing",
		Description: "The body is a PDF, PNG, JPEG, TIFF or HEIC of at most 200 MB; each page of a TIFF becomes a sheet. A job makes its sheets; follow it by job_id. Doing it again changes nothing. " +
			"With ask=true pages that seem to renew a sheet wait for somebody to say so, and with sheet=id all of them do; see drawing-pages.",
		Who: rest.SignedIn, Rate: rest.Uploads, MaxBody: drawing.MaxBytes, Time: 20 * time.Minute, Status: http.StatusAccepted,
		Takes: []string{"application/pdf", "image/png", "image/jpeg", "image/tiff", "image/heic", "image/heif"}, Gives: []string{"application/json"}, Query: []string{"name", "ask", "sheet"}}, h.upload)
	rest.Handle(a, rest.Op{ID: "drawing-list", Method: http.MethodGet, Path: all, Tag: tag, Summary: "List drawings and sheets",
		Description: "Those that the caller sees: all, or those that carry points the caller is in charge of.", Who: rest.SignedIn, Rate: rest.Reads}, h.list)
	rest.Handle(a, rest.Op{ID: "drawing-delete", Method: http.MethodDelete, Path: one, Tag: tag, Summary: "Delete a drawing with its sheets",
		Description: "Refused while points stand on it.", Who: rest.SignedIn, Rate: rest.Writes}, h.remove)
	rest.Handle(a, rest.Op{ID: "sheet-change", Method: http.MethodPatch, Path: "/projects/{project}/sheets/{sheet}", Tag: tag, Summary: "Rename a sheet",
		Description: "Its name, number and location. base is the version that the change was made on; fields that someone else changed since are named in conflicts.",
		Who:         rest.SignedIn, Rate: rest.Writes, MaxBody: rest.JSONBody}, h.changeSheet)
	h.registerRevisions(a)
	rest.Raw(a, rest.Op{ID: "tile", Method: http.MethodGet, Path: revision + "/tiles/{z}/{x}/{y}", Tag: tag, Summary: "A tile of a sheet's revision",
		Description: "A square of 512 pixels; z counts from the whole sheet in one tile. It never changes. White where the sheet is empty, 404 outside of it.",
		Who:         rest.SignedIn, Rate: rest.Tiles, Gives: []string{"image/png", "image/jpeg"}}, h.tile)
	rest.Raw(a, rest.Op{ID: "tile-archive", Method: http.MethodGet, Path: revision + "/archive", Tag: tag, Summary: "All tiles of a sheet's revision",
		Description: "A PMTiles archive, version 3; ranges are served. It never changes.",
		Who:         rest.SignedIn, Rate: rest.Tiles, Time: 20 * time.Minute, Gives: []string{"application/vnd.pmtiles"}}, h.archive)
	rest.Raw(a, rest.Op{ID: "sheet-thumb", Method: http.MethodGet, Path: revision + "/thumb", Tag: tag, Summary: "A small picture of a sheet's revision",
		Description: "A JPEG of at most 480 pixels a side; it never changes.", Who: rest.SignedIn, Rate: rest.Tiles, Gives: []string{"image/jpeg"}}, h.thumb)
}

func (h *api) in(ctx context.Context, project id.Project) (access.Grant, error) {
	c, err := rest.MustCaller(ctx)
	if err != nil {
		return access.Grant{}, err
	}
	return h.enter(ctx, c, project)
}

// entered enters the project of a raw request.
func (h *api) entered(r *http.Request) (access.Grant, error) {
	project, err := rest.PathID[id.Project](r, "project")
	if err != nil {
		return access.Grant{}, err
	}
	return h.in(r.Context(), project)
}

// Accepted is a drawing whose sheets are being made.
type Accepted struct {
	ID    id.Drawing `json:"id"`
	JobID id.Job     `json:"job_id"`
}

func (h *api) upload(w http.ResponseWriter, r *http.Request) error {
	which, err := rest.PathID[id.Drawing](r, "drawing")
	if err != nil {
		return err
	}
	g, err := h.entered(r)
	if err != nil {
		return err
	}
	d, _, err := h.drawings.Upload(r.Context(), g, drawing.Upload{ID: which, Name: r.URL.Query().Get("name"), Body: r.Body,
		Ask: r.URL.Query().Get("ask") == "true", Sheet: id.Sheet(r.URL.Query().Get("sheet"))})
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusAccepted)
	return json.NewEncoder(w).Encode(Accepted{ID: d.ID, JobID: d.Job})
}

// InProject is a project in a path.
type InProject struct {
	Project id.Project `path:"project"`
}

// List is the drawings and sheets of a project.
type List struct {
	Items  []Drawing `json:"items"`
	Sheets []Sheet   `json:"sheets"`
}

type listOut struct {
	Body List
}

func (h *api) list(ctx context.Context, in *InProject) (*listOut, error) {
	g, err := h.in(ctx, in.Project)
	if err != nil {
		return nil, err
	}
	drawings, sheets, err := h.drawings.List(ctx, g)
	if err != nil {
		return nil, err
	}
	out := &listOut{}
	for _, d := range drawings {
		out.Body.Items = append(out.Body.Items, DrawingOf(d))
	}
	for _, s := range sheets {
		out.Body.Sheets = append(out.Body.Sheets, SheetOf(s))
	}
	return out, nil
}

type drawingIn struct {
	InProject
	Drawing id.Drawing `path:"drawing"`
}

func (h *api) remove(ctx context.Context, in *drawingIn) (*struct{}, error) {
	g, err := h.in(ctx, in.Project)
	if err != nil {
		return nil, err
	}
	return nil, h.drawings.Delete(ctx, g, in.Drawing)
}

// Change is what a sheet is changed with; what is left out stays.
type Change struct {
	Base       int64                  `json:"base" minimum:"1"`
	Name       rest.Opt[string]       `json:"name,omitempty" minLength:"1" maxLength:"200"`
	Number     rest.Opt[string]       `json:"number,omitempty" maxLength:"40"`
	LocationID rest.Opt[*id.Location] `json:"location_id,omitempty"`
}

type sheetIn struct {
	InProject
	Sheet id.Sheet `path:"sheet"`
	Body  Change
}

// Conflict is a field that someone else changed meanwhile; mine was not
// applied.
type Conflict struct {
	Field   string    `json:"field"`
	Theirs  any       `json:"theirs"`
	Mine    any       `json:"mine"`
	Version int64     `json:"version"`
	ActorID string    `json:"actor_id"`
	At      time.Time `json:"at"`
}

// Changed is a sheet after a change, and what of the change was not applied.
type Changed struct {
	Sheet     Sheet      `json:"sheet"`
	Conflicts []Conflict `json:"conflicts"`
}

type sheetOut struct {
	Body Changed
}

func (h *api) changeSheet(ctx context.Context, in *sheetIn) (*sheetOut, error) {
	g, err := h.in(ctx, in.Project)
	if err != nil {
		return nil, err
	}
	var p drawing.SheetPatch
	if in.Body.Name.Given {
		p.Name = &in.Body.Name.Value
	}
	if in.Body.Number.Given {
		p.Number = &in.Body.Number.Value
	}
	if in.Body.LocationID.Given {
		p.Location = new(id.Location)
		if v := in.Body.LocationID.Value; v != nil {
			*p.Location = *v
		}
	}
	s, conflicts, err := h.drawings.ChangeSheet(ctx, g, in.Sheet, in.Body.Base, p)
	if err != nil {
		return nil, err
	}
	out := &sheetOut{Body: Changed{Sheet: SheetOf(s)}}
	for _, c := range conflicts {
		out.Body.Conflicts = append(out.Body.Conflicts, conflictOf(c))
	}
	return out, nil
}

func conflictOf(c merge.Conflict) Conflict {
	value := func(raw json.RawMessage) any {
		if len(raw) == 0 {
			return nil
		}
		return raw
	}
	return Conflict{Field: c.Field, Theirs: value(c.Theirs), Mine: value(c.Mine), Version: c.Version, ActorID: c.Actor, At: c.At}
}

// forever lets a client keep what an id that never changes names.
func forever(w http.ResponseWriter, kind, tag string) {
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Cache-Control", "private, max-age=31536000, immutable")
	h.Set("ETag", `"`+tag+`"`)
}

func (h *api) tile(w http.ResponseWriter, r *http.Request) error {
	revision, err := rest.PathID[id.Revision](r, "revision")
	if err != nil {
		return err
	}
	var at [3]int
	for i, name := range []string{"z", "x", "y"} {
		v, err := strconv.Atoi(r.PathValue(name))
		if err != nil || v < 0 || strconv.Itoa(v) != r.PathValue(name) {
			return fault.New(fault.NotFound, "tile-not-found", "there is no such tile")
		}
		at[i] = v
	}
	g, err := h.entered(r)
	if err != nil {
		return err
	}
	tile, kind, err := h.drawings.Tile(r.Context(), g, revision, at[0], at[1], at[2])
	if err != nil {
		return err
	}
	forever(w, kind, fmt.Sprintf("%s-%d-%d-%d", revision, at[0], at[1], at[2]))
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(tile))
	return nil
}

func (h *api) archive(w http.ResponseWriter, r *http.Request) error {
	return h.file(w, r, "application/vnd.pmtiles", "archive", h.drawings.Archive)
}

func (h *api) thumb(w http.ResponseWriter, r *http.Request) error {
	return h.file(w, r, "image/jpeg", "thumb", h.drawings.Thumb)
}

func (h *api) file(w http.ResponseWriter, r *http.Request, kind, what string,
	open func(context.Context, access.Grant, id.Revision) (blob.Reader, error)) error {
	revision, err := rest.PathID[id.Revision](r, "revision")
	if err != nil {
		return err
	}
	g, err := h.entered(r)
	if err != nil {
		return err
	}
	f, err := open(r.Context(), g, revision)
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // only read
	forever(w, kind, string(revision)+"-"+what)
	http.ServeContent(w, r, "", time.Time{}, io.NewSectionReader(f, 0, f.Size()))
	return nil
}

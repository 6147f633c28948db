package programmeapi

import (
	"context"
	"net/http"
	"time"

	"plumbline/internal/access"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/programme"
	"plumbline/internal/programme/live"
	"plumbline/internal/programme/site"
	"plumbline/internal/rest"
	"plumbline/internal/workcal"
)

// Enter lets a caller into a project.
type Enter func(ctx context.Context, c rest.Caller, project id.Project) (access.Grant, error)

type api struct {
	programmes *programme.Service
	site       *site.Service
	enter      Enter
}

// editBody is what a batch of edits may weigh: activities that come back bring
// their notes.
const editBody = 8 * rest.JSONBody

// Register adds the operations.
func Register(a *rest.API, s *programme.Service, on *site.Service, enter Enter) {
	h := &api{s, on, enter}
	const tag, all = "Programme", "/projects/{project}/programmes"
	const one = all + "/{programme}"
	rest.Handle(a, rest.Op{ID: "programme-list", Method: http.MethodGet, Path: all, Tag: tag, Summary: "List the programmes of a project",
		Description: "Those that the caller sees something of: all of them from guest up.", Who: rest.SignedIn, Rate: rest.Reads}, h.list)
	rest.Handle(a, rest.Op{ID: "programme-put", Method: http.MethodPut, Path: one, Tag: tag, Summary: "Make a programme",
		Description: "An empty one in the usual week. The client makes the id; doing it again changes nothing and answers 200. For managers.",
		Who:         rest.SignedIn, Rate: rest.Writes, MaxBody: rest.JSONBody, Status: http.StatusCreated}, h.put)
	rest.Handle(a, rest.Op{ID: "programme-change", Method: http.MethodPatch, Path: one, Tag: tag, Summary: "Change a programme's settings",
		Description: "Its name, when it starts, and whether its forecast puts what is not done at or after the present. For managers.",
		Who:         rest.SignedIn, Rate: rest.Writes, MaxBody: rest.JSONBody}, h.change)
	rest.Handle(a, rest.Op{ID: "programme-delete", Method: http.MethodDelete, Path: one, Tag: tag, Summary: "Delete a programme",
		Description: "It can be brought back for 30 days. For managers.", Who: rest.SignedIn, Rate: rest.Writes}, h.remove)
	rest.Handle(a, rest.Op{ID: "programme-restore", Method: http.MethodPost, Path: one + "/restore", Tag: tag, Summary: "Restore a deleted programme",
		Description: "Undoes a delete of the last 30 days. For managers.", Who: rest.SignedIn, Rate: rest.Writes, MaxBody: rest.NoBody, Status: http.StatusNoContent}, h.restore)
	rest.Raw(a, rest.Op{ID: "programme-schedule", Method: http.MethodGet, Path: one + "/schedule", Tag: tag, Summary: "A programme with its dates",
		Description: "Columns of equal length, in the order of the outline. A caller below guest gets their own activities and the summaries above. With If-None-Match, 304 where nothing changed.",
		Who:         rest.SignedIn, Rate: rest.Reads, Gives: []string{"application/json"}}, h.schedule)
	rest.Handle(a, rest.Op{ID: "programme-edit", Method: http.MethodPost, Path: one + "/edits", Tag: tag, Summary: "Edit a programme",
		Description: "Up to 500 edits as one version. With preview, tells what would move and keeps nothing. What makes a network that cannot be computed is refused. For managers.",
		Who:         rest.SignedIn, Rate: rest.Writes, MaxBody: editBody, Time: time.Minute, Status: http.StatusOK}, h.edit)
	rest.Handle(a, rest.Op{ID: "programme-delays", Method: http.MethodGet, Path: one + "/delays", Tag: tag, Summary: "What moved the end of a programme",
		Description: "When, by whom, from what; the newest first. For guests and above.", Who: rest.SignedIn, Rate: rest.Reads}, h.delays)
	h.registerSite(a)
}

func (h *api) in(ctx context.Context, project id.Project) (access.Grant, error) {
	c, err := rest.MustCaller(ctx)
	if err != nil {
		return access.Grant{}, err
	}
	return h.enter(ctx, c, project)
}

// At is a programme in a path.
type At struct {
	Project   id.Project   `path:"project"`
	Programme id.Programme `path:"programme"`
}

type inProject struct {
	Project id.Project `path:"project"`
}

// Programme is a programme without its activities, in a list, in a snapshot and
// in a delta.
type Programme struct {
	ID         id.Programme `json:"id"`
	Name       string       `json:"name"`
	Version    int64        `json:"version" doc:"Rises with every change of the programme or of an activity in it."`
	Format     string       `json:"format" enum:"plumbline,mspdi,xer,pmxml,psplib,table" doc:"Of the file that it came from."`
	Live       bool         `json:"live" doc:"Its forecast puts what is not done at or after the present."`
	Start      *float64     `json:"start"`
	Finish     *float64     `json:"finish" doc:"As computed last; null where it cannot be."`
	Activities int          `json:"activities" doc:"That the caller sees."`
	CreatedAt  time.Time    `json:"created_at"`
	ChangedAt  time.Time    `json:"changed_at"`
}

// ProgrammeOf is a programme as the API shows it.
func ProgrammeOf(p programme.Programme) Programme {
	return Programme{ID: p.ID, Name: p.Name, Version: p.Version, Format: string(p.Format), Live: p.Live, Start: live.Minutes(p.Begins), Finish: live.Minutes(p.Ends), Activities: p.Activities,
		CreatedAt: time.UnixMicro(p.CreatedAt).UTC(), ChangedAt: time.UnixMicro(p.ChangedAt).UTC()}
}

// ticksOf reads a time of the wire; null is none.
func ticksOf(m *float64) workcal.Time {
	if m == nil {
		return workcal.None
	}
	return workcal.Time(amount(*m))
}

// amount is minutes as ticks, rounded.
func amount(m float64) int32 {
	t := m * workcal.Minute
	switch {
	case t > 1<<31-2:
		return 1<<31 - 2
	case t < -(1<<31 - 2):
		return -(1<<31 - 2)
	case t < 0:
		return int32(t - 0.5)
	}
	return int32(t + 0.5)
}

// List is the programmes that the caller sees.
type List struct {
	Items []Programme `json:"items"`
}

type listed struct {
	Body List
}

func (h *api) list(ctx context.Context, in *inProject) (*listed, error) {
	g, err := h.in(ctx, in.Project)
	if err != nil {
		return nil, err
	}
	all, err := h.programmes.List(ctx, g)
	out := &listed{Body: List{Items: make([]Programme, len(all))}}
	for i, p := range all {
		out.Body.Items[i] = ProgrammeOf(p)
	}
	return out, err
}

// Create is what a programme is made with.
type Create struct {
	Name  string  `json:"name" minLength:"1" maxLength:"120"`
	Start float64 `json:"start" doc:"Minutes since 2000-01-01T00:00 in the project's zone."`
}

type putIn struct {
	At
	Body Create
}

type oneProgramme struct {
	Status int
	Body   Programme
}

func (h *api) put(ctx context.Context, in *putIn) (*oneProgramme, error) {
	g, err := h.in(ctx, in.Project)
	if err != nil {
		return nil, err
	}
	p, created, err := h.programmes.Create(ctx, g, programme.Draft{ID: in.Programme, Name: in.Body.Name, Start: ticksOf(&in.Body.Start)})
	if err != nil {
		return nil, err
	}
	out := &oneProgramme{Status: http.StatusOK, Body: ProgrammeOf(p)}
	if created {
		out.Status = http.StatusCreated
	}
	return out, nil
}

// Change is what a programme's settings are changed with; what is left out stays.
type Change struct {
	Name  rest.Opt[string]  `json:"name,omitempty" minLength:"1" maxLength:"120"`
	Start rest.Opt[float64] `json:"start,omitempty"`
	Live  rest.Opt[bool]    `json:"live,omitempty"`
}

type changeIn struct {
	At
	Body Change
}

func (h *api) change(ctx context.Context, in *changeIn) (*oneProgramme, error) {
	g, err := h.in(ctx, in.Project)
	if err != nil {
		return nil, err
	}
	var set programme.Settings
	if in.Body.Name.Given {
		set.Name = &in.Body.Name.Value
	}
	if in.Body.Start.Given {
		t := ticksOf(&in.Body.Start.Value)
		set.Start = &t
	}
	if in.Body.Live.Given {
		set.Live = &in.Body.Live.Value
	}
	p, err := h.programmes.Change(ctx, g, in.Programme, set)
	if err != nil {
		return nil, err
	}
	return &oneProgramme{Status: http.StatusOK, Body: ProgrammeOf(p)}, nil
}

func (h *api) remove(ctx context.Context, in *At) (*struct{}, error) {
	g, err := h.in(ctx, in.Project)
	if err != nil {
		return nil, err
	}
	return nil, h.programmes.Delete(ctx, g, in.Programme)
}

func (h *api) restore(ctx context.Context, in *At) (*struct{}, error) {
	g, err := h.in(ctx, in.Project)
	if err != nil {
		return nil, err
	}
	return nil, h.programmes.Restore(ctx, g, in.Programme)
}

type delaysIn struct {
	At
	Before int64 `query:"before" minimum:"0" doc:"Those before this version; the newest where it is left out."`
	Limit  int   `query:"limit" minimum:"1" maximum:"500"`
}

// Delay is something that moved the end.
type Delay struct {
	Version int64     `json:"version"`
	At      time.Time `json:"at"`
	ActorID id.Person `json:"actor_id"`
	Kind    string    `json:"kind" doc:"edit, settings, import, progress, problem, solved, sign-off, reject, reopen, block, point, or time: days that went by."`
	Thing   string    `json:"thing_id" doc:"The activity, point, import or programme that it was about."`
	Before  *float64  `json:"before"`
	After   *float64  `json:"after"`
}

// Delays are what moved the end of a programme.
type Delays struct {
	Items []Delay `json:"items"`
}

type delaysOut struct {
	Body Delays
}

func (h *api) delays(ctx context.Context, in *delaysIn) (*delaysOut, error) {
	g, err := h.in(ctx, in.Project)
	if err != nil {
		return nil, err
	}
	if in.Limit == 0 {
		in.Limit = 100
	}
	all, err := h.programmes.Delays(ctx, g, in.Programme, in.Before, in.Limit)
	out := &delaysOut{Body: Delays{Items: make([]Delay, len(all))}}
	for i, e := range all {
		out.Body.Items[i] = Delay{Version: e.Version, At: time.UnixMicro(e.At).UTC(), ActorID: e.By, Kind: e.Kind, Thing: e.Thing, Before: live.Minutes(e.Before), After: live.Minutes(e.After)}
	}
	return out, err
}

func invalid(path, code string) error {
	return fault.InvalidFields([]fault.Field{{Path: path, Code: code}})
}

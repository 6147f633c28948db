// Package projectapi is projects over HTTP: the project, its people and its
// settings, and the same things for a device that keeps a copy (Sources).
//
// The shapes are below, the rules are package project's. Whoever takes no part
// in a project gets 404 for it and for all in it.
package projectapi

import (
	"context"
	"net/http"

	"plumbline/internal/access"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/merge"
	"plumbline/internal/policy"
	"plumbline/internal/project"
	"plumbline/internal/project/lists"
	"plumbline/internal/rest"
)

type api struct {
	projects *project.Service
	lists    *lists.Service
	access   *access.Service
}

const tag = "Project"

// Register adds the operations.
func Register(a *rest.API, projects *project.Service, groups *lists.Service, in *access.Service) {
	h := &api{projects, groups, in}
	list := read("project-list", "/projects", "The caller's projects", "All that the caller takes part in, in every organisation, by name.")
	list.Tokens = true
	rest.Handle(a, list, h.list)
	rest.Handle(a, write("project-put", http.MethodPut, "/projects/{project}", "Make a project",
		"Needs the role manager in the organisation. The maker becomes its administrator; statuses, a list, categories and roles are there "+
			"to begin with, in the organisation's language. Making it again changes nothing."), h.put)
	rest.Handle(a, write("project-change", http.MethodPatch, "/projects/{project}", "Change a project",
		"Needs the level administrator. "+merges), entered(h, h.change))
	rest.Handle(a, read("project-people", "/projects/{project}/people", "The people on a project",
		"From guest on all participants, former ones too; a subcontractor sees who occurs on what they see, and the managers."), entered(h, h.people))
	rest.Handle(a, write("participant-put", http.MethodPut, "/projects/{project}/participants/{person}", "Let someone of the address book take part",
		"Needs the level administrator. Again: changes the level and roles. The last administrator stays one (409 last-administrator)."), entered(h, h.putParticipant))
	rest.Handle(a, write("participant-remove", http.MethodDelete, "/projects/{project}/participants/{person}", "End a participation",
		"Needs the level administrator; everybody may leave. Who leaves stays listed as former."), entered(h, h.removeParticipant))
	registerSettings(a, h)
	registerLists(a, h)
}

const merges = "Fields that somebody else changed since base, to another value, are left as they are and named in conflicts."

func read(opID, path, summary, description string) rest.Op {
	return rest.Op{ID: opID, Method: http.MethodGet, Path: path, Tag: tag, Summary: summary, Description: description, Who: rest.SignedIn, Rate: rest.Reads}
}

func write(opID, method, path, summary, description string) rest.Op {
	op := rest.Op{ID: opID, Method: method, Path: path, Tag: tag, Summary: summary, Description: description,
		Who: rest.SignedIn, Rate: rest.Writes, MaxBody: rest.JSONBody}
	if method == http.MethodDelete {
		op.MaxBody = rest.NoBody
	}
	return op
}

// AtProject is the path of what is in a project. (Embedded types are exported:
// otherwise nothing is read into them.)
type AtProject struct {
	Project id.Project `path:"project"`
}

func (p AtProject) project() id.Project { return p.Project }

// entered lets the caller of a request into its project before fn.
func entered[In interface{ project() id.Project }, Out any](h *api, fn func(context.Context, access.Grant, *In) (*Out, error)) func(context.Context, *In) (*Out, error) {
	return func(ctx context.Context, in *In) (*Out, error) {
		c, err := rest.MustCaller(ctx)
		if err != nil {
			return nil, err
		}
		g, err := h.access.Enter(ctx, access.Caller(c), (*in).project())
		if err != nil {
			return nil, err
		}
		return fn(ctx, g, in)
	}
}

// Project is a project as one of its participants sees it.
type Project struct {
	ID       id.Project `json:"id"`
	OrgID    id.Org     `json:"org_id"`
	Name     string     `json:"name"`
	Code     string     `json:"code"`
	Place    string     `json:"place"`
	TimeZone string     `json:"time_zone"`
	Level    string     `json:"level" enum:"subcontractor,guest,contributor,manager,administrator" doc:"The caller's."`
	PersonID id.Person  `json:"person_id" doc:"The caller, as a person of the organisation."`
	Version  int64      `json:"version"`
}

// ProjectOf is a project as the API shows it.
func ProjectOf(m project.Mine) Project {
	return Project{ID: m.ID, OrgID: m.Org, Name: m.Name, Code: m.Code, Place: m.Place, TimeZone: m.TimeZone,
		Level: m.Level.String(), PersonID: m.Person, Version: m.Version}
}

type listOut struct{ Body Projects }

// Projects are the caller's.
type Projects struct {
	Items []Project `json:"items"`
}

func (h *api) list(ctx context.Context, _ *struct{}) (*listOut, error) {
	c, err := rest.MustCaller(ctx)
	if err != nil {
		return nil, err
	}
	all, err := h.projects.Projects(ctx, access.Caller(c))
	if err != nil {
		return nil, err
	}
	return &listOut{Projects{mapped(all, ProjectOf)}}, nil
}

func mapped[T, J any](all []T, show func(T) J) []J {
	out := make([]J, len(all))
	for i, v := range all {
		out[i] = show(v)
	}
	return out
}

type putIn struct {
	AtProject
	Body NewProject
}

// NewProject is a project to be made.
type NewProject struct {
	OrgID    id.Org `json:"org_id"`
	Name     string `json:"name" minLength:"1" maxLength:"200"`
	Code     string `json:"code,omitempty" maxLength:"40"`
	Place    string `json:"place,omitempty" maxLength:"200"`
	TimeZone string `json:"time_zone" minLength:"1" maxLength:"64" doc:"IANA name, such as Europe/Brussels."`
}

// shown answers a PUT: 201 where something was made.
type shown[J any] struct {
	Status int
	Body   J
}

func showing[J any](made bool, v J) *shown[J] {
	if made {
		return &shown[J]{http.StatusCreated, v}
	}
	return &shown[J]{http.StatusOK, v}
}

func (h *api) put(ctx context.Context, in *putIn) (*shown[Project], error) {
	c, err := rest.MustCaller(ctx)
	if err != nil {
		return nil, err
	}
	member, err := h.access.Member(ctx, access.Caller(c), in.Body.OrgID)
	if err != nil {
		return nil, err
	}
	p, made, err := h.projects.Create(ctx, member, project.Project{ID: in.Project, Name: in.Body.Name, Code: in.Body.Code,
		Place: in.Body.Place, TimeZone: in.Body.TimeZone})
	if err != nil {
		return nil, err
	}
	g, err := h.access.Enter(ctx, access.Caller(c), p.ID)
	if err != nil {
		return nil, err
	}
	return showing(made, ProjectOf(project.Mine{Project: p, Level: g.Level, Person: g.Person})), nil
}

type changeIn struct {
	AtProject
	Body ProjectChange
}

// ProjectChange is an update, made on version base.
type ProjectChange struct {
	Base     int64            `json:"base" minimum:"1"`
	Name     rest.Opt[string] `json:"name,omitempty" minLength:"1" maxLength:"200"`
	Code     rest.Opt[string] `json:"code,omitempty" maxLength:"40"`
	Place    rest.Opt[string] `json:"place,omitempty" maxLength:"200"`
	TimeZone rest.Opt[string] `json:"time_zone,omitempty" minLength:"1" maxLength:"64"`
}

type changeOut struct{ Body ProjectChanged }

// ProjectChanged is what became of an update.
type ProjectChanged struct {
	Project   Project          `json:"project"`
	Conflicts []merge.Conflict `json:"conflicts"`
}

func given[T any](o rest.Opt[T]) *T {
	if !o.Given {
		return nil
	}
	return &o.Value
}

func (h *api) change(ctx context.Context, g access.Grant, in *changeIn) (*changeOut, error) {
	b := in.Body
	p, conflicts, err := h.projects.Change(ctx, g, b.Base, project.Patch{Name: given(b.Name), Code: given(b.Code), Place: given(b.Place), TimeZone: given(b.TimeZone)})
	if err != nil {
		return nil, err
	}
	return &changeOut{ProjectChanged{ProjectOf(project.Mine{Project: p, Level: g.Level, Person: g.Person}), conflicts}}, nil
}

// Person is a participant as the others see one.
type Person struct {
	ID         id.Person   `json:"id"`
	Name       string      `json:"name" doc:"Empty of who was erased, and of who is limited."`
	Initials   string      `json:"initials"`
	CompanyID  *id.Company `json:"company_id"`
	Function   string      `json:"function"`
	Level      string      `json:"level" enum:"subcontractor,guest,contributor,manager,administrator" doc:"Of a former participant: the last."`
	RoleIDs    []id.Role   `json:"role_ids"`
	HasAccount bool        `json:"has_account"`
	Former     bool        `json:"former" doc:"Takes part no more."`
	Label      string      `json:"label,omitempty" doc:"Of who was erased: the code by which the record names them."`
	Limited    bool        `json:"limited" doc:"Takes part, but is not to be shown: the processing of their data is restricted, or they object to it."`
	You        bool        `json:"you"`
}

// PersonOf is a participant as the API shows one.
func PersonOf(p project.Someone) Person {
	out := Person{ID: p.ID, Name: p.Name, Initials: p.Initials, Function: p.Function, Level: p.Level.String(),
		RoleIDs: append([]id.Role{}, p.Roles...), HasAccount: p.HasAccount, Former: p.Former, Label: p.Code, Limited: p.Limited, You: p.You}
	if p.Company != "" {
		out.CompanyID = &p.Company
	}
	return out
}

type peopleOut struct{ Body People }

// People are those on a project whom the caller may see.
type People struct {
	Items []Person `json:"items"`
}

func (h *api) people(ctx context.Context, g access.Grant, _ *AtProject) (*peopleOut, error) {
	all, err := h.projects.People(ctx, g)
	if err != nil {
		return nil, err
	}
	return &peopleOut{People{mapped(all, PersonOf)}}, nil
}

// AtPerson is the path of a participant.
type AtPerson struct {
	AtProject
	Person id.Person `path:"person"`
}

type putParticipantIn struct {
	AtPerson
	Body Participation
}

// Participation is how someone takes part.
type Participation struct {
	Level   string    `json:"level" enum:"subcontractor,guest,contributor,manager,administrator"`
	RoleIDs []id.Role `json:"role_ids,omitempty" maxItems:"20"`
}

type personOut struct{ Body Person }

func (h *api) putParticipant(ctx context.Context, g access.Grant, in *putParticipantIn) (*personOut, error) {
	level, _ := policy.ParseLevel(in.Body.Level)
	if err := h.projects.PutParticipant(ctx, g, in.Person, level, in.Body.RoleIDs); err != nil {
		return nil, err
	}
	all, err := h.projects.People(ctx, g)
	if err != nil {
		return nil, err
	}
	for _, p := range all {
		if p.ID == in.Person {
			return &personOut{PersonOf(p)}, nil
		}
	}
	return nil, fault.New(fault.NotFound, "participant-not-found", "there is no such participant") // removed meanwhile
}

func (h *api) removeParticipant(ctx context.Context, g access.Grant, in *AtPerson) (*struct{}, error) {
	return nil, h.projects.RemoveParticipant(ctx, g, in.Person)
}

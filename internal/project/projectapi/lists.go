package projectapi

import (
	"context"
	"net/http"

	"plumbline/internal/access"
	"plumbline/internal/id"
	"plumbline/internal/merge"
	"plumbline/internal/policy"
	"plumbline/internal/project/lists"
	"plumbline/internal/rest"
)

// registerLists adds the operations on lists of points and who is on them.
func registerLists(a *rest.API, h *api) {
	const one, member = "/projects/{project}/lists/{list}", "/projects/{project}/lists/{list}/participants/{person}"
	const hidden = " Of a closed list that the caller is not on nothing is said (404)."
	rest.Handle(a, write("list-put", http.MethodPut, one, "Add a list of points",
		"Needs the level manager. Its code is no other's that the caller knows. Who makes a closed list is its administrator. Adding it again changes nothing."),
		entered(h, h.putList))
	rest.Handle(a, write("list-change", http.MethodPatch, one, "Change a list of points",
		"Needs the level manager on the list; to open or close it, administrator. Points keep their numbers. A project keeps a list that is not archived (409 last-list). "+
			merges+hidden), entered(h, h.changeList))
	rest.Handle(a, write("list-delete", http.MethodDelete, one, "Delete a list of points",
		"Needs the level manager on the list. What is in use stays (409 in-use)."+hidden), entered(h, h.deleteList))
	rest.Handle(a, write("list-next", http.MethodPost, one+"/occurrence", "Begin the next occurrence of a list",
		"Needs the level manager on the list. New points are numbered in it, old ones keep their numbers. Refused where numbers have no occurrence (409 no-occurrences), "+
			"and where no report was made of the running one (409 occurrence-unreported) unless despite is given. Saying it again changes nothing."+hidden), entered(h, h.nextOccurrence))
	rest.Handle(a, read("list-participants", one+"/participants", "Who is on a list",
		"Those to whom the list gives a level of its own; for who reads all of the list."+hidden), entered(h, h.listMembers))
	rest.Handle(a, write("list-participant-put", http.MethodPut, member, "Give a participant a level on a list",
		"Needs the level manager on the list, and nobody gives more than they have. A closed list keeps an administrator (409 last-list-administrator)."+hidden), entered(h, h.putListMember))
	rest.Handle(a, write("list-participant-remove", http.MethodDelete, member, "Take a participant's level on a list back",
		"Of a closed list the person knows nothing then; on an open one the level on the project counts. Needs the level manager on the list; everybody may leave."+hidden), entered(h, h.removeListMember))
}

// List is a group of points with numbers of its own.
type List struct {
	ID         id.List `json:"id"`
	Code       string  `json:"code"`
	Name       string  `json:"name"`
	Order      int64   `json:"order"`
	Numbering  string  `json:"numbering" enum:"sequence,occurrence-sequence,code-sequence,code-occurrence-sequence"`
	Occurrence int64   `json:"occurrence" doc:"The running one."`
	Closed     bool    `json:"closed" doc:"Only those on it know of it."`
	Archived   bool    `json:"archived" doc:"It takes no new points."`
	Level      string  `json:"level" enum:"subcontractor,guest,contributor,manager,administrator" doc:"The caller's, on this list."`
	Version    int64   `json:"version"`
}

// ListOf is a list as the API shows it to the grant's person.
func ListOf(g access.Grant, l lists.List) List {
	return List{ID: l.ID, Code: l.Code, Name: l.Name, Order: l.Order, Numbering: l.Numbering, Occurrence: l.Occurrence,
		Closed: l.Closed, Archived: l.Archived(), Level: listLevel(g, l).String(), Version: l.Version}
}

// listLevel is the level that the grant's person has on a list; of one that
// they just made or closed, what this made them.
func listLevel(g access.Grant, l lists.List) policy.Level {
	if _, own := g.ListLevels[l.ID]; l.Closed && !own {
		return policy.Administrator
	}
	return g.LevelOn(l.ID)
}

// AtList is the path of a list.
type AtList struct {
	AtProject
	List id.List `path:"list"`
}

type putListIn struct {
	AtList
	Body NewList
}

// NewList is a list to be added.
type NewList struct {
	Code      string `json:"code" minLength:"1" maxLength:"8" doc:"Letters, digits, dot, dash, underscore; begins with a letter or digit."`
	Name      string `json:"name" minLength:"1" maxLength:"200"`
	Order     int64  `json:"order,omitempty" minimum:"0" maximum:"1000000"`
	Numbering string `json:"numbering,omitempty" enum:"sequence,occurrence-sequence,code-sequence,code-occurrence-sequence" doc:"code-occurrence-sequence if not given."`
	Closed    bool   `json:"closed,omitempty"`
}

func (h *api) putList(ctx context.Context, g access.Grant, in *putListIn) (*shown[List], error) {
	b := in.Body
	l, made, err := h.lists.Put(ctx, g, lists.List{ID: in.List, Code: b.Code, Name: b.Name, Order: b.Order, Numbering: b.Numbering, Closed: b.Closed})
	return answer(made, ListOf(g, l), err)
}

type changeListIn struct {
	AtList
	Body ListChange
}

// ListChange is an update, made on version base.
type ListChange struct {
	Base      int64            `json:"base" minimum:"1"`
	Code      rest.Opt[string] `json:"code,omitempty" minLength:"1" maxLength:"8"`
	Name      rest.Opt[string] `json:"name,omitempty" minLength:"1" maxLength:"200"`
	Order     rest.Opt[int64]  `json:"order,omitempty" minimum:"0" maximum:"1000000"`
	Numbering rest.Opt[string] `json:"numbering,omitempty" enum:"sequence,occurrence-sequence,code-sequence,code-occurrence-sequence"`
	Closed    rest.Opt[bool]   `json:"closed,omitempty"`
	Archived  rest.Opt[bool]   `json:"archived,omitempty"`
}

type listChanged struct{ Body ListChanged }

// ListChanged is what became of an update.
type ListChanged struct {
	List      List             `json:"list"`
	Conflicts []merge.Conflict `json:"conflicts"`
}

func (h *api) changeList(ctx context.Context, g access.Grant, in *changeListIn) (*listChanged, error) {
	b := in.Body
	l, conflicts, err := h.lists.Change(ctx, g, in.List, b.Base, lists.Patch{Code: given(b.Code), Name: given(b.Name), Order: given(b.Order),
		Numbering: given(b.Numbering), Closed: given(b.Closed), Archived: given(b.Archived)})
	if err != nil {
		return nil, err
	}
	return &listChanged{ListChanged{ListOf(g, l), conflicts}}, nil
}

func (h *api) deleteList(ctx context.Context, g access.Grant, in *AtList) (*struct{}, error) {
	return nil, h.lists.Delete(ctx, g, in.List)
}

type nextIn struct {
	AtList
	Body NextOccurrence
}

// NextOccurrence asks for the occurrence after the running one.
type NextOccurrence struct {
	Running int64 `json:"running" minimum:"1" doc:"The running occurrence, as the caller knows it."`
	Despite bool  `json:"despite,omitempty" doc:"Although no report was made of it."`
}

type listOnly struct{ Body List }

func (h *api) nextOccurrence(ctx context.Context, g access.Grant, in *nextIn) (*listOnly, error) {
	l, err := h.lists.Next(ctx, g, in.List, in.Body.Running, in.Body.Despite)
	if err != nil {
		return nil, err
	}
	return &listOnly{ListOf(g, l)}, nil
}

// ListParticipant is a participant with the level that a list gives.
type ListParticipant struct {
	PersonID id.Person `json:"person_id"`
	Level    string    `json:"level" enum:"subcontractor,guest,contributor,manager,administrator"`
}

type membersOut struct{ Body ListParticipants }

// ListParticipants are those to whom a list gives a level.
type ListParticipants struct {
	Items []ListParticipant `json:"items"`
}

func (h *api) listMembers(ctx context.Context, g access.Grant, in *AtList) (*membersOut, error) {
	all, err := h.lists.Members(ctx, g, in.List)
	if err != nil {
		return nil, err
	}
	return &membersOut{ListParticipants{mapped(all, func(m access.ListMember) ListParticipant {
		return ListParticipant{PersonID: m.Person, Level: m.Level.String()}
	})}}, nil
}

// AtListPerson is the path of a participant on a list.
type AtListPerson struct {
	AtList
	Person id.Person `path:"person"`
}

type putMemberIn struct {
	AtListPerson
	Body ListLevel
}

// ListLevel is the level that a list gives.
type ListLevel struct {
	Level string `json:"level" enum:"subcontractor,guest,contributor,manager,administrator"`
}

type memberOut struct{ Body ListParticipant }

func (h *api) putListMember(ctx context.Context, g access.Grant, in *putMemberIn) (*memberOut, error) {
	level, _ := policy.ParseLevel(in.Body.Level)
	if err := h.lists.SetLevel(ctx, g, in.List, in.Person, level); err != nil {
		return nil, err
	}
	return &memberOut{ListParticipant{PersonID: in.Person, Level: level.String()}}, nil
}

func (h *api) removeListMember(ctx context.Context, g access.Grant, in *AtListPerson) (*struct{}, error) {
	return nil, h.lists.DropLevel(ctx, g, in.List, in.Person)
}

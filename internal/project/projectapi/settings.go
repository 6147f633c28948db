package projectapi

import (
	"context"
	"net/http"

	"plumbline/internal/access"
	"plumbline/internal/id"
	"plumbline/internal/merge"
	"plumbline/internal/project"
	"plumbline/internal/rest"
)

// registerSettings adds put, change and delete of each kind.
func registerSettings(a *rest.API, h *api) {
	s := h.projects
	settings(a, h, "status", "statuses", "a status", "That points have it keeps it from being deleted, and from closing or not closing. "+
		"A project keeps an open status that everybody may set (409 last-open-status) and one that closes (409 last-closing-status).",
		func(ctx context.Context, g access.Grant, in *putStatusIn) (*shown[Status], error) {
			b := in.Body
			v, made, err := s.PutStatus(ctx, g, project.Status{ID: in.Status, Name: b.Name, Colour: b.Colour, Shape: b.Shape, Order: b.Order,
				Closes: b.Closes, ManagersOnly: b.ManagersOnly})
			return answer(made, StatusOf(v), err)
		},
		func(ctx context.Context, g access.Grant, in *changeStatusIn) (*statusChanged, error) {
			b := in.Body
			v, conflicts, err := s.PatchStatus(ctx, g, in.Status, b.Base, project.StatusPatch{Name: given(b.Name), Colour: given(b.Colour),
				Shape: given(b.Shape), Order: given(b.Order), Closes: given(b.Closes), Managers: given(b.ManagersOnly)})
			return &statusChanged{StatusChanged{StatusOf(v), conflicts}}, err
		},
		func(ctx context.Context, g access.Grant, in *AtStatus) error {
			return s.DeleteStatus(ctx, g, in.Status)
		})

	settings(a, h, "location", "locations", "a location", "A building stands in nothing, a level in a building, a room on a level.",
		func(ctx context.Context, g access.Grant, in *putLocationIn) (*shown[Location], error) {
			b := in.Body
			v, made, err := s.PutLocation(ctx, g, project.Location{ID: in.Location, Parent: b.ParentID, Kind: b.Kind, Name: b.Name, Code: b.Code, Order: b.Order})
			return answer(made, LocationOf(v), err)
		},
		func(ctx context.Context, g access.Grant, in *changeLocationIn) (*locationChanged, error) {
			b := in.Body
			v, conflicts, err := s.PatchLocation(ctx, g, in.Location, b.Base, project.LocationPatch{Parent: given(b.ParentID), Kind: given(b.Kind),
				Name: given(b.Name), Code: given(b.Code), Order: given(b.Order)})
			return &locationChanged{LocationChanged{LocationOf(v), conflicts}}, err
		},
		func(ctx context.Context, g access.Grant, in *AtLocation) error {
			return s.DeleteLocation(ctx, g, in.Location)
		})

	settings(a, h, "category", "categories", "a category", "A category stands in nothing, a sub-category in a category, a subject in a sub-category. "+
		"Who is in charge is proposed for its points.",
		func(ctx context.Context, g access.Grant, in *putCategoryIn) (*shown[Category], error) {
			b := in.Body
			v, made, err := s.PutCategory(ctx, g, project.Category{ID: in.Category, Parent: b.ParentID, Kind: b.Kind, Name: b.Name, Order: b.Order,
				InCharge: charged(b.InCharge)})
			return answer(made, CategoryOf(v), err)
		},
		func(ctx context.Context, g access.Grant, in *changeCategoryIn) (*categoryChanged, error) {
			b := in.Body
			patch := project.CategoryPatch{Parent: given(b.ParentID), Kind: given(b.Kind), Name: given(b.Name), Order: given(b.Order)}
			if b.InCharge.Given {
				all := charged(b.InCharge.Value)
				patch.InCharge = &all
			}
			v, conflicts, err := s.PatchCategory(ctx, g, in.Category, b.Base, patch)
			return &categoryChanged{CategoryChanged{CategoryOf(v), conflicts}}, err
		},
		func(ctx context.Context, g access.Grant, in *AtCategory) error {
			return s.DeleteCategory(ctx, g, in.Category)
		})

	settings(a, h, "role", "roles", "a role", "Points can be given to whoever has it.",
		func(ctx context.Context, g access.Grant, in *putRoleIn) (*shown[Role], error) {
			v, made, err := s.PutRole(ctx, g, project.Role{ID: in.Role, Name: in.Body.Name})
			return answer(made, RoleOf(v), err)
		},
		func(ctx context.Context, g access.Grant, in *changeRoleIn) (*roleChanged, error) {
			v, conflicts, err := s.PatchRole(ctx, g, in.Role, in.Body.Base, project.RolePatch{Name: given(in.Body.Name)})
			return &roleChanged{RoleChanged{RoleOf(v), conflicts}}, err
		},
		func(ctx context.Context, g access.Grant, in *AtRole) error { return s.DeleteRole(ctx, g, in.Role) })
}

// settings adds the three operations of a kind.
func settings[Put, Change, Delete interface{ project() id.Project }, J, C any](a *rest.API, h *api, kind, kinds, one, more string,
	put func(context.Context, access.Grant, *Put) (*shown[J], error), change func(context.Context, access.Grant, *Change) (*C, error),
	del func(context.Context, access.Grant, *Delete) error) {
	path := "/projects/{project}/" + kinds + "/{" + kind + "}"
	rest.Handle(a, write(kind+"-put", http.MethodPut, path, "Add "+one, "Needs the level manager. "+more+" Adding it again changes nothing."), entered(h, put))
	rest.Handle(a, write(kind+"-change", http.MethodPatch, path, "Change "+one, "Needs the level manager. "+more+" "+merges),
		entered(h, func(ctx context.Context, g access.Grant, in *Change) (*C, error) {
			out, err := change(ctx, g, in)
			if err != nil {
				return nil, err
			}
			return out, nil
		}))
	rest.Handle(a, write(kind+"-delete", http.MethodDelete, path, "Delete "+one, "Needs the level manager. "+more+" What is in use stays (409 in-use)."),
		entered(h, func(ctx context.Context, g access.Grant, in *Delete) (*struct{}, error) { return nil, del(ctx, g, in) }))
}

func answer[J any](made bool, v J, err error) (*shown[J], error) {
	if err != nil {
		return nil, err
	}
	return showing(made, v), nil
}

// Status is a state a point can be in.
type Status struct {
	ID           id.Status `json:"id"`
	Name         string    `json:"name"`
	Colour       string    `json:"colour"`
	Shape        string    `json:"shape"`
	Order        int64     `json:"order"`
	Closes       bool      `json:"closes"`
	ManagersOnly bool      `json:"managers_only"`
	Version      int64     `json:"version"`
}

// StatusOf is a status as the API shows it.
func StatusOf(v project.Status) Status { return Status(v) }

// AtStatus is the path of a status.
type AtStatus struct {
	AtProject
	Status id.Status `path:"status"`
}

type putStatusIn struct {
	AtStatus
	Body NewStatus
}

// NewStatus is a status to be added.
type NewStatus struct {
	Name         string `json:"name" minLength:"1" maxLength:"200"`
	Colour       string `json:"colour" pattern:"^(open|progress|review|done|idle|#[0-9a-fA-F]{6})$" doc:"One of the themes' five, or #rrggbb."`
	Shape        string `json:"shape" enum:"circle,square,diamond,triangle,ring"`
	Order        int64  `json:"order,omitempty" minimum:"0" maximum:"1000000"`
	Closes       bool   `json:"closes,omitempty" doc:"A point in it is closed."`
	ManagersOnly bool   `json:"managers_only,omitempty" doc:"Nobody below manager sets it, or moves a point out of it."`
}

type changeStatusIn struct {
	AtStatus
	Body StatusChange
}

// StatusChange is an update, made on version base.
type StatusChange struct {
	Base         int64            `json:"base" minimum:"1"`
	Name         rest.Opt[string] `json:"name,omitempty" minLength:"1" maxLength:"200"`
	Colour       rest.Opt[string] `json:"colour,omitempty" pattern:"^(open|progress|review|done|idle|#[0-9a-fA-F]{6})$"`
	Shape        rest.Opt[string] `json:"shape,omitempty" enum:"circle,square,diamond,triangle,ring"`
	Order        rest.Opt[int64]  `json:"order,omitempty" minimum:"0" maximum:"1000000"`
	Closes       rest.Opt[bool]   `json:"closes,omitempty"`
	ManagersOnly rest.Opt[bool]   `json:"managers_only,omitempty"`
}

type statusChanged struct{ Body StatusChanged }

// StatusChanged is what became of an update.
type StatusChanged struct {
	Status    Status           `json:"status"`
	Conflicts []merge.Conflict `json:"conflicts"`
}

// Location is a place.
type Location struct {
	ID       id.Location  `json:"id"`
	ParentID *id.Location `json:"parent_id"`
	Kind     string       `json:"kind" enum:"building,level,room"`
	Name     string       `json:"name"`
	Code     string       `json:"code"`
	Order    int64        `json:"order"`
	Version  int64        `json:"version"`
}

// LocationOf is a location as the API shows it.
func LocationOf(v project.Location) Location {
	return Location{ID: v.ID, ParentID: v.Parent, Kind: v.Kind, Name: v.Name, Code: v.Code, Order: v.Order, Version: v.Version}
}

// AtLocation is the path of a location.
type AtLocation struct {
	AtProject
	Location id.Location `path:"location"`
}

type putLocationIn struct {
	AtLocation
	Body NewLocation
}

// NewLocation is a location to be added.
type NewLocation struct {
	ParentID *id.Location `json:"parent_id,omitempty" doc:"What it stands in; null for a building."`
	Kind     string       `json:"kind" enum:"building,level,room"`
	Name     string       `json:"name" minLength:"1" maxLength:"200"`
	Code     string       `json:"code,omitempty" maxLength:"40"`
	Order    int64        `json:"order,omitempty" minimum:"0" maximum:"1000000"`
}

type changeLocationIn struct {
	AtLocation
	Body LocationChange
}

// LocationChange is an update, made on version base.
type LocationChange struct {
	Base     int64                  `json:"base" minimum:"1"`
	ParentID rest.Opt[*id.Location] `json:"parent_id,omitempty"`
	Kind     rest.Opt[string]       `json:"kind,omitempty" enum:"building,level,room"`
	Name     rest.Opt[string]       `json:"name,omitempty" minLength:"1" maxLength:"200"`
	Code     rest.Opt[string]       `json:"code,omitempty" maxLength:"40"`
	Order    rest.Opt[int64]        `json:"order,omitempty" minimum:"0" maximum:"1000000"`
}

type locationChanged struct{ Body LocationChanged }

// LocationChanged is what became of an update.
type LocationChanged struct {
	Location  Location         `json:"location"`
	Conflicts []merge.Conflict `json:"conflicts"`
}

// InCharge is a person, a company or a role in charge.
type InCharge struct {
	Kind string `json:"kind" enum:"person,company,role"`
	ID   string `json:"id" minLength:"36" maxLength:"36"`
}

func charged(all []InCharge) []access.InCharge {
	return mapped(all, func(c InCharge) access.InCharge { return access.InCharge(c) })
}

// Category is what points are about.
type Category struct {
	ID       id.Category  `json:"id"`
	ParentID *id.Category `json:"parent_id"`
	Kind     string       `json:"kind" enum:"category,sub-category,subject"`
	Name     string       `json:"name"`
	Order    int64        `json:"order"`
	InCharge []InCharge   `json:"in_charge" doc:"Who is proposed for its points."`
	Version  int64        `json:"version"`
}

// CategoryOf is a category as the API shows it.
func CategoryOf(v project.Category) Category {
	return Category{ID: v.ID, ParentID: v.Parent, Kind: v.Kind, Name: v.Name, Order: v.Order, Version: v.Version,
		InCharge: mapped(v.InCharge, func(c access.InCharge) InCharge { return InCharge(c) })}
}

// AtCategory is the path of a category.
type AtCategory struct {
	AtProject
	Category id.Category `path:"category"`
}

type putCategoryIn struct {
	AtCategory
	Body NewCategory
}

// NewCategory is a category to be added.
type NewCategory struct {
	ParentID *id.Category `json:"parent_id,omitempty" doc:"What it stands in; null for a category."`
	Kind     string       `json:"kind" enum:"category,sub-category,subject"`
	Name     string       `json:"name" minLength:"1" maxLength:"200"`
	Order    int64        `json:"order,omitempty" minimum:"0" maximum:"1000000"`
	InCharge []InCharge   `json:"in_charge,omitempty" maxItems:"50"`
}

type changeCategoryIn struct {
	AtCategory
	Body CategoryChange
}

// CategoryChange is an update, made on version base.
type CategoryChange struct {
	Base     int64                  `json:"base" minimum:"1"`
	ParentID rest.Opt[*id.Category] `json:"parent_id,omitempty"`
	Kind     rest.Opt[string]       `json:"kind,omitempty" enum:"category,sub-category,subject"`
	Name     rest.Opt[string]       `json:"name,omitempty" minLength:"1" maxLength:"200"`
	Order    rest.Opt[int64]        `json:"order,omitempty" minimum:"0" maximum:"1000000"`
	InCharge rest.Opt[[]InCharge]   `json:"in_charge,omitempty" maxItems:"50"`
}

type categoryChanged struct{ Body CategoryChanged }

// CategoryChanged is what became of an update.
type CategoryChanged struct {
	Category  Category         `json:"category"`
	Conflicts []merge.Conflict `json:"conflicts"`
}

// Role is a function that points can be given to.
type Role struct {
	ID      id.Role `json:"id"`
	Name    string  `json:"name"`
	Version int64   `json:"version"`
}

// RoleOf is a role as the API shows it.
func RoleOf(v project.Role) Role { return Role(v) }

// AtRole is the path of a role.
type AtRole struct {
	AtProject
	Role id.Role `path:"role"`
}

type putRoleIn struct {
	AtRole
	Body NewRole
}

// NewRole is a role to be added.
type NewRole struct {
	Name string `json:"name" minLength:"1" maxLength:"200"`
}

type changeRoleIn struct {
	AtRole
	Body RoleChange
}

// RoleChange is an update, made on version base.
type RoleChange struct {
	Base int64            `json:"base" minimum:"1"`
	Name rest.Opt[string] `json:"name,omitempty" minLength:"1" maxLength:"200"`
}

type roleChanged struct{ Body RoleChanged }

// RoleChanged is what became of an update.
type RoleChanged struct {
	Role      Role             `json:"role"`
	Conflicts []merge.Conflict `json:"conflicts"`
}

package project

import (
	"context"

	"plumbline/internal/access"
	"plumbline/internal/id"
	"plumbline/internal/merge"
)

// StatusPatch is an update of a status; nil leaves a field alone.
type StatusPatch struct {
	Name, Colour, Shape *string
	Order               *int64
	Closes, Managers    *bool
}

// LocationPatch is an update of a location. Parent points at nil for the top.
type LocationPatch struct {
	Parent           **id.Location
	Kind, Name, Code *string
	Order            *int64
}

// CategoryPatch is an update of a category. Parent points at nil for the top.
type CategoryPatch struct {
	Parent     **id.Category
	Kind, Name *string
	Order      *int64
	InCharge   *[]access.InCharge
}

// RolePatch is an update of a role.
type RolePatch struct{ Name *string }

// set changes *to if there is a new value, and notes the field's name.
func set[V any](named *[]string, name string, to *V, v *V) {
	if v != nil {
		*to = *v
		*named = append(*named, name)
	}
}

// PutStatus adds a status.
func (s *Service) PutStatus(ctx context.Context, g access.Grant, v Status) (Status, bool, error) {
	return statusKind().put(ctx, s, g, v)
}

// PatchStatus merges an update of a status.
func (s *Service) PatchStatus(ctx context.Context, g access.Grant, thing id.Status, base int64, p StatusPatch) (Status, []merge.Conflict, error) {
	return statusKind().patch(ctx, s, g, string(thing), base, func(v *Status) (named []string) {
		set(&named, "name", &v.Name, p.Name)
		set(&named, "colour", &v.Colour, p.Colour)
		set(&named, "shape", &v.Shape, p.Shape)
		set(&named, "order", &v.Order, p.Order)
		set(&named, "closes", &v.Closes, p.Closes)
		set(&named, "managers_only", &v.ManagersOnly, p.Managers)
		return named
	})
}

// DeleteStatus deletes a status that no point has.
func (s *Service) DeleteStatus(ctx context.Context, g access.Grant, thing id.Status) error {
	return statusKind().remove(ctx, s, g, string(thing))
}

// PutLocation adds a location.
func (s *Service) PutLocation(ctx context.Context, g access.Grant, v Location) (Location, bool, error) {
	return locationKind().put(ctx, s, g, v)
}

// PatchLocation merges an update of a location.
func (s *Service) PatchLocation(ctx context.Context, g access.Grant, thing id.Location, base int64, p LocationPatch) (Location, []merge.Conflict, error) {
	return locationKind().patch(ctx, s, g, string(thing), base, func(v *Location) (named []string) {
		set(&named, "parent_id", &v.Parent, p.Parent)
		set(&named, "kind", &v.Kind, p.Kind)
		set(&named, "name", &v.Name, p.Name)
		set(&named, "code", &v.Code, p.Code)
		set(&named, "order", &v.Order, p.Order)
		return named
	})
}

// DeleteLocation deletes a location that nothing is in.
func (s *Service) DeleteLocation(ctx context.Context, g access.Grant, thing id.Location) error {
	return locationKind().remove(ctx, s, g, string(thing))
}

// PutCategory adds a category.
func (s *Service) PutCategory(ctx context.Context, g access.Grant, v Category) (Category, bool, error) {
	return categoryKind().put(ctx, s, g, v)
}

// PatchCategory merges an update of a category.
func (s *Service) PatchCategory(ctx context.Context, g access.Grant, thing id.Category, base int64, p CategoryPatch) (Category, []merge.Conflict, error) {
	return categoryKind().patch(ctx, s, g, string(thing), base, func(v *Category) (named []string) {
		set(&named, "parent_id", &v.Parent, p.Parent)
		set(&named, "kind", &v.Kind, p.Kind)
		set(&named, "name", &v.Name, p.Name)
		set(&named, "order", &v.Order, p.Order)
		set(&named, "in_charge", &v.InCharge, p.InCharge)
		return named
	})
}

// DeleteCategory deletes a category that nothing is of.
func (s *Service) DeleteCategory(ctx context.Context, g access.Grant, thing id.Category) error {
	return categoryKind().remove(ctx, s, g, string(thing))
}

// PutRole adds a role.
func (s *Service) PutRole(ctx context.Context, g access.Grant, v Role) (Role, bool, error) {
	return roleKind().put(ctx, s, g, v)
}

// PatchRole merges an update of a role.
func (s *Service) PatchRole(ctx context.Context, g access.Grant, thing id.Role, base int64, p RolePatch) (Role, []merge.Conflict, error) {
	return roleKind().patch(ctx, s, g, string(thing), base, func(v *Role) (named []string) {
		set(&named, "name", &v.Name, p.Name)
		return named
	})
}

// DeleteRole deletes a role that nobody has.
func (s *Service) DeleteRole(ctx context.Context, g access.Grant, thing id.Role) error {
	return roleKind().remove(ctx, s, g, string(thing))
}

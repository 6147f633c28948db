package project

import (
	"slices"

	"plumbline/internal/access"
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/org"
	"plumbline/internal/project/rules"
)

// Status is a state a point can be in. Colour is one of the five that the
// themes know (open, progress, review, done, idle) or #rrggbb.
type Status struct {
	ID           id.Status
	Name         string
	Colour       string
	Shape        string
	Order        int64
	Closes       bool // a point in it is closed
	ManagersOnly bool // nobody below manager sets it, or moves a point out of it
	Version      int64
}

// Location is a place: a building, a level of one, a room on one.
type Location struct {
	ID      id.Location
	Parent  *id.Location
	Kind    string
	Name    string
	Code    string
	Order   int64
	Version int64
}

// Category is what a point is about: a category, a sub-category of one, a
// subject of one. InCharge is who is proposed for its points, sorted.
type Category struct {
	ID       id.Category
	Parent   *id.Category
	Kind     string
	Name     string
	Order    int64
	InCharge []access.InCharge
	Version  int64
}

// Role is a function on the project that points can be given to.
type Role struct {
	ID      id.Role
	Name    string
	Version int64
}

func statusKind() kind[Status] {
	return kind[Status]{
		name: "status", table: "project_status", columns: []string{"name", "colour", "shape", "ord", "closes", "managers_only"},
		fields: []string{"name", "colour", "shape", "order", "closes", "managers_only"}, order: "ord, id", frozen: "closes",
		parts: func(s *Status) (*string, *int64, []any) {
			return (*string)(&s.ID), &s.Version, []any{&s.Name, &s.Colour, &s.Shape, &s.Order, &s.Closes, &s.ManagersOnly}
		},
		check: func(_ *db.Tx, _ id.Project, s Status, _ func(string) bool) ([]fault.Field, error) {
			return slices.Concat(org.Text("name", s.Name, 1, rules.MaxName), rules.Bad("colour", "not-one-of", !rules.Colour(s.Colour)),
				rules.Bad("shape", "not-one-of", !slices.Contains(rules.Shapes(), s.Shape)), rules.Order(s.Order)), nil
		},
		remains: func(tx *db.Tx, project id.Project) error {
			all, err := statusKind().all(tx, project)
			if err == nil {
				err = enough(all)
			}
			return err
		},
	}
}

func (l Location) node() rules.Node[id.Location] {
	return rules.Node[id.Location]{ID: l.ID, Parent: l.Parent, Kind: l.Kind}
}

func locationKind() kind[Location] {
	return kind[Location]{
		name: "location", table: "location", columns: []string{"parent_id", "kind", "name", "code", "ord"},
		fields: []string{"parent_id", "kind", "name", "code", "order"}, order: "ord, id",
		arrange: func(all []Location) []Location { return rules.ParentsFirst(all, Location.node) },
		parts: func(l *Location) (*string, *int64, []any) {
			return (*string)(&l.ID), &l.Version, []any{&l.Parent, &l.Kind, &l.Name, &l.Code, &l.Order}
		},
		check: func(tx *db.Tx, project id.Project, l Location, changed func(string) bool) ([]fault.Field, error) {
			fields := slices.Concat(org.Text("name", l.Name, 1, rules.MaxName), org.Text("code", l.Code, 0, rules.MaxCode), rules.Order(l.Order))
			if !changed("parent_id") && !changed("kind") {
				return fields, nil
			}
			all, err := locationKind().all(tx, project)
			return append(fields, rules.Place(rules.LocationKinds(), l.node(), nodes(all, Location.node))...), err
		},
	}
}

func (c Category) node() rules.Node[id.Category] {
	return rules.Node[id.Category]{ID: c.ID, Parent: c.Parent, Kind: c.Kind}
}

func categoryKind() kind[Category] {
	return kind[Category]{
		name: "category", table: "category", columns: []string{"parent_id", "kind", "name", "ord", "in_charge"},
		fields: []string{"parent_id", "kind", "name", "order", "in_charge"}, order: "ord, id",
		arrange: func(all []Category) []Category { return rules.ParentsFirst(all, Category.node) },
		tidy:    func(c *Category) { c.InCharge = tidy(c.InCharge) },
		parts: func(c *Category) (*string, *int64, []any) {
			return (*string)(&c.ID), &c.Version, []any{&c.Parent, &c.Kind, &c.Name, &c.Order, (*charges)(&c.InCharge)}
		},
		check: func(tx *db.Tx, project id.Project, c Category, changed func(string) bool) ([]fault.Field, error) {
			fields := slices.Concat(org.Text("name", c.Name, 1, rules.MaxName), rules.Order(c.Order))
			if changed("parent_id") || changed("kind") {
				all, err := categoryKind().all(tx, project)
				if err != nil {
					return nil, err
				}
				fields = append(fields, rules.Place(rules.CategoryKinds(), c.node(), nodes(all, Category.node))...)
			}
			if !changed("in_charge") { // who left since stays proposed until somebody changes it
				return fields, nil
			}
			if len(c.InCharge) > rules.MaxInCharge {
				return append(fields, rules.Bad("in_charge", "too-many", true)...), nil
			}
			unknown, err := Unknown(tx, project, c.InCharge)
			return append(fields, rules.Bad("in_charge", "unknown", len(unknown) > 0)...), err
		},
	}
}

func roleKind() kind[Role] {
	return kind[Role]{
		name: "role", table: "project_role", columns: []string{"name"}, fields: []string{"name"}, order: "id",
		parts: func(r *Role) (*string, *int64, []any) { return (*string)(&r.ID), &r.Version, []any{&r.Name} },
		check: func(_ *db.Tx, _ id.Project, r Role, _ func(string) bool) ([]fault.Field, error) {
			return org.Text("name", r.Name, 1, rules.MaxName), nil
		},
		used: func(tx *db.Tx, project id.Project, thing string) (bool, error) {
			if used, err := access.RoleInUse(tx, id.Role(thing)); used || err != nil {
				return used, err
			}
			all, err := categoryKind().all(tx, project)
			return slices.ContainsFunc(all, func(c Category) bool {
				return slices.Contains(c.InCharge, access.InCharge{Kind: access.KindRole, ID: thing})
			}), err
		},
	}
}

func nodes[T any, ID ~string](all []T, of func(T) rules.Node[ID]) []rules.Node[ID] {
	out := make([]rules.Node[ID], len(all))
	for i, x := range all {
		out[i] = of(x)
	}
	return out
}

package project

import (
	"encoding/json"
	"regexp"

	"plumbline/internal/access"
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/org"
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
// subject of one. InCharge is who is proposed for its points.
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

// List is a group of points with numbers of its own: code, occurrence,
// sequence.
type List struct {
	ID      id.List
	Code    string
	Name    string
	Order   int64
	Version int64
}

// Settings are all settings of a project, each kind in its order.
type Settings struct {
	Statuses   []Status
	Locations  []Location // parents before what is in them
	Categories []Category // the same
	Roles      []Role
	Lists      []List
}

var (
	colour   = regexp.MustCompile(`^(open|progress|review|done|idle|#[0-9a-f]{6})$`)
	shapes   = map[string]bool{"circle": true, "square": true, "diamond": true, "triangle": true, "ring": true}
	listCode = regexp.MustCompile(`^[\pL\pN][\pL\pN._-]{0,11}$`)
)

// parentOf says which kind a kind stands in; the first of each tree in none.
var parentOf = map[string]string{
	"building": "", "level": "building", "room": "level",
	"category": "", "sub-category": "category", "subject": "sub-category",
}

func oneOf(path string, ok bool) []fault.Field {
	if ok {
		return nil
	}
	return []fault.Field{{Path: path, Code: "not-one-of"}}
}

func statusKind() kind[Status] {
	return kind[Status]{
		name: "status", table: "project_status", columns: []string{"name", "colour", "shape", "ord", "closes", "managers_only"},
		fields: []string{"name", "colour", "shape", "order", "closes", "managers_only"}, order: "ord, id",
		parts: func(s *Status) (*string, *int64, []any) {
			return (*string)(&s.ID), &s.Version, []any{&s.Name, &s.Colour, &s.Shape, &s.Order, &s.Closes, &s.ManagersOnly}
		},
		check: func(_ *db.Tx, _ id.Project, s Status) ([]fault.Field, error) {
			fields := org.Text("name", s.Name, 1, 100)
			fields = append(fields, oneOf("colour", colour.MatchString(s.Colour))...)
			return append(fields, oneOf("shape", shapes[s.Shape])...), nil
		},
		remains: func(tx *db.Tx, project id.Project) error {
			all, err := allStatuses(tx, project)
			if err != nil {
				return err
			}
			for _, s := range all {
				if !s.ManagersOnly && !s.Closes {
					return nil
				}
			}
			return fault.New(fault.Conflict, "last-status", "a project keeps an open status that everybody may set")
		},
	}
}

func locationKind() kind[Location] {
	return kind[Location]{
		name: "location", table: "location", columns: []string{"parent_id", "kind", "name", "code", "ord"},
		fields: []string{"parent_id", "kind", "name", "code", "order"}, order: "ord, id",
		parts: func(l *Location) (*string, *int64, []any) {
			return (*string)(&l.ID), &l.Version, []any{&l.Parent, &l.Kind, &l.Name, &l.Code, &l.Order}
		},
		check: func(tx *db.Tx, project id.Project, l Location) ([]fault.Field, error) {
			fields := append(org.Text("name", l.Name, 1, 200), org.Text("code", l.Code, 0, 40)...)
			switch l.Kind {
			case "building", "level", "room":
			default:
				return append(fields, fault.Field{Path: "kind", Code: "not-one-of"}), nil
			}
			all, err := allLocations(tx, project)
			if err != nil {
				return nil, err
			}
			kinds := map[id.Location]string{}
			for _, x := range all {
				kinds[x.ID] = x.Kind
				if x.Parent != nil && *x.Parent == l.ID && parentOf[x.Kind] != l.Kind {
					return append(fields, fault.Field{Path: "kind", Code: "has-children"}), nil
				}
			}
			return append(fields, place(l.Kind, l.Parent, kinds)...), nil
		},
	}
}

func categoryKind() kind[Category] {
	return kind[Category]{
		name: "category", table: "category", columns: []string{"parent_id", "kind", "name", "ord", "in_charge"},
		fields: []string{"parent_id", "kind", "name", "order", "in_charge"}, order: "ord, id",
		parts: func(c *Category) (*string, *int64, []any) {
			return (*string)(&c.ID), &c.Version, []any{&c.Parent, &c.Kind, &c.Name, &c.Order, (*charges)(&c.InCharge)}
		},
		check: func(tx *db.Tx, project id.Project, c Category) ([]fault.Field, error) {
			fields := org.Text("name", c.Name, 1, 200)
			switch c.Kind {
			case "category", "sub-category", "subject":
			default:
				return append(fields, fault.Field{Path: "kind", Code: "not-one-of"}), nil
			}
			all, err := allCategories(tx, project)
			if err != nil {
				return nil, err
			}
			kinds := map[id.Category]string{}
			for _, x := range all {
				kinds[x.ID] = x.Kind
				if x.Parent != nil && *x.Parent == c.ID && parentOf[x.Kind] != c.Kind {
					return append(fields, fault.Field{Path: "kind", Code: "has-children"}), nil
				}
			}
			fields = append(fields, place(c.Kind, c.Parent, kinds)...)
			ok, err := KnownInCharge(tx, project, c.InCharge)
			if err == nil && (!ok || len(c.InCharge) > 20) {
				fields = append(fields, fault.Field{Path: "in_charge", Code: "unknown"})
			}
			return fields, err
		},
	}
}

// place checks where a node of a tree stands. Since every kind has its one
// kind of parent, there can be no loop.
func place[T ~string](kind string, parent *T, kinds map[T]string) []fault.Field {
	want := parentOf[kind]
	switch {
	case parent == nil && want == "":
		return nil
	case parent == nil:
		return []fault.Field{{Path: "parent_id", Code: "required"}}
	case want == "" || kinds[*parent] != want:
		return []fault.Field{{Path: "parent_id", Code: "unknown"}}
	}
	return nil
}

func roleKind() kind[Role] {
	return kind[Role]{
		name: "role", table: "project_role", columns: []string{"name"}, fields: []string{"name"}, order: "id",
		parts: func(r *Role) (*string, *int64, []any) {
			return (*string)(&r.ID), &r.Version, []any{&r.Name}
		},
		check: func(_ *db.Tx, _ id.Project, r Role) ([]fault.Field, error) {
			return org.Text("name", r.Name, 1, 100), nil
		},
		used: func(tx *db.Tx, project id.Project, thing string) (bool, error) {
			if used, err := access.RoleInUse(tx, id.Role(thing)); used || err != nil {
				return used, err
			}
			return proposed(tx, project, access.InCharge{Kind: access.KindRole, ID: thing})
		},
	}
}

func listKind() kind[List] {
	return kind[List]{
		name: "list", table: "point_list", columns: []string{"code", "name", "ord"}, fields: []string{"code", "name", "order"}, order: "ord, id",
		parts: func(l *List) (*string, *int64, []any) {
			return (*string)(&l.ID), &l.Version, []any{&l.Code, &l.Name, &l.Order}
		},
		check: func(tx *db.Tx, project id.Project, l List) ([]fault.Field, error) {
			fields := org.Text("name", l.Name, 1, 100)
			if !listCode.MatchString(l.Code) {
				return append(fields, fault.Field{Path: "code", Code: "format"}), nil
			}
			all, err := allLists(tx, project)
			for _, x := range all {
				if x.Code == l.Code && x.ID != l.ID {
					fields = append(fields, fault.Field{Path: "code", Code: "taken"})
				}
			}
			return fields, err
		},
		remains: func(tx *db.Tx, project id.Project) error {
			all, err := allLists(tx, project)
			if err == nil && len(all) == 0 {
				err = fault.New(fault.Conflict, "last-list", "a project keeps a list")
			}
			return err
		},
	}
}

// KnownInCharge reports whether everyone named can be in charge on the
// project: its participants and roles, the organisation's companies.
func KnownInCharge(tx *db.Tx, project id.Project, all []access.InCharge) (bool, error) {
	if len(all) == 0 {
		return true, nil
	}
	const op = "project.KnownInCharge"
	known := map[access.InCharge]bool{}
	people, err := access.Participants(tx, project)
	if err != nil {
		return false, fault.Wrap(op, err)
	}
	for _, p := range people {
		known[access.InCharge{Kind: access.KindPerson, ID: string(p.Person)}] = !p.Former
	}
	companies, err := org.Companies(tx)
	if err != nil {
		return false, fault.Wrap(op, err)
	}
	for _, c := range companies {
		known[access.InCharge{Kind: access.KindCompany, ID: string(c.ID)}] = true
	}
	roles, err := allRoles(tx, project)
	if err != nil {
		return false, fault.Wrap(op, err)
	}
	for _, r := range roles {
		known[access.InCharge{Kind: access.KindRole, ID: string(r.ID)}] = true
	}
	for _, c := range all {
		if !known[c] {
			return false, nil
		}
	}
	return true, nil
}

// proposed reports whether a category proposes someone.
func proposed(tx *db.Tx, project id.Project, who access.InCharge) (bool, error) {
	all, err := allCategories(tx, project)
	for _, c := range all {
		for _, x := range c.InCharge {
			if x == who {
				return true, nil
			}
		}
	}
	return false, err
}

// charges is a JSON column.
type charges []access.InCharge

// MarshalJSON writes an empty list as one.
func (c charges) MarshalJSON() ([]byte, error) {
	if c == nil {
		return []byte("[]"), nil
	}
	return json.Marshal([]access.InCharge(c))
}

// Read reads all settings of a project.
func Read(tx *db.Tx, project id.Project) (s Settings, err error) {
	if s.Statuses, err = allStatuses(tx, project); err == nil {
		if s.Locations, err = allLocations(tx, project); err == nil {
			if s.Categories, err = allCategories(tx, project); err == nil {
				if s.Roles, err = allRoles(tx, project); err == nil {
					s.Lists, err = allLists(tx, project)
				}
			}
		}
	}
	return s, fault.Wrap("project.Read", err)
}

func allStatuses(tx *db.Tx, p id.Project) ([]Status, error) { return statusKind().all(tx, p) }
func allRoles(tx *db.Tx, p id.Project) ([]Role, error)      { return roleKind().all(tx, p) }
func allLists(tx *db.Tx, p id.Project) ([]List, error)      { return listKind().all(tx, p) }

func allLocations(tx *db.Tx, p id.Project) ([]Location, error) {
	all, err := locationKind().all(tx, p)
	return parentsFirst(all, func(l Location) (id.Location, *id.Location) { return l.ID, l.Parent }), err
}

func allCategories(tx *db.Tx, p id.Project) ([]Category, error) {
	all, err := categoryKind().all(tx, p)
	return parentsFirst(all, func(c Category) (id.Category, *id.Category) { return c.ID, c.Parent }), err
}

// parentsFirst walks a forest depth first, siblings in the order given.
func parentsFirst[T any, ID ~string](all []T, of func(T) (ID, *ID)) []T {
	children := map[ID][]T{}
	var roots []T
	for _, x := range all {
		if _, parent := of(x); parent != nil {
			children[*parent] = append(children[*parent], x)
		} else {
			roots = append(roots, x)
		}
	}
	out := make([]T, 0, len(all))
	var walk func([]T)
	walk = func(level []T) {
		for _, x := range level {
			out = append(out, x)
			self, _ := of(x)
			walk(children[self])
		}
	}
	walk(roots)
	return out
}

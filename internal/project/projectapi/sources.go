package projectapi

import (
	"context"

	"plumbline/internal/access"
	"plumbline/internal/db"
	"plumbline/internal/id"
	"plumbline/internal/org"
	"plumbline/internal/project"
	"plumbline/internal/project/lists"
)

// Source lists and loads the things of some kinds, as the grant sees them, in
// the shapes of this API. It has the fields of syncapi's Source, into which the
// program converts it.
type Source struct {
	Name  string
	Kinds []string
	All   func(ctx context.Context) (any, error)
	Load  func(ctx context.Context, ids []string) (map[string]any, error)
}

// Company is a firm on the project, as the organisation's API shows it.
type Company struct {
	ID      id.Company `json:"id"`
	Name    string     `json:"name"`
	Trade   string     `json:"trade"`
	Version int64      `json:"version"`
}

func companyOf(c org.Company) Company {
	return Company{ID: c.ID, Name: c.Name, Trade: c.Trade, Version: c.Version}
}

// Sources are the project, its settings, companies and people. People and the
// project are sent whole when anything about them changed.
func Sources(s *project.Service, g access.Grant) []Source {
	return []Source{
		{Name: "project", Kinds: []string{project.Thing}, All: func(ctx context.Context) (any, error) {
			var p project.Project
			err := s.DB.Read(ctx, g.Scope(), func(tx *db.Tx) (err error) { p, err = project.Get(tx, g.Project); return err })
			return ProjectOf(project.Mine{Project: p, Level: g.Level, Person: g.Person}), err
		}},
		things(s, g, "statuses", "status", project.Statuses, StatusOf, func(v Status) id.Status { return v.ID }),
		things(s, g, "categories", "category", project.Categories, CategoryOf, func(v Category) id.Category { return v.ID }),
		things(s, g, "locations", "location", project.Locations, LocationOf, func(v Location) id.Location { return v.ID }),
		things(s, g, "roles", "role", project.Roles, RoleOf, func(v Role) id.Role { return v.ID }),
		things(s, g, "lists", "list", func(tx *db.Tx, _ id.Project) ([]lists.List, error) { return lists.Seen(tx, g) },
			func(l lists.List) List { return ListOf(g, l) }, func(v List) id.List { return v.ID }),
		things(s, g, "companies", "company", func(tx *db.Tx, _ id.Project) ([]org.Company, error) { return project.Companies(tx) },
			companyOf, func(v Company) id.Company { return v.ID }),
		{Name: "people", Kinds: []string{"participant", "person"}, All: func(ctx context.Context) (any, error) {
			all, err := s.People(ctx, g)
			return mapped(all, PersonOf), err
		}},
	}
}

func things[T, J any, ID ~string](s *project.Service, g access.Grant, name, kind string, read func(*db.Tx, id.Project) ([]T, error),
	show func(T) J, idOf func(J) ID) Source {
	all := func(ctx context.Context) ([]J, error) {
		var out []J
		err := s.DB.Read(ctx, g.Scope(), func(tx *db.Tx) error {
			found, err := read(tx, g.Project)
			out = mapped(found, show)
			return err
		})
		return out, err
	}
	return Source{
		Name: name, Kinds: []string{kind},
		All: func(ctx context.Context) (any, error) { return all(ctx) },
		Load: func(ctx context.Context, ids []string) (map[string]any, error) {
			found, err := all(ctx)
			if err != nil {
				return nil, err
			}
			byID := make(map[string]any, len(found))
			for _, v := range found {
				byID[string(idOf(v))] = v
			}
			out := make(map[string]any, len(ids))
			for _, i := range ids {
				if v, ok := byID[i]; ok {
					out[i] = v
				}
			}
			return out, nil
		},
	}
}

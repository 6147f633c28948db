package project

import (
	"context"
	"slices"
	"strings"

	"plumbline/internal/access"
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/lang"
	"plumbline/internal/merge"
	"plumbline/internal/org"
	"plumbline/internal/person"
	"plumbline/internal/policy"
	"plumbline/internal/project/rules"
)

// Thing is the kind of a project in the log.
const Thing = "project"

// Project is a building project.
type Project struct {
	ID       id.Project
	Org      id.Org
	Name     string
	Code     string
	Place    string
	TimeZone string
	Version  int64
}

// Mine is a project as one of its participants sees it.
type Mine struct {
	Project
	Level  policy.Level
	Person id.Person
}

// Patch is an update; nil leaves a field alone.
type Patch struct {
	Name, Code, Place, TimeZone *string
}

// Uses knows what settings are used by: the slices above.
type Uses interface {
	// InUse reports whether a setting is in use. kind is "status", "location",
	// "category", "role" or "list".
	InUse(tx *db.Tx, kind, thing string) (bool, error)
}

// Occurring knows which persons occur on what a subcontractor sees.
type Occurring interface {
	PeopleSeen(tx *db.Tx, g access.Grant) ([]id.Person, error)
}

// Deps are what the slice works with. Uses and Occurring may be nil: nothing
// is in use, a subcontractor sees the managers and themselves.
type Deps struct {
	DB        *db.DB
	People    *person.Service
	Orgs      *org.Service
	Access    *access.Service
	Uses      Uses
	Occurring Occurring

	// FirstList makes the list that a project has to begin with.
	FirstList func(tx *db.Tx, by feed.Actor, project id.Project, name string) error
}

// Service is the slice.
type Service struct {
	Deps
}

// New makes the slice.
func New(d Deps) *Service { return &Service{Deps: d} }

// Connect supplies what is known only after New.
func (s *Service) Connect(u Uses, o Occurring) { s.Uses, s.Occurring = u, o }

func errNoProject() error {
	return fault.New(fault.NotFound, "project-not-found", "there is no such project")
}

func (p Project) check() error {
	return fault.InvalidFields(slices.Concat(org.Text("name", p.Name, 1, rules.MaxName), org.Text("code", p.Code, 0, rules.MaxCode),
		org.Text("place", p.Place, 0, rules.MaxName), rules.Bad("time_zone", "not-one-of", !rules.Zone(p.TimeZone))))
}

// Create makes a project with the settings of a new one, its maker its
// administrator. Making it again changes nothing.
func (s *Service) Create(ctx context.Context, g access.OrgGrant, p Project) (Project, bool, error) {
	const op = "project.Create"
	if err := g.Need(policy.CreateProject); err != nil {
		return Project{}, false, fault.Wrap(op, err)
	}
	if !id.Valid(p.ID) {
		return Project{}, false, fault.InvalidFields(rules.Bad("project", "not-an-id", true))
	}
	if err := p.check(); err != nil {
		return Project{}, false, err
	}
	var out Project
	made := false
	err := s.DB.Write(ctx, g.Scope(), func(tx *db.Tx) (err error) {
		out = p
		out.Org, out.Version = g.Org, 1
		if made, err = insertProject(tx, out); err != nil {
			return err
		}
		if !made {
			out, err = visible(tx, p.ID, g.Person)
			return err
		}
		if err := s.log(tx, g.By(), out, feed.Created, feed.Field{Name: "name", After: p.Name}, feed.Field{Name: "code", After: p.Code},
			feed.Field{Name: "place", After: p.Place}, feed.Field{Name: "time_zone", After: p.TimeZone}); err != nil {
			return err
		}
		if err := access.Admit(tx, g.By(), p.ID, g.Person, policy.Administrator, nil); err != nil {
			return err
		}
		locale, err := org.Locale(tx)
		if err != nil {
			return err
		}
		return s.furnish(tx, g.By(), p.ID, lang.Match(locale))
	})
	return out, made, fault.Wrap(op, err)
}

// visible is a project that a person takes part in; to others it is not there.
func visible(tx *db.Tx, project id.Project, p id.Person) (Project, error) {
	in, err := access.Taking(tx, project, []id.Person{p})
	if err != nil {
		return Project{}, err
	}
	if !in[p] {
		return Project{}, errNoProject()
	}
	return Get(tx, project)
}

func (s *Service) log(tx *db.Tx, by feed.Actor, p Project, kind string, fields ...feed.Field) error {
	return feed.Append(tx, by, feed.Change{Stream: stream(p.ID), Thing: feed.Thing{Kind: Thing, ID: string(p.ID)},
		Kind: kind, Version: p.Version, Fields: fields, Audiences: []string{access.Site(p.ID)}})
}

// Change merges an update made on version base.
func (s *Service) Change(ctx context.Context, g access.Grant, base int64, patch Patch) (Project, []merge.Conflict, error) {
	const op = "project.Change"
	if err := g.May(policy.ManageProject); err != nil {
		return Project{}, nil, fault.Wrap(op, err)
	}
	var p Project
	var conflicts []merge.Conflict
	err := s.DB.Write(ctx, g.Scope(), func(tx *db.Tx) (err error) {
		if err := lockProject(tx, g.Project); err != nil {
			return err
		}
		if p, err = Get(tx, g.Project); err != nil {
			return err
		}
		targets := []struct {
			name string
			now  *string
			mine *string
		}{{"name", &p.Name, patch.Name}, {"code", &p.Code, patch.Code}, {"place", &p.Place, patch.Place}, {"time_zone", &p.TimeZone, patch.TimeZone}}
		var fields []merge.Field
		for _, t := range targets {
			if t.mine != nil {
				fields = append(fields, merge.Field{Name: t.name, Now: *t.now, Mine: *t.mine})
			}
		}
		result, err := merge.Fields(tx, string(p.ID), base, p.Version, fields)
		if err != nil {
			return err
		}
		conflicts = result.Conflicts
		note(tx, result)
		if len(result.Apply) == 0 {
			return nil
		}
		for _, t := range targets {
			if result.Applies(t.name) {
				*t.now = *t.mine
			}
		}
		if err := p.check(); err != nil {
			return err
		}
		p.Version++
		if err := updateProject(tx, p); err != nil {
			return err
		}
		return s.log(tx, g.By(), p, feed.Changed, result.Changes()...)
	})
	return p, conflicts, fault.Wrap(op, err)
}

// Get reads a project of the transaction's organisation.
func Get(tx *db.Tx, project id.Project) (Project, error) {
	p, ok, err := find(tx, project)
	if err == nil && !ok {
		err = errNoProject()
	}
	return p, fault.Wrap("project.Get", err)
}

// Projects are all that a caller takes part in, by name.
func (s *Service) Projects(ctx context.Context, c access.Caller) ([]Mine, error) {
	const op = "project.Projects"
	grants, err := s.Access.Grants(ctx, c)
	if err != nil {
		return nil, fault.Wrap(op, err)
	}
	byOrg := map[id.Org][]access.Grant{}
	for _, g := range grants {
		byOrg[g.Org] = append(byOrg[g.Org], g)
	}
	var out []Mine
	for o, grants := range byOrg {
		var mine []Mine
		err := s.DB.Read(ctx, db.Tenant(o), func(tx *db.Tx) error {
			mine = nil
			for _, g := range grants {
				p, ok, err := find(tx, g.Project)
				if err != nil {
					return err
				}
				if ok {
					mine = append(mine, Mine{p, g.Level, g.Person})
				}
			}
			return nil
		})
		if err != nil {
			return nil, fault.Wrap(op, err)
		}
		out = append(out, mine...)
	}
	slices.SortFunc(out, func(a, b Mine) int {
		if c := strings.Compare(db.Fold(a.Name), db.Fold(b.Name)); c != 0 {
			return c
		}
		return strings.Compare(string(a.ID), string(b.ID))
	})
	return out, nil
}

// CompanyReach names the audiences that see companies: for package org.
func CompanyReach(tx *db.Tx) ([]string, error) {
	all, err := projectIDs(tx)
	reach := make([]string, len(all))
	for i, p := range all {
		reach[i] = access.Site(p)
	}
	return reach, fault.Wrap("project.CompanyReach", err)
}

// Invitable is for package org: the project and its roles must be the
// tenant's.
func (s *Service) Invitable(tx *db.Tx, project id.Project, roles []id.Role) error {
	if _, err := Get(tx, project); err != nil {
		return fault.Wrap("project.Invitable", err)
	}
	return knownRoles(tx, project, roles)
}

// Admit makes who accepts an invitation a participant. Roles that were deleted
// meanwhile are left out.
func (s *Service) Admit(tx *db.Tx, by feed.Actor, project id.Project, p id.Person, level policy.Level, roles []id.Role) error {
	const op = "project.Admit"
	if err := lockProject(tx, project); err != nil {
		return fault.Wrap(op, err)
	}
	all, err := roleKind().all(tx, project)
	if err != nil {
		return fault.Wrap(op, err)
	}
	roles = slices.DeleteFunc(slices.Clone(roles), func(r id.Role) bool {
		return !slices.ContainsFunc(all, func(x Role) bool { return x.ID == r })
	})
	return fault.Wrap(op, access.Admit(tx, by, project, p, level, roles))
}

func knownRoles(tx *db.Tx, project id.Project, roles []id.Role) error {
	if len(roles) == 0 {
		return nil
	}
	all, err := roleKind().all(tx, project)
	if err != nil {
		return err
	}
	return fault.InvalidFields(rules.Bad("role_ids", "unknown", slices.ContainsFunc(roles, func(r id.Role) bool {
		return !slices.ContainsFunc(all, func(x Role) bool { return x.ID == r })
	})))
}

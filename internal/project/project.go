package project

import (
	"context"
	"strings"
	"time"

	"plumbline/internal/access"
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/lang"
	"plumbline/internal/merge"
	"plumbline/internal/mutation"
	"plumbline/internal/org"
	"plumbline/internal/person"
	"plumbline/internal/policy"
)

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

// Mine is a project as one of its participants sees it in a list.
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
	InUse(tx *db.Tx, kind, thing string) (bool, error)
}

// Occurring knows which persons occur on what a subcontractor sees.
type Occurring interface {
	PeopleSeen(tx *db.Tx, g access.Grant) ([]id.Person, error)
}

// Deps are what the slice works with. Uses and Occurring may be nil: nothing
// is in use, a subcontractor sees themselves alone.
type Deps struct {
	DB        *db.DB
	People    *person.Service
	Orgs      *org.Service
	Access    *access.Service
	Uses      Uses
	Occurring Occurring
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
	fields := org.Text("name", p.Name, 1, 200)
	fields = append(fields, org.Text("code", p.Code, 0, 40)...)
	fields = append(fields, org.Text("place", p.Place, 0, 200)...)
	if !Zone(p.TimeZone) {
		fields = append(fields, fault.Field{Path: "time_zone", Code: "not-one-of"})
	}
	return fault.InvalidFields(fields)
}

// Zone reports whether name is a zone of the IANA database that this server
// knows.
func Zone(name string) bool {
	if name == "" || name == "Local" || strings.ContainsAny(name, "\\ ") {
		return false
	}
	_, err := time.LoadLocation(name)
	return err == nil
}

// Create makes a project, its maker its administrator. Making it again changes
// nothing.
func (s *Service) Create(ctx context.Context, g access.OrgGrant, p Project) (Project, bool, error) {
	const op = "project.Create"
	if err := g.Need(policy.CreateProject); err != nil {
		return p, false, fault.Wrap(op, err)
	}
	if err := p.check(); err != nil {
		return p, false, err
	}
	made := false
	err := s.DB.Write(ctx, g.Scope(), func(tx *db.Tx) (err error) {
		p.Org, p.Version = g.Org, 1
		if made, err = insertProject(tx, p); err != nil {
			return err
		}
		if !made {
			have, ok, err := find(tx, p.ID)
			if err == nil && !ok { // another tenant's: it is not there
				err = errNoProject()
			}
			p = have
			return err
		}
		by := g.By()
		if err := s.log(tx, by, p, feed.Created, []feed.Field{{Name: "name", After: p.Name}, {Name: "code", After: p.Code},
			{Name: "place", After: p.Place}, {Name: "time_zone", After: p.TimeZone}}); err != nil {
			return err
		}
		if err := access.Admit(tx, by, p.ID, g.Person, policy.Administrator, nil); err != nil {
			return err
		}
		o, err := org.Find(tx)
		if err != nil {
			return err
		}
		return furnish(tx, by, p.ID, lang.Match(o.Locale))
	})
	return p, made, fault.Wrap(op, err)
}

func (s *Service) log(tx *db.Tx, by feed.Actor, p Project, kind string, fields []feed.Field) error {
	return feed.Append(tx, by, feed.Change{Stream: access.Everyone(p.ID), Thing: feed.Thing{Kind: "project", ID: string(p.ID)},
		Kind: kind, Version: p.Version, Fields: fields, Audiences: []string{access.Site(p.ID), person.OrgAudience(tx.Org())}})
}

// Change merges an update made on version base.
func (s *Service) Change(ctx context.Context, g access.Grant, base int64, patch Patch) (Project, []merge.Conflict, error) {
	const op = "project.Change"
	if err := g.May(policy.ManageProject); err != nil {
		return Project{}, nil, fault.Wrap(op, err)
	}
	var p Project
	var result merge.Result
	err := s.DB.Write(ctx, g.Scope(), func(tx *db.Tx) (err error) {
		if err := lockProject(tx, g.Project); err != nil {
			return err
		}
		p, _, err = find(tx, g.Project)
		if err != nil {
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
		if result, err = merge.Fields(tx, string(p.ID), base, p.Version, fields); err != nil {
			return err
		}
		note(tx, result)
		if len(result.Apply) == 0 {
			return nil
		}
		changes := result.Changes()
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
		return s.log(tx, g.By(), p, feed.Changed, changes)
	})
	return p, result.Conflicts, fault.Wrap(op, err)
}

// note remembers the conflicts for a repeat of the write.
func note(tx *db.Tx, r merge.Result) {
	for _, c := range r.Conflicts {
		mutation.Conflicts(tx, c.Field)
	}
}

// Get reads the project of a grant.
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
	var out []Mine
	byOrg := map[id.Org][]access.Grant{}
	var orgs []id.Org
	for _, g := range grants {
		if byOrg[g.Org] == nil {
			orgs = append(orgs, g.Org)
		}
		byOrg[g.Org] = append(byOrg[g.Org], g)
	}
	for _, o := range orgs {
		err := s.DB.Read(ctx, db.Tenant(o), func(tx *db.Tx) error {
			for _, g := range byOrg[o] {
				p, ok, err := find(tx, g.Project)
				if err != nil {
					return err
				}
				if ok {
					out = append(out, Mine{Project: p, Level: g.Level, Person: g.Person})
				}
			}
			return nil
		})
		if err != nil {
			return nil, fault.Wrap(op, err)
		}
	}
	sortMine(out)
	return out, nil
}

// CompanyReach names the audiences that see companies: for package org.
func CompanyReach(tx *db.Tx) ([]string, error) {
	all, err := projectIDs(tx)
	if err != nil {
		return nil, fault.Wrap("project.CompanyReach", err)
	}
	reach := make([]string, len(all))
	for i, p := range all {
		reach[i] = access.Site(p)
	}
	return reach, nil
}

// Invitable is for package org: the project and its roles must be the
// tenant's.
func (s *Service) Invitable(tx *db.Tx, project id.Project, roles []id.Role) error {
	if _, err := Get(tx, project); err != nil {
		return err
	}
	return knownRoles(tx, project, roles)
}

func knownRoles(tx *db.Tx, project id.Project, roles []id.Role) error {
	if len(roles) == 0 {
		return nil
	}
	all, err := allRoles(tx, project)
	if err != nil {
		return err
	}
	for _, r := range roles {
		found := false
		for _, have := range all {
			found = found || have.ID == r
		}
		if !found {
			return fault.InvalidFields([]fault.Field{{Path: "role_ids", Code: "unknown"}})
		}
	}
	return nil
}

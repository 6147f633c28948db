package access

import (
	"context"
	"slices"

	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/org"
	"plumbline/internal/person"
	"plumbline/internal/policy"
)

// Caller is who asks, as signed in: the same shape as package rest's.
type Caller = org.Caller

// OrgGrant is a caller inside an organisation.
type OrgGrant = org.Grant

// Actor is who acts in an organisation.
type Actor struct {
	Caller
	Org     id.Org
	Person  id.Person
	Company id.Company // empty without one
}

// By is the actor for the log.
func (a Actor) By() feed.Actor { return feed.Actor{Person: string(a.Person), Via: a.Via} }

// Scope is the tenant.
func (a Actor) Scope() db.Scope { return db.Tenant(a.Org) }

// Grant is a caller inside a project.
type Grant struct {
	Actor
	Project    id.Project
	Level      policy.Level // on the project
	Roles      []id.Role
	ListLevels map[id.List]policy.Level // of lists that give their own; None, as of closed lists without the person, shuts out
}

// LevelOn is the level that counts for the points of a list.
func (g Grant) LevelOn(list id.List) policy.Level {
	own, gives := g.ListLevels[list]
	return policy.Effective(g.Level, own, gives)
}

// Knows reports whether the grant's person may know that there is such a list.
func (g Grant) Knows(list id.List) bool { return g.LevelOn(list) >= policy.Subcontractor }

// Need is nil if the grant's level on the project reaches level.
func (g Grant) Need(level policy.Level) error { return policy.AtLeast(g.Level, level) }

// May is nil if the grant allows act on the project.
func (g Grant) May(act policy.Act) error { return policy.May(g.Level, act) }

// Kinds of what can be in charge of a point.
const (
	KindPerson  = "person"
	KindCompany = "company"
	KindRole    = "role"
)

// InCharge is who is in charge of something: a person, a company or a role.
type InCharge struct {
	Kind string `json:"kind"`
	ID   string `json:"id"`
}

// Selves are the ways in which the grant's person can be in charge.
func (g Grant) Selves() []InCharge {
	all := []InCharge{{KindPerson, string(g.Person)}}
	if g.Company != "" {
		all = append(all, InCharge{KindCompany, string(g.Company)})
	}
	for _, r := range g.Roles {
		all = append(all, InCharge{KindRole, string(r)})
	}
	return all
}

// InChargeOf reports whether the grant's person is among those in charge.
func (g Grant) InChargeOf(all []InCharge) bool {
	for _, c := range g.Selves() {
		if slices.Contains(all, c) {
			return true
		}
	}
	return false
}

// Site is the audience of every participant: for the settings.
func Site(p id.Project) string { return "site:" + string(p) }

// Everyone is the audience, and the stream, of a project: guests and up.
func Everyone(p id.Project) string { return "project:" + string(p) }

// OnList is the audience of those who see all points of a list. Audiences are
// named over all tenants, ids of lists are a tenant's own: so the project, whose
// id is unique, stands in the name.
func OnList(p id.Project, l id.List) string { return "list:" + string(p) + ":" + string(l) }

// Charged is the audience of who is in charge.
func Charged(p id.Project, c InCharge) string { return c.Kind + ":" + string(p) + ":" + c.ID }

// Audiences are all that the grant may read, given the project's lists.
func (g Grant) Audiences(lists []id.List) []string {
	all := []string{Site(g.Project)}
	for _, c := range g.Selves() {
		all = append(all, Charged(g.Project, c))
	}
	if g.Level >= policy.Guest {
		all = append(all, Everyone(g.Project))
	}
	for _, l := range lists {
		if g.LevelOn(l) >= policy.Guest {
			all = append(all, OnList(g.Project, l))
		}
	}
	return all
}

// Service lets callers in.
type Service struct {
	db   *db.DB
	orgs *org.Service
}

// New makes the service.
func New(d *db.DB, orgs *org.Service) *Service { return &Service{db: d, orgs: orgs} }

func errNoProject() error {
	return fault.New(fault.NotFound, "project-not-found", "there is no such project")
}

// Member lets a member into an organisation.
func (s *Service) Member(ctx context.Context, c Caller, o id.Org) (OrgGrant, error) {
	return s.orgs.Enter(ctx, c, o)
}

// Enter lets a participant into a project.
func (s *Service) Enter(ctx context.Context, c Caller, project id.Project) (Grant, error) {
	all, err := s.EnterAll(ctx, []Caller{c}, project)
	g, ok := all[c]
	if err == nil && !ok {
		err = errNoProject()
	}
	return g, fault.Wrap("access.Enter", err)
}

// EnterAll lets those of many callers in who take part in a project, by a few
// statements for all of them.
func (s *Service) EnterAll(ctx context.Context, callers []Caller, project id.Project) (map[Caller]Grant, error) {
	var out map[Caller]Grant
	err := s.db.Read(ctx, db.Everyone("an account's persons say which tenant a project is of"), func(tx *db.Tx) (err error) {
		out, err = enterAll(tx, callers, project)
		return err
	})
	return out, fault.Wrap("access.EnterAll", err)
}

func enterAll(tx *db.Tx, callers []Caller, project id.Project) (map[Caller]Grant, error) {
	accounts := make([]id.Account, len(callers))
	for i, c := range callers {
		accounts[i] = c.Account
	}
	refs, err := person.OfAccounts(tx, accounts)
	if err != nil {
		return nil, err
	}
	among := map[id.Org][]id.Person{}
	for _, all := range refs {
		for _, r := range all {
			if r.State == person.Active {
				among[r.Org] = append(among[r.Org], r.Person)
			}
		}
	}
	parts := make(map[id.Org]*taking, len(among))
	for o, persons := range among {
		if parts[o], err = takingPart(tx, o, project, persons); err != nil {
			return nil, err
		}
	}
	out := make(map[Caller]Grant, len(callers))
	for _, c := range callers {
		for _, r := range refs[c.Account] {
			if r.State != person.Active || !c.Reach.Holds(r.Org, project) {
				continue
			}
			if level, in := parts[r.Org].levels[r.Person]; in {
				out[c] = Grant{Actor: Actor{Caller: c, Org: r.Org, Person: r.Person, Company: r.Company}, Project: project, Level: level,
					Roles: parts[r.Org].roles[r.Person], ListLevels: parts[r.Org].lists[r.Person]}
				break
			}
		}
	}
	return out, nil
}

// taking is who of an organisation takes part in a project, and how.
type taking struct {
	levels map[id.Person]policy.Level // of those who are let in
	roles  map[id.Person][]id.Role
	lists  map[id.Person]map[id.List]policy.Level
}

func takingPart(tx *db.Tx, o id.Org, project id.Project, persons []id.Person) (*taking, error) {
	t := &taking{levels: map[id.Person]policy.Level{}}
	all, err := participantsAmong(tx, o, project, persons)
	if err != nil || len(all) == 0 {
		return t, err
	}
	persons = persons[:0:0]
	for _, p := range all {
		if !p.Former {
			persons = append(persons, p.Person)
		}
	}
	shut, err := org.ShutOf(tx, o, persons)
	if err != nil {
		return nil, err
	}
	for _, p := range all {
		if !p.Former && !shut[p.Person] {
			t.levels[p.Person] = p.Level
		}
	}
	if t.roles, err = rolesAmong(tx, o, project, persons); err != nil {
		return nil, err
	}
	t.lists, err = listLevels(tx, o, project, persons)
	return t, err
}

// Reaches is nil if a caller reaches what a credential is to be for. What they
// do not is not there.
func (s *Service) Reaches(ctx context.Context, c Caller, r id.Reach) error {
	if r.Project == "" && r.Org == "" {
		return nil
	}
	if r.Project == "" {
		_, err := s.orgs.Enter(ctx, c, r.Org)
		return err
	}
	g, err := s.Enter(ctx, c, r.Project)
	if err == nil && r.Org != "" && r.Org != g.Org {
		err = errNoProject()
	}
	return err
}

// Grants are all projects that a caller takes part in, without the levels of
// lists.
func (s *Service) Grants(ctx context.Context, c Caller) ([]Grant, error) {
	var out []Grant
	err := s.db.Read(ctx, db.Everyone("an account's projects, over all tenants"), func(tx *db.Tx) error {
		out = nil
		refs, err := person.OfAccount(tx, c.Account)
		if err != nil {
			return err
		}
		for _, r := range refs {
			if r.State != person.Active {
				continue
			}
			if shut, err := org.Shut(tx, r.Org, r.Person); err != nil {
				return err
			} else if shut {
				continue
			}
			on, err := projectsOf(tx, r.Org, r.Person)
			if err != nil {
				return err
			}
			for _, p := range on {
				if !p.Former && c.Reach.Holds(r.Org, p.project) {
					out = append(out, Grant{Actor: Actor{Caller: c, Org: r.Org, Person: r.Person, Company: r.Company}, Project: p.project, Level: p.Level})
				}
			}
		}
		return nil
	})
	return out, fault.Wrap("access.Grants", err)
}

// Package access turns an account and a project into a grant: which
// organisation this is, which of its persons acts, at which level, in which
// roles. Nothing else in the house resolves a tenant from a request.
//
// Promises:
//   - Whoever does not take part in a project learns nothing of it: Enter
//     answers NotFound "project-not-found", whether it exists or not.
//   - A grant holds what was true when it was given; it is made anew for each
//     request, so a right that was taken away is gone with the next one.
//   - A project always keeps an administrator (Conflict "last-administrator").
//   - Each change of a participant is in the log, without anything about the
//     person but the id.
package access

import (
	"context"
	"slices"

	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/person"
	"plumbline/internal/policy"
)

// Caller is who asks, as signed in: the same shape as package rest's.
type Caller struct {
	Account id.Account
	Session id.Session
	Via     string // session, token or link
}

// Actor is a caller as a person of an organisation.
type Actor struct {
	Account id.Account
	Session id.Session
	Via     string
	Org     id.Org
	Person  id.Person
	Company id.Company // "" for none
}

// Grant is an actor on a project.
type Grant struct {
	Actor
	Project    id.Project
	Level      policy.Level
	Roles      []id.Role
	ListLevels map[id.List]policy.Level // lists that give another level
}

// LevelOn is the level that counts for the points of a list.
func (g Grant) LevelOn(list id.List) policy.Level {
	l, ok := g.ListLevels[list]
	return policy.Effective(g.Level, l, ok)
}

// Need is nil if the level on the project is at least need.
func (g Grant) Need(need policy.Level) error { return policy.AtLeast(g.Level, need) }

// Scope is the tenant.
func (g Grant) Scope() db.Scope { return db.Tenant(g.Org) }

// By is the actor for the log.
func (g Grant) By() feed.Actor { return feed.Actor{Person: string(g.Person), Via: g.Via} }

// Stream is the log of a project.
func Stream(p id.Project) string { return "project:" + string(p) }

// The audiences of a project. Everyone on it is in ProjectAudience; guests and
// above in SiteAudience; those in charge in the audience of their person,
// company or role.
func ProjectAudience(p id.Project) string { return "project:" + string(p) }

// SiteAudience are guests and above.
func SiteAudience(p id.Project) string { return "site:" + string(p) }

// ListAudience are those who see all points of a list.
func ListAudience(l id.List) string { return "list:" + string(l) }

// ChargeAudience are those who are in charge as kind (person, company, role)
// and id.
func ChargeAudience(kind string, p id.Project, ref string) string {
	return kind + ":" + string(p) + ":" + ref
}

// Audiences are the audiences that the actor is in, sorted, given the lists of
// the project.
func (g Grant) Audiences(lists []id.List) []string {
	out := []string{ProjectAudience(g.Project), ChargeAudience("person", g.Project, string(g.Person))}
	if g.Company != "" {
		out = append(out, ChargeAudience("company", g.Project, string(g.Company)))
	}
	for _, r := range g.Roles {
		out = append(out, ChargeAudience("role", g.Project, string(r)))
	}
	if g.Level >= policy.Guest {
		out = append(out, SiteAudience(g.Project))
	}
	for _, l := range lists {
		if g.LevelOn(l) >= policy.Guest {
			out = append(out, ListAudience(l))
		}
	}
	slices.Sort(out)
	return out
}

// Service gives grants and keeps the participants.
type Service struct{ db *db.DB }

// New makes the service.
func New(d *db.DB) *Service { return &Service{d} }

func errNoProject() error {
	return fault.New(fault.NotFound, "project-not-found", "there is no such project")
}

// Enter lets a participant into a project.
func (s *Service) Enter(ctx context.Context, c Caller, project id.Project) (Grant, error) {
	g := Grant{Actor: Actor{Account: c.Account, Session: c.Session, Via: c.Via}, Project: project}
	err := s.db.Read(ctx, db.Everyone("an account's persons say which project it may enter"), func(tx *db.Tx) error {
		refs, err := person.OfAccount(tx, c.Account)
		if err != nil {
			return err
		}
		for _, r := range refs {
			if r.State != person.Active {
				continue
			}
			g.Level, err = levelOf(tx, r.Org, project, r.Person)
			if err != nil {
				return err
			}
			if g.Level != policy.None {
				g.Org, g.Person, g.Company = r.Org, r.Person, r.Company
				return g.fill(tx)
			}
		}
		return errNoProject()
	})
	if err != nil {
		return Grant{}, fault.Wrap("access.Enter", err)
	}
	return g, nil
}

// OfPerson is the grant that a person would have now: for work that was asked
// for earlier and is done later in their name.
func (s *Service) OfPerson(ctx context.Context, org id.Org, project id.Project, p id.Person) (Grant, error) {
	g := Grant{Actor: Actor{Via: "system", Org: org, Person: p}, Project: project}
	err := s.db.Read(ctx, db.Tenant(org), func(tx *db.Tx) (err error) {
		ref, ok, err := person.RefOf(tx, p)
		if err != nil {
			return err
		}
		if ok && ref.State == person.Active {
			g.Company = ref.Company
			g.Level, err = levelOf(tx, org, project, p)
		}
		if err == nil && g.Level == policy.None {
			err = errNoProject()
		}
		if err != nil {
			return err
		}
		return g.fill(tx)
	})
	if err != nil {
		return Grant{}, fault.Wrap("access.OfPerson", err)
	}
	return g, nil
}

func (g *Grant) fill(tx *db.Tx) (err error) {
	if g.Roles, err = rolesOf(tx, g.Org, g.Project, g.Person); err != nil {
		return err
	}
	g.ListLevels, err = listLevelsOf(tx, g.Org, g.Project, g.Person)
	return err
}

// Place is a project that an account takes part in.
type Place struct {
	Org     id.Org
	Project id.Project
	Person  id.Person
	Level   policy.Level
}

// Places are the projects of an account, over all organisations.
func (s *Service) Places(ctx context.Context, a id.Account) (out []Place, err error) {
	err = s.db.Read(ctx, db.Everyone("an account's projects"), func(tx *db.Tx) error {
		out = nil
		refs, err := person.OfAccount(tx, a)
		if err != nil {
			return err
		}
		for _, r := range refs {
			if r.State != person.Active {
				continue
			}
			places, err := placesOf(tx, r.Org, r.Person)
			if err != nil {
				return err
			}
			out = append(out, places...)
		}
		return nil
	})
	return out, fault.Wrap("access.Places", err)
}

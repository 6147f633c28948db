package access

import (
	"context"

	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/person"
)

// OfPerson is the grant that a person has now, by way of "system": for work
// that was asked for earlier and is done later in their name.
func (s *Service) OfPerson(ctx context.Context, org id.Org, project id.Project, p id.Person) (Grant, error) {
	g := Grant{Actor: Actor{Caller: Caller{Via: "system"}, Org: org, Person: p}, Project: project}
	err := s.db.Read(ctx, db.Tenant(org), func(tx *db.Tx) error {
		ref, ok, err := person.RefOf(tx, p)
		if err != nil {
			return err
		}
		on, takesPart, err := findParticipant(tx, org, project, p)
		if err != nil {
			return err
		}
		if !ok || ref.State != person.Active || !takesPart || on.Former {
			return errNoProject()
		}
		g.Company, g.Level = ref.Company, on.Level
		if g.Roles, err = rolesOf(tx, org, project, p); err != nil {
			return err
		}
		levels, err := listLevels(tx, org, project, []id.Person{p})
		g.ListLevels = levels[p]
		return err
	})
	if err != nil {
		return Grant{}, fault.Wrap("access.OfPerson", err)
	}
	return g, nil
}

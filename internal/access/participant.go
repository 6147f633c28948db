package access

import (
	"context"
	"slices"

	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/policy"
)

// Participant is a person on a project.
type Participant struct {
	Person  id.Person
	Level   policy.Level
	Roles   []id.Role
	Former  bool
	Version int64
}

// Admit makes a person a participant, or changes the level and roles of one.
// It authorises nothing; Put does. Roles must be the project's.
func Admit(tx *db.Tx, by feed.Actor, project id.Project, p id.Person, level policy.Level, roles []id.Role) error {
	const op = "access.Admit"
	if level < policy.Subcontractor || level > policy.Administrator {
		return fault.Wrap(op, fault.InvalidFields([]fault.Field{{Path: "level", Code: "not-one-of"}}))
	}
	was, ok, err := lockParticipant(tx, project, p)
	if err != nil {
		return fault.Wrap(op, err)
	}
	if was.Roles, err = rolesOf(tx, tx.Org(), project, p); err != nil {
		return fault.Wrap(op, err)
	}
	roles = slices.Clone(roles)
	slices.Sort(roles)
	roles = slices.Compact(roles)
	if ok && !was.Former && was.Level == level && slices.Equal(was.Roles, roles) {
		return nil
	}
	now := Participant{Person: p, Level: level, Roles: roles, Version: was.Version + 1}
	if err := saveParticipant(tx, project, now, !ok); err != nil {
		return fault.Wrap(op, err)
	}
	if err := saveRoles(tx, project, p, roles); err != nil {
		return fault.Wrap(op, err)
	}
	if err := keepAdministrator(tx, project); err != nil {
		return fault.Wrap(op, err)
	}
	kind, fields := feed.Created, []feed.Field{{Name: "level", After: level.String()}, {Name: "roles", After: roles}}
	if ok && !was.Former {
		kind = feed.Changed
		fields[0].Before, fields[1].Before = was.Level.String(), was.Roles
	}
	return fault.Wrap(op, logParticipant(tx, by, project, p, kind, now.Version, fields...))
}

func logParticipant(tx *db.Tx, by feed.Actor, project id.Project, p id.Person, kind string, version int64, fields ...feed.Field) error {
	return feed.Append(tx, by, feed.Change{
		Stream: Everyone(project), Thing: feed.Thing{Kind: "participant", ID: string(p)}, Kind: kind, Version: version, Fields: fields,
		Audiences: []string{Everyone(project), Charged(project, InCharge{KindPerson, string(p)})},
	})
}

// keepAdministrator refuses to leave the project without an administrator.
func keepAdministrator(tx *db.Tx, project id.Project) error {
	n, err := administrators(tx, project)
	if err == nil && n == 0 {
		err = fault.New(fault.Conflict, "last-administrator", "a project keeps an administrator")
	}
	return err
}

// Put makes a person of the organisation a participant, or changes one. known
// reports whether the person and the roles are the organisation's and the
// project's.
func (s *Service) Put(ctx context.Context, g Grant, p id.Person, level policy.Level, roles []id.Role, known func(tx *db.Tx) error) error {
	const op = "access.Put"
	if err := g.May(policy.ManageAttendance); err != nil {
		return fault.Wrap(op, err)
	}
	return fault.Wrap(op, s.db.Write(ctx, g.Scope(), func(tx *db.Tx) error {
		if err := known(tx); err != nil {
			return err
		}
		return Admit(tx, g.By(), g.Project, p, level, roles)
	}))
}

// Remove ends a participation.
func (s *Service) Remove(ctx context.Context, g Grant, p id.Person) error {
	const op = "access.Remove"
	if err := g.May(policy.ManageAttendance); err != nil && p != g.Person { // everybody may leave
		return fault.Wrap(op, err)
	}
	return fault.Wrap(op, s.db.Write(ctx, g.Scope(), func(tx *db.Tx) error {
		was, ok, err := lockParticipant(tx, g.Project, p)
		if err != nil {
			return err
		}
		if !ok || was.Former {
			return fault.New(fault.NotFound, "participant-not-found", "there is no such participant")
		}
		was.Former = true
		was.Version++
		if err := saveParticipant(tx, g.Project, was, false); err != nil {
			return err
		}
		if err := saveRoles(tx, g.Project, p, nil); err != nil {
			return err
		}
		if err := keepAdministrator(tx, g.Project); err != nil {
			return err
		}
		if err := leaveLists(tx, g.By(), g.Project, p); err != nil {
			return err
		}
		return logParticipant(tx, g.By(), g.Project, p, feed.Deleted, was.Version, feed.Field{Name: "level", Before: was.Level.String()})
	}))
}

// Participants are all of a project, former ones too, in the order they came.
func Participants(tx *db.Tx, project id.Project) ([]Participant, error) {
	const op = "access.Participants"
	all, err := participants(tx, project)
	if err != nil {
		return nil, fault.Wrap(op, err)
	}
	roles, err := allRoles(tx, project)
	if err != nil {
		return nil, fault.Wrap(op, err)
	}
	for i := range all {
		all[i].Roles = roles[all[i].Person]
	}
	return all, nil
}

// RoleInUse reports whether a participant has a role.
func RoleInUse(tx *db.Tx, role id.Role) (bool, error) {
	used, err := roleInUse(tx, role)
	return used, fault.Wrap("access.RoleInUse", err)
}

// Reach names the audiences on projects that see a person: for package person.
func Reach(tx *db.Tx, org id.Org, p id.Person) ([]string, error) {
	on, err := projectsOf(tx, org, p)
	if err != nil {
		return nil, fault.Wrap("access.Reach", err)
	}
	var all []string
	for _, x := range on {
		all = append(all, Everyone(x.project), Charged(x.project, InCharge{KindPerson, string(p)}))
	}
	return all, nil
}

package access

import (
	"slices"

	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/person"
	"plumbline/internal/policy"
)

// Participant is a person on a project. A former one stays, so that what they
// did keeps an author.
type Participant struct {
	Person  id.Person
	Level   policy.Level
	Roles   []id.Role
	Former  bool
	Version int64
}

// Participants are all participants of a project, former ones too, by id.
func Participants(tx *db.Tx, project id.Project) ([]Participant, error) {
	all, err := participants(tx, project)
	if err != nil {
		return nil, fault.Wrap("access.Participants", err)
	}
	roles, err := allRoles(tx, project)
	for i := range all {
		all[i].Roles = roles[all[i].Person]
	}
	return all, fault.Wrap("access.Participants", err)
}

// Attend puts a person on a project, or changes their level and roles. The
// caller has authorised it.
func Attend(tx *db.Tx, by feed.Actor, project id.Project, p id.Person, level policy.Level, roles []id.Role) (Participant, error) {
	const op = "access.Attend"
	if level == policy.None {
		return Participant{}, fault.InvalidFields([]fault.Field{{Path: "level", Code: "unknown"}})
	}
	roles = slices.Clone(roles)
	slices.Sort(roles)
	roles = slices.Compact(roles)
	if err := lockProject(tx, project); err != nil {
		return Participant{}, fault.Wrap(op, err)
	}
	ref, ok, err := person.RefOf(tx, p)
	if err != nil {
		return Participant{}, err
	}
	if !ok || ref.State == person.Former {
		return Participant{}, fault.New(fault.NotFound, "person-not-found", "there is no such person")
	}
	if n, err := unknownRoles(tx, project, roles); err != nil || n > 0 {
		if err == nil {
			err = fault.InvalidFields([]fault.Field{{Path: "role_ids", Code: "unknown"}})
		}
		return Participant{}, err
	}
	was, known, err := participant(tx, project, p)
	if err != nil {
		return Participant{}, fault.Wrap(op, err)
	}
	if known {
		if was.Roles, err = rolesOf(tx, tx.Org(), project, p); err != nil {
			return Participant{}, fault.Wrap(op, err)
		}
		if !was.Former && was.Level == level && slices.Equal(was.Roles, roles) {
			return was, nil
		}
	}
	now := Participant{Person: p, Level: level, Roles: roles, Version: was.Version + 1}
	if err := putParticipant(tx, project, now); err != nil {
		return Participant{}, fault.Wrap(op, err)
	}
	kind := "changed"
	if !known || was.Former {
		kind = "created"
	}
	return now, fault.Wrap(op, settle(tx, by, project, was, now, kind))
}

// Leave takes a person off a project.
func Leave(tx *db.Tx, by feed.Actor, project id.Project, p id.Person) error {
	const op = "access.Leave"
	if err := lockProject(tx, project); err != nil {
		return fault.Wrap(op, err)
	}
	was, known, err := participant(tx, project, p)
	if err != nil {
		return fault.Wrap(op, err)
	}
	if !known || was.Former {
		return fault.New(fault.NotFound, "participant-not-found", "there is no such participant")
	}
	if was.Roles, err = rolesOf(tx, tx.Org(), project, p); err != nil {
		return fault.Wrap(op, err)
	}
	now := Participant{Person: p, Level: was.Level, Former: true, Version: was.Version + 1}
	if err := putParticipant(tx, project, now); err != nil {
		return fault.Wrap(op, err)
	}
	return fault.Wrap(op, settle(tx, by, project, was, now, "deleted"))
}

// settle refuses to leave a project without an administrator, and writes the
// log.
func settle(tx *db.Tx, by feed.Actor, project id.Project, was, now Participant, kind string) error {
	if was.Level == policy.Administrator && !was.Former {
		if n, err := administrators(tx, project); err != nil || n == 0 {
			if err == nil {
				err = fault.New(fault.Conflict, "last-administrator", "a project keeps at least one administrator")
			}
			return err
		}
	}
	level := func(p Participant) any {
		if p.Level == policy.None || p.Former {
			return nil
		}
		return p.Level.String()
	}
	roles := func(p Participant) any {
		if len(p.Roles) == 0 {
			return nil
		}
		return p.Roles
	}
	fields := []feed.Field{}
	if level(was) != level(now) {
		fields = append(fields, feed.Field{Name: "level", Before: level(was), After: level(now)})
	}
	if !slices.Equal(was.Roles, now.Roles) {
		fields = append(fields, feed.Field{Name: "role_ids", Before: roles(was), After: roles(now)})
	}
	return feed.Append(tx, by, feed.Change{
		Stream: Stream(project), Thing: feed.Thing{Kind: "participant", ID: string(now.Person)}, Kind: kind, Version: now.Version,
		Fields: fields, Audiences: []string{ProjectAudience(project), ChargeAudience("person", project, string(now.Person))},
	})
}

// Reach names the audiences that see a person: the projects they are or were
// on. It is what package person asks for.
func Reach(tx *db.Tx, p id.Person) ([]string, error) {
	all, err := projectsOf(tx, p)
	out := make([]string, 0, len(all))
	for _, project := range all {
		out = append(out, ProjectAudience(project))
	}
	return out, fault.Wrap("access.Reach", err)
}

// Drop takes a person off all projects of the organisation, when the
// organisation parts with them.
func Drop(tx *db.Tx, by feed.Actor, p id.Person) error {
	const op = "access.Drop"
	all, err := projectsOf(tx, p)
	if err != nil {
		return fault.Wrap(op, err)
	}
	for _, project := range all {
		if err := Leave(tx, by, project, p); err != nil && fault.CodeOf(err) != "participant-not-found" {
			return fault.Wrap(op, err)
		}
	}
	return fault.Wrap(op, dropPerson(tx, p))
}

// SetListLevel gives a participant another level on one list. The caller has
// authorised it.
func SetListLevel(tx *db.Tx, by feed.Actor, project id.Project, list id.List, p id.Person, level policy.Level) error {
	const op = "access.SetListLevel"
	was, ok, err := participant(tx, project, p)
	if err == nil && (!ok || was.Former) {
		err = fault.New(fault.NotFound, "participant-not-found", "there is no such participant")
	}
	if err == nil {
		err = setListLevel(tx, project, list, p, level.String())
	}
	if err != nil {
		return fault.Wrap(op, err)
	}
	return fault.Wrap(op, feed.Append(tx, by, feed.Change{
		Stream: Stream(project), Thing: feed.Thing{Kind: "participant", ID: string(p)}, Kind: "changed", Version: was.Version,
		Fields:    []feed.Field{{Name: "list_level", After: map[string]string{string(list): level.String()}}},
		Audiences: []string{ProjectAudience(project), ChargeAudience("person", project, string(p))},
	}))
}

package access

import (
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/policy"
)

func parseLevel(s string) policy.Level {
	l, _ := policy.ParseLevel(s)
	return l
}

// levelOf is None for who does not take part.
func levelOf(tx *db.Tx, org id.Org, project id.Project, p id.Person) (policy.Level, error) {
	s, _, err := db.Maybe(tx, db.Value1[string], `select level from participant
		where org_id = $1 and project_id = $2 and person_id = $3 and state = 'active'`, org, project, p)
	return parseLevel(s), err
}

func rolesOf(tx *db.Tx, org id.Org, project id.Project, p id.Person) ([]id.Role, error) {
	return db.All(tx, db.Value1[id.Role], `select role_id from participant_role
		where org_id = $1 and project_id = $2 and person_id = $3 order by role_id`, org, project, p)
}

type listLevel struct {
	list  id.List
	level string
}

func listLevelsOf(tx *db.Tx, org id.Org, project id.Project, p id.Person) (map[id.List]policy.Level, error) {
	rows, err := db.All(tx, func(s db.Scanner) (l listLevel, err error) {
		err = s.Scan(&l.list, &l.level)
		return l, err
	}, `select list_id, level from list_level where org_id = $1 and project_id = $2 and person_id = $3`, org, project, p)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	out := make(map[id.List]policy.Level, len(rows))
	for _, r := range rows {
		out[r.list] = parseLevel(r.level)
	}
	return out, nil
}

func placesOf(tx *db.Tx, org id.Org, p id.Person) ([]Place, error) {
	return db.All(tx, func(s db.Scanner) (Place, error) {
		pl := Place{Org: org, Person: p}
		var level string
		err := s.Scan(&pl.Project, &level)
		pl.Level = parseLevel(level)
		return pl, err
	}, `select project_id, level from participant
		where org_id = $1 and person_id = $2 and state = 'active' order by project_id`, org, p)
}

func scanParticipant(s db.Scanner) (Participant, error) {
	var (
		p     Participant
		level string
		state string
	)
	err := s.Scan(&p.Person, &level, &state, &p.Version)
	p.Level, p.Former = parseLevel(level), state != "active"
	return p, err
}

func participants(tx *db.Tx, project id.Project) ([]Participant, error) {
	return db.All(tx, scanParticipant, `select person_id, level, state, version from participant
		where org_id = $1 and project_id = $2 order by person_id`, tx.Org(), project)
}

func participant(tx *db.Tx, project id.Project, p id.Person) (Participant, bool, error) {
	return db.Maybe(tx, scanParticipant, `select person_id, level, state, version from participant
		where org_id = $1 and project_id = $2 and person_id = $3`, tx.Org(), project, p)
}

func allRoles(tx *db.Tx, project id.Project) (map[id.Person][]id.Role, error) {
	type pair struct {
		person id.Person
		role   id.Role
	}
	rows, err := db.All(tx, func(s db.Scanner) (p pair, err error) {
		err = s.Scan(&p.person, &p.role)
		return p, err
	}, `select person_id, role_id from participant_role where org_id = $1 and project_id = $2 order by role_id`, tx.Org(), project)
	if err != nil {
		return nil, err
	}
	out := map[id.Person][]id.Role{}
	for _, r := range rows {
		out[r.person] = append(out[r.person], r.role)
	}
	return out, nil
}

// lockProject makes changes of a project's participants wait for each other,
// so that two of them cannot take the last administrators away together.
func lockProject(tx *db.Tx, project id.Project) error {
	n, err := tx.Exec(`update project set version = version where org_id = $1 and id = $2`, tx.Org(), project)
	if err == nil && n == 0 {
		err = errNoProject()
	}
	return err
}

func administrators(tx *db.Tx, project id.Project) (int64, error) {
	return db.One(tx, db.Value1[int64], `select count(*) from participant
		where org_id = $1 and project_id = $2 and state = 'active' and level = 'administrator'`, tx.Org(), project)
}

func putParticipant(tx *db.Tx, project id.Project, p Participant) error {
	state := "active"
	if p.Former {
		state = "former"
	}
	_, err := tx.Exec(`insert into participant (org_id, project_id, person_id, level, state, version, created_at)
		values ($1, $2, $3, $4, $5, $6, $7)
		on conflict (project_id, person_id) do update set level = excluded.level, state = excluded.state, version = excluded.version
		where participant.org_id = $1`,
		tx.Org(), project, p.Person, p.Level.String(), state, p.Version, tx.Micros())
	if err != nil {
		return err
	}
	if _, err := tx.Exec(`delete from participant_role where org_id = $1 and project_id = $2 and person_id = $3`, tx.Org(), project, p.Person); err != nil {
		return err
	}
	for _, r := range p.Roles {
		if _, err := tx.Exec(`insert into participant_role (org_id, project_id, person_id, role_id) values ($1, $2, $3, $4)`,
			tx.Org(), project, p.Person, r); err != nil {
			return err
		}
	}
	return nil
}

func unknownRoles(tx *db.Tx, project id.Project, roles []id.Role) (int, error) {
	if len(roles) == 0 {
		return 0, nil
	}
	n, err := db.One(tx, db.Value1[int64], `select count(*) from project_role where org_id = $1 and project_id = $2 and id in `+db.In(len(roles), 3),
		append([]any{tx.Org(), project}, db.Args(roles)...)...)
	return len(roles) - int(n), fault.Wrap("access.roles", err)
}

func projectsOf(tx *db.Tx, p id.Person) ([]id.Project, error) {
	return db.All(tx, db.Value1[id.Project], `select project_id from participant where org_id = $1 and person_id = $2 order by project_id`, tx.Org(), p)
}

func dropPerson(tx *db.Tx, p id.Person) error {
	for _, q := range []string{
		`delete from list_level where org_id = $1 and person_id = $2`,
		`delete from participant_role where org_id = $1 and person_id = $2`,
	} {
		if _, err := tx.Exec(q, tx.Org(), p); err != nil {
			return err
		}
	}
	_, err := tx.Exec(`update participant set state = 'former', version = version + 1 where org_id = $1 and person_id = $2 and state = 'active'`, tx.Org(), p)
	return err
}

func setListLevel(tx *db.Tx, project id.Project, list id.List, p id.Person, level string) error {
	_, err := tx.Exec(`insert into list_level (org_id, project_id, list_id, person_id, level) values ($1, $2, $3, $4, $5)
		on conflict (project_id, list_id, person_id) do update set level = excluded.level where list_level.org_id = $1`,
		tx.Org(), project, list, p, level)
	return err
}

package access

import (
	"plumbline/internal/db"
	"plumbline/internal/db/many"
	"plumbline/internal/id"
	"plumbline/internal/policy"
)

type onProject struct {
	Participant
	project id.Project
}

func scanOn(s db.Scanner) (p onProject, err error) {
	var level, state string
	err = s.Scan(&p.project, &p.Person, &level, &state, &p.Version)
	p.Level, _ = policy.ParseLevel(level)
	p.Former = state == "former"
	return p, err
}

func scanParticipant(s db.Scanner) (Participant, error) {
	p, err := scanOn(s)
	return p.Participant, err
}

const selectParticipant = `select project_id, person_id, level, state, version from participant`

func findParticipant(tx *db.Tx, org id.Org, project id.Project, p id.Person) (Participant, bool, error) {
	return db.Maybe(tx, scanParticipant, selectParticipant+` where org_id = $1 and project_id = $2 and person_id = $3`, org, project, p)
}

func participantsAmong(tx *db.Tx, org id.Org, project id.Project, persons []id.Person) ([]Participant, error) {
	return db.All(tx, scanParticipant, selectParticipant+` where org_id = $1 and project_id = $2 and person_id in `+many.In(tx, 3), org, project, many.Of(persons))
}

// lockParticipant holds all participants of the project, so that two
// administrators cannot leave at once.
func lockParticipant(tx *db.Tx, project id.Project, p id.Person) (Participant, bool, error) {
	if _, err := tx.Exec(`update participant set version = version where org_id = $1 and project_id = $2`, tx.Org(), project); err != nil {
		return Participant{}, false, err
	}
	return findParticipant(tx, tx.Org(), project, p)
}

func saveParticipant(tx *db.Tx, project id.Project, p Participant, fresh bool) error {
	state := "active"
	if p.Former {
		state = "former"
	}
	if fresh {
		_, err := tx.Exec(`insert into participant (org_id, project_id, person_id, level, state, version, created_at)
			values ($1, $2, $3, $4, $5, $6, $7)`, tx.Org(), project, p.Person, p.Level.String(), state, p.Version, tx.Micros())
		return err
	}
	_, err := tx.Exec(`update participant set level = $4, state = $5, version = $6 where org_id = $1 and project_id = $2 and person_id = $3`,
		tx.Org(), project, p.Person, p.Level.String(), state, p.Version)
	return err
}

func saveRoles(tx *db.Tx, project id.Project, p id.Person, roles []id.Role) error {
	if _, err := tx.Exec(`delete from participant_role where org_id = $1 and project_id = $2 and person_id = $3`, tx.Org(), project, p); err != nil {
		return err
	}
	rows := make([][]any, len(roles))
	for i, r := range roles {
		rows[i] = []any{string(tx.Org()), string(project), string(p), string(r)}
	}
	return tx.BulkInsert("participant_role", []string{"org_id", "project_id", "person_id", "role_id"}, rows)
}

func participants(tx *db.Tx, project id.Project) ([]Participant, error) {
	return db.All(tx, scanParticipant, selectParticipant+` where org_id = $1 and project_id = $2 order by created_at, person_id`, tx.Org(), project)
}

func projectsOf(tx *db.Tx, org id.Org, p id.Person) ([]onProject, error) {
	return db.All(tx, scanOn, selectParticipant+` where org_id = $1 and person_id = $2 order by created_at, project_id`, org, p)
}

func administrators(tx *db.Tx, project id.Project) (n int, err error) {
	err = tx.Row(`select count(*) from participant where org_id = $1 and project_id = $2 and level = 'administrator' and state = 'active'`,
		tx.Org(), project).Scan(&n)
	return n, err
}

func rolesOf(tx *db.Tx, org id.Org, project id.Project, p id.Person) ([]id.Role, error) {
	return db.All(tx, db.Value1[id.Role], `select role_id from participant_role where org_id = $1 and project_id = $2 and person_id = $3 order by role_id`, org, project, p)
}

func allRoles(tx *db.Tx, project id.Project) (map[id.Person][]id.Role, error) {
	return roles(tx, `select person_id, role_id from participant_role where org_id = $1 and project_id = $2 order by person_id, role_id`, tx.Org(), project)
}

func rolesAmong(tx *db.Tx, org id.Org, project id.Project, persons []id.Person) (map[id.Person][]id.Role, error) {
	return roles(tx, `select person_id, role_id from participant_role where org_id = $1 and project_id = $2 and person_id in `+many.In(tx, 3)+`
		order by person_id, role_id`, org, project, many.Of(persons))
}

func roles(tx *db.Tx, query string, args ...any) (map[id.Person][]id.Role, error) {
	type pair struct {
		person id.Person
		role   id.Role
	}
	pairs, err := db.All(tx, func(s db.Scanner) (p pair, err error) {
		err = s.Scan(&p.person, &p.role)
		return p, err
	}, query, args...)
	all := map[id.Person][]id.Role{}
	for _, p := range pairs {
		all[p.person] = append(all[p.person], p.role)
	}
	return all, err
}

func roleInUse(tx *db.Tx, role id.Role) (bool, error) {
	_, used, err := db.Maybe(tx, db.Value1[string], `select person_id from participant_role where org_id = $1 and role_id = $2 limit 1`, tx.Org(), role)
	return used, err
}

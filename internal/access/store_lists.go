package access

import (
	"plumbline/internal/db"
	"plumbline/internal/db/many"
	"plumbline/internal/id"
	"plumbline/internal/policy"
)

// listLevels are those of the lists that give each of the persons their own;
// None of the closed lists that somebody is not on.
func listLevels(tx *db.Tx, org id.Org, project id.Project, persons []id.Person) (map[id.Person]map[id.List]policy.Level, error) {
	type given struct {
		person id.Person
		list   id.List
		level  string
	}
	all, err := db.All(tx, func(s db.Scanner) (g given, err error) {
		err = s.Scan(&g.person, &g.list, &g.level)
		return g, err
	}, `select person_id, list_id, level from list_level where org_id = $1 and project_id = $2 and person_id in `+many.In(tx, 3), org, project, many.Of(persons))
	if err != nil {
		return nil, err
	}
	closed, err := db.All(tx, db.Value1[id.List], `select list_id from list_closed where org_id = $1 and project_id = $2`, org, project)
	levels := make(map[id.Person]map[id.List]policy.Level, len(persons))
	for _, p := range persons {
		levels[p] = map[id.List]policy.Level{}
		for _, l := range closed {
			levels[p][l] = policy.None
		}
	}
	for _, g := range all {
		levels[g.person][g.list], _ = policy.ParseLevel(g.level)
	}
	return levels, err
}

func saveListLevel(tx *db.Tx, project id.Project, list id.List, p id.Person, level policy.Level, ok bool) error {
	if !ok {
		_, err := tx.Exec(`delete from list_level where org_id = $1 and project_id = $2 and list_id = $3 and person_id = $4`, tx.Org(), project, list, p)
		return err
	}
	_, err := tx.Exec(`insert into list_level (org_id, project_id, list_id, person_id, level) values ($1, $2, $3, $4, $5)
		on conflict (project_id, list_id, person_id) do update set level = excluded.level`, tx.Org(), project, list, p, level.String())
	return err
}

func listMembers(tx *db.Tx, project id.Project, list id.List) ([]ListMember, error) {
	return db.All(tx, func(s db.Scanner) (m ListMember, err error) {
		var level, project string
		err = s.Scan(&m.Person, &level, &project)
		m.Level, _ = policy.ParseLevel(level)
		m.OnProject, _ = policy.ParseLevel(project)
		return m, err
	}, `select l.person_id, l.level, p.level from list_level l join participant p on p.project_id = l.project_id and p.person_id = l.person_id
		where l.org_id = $1 and l.project_id = $2 and l.list_id = $3 and p.state = 'active' order by l.person_id`, tx.Org(), project, list)
}

func closedLists(tx *db.Tx, project id.Project) ([]id.List, error) {
	return db.All(tx, db.Value1[id.List], `select list_id from list_closed where org_id = $1 and project_id = $2 order by list_id`, tx.Org(), project)
}

func isClosed(tx *db.Tx, project id.Project, list id.List) (bool, error) {
	_, closed, err := db.Maybe(tx, db.Value1[string], `select list_id from list_closed where org_id = $1 and project_id = $2 and list_id = $3`, tx.Org(), project, list)
	return closed, err
}

func saveClosed(tx *db.Tx, project id.Project, list id.List, closed bool) error {
	query := `delete from list_closed where org_id = $1 and project_id = $2 and list_id = $3`
	if closed {
		query = `insert into list_closed (org_id, project_id, list_id) values ($1, $2, $3) on conflict (project_id, list_id) do nothing`
	}
	_, err := tx.Exec(query, tx.Org(), project, list)
	return err
}

func forgetListLevels(tx *db.Tx, project id.Project, list id.List) error {
	_, err := tx.Exec(`delete from list_level where org_id = $1 and project_id = $2 and list_id = $3`, tx.Org(), project, list)
	return err
}

func leaveListLevels(tx *db.Tx, project id.Project, p id.Person) error {
	_, err := tx.Exec(`delete from list_level where org_id = $1 and project_id = $2 and person_id = $3`, tx.Org(), project, p)
	return err
}

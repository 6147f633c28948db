package exchange

import (
	"plumbline/internal/db"
	"plumbline/internal/id"
)

// keep notes what a thing is called in the file it came in with.
func keep(tx *db.Tx, project id.Project, thing, guid string) error {
	_, err := tx.Exec(`insert into bcf_guid (org_id, project_id, thing_id, guid) values ($1, $2, $3, $4)
		on conflict (org_id, project_id, thing_id) do nothing`, tx.Org(), project, thing, guid)
	return err
}

// kept are the names that the things of a project came in with.
func kept(tx *db.Tx, project id.Project) (map[string]string, error) {
	out := map[string]string{}
	_, err := db.All(tx, func(s db.Scanner) (struct{}, error) {
		var thing, guid string
		err := s.Scan(&thing, &guid)
		out[thing] = guid
		return struct{}{}, err
	}, `select thing_id, guid from bcf_guid where org_id = $1 and project_id = $2`, tx.Org(), project)
	return out, err
}

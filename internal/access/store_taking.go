package access

import (
	"slices"

	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/id"
)

// Taking reports which of the persons take part in the project now.
func Taking(tx *db.Tx, project id.Project, persons []id.Person) (map[id.Person]bool, error) {
	out := make(map[id.Person]bool, len(persons))
	for some := range slices.Chunk(persons, 500) {
		found, err := db.All(tx, db.Value1[id.Person], `select person_id from participant
			where org_id = $1 and project_id = $2 and state = 'active' and person_id in `+db.In(len(some), 3),
			append([]any{tx.Org(), project}, db.Args(some)...)...)
		if err != nil {
			return nil, fault.Wrap("access.Taking", err)
		}
		for _, p := range found {
			out[p] = true
		}
	}
	return out, nil
}

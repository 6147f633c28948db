package access

import (
	"plumbline/internal/db"
	"plumbline/internal/fault"
	"plumbline/internal/feed"
	"plumbline/internal/id"
)

// Forget takes a person who is erased off every project, with their roles and
// levels. A project may be left without an administrator: the organisation's
// managers can name another.
func Forget(tx *db.Tx, by feed.Actor, p id.Person) error {
	const op = "access.Forget"
	on, err := projectsOf(tx, tx.Org(), p)
	if err != nil {
		return fault.Wrap(op, err)
	}
	for _, x := range on {
		if !x.Former {
			if err := logParticipant(tx, by, x.project, p, feed.Deleted, x.Version+1); err != nil {
				return fault.Wrap(op, err)
			}
		}
	}
	if err := forgetPerson(tx, p); err != nil {
		return fault.Wrap(op, err)
	}
	for _, x := range on {
		if err := inherit(tx, by, x.project); err != nil {
			return fault.Wrap(op, err)
		}
	}
	return nil
}

// ProjectsOf are the projects that a person takes or took part in.
func ProjectsOf(tx *db.Tx, p id.Person) ([]id.Project, error) {
	all, err := projectsEver(tx, p)
	return all, fault.Wrap("access.ProjectsOf", err)
}

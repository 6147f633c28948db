package access

import p "plumbline/internal/personal"

// Declarations are the personal columns of the slice.
func Declarations() []p.Declaration {
	var all []p.Declaration
	for table, columns := range map[string][]string{
		"participant":      {"person_id", "level", "state"},
		"participant_role": {"person_id", "role_id"},
		"list_level":       {"person_id", "level"},
	} {
		all = append(all, p.Same(p.Declaration{Table: table, Category: p.Work, Subject: p.Participant,
			Sources: []p.Source{p.Colleague, p.Customer}, Purposes: []p.Purpose{p.Participants, p.Security}, Basis: p.Contract,
			Role: p.Processor, Retention: p.WhileProject, Recipients: []p.Recipient{p.ProjectTeam}, StoredIn: p.Clear}, columns...)...)
		all = append(all, p.NotPersonal(table, "ids of things, not of people", "org_id", "project_id")...)
	}
	return append(all, p.NotPersonal("list_level", "id of a thing, not of a person", "list_id")...)
}

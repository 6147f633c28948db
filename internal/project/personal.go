package project

import p "plumbline/internal/personal"

// Declarations are the personal columns of the slice.
func Declarations() []p.Declaration {
	var all []p.Declaration
	all = append(all, p.NotPersonal("project", "a building project is no person", "id", "org_id", "name", "code", "time_zone")...)
	all = append(all, p.NotPersonal("project", "where a building stands", "place")...)
	for table, columns := range map[string][]string{
		"project_status": {"name", "colour", "shape"},
		"location":       {"parent_id", "kind", "name", "code"},
		"project_role":   {"name"},
		"point_list":     {"code", "name"},
		"category":       {"parent_id", "kind", "name"},
	} {
		all = append(all, p.NotPersonal(table, "a setting of the project", append(columns, "org_id", "id", "project_id")...)...)
	}
	return append(all, p.Declaration{Table: "category", Column: "in_charge", Category: p.Link, Subject: p.Participant,
		Sources: []p.Source{p.Colleague}, Purposes: []p.Purpose{p.Participants}, Basis: p.Contract, Role: p.Processor,
		Retention: p.WhileProject, Recipients: []p.Recipient{p.ProjectTeam}, StoredIn: p.Clear})
}

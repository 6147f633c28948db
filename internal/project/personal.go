package project

import p "plumbline/internal/personal"

// Declarations are the personal columns of the slice.
func Declarations() []p.Declaration {
	var all []p.Declaration
	all = append(all, p.NotPersonal("project", "a building project is no person", "id", "org_id", "name", "code", "place", "time_zone")...)
	all = append(all, p.NotPersonal("project_status", "a state of points", "org_id", "id", "project_id", "name", "colour", "shape")...)
	all = append(all, p.NotPersonal("location", "a place on the site", "org_id", "id", "project_id", "parent_id", "kind", "code")...)
	all = append(all, p.NotPersonal("category", "what points are about", "org_id", "id", "project_id", "parent_id", "kind", "name")...)
	all = append(all, p.NotPersonal("project_role", "a function, whoever has it", "org_id", "id", "project_id", "name")...)
	all = append(all, p.NotPersonal("point_list", "a group of points", "org_id", "id", "project_id", "code", "name")...)
	// A room can be called after whom it is for.
	place := p.Declaration{Table: "location", Column: "name", Category: p.Content, Subject: p.Depicted, Sources: []p.Source{p.Colleague},
		Purposes: []p.Purpose{p.Record}, Basis: p.Contract, Role: p.Processor, Retention: p.WhileProject, Recipients: []p.Recipient{p.ProjectTeam},
		StoredIn: p.Clear}
	proposed := place
	proposed.Table, proposed.Column, proposed.Category, proposed.Subject = "category", "in_charge", p.Link, p.Participant
	proposed.Purposes = []p.Purpose{p.Participants, p.Record}
	return append(all, place, proposed)
}

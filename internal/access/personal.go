package access

import p "plumbline/internal/personal"

// Declarations are the columns of participant, participant_role and
// list_level: which person stands where on a project.
func Declarations() []p.Declaration {
	all := p.NotPersonal("participant", "the tenant, the project and the row's state", "org_id", "project_id", "state")
	all = append(all, p.NotPersonal("participant_role", "the tenant and random ids", "org_id", "project_id", "role_id")...)
	all = append(all, p.NotPersonal("list_level", "the tenant and random ids", "org_id", "project_id", "list_id")...)
	link := p.Declaration{Category: p.Link, Subject: p.Participant, Sources: []p.Source{p.Colleague},
		Purposes: []p.Purpose{p.Participants, p.Record}, Basis: p.Contract, Role: p.Processor,
		Retention: p.WhileProject, Recipients: []p.Recipient{p.ProjectTeam}, StoredIn: p.Clear}
	for _, at := range [][2]string{{"participant", "person_id"}, {"participant", "level"}, {"participant_role", "person_id"},
		{"list_level", "person_id"}, {"list_level", "level"}} {
		link.Table, link.Column = at[0], at[1]
		all = append(all, link)
	}
	return all
}

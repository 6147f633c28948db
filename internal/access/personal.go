package access

import p "plumbline/internal/personal"

// Declarations are the personal columns of the slice.
func Declarations() []p.Declaration {
	var all []p.Declaration
	for table, columns := range map[string][]string{
		"participant":      {"level", "state"},
		"participant_role": {"role_id"},
		"list_level":       {"level"},
	} {
		takes := p.Declaration{Table: table, Category: p.Work, Term: p.ProjectLevel, Subject: p.Participant,
			Sources: []p.Source{p.Colleague, p.Customer}, Purposes: []p.Purpose{p.Participants, p.Security, p.Rights}, Basis: p.Contract,
			Role: p.Processor, Retention: p.WhileProject, Recipients: []p.Recipient{p.ProjectTeam}, StoredIn: p.Clear,
			Of: "person_id", AtErasure: p.DeleteRow, Derivatives: []p.Derivative{p.DeviceCopy, p.LogValue}}
		who := takes
		who.Category, who.Term, who.Of, who.Links = p.Link, p.PersonID, "", p.PersonKind
		all = append(all, p.Same(takes, columns...)...)
		all = append(all, p.Same(who, "person_id")...)
		all = append(all, p.NotPersonal(table, "ids of things, not of people", "org_id", "project_id")...)
	}
	all = append(all, p.NotPersonal("list_level", "id of a thing, not of a person", "list_id")...)
	return append(all, p.NotPersonal("list_closed", "ids of things, not of people", "org_id", "project_id", "list_id")...)
}

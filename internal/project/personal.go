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
	// A room can be called after whom it is for.
	place := p.Declaration{Table: "location", Column: "name", Category: p.Content, Term: p.Written, Subject: p.Depicted,
		Sources: []p.Source{p.Colleague}, Purposes: []p.Purpose{p.Record}, Basis: p.Contract, Role: p.Processor, Retention: p.WhileProject,
		Recipients: []p.Recipient{p.ProjectTeam}, StoredIn: p.Clear, NoOwner: "the name of a place; only by reading it is it known that it names someone",
		AtErasure: p.KeepContent, Derivatives: []p.Derivative{p.Report, p.DeviceCopy, p.LogValue}}
	proposed := place
	proposed.Table, proposed.Column, proposed.Category, proposed.Term = "category", "in_charge", p.Link, p.InCharge
	proposed.Subject, proposed.NoOwner, proposed.Links, proposed.Inside = p.Participant, "", p.PersonKind, true
	proposed.Purposes, proposed.AtErasure = []p.Purpose{p.Participants, p.Record, p.Rights}, p.ClearValue
	return append(all, place, proposed)
}

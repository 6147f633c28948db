package view

import p "plumbline/internal/personal"

// Declarations are the columns of point_view.
func Declarations() []p.Declaration {
	name := p.Declaration{Table: "point_view", Category: p.Content, Term: p.Written, Subject: p.Participant,
		Sources: []p.Source{p.Self, p.Colleague}, Purposes: []p.Purpose{p.Record, p.Rights}, Basis: p.Contract, Role: p.Processor,
		Retention: p.WhileProject, Recipients: []p.Recipient{p.ProjectTeam}, StoredIn: p.Clear, Of: "owner_id", Since: "created_at",
		AtErasure: p.KeepContent, Derivatives: []p.Derivative{p.DeviceCopy, p.LogValue}}
	owner := name
	owner.Category, owner.Term, owner.Of, owner.Links, owner.Sources = p.Link, p.Authorship, "", p.PersonKind, []p.Source{p.Automatic}
	owner.AtErasure, owner.Derivatives = p.Pseudonym, []p.Derivative{p.DeviceCopy}
	// A query may ask for what somebody is in charge of.
	query := owner
	query.Term, query.Inside = p.InCharge, true
	all := p.NotPersonal("point_view", "random ids of things and the tenant", "org_id", "id", "project_id")
	all = append(all, p.Same(name, "name")...)
	all = append(all, p.Same(owner, "owner_id")...)
	return append(all, p.Same(query, "query")...)
}

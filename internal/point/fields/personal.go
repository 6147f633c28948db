package fields

import (
	p "plumbline/internal/personal"
)

// Declarations are the columns of point, point_in_charge and point_counter.
func Declarations() []p.Declaration {
	base := p.Declaration{Table: "point", Category: p.Content, Term: p.Written, Subject: p.Depicted, Sources: []p.Source{p.Self, p.Colleague},
		Purposes: []p.Purpose{p.Record, p.Rights}, Basis: p.Contract, Role: p.Processor, Retention: p.WhileProject,
		Recipients: []p.Recipient{p.ProjectTeam}, StoredIn: p.Clear, Of: "author_id", Since: "created_at", AtErasure: p.KeepContent,
		Derivatives: []p.Derivative{p.Search, p.Report, p.DeviceCopy, p.LogValue}}
	link := base
	link.Category, link.Term, link.Subject, link.Sources = p.Link, p.Authorship, p.Participant, []p.Source{p.Automatic}
	link.Purposes = []p.Purpose{p.Participants, p.Record, p.Rights}
	link.Of, link.Links, link.AtErasure, link.Derivatives = "", p.PersonKind, p.Pseudonym, []p.Derivative{p.Report, p.DeviceCopy}
	act := link
	act.Category, act.Term, act.Links, act.Of = p.Activity, p.When, "", "author_id"
	gone := act
	gone.Of = "deleted_by"
	charge := link
	charge.Table, charge.Term, charge.Sources, charge.Since = "point_in_charge", p.InCharge, []p.Source{p.Colleague}, ""

	all := p.NotPersonal("point", "random ids of things and the tenant, a list's code, a date that work is due",
		"org_id", "id", "project_id", "list_id", "code", "status_id", "category_id", "location_id", "due", "sheet_id")
	all = append(all, p.NotPersonal("point_in_charge", "random ids of things and the tenant, a kind", "org_id", "point_id", "kind")...)
	all = append(all, p.NotPersonal("point_counter", "the tenant and a random id of a list", "org_id", "list_id")...)
	all = append(all, p.Same(base, "subject", "subject_key", "description")...)
	all = append(all, p.Same(link, "author_id", "deleted_by")...)
	all = append(all, p.Same(act, "created_at", "changed_at", "closed_at")...)
	all = append(all, p.Same(gone, "deleted_at")...)
	return append(all, p.Same(charge, "ref_id")...)
}

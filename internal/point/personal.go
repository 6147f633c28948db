package point

import p "plumbline/internal/personal"

// Declarations are the columns of point, point_in_charge and point_counter.
func Declarations() []p.Declaration {
	base := p.Declaration{Table: "point", Category: p.Content, Subject: p.Depicted, Sources: []p.Source{p.Self, p.Colleague},
		Purposes: []p.Purpose{p.Record}, Basis: p.Contract, Role: p.Processor, Retention: p.WhileProject,
		Recipients: []p.Recipient{p.ProjectTeam}, StoredIn: p.Clear}
	link := base
	link.Category, link.Subject, link.Sources = p.Link, p.Participant, []p.Source{p.Automatic}
	link.Purposes = []p.Purpose{p.Participants, p.Record}
	act := link
	act.Category = p.Activity
	charge := link
	charge.Table, charge.Sources = "point_in_charge", []p.Source{p.Colleague}

	all := p.NotPersonal("point", "random ids of things and the tenant, a list's code, a date that work is due",
		"org_id", "id", "project_id", "list_id", "code", "status_id", "category_id", "location_id", "due", "sheet_id")
	all = append(all, p.NotPersonal("point_in_charge", "random ids of things and the tenant, a kind", "org_id", "point_id", "kind")...)
	all = append(all, p.NotPersonal("point_counter", "the tenant and a random id of a list", "org_id", "list_id")...)
	all = append(all, p.Same(base, "subject", "subject_key", "description")...)
	all = append(all, p.Same(link, "author_id", "deleted_by")...)
	all = append(all, p.Same(act, "created_at", "changed_at", "closed_at", "deleted_at")...)
	return append(all, p.Same(charge, "ref_id")...)
}

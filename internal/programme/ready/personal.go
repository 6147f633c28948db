package ready

import p "plumbline/internal/personal"

// Declarations are the columns of the look-ahead's tables.
func Declarations() []p.Declaration {
	words := p.Declaration{Table: "ready_constraint", Category: p.Content, Term: p.Written, Subject: p.Depicted, Sources: []p.Source{p.Self, p.Colleague},
		Purposes: []p.Purpose{p.Record, p.Rights}, Basis: p.Contract, Role: p.Processor, Retention: p.WhileProject,
		Recipients: []p.Recipient{p.ProjectTeam}, StoredIn: p.Clear, AtErasure: p.KeepContent, Of: "author_id", Since: "at",
		Derivatives: []p.Derivative{p.DeviceCopy, p.LogValue}}
	link := words
	link.Category, link.Term, link.Subject, link.Sources, link.Since = p.Link, p.Authorship, p.Participant, []p.Source{p.Automatic}, ""
	link.Purposes = []p.Purpose{p.Participants, p.Record, p.Rights}
	link.Of, link.Links, link.AtErasure, link.Derivatives = "", p.PersonKind, p.Pseudonym, []p.Derivative{p.DeviceCopy}
	owner := link
	owner.Term, owner.Sources = p.InCharge, []p.Source{p.Colleague}
	act := link
	act.Category, act.Term, act.Links = p.Activity, p.When, ""
	in := func(d p.Declaration, table, of string, columns ...string) []p.Declaration {
		d.Table, d.Of = table, of
		return p.Same(d, columns...)
	}
	const c, w = "ready_constraint", "ready_promise"
	all := p.NotPersonal(c, "random ids of things and the tenant, a kind, a number, a date of the plan", "org_id", "id", "activity_id", "programme_id", "project_id", "version", "kind", "owner_kind", "needed_by")
	all = append(all, p.NotPersonal(w, "random ids of things and the tenant, a date of the plan, a kind", "org_id", "activity_id", "week", "programme_id", "project_id", "kept", "reason")...)
	all = append(all, p.NotPersonal("ready_week", "random ids of things and the tenant, a date of the plan, counts", "org_id", "programme_id", "project_id", "week", "due", "ready")...)
	all = append(all, in(words, c, "author_id", "words")...)
	all = append(all, in(link, c, "", "author_id", "cleared_by")...)
	all = append(all, in(owner, c, "", "owner_id")...)
	all = append(all, in(act, c, "author_id", "at")...)
	all = append(all, in(act, c, "cleared_by", "cleared_at")...)
	all = append(all, in(words, w, "author_id", "words", "why")...)
	all = append(all, in(link, w, "", "author_id", "judged_by")...)
	all = append(all, in(act, w, "author_id", "at")...)
	return append(all, in(act, w, "judged_by", "judged_at")...)
}

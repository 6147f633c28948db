package markup

import p "plumbline/internal/personal"

// Declarations are the columns of point_markup.
func Declarations() []p.Declaration {
	drawn := p.Declaration{Table: "point_markup", Category: p.Content, Term: p.Written, Subject: p.Depicted,
		Sources: []p.Source{p.Self, p.Colleague}, Purposes: []p.Purpose{p.Record, p.Rights}, Basis: p.Contract, Role: p.Processor,
		Retention: p.WhileProject, Recipients: []p.Recipient{p.ProjectTeam}, StoredIn: p.Clear, Of: "author_id", Since: "at",
		AtErasure: p.KeepContent, Derivatives: []p.Derivative{p.Search, p.Report, p.DeviceCopy}}
	when := drawn
	when.Category, when.Term, when.Subject, when.Sources = p.Activity, p.When, p.Participant, []p.Source{p.Automatic}
	when.AtErasure, when.Derivatives = p.Pseudonym, []p.Derivative{p.DeviceCopy}
	author := when
	author.Category, author.Term, author.Of, author.Links = p.Link, p.Authorship, "", p.PersonKind
	author.Purposes = []p.Purpose{p.Participants, p.Record, p.Rights}

	all := p.NotPersonal("point_markup", "random ids of things and the tenant, a kind", "org_id", "id", "point_id", "project_id", "target_kind", "target_id")
	all = append(all, p.Same(drawn, "shapes", "words")...)
	all = append(all, p.Same(when, "at")...)
	return append(all, p.Same(author, "author_id")...)
}

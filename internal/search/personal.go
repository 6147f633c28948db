package search

import p "plumbline/internal/personal"

// Declarations says what of the index is about persons: the words that people
// wrote. (Column place stands on SQLite only; so do FTS5's own tables
// search_text_*, which hold the same words.)
func Declarations() []p.Declaration {
	words := p.Declaration{Table: "search_text", Category: p.Content, Term: p.Written, Subject: p.Depicted, Sources: []p.Source{p.Self, p.Colleague},
		Purposes: []p.Purpose{p.Record}, Basis: p.Contract, Role: p.Processor, Retention: p.WhileProject,
		Recipients: []p.Recipient{p.ProjectTeam}, StoredIn: p.Clear, AtErasure: p.KeepContent,
		NoOwner: "the words of project content; who wrote them stands with the content itself"}
	all := p.Same(words, "words")
	all = append(all, p.NotPersonal("search_text", "random ids of the tenant and the project", "place")...)
	return append(all, p.NotPersonal("search_doc", "random ids of things and the tenant", "org_id", "project_id", "kind", "id")...)
}

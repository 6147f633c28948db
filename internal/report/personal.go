package report

import "plumbline/internal/personal"

// Declarations are the columns of report.
func Declarations() []personal.Declaration {
	all := personal.NotPersonal("report", "random ids, the tenant and how the report was asked for",
		"org_id", "id", "project_id", "query", "locale", "time_zone", "state", "code", "job_id", "file")
	one := personal.Declaration{Table: "report", Subject: personal.Participant,
		Sources: []personal.Source{personal.Automatic}, Purposes: []personal.Purpose{personal.Record},
		Basis: personal.Contract, Role: personal.Processor, Retention: personal.WhileProject,
		Recipients: []personal.Recipient{personal.ProjectTeam}, StoredIn: personal.Clear}
	title, author := one, one
	title.Column, title.Category, title.Sources = "title", personal.Content, []personal.Source{personal.Self, personal.Colleague}
	author.Column, author.Category = "author_id", personal.Link
	return append(all, title, author)
}

package report

import (
	"plumbline/internal/personal"
	"plumbline/internal/report/style"
)

// Declarations are the columns of report and of its style.
func Declarations() []personal.Declaration {
	all := personal.NotPersonal("report", "random ids, the tenant and how the report was asked for",
		"org_id", "id", "project_id", "locale", "time_zone", "state", "code", "job_id", "format")
	one := personal.Declaration{Table: "report", Subject: personal.Participant,
		Sources: []personal.Source{personal.Automatic}, Purposes: []personal.Purpose{personal.Record, personal.Rights},
		Basis: personal.Contract, Role: personal.Processor, Retention: personal.WhileProject,
		Recipients: []personal.Recipient{personal.ProjectTeam}, StoredIn: personal.Clear, Since: "created_at",
		Derivatives: []personal.Derivative{personal.DeviceCopy}}
	title, author := one, one
	title.Of, title.Term, title.AtErasure = "author_id", personal.Written, personal.KeepContent
	author.Links, author.Term, author.AtErasure = personal.PersonKind, personal.Authorship, personal.Pseudonym
	// A report names whoever its points name: when one of them is erased it is made again.
	file := title
	file.Column, file.Category, file.Term, file.Subject, file.StoredIn = "file", personal.Content, personal.Document, personal.Depicted, personal.Sealed
	file.AtErasure, file.Derivatives = personal.ClearValue, nil
	title.Column, title.Category, title.Sources = "title", personal.Content, []personal.Source{personal.Self, personal.Colleague}
	author.Column, author.Category = "author_id", personal.Link
	// A query may ask for what somebody is in charge of.
	query := author
	query.Column, query.Term, query.Inside = "query", personal.InCharge, true
	// Whom a made report names.
	names := author
	names.Table, names.Column, names.Term, names.Since, names.Derivatives = "report_person", "person_id", personal.PersonID, "", nil
	names.AtErasure = personal.DeleteRow
	all = append(all, personal.NotPersonal("report_person", "the tenant and a random id of a report", "org_id", "report_id")...)
	all = append(all, personal.NotPersonal("report_list", "the tenant and random ids of a report and a list", "org_id", "report_id", "list_id")...)
	all = append(all, style.Declarations()...)
	return append(all, title, author, file, query, names)
}

package staff

import p "plumbline/internal/personal"

// Declarations are the personal columns of the slice.
func Declarations() []p.Declaration {
	member := p.Declaration{Table: "staff", Category: p.Link, Term: p.AccountID, Subject: p.StaffMember, Sources: []p.Source{p.Automatic},
		Purposes: []p.Purpose{p.Security, p.Support}, Basis: p.Legitimate, Role: p.Controller, Retention: p.WhileStaff,
		Recipients: []p.Recipient{p.Organisation}, StoredIn: p.Clear, AtErasure: p.DeleteRow}
	link := member
	link.Column, link.Links = "account_id", p.AccountKind
	role := member
	role.Category, role.Term, role.Of = p.Work, p.Function, "account_id"
	all := append([]p.Declaration{link}, p.Same(role, "role", "rules_version")...)

	// That somebody of the staff looked is kept for those who were looked at.
	grant := member
	grant.Table, grant.Purposes, grant.Basis, grant.Role, grant.Retention = "support_grant", []p.Purpose{p.Support, p.Rights}, p.Contract, p.Processor, p.CaseYears
	grant.AtErasure = p.Pseudonym
	to := grant
	to.Column, to.Links = "account_id", p.AccountKind
	opener := grant
	opener.Column, opener.Links, opener.Subject, opener.Term = "opener_id", p.PersonKind, p.Participant, p.PersonID
	reason := grant
	reason.Column, reason.Category, reason.Term, reason.Subject, reason.Sources = "reason", p.Content, p.Written, p.Depicted, []p.Source{p.Colleague}
	reason.Recipients, reason.StoredIn, reason.AtErasure = []p.Recipient{p.SupportStaff, p.Organisation}, p.Sealed, p.KeepContent
	reason.NoOwner = "a text that an owner wrote about a question; it need name nobody"
	all = append(all, to, opener, reason)
	return append(all, p.NotPersonal("support_grant", "ids of things and words of the program", "org_id", "id", "purpose", "ended_how")...)
}

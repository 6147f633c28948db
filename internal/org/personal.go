package org

import p "plumbline/internal/personal"

// Declarations are the personal columns of the slice.
func Declarations() []p.Declaration {
	var all []p.Declaration
	all = append(all, p.NotPersonal("org", "an organisation is no person", "org_id", "name", "locale")...)
	all = append(all, p.NotPersonal("company", "ids of the row", "org_id", "id")...)
	firm := p.Declaration{Table: "company", Category: p.Work, Term: p.Company, Subject: p.Participant, // a firm can bear a person's name
		Sources: []p.Source{p.Colleague, p.Customer, p.Supplier, p.Self}, Purposes: []p.Purpose{p.Participants, p.Record, p.Rights},
		Basis: p.Legitimate, Role: p.Processor, Retention: p.WhileOrg, Recipients: []p.Recipient{p.ProjectTeam, p.Organisation}, StoredIn: p.Clear,
		AtErasure: p.KeepContent, NoOwner: "a firm; whose it is stands in person.company_id", Derivatives: []p.Derivative{p.Report, p.DeviceCopy, p.LogValue}}
	all = append(all, p.Same(firm, "name", "trade")...)

	member := firm
	member.Table, member.Term, member.Purposes = "member", p.ProjectLevel, []p.Purpose{p.Participants, p.Security, p.Rights}
	member.Sources, member.Basis, member.Recipients = []p.Source{p.Colleague}, p.Contract, []p.Recipient{p.Organisation}
	member.Retention, member.NoOwner, member.Of, member.AtErasure = p.WhilePerson, "", "person_id", p.DeleteRow
	member.Since, member.Derivatives = "created_at", []p.Derivative{p.LogValue}
	all = append(all, p.Same(member, "role")...)
	member.Category, member.Term, member.Of, member.Links = p.Link, p.PersonID, "", p.PersonKind
	all = append(all, p.Same(member, "person_id")...)
	all = append(all, p.NotPersonal("member", "says which tenant the row belongs to", "org_id")...)

	// An invitation is kept as the proof of where an address came from; the
	// address itself stands in the vault.
	invited := p.Declaration{Table: "invite", Category: p.Link, Term: p.PersonID, Subject: p.Invited, Sources: []p.Source{p.Automatic},
		Purposes: []p.Purpose{p.Invitation, p.Record, p.Rights}, Basis: p.Legitimate, Role: p.Processor, Retention: p.WhilePerson,
		Recipients: []p.Recipient{p.Organisation}, StoredIn: p.Clear, Links: p.PersonKind, AtErasure: p.DeleteRow, Since: "created_at",
		Derivatives: []p.Derivative{p.LogValue}}
	all = append(all, p.Same(invited, "person_id")...)
	inviter := invited
	inviter.Subject, inviter.AtErasure, inviter.Term = p.Participant, p.Pseudonym, p.Authorship
	all = append(all, p.Same(inviter, "inviter_id")...)
	said := invited
	said.Category, said.Sources, said.Links, said.Of = p.Work, []p.Source{p.Colleague, p.Customer, p.Supplier}, "", "person_id"
	said.Term = p.Membership
	all = append(all, p.Same(said, "level", "role_ids", "source", "state")...)
	said.Category, said.Term = p.Contact, p.Language
	all = append(all, p.Same(said, "locale")...)
	all = append(all, p.NotPersonal("invite", "ids of things, not of people", "org_id", "id", "project_id")...)
	link := invited
	link.Table, link.Column, link.Category, link.Retention, link.StoredIn = "invite_link", "hash", p.Credential, p.InvitationLapse, p.Hashed
	link.Recipients, link.Term, link.Links, link.Derivatives = []p.Recipient{p.Nobody}, p.Secret, "", nil
	link.Through = &p.Through{Table: "invite", On: [][2]string{{"org_id", "org_id"}, {"invite_id", "id"}}, Of: "person_id"}
	all = append(all, link)
	return append(all, p.NotPersonal("invite_link", "ids of things, not of people", "org_id", "invite_id")...)
}

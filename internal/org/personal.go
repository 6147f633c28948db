package org

import p "plumbline/internal/personal"

// Declarations are the personal columns of the slice.
func Declarations() []p.Declaration {
	var all []p.Declaration
	all = append(all, p.NotPersonal("org", "an organisation is no person", "org_id", "name", "locale")...)
	all = append(all, p.NotPersonal("company", "ids of the row", "org_id", "id")...)
	firm := p.Declaration{Table: "company", Category: p.Work, Subject: p.Participant, // a firm can bear a person's name
		Sources: []p.Source{p.Colleague, p.Customer, p.Supplier, p.Self}, Purposes: []p.Purpose{p.Participants, p.Record},
		Basis: p.Legitimate, Role: p.Processor, Retention: p.WhilePerson, Recipients: []p.Recipient{p.ProjectTeam, p.Organisation}, StoredIn: p.Clear}
	all = append(all, p.Same(firm, "name", "trade")...)

	member := firm
	member.Table, member.Category, member.Purposes = "member", p.Link, []p.Purpose{p.Participants, p.Security}
	member.Sources, member.Basis, member.Recipients = []p.Source{p.Colleague}, p.Contract, []p.Recipient{p.Organisation}
	all = append(all, p.Same(member, "person_id", "role")...)
	all = append(all, p.NotPersonal("member", "says which tenant the row belongs to", "org_id")...)

	// An invitation is kept as the proof of where an address came from; the
	// address itself stands in the vault.
	invited := p.Declaration{Table: "invite", Category: p.Link, Subject: p.Invited, Sources: []p.Source{p.Automatic},
		Purposes: []p.Purpose{p.Invitation, p.Record}, Basis: p.Legitimate, Role: p.Processor, Retention: p.WhilePerson,
		Recipients: []p.Recipient{p.Organisation}, StoredIn: p.Clear}
	all = append(all, p.Same(invited, "person_id", "inviter_id")...)
	said := invited
	said.Category, said.Sources = p.Work, []p.Source{p.Colleague, p.Customer, p.Supplier}
	all = append(all, p.Same(said, "level", "role_ids", "source", "locale", "state")...)
	all = append(all, p.NotPersonal("invite", "ids of things, not of people", "org_id", "id", "project_id")...)
	link := invited
	link.Table, link.Column, link.Category, link.Retention, link.StoredIn = "invite_link", "hash", p.Credential, p.InvitationLapse, p.Hashed
	link.Recipients = []p.Recipient{p.Nobody}
	all = append(all, link)
	return append(all, p.NotPersonal("invite_link", "ids of things, not of people", "org_id", "invite_id")...)
}

package person

import p "plumbline/internal/personal"

// Declarations are the personal fields of the vault.
func Declarations() []p.Declaration {
	person := p.Declaration{Table: "person", Column: "sealed", Category: p.Contact, Subject: p.Participant,
		Sources: []p.Source{p.Self, p.Colleague, p.Customer, p.Supplier}, Basis: p.Legitimate, Role: p.Processor,
		Retention: p.WhilePerson, StoredIn: p.Vault}
	account := p.Declaration{Table: "account", Column: "sealed", Category: p.Contact, Subject: p.AccountHolder,
		Sources: []p.Source{p.Self}, Basis: p.Contract, Role: p.Controller, Retention: p.WhileAccount, StoredIn: p.Vault,
		Recipients: []p.Recipient{p.Themselves}}
	field := func(d p.Declaration, name string, category p.Category, recipients []p.Recipient, purposes ...p.Purpose) p.Declaration {
		d.Field, d.Category, d.Purposes = name, category, purposes
		if recipients != nil {
			d.Recipients = recipients
		}
		return d
	}
	team := []p.Recipient{p.ProjectTeam, p.Organisation}
	all := []p.Declaration{
		field(person, "name", p.Contact, team, p.Participants, p.Record, p.Invitation, p.Rights),
		field(person, "email", p.Contact, []p.Recipient{p.Organisation, p.MailProvider}, p.Correspond, p.Invitation, p.Rights),
		field(person, "phone", p.Contact, []p.Recipient{p.Organisation}, p.Correspond, p.Rights),
		field(person, "function", p.Work, team, p.Participants, p.Rights),
		field(person, "locale", p.Contact, []p.Recipient{p.Nobody}, p.LocalDates, p.Correspond, p.Invitation, p.Rights),

		field(account, "name", p.Contact, nil, p.SignIn, p.Security, p.Rights),
		field(account, "email", p.Contact, []p.Recipient{p.Themselves, p.MailProvider}, p.SignIn, p.Security, p.Correspond, p.Rights),
		field(account, "locale", p.Contact, nil, p.SignIn, p.LocalDates, p.Correspond, p.Rights),
		field(account, "time_zone", p.Location, nil, p.SignIn, p.LocalDates, p.Rights),
	}
	credentials := account
	credentials.Column, credentials.Field, credentials.Category = "credentials", "password", p.Credential
	credentials.Purposes, credentials.Recipients = []p.Purpose{p.SignIn}, []p.Recipient{p.Nobody}
	all = append(all, credentials)

	link := p.Declaration{Table: "person", Category: p.Link, Subject: p.Participant, Sources: []p.Source{p.Automatic},
		Purposes: []p.Purpose{p.SignIn, p.Record}, Basis: p.Contract, Role: p.Processor, Retention: p.WhilePerson,
		Recipients: []p.Recipient{p.Organisation}, StoredIn: p.Clear}
	all = append(all, p.Same(link, "id", "account_id")...)
	work := link
	work.Category, work.Purposes, work.Sources = p.Work, []p.Purpose{p.Participants}, []p.Source{p.Self, p.Colleague, p.Customer, p.Supplier}
	work.Recipients = team
	all = append(all, p.Same(work, "company_id", "state")...)
	all = append(all, p.NotPersonal("person", "says which tenant the row belongs to", "org_id")...)

	mine := link
	mine.Table, mine.Column, mine.Subject, mine.Role = "account", "id", p.AccountHolder, p.Controller
	mine.Purposes, mine.Retention, mine.Recipients = []p.Purpose{p.SignIn}, p.WhileAccount, []p.Recipient{p.Nobody}
	all = append(all, mine)

	doomed := mine
	doomed.Table, doomed.Purposes, doomed.Basis, doomed.Retention = "doomed_key", []p.Purpose{p.Rights}, p.LegalDuty, p.OneDay
	all = append(all, doomed)
	all = append(all, p.NotPersonal("doomed_key", "the kind of key, not whose", "kind")...)
	all = append(all, p.NotPersonal("account_counter", "names the one counter there is", "name")...)
	all = append(all, p.NotPersonal("person_counter", "counts changes of a tenant", "org_id")...)
	return append(all, p.NotPersonal("key_ring", "names the one ring there is", "name")...)
}

package person

import p "plumbline/internal/personal"

// Declarations are the personal fields of the vault.
func Declarations() []p.Declaration {
	person := p.Declaration{Table: "person", Column: "sealed", Category: p.Contact, Subject: p.Participant,
		Sources: []p.Source{p.Self, p.Colleague, p.Customer, p.Supplier}, Basis: p.Legitimate, Role: p.Processor,
		Retention: p.WhilePerson, StoredIn: p.Vault, Of: "id", AtErasure: p.WithKey, Since: "created_at",
		Derivatives: []p.Derivative{p.MemoryIndex, p.DeviceCopy, p.Report}}
	account := p.Declaration{Table: "account", Column: "sealed", Category: p.Contact, Subject: p.AccountHolder,
		Sources: []p.Source{p.Self}, Basis: p.Contract, Role: p.Controller, Retention: p.WhileAccount, StoredIn: p.Vault,
		Recipients: []p.Recipient{p.Themselves}, Of: "id", AtErasure: p.WithKey, Since: "created_at",
		Derivatives: []p.Derivative{p.MemoryIndex, p.DeviceCopy}}
	terms := map[string]p.Term{"name": p.Name, "email": p.Email, "phone": p.Phone, "function": p.Function, "locale": p.Language, "time_zone": p.TimeZone, "origins": p.Origin}
	field := func(d p.Declaration, name string, category p.Category, recipients []p.Recipient, purposes ...p.Purpose) p.Declaration {
		d.Field, d.Term, d.Category, d.Purposes = name, terms[name], category, purposes
		d.Bases = map[p.Purpose]p.Basis{}
		for _, purpose := range purposes {
			switch purpose {
			case p.Rights:
				d.Bases[purpose] = p.LegalDuty
			case p.Security:
				d.Bases[purpose] = p.Legitimate
			case p.Updates:
				d.Bases[purpose] = p.Consent
			}
		}
		if recipients != nil {
			d.Recipients = recipients
		}
		return d
	}
	team := []p.Recipient{p.ProjectTeam, p.Organisation}
	all := []p.Declaration{
		field(person, "name", p.Contact, append(team, p.SupportStaff), p.Participants, p.Record, p.Invitation, p.Support, p.Rights),
		field(person, "email", p.Contact, []p.Recipient{p.Organisation, p.MailProvider, p.SupportStaff}, p.Correspond, p.Invitation, p.Support, p.Rights),
		field(person, "phone", p.Contact, []p.Recipient{p.Organisation}, p.Correspond, p.Rights),
		field(person, "function", p.Work, append(team, p.SupportStaff), p.Participants, p.Support, p.Rights),
		field(person, "locale", p.Contact, []p.Recipient{p.Nobody}, p.LocalDates, p.Correspond, p.Invitation, p.Rights),
		field(person, "origins", p.Activity, []p.Recipient{p.Themselves}, p.Rights),

		field(account, "name", p.Contact, nil, p.SignIn, p.Security, p.Rights),
		field(account, "email", p.Contact, []p.Recipient{p.Themselves, p.MailProvider}, p.SignIn, p.Security, p.Correspond, p.Service, p.Updates, p.Rights),
		field(account, "locale", p.Contact, nil, p.SignIn, p.LocalDates, p.Correspond, p.Service, p.Updates, p.Rights),
		field(account, "time_zone", p.Location, nil, p.SignIn, p.LocalDates, p.Rights),
	}
	credentials := account
	credentials.Column, credentials.Field, credentials.Category = "credentials", "password", p.Credential
	credentials.Term, credentials.Derivatives = p.Password, nil
	credentials.Purposes, credentials.Recipients = []p.Purpose{p.SignIn}, []p.Recipient{p.Nobody}
	short := credentials
	short.Field = "short"
	all = append(all, credentials, short)

	link := p.Declaration{Table: "person", Category: p.Link, Subject: p.Participant, Sources: []p.Source{p.Automatic},
		Term: p.PersonID, Purposes: []p.Purpose{p.SignIn, p.Record, p.Rights}, Basis: p.Contract, Role: p.Processor, Retention: p.WhilePerson,
		Recipients: []p.Recipient{p.Organisation}, StoredIn: p.Clear, Links: p.PersonKind, AtErasure: p.DeleteRow, Since: "created_at"}
	all = append(all, p.Same(link, "id")...)
	login := link
	login.Term, login.Links, login.AtErasure = p.AccountID, p.AccountKind, p.ClearValue
	all = append(all, p.Same(login, "account_id")...)
	work := link
	work.Term, work.Links, work.Of = p.Membership, "", "id"
	work.Category, work.Purposes, work.Sources = p.Work, []p.Purpose{p.Participants, p.Rights}, []p.Source{p.Self, p.Colleague, p.Customer, p.Supplier}
	work.Recipients = team
	all = append(all, p.Same(work, "company_id", "state")...)
	all = append(all, p.NotPersonal("person", "says which tenant the row belongs to", "org_id")...)
	all = append(all, p.NotPersonal("person", "random, given when the person is erased", "code")...)

	mine := link
	mine.Table, mine.Column, mine.Subject, mine.Role = "account", "id", p.AccountHolder, p.Controller
	mine.Term, mine.Links = p.AccountID, p.AccountKind
	mine.Purposes, mine.Retention, mine.Recipients = []p.Purpose{p.SignIn, p.Rights}, p.WhileAccount, []p.Recipient{p.Nobody}
	all = append(all, mine)

	doomed := mine
	doomed.Table, doomed.Purposes, doomed.Basis, doomed.Retention = "doomed_key", []p.Purpose{p.Rights}, p.LegalDuty, p.OneDay
	doomed.Links, doomed.Since = p.EitherKind, ""
	all = append(all, doomed)
	all = append(all, p.NotPersonal("doomed_key", "the kind of key, not whose", "kind")...)
	all = append(all, p.NotPersonal("account_counter", "names the one counter there is", "name")...)
	all = append(all, p.NotPersonal("person_counter", "counts changes of a tenant", "org_id")...)
	return append(all, p.NotPersonal("key_ring", "names the one ring there is", "name")...)
}

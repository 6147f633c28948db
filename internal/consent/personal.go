package consent

import p "plumbline/internal/personal"

// Declarations says what of the choices is about persons: who said what about
// which purpose, when and how.
func Declarations() []p.Declaration {
	const ids, word = "random ids and the tenant", "a word of the program"
	link := p.Declaration{Table: "consent_record", Column: "subject_id", Category: p.Link, Subject: p.AccountHolder,
		Sources: []p.Source{p.Self}, Purposes: []p.Purpose{p.Rights}, Basis: p.LegalDuty, Role: p.Controller, Retention: p.ConsentYears,
		Recipients: []p.Recipient{p.Themselves, p.PrivacyOffice}, StoredIn: p.Clear, Links: p.EitherKind, AtErasure: p.DeleteRow, Since: "at"}
	said := link
	said.Category, said.Links, said.Of = p.Choice, "", "subject_id"

	account := link
	account.Table, account.Column, account.Links, account.Retention = "account_standing", "account_id", p.AccountKind, p.WhileAccount
	accountSaid := said
	accountSaid.Table, accountSaid.Of, accountSaid.Retention = "account_standing", "account_id", p.WhileAccount

	person := link
	person.Table, person.Column, person.Links, person.Subject = "person_standing", "person_id", p.PersonKind, p.Participant
	person.Role, person.Retention = p.Processor, p.WhilePerson
	personSaid := person
	personSaid.Category, personSaid.Links, personSaid.Of = p.Choice, "", "person_id"

	restricted := link
	restricted.Table, restricted.Retention, restricted.Since = "restriction", p.CaseYears, "since"
	restricted.Sources = []p.Source{p.Self, p.Automatic}
	asked := restricted
	asked.Column, asked.AtErasure, asked.Recipients = "asked_by", p.Pseudonym, []p.Recipient{p.PrivacyOffice}
	why := restricted
	why.Category, why.Links, why.Of = p.Choice, "", "subject_id"
	note := why
	note.Column, note.Category, note.StoredIn, note.AtErasure = "note", p.Request, p.Vault, p.WithKey

	unsubscribe := account
	unsubscribe.Table, unsubscribe.Since = "unsubscribe_link", "created_at"
	unsubscribe.Sources, unsubscribe.Recipients = []p.Source{p.Automatic}, []p.Recipient{p.Themselves}
	unsubscribe.Purposes, unsubscribe.Bases = []p.Purpose{p.Rights, p.Updates}, map[p.Purpose]p.Basis{p.Updates: p.Consent}

	suppressed := p.Declaration{Table: "suppression", Column: "hash", Category: p.Contact, Subject: p.Requester,
		Sources: []p.Source{p.Self}, Purposes: []p.Purpose{p.Rights}, Basis: p.LegalDuty, Role: p.Controller, Retention: p.UntilUnwanted,
		Recipients: []p.Recipient{p.Nobody}, StoredIn: p.Hashed, AtErasure: p.Pseudonym,
		NoOwner: "a keyed hash of an address: it answers whether one given address is on the list, and nothing else"}

	child := p.Declaration{Table: "child_report", Column: "person_id", Category: p.Link, Subject: p.Depicted,
		Sources: []p.Source{p.Colleague, p.Customer, p.Supplier}, Purposes: []p.Purpose{p.Rights}, Basis: p.LegalDuty, Role: p.Controller,
		Retention: p.CaseYears, Recipients: []p.Recipient{p.PrivacyOffice}, StoredIn: p.Clear, Links: p.PersonKind, AtErasure: p.Pseudonym, Since: "at"}
	childAccount := child
	childAccount.Column, childAccount.Links = "account_id", p.AccountKind
	reporter := child
	reporter.Column, reporter.Links, reporter.Sources = "reporter", p.EitherKind, []p.Source{p.Self}
	country := child
	country.Column, country.Category, country.Links, country.Of, country.AtErasure = "country", p.Location, "", "person_id", p.ClearValue
	told := country
	told.Column, told.Category, told.StoredIn = "description", p.Content, p.Bucket
	decider := reporter
	decider.Column, decider.Subject = "decided_by", p.StaffMember

	var all []p.Declaration
	for _, some := range [][]p.Declaration{
		{link, account, person, restricted, asked, note, unsubscribe, suppressed, child, childAccount, reporter, country, told, decider},
		p.Same(said, "purpose", "word", "text_version", "locale", "channel", "ui_hash", "at"),
		p.Same(accountSaid, "about", "word", "at"),
		p.Same(personSaid, "about", "word", "at"),
		p.Same(why, "ground", "since"),
		p.NotPersonal("consent_record", ids, "id", "org_id"),
		p.NotPersonal("consent_record", word, "subject_kind"),
		p.NotPersonal("consent_text", "what everybody is asked with", "version", "purpose", "locale", "text"),
		p.NotPersonal("account_standing", ids, "ref"),
		p.NotPersonal("person_standing", ids, "org_id", "ref"),
		p.NotPersonal("restriction", ids, "id", "org_id"),
		p.NotPersonal("restriction", word, "subject_kind"),
		p.NotPersonal("suppression", word, "reason"),
		p.NotPersonal("suppression_secret", "a secret of the server, sealed", "name", "sealed"),
		p.NotPersonal("unsubscribe_link", "the hash of a random token", "hash"),
		p.NotPersonal("unsubscribe_link", word, "purpose"),
		p.NotPersonal("child_report", ids, "id", "org_id"),
		p.NotPersonal("child_report", word, "state"),
	} {
		all = append(all, some...)
	}
	return all
}

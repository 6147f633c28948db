package mail

import p "plumbline/internal/personal"

// Declarations says what of the queue of mail is about persons: whom a mail is
// for, in which language, and when it went. The address is never here.
func Declarations() []p.Declaration {
	who := p.Declaration{Table: "mail", Category: p.Link, Subject: p.Participant, Sources: []p.Source{p.Automatic},
		Purposes: []p.Purpose{p.Correspond}, Basis: p.Contract, Role: p.Processor, Retention: p.UntilSent,
		Recipients: []p.Recipient{p.Nobody}, StoredIn: p.Clear}
	language, when := who, who
	language.Category, when.Category = p.Contact, p.Usage
	all := p.Same(who, "recipient_id")
	all = append(all, p.Same(language, "locale")...)
	all = append(all, p.Same(when, "sent_at")...)
	all = append(all, p.NotPersonal("mail", "random ids of things and the tenant", "id", "org_id", "data")...)
	return append(all, p.NotPersonal("mail", "a word of the program", "recipient_kind", "template", "state", "note")...)
}

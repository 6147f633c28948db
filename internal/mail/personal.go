package mail

import (
	"slices"
	"strings"

	p "plumbline/internal/personal"
)

// Declarations says what of the queue of mail is about persons: whom a mail is
// for, in which language, and when it went. The address is never here.
func Declarations() []p.Declaration {
	who := p.Declaration{Table: "mail", Category: p.Link, Term: p.PersonID, Subject: p.Participant, Sources: []p.Source{p.Automatic},
		Purposes: []p.Purpose{p.Correspond, p.Rights}, Basis: p.Contract, Role: p.Processor, Retention: p.UntilSent,
		Recipients: []p.Recipient{p.Nobody}, StoredIn: p.Clear, Since: "created_at", Links: p.EitherKind, AtErasure: p.DeleteRow}
	language := who
	language.Links, language.Of = "", "recipient_id"
	when := language
	language.Category, language.Term, when.Category, when.Term = p.Contact, p.Language, p.Usage, p.When
	all := p.Same(who, "recipient_id")
	all = append(all, p.Same(language, "locale")...)
	all = append(all, p.Same(when, "sent_at")...)
	all = append(all, p.NotPersonal("mail", "random ids of things and the tenant", "id", "org_id", "data")...)
	return append(all, p.NotPersonal("mail", "a word of the program", "recipient_kind", "template", "state", "note", "purpose")...)
}

// Outbound are the fields of a Letter, which is all that leaves through the
// mail server.
func Outbound() []p.Outbound {
	to := p.Part{Category: p.Contact, Term: p.Email, Subject: p.Participant, Sources: []p.Source{p.Self, p.Colleague, p.Customer, p.Supplier},
		Purposes: []p.Purpose{p.Correspond, p.Invitation, p.Security, p.Rights}, Basis: p.Contract, Role: p.Processor, Retention: p.UntilSent,
		Recipients: []p.Recipient{p.MailProvider}, StoredIn: p.Vault, AtErasure: p.WithKey}
	language := to
	language.Term, language.StoredIn, language.AtErasure = p.Language, p.Clear, p.DeleteRow
	fields := map[string]p.Part{"to": to, "language": language}
	for field, because := range map[string]string{
		"id":          "a random id and the name of the installation",
		"date":        "when the mail was queued",
		"unsubscribe": "a link with a random token",
		"from":        "the installation's own address",
		"subject":     "a text of the program, the same for everybody",
		"text":        "a text of the program and a link; the mail itself holds no personal data",
		"html":        "a text of the program and a link; the mail itself holds no personal data",
	} {
		fields[field] = p.Part{NotPersonal: because}
	}
	all := make([]p.Outbound, 0, len(fields))
	for field, part := range fields {
		all = append(all, p.Outbound{Client: "mail", Field: field, Part: part})
	}
	slices.SortFunc(all, func(a, b p.Outbound) int { return strings.Compare(a.Field, b.Field) })
	return all
}

package disclosure

import p "plumbline/internal/personal"

// Declarations says what of the ledger is about persons: whose data it was, who
// received it, who caused it, and when.
func Declarations() []p.Declaration {
	row := p.Declaration{Category: p.Disclosed, Term: p.Recipience, Subject: p.Participant, Sources: []p.Source{p.Automatic},
		Purposes: []p.Purpose{p.Rights}, Basis: p.LegalDuty, Role: p.Processor, Retention: p.WhilePerson,
		Recipients: []p.Recipient{p.Themselves, p.PrivacyOffice}, StoredIn: p.Clear, Derivatives: []p.Derivative{p.Backup}, Of: "who_id", AtErasure: p.Pseudonym}
	// Who received or caused it is somebody too.
	link := row
	link.Of, link.Links, link.Category, link.Term = "", p.EitherKind, p.Link, p.PersonID
	with := func(d p.Declaration, table, since string, columns ...string) []p.Declaration {
		d.Table, d.Since = table, since
		return p.Same(d, columns...)
	}
	const ids, word = "random ids and the tenant", "a word of the program"
	var all []p.Declaration
	for _, some := range [][]p.Declaration{
		with(link, "disclosure", "at", "who_id", "recipient_id", "by_id"),
		with(row, "disclosure", "at", "recipient_kind", "fields", "purpose", "why", "at"),
		with(link, "disclosure_owed", "owed_at", "who_id", "recipient_id", "done_by"),
		with(row, "disclosure_owed", "owed_at", "recipient_kind", "act", "owed_at", "done_at"),
		p.NotPersonal("disclosure", ids, "org_id", "id"),
		p.NotPersonal("disclosure", word, "who_kind"),
		p.NotPersonal("disclosure_owed", ids, "org_id", "id"),
		p.NotPersonal("disclosure_owed", word, "who_kind"),
	} {
		all = append(all, some...)
	}
	return all
}

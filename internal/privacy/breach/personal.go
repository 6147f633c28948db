package breach

import p "plumbline/internal/personal"

// Declarations are the personal columns of the slice.
func Declarations() []p.Declaration {
	noted := p.Declaration{Table: "breach", Column: "sealed", Category: p.Content, Term: p.Written, Subject: p.Depicted, Sources: []p.Source{p.Colleague},
		Purposes: []p.Purpose{p.Rights}, Basis: p.LegalDuty, Role: p.Controller, Retention: p.CaseYears,
		Recipients: []p.Recipient{p.PrivacyOffice, p.Authority}, StoredIn: p.Sealed, AtErasure: p.KeepContent,
		NoOwner: "a text about what happened; it need name nobody"}
	all := append([]p.Declaration{noted}, p.NotPersonal("breach", "ids, words of the program and numbers", "org_id", "id", "state", "facts")...)

	who := p.Declaration{Table: "breach_person", Column: "who_id", Category: p.Link, Term: p.PersonID, Subject: p.Participant, Sources: []p.Source{p.Automatic},
		Purposes: []p.Purpose{p.Rights}, Basis: p.LegalDuty, Role: p.Processor, Retention: p.CaseYears,
		Recipients: []p.Recipient{p.Themselves, p.PrivacyOffice}, StoredIn: p.Clear, Links: p.EitherKind, AtErasure: p.Pseudonym}
	all = append(all, who)
	all = append(all, p.NotPersonal("breach_person", "ids of things and a word of the program", "org_id", "breach_id", "who_kind", "who_org")...)

	by := who
	by.Table, by.Column, by.Subject = "breach_step", "actor_id", p.StaffMember
	all = append(all, by)
	return append(all, p.NotPersonal("breach_step", "ids of things, words of the program", "org_id", "id", "breach_id", "kind", "party")...)
}

package cases

import p "plumbline/internal/personal"

// Declarations are the personal columns of the slice.
func Declarations() []p.Declaration {
	asked := p.Declaration{Table: "dsr", Category: p.Request, Term: p.RequestText, Subject: p.Requester, Sources: []p.Source{p.Self},
		Purposes: []p.Purpose{p.Rights}, Basis: p.LegalDuty, Role: p.Controller, Retention: p.CaseYears,
		Recipients: []p.Recipient{p.Themselves, p.PrivacyOffice}, StoredIn: p.Bucket, AtErasure: p.WithKey}
	own := "a case is found by its request, which has a key of its own"
	var all []p.Declaration
	who := asked
	who.Table, who.Column, who.Category, who.Term, who.Links, who.StoredIn, who.AtErasure = "dsr_case", "who_id", p.Link, p.PersonID, p.EitherKind, p.Clear, p.Pseudonym
	facts := who
	facts.Column, facts.Links, facts.Of, facts.Category, facts.Term, facts.AtErasure = "", "", "who_id", p.Request, p.RequestText, p.Pseudonym
	said := asked
	said.Table, said.Column, said.NoOwner = "dsr_case", "sealed", own
	said.Sources = []p.Source{p.Colleague}
	all = append(all, who, said)
	all = append(all, p.Same(facts, "facts", "state", "due_on")...)
	all = append(all, p.NotPersonal("dsr_case", "ids of things, and a word of the program", "org_id", "id", "request_id", "who_kind")...)

	up := who
	up.Table, up.Column, up.Links, up.Subject, up.Role = "dsr_upstream", "party_id", p.PersonKind, p.Participant, p.Processor
	all = append(all, up)
	return append(all, p.NotPersonal("dsr_upstream", "ids of things, and words of the program", "org_id", "id", "case_id", "source", "act")...)
}

package plan

import p "plumbline/internal/personal"

// Declarations are the columns of what is known of erasures: random ids that
// mean nobody once the erasure is done, codes and instants. A claim record alone
// holds words, sealed under the key of its bucket.
func Declarations() []p.Declaration {
	const ids, word = "random ids and the tenant", "a word of the program"
	asked := p.Declaration{Table: "erasure", Column: "asked_by", Category: p.Link, Term: p.RequestText, Subject: p.AccountHolder,
		Sources: []p.Source{p.Automatic}, Purposes: []p.Purpose{p.Rights}, Basis: p.LegalDuty, Role: p.Controller, Retention: p.CaseYears,
		Recipients: []p.Recipient{p.Themselves, p.PrivacyOffice}, StoredIn: p.Clear, Links: p.EitherKind, AtErasure: p.Pseudonym, Since: "requested_at"}
	planned := asked
	planned.Column, planned.Inside = "plan", true
	of := asked
	of.Table, of.Column, of.Since = "erasure_subject", "subject_id", ""
	called := of
	called.Column, called.Category, called.Links, called.Of = "code", p.Work, "", "subject_id"

	place := of
	place.Table, place.Links, place.Role, place.Subject = "erasure_place", p.PersonKind, p.Processor, p.Participant
	place.Recipients = []p.Recipient{p.Organisation}
	where := place
	where.Category, where.Term, where.Links, where.Of = p.Content, p.Written, "", "subject_id"
	where.AtErasure = p.Pseudonym
	decided := place
	decided.Column, decided.Since = "decided_by", "decided_at"

	claim := place
	claim.Table, claim.Purposes, claim.Basis, claim.Retention, claim.Since = "claim_record", []p.Purpose{p.Claims, p.Rights}, p.Legitimate, p.ByClaimsLaw, "created_at"
	claim.Term = p.PersonID
	kept := claim
	kept.Category, kept.Term, kept.Links, kept.Of, kept.StoredIn = p.Work, p.Function, "", "subject_id", p.Bucket

	var all []p.Declaration
	for _, some := range [][]p.Declaration{
		{asked, planned, of, called, place, decided, claim},
		p.NotPersonal("erasure", ids, "id", "case_id"),
		p.NotPersonal("erasure", word, "state", "ground"),
		p.NotPersonal("erasure", "a hash of decisions, which name no value", "plan_hash"),
		p.NotPersonal("erasure_subject", ids, "erasure_id", "org_id"),
		p.NotPersonal("erasure_subject", word, "kind", "step"),
		p.NotPersonal("erasure_link", "a hash of a secret, and the random id of an erasure", "hash", "erasure_id"),
		p.Same(where, "spans", "mark"),
		p.NotPersonal("erasure_place", ids, "org_id", "id", "erasure_id", "row_id", "project_id", "thing_id"),
		p.NotPersonal("erasure_place", word, "kind", "tab", "col", "thing_kind", "state"),
		p.NotPersonal("erasure_place", "randomness", "salt"),
		p.Same(kept, "sealed"),
		p.NotPersonal("claim_record", ids, "org_id", "id", "bucket"),
		p.NotPersonal("claim_record", "a word of the program, and of the law", "class", "article", "law", "until"),
	} {
		all = append(all, some...)
	}
	return all
}

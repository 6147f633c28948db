package policytext

import (
	"slices"

	p "plumbline/internal/personal"
)

// Declarations says what of the policy is about persons: which account was
// told of a version, and when.
func Declarations() []p.Declaration {
	who := p.Declaration{Table: "policy_notice", Column: "account_id", Category: p.Link, Term: p.AccountID, Subject: p.AccountHolder,
		Sources: []p.Source{p.Automatic}, Purposes: []p.Purpose{p.Rights}, Basis: p.LegalDuty, Role: p.Controller, Retention: p.WhileAccount,
		Recipients: []p.Recipient{p.Themselves, p.PrivacyOffice}, StoredIn: p.Clear, Links: p.AccountKind, Since: "told_at",
		AtErasure: p.DeleteRow, Derivatives: []p.Derivative{p.Backup}}
	when := who
	when.Category, when.Term, when.Links, when.Of = p.Usage, p.When, "", "account_id"
	const text = "what the policy says and when, the same for all"
	return slices.Concat(
		[]p.Declaration{who},
		p.Same(when, "told_at", "mailed_at", "seen_at"),
		p.NotPersonal("policy_notice", "random ids, and a word of the program", "id", "mail_id", "mail_state"),
		p.NotPersonal("policy_version", text, "id", "facts", "material"),
		p.NotPersonal("policy_text", text, "language", "body"),
	)
}

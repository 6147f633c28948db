package sweep

import p "plumbline/internal/personal"

// Declarations says what of the sweeps is about persons: when an account was
// last used, and who of the staff decided.
func Declarations() []p.Declaration {
	used := p.Declaration{Table: "account_use", Column: "account_id", Category: p.Link, Subject: p.AccountHolder, Sources: []p.Source{p.Automatic},
		Purposes: []p.Purpose{p.Rights}, Basis: p.LegalDuty, Role: p.Controller, Retention: p.WhileAccount, Recipients: []p.Recipient{p.Nobody},
		StoredIn: p.Clear, Links: p.AccountKind, AtErasure: p.DeleteRow}
	when := used
	when.Column, when.Category, when.Term, when.Links, when.Of = "used_at", p.Usage, p.LastSeen, "", "account_id"
	notice := used
	notice.Table, notice.Since = "unused_notice", "at"
	stage := when
	stage.Table, stage.Column, stage.Term, stage.Since = "unused_notice", "stage", "", "at"
	decided := used
	decided.Table, decided.Column, decided.Subject, decided.AtErasure = "sweep_run", "decided_by", p.StaffMember, p.Pseudonym
	decided.Retention, decided.Recipients, decided.Since = p.ThreeYears, []p.Recipient{p.PrivacyOffice}, "at"
	return append([]p.Declaration{used, when, notice, stage, decided},
		p.NotPersonal("sweep_run", "a random id and words of the program", "id", "rule", "state")...)
}

package letterbox

import p "plumbline/internal/personal"

// Declarations are the personal columns of the slice.
func Declarations() []p.Declaration {
	asked := p.Declaration{Table: "dsr", Category: p.Request, Term: p.RequestText, Subject: p.Requester, Sources: []p.Source{p.Self},
		Purposes: []p.Purpose{p.Rights}, Basis: p.LegalDuty, Role: p.Controller, Retention: p.CaseYears,
		Recipients: []p.Recipient{p.Themselves, p.PrivacyOffice}, StoredIn: p.Bucket, AtErasure: p.WithKey}
	// A request can be of somebody who stands nowhere else. Its own key goes when
	// it is closed and somebody was erased on it, or three years later.
	own := "a request is found by its secret link or by its case, and has a key of its own"
	text := asked
	text.Column, text.NoOwner = "sealed", own
	of := asked
	of.Category, of.Term, of.StoredIn, of.AtErasure, of.NoOwner = p.Contact, p.Language, p.Clear, p.DeleteRow, own
	all := append([]p.Declaration{text}, p.Same(of, "locale")...)
	wanted := of
	wanted.Category, wanted.Term = p.Request, p.RequestText
	all = append(all, p.Same(wanted, "wanted_org", "received_on")...)
	all = append(all, p.NotPersonal("dsr", "ids and words of the program", "id", "bucket", "channel", "state")...)

	link := of
	link.Table, link.Column, link.Category, link.Term, link.StoredIn = "dsr_link", "hash", p.Credential, p.Secret, p.Hashed
	all = append(all, link)
	all = append(all, p.NotPersonal("dsr_link", "the id of a request", "request_id")...)
	return all
}

package apitoken

import p "plumbline/internal/personal"

// Declarations are the personal columns of the slice.
func Declarations() []p.Declaration {
	base := p.Declaration{Table: "api_token", Category: p.Link, Term: p.SessionID, Subject: p.AccountHolder, Sources: []p.Source{p.Self},
		Purposes: []p.Purpose{p.SignIn, p.Security, p.Rights}, Basis: p.Contract, Role: p.Controller, Retention: p.WhileSession,
		Recipients: []p.Recipient{p.Themselves}, StoredIn: p.Clear, Of: "account_id", AtErasure: p.DeleteRow}
	owner := base
	owner.Column, owner.Term, owner.Of, owner.Links = "account_id", p.AccountID, "", p.AccountKind
	hash := base
	hash.Column, hash.Category, hash.Term, hash.StoredIn, hash.Recipients = "hash", p.Credential, p.Secret, p.Hashed, []p.Recipient{p.Nobody}
	name := base
	name.Column, name.Category, name.Term, name.StoredIn = "sealed", p.Content, p.Written, p.Sealed
	used := base
	used.Column, used.Category, used.Term, used.Sources = "used_at", p.Usage, p.LastSeen, []p.Source{p.Automatic}
	return append(p.Same(base, "id", "to_org", "to_project"), owner, hash, name, used)
}

package mutation

import p "plumbline/internal/personal"

// Declarations are the personal columns of table mutation.
func Declarations() []p.Declaration {
	did := p.Declaration{
		Table: "mutation", Category: p.Activity, Term: p.When, Subject: p.AccountHolder, Sources: []p.Source{p.Automatic},
		Purposes: []p.Purpose{p.Service, p.Rights}, Basis: p.Contract, Role: p.Controller, Retention: p.NinetyDays,
		Recipients: []p.Recipient{p.Nobody}, StoredIn: p.Clear, Of: "account", Since: "at", AtErasure: p.DeleteRow,
	}
	who := did
	who.Category, who.Term, who.Of, who.Links = p.Link, p.AccountID, "", p.AccountKind
	all := append(p.Same(who, "account"), p.Same(did, "at", "thing_id")...)
	return append(all, p.NotPersonal("mutation", "random ids of writes, the tenant, a hash of the operation, names of fields",
		"org_id", "id", "fingerprint", "conflicts")...)
}

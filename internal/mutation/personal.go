package mutation

import p "plumbline/internal/personal"

// Declarations are the personal columns of table mutation.
func Declarations() []p.Declaration {
	all := []p.Declaration{{
		Table: "mutation", Column: "account", Category: p.Link, Subject: p.AccountHolder, Sources: []p.Source{p.Automatic},
		Purposes: []p.Purpose{p.Service}, Basis: p.Contract, Role: p.Controller, Retention: p.NinetyDays,
		Recipients: []p.Recipient{p.Nobody}, StoredIn: p.Clear,
	}, {
		Table: "mutation", Column: "at", Category: p.Activity, Subject: p.AccountHolder, Sources: []p.Source{p.Automatic},
		Purposes: []p.Purpose{p.Service}, Basis: p.Contract, Role: p.Controller, Retention: p.NinetyDays,
		Recipients: []p.Recipient{p.Nobody}, StoredIn: p.Clear,
	}}
	return append(all, p.NotPersonal("mutation", "random ids of writes and things, the tenant, a hash of the operation, names of fields",
		"org_id", "id", "thing_id", "fingerprint", "conflicts")...)
}

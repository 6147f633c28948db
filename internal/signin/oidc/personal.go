package oidc

import p "plumbline/internal/personal"

// Declarations are the personal columns of the slice.
func Declarations() []p.Declaration {
	base := p.Declaration{Table: "identity_link", Column: "account_id", Category: p.Link, Term: p.AccountID, Subject: p.AccountHolder, Sources: []p.Source{p.Automatic},
		Purposes: []p.Purpose{p.SignIn, p.Security, p.Rights}, Basis: p.Contract, Role: p.Controller, Retention: p.WhileAccount,
		Recipients: []p.Recipient{p.Themselves}, StoredIn: p.Clear, Links: p.AccountKind, AtErasure: p.DeleteRow}
	with := func(table, column string, change func(*p.Declaration)) p.Declaration {
		d := base
		d.Table, d.Column = table, column
		if table == "identity_step" {
			d.Retention = p.OneHour
		}
		change(&d)
		return d
	}
	owned := func(d *p.Declaration) { d.Links, d.Of = "", "account_id" }
	all := []p.Declaration{base,
		with("identity_link", "provider", func(d *p.Declaration) { owned(d); d.Category, d.Term = p.Usage, p.Written }),
		with("identity_link", "hash", func(d *p.Declaration) {
			owned(d)
			d.Category, d.Term, d.StoredIn, d.Recipients = p.Credential, p.Secret, p.Hashed, []p.Recipient{p.Nobody}
		}),
		with("identity_link", "used_at", func(d *p.Declaration) {
			owned(d)
			d.Category, d.Term, d.Recipients = p.Usage, p.When, []p.Recipient{p.Themselves, p.IdentityProvider}
		}),
		with("identity_step", "account_id", func(*p.Declaration) {}),
		with("identity_step", "session_id", func(d *p.Declaration) { owned(d); d.Term = p.SessionID }),
		with("identity_step", "hash", func(d *p.Declaration) {
			owned(d)
			d.Category, d.Term, d.StoredIn, d.Recipients = p.Credential, p.Secret, p.Hashed, []p.Recipient{p.Nobody}
		}),
	}
	all = append(all, p.NotPersonal("identity_link", "a random id", "id")...)
	return append(all, p.NotPersonal("identity_step", "a word of the configuration, and random bytes that are used once", "provider", "nonce", "verifier")...)
}

// Outbound is what of a person a provider learns from us: that they sign in
// here, now. Who they are it knows.
func Outbound() []p.Outbound {
	return []p.Outbound{{Client: "oidc", Field: "moment", Part: p.Part{Category: p.Usage, Term: p.When, Subject: p.AccountHolder, Sources: []p.Source{p.Automatic},
		Purposes: []p.Purpose{p.SignIn}, Basis: p.Contract, Role: p.Controller, Retention: p.WhileAccount,
		Recipients: []p.Recipient{p.IdentityProvider}, StoredIn: p.Clear, AtErasure: p.DeleteRow}}}
}

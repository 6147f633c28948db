package factor

import p "plumbline/internal/personal"

// Declarations are the personal columns of the slice.
func Declarations() []p.Declaration {
	base := p.Declaration{Table: "factor", Category: p.Credential, Term: p.Secret, Subject: p.AccountHolder, Sources: []p.Source{p.Self},
		Purposes: []p.Purpose{p.SignIn, p.Security}, Basis: p.Contract, Role: p.Controller, Retention: p.WhileAccount,
		Recipients: []p.Recipient{p.Nobody}, StoredIn: p.Sealed, Of: "account_id", AtErasure: p.DeleteRow}
	own := func(table, column string, keep p.Retention) p.Declaration {
		d := base
		d.Table, d.Column, d.Category, d.Term, d.Of, d.Links = table, column, p.Link, p.AccountID, "", p.AccountKind
		d.StoredIn, d.Retention, d.Recipients, d.Purposes = p.Clear, keep, []p.Recipient{p.Themselves}, []p.Purpose{p.SignIn, p.Security, p.Rights}
		return d
	}
	sealed, name := base, own("factor", "name", p.WhileAccount)
	sealed.Column = "sealed"
	name.Category, name.Term, name.Of, name.Links, name.StoredIn = p.Content, p.Written, "account_id", "", p.Sealed
	hashed := func(table string, keep p.Retention) p.Declaration {
		d := base
		d.Table, d.Column, d.StoredIn, d.Retention = table, "hash", p.Hashed, keep
		return d
	}
	all := []p.Declaration{own("factor", "account_id", p.WhileAccount), sealed, name,
		own("recovery_code", "account_id", p.WhileAccount), hashed("recovery_code", p.WhileAccount),
		own("proof_step", "account_id", p.OneHour), hashed("proof_step", p.OneHour)}
	all = append(all, p.NotPersonal("factor", "a random id, and a word of the program", "id", "kind")...)
	return append(all, p.NotPersonal("proof_step", "a word of the program, and random bytes that are used once", "kind", "challenge")...)
}

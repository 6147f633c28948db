package signin

import p "plumbline/internal/personal"

// Declarations are the personal columns of the slice.
func Declarations() []p.Declaration {
	base := p.Declaration{Category: p.Link, Subject: p.AccountHolder, Sources: []p.Source{p.Automatic}, Purposes: []p.Purpose{p.SignIn, p.Security},
		Basis: p.Contract, Role: p.Controller, Retention: p.WhileSession, Recipients: []p.Recipient{p.Themselves}, StoredIn: p.Clear}
	with := func(table, column string, change func(*p.Declaration)) p.Declaration {
		d := base
		d.Table, d.Column = table, column
		if change != nil {
			change(&d)
		}
		return d
	}
	credential := func(keep p.Retention) func(*p.Declaration) {
		return func(d *p.Declaration) {
			d.Category, d.Retention, d.StoredIn, d.Recipients = p.Credential, keep, p.Hashed, []p.Recipient{p.Nobody}
		}
	}
	keep := func(r p.Retention) func(*p.Declaration) { return func(d *p.Declaration) { d.Retention = r } }
	all := []p.Declaration{
		with("session", "id", nil),
		with("session", "account_id", nil),
		with("session", "hash", credential(p.WhileSession)),
		with("session", "agent", func(d *p.Declaration) { d.Category = p.Device }),
		with("session", "last_seen_at", func(d *p.Declaration) { d.Category = p.Usage }),
		with("device", "account_id", keep(p.OneYear)),
		with("device", "hash", credential(p.OneYear)),
		with("reset_link", "account_id", keep(p.OneHour)),
		with("reset_link", "hash", credential(p.OneHour)),
		// An address or e-mail, under a secret of the server.
		with("attempt", "key", func(d *p.Declaration) {
			d.Category, d.Subject, d.Basis, d.Retention = p.Connection, p.Visitor, p.Legitimate, p.OneDay
			d.Purposes, d.StoredIn, d.Recipients = []p.Purpose{p.Security}, p.Hashed, []p.Recipient{p.Nobody}
		}),
	}
	return append(all, p.NotPersonal("server_secret", "a secret of the server, not of a person", "name", "sealed")...)
}

package signin

import (
	p "plumbline/internal/personal"
	"plumbline/internal/signin/apitoken"
	"plumbline/internal/signin/factor"
	"plumbline/internal/signin/oidc"
)

// Declarations are the personal columns of the slice.
func Declarations() []p.Declaration {
	base := p.Declaration{Category: p.Link, Term: p.SessionID, Subject: p.AccountHolder, Sources: []p.Source{p.Automatic},
		Purposes: []p.Purpose{p.SignIn, p.Security, p.Rights}, Basis: p.Contract, Role: p.Controller, Retention: p.WhileSession,
		Recipients: []p.Recipient{p.Themselves}, StoredIn: p.Clear, Of: "account_id", AtErasure: p.DeleteRow}
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
			d.Term = p.Secret
		}
	}
	owner := func(r p.Retention) func(*p.Declaration) {
		return func(d *p.Declaration) {
			d.Retention, d.Term, d.Of, d.Links = r, p.AccountID, "", p.AccountKind
		}
	}
	all := []p.Declaration{
		with("session", "id", nil),
		with("session", "account_id", owner(p.WhileSession)),
		with("session", "hash", credential(p.WhileSession)),
		with("session", "agent", func(d *p.Declaration) { d.Category, d.Term = p.Device, p.UserAgent }),
		with("session", "last_seen_at", func(d *p.Declaration) { d.Category, d.Term = p.Usage, p.LastSeen }),
		with("session", "confirmed_at", func(d *p.Declaration) { d.Category, d.Term = p.Usage, p.LastSeen }),
		with("device", "account_id", owner(p.OneYear)),
		with("device", "hash", credential(p.OneYear)),
		with("reset_link", "account_id", owner(p.OneHour)),
		with("reset_link", "hash", credential(p.OneHour)),
		// An address or e-mail, under a secret of the server.
		with("attempt", "key", func(d *p.Declaration) {
			d.Category, d.Subject, d.Basis, d.Retention = p.Connection, p.Visitor, p.Legitimate, p.OneDay
			d.Purposes, d.StoredIn, d.Recipients = []p.Purpose{p.Security}, p.Hashed, []p.Recipient{p.Nobody}
			d.Term, d.Of, d.NoOwner = p.Address, "", "a hash under a secret of the server; nothing says whose it is"
		}),
	}
	all = append(append(append(all, apitoken.Declarations()...), factor.Declarations()...), oidc.Declarations()...)
	return append(all, p.NotPersonal("server_secret", "a secret of the server, not of a person", "name", "sealed")...)
}

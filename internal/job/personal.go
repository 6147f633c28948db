package job

import p "plumbline/internal/personal"

// Declarations says what of the queue is about persons: who asked for what.
func Declarations() []p.Declaration {
	who := p.Declaration{Table: "job", Category: p.Link, Term: p.PersonID, Subject: p.Participant, Sources: []p.Source{p.Automatic},
		Purposes: []p.Purpose{p.Service, p.Rights}, Basis: p.Contract, Role: p.Processor, Retention: p.ThirtyDays,
		Recipients: []p.Recipient{p.ProjectTeam}, StoredIn: p.Clear, Links: p.EitherKind, Since: "created_at", AtErasure: p.ClearValue}
	all := p.Same(who, "actor")
	all = append(all, p.NotPersonal("job", "random ids of things and the tenant", "id", "org_id", "payload", "unique_key", "thing_id")...)
	return append(all, p.NotPersonal("job", "a word of the program, or randomness", "kind", "state", "note", "lease")...)
}

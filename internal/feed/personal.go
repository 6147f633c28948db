package feed

import p "plumbline/internal/personal"

// Declarations says what of the log is about persons: who acted, and when. The
// values beside it are what people wrote, never a field of the vault.
func Declarations() []p.Declaration {
	who := p.Declaration{Table: "feed_change", Category: p.Link, Subject: p.Participant, Sources: []p.Source{p.Automatic},
		Purposes: []p.Purpose{p.Record, p.Participants}, Basis: p.Contract, Role: p.Processor, Retention: p.WhileProject,
		Recipients: []p.Recipient{p.ProjectTeam}, StoredIn: p.Clear}
	did := who
	did.Category, did.Purposes = p.Activity, []p.Purpose{p.Record}
	said := did
	said.Table, said.Category, said.Subject, said.Sources = "feed_value", p.Content, p.Depicted, []p.Source{p.Self, p.Colleague}
	const ids, word = "random ids, the tenant and numbers", "a word of the program"
	var all []p.Declaration
	for _, some := range [][]p.Declaration{
		p.Same(who, "actor", "thing_id"), // a thing can be a person
		p.Same(did, "at"),
		p.Same(said, "before", "after"),
		p.NotPersonal("feed_stream", ids, "stream", "org_id"),
		p.NotPersonal("feed_change", ids, "stream", "org_id", "mutation"),
		p.NotPersonal("feed_change", word, "via", "thing_kind", "kind"),
		p.NotPersonal("feed_change", "salted hashes; the salt goes with the values", "leaves", "commitment"),
		p.NotPersonal("feed_value", ids, "stream", "org_id"),
		p.NotPersonal("feed_value", word, "field"),
		p.NotPersonal("feed_value", "randomness", "salt"),
		p.NotPersonal("feed_audience", ids, "audience", "org_id"),
		p.NotPersonal("feed_delivery", ids, "audience", "org_id", "stream"),
		p.NotPersonal("feed_delivery", word, "thing_kind", "kind"),
		p.Same(delivered(who), "thing_id"),
	} {
		all = append(all, some...)
	}
	return all
}

func delivered(d p.Declaration) p.Declaration {
	d.Table, d.Retention = "feed_delivery", p.NinetyDays
	return d
}

package feed

import p "plumbline/internal/personal"

// Declarations says what of the log is about persons: who acted, and when. The
// values beside it are what people wrote, never a field of the vault.
func Declarations() []p.Declaration {
	did := p.Declaration{Table: "feed_change", Category: p.Activity, Term: p.When, Subject: p.Participant, Sources: []p.Source{p.Automatic},
		Purposes: []p.Purpose{p.Record, p.Rights}, Basis: p.Contract, Role: p.Processor, Retention: p.WhileProject,
		Recipients: []p.Recipient{p.ProjectTeam}, StoredIn: p.Clear, Of: "actor", Since: "at", AtErasure: p.Pseudonym,
		Derivatives: []p.Derivative{p.DeviceCopy}}
	who := did
	who.Category, who.Term, who.Of, who.Links = p.Link, p.Authorship, "", p.PersonKind
	who.Purposes = []p.Purpose{p.Record, p.Participants, p.Rights}
	thing := who
	thing.Term, thing.Links = p.PersonID, p.EitherKind
	said := did
	said.Table, said.Category, said.Term, said.Subject, said.Sources = "feed_value", p.Content, p.Written, p.Depicted, []p.Source{p.Self, p.Colleague}
	said.AtErasure, said.Of, said.Since = p.KeepContent, "", ""
	said.Through = &p.Through{Table: "feed_change", On: [][2]string{{"stream", "stream"}, {"number", "number"}}, Of: "actor"}
	delivered := thing
	delivered.Table, delivered.Retention = "feed_delivery", p.NinetyDays
	// An audience can be one account, or a person in charge on a project.
	audience := thing
	stream := thing
	stream.Term, stream.Links, stream.Prefix, stream.Subject, stream.Role = p.AccountID, p.AccountKind, "account:", p.AccountHolder, p.Controller
	audience.Table, audience.Inside, audience.Since, audience.Purposes = "feed_audience", true, "", []p.Purpose{p.Service, p.Rights}
	heard := audience
	heard.Table, heard.Links, heard.Inside, heard.Retention = "feed_delivery", "", false, p.NinetyDays
	heard.NoOwner = "who may hear of a change: the same word as feed_audience.audience, which says whose it is"
	const ids, word = "random ids, the tenant and numbers", "a word of the program"
	var all []p.Declaration
	for _, some := range [][]p.Declaration{
		p.Same(who, "actor"),
		p.Same(thing, "thing_id"), // a thing can be a person
		p.Same(did, "at"),
		p.Same(said, "before", "after"),
		p.Same(of(stream, "feed_stream"), "stream"), // "account:ID" is an account's; others are a project's or an organisation's
		p.Same(stream, "stream"),
		p.NotPersonal("feed_stream", ids, "org_id"),
		p.NotPersonal("feed_change", ids, "org_id", "mutation"),
		p.NotPersonal("feed_change", word, "via", "thing_kind", "kind"),
		p.NotPersonal("feed_change", "salted hashes; the salt goes with the values", "leaves", "commitment"),
		p.NotPersonal("feed_value", ids, "stream", "org_id"),
		p.NotPersonal("feed_value", word, "field"),
		p.NotPersonal("feed_value", "randomness", "salt"),
		p.Same(audience, "audience"),
		p.NotPersonal("feed_audience", ids, "org_id"),
		p.NotPersonal("feed_delivery", ids, "org_id", "stream"),
		p.NotPersonal("feed_delivery", word, "thing_kind", "kind"),
		p.Same(delivered, "thing_id"),
		p.Same(heard, "audience"),
	} {
		all = append(all, some...)
	}
	return all
}

func of(d p.Declaration, table string) p.Declaration {
	d.Table, d.Since = table, ""
	return d
}

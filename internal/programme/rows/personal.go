package rows

import p "plumbline/internal/personal"

// Declarations are the columns of the programme's tables.
func Declarations() []p.Declaration {
	words := p.Declaration{Table: "activity", Category: p.Content, Term: p.Written, Subject: p.Depicted, Sources: []p.Source{p.Self, p.Colleague},
		Purposes: []p.Purpose{p.Record, p.Rights}, Basis: p.Contract, Role: p.Processor, Retention: p.WhileProject,
		Recipients: []p.Recipient{p.ProjectTeam}, StoredIn: p.Clear, AtErasure: p.KeepContent,
		Derivatives: []p.Derivative{p.DeviceCopy, p.LogValue}}
	link := words
	link.Category, link.Term, link.Subject, link.Sources = p.Link, p.Authorship, p.Participant, []p.Source{p.Automatic}
	link.Purposes = []p.Purpose{p.Participants, p.Record, p.Rights}
	link.Of, link.Links, link.AtErasure, link.Derivatives = "", p.PersonKind, p.Pseudonym, []p.Derivative{p.DeviceCopy}
	act := link
	act.Category, act.Term, act.Links = p.Activity, p.When, ""
	in := func(d p.Declaration, table, of, since string, columns ...string) []p.Declaration {
		d.Table, d.Of, d.Since = table, of, since
		return p.Same(d, columns...)
	}
	charge := link
	charge.Term, charge.Sources = p.InCharge, []p.Source{p.Colleague}

	all := p.NotPersonal("programme", "random ids and the tenant, a number, a format, dates of the plan, working time", "org_id", "id", "project_id", "version", "format", "options", "begins", "ends")
	all = append(all, in(words, "programme", "author_id", "created_at", "name", "calendars", "resources")...)
	all = append(all, in(link, "programme", "", "", "author_id", "deleted_by")...)
	all = append(all, in(act, "programme", "author_id", "", "created_at", "changed_at")...)
	all = append(all, in(act, "programme", "deleted_by", "", "deleted_at")...)

	all = append(all, p.NotPersonal("activity", "random ids of things and the tenant, numbers, durations and dates of the plan, a key of the source", "org_id", "id", "programme_id", "project_id", "version",
		"source", "parent_id", "position", "location_id", "budget", "plan", "gone", "percent", "started", "finished", "until", "problems", "reported_at")...)
	said := words
	said.NoOwner = "what work is called: who wrote it stands in the log, and who does it in activity_in_charge"
	all = append(all, in(said, "activity", "", "", "name", "code", "notes")...)
	all = append(all, in(link, "activity", "", "", "verified_by")...)
	all = append(all, in(act, "activity", "verified_by", "", "verified_at")...)

	all = append(all, p.NotPersonal("activity_relation", "random ids of things and the tenant, a kind and a lag", "org_id", "programme_id", "from_id", "to_id", "link", "lag", "unit", "format")...)
	all = append(all, p.NotPersonal("activity_in_charge", "random ids of things and the tenant, a kind", "org_id", "activity_id", "programme_id", "kind")...)
	all = append(all, in(charge, "activity_in_charge", "", "", "ref_id")...)

	all = append(all, p.NotPersonal("activity_report", "random ids of things and the tenant, a kind, a number, dates of the work", "org_id", "id", "activity_id", "project_id", "kind", "percent", "started", "finished", "until", "cost")...)
	all = append(all, in(words, "activity_report", "author_id", "at", "reason", "words")...)
	all = append(all, in(link, "activity_report", "", "", "author_id")...)
	all = append(all, in(act, "activity_report", "author_id", "", "at")...)

	for _, t := range []struct {
		table, why string
		plain      []string
	}{
		{"activity_block", "random ids of things and the tenant, whether a point is open and when it is due", []string{"org_id", "point_id", "activity_id", "programme_id", "project_id", "open", "due"}},
		{"programme_baseline", "random ids of things and the tenant, dates of the plan", []string{"org_id", "id", "programme_id", "project_id", "dates"}},
		{"programme_import", "random ids of things and the tenant, a format, counts", []string{"org_id", "id", "programme_id", "project_id", "format", "base", "number", "added", "changed", "gone"}},
		{"programme_end", "random ids of things and the tenant, a number, a kind, dates of the plan", []string{"org_id", "programme_id", "version", "kind", "thing_id", "before", "after"}},
	} {
		all = append(all, p.NotPersonal(t.table, t.why, t.plain...)...)
		all = append(all, in(link, t.table, "", "", "author_id")...)
		all = append(all, in(act, t.table, "author_id", "", "at")...)
	}
	all = append(all, in(words, "programme_baseline", "author_id", "at", "name")...)
	return append(all, in(words, "programme_import", "author_id", "at", "document")...)
}

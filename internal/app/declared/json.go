package declared

import (
	"slices"

	"plumbline/internal/access"
	"plumbline/internal/personal"
	"plumbline/internal/privacy/breach"
	"plumbline/internal/privacy/cases"
	"plumbline/internal/privacy/casework"
	"plumbline/internal/privacy/erasure/claims"
	"plumbline/internal/privacy/erasure/plan"
	"plumbline/internal/privacy/letterbox"
	"plumbline/internal/signin/apitoken"
	"plumbline/internal/signin/factor"
)

// JSON are the columns that hold JSON in the clear, and what their fields are.
// A test looks at every text that was stored, and finds any other.
func JSON() []personal.JSON {
	const (
		thing = "a random id of a thing"
		word  = "a word of the program"
		count = "a number"
	)
	fields := func(same map[string]string, because string, names ...string) []personal.JSONField {
		var all []personal.JSONField
		for _, n := range names {
			all = append(all, personal.JSONField{Name: n, NotPersonal: because})
		}
		for name, as := range same {
			all = append(all, personal.JSONField{Name: name, Same: as})
		}
		return all
	}
	column := func(table, column, kind string, f []personal.JSONField) personal.JSON {
		return personal.JSON{Table: table, Column: column, Case: kind, Fields: f}
	}
	values := "the values of a thing's fields, each declared in its own column; whose they are stands in feed_change"
	inCharge := column("category", "in_charge", "", fields(map[string]string{"id": "category.in_charge"}, word, "kind"))
	inCharge.Holds = []access.InCharge{}
	about := column("dsr_case", "facts", "", slices.Concat(
		fields(map[string]string{"rights.article": "dsr_case.facts", "rights.ground": "dsr_case.facts", "ground": "dsr_case.facts", "language": "dsr_case.facts"},
			word, "state", "rights.state", "verified", "country", "kind", "told"),
		fields(nil, "a civil day of the case", "received", "extended", "pauses.from", "pauses.until", "nudged"),
		fields(nil, count, "owed", "reminded"), fields(nil, thing, "into")))
	about.Holds = casework.Facts{}
	happened := column("breach", "facts", "", slices.Concat(
		fields(nil, word, "state", "kinds", "key_lost", "country", "fields", "risk", "no_notice", "exempt", "by"),
		fields(nil, thing, "orgs", "recipient"), fields(nil, count, "accounts", "persons", "alarmed"),
		fields(nil, "an instant of the breach", "from", "until", "aware", "initial", "follow_ups", "final", "told", "handed")))
	happened.Holds = breach.Facts{}
	planned := column("erasure", "plan", "", slices.Concat(fields(map[string]string{"who.id": "erasure.plan"}, word, "who.kind", "table", "field", "decision", "until",
		"because.article", "because.law", "because.text"), fields(nil, count, "rows"), fields(nil, thing, "who.org")))
	planned.Holds = []plan.Item{}
	return slices.Concat(sealed(), []personal.JSON{
		about, happened,
		column("job", "payload", "request.engine", fields(nil, thing, "org", "case")),
		column("job", "payload", "consent.renew-reports", slices.Concat(fields(map[string]string{"id": "person.id"}, word, "kind"), fields(nil, thing, "org"))),
		column("job", "payload", "request.close", fields(nil, thing, "request")),
		column("job", "payload", "request.keys", fields(nil, "names of keys: random ids and days", "buckets")),
		column("mail", "data", "breach-person", fields(nil, thing, "breach")),
		column("mail", "data", "erasure-requested", fields(nil, thing, "ref")),
		column("mail", "data", "erasure-cancelled", fields(nil, thing, "ref")),
		planned,
		{Table: "erasure_place", Column: "spans", Free: "numbers: from where to where in a text, or how many"},
		{Table: "feed_value", Column: "before", Free: values},
		{Table: "feed_value", Column: "after", Free: values},
		{Table: "sheet_mark", Column: "places", Free: "numbers: places on a sheet"},
		{Table: "point_markup", Column: "shapes", Free: "numbers, colours and words of the program; what is written stands in words"},
		{Table: "activity", Column: "plan", Free: "numbers, dates, kinds and keys of the plan: its words stand in columns of their own"},
		{Table: "programme", Column: "options", Free: "how a programme is computed: numbers, dates, kinds"},
		{Table: "programme", Column: "calendars", Free: "working time, and what it is called: declared as a whole as programme.calendars"},
		{Table: "programme", Column: "resources", Free: "crews and machines as a file names them: declared as a whole as programme.resources"},
		{Table: "programme_baseline", Column: "dates", Free: "random ids and dates of the plan"},
		{Table: "policy_text", Column: "body", Free: "the policy as everyone reads it"},
		{Table: "policy_version", Column: "facts", Free: "what the policy says, the same for all"},
		{Table: "policy_version", Column: "material", Free: "what of the policy changed, the same for all"},
		{Table: "evidence_body", Column: "body", Free: "codes, random ids, numbers and instants: evidence.Append refuses all else"},
		inCharge,
		column("invite", "role_ids", "", fields(nil, thing, "")),
		column("mutation", "conflicts", "", fields(nil, "names of fields", "")),

		column("job", "payload", "mail.send", fields(nil, thing, "mail")),
		column("job", "payload", "report.make", fields(map[string]string{"person": "job.actor"}, thing, "project", "report")),
		column("job", "payload", "drawing.tile", slices.Concat(fields(nil, thing, "project", "drawing", "sheet"), fields(nil, word, "ask"))),
		column("job", "payload", "drawing.align", fields(nil, thing, "project", "drawing")),
		column("revision", "words", "", fields(map[string]string{"text": "revision.words"}, "where on the page it stands", "x", "y", "w", "h")),
		column("drawing_page", "words", "", fields(map[string]string{"text": "drawing_page.words"}, "where on the page it stands", "x", "y", "w", "h")),
		column("job", "payload", "point.erase", fields(nil, thing, "project", "point", "deleted_at")),
		column("job", "payload", "consent.lift", fields(map[string]string{"who.id": "job.actor"}, word, "restriction", "who.kind", "who.org")),
		column("job", "payload", "erasure.run", fields(nil, thing, "erasure")),
		column("job", "payload", "policy.announce", fields(nil, count, "version")),
	})
}

// sealed are the columns that hold JSON under a key, bound to their Go types:
// what is sealed cannot be looked at later. Those of the vault are declared
// field by field with package person.
func sealed() []personal.JSON {
	same := func(table string, holds any, names ...string) personal.JSON {
		j := personal.JSON{Table: table, Column: "sealed", Holds: holds}
		for _, n := range names {
			j.Fields = append(j.Fields, personal.JSONField{Name: n, Same: table + ".sealed"})
		}
		return j
	}
	return []personal.JSON{
		same("claim_record", claims.Record{}, "name", "function", "company", "projects"),
		same("api_token", apitoken.Sealed{}, "name"),
		same("factor", factor.Sealed{}, "secret", "credential", "public_key", "flags", "count", "transports"),
		same("breach", breach.Words{}, "nature", "consequences", "measures", "reasons"),
		same("dsr", letterbox.Letter{}, "email", "text", "rights", "messages.at", "messages.from", "messages.text", "messages.evidence"),
		same("dsr_case", cases.Said{}, "answer", "reasons", "doubt", "later"),
	}
}

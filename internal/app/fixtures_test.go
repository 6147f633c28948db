package app

import "slices"

// level is who may call an operation at the least: who does it in the test, who
// stands one below, and how that one is refused. Where a thing is not to be
// known of, it is 404.
type level struct {
	as, below string
	refused   int
}

// The levels. Someone who is in charge of a point is a subcontractor, at the
// lowest level of all; an outsider to a project is a member of the
// organisation that takes no part in it.
var (
	inCharge      = level{"in charge", "not in charge", 404}
	participant   = level{"in charge", "org member", 404}
	guest         = level{"guest", "in charge", 403}
	contributor   = level{"contributor", "guest", 403}
	guestsJob     = level{"guest", "in charge", 404}
	author        = level{"contributor", "other contributor", 403}
	manager       = level{"manager", "contributor", 403}
	administrator = level{"administrator", "manager", 403}
	orgMember     = level{"org member", "in charge", 404} // who stands in the address book alone
	orgManager    = level{"org manager", "org member", 403}
	orgOwner      = level{"owner", "org manager", 403}
	signedIn      = level{"in charge", "", 0}
)

// fixture is how one operation is walked. {names} are what the arrangement
// made, and what the world has.
type fixture struct {
	op      string
	level   level
	arrange func(*world) vars // what the call works on, made anew for each
	body    any               // JSON text, or raw
	want    int               // status of success
	has     string            // in the answer, or a media type of it
	logged  string            // the entry in the log: kind of thing, kind of change
}

// fixtures is one row an operation for whoever has to be signed in.
func fixtures(w *world) []fixture {
	return slices.Concat(
		fixturesHouse(w), fixturesDrawings(w), fixturesSelf(w), fixturesAccount(), fixturesFactors(),
		fixturesRegister(w), fixturesConsent(w),
		fixturesDesk(w), fixturesPolicy(w), fixturesErasure(w), fixturesKeep(w), fixturesExchange(w), fixturesProgramme(w),
	)
}

func fixturesHouse(w *world) []fixture {
	photo := raw{"image/jpeg", picture(w.t, "jpeg")}
	plan := raw{"image/png", picture(w.t, "png")}
	return []fixture{
		// The account.
		{"session", signedIn, nothing, nil, 200, `"account":{"id":`, ""},
		{"sessions", signedIn, aSession, nil, 200, `"{session}"`, ""},
		{"sign-out", signedIn, aSession, nil, 204, "", "session deleted"},
		{"session-revoke", signedIn, aSession, nil, 204, "", "session deleted"},
		{"account-change", signedIn, anAccount, `{"locale":"fr-BE"}`, 200, `"fr-BE"`, "account changed"},
		{"password-change", signedIn, anAccount, `{"current":"` + passphrase + `","password":"seven otters under a bridge"}`, 204, "", "account password-changed"},

		// The organisation.
		{"org-get", orgMember, nothing, nil, 200, `"{member}"`, ""},
		{"org-people", orgMember, nothing, nil, 200, `"{in charge}"`, ""},
		{"company-put", orgManager, fresh("company"), `{"name":"Dakwerken Noord"}`, 201, `"{company}"`, "company created"},
		{"company-change", orgManager, aCompany, `{"base":1,"trade":"gutters"}`, 200, `"gutters"`, "company changed"},
		{"member-change", orgOwner, aMember, `{"role":"manager"}`, 204, "", "member changed"},
		{"member-remove", orgManager, aMember, nil, 204, "", "member deleted"},
		{"invitation-put", orgManager, anAddress, `{"email":"{address}","locale":"nl","source":"colleague","project_id":"{project}","level":"guest"}`, 201, `"{address}"`, "invitation created"},
		{"invitation-list", orgManager, anInvitation, nil, 200, `"{address}"`, ""},
		{"invitation-withdraw", orgManager, anInvitation, nil, 204, "", "invitation withdrawn"},

		// The project, its people and settings.
		{"project-list", participant, nothing, nil, 200, `"{project}"`, ""},
		{"project-put", orgManager, fresh("project"), `{"org_id":"{org}","name":"Quay","time_zone":"Europe/Brussels"}`, 201, `"level":"administrator"`, "project created"},
		{"project-change", administrator, nothing, `{"base":1,"place":"Gent"}`, 200, `"Gent"`, ""}, // logged once
		{"project-people", participant, nothing, nil, 200, `"{in charge}"`, ""},
		{"participant-put", administrator, aPerson, `{"level":"guest"}`, 200, `"level":"guest"`, "participant created"},
		{"participant-remove", administrator, aParticipant, nil, 204, "", "participant deleted"},
		{"status-put", manager, fresh("status"), `{"name":"Waiting","colour":"review","shape":"ring"}`, 201, `"{status}"`, "status created"},
		{"status-change", manager, aSetting("status", "statuses", `{"name":"On hold","colour":"idle","shape":"ring"}`), `{"base":1,"name":"Held"}`, 200, `"Held"`, "status changed"},
		{"status-delete", manager, aSetting("status", "statuses", `{"name":"Not used","colour":"idle","shape":"ring"}`), nil, 204, "", "status deleted"},
		{"location-put", manager, fresh("location"), `{"kind":"building","name":"Block A"}`, 201, `"{location}"`, "location created"},
		{"location-change", manager, aSetting("location", "locations", `{"kind":"building","name":"Block B"}`), `{"base":1,"code":"B"}`, 200, `"code":"B"`, "location changed"},
		{"location-delete", manager, aSetting("location", "locations", `{"kind":"building","name":"Block C"}`), nil, 204, "", "location deleted"},
		{"category-put", manager, fresh("category"), `{"kind":"category","name":"Roof"}`, 201, `"{category}"`, "category created"},
		{"category-change", manager, aSetting("category", "categories", `{"kind":"category","name":"Walls"}`), `{"base":1,"name":"Outer walls"}`, 200, `"Outer walls"`, "category changed"},
		{"category-delete", manager, aSetting("category", "categories", `{"kind":"category","name":"Nothing"}`), nil, 204, "", "category deleted"},
		{"role-put", manager, fresh("role"), `{"name":"Surveyor"}`, 201, `"{role}"`, "role created"},
		{"role-change", manager, aSetting("role", "roles", `{"name":"Foreman"}`), `{"base":1,"name":"Forewoman"}`, 200, `"Forewoman"`, "role changed"},
		{"role-delete", manager, aSetting("role", "roles", `{"name":"Nobody"}`), nil, 204, "", "role deleted"},
		{"list-put", manager, newList, `{"code":"{code}","name":"Handover"}`, 201, `"{list}"`, "list created"},
		{"list-change", manager, aSetting("list", "lists", `{"code":"X{n}","name":"Safety"}`), `{"base":1,"name":"Safety rounds"}`, 200, `"Safety rounds"`, "list changed"},
		{"list-delete", manager, aSetting("list", "lists", `{"code":"Y{n}","name":"Empty"}`), nil, 204, "", "list deleted"},
		{"list-next", manager, aSetting("list", "lists", `{"code":"V{n}","name":"Visits"}`), `{"running":1,"despite":true}`, 200, `"occurrence":2`, "list changed"},
		{"list-participants", guest, aListWithSomeone, nil, 200, `"{person}"`, ""},
		{"list-participant-put", manager, aListWithSomeone, `{"level":"contributor"}`, 200, `"contributor"`, "list changed"},
		{"list-participant-remove", manager, aListWithSomeone, nil, 204, "", "list changed"},

		// Drawings.
		{"drawing-upload", manager, fresh("drawing"), plan, 202, `"job_id":`, "drawing created"},
		{"drawing-list", participant, nothing, nil, 200, `"{sheet}"`, ""},
		{"drawing-delete", manager, aDrawing, nil, 204, "", "drawing deleted"},
		{"mark-put", manager, aDrawing, `{"kind":"scale","at":[1,1,5,5],"metres":12.5}`, 200, `12.5`, "sheet changed"},
		{"mark-delete", manager, aMark, nil, 204, "", "sheet changed"},
		{"link-proposals", inCharge, nothing, nil, 200, `"items"`, ""},
		{"scale-proposals", inCharge, nothing, nil, 200, `"items"`, ""},
		{"sheet-change", manager, aDrawing, `{"base":1,"name":"Ground floor"}`, 200, `"Ground floor"`, "sheet changed"},
		{"tile", inCharge, nothing, nil, 200, "image/jpeg", ""},
		{"tile-archive", inCharge, nothing, nil, 200, "application/vnd.pmtiles", ""},
		{"sheet-thumb", inCharge, nothing, nil, 200, "image/jpeg", ""},

		// Points.
		{"point-list", participant, aPoint, nil, 200, `"{point}"`, ""},
		{"point-get", inCharge, aPoint, nil, 200, `"{subject}"`, ""},
		{"point-create", contributor, fresh("point"), `{"subject":"{subject}"}`, 201, `"number":"`, "point created"},
		{"point-change", inCharge, aPoint, `{"base":1,"status_id":"{next}"}`, 200, `"status_id":"{next}"`, "point changed"},
		{"point-move", contributor, aPointAndAList, `{"list_id":"{list}"}`, 200, `"list_id":"{list}"`, "point moved"},
		{"point-relay", contributor, aPointAListAndARelay, `{"list_id":"{list}"}`, 201, `"origin_id":"{point}"`, "point created"},
		{"point-parent", contributor, twoPoints, `{"parent_id":"{other}"}`, 200, `"parent_id":"{other}"`, "point changed"},
		{"point-relate", contributor, twoPoints, nil, 200, `"{other}"`, "point changed"},
		{"point-unrelate", contributor, twoRelatedPoints, nil, 200, `"related_ids":[]`, "point changed"},
		{"point-delete", author, aPoint, nil, 204, "", "point deleted"},
		{"point-restore", author, aDeletedPoint, nil, 200, `"{subject}"`, "point restored"},
		{"point-comment", inCharge, aPointWithNewThing("comment"), `{"text":"{subject}"}`, 201, `"{comment}"`, "point commented"},
		{"point-history", inCharge, aPoint, nil, 200, `"after":"{subject}"`, ""},
		{"photo-add", inCharge, aPointWithNewThing("photo"), photo, 201, `"width":320`, "point photo-added"},
		{"point-mark", inCharge, aPicture, `{"on":"photo","base":0,"shapes":[{"kind":"text","colour":"#c0392b","width":20,"at":[5,5],"text":"{subject}"}]}`, 200, `"text":"{subject}"`, "point marked"},
		{"photo-remove", inCharge, aPhoto, nil, 204, "", "point photo-removed"},
		{"photo-full", inCharge, aPhoto, nil, 200, "image/jpeg", ""},
		{"photo-thumb", inCharge, aPhoto, nil, 200, "image/jpeg", ""},

		// Saved views.
		{"view-list", participant, aView, nil, 200, `"{view}"`, ""},
		{"view-put", participant, fresh("view"), `{"name":"Mine","query":"mine=true&sort=due"}`, 201, `"{view}"`, "view created"},
		{"view-change", manager, aView, `{"base":1,"name":"Ours"}`, 200, `"Ours"`, "view changed"},
		{"view-delete", manager, aView, nil, 204, "", "view deleted"},

		// Reports.
		{"report-create", contributor, fresh("report"), reportBody, 202, `"making"`, "report created"},
		{"report-list", guest, aReport, nil, 200, `"{report}"`, ""},
		{"report-file", guest, aReport, nil, 200, "application/pdf", ""},
		{"report-delete", author, aReport, nil, 204, "", "report deleted"},
		{"report-style", orgMember, nothing, nil, 200, `"accent":"#`, ""},
		{"report-style-put", orgManager, aStyle, `{"base":{version},` + reportLook + `}`, 200, `"footer":"{footer}"`, "report-style changed"},
		{"report-style-preview", orgManager, aStyle, `{` + reportLook + `,"locale":"nl","time_zone":"Europe/Brussels"}`, 200, `"pages":["iVBOR`, ""},
		{"report-logo", orgMember, aLogo, nil, 200, "image/png", ""},
		{"report-logo-put", orgManager, nothing, plan, 200, `"has_logo":true`, "report-style changed"},

		// The log, and what is on its way.
		{"project-snapshot", participant, aPoint, nil, 200, `"{point}"`, ""},
		{"project-changes", participant, aCursor, nil, 200, `"{point}"`, ""},
		{"project-events", participant, nothing, nil, 200, "event: more", ""},
		{"job", guestsJob, aReport, nil, 200, `"state":"done"`, ""},
		{"job-events", guestsJob, aReport, nil, 200, "event: progress", ""},
		{"mutations", inCharge, aPointWithNewThing("mutation"), `{"mutations":[{"id":"{mutation}","method":"PATCH","path":"/api/v1/projects/{project}/points/{point}","body":{"base":1,"status_id":"{next}"}}]}`, 200, `"status":"ok"`, "point changed"},
	}
}

// queries of operations that need one.
var queries = map[string]string{"get-receipt": "?ref={version}", "get-evidence-consistency": "?from=1&to=1", "request-archive": "?case={case}", "project-changes": "?cursor={cursor}", "drawing-upload": "?name=plan", "bcf-import": "?look=true",
	"table-export": "?format=csv&locale=en&zone=Europe/Brussels", "table-preview": "?locale=en", "programme-export": "?format=mspdi", "programme-compare": "?since={import}"}

// public is how an operation is walked that anybody may call: what it answers,
// and what it answers to who guesses.
type public struct {
	op      string
	arrange func(*world) vars
	body    string
	want    int
	has     string
	wrong   vars // put in place of what is right
	refused int  // then; 0: nothing to guess
	code    string
}

func publics() []public {
	const fine = "seven otters under a bridge"
	return slices.Concat(publicsConsent(), publicsDesk(), publicsErasure(), publicsPolicy(), publicsProve(), publicsFactors(), publicsExchange(), []public{
		{"sign-in", anAccount, `{"email":"{address}","password":"` + passphrase + `"}`, 200, `"{address}"`, vars{"address": "nobody@there.example"}, 401, "bad-credentials"},
		{"session-now", nothing, "", 200, `"session":null`, nil, 0, ""},
		{"password-reset", anAccount, `{"email":"{address}","locale":"nl"}`, 202, "", vars{"address": "nobody@there.example"}, 202, ""}, // tells nothing
		{"password-reset-confirm", aResetLink, `{"token":"{token}","password":"` + fine + `"}`, 204, "", vars{"token": "guessed"}, 410, "link-lapsed"},
		{"invitation", anInvitation, "", 200, `"organisation":"Bouwgroep owner"`, vars{"token": "guessed"}, 410, "link-lapsed"},
		{"invitation-accept", anInvitation, `{"name":"Nele Nieuw","password":"` + fine + `","locale":"nl"}`, 200, `"{address}"`, vars{"token": "guessed"}, 410, "link-lapsed"},
		{"invitation-decline", anInvitation, "", 204, "", vars{"token": "guessed"}, 410, "link-lapsed"},
		{"healthz", nothing, "", 200, `"ok":true`, nil, 0, ""},
		{"readyz", nothing, "", 200, `"ready":true`, nil, 0, ""},
		{"processors", nothing, "", 200, `"id":"voorbeeldpost"`, nil, 0, ""},
		{"config", nothing, "", 200, `"mail_capture":true`, nil, 0, ""},
		{"openapi", nothing, "", 200, `"openapi":"3.1.0"`, nil, 0, ""},
		{"dev-mails", aMail, "", 200, "{address}", nil, 0, ""},
		{"dev-mail", aMail, "", 200, "plumbline.example/invite/", vars{"n": "4711"}, 404, "mail-not-found"},
		{"web-app", nothing, "", 200, "text/html", nil, 0, ""},
	})
}

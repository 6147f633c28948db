package app

import (
	"fmt"
	"regexp"
	"time"

	"plumbline/internal/db"
	"plumbline/internal/id"
	"plumbline/internal/org"
	"plumbline/internal/policy"
	"plumbline/internal/privacy/office"
	"plumbline/internal/staff"
)

// Staff are refused as if there were nothing: whoever is not of the staff is.
var (
	officer = level{"officer", "org manager", 404}
	support = level{"support", "org manager", 404}
)

const (
	aLetterBody = `{"text":"Graag een kopie van al mijn gegevens, artikel 15 AVG.","received_on":"2026-03-02","email":"writer@outside.example"}`
	aBreachBody = `{"kinds":["confidentiality"],"from":"{before}","until":"{before}","aware_at":"{before}","fields":["person.sealed.name"],"nature":"A laptop was left in a train."}`
)

func fixturesDesk(w *world) []fixture {
	w.staff("officer", staff.Officer)
	w.staff("support", staff.Support)
	return []fixture{
		{"staff-me", officer, nothing, nil, 200, `"role":"officer"`, ""},
		{"staff-acknowledge", officer, aNewcomer, `{"rules_version":"` + staff.Rules + `"}`, 204, "", "staff rules-acknowledged"},
		{"staff-list", officer, nothing, nil, 200, `"officer"`, ""},
		{"support-grant-list", orgOwner, aGrant, nil, 200, `"{grant}"`, ""},
		{"support-grant-put", orgOwner, fresh("grant"), `{"staff_email":"` + w.people["support"].email + `","reason":"We cannot find a colleague","hours":24}`, 201, `"running":true`, "support-grant opened"},
		{"support-grant-end", orgOwner, aGrant, nil, 204, "", "support-grant closed"},
		{"support-people", support, aGrant, nil, 200, `"{in charge}"`, ""},

		{"request-mine", signedIn, anAccount, `{"rights":["A16"],"text":"My name is spelt otherwise"}`, 201, `"id":`, ""},
		{"office-get", orgMember, nothing, nil, 200, `"version":`, ""},
		{"office-put", orgOwner, anOffice, `{"base":{base},"email":"privacy@bouw.example","country":"BE","post":"{post}"}`, 200, `"country":"BE"`, "privacy-office changed"},
		{"case-list", orgManager, aCase, nil, 200, `"{case}"`, ""},
		{"case-get", orgManager, aCase, nil, 200, `"article":"A15"`, ""},
		{"case-put", orgManager, fresh("case"), aLetterBody, 201, `"{case}"`, "privacy-case created"},
		{"case-step", orgManager, aCase, `{"kind":"classify","rights":["A16"]}`, 200, `"article":"A16"`, "privacy-case changed"},
		{"letter-read", orgManager, nothing, `{"text":"Veuillez supprimer mes données, article 17 RGPD."}`, 200, `"article":"A17"`, ""},
		{"operator-case-list", officer, anOperatorCase, nil, 200, `"{case}"`, ""},
		{"operator-case-get", officer, anOperatorCase, nil, 200, `"article":"A15"`, ""},
		{"operator-case-put", officer, fresh("case"), aLetterBody, 201, `"{case}"`, ""},
		{"operator-case-step", officer, anOperatorCase, `{"kind":"refuse","ground":"nothing-held","text":"There is no account under this address."}`, 200, `"refused"`, ""},
		{"operator-letter-read", officer, nothing, `{"text":"Bitte löschen Sie meine Daten, Art. 17 DSGVO."}`, 200, `"article":"A17"`, ""},

		{"breach-list", orgManager, aBreach, nil, 200, `"{breach}"`, ""},
		{"breach-get", orgManager, aBreach, nil, 200, `"noted"`, ""},
		{"breach-put", orgManager, newBreach, aBreachBody, 201, `"{breach}"`, "breach noted"},
		{"breach-step", orgManager, aBreach, `{"kind":"assess","risk":"high","reasons":"Names and functions of everybody."}`, 200, `"risk":"high"`, "breach assess"},
		{"breach-draft", orgManager, aBreach, nil, 200, `"phase":"initial"`, ""},
		{"operator-breach-list", officer, anOperatorBreach, nil, 200, `"{breach}"`, ""},
		{"operator-breach-get", officer, anOperatorBreach, nil, 200, `"noted"`, ""},
		{"operator-breach-put", officer, newBreach, aBreachBody, 201, `"{breach}"`, ""},
		{"operator-breach-step", officer, anOperatorBreach, `{"kind":"assess","risk":"risk","reasons":"Names and functions of everybody."}`, 200, `"risk":"risk"`, ""},
		{"operator-breach-draft", officer, anOperatorBreach, nil, 200, `"phase":"initial"`, ""},
		{"child-report-list", officer, aChildReport, nil, 200, `"{report}"`, ""},
		{"child-report-decide", officer, aChildReport, `{"decision":"dismiss"}`, 204, "", ""},
	}
}

func publicsDesk() []public {
	return []public{
		{"request-ask", anAddress, `{"email":"{address}","locale":"nl","rights":["A15"]}`, 202, "", vars{"address": "nobody@there.example"}, 202, ""}, // tells nothing
		{"request-get", aRequest, "", 200, `"unconfirmed"`, vars{"secret": "guessed"}, 410, "link-lapsed"},
		{"request-tell", aRequest, `{"kind":"confirm"}`, 200, `"email_confirmed":true`, vars{"secret": "guessed"}, 410, "link-lapsed"},
		{"request-archive", anAnsweredRequest, "", 200, "application/zip", vars{"secret": "guessed"}, 410, "link-lapsed"},
		{"breach-told", aToldBreach, "", 200, "A laptop was left in a train.", vars{"breach": string(id.New[id.Breach]())}, 404, "breach-not-found"},
	}
}

// staff makes one of the operator's people who knows the rules.
func (w *world) staff(name string, role staff.Role) *login {
	w.t.Helper()
	l := w.add(w.rival, name, policy.OrgNone, policy.None)
	if err := w.Staff.Add(w.t.Context(), l.email, role); err != nil {
		w.t.Fatal(err)
	}
	if err := w.Staff.Acknowledge(w.t.Context(), org.Caller{Account: l.account, Via: "session"}, staff.Rules); err != nil {
		w.t.Fatal(err)
	}
	w.twice(l)
	return l
}

// twice lets the session of a login count as proved by a second factor too.
func (w *world) twice(l *login) {
	w.t.Helper()
	c, ok, err := w.Signin.Authenticate(w.t.Context(), l.cookie)
	if err == nil && ok {
		err = w.Signin.Proved(w.t.Context(), c)
	}
	if err != nil || !ok {
		w.t.Fatal(ok, err)
	}
}

func aNewcomer(w *world) vars {
	l := w.add(w.rival, w.unique("newcomer {n}"), policy.OrgNone, policy.None)
	if err := w.Staff.Add(w.t.Context(), l.email, staff.Officer); err != nil {
		w.t.Fatal(err)
	}
	return vars{"cookie": l.cookie}
}

func aGrant(w *world) vars {
	v := vars{"grant": string(id.New[id.Grant]())}
	w.act("owner", "PUT", "/api/v1/organisations/{org}/support-grants/{grant}", v,
		`{"staff_email":"`+w.people["support"].email+`","reason":"We cannot find a colleague","hours":1}`)
	return v
}

func anOffice(w *world) vars {
	var version int64
	if err := w.DB.Read(w.t.Context(), db.Tenant(w.home.org), func(tx *db.Tx) error {
		s, _, err := office.Of(tx, w.home.org)
		version = s.Version
		return err
	}); err != nil {
		w.t.Fatal(err)
	}
	return vars{"base": fmt.Sprint(version), "post": w.unique("Kaai {n}, Gent")}
}

func aCase(w *world) vars {
	v := vars{"case": string(id.New[id.Case]())}
	w.act("org manager", "PUT", "/api/v1/organisations/{org}/privacy/cases/{case}", v, aLetterBody)
	return v
}

func anOperatorCase(w *world) vars {
	v := vars{"case": string(id.New[id.Case]())}
	w.act("officer", "PUT", "/api/v1/operator/cases/{case}", v, aLetterBody)
	return v
}

func newBreach(w *world) vars {
	return vars{"breach": string(id.New[id.Breach]()), "before": w.clock.Now().Add(-time.Hour).Format(time.RFC3339)}
}

func aBreach(w *world) vars {
	v := newBreach(w)
	w.act("org manager", "PUT", "/api/v1/organisations/{org}/privacy/breaches/{breach}", v, v.fill(aBreachBody))
	return v
}

func anOperatorBreach(w *world) vars {
	v := newBreach(w)
	w.act("officer", "PUT", "/api/v1/operator/breaches/{breach}", v, v.fill(aBreachBody))
	return v
}

func aToldBreach(w *world) vars {
	v := aBreach(w)
	path := w.vars.with(v).fill("/api/v1/organisations/{org}/privacy/breaches/{breach}/steps")
	w.must(200, w.people["org manager"], "POST", path, `{"kind":"assess","risk":"high","reasons":"Names and functions of everybody."}`)
	w.must(200, w.people["org manager"], "POST", path, `{"kind":"tell-persons"}`)
	return v
}

var requestLink = regexp.MustCompile(`/request/([A-Za-z0-9_-]+)`)

// aRequest was asked by somebody of the address book, and not confirmed yet.
func aRequest(w *world) vars {
	l := w.add(w.home, w.unique("asker {n}"), policy.OrgNone, policy.None)
	w.must(202, nil, "POST", "/api/v1/requests", `{"email":"`+l.email+`","locale":"nl","rights":["A15"]}`)
	m := requestLink.FindStringSubmatch(w.mail(l.email).Text)
	if m == nil {
		w.t.Fatal("no link in the mail")
	}
	w.secret = append(w.secret, m[1])
	return vars{"secret": m[1]}
}

// anAnsweredRequest was confirmed, and its archive is there.
func anAnsweredRequest(w *world) vars {
	v := aRequest(w)
	w.must(200, nil, "POST", "/api/v1/requests/"+v["secret"], `{"kind":"confirm"}`)
	late := time.After(wait)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		var st struct {
			Cases []struct {
				ID      string `json:"id"`
				Archive bool   `json:"archive"`
			} `json:"cases"`
		}
		w.must(200, nil, "GET", "/api/v1/requests/"+v["secret"], nil).json(w.t, &st)
		if len(st.Cases) > 0 && st.Cases[0].Archive {
			return v.with(vars{"case": st.Cases[0].ID})
		}
		select {
		case <-tick.C:
		case <-late:
			w.t.Fatal("the archive does not come\n" + w.warnings())
		}
	}
}

func aChildReport(w *world) vars {
	w.must(202, nil, "POST", "/api/v1/child-reports", `{"description":"A girl of ten who helps on the site","country":"BE"}`)
	var v vars
	if err := w.DB.Read(w.t.Context(), db.Everyone("a test"), func(tx *db.Tx) error {
		all, err := w.Consents.ChildReports(tx)
		v = vars{"report": string(all[len(all)-1].ID)}
		return err
	}); err != nil {
		w.t.Fatal(err)
	}
	return v
}

package app

import (
	"plumbline/internal/org"
	"plumbline/internal/policy"
	"plumbline/internal/staff"
)

func fixturesRegister(*world) []fixture {
	return []fixture{
		{"register-org", orgManager, nothing, nil, 200, `"article": "GDPR art. 30(1)"`, ""},
		{"register-operator", signedIn, anOfficer, nil, 200, `"account.sealed.email"`, ""},
	}
}

// anOfficer is one of the operator's people, with a session.
func anOfficer(w *world) vars {
	w.t.Helper()
	name := w.unique("officer {n}")
	l := w.add(w.home, name, policy.OrgMember, policy.None)
	s := staff.New(staff.Deps{DB: w.DB, People: w.People, Orgs: w.Orgs, Keys: w.ring})
	if err := s.Add(w.t.Context(), l.email, staff.Officer); err != nil {
		w.t.Fatal(err)
	}
	if err := s.Acknowledge(w.t.Context(), org.Caller{Account: l.account, Via: "session"}, staff.Rules); err != nil {
		w.t.Fatal(err)
	}
	w.twice(l)
	return vars{"cookie": l.cookie}
}

package app

import (
	"strings"

	"plumbline/internal/db"
	"plumbline/internal/id"
	"plumbline/internal/org"
	"plumbline/internal/personal"
	"plumbline/internal/policy"
	"plumbline/internal/privacy/erasure"
	"plumbline/internal/privacy/office"
)

func fixturesErasure(*world) []fixture {
	return []fixture{
		{"erasure-plan", signedIn, anAccount, `{"ground":"no-longer-needed"}`, 200, `"decision":"erased"`, ""},
		{"erasure-request", signedIn, aPlan, `{"hash":"{hash}","ground":"no-longer-needed"}`, 201, `"link":"/erasure/`, "choices changed"},
		{"erasure-places", orgManager, aPlace, nil, 200, `"{place}"`, ""},
		{"erasure-place-decide", orgManager, aPlace, `{"decision":"redact"}`, 204, "", "point redacted"},
		{"erasure-claims", orgOwner, aClaim, nil, 200, `"{claim}"`, ""},
		{"erasure-claim-open", orgOwner, aClaim, `{"reason":"a claim over the roof"}`, 200, `"name":"{name}"`, ""},
	}
}

func publicsErasure() []public {
	return []public{
		{"erasure-status", anErasure, "", 200, `"state":"denied"`, vars{"secret": "guessed"}, 410, "link-lapsed"},
		{"erasure-cancel", anErasure, "", 200, `"state":"cancelled"`, vars{"secret": "guessed"}, 410, "link-lapsed"},
		{"erasure-receipt", anErasure, "", 200, `"erasure.requested"`, vars{"secret": "guessed"}, 410, "link-lapsed"},
	}
}

// aPlan is that of someone with an account of their own.
func aPlan(w *world) vars {
	v := anAccount(w)
	l := &login{cookie: v["cookie"]}
	var p struct {
		Hash string `json:"hash"`
	}
	w.must(200, l, "POST", "/api/v1/me/erasure/plan", `{"ground":"no-longer-needed"}`).json(w.t, &p)
	return v.with(vars{"hash": p.Hash})
}

func (w *world) erase(l *login, g erasure.Ground) erasure.Erasure {
	w.t.Helper()
	e, err := w.Erasures.Request(w.t.Context(), erasure.Asked{By: string(l.account), Ground: g,
		Whos: []personal.Who{personal.OfAccount(l.account), personal.OfPerson(w.home.org, l.person)}})
	if err != nil {
		w.t.Fatal(err)
	}
	if err := w.Erasures.Advance(w.t.Context(), e.ID); err != nil {
		w.t.Fatal(err)
	}
	return e
}

// anErasure is one in its grace.
func anErasure(w *world) vars {
	l := w.add(w.home, w.unique("leaving {n}"), policy.OrgNone, policy.Guest)
	return vars{"secret": w.erase(l, erasure.NoLongerNeeded).Secret}
}

// aPlace is a point that names someone who is being erased.
func aPlace(w *world) vars {
	l := w.add(w.home, w.unique("named {n}"), policy.OrgNone, policy.Guest)
	p := id.New[id.Point]()
	w.must(201, w.home.owner, "PUT", w.home.base()+"/points/"+string(p), map[string]string{"subject": "Ask " + l.name + " about it"})
	w.erase(l, erasure.NoLongerNeeded)
	var all struct {
		Items []struct {
			ID    string `json:"id"`
			Table string `json:"table"`
			Text  string `json:"text"`
		} `json:"items"`
	}
	w.must(200, w.home.owner, "GET", "/api/v1/organisations/"+string(w.home.org)+"/privacy/places", nil).json(w.t, &all)
	for _, x := range all.Items {
		if x.Table == "point" && strings.Contains(x.Text, l.name) {
			return vars{"place": x.ID}
		}
	}
	w.t.Fatal("the place is not listed")
	return nil
}

// aClaim is what is kept of someone who took part, where the country says so.
func aClaim(w *world) vars {
	if err := w.DB.Write(w.t.Context(), db.Tenant(w.home.org), func(tx *db.Tx) error {
		s, _, err := office.Of(tx, w.home.org)
		if err != nil || s.Country == "BE" {
			return err
		}
		base := s.Version
		s.Org, s.Country = w.home.org, "BE"
		if s.Email == "" {
			s.Email, s.Post = "privacy@there.example", "Kaai 1, Gent"
		}
		_, err = office.Put(tx, s, base)
		return err
	}); err != nil {
		w.t.Fatal(err)
	}
	l := w.add(w.home, w.unique("claimed {n}"), policy.OrgNone, policy.Guest)
	w.erase(l, erasure.Unlawful)
	grant, err := w.Orgs.Enter(w.t.Context(), erasedCaller(w.home.owner), w.home.org)
	if err != nil {
		w.t.Fatal(err)
	}
	all, err := w.Erasures.Claims.List(w.t.Context(), grant)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, c := range all {
		if c.Subject == l.person {
			return vars{"claim": c.ID, "name": l.name}
		}
	}
	w.t.Fatal("nothing is kept")
	return nil
}

func erasedCaller(l *login) org.Caller { return org.Caller{Account: l.account, Via: "session"} }

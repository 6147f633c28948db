package app

import (
	"plumbline/internal/consent"
	"plumbline/internal/db"
	"plumbline/internal/feed"
	"plumbline/internal/id"
	"plumbline/internal/lang"
	"plumbline/internal/personal"
)

func fixturesConsent(*world) []fixture {
	return []fixture{
		{"me-choices", signedIn, anAccount, nil, 200, `"purpose":"updates"`, ""},
		{"me-choice-put", signedIn, aChoice, `{"given":true,"text_version":"{version}"}`, 200, `"given":true`, "choices changed"},
		{"me-choice-receipt", signedIn, aConsent, nil, 200, "application/ld+json", ""},
		{"me-restriction-put", signedIn, aRestrictionToBe, `{"who":{"kind":"account","id":"{account}"},"ground":"accuracy","note":"My name is spelt otherwise"}`, 200, `"ground":"accuracy"`, "choices changed"},
		{"me-restriction-lift", signedIn, aRestriction, nil, 204, "", "choices changed"},
	}
}

func publicsConsent() []public {
	return []public{
		{"unsubscribe-page", aNewsLink, "", 200, "<button", vars{"token": "guessed"}, 404, "link-not-found"},
		{"unsubscribe", aNewsLink, "List-Unsubscribe=One-Click", 200, "<h1>", vars{"token": "guessed"}, 404, "link-not-found"},
		{"child-report", nothing, `{"description":"A boy of eleven who is called Bo","country":"BE"}`, 202, `"blocked":false`, nil, 0, ""},
	}
}

// newsText is the version of the text that asks for news.
func newsText(l lang.Locale) string {
	return consent.Version(personal.Updates, string(l), lang.T(l, "consent.text.updates"))
}

// aChoice is an account that was asked for news, in Dutch.
func aChoice(w *world) vars {
	return anAccount(w).with(vars{"purpose": "updates", "version": newsText(lang.Match("nl"))})
}

// agrees says yes to news as an account.
func (w *world) agrees(a string) consent.Record {
	w.t.Helper()
	var r consent.Record
	l := lang.Match("nl")
	err := w.DB.Write(w.t.Context(), db.Everyone("a test agrees"), func(tx *db.Tx) (err error) {
		r, err = w.Consents.Give(tx, feed.Actor{Person: a, Via: "session"}, personal.OfAccount(id.Account(a)), personal.Updates,
			consent.Shown{Text: lang.T(l, "consent.text.updates"), Locale: string(l), Channel: consent.ByPage})
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return r
}

func aConsent(w *world) vars {
	v := anAccount(w)
	return v.with(vars{"consent": string(w.agrees(v["account"]).ID)})
}

func aRestrictionToBe(w *world) vars {
	return anAccount(w).with(vars{"restriction": string(id.New[id.Restriction]())})
}

func aRestriction(w *world) vars {
	v := aRestrictionToBe(w)
	who := personal.OfAccount(id.Account(v["account"]))
	err := w.DB.Write(w.t.Context(), db.Everyone("a test restricts"), func(tx *db.Tx) error {
		_, err := w.Consents.Restrict(tx, feed.Actor{Person: who.ID, Via: "session"},
			consent.Restriction{ID: id.Restriction(v["restriction"]), Who: who, Ground: consent.Accuracy, Note: "Spelt otherwise"})
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return v
}

// aNewsLink is that of a mail to someone who agreed.
func aNewsLink(w *world) vars {
	v := anAccount(w)
	w.agrees(v["account"])
	token, err := w.News().NewUnsubscribe(w.t.Context(), id.Account(v["account"]), personal.Updates)
	if err != nil {
		w.t.Fatal(err)
	}
	w.secret = append(w.secret, token)
	return v.with(vars{"token": token})
}

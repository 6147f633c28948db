package app

import (
	"encoding/json"
	"strings"

	"github.com/pquerna/otp/totp"

	"plumbline/internal/id"
	"plumbline/internal/signin/factor/factortest"
	"plumbline/internal/signin/oidc/oidctest"
	"plumbline/internal/signin/signinapi"
)

// fixturesFactors are what an account does with its second proof.
func fixturesFactors() []fixture {
	return []fixture{
		{"factor-list", signedIn, anAccountTwice, nil, 200, `"{factor}"`, ""},
		{"totp-begin", signedIn, anAccount, nil, 200, `"secret":"`, ""},
		{"totp-confirm", signedIn, someCodes, `{"code":"{code}","name":"Phone"}`, 200, `"recovery_codes":["`, "factor created"},
		{"passkey-begin", signedIn, anAccount, nil, 200, `"challenge":"`, ""},
		{"passkey-finish", signedIn, aPasskeyToBe, `{"step":"{step}","name":"Laptop","credential":{credential}}`, 200, `"recovery_codes":["`, "factor created"},
		{"factor-remove", signedIn, anAccountTwice, nil, 204, "", "factor deleted"},
		{"recovery-codes", signedIn, anAccountTwice, nil, 200, `"recovery_codes":["`, "factor changed"},
		{"me-confirm-second", signedIn, anAccountTwice, `{"recovery_code":"{recovery}"}`, 204, "", "session confirmed"},
		{"me-confirm-ask", signedIn, anAccountTwice, nil, 200, `"challenge":"`, ""},
		{"identity-links", signedIn, aLinkedAccount, nil, 200, `"{link}"`, ""},
		{"identity-link-begin", signedIn, aVoucher, nil, 200, `"address":"https://`, ""},
		{"identity-unlink", signedIn, aLinkedAccount, nil, 204, "", "identity-link deleted"},
		{"sessions-revoke-others", signedIn, twoSessions, nil, 204, "", "session others-ended"},
	}
}

func publicsFactors() []public {
	return []public{
		{"sign-in-second", aSecondStep, `{"step":"{step}","recovery_code":"{recovery}"}`, 200, `"{address}"`, vars{"step": "guessed"}, 410, "step-lapsed"},
		{"sign-in-second-ask", aSecondStep, `{"step":"{step}"}`, 200, `"challenge":"`, vars{"step": "guessed"}, 410, "step-lapsed"},
		{"sign-in-providers", aVoucher, "", 200, `"Delta login"`, nil, 0, ""},
		{"sign-in-away", aVoucher, "", 200, `"address":"https://`, vars{"provider": "nobody"}, 404, "no-provider"},
		{"sign-in-back", aReturn, `{"state":"{state}","code":"{code}"}`, 200, `"{address}"`, vars{"state": "guessed"}, 410, "step-lapsed"},
		{"sign-in-passkey-ask", nothing, "", 200, `"challenge":"`, nil, 0, ""},
		{"sign-in-passkey", aPasskeyAnswer, `{"step":"{step}","credential":{credential}}`, 200, `"{address}"`, vars{"step": "guessed"}, 410, "step-lapsed"},
	}
}

func twoSessions(w *world) vars {
	v := anAccount(w)
	w.signIn(v["address"], passphrase)
	return v
}

// someCodes is a secret that nobody has shown to work yet, and a code of it.
func someCodes(w *world) vars {
	w.t.Helper()
	v := anAccount(w)
	var fresh struct {
		ID     string `json:"id"`
		Secret string `json:"secret"`
	}
	w.must(200, &login{cookie: v["cookie"]}, "POST", "/api/v1/account/factors/codes", nil).json(w.t, &fresh)
	code, err := totp.GenerateCode(fresh.Secret, w.DB.Clock().Now())
	if err != nil {
		w.t.Fatal(err)
	}
	v["factor"], v["code"] = fresh.ID, code
	return v
}

// asked is what a browser is asked.
type asked struct {
	Step    string          `json:"step"`
	Options json.RawMessage `json:"options"`
}

func (w *world) passkeyToBe() (vars, *factortest.Key) {
	w.t.Helper()
	v, key := anAccount(w), factortest.New(w.t, w.cfg.PublicURL)
	var a asked
	w.must(200, &login{cookie: v["cookie"]}, "POST", "/api/v1/account/factors/passkeys", nil).json(w.t, &a)
	v["factor"], v["step"], v["credential"] = string(id.New[id.Factor]()), a.Step, string(key.Create(a.Options))
	return v, key
}

func aPasskeyToBe(w *world) vars {
	v, _ := w.passkeyToBe()
	return v
}

// withPasskey is an account that has one, and a recovery code of it.
func (w *world) withPasskey() (vars, *factortest.Key) {
	w.t.Helper()
	v, key := w.passkeyToBe()
	var got struct {
		Codes []string `json:"recovery_codes"`
	}
	w.must(200, &login{cookie: v["cookie"]}, "POST", "/api/v1/account/factors/passkeys/"+v["factor"],
		v.fill(`{"step":"{step}","name":"Laptop","credential":{credential}}`)).json(w.t, &got)
	v["recovery"] = got.Codes[0]
	return v, key
}

func anAccountTwice(w *world) vars {
	v, _ := w.withPasskey()
	return v
}

// aSecondStep is where a right password leads.
func aSecondStep(w *world) vars {
	w.t.Helper()
	v, _ := w.withPasskey()
	var a asked
	w.must(202, nil, "POST", "/api/v1/session", `{"email":"`+v["address"]+`","password":"`+passphrase+`"}`).json(w.t, &a)
	v["step"] = a.Step
	return v
}

// forger is the provider of the walk.
func (w *world) forger() *oidctest.Forger {
	if w.vouchers == nil {
		w.vouchers = oidctest.New(w.outer)
		w.Signin.Vouchers.Providers = append(w.Signin.Vouchers.Providers, w.vouchers.Provider("delta", w.cfg.PublicURL))
	}
	return w.vouchers
}

func aVoucher(w *world) vars {
	w.forger()
	return anAccount(w).with(vars{"provider": "delta"})
}

// away goes to the provider and comes back.
func (w *world) away(subject, path string, who *login) vars {
	w.t.Helper()
	var to struct {
		Address string `json:"address"`
	}
	a := w.must(200, who, "POST", path, nil)
	a.json(w.t, &to)
	v := vars{}
	v["state"], v["code"] = w.forger().Visit(to.Address, subject)
	jar, _, _ := strings.Cut(a.header.Get("Set-Cookie"), ";")
	v["jar"] = jar
	return v
}

func aLinkedAccount(w *world) vars {
	w.t.Helper()
	v := aVoucher(w)
	who := &login{cookie: v["cookie"]}
	back := w.away(v["account"], "/api/v1/account/identities/delta", who)
	if a := w.do(who, "POST", "/api/v1/session/back", back.fill(`{"state":"{state}","code":"{code}"}`), "Cookie", signinapi.Cookie+"="+who.cookie+"; "+back["jar"]); a.status != 200 || !strings.Contains(a.body, `"linked":true`) {
		w.t.Fatal(a)
	}
	var all struct {
		Items []struct {
			ID string `json:"id"`
		} `json:"items"`
	}
	w.must(200, who, "GET", "/api/v1/account/identities", nil).json(w.t, &all)
	v["link"] = all.Items[0].ID
	return v
}

// aReturn is somebody who comes back from the provider that they linked.
func aReturn(w *world) vars {
	w.t.Helper()
	v := aLinkedAccount(w)
	return v.with(w.away(v["account"], "/api/v1/session/providers/delta", nil))
}

func aPasskeyAnswer(w *world) vars {
	w.t.Helper()
	v, key := w.withPasskey()
	var a asked
	w.must(200, nil, "POST", "/api/v1/session/passkey", nil).json(w.t, &a)
	v["step"], v["credential"] = a.Step, string(key.Get(a.Options))
	return v
}

package app

import "plumbline/internal/id"

// fixturesAccount are what an account does for its own safety.
func fixturesAccount() []fixture {
	return []fixture{
		{"token-put", signedIn, aNewToken, `{"name":"Nightly export","project_id":"{project}","days":30}`, 201, `"writes":false`, "token created"},
		{"token-list", signedIn, aToken, nil, 200, `"{token}"`, ""},
		{"token-revoke", signedIn, aToken, nil, 204, "", "token deleted"},
	}
}

// aNewToken is what the one in charge, with a session just begun, may make.
func aNewToken(w *world) vars {
	v := aSession(w)
	v["token"] = string(id.New[id.Token]())
	return v
}

func aToken(w *world) vars {
	w.t.Helper()
	v := aNewToken(w)
	w.must(201, &login{cookie: v["cookie"]}, "PUT", "/api/v1/account/tokens/"+v["token"], `{"name":"Nightly export","days":30}`)
	return v
}

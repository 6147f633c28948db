package app

import (
	"archive/zip"
	"bytes"
	"encoding/json"

	"plumbline/internal/policy"
)

func fixturesSelf(w *world) []fixture {
	return []fixture{
		{"me-privacy", signedIn, anAccount, nil, 200, `"value":"{address}"`, ""},
		{"me-privacy-report", signedIn, anAccount, nil, 200, "text/html", ""},
		{"me-privacy-archive", signedIn, anAccount, nil, 200, "application/zip", ""},
		{"me-confirm", signedIn, anAccount, `{"password":"` + passphrase + `"}`, 204, "", "session confirmed"},
		{"me-person-change", signedIn, aRecord, `{"base":1,"phone":"+32 2 555 01 99","function":""}`, 200, `"phone":"+32 2 555 01 99"`, "person changed"},
		{"me-privacy-import", signedIn, anAccount, raw{"application/zip", smallArchive(w)}, 200, `"profile":["locale"]`, "account changed"},
	}
}

// aRecord is that of someone with a session of their own.
func aRecord(w *world) vars {
	l := w.add(w.home, w.unique("record {n}"), policy.OrgMember, policy.None)
	return vars{"cookie": l.cookie, "person": string(l.person)}
}

// smallArchive is one of another installation that holds a language alone.
func smallArchive(w *world) []byte {
	w.t.Helper()
	text, err := json.Marshal(map[string]any{"format": "plumbline-archive", "version": 1, "subjects": []any{map[string]any{
		"who": map[string]string{"kind": "account", "id": "elsewhere"}, "tables": []any{map[string]any{"table": "account", "rows": []any{
			map[string]any{"profile": map[string]string{"locale": "da-DK"}}}}}}}})
	if err != nil {
		w.t.Fatal(err)
	}
	return zipOf(w, map[string][]byte{"data.json": text})
}

func zipOf(w *world, files map[string][]byte) []byte {
	w.t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range files {
		f, err := z.Create(name)
		if err == nil {
			_, err = f.Write(text)
		}
		if err != nil {
			w.t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		w.t.Fatal(err)
	}
	return b.Bytes()
}

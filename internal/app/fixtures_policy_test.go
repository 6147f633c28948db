package app

import (
	"context"
	"strconv"
	"strings"

	"plumbline/internal/db"
	"plumbline/internal/id"
)

func fixturesPolicy(w *world) []fixture {
	return []fixture{
		{"list-notices", signedIn, anAccount, nil, 200, `"items":`, ""},
		{"see-notice", signedIn, aNotice, nil, 204, "", ""},
	}
}

// aNotice is one that the caller got of a version that is coming.
func aNotice(w *world) vars {
	v := anAccount(w)
	w.t.Helper()
	n := id.New[id.PolicyNotice]()
	if err := w.DB.Write(context.Background(), db.Everyone("a test"), func(tx *db.Tx) error {
		_, err := tx.Exec(`insert into policy_notice (id, version, account_id, told_at) values ($1, 1, $2, $3)`, n, v["account"], tx.Micros())
		return err
	}); err != nil {
		w.t.Fatal(err)
	}
	v["notice"] = string(n)
	return v
}

func publicsPolicy() []public {
	return []public{
		{"get-policy", aVersion, "", 200, `"in_force":true`, nil, 0, ""},
		{"list-policy-versions", aVersion, "", 200, `"state":"in-force"`, nil, 0, ""},
		{"get-policy-difference", aVersion, "", 200, `"version":"{version}"`, vars{"version": "0123456789abcdef"}, 404, "policy-version-not-found"},
		{"list-authorities", nothing, "", 200, `"dt@datatilsynet.dk"`, nil, 0, ""},
		{"security-txt", nothing, "", 200, "text/plain", nil, 0, ""},
		{"get-contact", nothing, "", 200, `"officer":{"email":"privacy@`, nil, 0, ""},
		{"get-evidence-key", nothing, "", 200, `"key":"plumbline.example+`, nil, 0, ""},
		{"get-evidence-checkpoint", nothing, "", 200, `"checkpoint":"plumbline.example\n`, nil, 0, ""},
		{"get-evidence-consistency", nothing, "", 200, `"proof":[`, nil, 0, ""},
		{"get-receipt", aVersion, "", 200, `"format": "plumbline-receipt/1"`, vars{"version": "0123456789abcdef"}, 404, "evidence-not-found"},
		{"privacy-page", nothing, "", 200, "text/html", nil, 0, ""},
		{"privacy-pdf", nothing, "", 200, "application/pdf", nil, 0, ""},
	}
}

// aVersion is the policy in force, and where it stands in the log.
func aVersion(w *world) vars {
	w.t.Helper()
	v, err := w.Policy.InForce(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	found, err := w.Evidence.Of(w.t.Context(), v.ID)
	if err != nil || len(found) == 0 {
		w.t.Fatalf("the policy in force stands not in the log: %v", err)
	}
	return vars{"version": v.ID, "number": strconv.FormatInt(found[0].Number, 10)}
}

// evidenceOfNobody looks through the log of privacy acts, after every operation
// was walked, for anybody that the world has: by id, address or name.
func (w *world) evidenceOfNobody() {
	w.t.Helper()
	var bodies []string
	if err := w.DB.Read(w.t.Context(), db.Everyone("a test"), func(tx *db.Tx) (err error) {
		bodies, err = db.All(tx, db.Value1[string], `select id || ' ' || ref || ' ' || kind || ' ' || body from evidence_body`)
		return err
	}); err != nil {
		w.t.Fatal(err)
	}
	if len(bodies) < 5 {
		w.t.Errorf("only %d acts on record after every operation was walked", len(bodies))
	}
	for _, b := range bodies {
		for who, l := range w.people {
			for _, value := range []string{l.email, string(l.account), string(l.person), who} {
				if len(value) > 7 && strings.Contains(b, value) {
					w.t.Errorf("the log of privacy acts names %s: %s", who, b)
				}
			}
		}
		if strings.Contains(b, "@") {
			w.t.Errorf("the log of privacy acts holds an address: %s", b)
		}
	}
	if n, err := w.Evidence.Audit(w.t.Context()); err != nil || n < int64(len(bodies)) {
		w.t.Errorf("the log is not whole: %d entries, %v", n, err)
	}
}

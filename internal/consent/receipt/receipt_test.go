package receipt_test

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"plumbline/internal/consent"
	"plumbline/internal/consent/receipt"
	"plumbline/internal/person"
	"plumbline/internal/personal"
)

func input() receipt.Input {
	at := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	given := consent.Record{ID: "01890000-0000-7000-8000-000000000001", Who: personal.OfAccount("01890000-0000-7000-8000-00000000000a"), Purpose: personal.Updates,
		Word: consent.Given, Text: "Mail mij wat er nieuw is.", Version: "abc", Locale: "nl", Channel: consent.ByPage, UI: "f00d", At: at}
	gone := given
	gone.ID, gone.Word, gone.Channel, gone.At = "01890000-0000-7000-8000-000000000002", consent.Gone, consent.ByMail, at.Add(time.Hour)
	later := given
	later.ID, later.At = "01890000-0000-7000-8000-000000000003", at.Add(48*time.Hour)
	return receipt.Input{Record: gone, History: []consent.Record{later, gone, given}, Declarations: person.Declarations(), Label: "Nieuws", Policy: "https://x.example/privacy",
		Withdraw: "https://x.example/account/privacy", Complain: "https://x.example/authorities",
		Operator: personal.Operator{Name: "Operator NV", Address: "Kaai 1, Gent", Country: "BE", Email: "privacy@operator.example"},
		Processors: []personal.DataProcessor{{ID: "post", Name: "Post BV", Fields: []string{"mail.to"}, Country: "NL"},
			{ID: "other", Name: "Other", Fields: []string{"files.blob"}}}}
}

func TestWhatAReceiptSays(t *testing.T) {
	t.Parallel()
	b, err := receipt.New(input())
	if err != nil {
		t.Fatal(err)
	}
	var doc map[string]any
	if err := json.Unmarshal(b, &doc); err != nil {
		t.Fatal(err)
	}
	// The fields that the specification demands.
	for _, field := range []string{"dct:conformsTo", "dct:identifier", "dct:language", "dpv:hasDataSubject", "dpv:hasNotice", "dpv:hasProcess", "dpv:hasConsentStatus"} {
		if doc[field] == nil {
			t.Errorf("no %s", field)
		}
	}
	process := doc["dpv:hasProcess"].(map[string]any)
	for _, field := range []string{"dpv:hasPurpose", "dpv:hasLegalBasis", "dpv:hasPersonalData", "dpv:hasDataController", "dpv:hasStorageCondition", "dpv:hasJurisdiction",
		"dpv:hasRecipient", "dpv:hasConsentControl", "dpv:hasRight"} {
		if v, ok := process[field].([]any); process[field] == nil || ok && len(v) == 0 {
			t.Errorf("no %s", field)
		}
	}
	text := string(b)
	for _, want := range []string{"Mail mij wat er nieuw is.", "Operator NV", "Post BV", "account.sealed.email", "f00d", "ConsentWithdrawn", "https://w3id.org/dpv/legal/eu/gdpr#A7-3"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in it", want)
		}
	}
	for _, not := range []string{"Other", "account.sealed.name", "01890000-0000-7000-8000-000000000003"} {
		if strings.Contains(text, not) {
			t.Errorf("%q is in it", not)
		}
	}
	events := doc["dpv:hasConsentStatus"].([]any)
	if len(events) != 2 {
		t.Fatalf("%d events, want given and withdrawn", len(events))
	}
	if kind := events[0].(map[string]any)["@type"].([]any)[0]; kind != "dpv:ConsentGiven" {
		t.Errorf("first %v", kind)
	}
}

// TestItsTermsExist looks every DPV term up in the vocabulary's own files.
func TestItsTermsExist(t *testing.T) {
	t.Parallel()
	samples := os.Getenv("PLUMBLINE_SAMPLES")
	if samples == "" {
		t.Skip("PLUMBLINE_SAMPLES is not set")
	}
	known := map[string]bool{}
	for _, file := range []string{"dpv.csv", "pd.csv", "eu-gdpr.csv"} {
		f, err := os.Open(filepath.Join(samples, "privacy-security", "dpv-2.3", file))
		if err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(f).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		_ = f.Close()
		for _, r := range rows {
			known[r[2]] = true
		}
	}
	b, err := receipt.New(input())
	if err != nil {
		t.Fatal(err)
	}
	var doc any
	if err := json.Unmarshal(b, &doc); err != nil {
		t.Fatal(err)
	}
	seen := 0
	check := func(s string) {
		s = strings.NewReplacer("dpv:", "https://w3id.org/dpv#").Replace(s)
		if strings.HasPrefix(s, "https://w3id.org/dpv") && !strings.Contains(s, "/schema/") && !strings.HasSuffix(s, "#") {
			seen++
			if !known[s] {
				t.Errorf("%s is not in the vocabulary", s)
			}
		}
	}
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			for name, x := range v {
				check(name)
				walk(x)
			}
		case []any:
			for _, x := range v {
				walk(x)
			}
		case string:
			check(v)
		}
	}
	walk(doc)
	if seen < 30 {
		t.Errorf("only %d terms", seen)
	}
}

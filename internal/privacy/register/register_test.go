package register

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"plumbline/internal/lang"
	"plumbline/internal/paper"
	"plumbline/internal/person"
	"plumbline/internal/personal"
	"plumbline/internal/point/fields"
	"plumbline/internal/privacy/registered"
	"plumbline/internal/signin"
)

func made() time.Time { return time.Date(2026, 5, 4, 10, 0, 0, 0, time.UTC) }

func someFacts() Facts {
	s := registered.Demo()
	s.Processors[0].Subprocessors = []personal.DataProcessor{{Name: "Relay Far Inc", Address: "1 Far Street", Country: "US", Safeguard: personal.Clauses, Uses: []personal.Use{personal.UseMail}}}
	return Facts{Declarations: slices.Concat(person.Declarations(), fields.Declarations(), signin.Declarations()), Operator: s.Operator, Processors: s.Processors, Made: made()}
}

func firm() Party {
	return Party{ID: "o-1", Name: "Bouwhuis NV", Email: "privacy@bouwhuis.example", Country: "BE", Post: "Werf 3, 2000 Antwerpen", OfficerEmail: "dpo@bouwhuis.example"}
}

// sample is a file of the shared samples.
func sample(t *testing.T, name string) []byte {
	t.Helper()
	root := os.Getenv("PLUMBLINE_SAMPLES")
	if root == "" {
		t.Skip("PLUMBLINE_SAMPLES is not set: the sample files are not here")
	}
	b, err := os.ReadFile(filepath.Join(root, "privacy-security", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestEveryLetterOfArticle30 looks for what each letter of art. 30(1) and (2)
// asks for, in every language and format.
func TestEveryLetterOfArticle30(t *testing.T) {
	t.Parallel()
	f := someFacts()
	for _, l := range []lang.Locale{lang.DutchBelgium, lang.EnglishUK, lang.FrenchBelgium, lang.Danish, lang.GermanGermany} {
		for name, c := range map[string]struct {
			r       Register
			letters map[string][]string
		}{
			"30(1) operator": {OfOperator(f), map[string][]string{
				"a": {f.Operator.Name, f.Operator.Address, f.Operator.Email, f.Operator.Officer.Email, f.Operator.Officer.Post},
				"b": {lang.T(l, "privacy-terms.purpose.sign-in"), lang.T(l, "privacy-terms.purpose.security")},
				"c": {lang.T(l, "privacy-terms.subject.account-holder"), lang.T(l, "privacy-terms.category.contact"), lang.T(l, "privacy-terms.category.connection")},
				"d": {lang.T(l, "privacy-terms.recipient.mail-provider"), "Voorbeeldpost NV"},
				"e": {"Relay Far Inc", "US", lang.T(l, "privacy-terms.safeguard.scc")},
				"f": {lang.T(l, "privacy-terms.retention.while-account"), lang.T(l, "privacy-terms.retention.24h")},
				"g": {lang.T(l, "register.measure.sealed"), lang.T(l, "register.measure.way-out")},
			}},
			"30(1) organisation": {OfOrganisation(f, firm()), map[string][]string{
				"a": {"Bouwhuis NV", "privacy@bouwhuis.example", "Werf 3, 2000 Antwerpen", "dpo@bouwhuis.example"},
				"b": {lang.T(l, "privacy-terms.purpose.record")},
				"c": {lang.T(l, "privacy-terms.subject.participant"), lang.T(l, "privacy-terms.category.content")},
				"d": {lang.T(l, "privacy-terms.recipient.project"), f.Operator.Name, "Voorbeeldpost NV"},
				"e": {"Relay Far Inc"},
				"f": {lang.T(l, "privacy-terms.retention.while-project")},
				"g": {lang.T(l, "register.measure.tenants")},
			}},
			"30(2)": {AsProcessor(f, firm()), map[string][]string{
				"a": {f.Operator.Name, f.Operator.Email, f.Operator.Officer.Email, "Bouwhuis NV", "privacy@bouwhuis.example", "dpo@bouwhuis.example"},
				"b": {lang.T(l, "register.activities.processor"), lang.T(l, "privacy-terms.purpose.record")},
				"c": {"Relay Far Inc", "US", lang.T(l, "privacy-terms.safeguard.scc")},
				"d": {lang.T(l, "register.measure.levels")},
			}},
		} {
			doc := c.r.Paper(l, time.UTC)
			var text bytes.Buffer
			if err := paper.Markdown(&text, doc); err != nil {
				t.Fatal(err)
			}
			b, err := json.Marshal(c.r.View(l))
			if err != nil {
				t.Fatal(err)
			}
			ld, err := json.Marshal(c.r.JSONLD(l))
			if err != nil {
				t.Fatal(err)
			}
			plain := func(s string) string { return strings.NewReplacer(`\`, "", "\n", " ").Replace(s) }
			for letter, all := range c.letters {
				for _, want := range all {
					if !strings.Contains(plain(text.String()), want) {
						t.Errorf("%s %s (%s): %q is not in the document", l, name, letter, want)
					}
					if !strings.Contains(string(b), quoted(want)) && !strings.HasPrefix(want, lang.T(l, "register.activities.processor")) {
						t.Errorf("%s %s (%s): %q is not in the JSON", l, name, letter, want)
					}
				}
			}
			for _, want := range []string{"#register", "dpv:hasPurpose", "dpv:hasLegalBasis", "dpv:hasDataSubject", "dpv:hasRecipient", "dpv:hasStorageCondition",
				"dpv:hasTechnicalOrganisationalMeasure", "dpv:DataProtectionOfficer", "Relay Far Inc"} {
				if !strings.Contains(string(ld), want) {
					t.Errorf("%s %s: %s is not in the JSON-LD", l, name, want)
				}
			}
			for _, write := range []func() error{
				func() error { return paper.HTML(&bytes.Buffer{}, doc) }, func() error { return paper.PDF(&bytes.Buffer{}, doc) },
				func() error { return paper.XLSX(&bytes.Buffer{}, doc) },
			} {
				if err := write(); err != nil {
					t.Errorf("%s %s: %v", l, name, err)
				}
			}
		}
	}
}

func quoted(s string) string {
	b, _ := json.Marshal(s)
	return strings.Trim(string(b), `"`)
}

// TestTheLawSaysSo compares the letters above with the text of the regulation.
func TestTheLawSaysSo(t *testing.T) {
	t.Parallel()
	var law struct {
		Chapters []struct{ Contents json.RawMessage }
	}
	b := sample(t, "gdprtext/gdpr.json")
	if err := json.Unmarshal(b, &law); err != nil {
		t.Fatal(err)
	}
	type point struct {
		Number    string
		Text      string
		Subpoints []struct{ Number, Text string }
	}
	var points []point
	var find func(raw json.RawMessage)
	find = func(raw json.RawMessage) {
		var all []struct {
			Number, Type string
			Contents     json.RawMessage
		}
		if json.Unmarshal(raw, &all) != nil {
			return
		}
		for _, x := range all {
			if x.Type == "article" && x.Number == "30" {
				if err := json.Unmarshal(x.Contents, &points); err != nil {
					t.Fatal(err)
				}
			}
			find(x.Contents)
		}
	}
	for _, c := range law.Chapters {
		find(c.Contents)
	}
	if len(points) < 2 {
		t.Fatal("art. 30 was not found")
	}
	want := map[string]map[string]string{
		"1": {"a": "contact details of the controller", "b": "purposes of the processing", "c": "categories of data subjects", "d": "categories of recipients",
			"e": "transfers of personal data to a third country", "f": "time limits for erasure", "g": "technical and organisational security measures"},
		"2": {"a": "contact details of the processor", "b": "categories of processing carried out on behalf of each controller", "c": "transfers of personal data to a third country",
			"d": "technical and organisational security measures"},
	}
	for _, p := range points[:2] {
		if len(p.Subpoints) != len(want[p.Number]) {
			t.Errorf("art. 30(%s) has %d letters, we cover %d", p.Number, len(p.Subpoints), len(want[p.Number]))
		}
		for _, s := range p.Subpoints {
			if w := want[p.Number][s.Number]; w == "" || !strings.Contains(s.Text, w) {
				t.Errorf("art. 30(%s)(%s) says %q, we look for %q", p.Number, s.Number, s.Text, w)
			}
		}
	}
}

// TestWordsOfJSONLDExist expands every word of the vocabularies and looks for
// it in their files.
func TestWordsOfJSONLDExist(t *testing.T) {
	t.Parallel()
	known := map[string]bool{}
	for _, file := range []string{"dpv", "pd", "eu-gdpr"} {
		rows, err := csv.NewReader(bytes.NewReader(sample(t, "dpv-2.3/"+file+".csv"))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows[1:] {
			known[compact(row[2])] = true
		}
	}
	f := someFacts()
	found := 0
	var walk func(v any)
	check := func(s string) {
		if prefix, _, ok := strings.Cut(s, ":"); ok && slices.Contains([]string{"dpv", "pd", "eu-gdpr"}, prefix) && !strings.HasPrefix(s, prefix+"://") {
			found++
			if !known[s] {
				t.Errorf("%s is no word of the vocabulary", s)
			}
		}
	}
	walk = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			for key, x := range v {
				if key == "@context" || key == "rdfs:label" || key == "dct:title" {
					continue
				}
				check(key)
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
	for _, r := range []Register{OfOperator(f), OfOrganisation(f, firm()), AsProcessor(f, firm())} {
		b, err := json.Marshal(r.JSONLD(lang.EnglishUK))
		if err != nil {
			t.Fatal(err)
		}
		var v any
		if err := json.Unmarshal(b, &v); err != nil {
			t.Fatal(err)
		}
		walk(v)
		ids := map[string]bool{}
		for _, n := range v.(map[string]any)["@graph"].([]any) {
			id, _ := n.(map[string]any)["@id"].(string)
			if ids[id] {
				t.Errorf("two nodes are called %s", id)
			}
			ids[id] = true
		}
	}
	if found < 200 {
		t.Errorf("only %d words were looked at", found)
	}
}

// TestRolesAreKeptApart: account data is the operator's, project data the
// organisation's (ROLE-1, ROLE-2).
func TestRolesAreKeptApart(t *testing.T) {
	t.Parallel()
	f := someFacts()
	fields := func(r Register) (all []string) {
		for _, a := range r.Activities {
			for _, d := range a.Data {
				for _, x := range d.Fields {
					all = append(all, x.Name())
				}
			}
		}
		return all
	}
	operator, org, processor := fields(OfOperator(f)), fields(OfOrganisation(f, firm())), fields(AsProcessor(f, firm()))
	if !slices.Contains(operator, "account.sealed.email") || slices.Contains(operator, "person.sealed.email") || slices.Contains(operator, "point.description") {
		t.Errorf("the operator decides over %v", operator)
	}
	if !slices.Contains(org, "point.description") || slices.Contains(org, "account.sealed.email") {
		t.Errorf("the organisation decides over %v", org)
	}
	if !slices.Equal(org, processor) {
		t.Error("what the operator processes is not what the organisation decides over")
	}
	seen := map[string]bool{}
	for _, name := range append(operator, org...) {
		seen[name] = true
	}
	for _, d := range f.Declarations {
		if d.Personal() && !seen[d.Name()] {
			t.Errorf("%s is in no register", d.Name())
		}
	}
}

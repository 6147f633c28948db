package personal

import (
	"bytes"
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"plumbline/internal/personal/dpvfile"
)

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

// column is one column of a CSV file, as a set.
func column(t *testing.T, name, title string) map[string]bool {
	t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(sample(t, name))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	i := slices.Index(rows[0], title)
	if i < 0 {
		t.Fatalf("%s has no column %s", name, title)
	}
	all := map[string]bool{}
	for _, row := range rows[1:] {
		all[row[i]] = true
	}
	return all
}

// TestWordsExist: each word is a concept of DPV 2.3 and a key of Fideslang.
func TestWordsExist(t *testing.T) {
	t.Parallel()
	dpv := map[string]bool{}
	for _, file := range []string{"dpv", "pd", "eu-gdpr"} {
		for iri := range column(t, "dpv-2.3/"+file+".csv", "iri") {
			dpv[iri] = true
		}
	}
	data, uses, people := column(t, "fideslang/data_categories.csv", "fides_key"), column(t, "fideslang/data_uses.csv", "fides_key"), column(t, "fideslang/data_subjects.csv", "fides_key")
	if len(dpv) < 1000 || len(data) < 80 || len(uses) < 50 || len(people) < 14 {
		t.Fatalf("%d, %d, %d and %d words", len(dpv), len(data), len(uses), len(people))
	}
	is := func(what string, iris []string, key string, keys map[string]bool) {
		if len(iris) == 0 {
			t.Errorf("%s is nothing in DPV", what)
		}
		for _, iri := range iris {
			if !dpv[iri] {
				t.Errorf("%s: DPV does not know %s", what, iri)
			}
		}
		if keys != nil && !keys[key] {
			t.Errorf("%s: Fideslang does not know %q", what, key)
		}
	}
	for _, c := range Categories() {
		is(string(c), c.DPV(), c.Fideslang(), data)
	}
	for _, x := range Terms() {
		p := Part{Category: Contact, Term: x}
		is(string(x), p.DPV(), p.Fideslang(), data)
	}
	for _, p := range Purposes() {
		is(string(p), p.DPV(), p.Fideslang(), uses)
	}
	for _, s := range Subjects() {
		is(string(s), s.DPV(), s.Fideslang(), people)
	}
	for _, b := range Bases() {
		is(string(b), []string{b.DPV()}, "", nil)
		for _, r := range RightsFor(b) {
			is(string(b)+" "+r.Article, []string{r.IRI}, "", nil)
		}
	}
	for _, r := range Recipients() {
		if r != Nobody {
			is(string(r), r.DPV(), "", nil)
		}
	}
	for _, s := range []Safeguard{Clauses, Adequacy("CH")} {
		is(string(s), []string{s.DPV()}, "", nil)
	}
	if (Part{Category: "made-up"}).Fideslang() != "" || len(Category("made-up").DPV()) != 0 || data["user.made_up"] {
		t.Error("a made-up word would pass")
	}
}

// TestRightsAreThoseOfDPV: the generated table is what the file says.
func TestRightsAreThoseOfDPV(t *testing.T) {
	t.Parallel()
	all, err := dpvfile.Rights(sample(t, "dpv-2.3/eu-gdpr.ttl"))
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range all {
		if got := rightsByBasis(b.Basis); !slices.Equal(got, b.Rights) {
			t.Errorf("%s: %v, the file says %v; run make generate", b.Basis, got, b.Rights)
		}
	}
}

// TestRights is what must not be lost in any update of the table.
func TestRights(t *testing.T) {
	t.Parallel()
	has := func(b Basis, article string) bool {
		return slices.ContainsFunc(RightsFor(b), func(r Right) bool { return r.Article == article && strings.HasSuffix(r.IRI, "#"+article) })
	}
	for _, c := range []struct {
		basis   Basis
		article string
		want    bool
	}{
		{Consent, "A7-3", true}, {Contract, "A7-3", false}, {Consent, "A20", true}, {Contract, "A20", true}, {Legitimate, "A20", false},
		{Legitimate, "A21", true}, {Contract, "A21", false}, {LegalDuty, "A17", false}, {Contract, "A17", true}, {LegalDuty, "A15", true}, {LegalDuty, "A77", true},
	} {
		if has(c.basis, c.article) != c.want {
			t.Errorf("%s %s: want %v", c.basis, c.article, c.want)
		}
	}
	if len(RightsFor("because")) != 0 {
		t.Error("a basis that is none gives rights")
	}
}

func TestAdequacyIsThatOfDPV(t *testing.T) {
	t.Parallel()
	var want []string
	for term := range column(t, "dpv-2.3/legal-eu.csv", "term") {
		if country, ok := strings.CutPrefix(term, "Adequacy-EU-"); ok {
			want = append(want, country)
		}
	}
	slices.Sort(want)
	if got := AdequateCountries(); !slices.Equal(got, want) {
		t.Errorf("%v, the file says %v", got, want)
	}
}

package dpvfile

import (
	"slices"
	"strings"
	"testing"
)

const block = `eu-gdpr:A6-1-%s a rdfs:Class,
        dpv:LegalBasis ;
    skos:definition "ends with. eu-gdpr:A99"@en ;
    dpv:hasRight eu-gdpr:A13,
        eu-gdpr:A7-3 .

`

func file(letters string) string {
	out := "@prefix dpv: <https://w3id.org/dpv#> .\n\n"
	for _, l := range letters {
		out += strings.Replace(block, "%s", string(l), 1)
	}
	return out
}

func TestRights(t *testing.T) {
	t.Parallel()
	all, err := Rights([]byte(file("badcfe")))
	if err != nil || len(all) != 6 || all[0].Basis != "A6-1-a" || !slices.Equal(all[0].Rights, []string{"A13", "A7-3"}) {
		t.Errorf("%v %v", all, err)
	}
	for name, bad := range map[string]string{"nothing": "", "a basis is missing": file("abcde"), "no rights": strings.ReplaceAll(file("abcdef"), "eu-gdpr:A13,\n        eu-gdpr:A7-3", "dpv:None")} {
		if _, err := Rights([]byte(bad)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func FuzzRights(f *testing.F) {
	f.Add([]byte(file("abcdef")))
	f.Add([]byte("eu-gdpr:A6-1-a a x ; dpv:hasRight ; .\n"))
	f.Fuzz(func(_ *testing.T, b []byte) { _, _ = Rights(b) })
}

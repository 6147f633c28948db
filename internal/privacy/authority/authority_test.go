package authority

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"plumbline/internal/personal"
)

func TestEveryCountryHasOne(t *testing.T) {
	t.Parallel()
	for _, c := range personal.EEA() {
		got := Of(c)
		if len(got) == 0 || !national(got[0].ID) {
			t.Errorf("%s: %v", c, got)
		}
	}
	if n := len(National()); n != len(personal.EEA()) {
		t.Errorf("%d national authorities", n)
	}
	if got := Of("de"); len(got) < 17 || got[0].ID != "debfdi" {
		t.Errorf("Germany: %d, %s first", len(got), got[0].ID)
	}
	if len(Of("US")) != 0 {
		t.Error("an authority of the United States")
	}
}

func TestEachCanBeReached(t *testing.T) {
	t.Parallel()
	for _, a := range All() {
		if a.Name == "" || a.Address == "" || a.Web == "" || a.Email == "" && a.Form == "" && a.Phone == "" {
			t.Errorf("%s cannot be reached", a.ID)
		}
		for _, u := range []string{a.Web, a.Form} {
			if u != "" && !strings.HasPrefix(u, "https://") && !strings.HasPrefix(u, "http://") {
				t.Errorf("%s: %s", a.ID, u)
			}
		}
	}
	if o := Origin(); !strings.Contains(o.Licence, "CC0") || o.From == "" {
		t.Errorf("origin %v", o)
	}
}

// The list says what its source says.
func TestAsTheSourceSays(t *testing.T) {
	t.Parallel()
	samples := os.Getenv("PLUMBLINE_SAMPLES")
	if samples == "" {
		t.Skip("PLUMBLINE_SAMPLES is not set")
	}
	for _, a := range All() {
		b, err := os.ReadFile(filepath.Join(samples, "privacy-security", "dpa-contacts", a.ID+".json"))
		if err != nil {
			t.Fatal(err)
		}
		var s struct {
			Name, Address, Phone, Email, Web, Webform string
			Countries                                 []string `json:"relevant-countries"`
		}
		if err := json.Unmarshal(b, &s); err != nil {
			t.Fatal(err)
		}
		for i := range s.Countries {
			s.Countries[i] = strings.ToUpper(s.Countries[i])
		}
		if a.Name != s.Name || a.Address != s.Address || a.Phone != s.Phone || a.Email != s.Email || a.Web != s.Web || a.Form != s.Webform || !slices.Equal(a.Countries, s.Countries) {
			t.Errorf("%s differs from its source", a.ID)
		}
	}
}

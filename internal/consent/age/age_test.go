package age_test

import (
	"testing"

	"plumbline/internal/consent/age"
)

func TestIn(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, country string
		age           int
		known         bool
	}{
		{"Belgium", "BE", 13, true},
		{"Denmark since 2024", "dk", 15, true},
		{"Germany keeps the regulation's", " DE", 16, true},
		{"not of the table", "US", age.Default, false},
		{"nothing", "", age.Default, false},
	}
	for _, c := range cases {
		if r, ok := age.In(c.country); r.Age != c.age || ok != c.known {
			t.Errorf("%s: %d %v, want %d %v", c.name, r.Age, ok, c.age, c.known)
		}
	}
}

func TestTheTableIsWhole(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, r := range age.All().Rules {
		if seen[r.Country] || len(r.Country) != 2 || r.Age < age.Floor || r.Age > age.Default || r.Law == "" || r.Source == "" {
			t.Errorf("%+v", r)
		}
		seen[r.Country] = true
	}
	if len(seen) != 27 {
		t.Errorf("%d countries; the EU has 27", len(seen))
	}
}

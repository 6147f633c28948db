package declared

import (
	"testing"

	"plumbline/internal/lang"
)

// TestEveryFieldHasAName: a person reads what a field is, never its key.
func TestEveryFieldHasAName(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	has := func(key string) {
		if !seen[key] && !lang.Has(key) {
			t.Errorf("no text for %s", key)
		}
		seen[key] = true
	}
	for _, d := range Declarations() {
		if !d.Personal() {
			continue
		}
		has("privacy-terms.table." + d.Table)
		if d.Term == "" { // then people read its category
			has("privacy-terms.category." + string(d.Category))
		} else {
			has("privacy-terms.term." + string(d.Term))
		}
	}
	for _, o := range Outbound() {
		if o.NotPersonal == "" {
			has("register.outbound." + o.Name())
		}
	}
	if len(seen) < 60 {
		t.Errorf("only %d words", len(seen))
	}
}

package declared

import (
	"slices"
	"testing"

	"plumbline/internal/personal"
)

// oneText are sealed columns that hold a text as it is, no fields.
func oneText() []string {
	return []string{"restriction.note", "child_report.description", "support_grant.reason", "factor.name"}
}

// TestSealedColumnsAreKnownByField: what is sealed cannot be looked at later,
// so that its Go type is compared here: declared field by field, or as JSON
// bound to its type, or a file, or one text.
func TestSealedColumnsAreKnownByField(t *testing.T) {
	t.Parallel()
	known := map[string]bool{}
	for _, j := range JSON() {
		known[j.Table+"."+j.Column] = known[j.Table+"."+j.Column] || j.Holds != nil
	}
	for _, c := range FileClasses() {
		for _, column := range c.Columns {
			known[column] = true
		}
	}
	for _, d := range Declarations() {
		name := d.Table + "." + d.Column
		sealed := slices.Contains([]personal.Store{personal.Vault, personal.Sealed, personal.Bucket}, d.StoredIn)
		if d.Personal() && sealed && d.Field == "" && !known[name] && !slices.Contains(oneText(), name) {
			t.Errorf("%s is sealed, and nobody knows its fields", name)
		}
	}
}

package point

import (
	"slices"

	"plumbline/internal/merge"
	"plumbline/internal/point/fields"
)

// UndoDays is how long a deleted point can be restored.
const UndoDays = 30

// fieldsOf is a patch as package merge takes it, in the order of fields.All.
func fieldsOf(now fields.Values, patch fields.Patch) []merge.Field {
	var out []merge.Field
	for _, f := range fields.All() {
		if slices.Contains(patch.Fields, f) {
			out = append(out, merge.Field{Name: string(f), Now: now.At(f), Mine: patch.At(f)})
		}
	}
	return out
}

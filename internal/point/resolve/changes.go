package resolve

import (
	"slices"

	"plumbline/internal/merge"
	"plumbline/internal/point/fields"
)

// Changes is a patch as package merge takes it, in the order of fields.All.
func Changes(now fields.Values, patch fields.Patch) []merge.Field {
	var out []merge.Field
	for _, f := range fields.All() {
		if slices.Contains(patch.Fields, f) {
			out = append(out, merge.Field{Name: string(f), Now: now.At(f), Mine: patch.At(f)})
		}
	}
	return out
}

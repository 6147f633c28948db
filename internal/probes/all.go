package probes

import (
	"slices"

	"plumbline/internal/promise"
)

// InOrder are the probes of several areas; those that disturb others run alone.
func InOrder(areas ...[]promise.Probe) []promise.Probe {
	all := slices.Concat(areas...)
	for i := range all {
		all[i].Alone = all[i].Alone || slices.Contains(alone(), all[i].Promise)
	}
	return all
}

// alone are the promises whose probes erase people, or sweep: reports that
// others make just then would name somebody who has left.
func alone() []string { return []string{"ERA-1", "ERA-2", "CHI-1", "RET-1", "RET-2", "RET-3"} }

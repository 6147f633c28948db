package project

import (
	"slices"
	"strings"

	"plumbline/internal/access"
	"plumbline/internal/fault"
)

// tidy sorts those in charge and drops doubles, so that equal sets are equal.
func tidy(in []access.InCharge) []access.InCharge {
	out := slices.Clone(in)
	slices.SortFunc(out, func(a, b access.InCharge) int {
		if c := strings.Compare(a.Kind, b.Kind); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	return slices.Compact(out)
}

// enough refuses statuses with which points could not be opened or closed.
func enough(all []Status) error {
	if !slices.ContainsFunc(all, func(s Status) bool { return !s.Closes && !s.ManagersOnly }) {
		return fault.New(fault.Conflict, "last-open-status", "a project keeps an open status that everybody may set")
	}
	if !slices.ContainsFunc(all, func(s Status) bool { return s.Closes }) {
		return fault.New(fault.Conflict, "last-closing-status", "a project keeps a status that closes")
	}
	return nil
}

package resolve

import (
	"slices"

	"plumbline/internal/access"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/point/fields"
	"plumbline/internal/policy"
)

// Target is the list that a point is to stand on: the one named, or the first
// on which the actor may make points.
func Target(g access.Grant, set fields.Settings, list id.List) (fields.ListRule, error) {
	if list == "" {
		i := slices.IndexFunc(set.Lists, func(l fields.ListRule) bool {
			return !l.Archived && policy.May(g.LevelOn(l.ID), policy.CreatePoint) == nil
		})
		if i >= 0 {
			return set.Lists[i], nil
		}
		if len(set.Lists) == 0 {
			return fields.ListRule{}, fault.New(fault.Invalid, "no-list", "the project has no list of points")
		}
		return fields.ListRule{}, policy.AtLeast(min(g.Level, policy.Guest), policy.Needs(policy.CreatePoint))
	}
	to, ok := set.List(list)
	if !ok || !g.Knows(list) {
		return to, fault.InvalidFields([]fault.Field{{Path: "list_id", Code: "unknown"}})
	}
	if to.Archived {
		return to, fault.New(fault.Conflict, "list-archived", "the list takes no new points")
	}
	return to, policy.May(g.LevelOn(list), policy.CreatePoint)
}

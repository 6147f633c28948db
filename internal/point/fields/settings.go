package fields

import (
	"slices"
	"time"

	"plumbline/internal/id"
)

// StatusRule is what a point needs to know of a status.
type StatusRule struct {
	ID           id.Status
	Closes       bool
	ManagersOnly bool
}

// ListRule is what a point needs to know of a list.
type ListRule struct {
	ID         id.List
	Code       string // empty where numbers do not begin with it
	Occurrence int64  // 0 where numbers count none
	Archived   bool   // takes no new points
}

// Node is a place in a tree: a location or category. Parent is empty at the top.
type Node struct{ ID, Parent string }

// Parts are parts of the settings, to be read together.
type Parts uint8

// The parts.
const (
	Zone Parts = 1 << iota
	Statuses
	Lists
	Locations
	Categories
)

// Settings are the project's, as far as points go by them. Every slice is in
// the project's own order, trees parents first.
type Settings struct {
	Zone       *time.Location
	Statuses   []StatusRule
	Lists      []ListRule
	Locations  []Node
	Categories []Node
}

// Status finds a status.
func (s Settings) Status(want id.Status) (StatusRule, bool) {
	i := slices.IndexFunc(s.Statuses, func(r StatusRule) bool { return r.ID == want })
	if i < 0 {
		return StatusRule{}, false
	}
	return s.Statuses[i], true
}

// List finds a list.
func (s Settings) List(want id.List) (ListRule, bool) {
	i := slices.IndexFunc(s.Lists, func(r ListRule) bool { return r.ID == want })
	if i < 0 {
		return ListRule{}, false
	}
	return s.Lists[i], true
}

// Has reports whether a tree holds a node.
func Has[T ~string](nodes []Node, want T) bool {
	return slices.ContainsFunc(nodes, func(n Node) bool { return n.ID == string(want) })
}

// Below is of with everything under it.
func Below[T ~string](nodes []Node, of []T) []T {
	in := make(map[string]bool, len(of))
	for _, v := range of {
		in[string(v)] = true
	}
	out := slices.Clone(of)
	for _, n := range nodes { // parents first
		if in[n.Parent] && !in[n.ID] {
			in[n.ID] = true
			out = append(out, T(n.ID))
		}
	}
	return out
}

// Package rules is what is right in the settings of a project, as far as it can
// be told without looking anything up: limits, words and trees. It is pure.
//
// Breaches are fault.Field with the API's paths and the codes not-one-of,
// not-allowed, required, unknown, wrong-kind, has-parts, out-of-range.
package rules

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"plumbline/internal/fault"
)

// Limits, in characters unless said otherwise.
const (
	MaxName     = 200
	MaxCode     = 40 // of a project or a location
	MaxOrder    = 1_000_000
	MaxInCharge = 50 // proposed by a category; entries
)

var colour = regexp.MustCompile(`^(open|progress|review|done|idle|#[0-9a-fA-F]{6})$`)

// Shapes are the shapes that a status can have.
func Shapes() []string { return []string{"circle", "square", "diamond", "triangle", "ring"} }

// LocationKinds and CategoryKinds are the levels of the trees, from the top.
func LocationKinds() []string { return []string{"building", "level", "room"} }

// CategoryKinds are the levels of the categories, from the top.
func CategoryKinds() []string { return []string{"category", "sub-category", "subject"} }

// Colour reports whether s is one of the five that the themes know, or #rrggbb.
func Colour(s string) bool { return colour.MatchString(s) }

// Zone reports whether name is a zone of the IANA database that this server
// knows.
func Zone(name string) bool {
	if name == "" || name == "Local" || strings.ContainsAny(name, "\\ ") {
		return false
	}
	_, err := time.LoadLocation(name)
	return err == nil
}

// Bad is a breach of a rule, when there is one.
func Bad(path, code string, when bool) []fault.Field {
	if !when {
		return nil
	}
	return []fault.Field{{Path: path, Code: code}}
}

// Order checks a place in an order.
func Order(n int64) []fault.Field { return Bad("order", "out-of-range", n < 0 || n > MaxOrder) }

// Node is a place in a tree. Parent is nil at the top.
type Node[ID ~string] struct {
	ID     ID
	Parent *ID
	Kind   string
}

// Place checks where a node stands among the others: its parent is of the kind
// above its own, its children of the kind below. So there can be no loop.
func Place[ID ~string](kinds []string, n Node[ID], others []Node[ID]) []fault.Field {
	level := slices.Index(kinds, n.Kind)
	if level < 0 {
		return Bad("kind", "not-one-of", true)
	}
	var out []fault.Field
	parent := -1 // level of the parent
	for _, x := range others {
		if x.ID == n.ID {
			continue
		}
		if n.Parent != nil && x.ID == *n.Parent {
			parent = slices.Index(kinds, x.Kind)
		}
		if x.Parent != nil && *x.Parent == n.ID && slices.Index(kinds, x.Kind) != level+1 {
			return Bad("kind", "has-parts", true)
		}
	}
	switch {
	case level == 0:
		out = Bad("parent_id", "not-allowed", n.Parent != nil)
	case n.Parent == nil:
		out = Bad("parent_id", "required", true)
	case parent < 0:
		out = Bad("parent_id", "unknown", true)
	default:
		out = Bad("parent_id", "wrong-kind", parent != level-1)
	}
	return out
}

// ParentsFirst walks a forest depth first, siblings in the order given.
func ParentsFirst[T any, ID ~string](all []T, of func(T) Node[ID]) []T {
	children := map[ID][]T{}
	for _, x := range all {
		var under ID
		if p := of(x).Parent; p != nil {
			under = *p
		}
		children[under] = append(children[under], x)
	}
	out := make([]T, 0, len(all))
	var walk func(ID)
	walk = func(under ID) {
		for _, x := range children[under] {
			out = append(out, x)
			walk(of(x).ID)
		}
	}
	walk("")
	return out
}

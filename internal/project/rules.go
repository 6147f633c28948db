package project

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"plumbline/internal/access"
	"plumbline/internal/fault"
)

// Limits, in characters unless said otherwise.
const (
	MaxName     = 200
	MaxCode     = 40 // of a project or a location
	MaxListCode = 8
	MaxOrder    = 1_000_000
	MaxInCharge = 50 // proposed by a category; entries
)

var (
	colour   = regexp.MustCompile(`^(open|progress|review|done|idle|#[0-9a-fA-F]{6})$`)
	listCode = regexp.MustCompile(`^[\pL\pN][\pL\pN._-]{0,7}$`) // begins every number of its points
)

// Shapes are the shapes that a status can have.
func Shapes() []string { return []string{"circle", "square", "diamond", "triangle", "ring"} }

// LocationKinds and CategoryKinds are the levels of the trees, from the top.
func LocationKinds() []string { return []string{"building", "level", "room"} }

// CategoryKinds are the levels of the categories, from the top.
func CategoryKinds() []string { return []string{"category", "sub-category", "subject"} }

// Zone reports whether name is a zone of the IANA database that this server
// knows.
func Zone(name string) bool {
	if name == "" || name == "Local" || strings.ContainsAny(name, "\\ ") {
		return false
	}
	_, err := time.LoadLocation(name)
	return err == nil
}

func bad(path, code string, when bool) []fault.Field {
	if !when {
		return nil
	}
	return []fault.Field{{Path: path, Code: code}}
}

func orderOf(n int64) []fault.Field { return bad("order", "out-of-range", n < 0 || n > MaxOrder) }

// node is a place in a tree.
type node[ID ~string] struct {
	id     ID
	parent *ID
	kind   string
}

// place checks where a node stands among the others: its parent is of the kind
// above its own, its children of the kind below. So there can be no loop.
func place[ID ~string](kinds []string, n node[ID], others []node[ID]) []fault.Field {
	level := slices.Index(kinds, n.kind)
	if level < 0 {
		return bad("kind", "not-one-of", true)
	}
	var out []fault.Field
	parent := -1 // level of the parent
	for _, x := range others {
		if x.id == n.id {
			continue
		}
		if n.parent != nil && x.id == *n.parent {
			parent = slices.Index(kinds, x.kind)
		}
		if x.parent != nil && *x.parent == n.id && slices.Index(kinds, x.kind) != level+1 {
			return bad("kind", "has-parts", true)
		}
	}
	switch {
	case level == 0:
		out = bad("parent_id", "not-allowed", n.parent != nil)
	case n.parent == nil:
		out = bad("parent_id", "required", true)
	case parent < 0:
		out = bad("parent_id", "unknown", true)
	default:
		out = bad("parent_id", "wrong-kind", parent != level-1)
	}
	return out
}

// parentsFirst walks a forest depth first, siblings in the order given.
func parentsFirst[T any, ID ~string](all []T, of func(T) node[ID]) []T {
	children := map[ID][]T{}
	for _, x := range all {
		var under ID
		if p := of(x).parent; p != nil {
			under = *p
		}
		children[under] = append(children[under], x)
	}
	out := make([]T, 0, len(all))
	var walk func(ID)
	walk = func(under ID) {
		for _, x := range children[under] {
			out = append(out, x)
			walk(of(x).id)
		}
	}
	walk("")
	return out
}

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

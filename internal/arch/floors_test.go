package arch

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// The floors. Import arrows point down.
const (
	base = iota
	engines
	platform
	ground
	features
	delivery
	house5
)

// floorOf lists every name below internal/. A new one must be put on its floor.
func floorOf() map[string]int {
	floors := map[int]string{
		base:     "id clock fault page lang sabotage trace",
		engines:  "unpack bcf ifc sheet policy personal promise cpm workcal retention",
		platform: "tabular ical db schema blob crypt job feed merge mutation mail disclosure evidence egress paper raster sandbox search rest typeface",
		ground:   "consent person org signin access staff project media comment",
		features: "exchange drawing point report view form document programme diary message notify privacy prove",
		delivery: "syncapi opsapi webui cli probes",
		house5:   "app demo arch",
	}
	out := map[string]int{}
	for floor, names := range floors {
		for n := range strings.FieldsSeq(names) {
			out[n] = floor
		}
	}
	return out
}

// order of the ground floor: each may import those before it.
func groundOrder() []string {
	return []string{"consent", "person", "org", "signin", "access", "staff", "project", "media", "comment"}
}

// place is where a package stands.
func place(path string, floors map[string]int) (floor int, known bool) {
	if strings.HasPrefix(path, "cmd/") || strings.HasPrefix(path, "bench/") || strings.HasPrefix(path, "tools/") {
		return house5 + 1, true
	}
	if isAPI(path) {
		return delivery, true
	}
	floor, known = floors[slice(path)]
	return floor, known
}

func TestFloors(t *testing.T) {
	t.Parallel()
	floors := floorOf()
	for _, p := range sorted(packages(t)) {
		from, known := place(p.Path, floors)
		if !known {
			t.Errorf("%s stands on no floor: add %q to floorOf\n\twhy it is a rule: a package without a floor could import anything", p.Path, slice(p.Path))
			continue
		}
		for _, in := range p.ours() {
			to, known := place(in, floors)
			if !known {
				continue // reported once, as itself
			}
			if why := refuse(p.Path, in, from, to); why != "" {
				t.Errorf("%s imports %s: %s", p.Path, in, why)
			}
		}
	}
}

// refuse says why a package on floor from may not import one on floor to, or "".
func refuse(path, in string, from, to int) string {
	same := slice(path) == slice(in) && slice(in) != ""
	switch {
	case to > from:
		return "arrows point down only; what a lower package needs of a higher one it declares as a small interface, and app supplies it"
	case from == delivery && to == features && isAPI(path) && !same:
		return "an API delivers its own slice; what it needs of another it declares as an interface, and app supplies it"
	case to < from || same:
		return ""
	case from == ground:
		order := groundOrder()
		if slices.Index(order, slice(in)) > slices.Index(order, slice(path)) {
			return "ground slices stand in an order (" + strings.Join(order, " < ") + ") and import those before them"
		}
	case from == features:
		return "feature slices never import each other: declare an interface of one to three methods, app supplies it"
	case from == delivery:
		return "delivery packages never import each other"
	}
	return ""
}

func TestRefuseKnowsItsRules(t *testing.T) {
	t.Parallel()
	floors := floorOf()
	cases := []struct {
		name, from, to string
		allowed        bool
	}{
		{"down", "internal/point", "internal/access", true},
		{"up", "internal/access", "internal/point", false},
		{"sibling features", "internal/point", "internal/drawing", false},
		{"part of the same feature", "internal/point", "internal/point/fields", true},
		{"ground in order", "internal/project", "internal/person", true},
		{"ground against the order", "internal/person", "internal/project", false},
		{"API of its slice", "internal/point/pointapi", "internal/point", true},
		{"API of another slice", "internal/point/pointapi", "internal/drawing", false},
		{"API on the ground", "internal/point/pointapi", "internal/access", true},
		{"sibling APIs", "internal/point/pointapi", "internal/drawing/drawingapi", false},
		{"slice on its API", "internal/point", "internal/point/pointapi", false},
		{"platform on product", "internal/rest", "internal/point", false},
		{"platform on platform", "internal/rest", "internal/db", true},
		{"engine on platform", "internal/policy", "internal/db", false},
		{"base on engine", "internal/id", "internal/sheet", false},
		{"delivery on app", "internal/cli", "internal/app", false},
		{"app on all", "internal/app", "internal/point/pointapi", true},
		{"main on app", "cmd/plumbline", "internal/app", true},
		{"app on main", "internal/app", "cmd/plumbline", false},
	}
	for _, c := range cases {
		from, _ := place(c.from, floors)
		to, _ := place(c.to, floors)
		if got := refuse(c.from, c.to, from, to) == ""; got != c.allowed {
			t.Errorf("%s: %s imports %s: allowed %v, want %v", c.name, c.from, c.to, got, c.allowed)
		}
	}
}

func TestBaseAndEnginesAreBare(t *testing.T) {
	t.Parallel()
	floors := floorOf()
	outside := []string{"net", "os", "database", "log", "syscall", "io/fs"}
	for _, p := range sorted(packages(t)) {
		floor, known := place(p.Path, floors)
		if !known || floor > engines {
			continue
		}
		for _, i := range p.Imports {
			first, _, _ := strings.Cut(i, "/")
			if floor == base && strings.Contains(first, ".") {
				t.Errorf("%s imports %s\n\twhy it is a rule: the base stands on the standard library alone", p.Path, i)
			}
			if floor == engines && (slices.Contains(outside, first) || slices.Contains(outside, i)) {
				t.Errorf("%s imports %s\n\twhy it is a rule: engines are pure, values in and values out, so that they can be tested against outside oracles", p.Path, i)
			}
		}
	}
}

const maxDepth = 10

// TestImportDepth counts the longest chain of imports below each package of the
// house; main is its door, and app/program the handle: no storeys.
func TestImportDepth(t *testing.T) {
	t.Parallel()
	all := packages(t)
	known := map[string][]string{}
	var chain func(path string) []string
	chain = func(path string) []string {
		if c, ok := known[path]; ok {
			return c
		}
		var below []string
		if p := all[path]; p != nil {
			for _, in := range p.ours() {
				if c := chain(in); len(c) > len(below) {
					below = c
				}
			}
		}
		known[path] = append([]string{path}, below...)
		return known[path]
	}
	for path := range all {
		if c := chain(path); strings.HasPrefix(path, "internal/") && path != "internal/app/program" && len(c)-1 > maxDepth {
			t.Errorf("%s stands on %d storeys: %s\n\twhy it is a rule: nobody keeps more than %d in mind", path, len(c)-1, strings.Join(c, " > "), maxDepth)
		}
	}
}

const (
	maxPackage = 1550 // about 1,500
	maxFile    = 500
)

func TestSizes(t *testing.T) {
	t.Parallel()
	breaches := map[string]string{}
	for _, p := range sorted(packages(t)) {
		if isTestHelp(p.Path) { // contract suites and the like are tests
			continue
		}
		sum := 0
		for _, f := range p.files {
			if f.generated {
				continue
			}
			sum += f.lines
			if f.lines > maxFile {
				breaches[f.name] = fmt.Sprintf("%s has %d lines, more than %d", f.name, f.lines, maxFile)
			}
		}
		if sum > maxPackage {
			breaches[p.Path] = fmt.Sprintf("%s has %d lines, more than %d: what in it can stand by itself?", p.Path, sum, maxPackage)
		}
	}
	exceptions{}.check(t, breaches, "a package that is read in one sitting stays understood; one that is not becomes the place for everything")
}

func TestPackagesAreDocumented(t *testing.T) {
	t.Parallel()
	for _, p := range sorted(packages(t)) {
		if len(p.GoFiles) > 0 && len(strings.Fields(p.Doc)) < 4 {
			t.Errorf("%s has no package comment (%q)\n\twhy it is a rule: a package states what it promises, and to whom", p.Path, p.Doc)
		}
	}
}

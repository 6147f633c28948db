package arch

import (
	"fmt"
	"go/ast"
	"go/token"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// mayStand tells in which packages something may be imported.
type mayStand struct {
	imports []string // import paths; one that ends in / stands for all below
	in      func(p *pkg, f *file) bool
	why     string
}

func under(path string, names ...string) bool {
	return slices.Contains(names, slice(path)) && strings.HasPrefix(path, "internal/")
}

func isStore(f *file) bool {
	name := last(f.name)
	return strings.HasPrefix(name, "store") && strings.HasSuffix(name, ".go")
}

func outsideHouse(p *pkg) bool { return !strings.HasPrefix(p.Path, "internal/") }

func isTestHelp(path string) bool {
	return strings.HasSuffix(last(path), "test") || strings.Contains(path, "/dbtest/")
}

func placesOf() []mayStand {
	return []mayStand{
		{[]string{"net/http", "net/http/httputil", "net/http/pprof"}, func(p *pkg, _ *file) bool {
			return isAPI(p.Path) || under(p.Path, "rest", "egress", "syncapi", "opsapi", "webui", "app", "cli", "probes") || isTestHelp(p.Path) || outsideHouse(p)
		}, "HTTP is how things are delivered, not what they are: services return faults, and *api packages map"},
		{[]string{"github.com/danielgtaylor/huma/"}, func(p *pkg, _ *file) bool { return under(p.Path, "rest") },
			"rest hides huma, so that its traps are met once and it can be replaced"},
		{[]string{"database/sql", "database/sql/driver", "github.com/jackc/", "modernc.org/sqlite", "github.com/pressly/goose/"}, func(p *pkg, _ *file) bool {
			return under(p.Path, "db", "schema")
		}, "all statements go through db's transactions, which carry the tenant"},
		{[]string{"os/exec"}, func(p *pkg, _ *file) bool {
			return under(p.Path, "sandbox") || isTestHelp(p.Path) || outsideHouse(p)
		}, "a child process is started in one place, with limits on memory, time and what it may open"},
		{[]string{"unsafe", "C"}, func(*pkg, *file) bool { return false }, "the program is memory-safe and builds without cgo"},
		{[]string{"math/rand"}, func(*pkg, *file) bool { return false }, "math/rand/v2 or crypto/rand: the old one is seeded by hand"},
	}
}

func TestWhereThingsMayStand(t *testing.T) {
	t.Parallel()
	for _, p := range sorted(packages(t)) {
		for _, f := range p.files {
			for _, i := range f.syntax.Imports {
				path, err := strconv.Unquote(i.Path.Value)
				if err != nil {
					t.Fatal(err)
				}
				for _, rule := range placesOf() {
					for _, pattern := range rule.imports {
						if (path == pattern || strings.HasSuffix(pattern, "/") && strings.HasPrefix(path, pattern)) && !rule.in(p, f) {
							t.Errorf("%s imports %s\n\twhy it is a rule: %s", f.at(i), path, rule.why)
						}
					}
				}
			}
		}
	}
}

func TestNoInit(t *testing.T) {
	t.Parallel()
	for _, p := range sorted(packages(t)) {
		for _, f := range p.files {
			for _, d := range f.syntax.Decls {
				if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" {
					t.Errorf("%s: func init\n\twhy it is a rule: what happens at start stands in app, in an order that can be read", f.at(fn))
				}
			}
		}
	}
}

// TestNoGlobalState finds package variables that are there to be changed: those
// that begin empty, and those that a function assigns to.
func TestNoGlobalState(t *testing.T) {
	t.Parallel()
	allowed := exceptions{
		"internal/id.mu":            "ids that one process makes sort in the order they were made",
		"internal/id.last":          "ids that one process makes sort in the order they were made",
		"internal/rest.humaGlobals": "huma keeps settings in package variables; they are set once, to the same values",
	}
	breaches := map[string]string{}
	for _, p := range sorted(packages(t)) {
		if isTestHelp(p.Path) || outsideHouse(p) {
			continue
		}
		vars := map[string]string{}
		for _, f := range p.files {
			for _, d := range f.syntax.Decls {
				g, ok := d.(*ast.GenDecl)
				if !ok || g.Tok != token.VAR {
					continue
				}
				for _, s := range g.Specs {
					v := s.(*ast.ValueSpec) //nolint:forcetypeassert // of a var declaration
					for _, name := range v.Names {
						if name.Name == "_" || embedded(g, v) {
							continue
						}
						vars[name.Name] = f.at(name)
						if len(v.Values) == 0 {
							breaches[p.Path+"."+name.Name] = fmt.Sprintf("%s: var %s begins empty, so it is there to be changed", f.at(name), name.Name)
						}
					}
				}
			}
		}
		for _, f := range p.files {
			ast.Inspect(f.syntax, func(n ast.Node) bool {
				a, ok := n.(*ast.AssignStmt)
				if !ok || a.Tok == token.DEFINE {
					return true
				}
				for _, l := range a.Lhs {
					if at := vars[assigned(l)]; at != "" && !shadowed(f.syntax, a, assigned(l)) {
						breaches[p.Path+"."+assigned(l)] = fmt.Sprintf("%s: var %s is assigned to at %s", at, assigned(l), f.at(a))
					}
				}
				return true
			})
		}
	}
	allowed.check(t, breaches, "state that anybody can change makes tests depend on their order and servers on their neighbours: put it in a struct that app makes")
}

func embedded(g *ast.GenDecl, v *ast.ValueSpec) bool {
	for _, doc := range []*ast.CommentGroup{g.Doc, v.Doc} {
		if doc == nil {
			continue
		}
		for _, c := range doc.List {
			if strings.HasPrefix(c.Text, "//go:embed") {
				return true
			}
		}
	}
	return false
}

// assigned is the variable behind x, x.y and x[y].
func assigned(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.IndexExpr:
		return assigned(e.X)
	case *ast.SelectorExpr:
		return assigned(e.X)
	}
	return ""
}

// shadowed reports whether the function around n declares name itself.
func shadowed(f *ast.File, n ast.Node, name string) bool {
	for _, d := range f.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok || n.Pos() < fn.Pos() || n.End() > fn.End() {
			continue
		}
		found := false
		ast.Inspect(fn, func(x ast.Node) bool {
			switch x := x.(type) {
			case *ast.Field:
				found = found || slices.ContainsFunc(x.Names, func(i *ast.Ident) bool { return i.Name == name })
			case *ast.AssignStmt:
				found = found || x.Tok == token.DEFINE && slices.ContainsFunc(x.Lhs, func(e ast.Expr) bool { return assigned(e) == name })
			case *ast.ValueSpec:
				found = found || slices.ContainsFunc(x.Names, func(i *ast.Ident) bool { return i.Name == name })
			case *ast.RangeStmt:
				found = found || x.Tok == token.DEFINE && (x.Key != nil && assigned(x.Key) == name || x.Value != nil && assigned(x.Value) == name)
			}
			return true
		})
		return found
	}
	return false
}

// A machine's folders, the registry it fetched from and the like do not belong
// in a program.
func TestNoPathOfAMachine(t *testing.T) {
	t.Parallel()
	for _, p := range sorted(packages(t)) {
		for _, f := range p.files {
			ast.Inspect(f.syntax, func(n ast.Node) bool {
				l, ok := n.(*ast.BasicLit)
				if !ok || l.Kind != token.STRING {
					return true
				}
				for _, bad := range []string{"/home/", "/Users/", "/work" + "/", "/root" + "/"} {
					if strings.Contains(l.Value, bad) {
						t.Errorf("%s: a string names the folder %s\n\twhy it is a rule: the program runs on other machines", f.at(l), bad)
					}
				}
				return true
			})
		}
	}
}

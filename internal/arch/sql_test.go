package arch

import (
	"fmt"
	"go/ast"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var (
	statement = regexp.MustCompile(`(?is)^\s*(select\s+\S.*\bfrom\b|select\s+set_config|insert\s+(or\s+\w+\s+)?into\s+\w|update\s+\w+\s+(as\s+\w+\s+)?set\b|delete\s+from\s+\w|with\s+(recursive\s+)?\w+\s*(\([^)]*\)\s*)?as\s|create\s+(unique\s+)?(table|index|policy|view)\s|alter\s+table\s|drop\s+(table|index|view)\s|pragma\s+\w)`)
	tableName = regexp.MustCompile(`(?i)\b(?:from|join|into|update)\s+([a-z_][a-z0-9_]*)`)
	createdBy = regexp.MustCompile(`(?is)create\s+table\s+(?:if\s+not\s+exists\s+)?([a-z_][a-z0-9_]*)\s*\((.*?)\n\)`)
)

// ownTables are the platform packages that have tables of their own, or write
// statements for those who do.
func ownTables(path string) bool {
	return under(path, "db", "schema", "job", "feed", "mail", "search", "mutation", "merge", "report")
}

// query is a statement in the source, with the function around it.
type query struct {
	at, key  string // file:line; package.Function
	text     string
	function *ast.FuncDecl
	file     *file
	pkg      *pkg
}

// queries finds the statements in a package: string expressions, put together
// as far as the source shows, that read like SQL.
func queries(p *pkg) (out []query) {
	consts := map[string]string{}
	for _, f := range p.files {
		for _, d := range f.syntax.Decls {
			if g, ok := d.(*ast.GenDecl); ok && (g.Tok == token.CONST || g.Tok == token.VAR) {
				for _, s := range g.Specs {
					v, ok := s.(*ast.ValueSpec)
					if !ok {
						continue
					}
					for i, name := range v.Names {
						if i < len(v.Values) {
							consts[name.Name] = flat(v.Values[i], nil)
						}
					}
				}
			}
		}
	}
	for _, f := range p.files {
		for _, d := range f.syntax.Decls {
			fn, _ := d.(*ast.FuncDecl)
			key := p.Path + ".-"
			if fn != nil {
				key = p.Path + "." + fn.Name.Name
			}
			ast.Inspect(d, func(n ast.Node) bool {
				e, ok := n.(ast.Expr)
				if !ok {
					return true
				}
				switch e.(type) {
				case *ast.BasicLit, *ast.BinaryExpr, *ast.Ident:
				default:
					return true
				}
				text := flat(e, consts)
				if !statement.MatchString(text) {
					return true
				}
				if _, name := e.(*ast.Ident); name && fn == nil {
					return true
				}
				out = append(out, query{f.at(e), key, text, fn, f, p})
				return false
			})
		}
	}
	return out
}

// flat is the text of a string expression; what is not in the source is " … ".
func flat(e ast.Expr, consts map[string]string) string {
	switch e := e.(type) {
	case *ast.BasicLit:
		if s, err := strconv.Unquote(e.Value); err == nil && e.Kind == token.STRING {
			return s
		}
	case *ast.BinaryExpr:
		if e.Op == token.ADD {
			return flat(e.X, consts) + flat(e.Y, consts)
		}
	case *ast.ParenExpr:
		return flat(e.X, consts)
	case *ast.Ident:
		if s, ok := consts[e.Name]; ok {
			return s
		}
	}
	return " … "
}

func TestWhereSQLMayStand(t *testing.T) {
	t.Parallel()
	for _, p := range sorted(packages(t)) {
		if ownTables(p.Path) || isTestHelp(p.Path) {
			continue
		}
		for _, q := range queries(p) {
			if !isStore(q.file) {
				t.Errorf("%s: SQL outside store*.go: %.60q\n\twhy it is a rule: all statements on a table stand in its owner's store*.go, with the columns in view", q.at, q.text)
			}
		}
		for _, f := range p.files {
			if isStore(f) {
				continue
			}
			ast.Inspect(f.syntax, func(n ast.Node) bool {
				if s, ok := n.(*ast.SelectorExpr); ok {
					x, _ := s.X.(*ast.Ident)
					if x != nil && (x.Name == "tx" && slices.Contains([]string{"Exec", "Query", "Row", "BulkInsert"}, s.Sel.Name) ||
						x.Name == "db" && slices.Contains([]string{"All", "One", "Maybe"}, s.Sel.Name)) {
						t.Errorf("%s: %s.%s outside store*.go\n\twhy it is a rule: all statements on a table stand in its owner's store*.go", f.at(s), x.Name, s.Sel.Name)
					}
				}
				return true
			})
		}
	}
}

// tenantTables are the tables with a column org_id, and all tables.
func tenantTables(t *testing.T) (tenant, all map[string]bool) {
	t.Helper()
	files, err := filepath.Glob("../schema/migrations/*.sql")
	if err != nil || len(files) == 0 {
		t.Fatalf("no migrations found (%v)", err)
	}
	tenant, all = map[string]bool{}, map[string]bool{}
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range createdBy.FindAllStringSubmatch(string(b), -1) {
			all[m[1]] = true
			tenant[m[1]] = tenant[m[1]] || regexp.MustCompile(`(?m)^\s*org_id\s`).MatchString(m[2])
		}
	}
	for name := range tenant {
		if !tenant[name] {
			delete(tenant, name)
		}
	}
	return tenant, all
}

// TestStatementsNameTheTenant demands org_id in every statement on a table of a
// tenant. A platform statement that adds it where it is known does so through
// the function tenant of its package.
func TestStatementsNameTheTenant(t *testing.T) {
	t.Parallel()
	tenant, _ := tenantTables(t)
	if len(tenant) < 10 {
		t.Fatalf("only %d tables of tenants found: are the migrations read rightly?", len(tenant))
	}
	breaches := map[string]string{}
	for _, p := range sorted(packages(t)) {
		if isTestHelp(p.Path) || p.Path == "internal/schema" || p.Path == "internal/db" {
			continue
		}
		for _, q := range queries(p) {
			if q.function == nil { // the beginning of a statement: looked at where it is used
				continue
			}
			if strings.Contains(strings.ToLower(q.text), "org_id") || addsTenant(q.function) {
				continue
			}
			var on []string
			for _, m := range tableName.FindAllStringSubmatch(q.text, -1) {
				if tenant[strings.ToLower(m[1])] {
					on = append(on, m[1])
				}
			}
			if len(on) > 0 {
				breaches[q.key] = fmt.Sprintf("%s (%s): a statement on %s does not name org_id: %.90q", q.at, q.key, strings.Join(on, ", "), oneLine(q.text))
			}
		}
	}
	tenantExceptions().check(t, breaches, "the tenant is in every statement, so that a wrong id finds nothing; row-level security is the second fence, and SQLite has none")
}

// addsTenant reports whether a function adds the tenant to its statement: by
// its package's function tenant, or by a condition of its own.
func addsTenant(fn *ast.FuncDecl) bool {
	found := false
	ast.Inspect(fn, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			name, ok := n.Fun.(*ast.Ident)
			found = found || ok && name.Name == "tenant"
		case *ast.BasicLit:
			found = found || n.Kind == token.STRING && strings.Contains(n.Value, " org_id = ")
		}
		return true
	})
	return found
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

func TestQueriesAreFound(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, text string
		sql        bool
	}{
		{"select", "select a, b\n\tfrom x where id = $1", true},
		{"insert", "insert into x (a) values ($1)", true},
		{"update", "update x set a = 1", true},
		{"delete", "DELETE FROM x", true},
		{"with", "with recursive a (n) as (select 1)", true},
		{"English", "select a point from the list", true}, // taken for SQL: better than missed
		{"English update", "update the point", false},
		{"English delete", "delete this point", false},
		{"path", "/projects/{project}", false},
	}
	for _, c := range cases {
		if got := statement.MatchString(c.text); got != c.sql {
			t.Errorf("%s: %v", c.name, got)
		}
	}
	found := 0
	for _, p := range packages(t) {
		found += len(queries(p))
	}
	if found < 50 {
		t.Errorf("only %d statements found in the whole house: is the finder broken?", found)
	}
}

package arch

import (
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

const module = "plumbline/"

// pkg is a package of this module.
type pkg struct {
	ImportPath string
	Dir        string
	Doc        string
	Imports    []string
	GoFiles    []string
	Error      *struct{ Err string }

	Path  string // without the module
	files []*file
}

// file is a source file that is not a test.
type file struct {
	name      string
	lines     int
	generated bool
	syntax    *ast.File
	set       *token.FileSet
}

func (f *file) at(n ast.Node) string {
	return fmt.Sprintf("%s:%d", f.name, f.set.Position(n.Pos()).Line)
}

// house is read once for all tests.
var house = sync.OnceValues(readHouse)

func readHouse() (map[string]*pkg, error) {
	root, err := filepath.Abs("../..")
	if err != nil {
		return nil, err
	}
	cmd := exec.Command("go", "list", "-e", "-json=ImportPath,Dir,Doc,Imports,GoFiles,Error", "./...")
	cmd.Dir = root
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	all := map[string]*pkg{}
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		p := &pkg{}
		if err := d.Decode(p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, err
		}
		p.Path = strings.TrimPrefix(p.ImportPath, module)
		for _, name := range p.GoFiles {
			b, err := os.ReadFile(filepath.Join(p.Dir, name))
			if err != nil {
				return nil, err
			}
			f := &file{name: p.Path + "/" + name, lines: strings.Count(string(b), "\n"), set: token.NewFileSet()}
			if f.syntax, err = parser.ParseFile(f.set, name, b, parser.ParseComments|parser.SkipObjectResolution); err != nil {
				return nil, err
			}
			f.generated = ast.IsGenerated(f.syntax)
			p.files = append(p.files, f)
		}
		all[p.Path] = p
	}
	if len(all) < 20 {
		return nil, fmt.Errorf("go list found %d packages only", len(all))
	}
	return all, nil
}

func packages(t *testing.T) map[string]*pkg {
	t.Helper()
	all, err := house()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range all {
		if p.Error != nil {
			t.Errorf("%s does not load: %s", p.Path, p.Error.Err)
		}
	}
	return all
}

func sorted(all map[string]*pkg) []*pkg {
	var out []*pkg
	for _, p := range all {
		out = append(out, p)
	}
	slices.SortFunc(out, func(a, b *pkg) int { return strings.Compare(a.Path, b.Path) })
	return out
}

// ours are the packages that a package imports from this module.
func (p *pkg) ours() (out []string) {
	for _, i := range p.Imports {
		if in, ok := strings.CutPrefix(i, module); ok {
			out = append(out, in)
		}
	}
	return out
}

// slice is the first name below internal: the slice or platform package that a
// package belongs to.
func slice(path string) string {
	rest, ok := strings.CutPrefix(path, "internal/")
	if !ok {
		return ""
	}
	name, _, _ := strings.Cut(rest, "/")
	return name
}

func last(path string) string { return path[strings.LastIndexByte(path, '/')+1:] }

// isAPI reports whether a package is the delivery of a slice, SLICE/SLICEapi, or
// of a room of one that is large: SLICE/ROOM/ROOMapi. Slice privacy has several,
// one a part.
func isAPI(path string) bool {
	s := slice(path)
	own := strings.HasSuffix(path, "/"+last(path)) && last(strings.TrimSuffix(path, "/"+last(path)))+"api" == last(path)
	return s != "" && (own || s == "privacy" && strings.HasSuffix(last(path), "api"))
}

// exceptions are breaches that are allowed, by a key that the test builds, with
// the reason. Those that no breach uses fail, so the table does not rot.
type exceptions map[string]string

func (e exceptions) check(t *testing.T, breaches map[string]string, why string) {
	t.Helper()
	var keys []string
	for k := range breaches {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		if e[k] == "" {
			t.Errorf("%s\n\twhy it is a rule: %s", breaches[k], why)
		}
	}
	for k, reason := range e {
		if reason == "" {
			t.Errorf("the exception %q has no reason", k)
		}
		if _, used := breaches[k]; !used {
			t.Errorf("the exception %q is not needed (any more): take it out", k)
		}
	}
}

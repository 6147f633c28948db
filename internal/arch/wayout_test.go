package arch

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// waysOut are what opens a connection to another machine, by import path.
func waysOut() map[string][]string {
	return map[string][]string{
		"net":        {"Dial", "DialTimeout", "Dialer", "DialTCP", "DialUDP", "DialIP", "DialUnix"},
		"crypto/tls": {"Dial", "DialWithDialer", "Dialer"},
		"net/http": {"Get", "Head", "Post", "PostForm", "Client", "DefaultClient", "Transport", "DefaultTransport", "NewRequest",
			"NewRequestWithContext", "ProxyFromEnvironment"},
		"net/rpc":           {"Dial", "DialHTTP"},
		"net/http/httputil": {"ReverseProxy", "NewSingleHostReverseProxy"},
	}
}

// leaves names every way out in a file.
func leaves(f *file) (out []string) {
	names := map[string][]string{}
	for _, i := range f.syntax.Imports {
		path, err := strconv.Unquote(i.Path.Value)
		if err != nil {
			continue
		}
		if path == "net/smtp" {
			out = append(out, fmt.Sprintf("%s: imports net/smtp", f.at(i)))
		}
		if used := waysOut()[path]; used != nil {
			name := last(path)
			if i.Name != nil {
				name = i.Name.Name
			}
			names[name] = used
		}
	}
	ast.Inspect(f.syntax, func(n ast.Node) bool {
		s, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if x, ok := s.X.(*ast.Ident); ok && slices.Contains(names[x.Name], s.Sel.Name) {
			out = append(out, fmt.Sprintf("%s: %s.%s", f.at(s), x.Name, s.Sel.Name))
		}
		return true
	})
	return out
}

// TestOneWayOut: nothing but egress opens a connection to another machine.
func TestOneWayOut(t *testing.T) {
	t.Parallel()
	allowed := exceptions{
		"internal/probes/office":   "asks our own way out whether it refuses",
		"internal/probes/entrance": "asks our own front on this machine, as anybody would",
		"internal/probes":          "asks our own server on this machine, as anybody would",
		"internal/app/front":       "tells systemd over its own socket, and asks those of this machine whether anybody listens",
		"internal/cli/remote":      "a command that somebody runs asks the installation that they name",
		"internal/rest":            "a batch is made of requests to our own handler",
	}
	breaches := map[string]string{}
	for _, p := range sorted(packages(t)) {
		if outsideHouse(p) || isTestHelp(p.Path) || p.Path == "internal/egress" {
			continue
		}
		for _, f := range p.files {
			for _, l := range leaves(f) {
				breaches[p.Path] += l + " "
			}
		}
	}
	allowed.check(t, breaches, "what leaves goes to a registered recipient: take a Lane of package egress")
}

func TestLeavesNoticesWaysOut(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]string{
		`import "net"; func f() { net.Dial("tcp", "x:1") }`:             "net.Dial",
		`import n "net"; func f() { n.DialTimeout("tcp", "x:1", 0) }`:   "n.DialTimeout",
		`import "net/http"; func f() { http.Get("https://x") }`:         "http.Get",
		`import "net/http"; var c = &http.Client{}`:                     "http.Client",
		`import "crypto/tls"; func f() { tls.Dial("tcp", "x:1", nil) }`: "tls.Dial",
		`import _ "net/smtp"`: "net/smtp",
		`import "net"; func f() { net.Listen("tcp", ":0"); net.JoinHostPort("a", "b") }`: "",
		`import "net/http"; func f() { http.Error(nil, "", http.StatusOK) }`:             "",
	} {
		set := token.NewFileSet()
		syntax, err := parser.ParseFile(set, "x.go", "package x; "+source, 0)
		if err != nil {
			t.Fatal(err)
		}
		got := strings.Join(leaves(&file{name: "x.go", syntax: syntax, set: set}), "\n")
		if want == "" && got != "" || !strings.Contains(got, want) {
			t.Errorf("%s: %q, want %q", source, got, want)
		}
	}
}

// Package sandboxtest builds the child program for tests. The test binary
// itself must not be the child: under the race detector PDFium takes half a
// minute and gigabytes to start, so the child is always a plain build.
package sandboxtest

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"plumbline/internal/sandbox"
)

// Builder builds one package of this module, once however often it is asked.
// Make one per test binary, as a variable of the test.
type Builder struct {
	// Package is the path within the module, such as "./cmd/plumbline".
	Package string
	// FromEnv takes the program that sandbox.ChildEnv names instead, if set.
	FromEnv bool
	// Tag is a build tag, if any.
	Tag string

	once sync.Once
	path string
	err  error
}

// Path is the path of the built program.
func (b *Builder) Path(tb testing.TB) string {
	tb.Helper()
	path, err := b.Build()
	if err != nil {
		tb.Fatal(err)
	}
	return path
}

// Build is Path for TestMain.
func (b *Builder) Build() (string, error) {
	b.once.Do(func() { b.path, b.err = b.build() })
	return b.path, b.err
}

// Runner is a runner with the built program as its child.
func (b *Builder) Runner(tb testing.TB) *sandbox.Runner {
	tb.Helper()
	r, err := sandbox.New(sandbox.Config{Child: b.Path(tb)})
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

// Clean removes what was built; call it from TestMain.
func (b *Builder) Clean() {
	if b.path != "" && !b.fromEnv() {
		_ = os.RemoveAll(filepath.Dir(b.path))
	}
}

func (b *Builder) fromEnv() bool { return b.FromEnv && os.Getenv(sandbox.ChildEnv) != "" }

func (b *Builder) build() (string, error) {
	if b.fromEnv() {
		return os.Getenv(sandbox.ChildEnv), nil
	}
	mod, err := exec.Command("go", "env", "GOMOD").Output()
	if err != nil {
		return "", fmt.Errorf("go env GOMOD: %w", err)
	}
	dir, err := os.MkdirTemp("", "plumbline-child-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "child")
	// The flags of `make build`: what it has compiled is not compiled again.
	cmd := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-tags", "nodynamic,"+b.Tag, "-o", path, b.Package) //nolint:gosec // a package of this module
	cmd.Dir, cmd.Env = filepath.Dir(strings.TrimSpace(string(mod))), append(os.Environ(), "CGO_ENABLED=0")
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil {
		_ = os.RemoveAll(dir)
		return "", fmt.Errorf("go build %s: %w\n%s", b.Package, err, out.Bytes())
	}
	return path, nil
}

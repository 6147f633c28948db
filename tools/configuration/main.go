// Command configuration writes docs/configuration.md: every setting that the
// program knows, with the words that stand beside it in the code.
package main

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"time"

	"plumbline/internal/app/config"
)

func main() {
	if err := run("."); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "configuration:", err)
		os.Exit(1)
	}
}

func run(root string) error {
	text, err := page(root)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(root, "docs", "configuration.md"), []byte(text), 0o644) //nolint:gosec // documentation
}

const head = `# Configuration

One YAML file, given as ` + "`--config FILE`" + `. Every setting is optional; what is left out has a default that is safe on one
machine. Paths are relative to the folder that the program is started in. ` + "`plumbline config check --config FILE`" + ` says all that
is wrong at once, and what to write instead; ` + "`plumbline serve`" + ` says the same and does not start. A setting that does not
exist, or that is weaker than the program allows, is refused.

This page is written by ` + "`make generate`" + ` from the code.

| setting | kind | what it is |
|---|---|---|
`

func page(root string) (string, error) {
	words, err := comments(root, "internal/app/config", "internal/privacy/registered", "internal/personal")
	if err != nil {
		return "", err
	}
	var b strings.Builder
	b.WriteString(head)
	var missing []error
	for _, s := range config.Settings() {
		says := words[s.Owner.Name()+"."+s.Field]
		if says == "" {
			missing = append(missing, fmt.Errorf("%s (%s.%s) has no words beside it", s.Path, s.Owner.Name(), s.Field))
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", s.Path, kind(s.Type), strings.ReplaceAll(says, "|", "\\|"))
	}
	return b.String(), errors.Join(missing...)
}

func kind(t reflect.Type) string {
	switch {
	case t.Kind() == reflect.Pointer:
		return kind(t.Elem())
	case t == reflect.TypeFor[time.Duration]():
		return "time"
	case t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Struct:
		return "list of blocks"
	case t.Kind() == reflect.Slice:
		return "list"
	case t.Kind() == reflect.Struct:
		return "block"
	case t.Kind() == reflect.Bool:
		return "true or false"
	case t.Kind() == reflect.Int:
		return "number"
	}
	return "text"
}

// comments are those of the fields of all structs, by Type.Field.
func comments(root string, dirs ...string) (map[string]string, error) {
	out := map[string]string{}
	for _, dir := range dirs {
		files, err := filepath.Glob(filepath.Join(root, dir, "*.go"))
		if err != nil {
			return nil, err
		}
		for _, name := range files {
			f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
			if err != nil {
				return nil, err
			}
			ast.Inspect(f, func(n ast.Node) bool {
				t, ok := n.(*ast.TypeSpec)
				if !ok {
					return true
				}
				if s, ok := t.Type.(*ast.StructType); ok {
					for _, field := range s.Fields.List {
						says := strings.Join(strings.Fields(field.Doc.Text()+" "+field.Comment.Text()), " ")
						for _, name := range field.Names {
							out[t.Name.Name+"."+name.Name] = strings.TrimPrefix(strings.TrimPrefix(says, name.Name+" is "), name.Name+" are ")
						}
					}
				}
				return true
			})
		}
	}
	return out, nil
}

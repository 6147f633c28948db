// Command policy writes the privacy policy of the program, as published, to
// docs/policy: what every installation says, with blanks for who runs it and
// whom it hands data to. `make generate` runs it, and CI refuses a difference.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"plumbline/internal/app/declared"
	"plumbline/internal/app/published"
)

func main() {
	dir := filepath.Join("docs", "policy")
	if len(os.Args) > 1 {
		dir = os.Args[1]
	}
	if err := write(dir); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "policy:", err)
		os.Exit(1)
	}
}

func texts() (map[string][]byte, error) {
	return published.Texts(published.From{Declarations: declared.Declarations(), Files: declared.FileClasses(),
		Log: declared.LogAttributes(), Outbound: declared.Outbound()})
}

func write(dir string) error {
	all, err := texts()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // documentation
		return err
	}
	for language, text := range all {
		if err := os.WriteFile(filepath.Join(dir, language+".md"), text, 0o644); err != nil { //nolint:gosec // documentation
			return err
		}
	}
	return nil
}

package main

import (
	"os"
	"strings"
	"testing"
)

// TestPageIsOfThisCode: every setting has words, and docs/configuration.md holds
// them.
func TestPageIsOfThisCode(t *testing.T) {
	t.Parallel()
	want, err := page("../..")
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("../../docs/configuration.md")
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Error("docs/configuration.md is not of this code: make generate")
	}
	if !strings.Contains(want, "| `tls.acme.email` | text |") || !strings.Contains(want, "| `privacy.processors[].agreement.signed` |") {
		t.Error("settings are missing")
	}
}

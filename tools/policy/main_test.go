package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// The published policy says what the program does: promise POL-1.
func TestItIsThatOfTheCode(t *testing.T) {
	t.Parallel()
	all, err := texts()
	if err != nil {
		t.Fatal(err)
	}
	if len(all) != 5 {
		t.Fatalf("%d languages", len(all))
	}
	for language, want := range all {
		got, err := os.ReadFile(filepath.Join("..", "..", "docs", "policy", language+".md"))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("docs/policy/%s.md is not what the code does: run make generate, and look at what changed", language)
		}
	}
}

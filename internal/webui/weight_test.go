package webui

import (
	"encoding/json"
	"io/fs"
	"maps"
	"slices"
	"testing"
)

// part is one of the manifest that the web build writes: a module that begins
// a file, and the files that it needs at once.
type part struct {
	File    string   `json:"file"`
	Imports []string `json:"imports"`
}

// TestFirstScreensAreLight weighs, as the server sends them, the scripts that a
// browser must have before a screen is there. A part that is split off again by
// mistake shows here, not in somebody's basement.
func TestFirstScreensAreLight(t *testing.T) {
	t.Parallel()
	u, err := New()
	if err != nil {
		t.Fatal(err)
	}
	if !u.Built() {
		t.Skip("the web app is not built")
	}
	raw, err := fs.ReadFile(dist, "dist/.vite/manifest.json")
	if err != nil {
		t.Fatalf("the build has no manifest: %v", err)
	}
	parts := map[string]part{}
	if err := json.Unmarshal(raw, &parts); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		screen string
		begins []string // beside the page itself and the texts
		most   int      // bytes of gzip
	}{
		{"sign-in", []string{"src/features/signin/index.tsx"}, 250_000},
		// The worker that loads the project takes most of its code from the page's files.
		{"points", []string{"src/app/Gate.tsx", "src/features/points/index.tsx", "src/sync/load.worker.ts"}, 250_000},
	} {
		heaviest := 0
		for _, locale := range []string{"en", "nl", "fr", "da", "de"} {
			begins := append([]string{"index.html", "src/locales/" + locale + "/messages.po", "src/locales/" + locale + "/site.po"}, c.begins...)
			names := needed(t, parts, begins)
			zipped, br := 0, 0
			for _, name := range append(names, "/theme.js") {
				f, ok := u.files[name]
				if !ok {
					t.Fatalf("%s is named and not there", name)
				}
				zipped += len(smaller(f.zip(), f.data))
				br += len(smaller(f.br, f.data))
			}
			t.Logf("%s, %s: %d files, %d bytes of gzip, %d of Brotli", c.screen, locale, len(names)+1, zipped, br)
			heaviest = max(heaviest, zipped)
		}
		if heaviest > c.most {
			t.Errorf("%s needs %d bytes of compressed script; at most %d", c.screen, heaviest, c.most)
		}
	}
}

// needed is the files of some parts, and of all that these need at once.
func needed(t *testing.T, parts map[string]part, begins []string) []string {
	t.Helper()
	seen := map[string]bool{}
	for len(begins) > 0 {
		name := begins[0]
		begins = begins[1:]
		p, ok := parts[name]
		if !ok {
			t.Fatalf("the build has no part %s", name)
		}
		if !seen["/"+p.File] {
			seen["/"+p.File] = true
			begins = append(begins, p.Imports...)
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

func smaller(zipped, data []byte) []byte {
	if zipped == nil {
		return data
	}
	return zipped
}

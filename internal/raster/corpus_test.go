package raster_test

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"plumbline/internal/fault"
	"plumbline/internal/raster"
	"plumbline/internal/sandbox"
)

// expectation is a row of expected.tsv: what pdfinfo and pdftoppm say.
type expectation struct {
	path     string
	opens    bool
	pages    int
	width    float64
	height   float64
	rotation int
	password bool
	rendered bool
}

func expectations(t *testing.T) []expectation {
	t.Helper()
	root := os.Getenv("PLUMBLINE_SAMPLES")
	if root == "" {
		t.Skip("PLUMBLINE_SAMPLES is not set: sample files are not tested")
	}
	root = filepath.Join(root, "plans")
	b, err := os.ReadFile(filepath.Join(root, "expected.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	var rows []expectation
	for _, line := range strings.Split(strings.TrimSpace(string(b)), "\n")[1:] {
		f := strings.Split(line, "\t")
		r := expectation{
			path: filepath.Join(root, f[0]), opens: f[2] == "0",
			password: strings.Contains(line, "Incorrect password"), rendered: strings.HasPrefix(f[10], "0 "),
		}
		if r.opens {
			r.pages, _ = strconv.Atoi(f[3])
			if _, err := fmt.Sscanf(f[4], "%f x %f", &r.width, &r.height); err != nil {
				t.Fatalf("%s: size %q", f[0], f[4])
			}
			r.rotation, _ = strconv.Atoi(f[5])
		}
		rows = append(rows, r)
	}
	return rows
}

func TestCorpusDrawings(t *testing.T) {
	t.Parallel()
	e := engine(t, nil)
	n := 0
	for _, c := range expectations(t) {
		if !strings.Contains(c.path, "/drawings/") {
			continue
		}
		n++
		t.Run(filepath.Base(c.path), func(t *testing.T) {
			t.Parallel()
			pages, err := e.Info(t.Context(), c.path)
			if err != nil {
				t.Fatal(err)
			}
			check(t, c, pages)
			for i := range pages {
				if pages[i].Problem != "" {
					t.Errorf("page %d: %s", i+1, pages[i].Problem)
				}
			}
			a := tile(t, e, c.path, len(pages), 36) // the last page
			if f := pages[len(pages)-1].Frame(); a.Sheet.Frame != f {
				t.Errorf("frame %v, want %v", a.Sheet.Frame, f)
			}
		})
	}
	if n == 0 {
		t.Error("no drawings are listed")
	}
}

func check(t *testing.T, c expectation, pages []raster.Page) {
	t.Helper()
	p := pages[0]
	// pdfinfo prints whole points or two decimals.
	if len(pages) != c.pages || math.Abs(p.Width-c.width) > 0.51 || math.Abs(p.Height-c.height) > 0.51 || p.Rotation != c.rotation {
		t.Errorf("%d pages of %g × %g turned by %d; want %d of %g × %g by %d",
			len(pages), p.Width, p.Height, p.Rotation, c.pages, c.width, c.height, c.rotation)
	}
}

// TestCorpusHostile: every file opens, or fails with a clear code, within 30
// seconds and 1 GiB.
func TestCorpusHostile(t *testing.T) {
	t.Parallel()
	var peak atomic.Int64
	e := engine(t, func(c *raster.Config) {
		c.TileTimeout = 30 * time.Second
		c.Used = func(u sandbox.Usage) {
			for old := peak.Load(); u.PeakRSS > old && !peak.CompareAndSwap(old, u.PeakRSS); old = peak.Load() {
			}
		}
	})
	t.Cleanup(func() {
		// The watch looks fifty times a second: a little more can be touched.
		if got := peak.Load(); got > 1<<30+1<<27 {
			t.Errorf("a child took %d MiB", got>>20)
		}
	})
	codes := map[string]fault.Kind{
		"damaged": fault.Unreadable, "encrypted": fault.Unreadable, "took-too-long": fault.TooLarge,
		"too-much-memory": fault.TooLarge, "too-many-pages": fault.TooLarge, "too-many-pixels": fault.TooLarge,
		"unsupported-format": fault.Unsupported,
	}
	n := 0
	for _, c := range expectations(t) {
		if strings.Contains(c.path, "/drawings/") {
			continue
		}
		n++
		t.Run(filepath.Base(filepath.Dir(c.path))+"/"+filepath.Base(c.path), func(t *testing.T) {
			t.Parallel()
			pages, infoErr := e.Info(t.Context(), c.path)
			out := t.TempDir()
			_, tileErr := e.Tile(t.Context(), c.path, 1, 36, filepath.Join(out, "o"), nil)
			for _, err := range []error{infoErr, tileErr} {
				if err == nil {
					continue
				}
				if kind, known := codes[fault.CodeOf(err)]; !known || kind != fault.KindOf(err) {
					t.Errorf("not a clear error: %v", err)
				}
			}
			if left, _ := os.ReadDir(out); tileErr != nil && len(left) != 0 {
				t.Errorf("%s is left behind", left[0].Name())
			}
			if c.password && fault.CodeOf(infoErr) != "encrypted" {
				t.Errorf("a password is asked for, got %v", infoErr)
			}
			t.Logf("info: %v; page 1: %v", infoErr, tileErr)
			// What poppler opens and draws, and has a size, we open and draw too.
			if c.opens && c.rendered && c.width > 0 {
				if infoErr != nil || tileErr != nil {
					t.Errorf("poppler shows it; info: %v, page 1: %v", infoErr, tileErr)
					return
				}
				check(t, c, pages)
			}
		})
	}
	if n == 0 {
		t.Error("no hostile files are listed")
	}
}

// TestCorpusLargeSheet holds the child to its memory on the largest sheets.
func TestCorpusLargeSheet(t *testing.T) {
	t.Parallel()
	n := 0
	for _, c := range expectations(t) {
		if !strings.Contains(c.path, "42x30") {
			continue
		}
		n++
		t.Run(filepath.Base(c.path), func(t *testing.T) {
			var used sandbox.Usage
			e := engine(t, func(c *raster.Config) { c.Used = func(u sandbox.Usage) { used = u } })
			a := tile(t, e, c.path, 1, 0)
			if a.Sheet.Width != 8400 || a.Sheet.Height != 6000 || a.Sheet.DPI != 200 {
				t.Errorf("sheet %+v", a.Sheet)
			}
			if used.PeakRSS > 600<<20 {
				t.Errorf("the child took %d MiB", used.PeakRSS>>20)
			}
		})
	}
	if n == 0 {
		t.Error("no large sheets are listed")
	}
}

// Command tiling compares the processor time of cutting drawings into tiles
// with that of "vips dzsave", and shows the memory of both.
//
//	go run ./bench/tiling [-program bin/plumbline] [-dpi 200] [-runs 3] [FILE.pdf[:PAGE]...]
//
// Without files it takes the 42 × 30 inch sheets of PLUMBLINE_SAMPLES, page 1
// of each. What runs is the program itself, "plumbline drawing tile": user and
// system time are those of the process and of all its children, from start to
// end. One run of each is not counted, so files and the compiled PDF engine
// are in the cache. vips writes JPEG tiles of 512 pixels with quality 85 into
// a folder, we write palette PNG or JPEG of the same size into one archive.
// Where vips is missing, the table says so.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"plumbline/bench/measure"
)

func main() { measure.Main("tiling", run) }

type sheet struct {
	path string
	page int
}

// cost is what a command used, and what it printed.
type cost struct {
	cpu  measure.Series // seconds
	peak int64
	said string
}

func run() error {
	program := flag.String("program", "bin/plumbline", "the program")
	dpi := flag.Float64("dpi", 200, "resolution")
	runs := flag.Int("runs", 3, "counted runs of each")
	flag.Parse()
	sheets, err := pick(flag.Args())
	if err != nil {
		return err
	}
	dir, remove, err := measure.Folder("tiling")
	if err != nil {
		return err
	}
	defer remove()
	peer, err := vipsVersion()
	if err != nil {
		return err
	}
	fmt.Printf("At %g dpi; CPU seconds as least / median of %d. The peer: %s.\n\n", *dpi, *runs, peer)
	fmt.Println("| sheet | pixels | tiles | archive MB | ours, CPU s | vips, CPU s | ours ÷ vips | our peak MB | vips peak MB |")
	fmt.Println("|---|---|---|---|---|---|---|---|---|")
	for _, s := range sheets {
		out := filepath.Join(dir, "out.pmtiles")
		ours, err := repeat(*runs, dir, func() error { return os.RemoveAll(out) }, *program, "drawing", "tile", s.path,
			"-o", out, "--page", strconv.Itoa(s.page), "--dpi", fmt.Sprint(*dpi))
		if err != nil {
			return err
		}
		info, err := os.Stat(out)
		if err != nil {
			return err
		}
		theirs, ratio, theirPeak := "not installed", "not known", "not known"
		if peer != missing {
			folder := filepath.Join(dir, "vips")
			v, err := repeat(*runs, dir, func() error { return os.RemoveAll(folder) }, "vips", "dzsave",
				fmt.Sprintf("%s[page=%d,dpi=%g]", s.path, s.page-1, *dpi), folder, "--layout", "google", "--tile-size", "512", "--suffix", ".jpg[Q=85]")
			if err != nil {
				return err
			}
			theirs, ratio, theirPeak = v.cpu.Show(2), fmt.Sprintf("%.2f", ours.cpu.Min()/v.cpu.Min()), strconv.FormatInt(v.peak>>20, 10)
		}
		pixels, tiles := made(ours.said)
		fmt.Printf("| %s, page %d | %s | %s | %.1f | %s | %s | %s | %d | %s |\n", strings.TrimSuffix(filepath.Base(s.path), ".pdf"), s.page,
			pixels, tiles, float64(info.Size())/(1<<20), ours.cpu.Show(2), theirs, ratio, ours.peak>>20, theirPeak)
	}
	return nil
}

const missing = "vips is not installed, so nothing is compared"

func vipsVersion() (string, error) {
	out, err := exec.Command("vips", "--version").Output()
	if errors.Is(err, exec.ErrNotFound) {
		return missing, nil
	}
	return strings.TrimSpace(string(out)) + ", `vips dzsave --suffix .jpg[Q=85]`", err
}

// made picks pixels and tiles out of "OUT: page 1, 8400 × 6000 px, zoom 0 to 5, 281 tiles".
func made(said string) (pixels, tiles string) {
	pixels, tiles = "?", "?"
	for part := range strings.SplitSeq(strings.TrimSpace(said), ", ") {
		if p, ok := strings.CutSuffix(part, " px"); ok {
			pixels = p
		}
		if t, ok := strings.CutSuffix(part, " tiles"); ok {
			tiles = t
		}
	}
	return pixels, tiles
}

// pick reads the arguments, or takes the large sheets of the samples.
func pick(args []string) ([]sheet, error) {
	if len(args) == 0 {
		root := os.Getenv("PLUMBLINE_SAMPLES")
		if root == "" {
			return nil, errors.New("give PDF files, or set PLUMBLINE_SAMPLES")
		}
		found, err := filepath.Glob(filepath.Join(root, "plans", "drawings", "*42x30*.pdf"))
		if err != nil {
			return nil, err
		}
		args = found
	}
	if len(args) == 0 {
		return nil, errors.New("no 42 × 30 inch sheets among the samples")
	}
	var sheets []sheet
	for _, a := range args {
		s := sheet{a, 1}
		if i := strings.LastIndexByte(a, ':'); i > 0 {
			if n, err := strconv.Atoi(a[i+1:]); err == nil {
				s = sheet{a[:i], n}
			}
		}
		sheets = append(sheets, s)
	}
	return sheets, nil
}

// repeat runs a command once for warmth, then as often as counts. Before each
// run it clears what the one before wrote.
func repeat(runs int, cache string, clean func() error, name string, args ...string) (cost, error) {
	var c cost
	for n := range max(runs, 1) + 1 {
		if err := clean(); err != nil {
			return c, err
		}
		cmd := exec.Command(name, args...) //nolint:gosec // a benchmark
		var out, complaint bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &complaint
		cmd.Env = append(os.Environ(), "XDG_CACHE_HOME="+cache)
		if err := cmd.Run(); err != nil {
			return c, fmt.Errorf("%s: %w: %s", name, err, complaint.Bytes())
		}
		if n == 0 {
			continue
		}
		c.cpu = append(c.cpu, (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds())
		c.said = out.String()
		// The larger of the process and of any child that it waited for.
		if ru, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
			c.peak = max(c.peak, ru.Maxrss<<10)
		}
	}
	return c, nil
}

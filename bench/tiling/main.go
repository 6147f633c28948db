// Command tiling compares the processor time of cutting drawings into tiles
// with that of "vips dzsave", and shows the memory of our child.
//
//	go build -o /tmp/tiling ./bench/tiling && /tmp/tiling [-dpi 200] [-runs 3] FILE.pdf[:PAGE]...
//
// Without files it takes the 42 × 30 inch sheets of PLUMBLINE_SAMPLES. Every
// figure is the least of the runs, after one that is not counted: user and
// system time of the process and all its children. vips writes JPEG tiles of
// 512 pixels with quality 85, we write palette PNG in one archive. Where vips
// is missing the table says so.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"plumbline/internal/raster"
	"plumbline/internal/sandbox"
)

func main() {
	if len(os.Args) == 2 && os.Args[1] == sandbox.ChildArg {
		os.Exit(sandbox.Child(raster.Handlers()))
	}
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "tiling:", err)
		os.Exit(1)
	}
}

type sheet struct {
	path string
	page int
}

type cost struct {
	cpu time.Duration
	rss int64
}

func run() error {
	dpi := flag.Float64("dpi", 200, "resolution")
	runs := flag.Int("runs", 3, "counted runs of each")
	flag.Parse()
	sheets, err := pick(flag.Args())
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "tiling-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	runner, err := sandbox.New(sandbox.Config{})
	if err != nil {
		return err
	}
	var used sandbox.Usage
	engine, err := raster.New(raster.Config{
		Sandbox: runner, CacheDir: filepath.Join(dir, "cache"), Used: func(u sandbox.Usage) { used = u },
	})
	if err != nil {
		return err
	}
	_, missing := exec.LookPath("vips")
	fmt.Printf("| sheet at %g dpi | pixels | tiles | archive kB | ours CPU s | vips CPU s | ours / vips | child peak MB |\n", *dpi)
	fmt.Println("|---|---|---|---|---|---|---|---|")
	for _, s := range sheets {
		var made raster.Sheet
		out := filepath.Join(dir, "out.pmtiles")
		ours, err := least(*runs, func() (cost, error) {
			made, err = engine.Tile(context.Background(), s.path, s.page, *dpi, out, nil)
			return cost{used.CPU, used.PeakRSS}, err
		})
		if err != nil {
			return err
		}
		info, err := os.Stat(out)
		if err != nil {
			return err
		}
		theirs, ratio := "not installed", "unknown"
		if missing == nil {
			v, err := least(*runs, func() (cost, error) { return vips(dir, s, *dpi) })
			if err != nil {
				return err
			}
			theirs = fmt.Sprintf("%.2f", v.cpu.Seconds())
			ratio = fmt.Sprintf("%.2f", ours.cpu.Seconds()/v.cpu.Seconds())
		}
		fmt.Printf("| %s p. %d | %d × %d | %d | %d | %.2f | %s | %s | %d |\n", filepath.Base(s.path), s.page,
			made.Width, made.Height, made.Tiles, info.Size()>>10, ours.cpu.Seconds(), theirs, ratio, ours.rss>>20)
	}
	return nil
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

// least runs f once for warmth, then takes the least time and the most memory.
func least(runs int, f func() (cost, error)) (cost, error) {
	if _, err := f(); err != nil {
		return cost{}, err
	}
	var best cost
	for i := range max(runs, 1) {
		c, err := f()
		if err != nil {
			return cost{}, err
		}
		if i == 0 || c.cpu < best.cpu {
			best.cpu = c.cpu
		}
		best.rss = max(best.rss, c.rss)
	}
	return best, nil
}

func vips(dir string, s sheet, dpi float64) (cost, error) {
	out := filepath.Join(dir, "vips")
	defer func() { _ = os.RemoveAll(out) }()
	in := fmt.Sprintf("%s[page=%d,dpi=%g]", s.path, s.page-1, dpi)
	cmd := exec.Command("vips", "dzsave", in, out, "--layout", "google", "--tile-size", "512", "--suffix", ".jpg[Q=85]") //nolint:gosec // a benchmark
	if b, err := cmd.CombinedOutput(); err != nil {
		return cost{}, fmt.Errorf("vips: %w: %s", err, b)
	}
	c := cost{cpu: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()}
	if ru, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		c.rss = ru.Maxrss << 10
	}
	return c, nil
}

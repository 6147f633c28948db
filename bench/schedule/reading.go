package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"

	"plumbline/bench/measure"
	"plumbline/internal/cpm"
	"plumbline/internal/programme/files"
	"plumbline/internal/programme/msp"
	"plumbline/internal/programme/plan"
)

func reading(runs int) error {
	n, err := network(20_000)
	if err != nil {
		return err
	}
	d := &plan.Document{Format: plan.PSPLIB, Name: "bench", Options: n.Options, MinutesDay: 480, MinutesWeek: 2400, DaysMonth: 20}
	for i := range n.Activities {
		a := plan.NewActivity()
		a.ID, a.Name, a.Level = fmt.Sprint(i+1), fmt.Sprintf("Activity %d of the programme", i+1), 1
		a.Duration, a.Remaining, a.Constraints = n.Activities[i].Duration, n.Activities[i].Duration, n.Activities[i].Constraints
		d.Activities = append(d.Activities, a)
	}
	for _, x := range n.Relations {
		d.Relations = append(d.Relations, plan.Relation{From: x.From, To: x.To, Link: x.Link, Lag: x.Lag})
	}
	var b bytes.Buffer
	if err := msp.Write(&b, d); err != nil {
		return err
	}
	var read, computed measure.Series
	for range max(runs, 3) {
		runtime.GC()
		at := used()
		again, err := msp.Read(bytes.NewReader(b.Bytes()))
		if err != nil {
			return err
		}
		read = append(read, ms(at))
		at = used()
		if _, err := plan.Compute(again, cpm.MSP); err != nil {
			return err
		}
		computed = append(computed, ms(at))
	}
	dir, err := os.MkdirTemp("", "schedule-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // a temporary folder
	fmt.Println("| 20,000 activities and 40,000 relations | MB | read, ms | computed after it, ms | peak memory of a process that does both, MB |\n|---|---|---|---|---|")
	peak, err := peakOf(filepath.Join(dir, "p.xml"), b.Bytes())
	if err != nil {
		return err
	}
	fmt.Printf("| MS Project XML | %.1f | %.0f / %.0f | %.0f / %.0f | %.0f |\n", float64(b.Len())/1e6, read.Min(), read.Median(), computed.Min(), computed.Median(), peak)
	for _, name := range []string{"p.xer", "p.pmxml", "p.csv", "p.xlsx"} {
		if err := other(filepath.Join(dir, name), d, max(runs, 3)); err != nil {
			return err
		}
	}
	return nil
}

// other measures reading the same programme in another format.
func other(path string, d *plan.Document, runs int) error {
	write, err := files.Writer(path)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := write(&b, d); err != nil {
		return err
	}
	var read, computed measure.Series
	for range runs {
		runtime.GC()
		at := used()
		again, err := files.Read(bytes.NewReader(b.Bytes()), path)
		if err != nil {
			return err
		}
		read = append(read, ms(at))
		at = used()
		if _, err := plan.Compute(again, files.Rules(again)); err != nil {
			return err
		}
		computed = append(computed, ms(at))
	}
	peak, err := peakOf(path, b.Bytes())
	if err != nil {
		return err
	}
	fmt.Printf("| %s | %.1f | %.0f / %.0f | %.0f / %.0f | %.0f |\n", filepath.Ext(path), float64(b.Len())/1e6, read.Min(), read.Median(), computed.Min(), computed.Median(), peak)
	return nil
}

// peakOf is the peak memory, in megabytes, of a process that reads and computes
// the file.
func peakOf(path string, content []byte) (float64, error) {
	if err := os.WriteFile(path, content, 0o600); err != nil {
		return 0, err
	}
	self, err := os.Executable()
	if err != nil {
		return 0, err
	}
	out, err := exec.CommandContext(context.Background(), self, "-read", path).CombinedOutput() //nolint:gosec // this program
	if err != nil {
		return 0, fmt.Errorf("%w: %.300s", err, out)
	}
	return strconv.ParseFloat(strings.TrimSpace(string(out)), 64)
}

func readOne(path string) error {
	f, err := os.Open(path) //nolint:gosec // the file that was asked for
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // read only
	d, err := files.Read(f, path)
	if err != nil {
		return err
	}
	if _, err := plan.Compute(d, files.Rules(d)); err != nil {
		return err
	}
	m, err := measure.MemoryOf(os.Getpid())
	if err != nil {
		return err
	}
	fmt.Printf("%.1f\n", float64(m.Peak)/1e6)
	return nil
}

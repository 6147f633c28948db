// Package measure is what the benchmarks share: figures that are repeated, what
// a process used so far, and the program started as people start it.
//
// Processor time is user and system time. It says what work costs whoever else
// uses the machine, which the clock on the wall does not; a loaded machine
// still makes it somewhat longer, so figures are given as the least of the
// repetitions and their median. Memory is read from /proc: Linux only.
package measure

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Series is one figure, repeated.
type Series []float64

// Min is the least; 0 for none.
func (s Series) Min() float64 {
	if len(s) == 0 {
		return 0
	}
	return slices.Min(s)
}

// Max is the largest; 0 for none.
func (s Series) Max() float64 {
	if len(s) == 0 {
		return 0
	}
	return slices.Max(s)
}

// Median is the middle one, or the mean of the two in the middle; 0 for none.
func (s Series) Median() float64 {
	if len(s) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(s))
	m := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[m]
	}
	return (sorted[m-1] + sorted[m]) / 2
}

// Show is "least / median" with so many decimals.
func (s Series) Show(decimals int) string {
	return strconv.FormatFloat(s.Min(), 'f', decimals, 64) + " / " + strconv.FormatFloat(s.Median(), 'f', decimals, 64)
}

// tick is the unit of the times in /proc/PID/stat.
const tick = 10 * time.Millisecond

// CPU is the processor time of a process so far, that of its threads which run
// now; a Go program ends hardly any.
func CPU(pid int) (time.Duration, error) { return threads("/proc", pid) }

func threads(proc string, pid int) (time.Duration, error) {
	paths, err := filepath.Glob(filepath.Join(proc, strconv.Itoa(pid), "task", "*", "schedstat"))
	if err != nil {
		return 0, err
	}
	if len(paths) == 0 {
		return 0, fmt.Errorf("process %d is not there, or the kernel keeps no schedstat", pid)
	}
	var sum time.Duration
	for _, path := range paths {
		b, err := os.ReadFile(path) //nolint:gosec // the kernel's
		if err != nil {
			continue // the thread has ended
		}
		on, _, _ := strings.Cut(string(b), " ")
		ns, err := strconv.ParseInt(on, 10, 64)
		if err != nil {
			return 0, fmt.Errorf("%s: %w", path, err)
		}
		sum += time.Duration(ns)
	}
	return sum, nil
}

// Children is the processor time of a process's children: those that run, and
// those that have ended and were waited for.
func Children(pid int) (time.Duration, error) { return children("/proc", pid) }

func children(proc string, pid int) (time.Duration, error) {
	own, err := stat(proc, strconv.Itoa(pid))
	if err != nil {
		return 0, err
	}
	var sum time.Duration
	for _, f := range own[13:15] { // cutime, cstime
		n, err := strconv.ParseInt(f, 10, 64)
		if err != nil {
			return 0, err
		}
		sum += time.Duration(n) * tick
	}
	all, err := filepath.Glob(filepath.Join(proc, "[0-9]*", "stat"))
	if err != nil {
		return 0, err
	}
	for _, path := range all {
		name := filepath.Base(filepath.Dir(path))
		f, err := stat(proc, name)
		if err != nil || f[1] != strconv.Itoa(pid) {
			continue
		}
		child, err := strconv.Atoi(name)
		if err != nil {
			continue
		}
		if used, err := threads(proc, child); err == nil {
			sum += used
		}
	}
	return sum, nil
}

// Parent is the parent of a process.
func Parent(pid int) (int, error) {
	f, err := stat("/proc", strconv.Itoa(pid))
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(f[1])
}

// stat is the fields of /proc/PID/stat after the name: state, parent …
func stat(proc, pid string) ([]string, error) {
	b, err := os.ReadFile(filepath.Join(proc, pid, "stat")) //nolint:gosec // the kernel's
	if err != nil {
		return nil, err
	}
	at := strings.LastIndex(string(b), ") ") // a name may hold anything
	if at < 0 {
		return nil, fmt.Errorf("process %s: its stat cannot be read", pid)
	}
	f := strings.Fields(string(b)[at+2:])
	if len(f) < 15 {
		return nil, fmt.Errorf("process %s: its stat is short", pid)
	}
	return f, nil
}

// Memory of a process, in bytes.
type Memory struct {
	RSS  int64 // in memory now
	PSS  int64 // the same, with what it shares with others divided among them
	Anon int64 // the part of PSS that is no file: heap and stacks
	Peak int64 // the most that RSS was
}

// MemoryOf reads the memory of a process.
func MemoryOf(pid int) (Memory, error) { return memory("/proc", pid) }

func memory(proc string, pid int) (Memory, error) {
	dir := filepath.Join(proc, strconv.Itoa(pid))
	var m Memory
	err := kilobytes(filepath.Join(dir, "smaps_rollup"), map[string]*int64{"Rss:": &m.RSS, "Pss:": &m.PSS, "Pss_Anon:": &m.Anon})
	if err != nil {
		return m, err
	}
	return m, kilobytes(filepath.Join(dir, "status"), map[string]*int64{"VmHWM:": &m.Peak})
}

// kilobytes reads lines such as "Rss:   12 kB"; one that is wanted and is not
// there is an error.
func kilobytes(path string, want map[string]*int64) error {
	f, err := os.Open(path) //nolint:gosec // the kernel's
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // only read
	found := 0
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		parts := strings.Fields(lines.Text())
		if len(parts) != 3 || parts[2] != "kB" || want[parts[0]] == nil {
			continue
		}
		n, err := strconv.ParseInt(parts[1], 10, 64)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		*want[parts[0]] = n << 10
		found++
	}
	if err := lines.Err(); err != nil {
		return err
	}
	if found != len(want) {
		return fmt.Errorf("%s tells %d of %d figures", path, found, len(want))
	}
	return nil
}

package sandbox

import (
	"bytes"
	"math"
	"os"
	"runtime"
	"strconv"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// selfPath names the running program even after its file was replaced.
func selfPath() (string, error) { return "/proc/self/exe", nil }

func procAttr() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

func killGroup(p *os.Process) {
	if syscall.Kill(-p.Pid, syscall.SIGKILL) != nil {
		_ = p.Kill()
	}
}

// confine sets the limits that the kernel keeps. Not the address space: a Go
// program and WebAssembly reserve far more of it than they use.
func confine(l Limits) error {
	// Processor time counts on all processors at once. The wall clock is the
	// real limit; this one holds when the parent is gone.
	cpu := uint64(l.Wall/time.Second+1)*uint64(runtime.NumCPU()) + 1
	for _, r := range []struct {
		what int
		max  uint64
	}{
		{unix.RLIMIT_CPU, cpu},
		{unix.RLIMIT_FSIZE, uint64(max(l.Output, 0))},
		{unix.RLIMIT_NOFILE, 64},
		{unix.RLIMIT_CORE, 0},
	} {
		var now unix.Rlimit
		if err := unix.Getrlimit(r.what, &now); err != nil {
			return err
		}
		limit := min(r.max, now.Max)
		if err := unix.Setrlimit(r.what, &unix.Rlimit{Cur: limit, Max: limit}); err != nil {
			return err
		}
	}
	return unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
}

// processorTime is what a process has had of the processors so far.
func processorTime(pid int) (time.Duration, bool) {
	b, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return 0, false
	}
	// The name in parentheses may hold anything; user and system time are the
	// 14th and 15th field, in hundredths of a second on every Linux.
	fields := bytes.Fields(b[bytes.LastIndexByte(b, ')')+1:])
	if len(fields) < 13 {
		return 0, false
	}
	user, err1 := strconv.ParseInt(string(fields[11]), 10, 64)
	system, err2 := strconv.ParseInt(string(fields[12]), 10, 64)
	return time.Duration(user+system) * 10 * time.Millisecond, err1 == nil && err2 == nil
}

// residentBytes is the resident memory of a process; 0 when it is gone.
func residentBytes(pid int) int64 {
	b, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/statm")
	if err != nil {
		return 0
	}
	fields := bytes.Fields(b)
	if len(fields) < 2 {
		return 0
	}
	pages, err := strconv.ParseInt(string(fields[1]), 10, 64)
	if err != nil || pages > math.MaxInt64/int64(os.Getpagesize()) {
		return 0
	}
	return pages * int64(os.Getpagesize())
}

func usageOf(ps *os.ProcessState) Usage {
	if ps == nil {
		return Usage{}
	}
	u := Usage{CPU: ps.UserTime() + ps.SystemTime()}
	if ru, ok := ps.SysUsage().(*syscall.Rusage); ok {
		u.PeakRSS = ru.Maxrss << 10
	}
	return u
}

type end int

const (
	endPlain end = iota
	endCPU
	endKilled
)

func endOf(ps *os.ProcessState) end {
	if ps == nil {
		return endPlain
	}
	if ws, ok := ps.Sys().(syscall.WaitStatus); ok && ws.Signaled() {
		switch ws.Signal() {
		case syscall.SIGXCPU:
			return endCPU
		case syscall.SIGKILL:
			return endKilled
		}
	}
	return endPlain
}

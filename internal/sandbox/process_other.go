//go:build !linux

package sandbox

import (
	"os"
	"syscall"
	"time"
)

// Elsewhere than on Linux, which is what Plumbline is served from, only the
// wall clock and the limits inside WebAssembly hold: enough to develop on.

func selfPath() (string, error) { return os.Executable() }

func procAttr() *syscall.SysProcAttr { return nil }

func killGroup(p *os.Process) { _ = p.Kill() }

func confine(Limits) error { return nil }

func residentBytes(int) int64 { return 0 }

func usageOf(ps *os.ProcessState) Usage {
	if ps == nil {
		return Usage{}
	}
	return Usage{CPU: ps.UserTime() + ps.SystemTime()}
}

type end int

const (
	endPlain end = iota
	endCPU
	endKilled
)

func endOf(*os.ProcessState) end { return endPlain }

// processorTime is not known here.
func processorTime(int) (time.Duration, bool) { return 0, false }

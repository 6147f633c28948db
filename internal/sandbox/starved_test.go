//go:build linux

package sandbox

import (
	"os"
	"testing"
	"time"
)

// TestABusyMachineIsNotASlowFile: a child that had little of the processor gets
// more time, a few times; one that had it, or that is gone, gets none.
func TestABusyMachineIsNotASlowFile(t *testing.T) {
	t.Parallel()
	for had := time.Duration(0); had < 20*time.Millisecond; { // the clock of processes is coarse
		had, _ = processorTime(os.Getpid())
	}
	cases := []struct {
		name     string
		pid      int
		wall     time.Duration
		extended int
		want     bool
	}{
		{"it waited for the processor", os.Getpid(), 1000 * time.Hour, 0, true},
		{"it had the processor", os.Getpid(), time.Millisecond, 0, false},
		{"it waited too often", os.Getpid(), 1000 * time.Hour, maxExtended, false},
		{"it is gone", 1 << 30, time.Hour, 0, false},
	}
	for _, c := range cases {
		if got := starved(c.pid, c.wall, c.extended); got != c.want {
			t.Errorf("%s: %t", c.name, got)
		}
	}
}

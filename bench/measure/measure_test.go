package measure

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestSeries(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name             string
		in               Series
		min, median, max float64
		show             string
	}{
		{"none", nil, 0, 0, 0, "0.0 / 0.0"},
		{"one", Series{2.5}, 2.5, 2.5, 2.5, "2.5 / 2.5"},
		{"odd, not in order", Series{9, 1, 4}, 1, 4, 9, "1.0 / 4.0"},
		{"even", Series{8, 2, 4, 3}, 2, 3.5, 8, "2.0 / 3.5"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			before := append(Series{}, c.in...)
			if c.in.Min() != c.min || c.in.Median() != c.median || c.in.Max() != c.max || c.in.Show(1) != c.show {
				t.Errorf("min %v median %v max %v show %q", c.in.Min(), c.in.Median(), c.in.Max(), c.in.Show(1))
			}
			for i := range before {
				if c.in[i] != before[i] {
					t.Fatal("the series was put in order under its owner's hands")
				}
			}
		})
	}
}

// proc lays out a /proc of three processes: 7, whose children are 8 and, with
// a name that looks like the rest of a line, 9.
func proc(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	const numbers = " 0 0 0 0 0 0 0 0 0 "
	for name, text := range map[string]string{
		"7/stat":                 "7 (server) S 1" + numbers + "5 5 30 12 20 0\n",
		"8/stat":                 "8 (worker) S 7" + numbers + "1 1 0 0 20 0\n",
		"9/stat":                 "9 (a ) S 1 b) S 7" + numbers + "1 1 0 0 20 0\n",
		"7/task/7/schedstat":     "1000 5 2\n",
		"7/task/70/schedstat":    "500 5 2\n",
		"8/task/8/schedstat":     "20000 5 2\n",
		"9/task/9/schedstat":     "3000 5 2\n",
		"7/smaps_rollup":         "5577 rollup\nRss:    100 kB\nPss:   90 kB\nPss_Anon:     40 kB\n",
		"7/status":               "Name: server\nVmHWM:	  120 kB\n",
		"8/smaps_rollup":         "Rss:  100 kB\n",
		"8/status":               "VmHWM: 1 kB\n",
		"not-a-process/schedule": "",
	} {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func TestProcessorTime(t *testing.T) {
	t.Parallel()
	root := proc(t)
	if got, err := threads(root, 7); err != nil || got != 1500 {
		t.Errorf("the threads of 7: %d, %v", got, err)
	}
	if got, err := children(root, 7); err != nil || got != 420*time.Millisecond+23000 {
		t.Errorf("the children of 7: %v, %v; want those ended (42 ticks) and those that run", got, err)
	}
	if _, err := threads(root, 77); err == nil {
		t.Error("a process that is not there used nothing, and nobody was told")
	}
}

func TestMemory(t *testing.T) {
	t.Parallel()
	root := proc(t)
	got, err := memory(root, 7)
	if want := (Memory{RSS: 100 << 10, PSS: 90 << 10, Anon: 40 << 10, Peak: 120 << 10}); err != nil || got != want {
		t.Errorf("got %+v, %v; want %+v", got, err, want)
	}
	if _, err := memory(root, 8); err == nil {
		t.Error("figures that are missing count as 0")
	}
}

func TestOwnProcess(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat("/proc/self/smaps_rollup"); err != nil {
		t.Skip("no /proc with memory figures here")
	}
	m, err := MemoryOf(os.Getpid())
	if err != nil || m.RSS < 1<<20 || m.Peak < m.PSS {
		t.Errorf("%+v, %v", m, err)
	}
	if parent, err := Parent(os.Getpid()); err != nil || parent != os.Getppid() {
		t.Errorf("parent %d, %v; want %d", parent, err, os.Getppid())
	}
}

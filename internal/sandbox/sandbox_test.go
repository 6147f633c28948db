package sandbox_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"plumbline/internal/fault"
	"plumbline/internal/sandbox"
	"plumbline/internal/sandbox/sandboxtest"
)

var child = &sandboxtest.Builder{Package: "./internal/sandbox/testchild"}

func TestMain(m *testing.M) {
	code := m.Run()
	child.Clean()
	os.Exit(code)
}

func TestRun(t *testing.T) {
	t.Parallel()
	r := child.Runner(t)
	out, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = out.Close() }()
	var got map[string]string
	last := 0
	usage, err := r.Run(t.Context(), sandbox.Job{
		Handler: "echo", Args: "hélas", Files: []*os.File{out},
		Progress: func(done, total int) { last = done },
	}, &got)
	if err != nil {
		t.Fatal(err)
	}
	if got["said"] != "hélas" || last != 5 {
		t.Errorf("result %v, progress %d", got, last)
	}
	if b, _ := os.ReadFile(out.Name()); string(b) != "hélas" {
		t.Errorf("the child wrote %q", b)
	}
	if runtime.GOOS == "linux" && usage.PeakRSS < 1<<20 {
		t.Errorf("peak memory %d bytes", usage.PeakRSS)
	}
}

func TestWhatAChildCanDo(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("the limits hold on Linux only")
	}
	cases := []struct {
		handler string
		limits  sandbox.Limits
		kind    fault.Kind
		code    string
	}{
		{"panic", sandbox.Limits{}, fault.Unreadable, sandbox.CodeCrashed},
		{"exit", sandbox.Limits{}, fault.Unreadable, sandbox.CodeCrashed},
		{"error", sandbox.Limits{}, fault.Unreadable, sandbox.CodeCrashed},
		{"fault", sandbox.Limits{}, fault.Unreadable, "damaged"},
		{"badcode", sandbox.Limits{}, fault.Unreadable, sandbox.CodeCrashed},
		{"denied", sandbox.Limits{}, fault.Unreadable, sandbox.CodeCrashed},
		{"crossed", sandbox.Limits{}, fault.Unreadable, sandbox.CodeCrashed},
		{"nobody", sandbox.Limits{}, fault.Invalid, "bad-request"},
		{"hang", sandbox.Limits{Wall: 300 * time.Millisecond}, fault.TooLarge, sandbox.CodeTime},
		{"memory", sandbox.Limits{Memory: 100 << 20}, fault.TooLarge, sandbox.CodeMemory},
		{"output", sandbox.Limits{Output: 1 << 20}, fault.TooLarge, sandbox.CodeOutput},
		{"bigreply", sandbox.Limits{Reply: 1 << 10}, fault.Unreadable, sandbox.CodeCrashed},
	}
	for _, c := range cases {
		t.Run(c.handler, func(t *testing.T) {
			t.Parallel()
			out, err := os.CreateTemp(t.TempDir(), "")
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = out.Close() }()
			_, err = child.Runner(t).Run(t.Context(), sandbox.Job{
				Handler: c.handler, Args: "", Files: []*os.File{out}, Limits: c.limits,
			}, nil)
			if fault.KindOf(err) != c.kind || fault.CodeOf(err) != c.code {
				t.Errorf("got %v %q (%v), want %v %q", fault.KindOf(err), fault.CodeOf(err), err, c.kind, c.code)
			}
			if i, _ := out.Stat(); i.Size() > 1<<20 {
				t.Errorf("%d bytes were written", i.Size())
			}
		})
	}
}

func TestChildIsAlone(t *testing.T) {
	t.Setenv("PLUMBLINE_SECRET", "do not tell")
	r := child.Runner(t)
	var env []string
	if _, err := r.Run(t.Context(), sandbox.Job{Handler: "env"}, &env); err != nil {
		t.Fatal(err)
	}
	for _, e := range env {
		if !strings.HasPrefix(e, "GO") {
			t.Errorf("the child sees %q", e)
		}
	}
	var said string
	if _, err := r.Run(t.Context(), sandbox.Job{Handler: "print"}, &said); err != nil || said != "ok" {
		t.Errorf("a stray print breaks the answer: %q, %v", said, err)
	}
}

func TestCancelKillsTheChild(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	pid := 0
	_, err := child.Runner(t).Run(ctx, sandbox.Job{
		Handler:  "hang",
		Progress: func(p, _ int) { pid = p; cancel() }, // the child runs now, and says who it is
	}, nil)
	if fault.CodeOf(err) != sandbox.CodeStopped || !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if err := syscall.Kill(pid, 0); pid == 0 || !errors.Is(err, syscall.ESRCH) {
		t.Errorf("child %d is still there: %v", pid, err)
	}
}

func TestSlots(t *testing.T) {
	t.Parallel()
	r, err := sandbox.New(sandbox.Config{Child: child.Path(t), Concurrent: 1})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	running := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		_, _ = r.Run(ctx, sandbox.Job{Handler: "hang", Progress: func(int, int) { close(running) }}, nil)
	})
	<-running
	// The one slot is taken, so this one cannot start: it ends with its context.
	gone, stop := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer stop()
	if _, err := r.Run(gone, sandbox.Job{Handler: "env"}, nil); fault.CodeOf(err) != sandbox.CodeStopped {
		t.Errorf("a second child ran beside the first: %v", err)
	}
	cancel()
	wg.Wait()
	if _, err := r.Run(t.Context(), sandbox.Job{Handler: "env"}, nil); err != nil {
		t.Errorf("the slot was not given back: %v", err)
	}
}

func TestNoSuchProgram(t *testing.T) {
	t.Parallel()
	r, err := sandbox.New(sandbox.Config{Child: filepath.Join(t.TempDir(), "nothing")})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Run(t.Context(), sandbox.Job{Handler: "env"}, nil); fault.KindOf(err) != fault.Unavailable {
		t.Errorf("got %v, want unavailable", err)
	}
}

func FuzzAnswer(f *testing.F) {
	frame := func(kind byte, body string) []byte {
		b := append([]byte{kind}, 0, 0, 0, 0)
		binary.BigEndian.PutUint32(b[1:], uint32(len(body)))
		return append(b, body...)
	}
	f.Add(frame('r', `{"a":1}`))
	f.Add(append(frame('p', `{"done":1,"total":2}`), frame('f', `{"kind":9,"code":"damaged"}`)...))
	f.Add(frame('f', `{"kind":0}`))
	f.Add([]byte{'r', 0xff, 0xff, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, in []byte) {
		result, err := sandbox.ReadAnswer(bytes.NewReader(in), 1<<16, func(done, total int) {
			if done < 0 || done > total {
				t.Errorf("progress %d of %d", done, total)
			}
		})
		if result != nil && err != nil {
			t.Error("both a result and an error")
		}
		if err != nil && fault.KindOf(err) == fault.Other {
			t.Errorf("an error of kind other: %v", err)
		}
	})
}

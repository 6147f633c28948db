// Package sandbox runs the parsing of untrusted files in a child process of
// our own binary, so that a file that crashes, hangs or swells ends that child
// and nothing else.
//
// The child is the same program with the hidden argument "sandbox-child"; its
// main calls Child with the handlers it offers. It starts with an empty
// environment (but for the Go runtime's memory settings), in its own process
// group, dies with its parent, and gets files only as open descriptors: input,
// output and scratch are whatever the caller opened, so a file that has no
// name when the child starts leaves nothing behind when it is killed.
//
// Limits are wall time, resident memory (watched, because the address space a
// Go program reserves says nothing), bytes written to any one file, and size
// of the reply. Each one broken is a fault of kind TooLarge with a stable
// code; a file that made the child crash is Unreadable. What the child says is
// taken as data from a stranger: sizes, kinds and codes are checked.
//
// Request and reply are frames on stdin and stdout: a byte of kind, four bytes
// of length (big endian), JSON.
package sandbox

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"time"

	"plumbline/internal/fault"
)

// ChildArg is the hidden argument that makes the program a child.
const ChildArg = "sandbox-child"

// ChildEnv names the variable with the path of the program to run as child,
// for tests under the race detector: the child must be a plain build.
const ChildEnv = "PLUMBLINE_CHILD"

// The codes of what ends a child. Kind TooLarge but for the last two.
const (
	CodeTime    = "took-too-long"
	CodeMemory  = "too-much-memory"
	CodeOutput  = "too-much-output"
	CodeCrashed = "crashed" // Unreadable
	CodeStopped = "stopped" // Unavailable: the caller gave up
)

// Limits of one run. Zero fields take the defaults.
type Limits struct {
	Wall   time.Duration // default 30 s; on a busy machine up to four times as long
	Memory int64         // resident bytes, default 1 GiB
	Output int64         // bytes of any one file written, default 1 GiB
	Reply  int64         // bytes of the result, default 4 MiB
}

func (l Limits) withDefaults() Limits {
	if l.Wall <= 0 {
		l.Wall = 30 * time.Second
	}
	if l.Memory <= 0 {
		l.Memory = 1 << 30
	}
	if l.Output <= 0 {
		l.Output = 1 << 30
	}
	if l.Reply <= 0 {
		l.Reply = 4 << 20
	}
	return l
}

// Config of a Runner.
type Config struct {
	// Child is the program to run; empty: the one ChildEnv names, else this one.
	Child string
	// Concurrent is how many children may live at once; default half the
	// processors, at least one.
	Concurrent int
}

// Runner starts children. It is safe for concurrent use.
type Runner struct {
	child string
	slots chan struct{}
}

// New makes a runner.
func New(c Config) (*Runner, error) {
	if c.Child == "" {
		c.Child = os.Getenv(ChildEnv)
	}
	if c.Child == "" {
		self, err := selfPath()
		if err != nil {
			return nil, fault.Wrap("sandbox.New", err)
		}
		c.Child = self
	}
	if c.Concurrent <= 0 {
		c.Concurrent = max(1, runtime.NumCPU()/2)
	}
	return &Runner{child: c.Child, slots: make(chan struct{}, c.Concurrent)}, nil
}

// Job is one run.
type Job struct {
	Handler  string                // which of the child's handlers
	Args     any                   // JSON, for the handler
	Files    []*os.File            // given to the handler in this order; the caller closes them
	Limits   Limits                // zero: defaults
	Progress func(done, total int) // may be nil; called from one goroutine
}

// Usage is what a child took.
type Usage struct {
	CPU     time.Duration // user and system
	PeakRSS int64         // bytes; 0 where the system does not say
}

// Run starts a child, waits for it and decodes its result. It blocks while all
// slots are taken. The child is gone when Run returns.
func (r *Runner) Run(ctx context.Context, j Job, result any) (Usage, error) {
	u, err := r.run(ctx, j, result)
	if err != nil {
		return u, fault.Wrap("sandbox.Run("+j.Handler+")", err)
	}
	return u, nil
}

func (r *Runner) run(ctx context.Context, j Job, result any) (Usage, error) {
	limits := j.Limits.withDefaults()
	args, err := json.Marshal(j.Args)
	if err != nil {
		return Usage{}, err
	}
	body, err := json.Marshal(request{Handler: j.Handler, Args: args, Files: len(j.Files), Limits: limits})
	if err != nil {
		return Usage{}, err
	}
	var stdin bytes.Buffer
	if err := writeFrame(&stdin, frameRequest, body); err != nil {
		return Usage{}, err
	}

	select {
	case r.slots <- struct{}{}:
		defer func() { <-r.slots }()
	case <-ctx.Done():
		return Usage{}, stopped(ctx)
	}
	if ctx.Err() != nil {
		return Usage{}, stopped(ctx)
	}

	out, childOut, err := os.Pipe()
	if err != nil {
		return Usage{}, unavailable(err)
	}
	defer func() { _ = out.Close() }()
	stderr := &head{limit: 2048}
	cmd := exec.Command(r.child, ChildArg) //nolint:gosec,noctx // our own program; watch ends it and all that it started
	cmd.Env = []string{"GOGC=50", "GOMEMLIMIT=" + strconv.FormatInt(limits.Memory, 10), "GOTRACEBACK=single"}
	cmd.Dir = os.TempDir()
	cmd.Stdin, cmd.Stdout, cmd.Stderr = &stdin, childOut, stderr
	cmd.ExtraFiles = j.Files
	cmd.SysProcAttr = procAttr()

	started, waited := make(chan error, 1), make(chan error, 1)
	go func() {
		// The "die with the parent" signal follows the thread that forked, so
		// that thread must live as long as the child.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			waited <- cmd.Wait()
		}
	}()
	err = <-started
	_ = childOut.Close()
	if err != nil {
		return Usage{}, unavailable(err)
	}

	answers := make(chan answer, 1)
	go func() { answers <- readAnswer(out, limits.Reply, j.Progress) }()

	verdict, waitErr := watch(ctx, cmd, limits, waited)
	a := <-answers
	usage := usageOf(cmd.ProcessState)
	switch {
	case verdict != nil:
		return usage, verdict
	case a.err != nil:
		return usage, a.err
	case waitErr != nil || a.result == nil:
		return usage, exitFault(cmd.ProcessState, waitErr, stderr.String())
	case result == nil:
		return usage, nil
	}
	if err := json.Unmarshal(a.result, result); err != nil {
		return usage, crashed(err)
	}
	return usage, nil
}

// watch waits for the child and kills it when a limit breaks. The first value
// is the limit that broke, the second what Wait said.
func watch(ctx context.Context, cmd *exec.Cmd, limits Limits, waited <-chan error) (verdict, waitErr error) {
	wall := time.NewTimer(limits.Wall)
	defer wall.Stop()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	done := ctx.Done()
	extended := 0
	for {
		var broke error
		select {
		case err := <-waited:
			return verdict, err
		case <-wall.C:
			if starved(cmd.Process.Pid, limits.Wall, extended) {
				extended++
				wall.Reset(limits.Wall)
				continue
			}
			broke = fault.New(fault.TooLarge, CodeTime, "reading the file took too long")
		case <-done:
			broke, done = stopped(ctx), nil
		case <-tick.C:
			if residentBytes(cmd.Process.Pid) > limits.Memory {
				broke = tooMuchMemory()
				tick.Stop()
			}
		}
		if broke != nil && verdict == nil {
			verdict = broke
			killGroup(cmd.Process)
		}
	}
}

// maxExtended is how many times over the wall clock may run for a child that
// the machine is too busy for.
const maxExtended = 3

// starved reports whether a child whose time is up was given less than half a
// processor of it: then the machine is slow, not the file.
func starved(pid int, wall time.Duration, extended int) bool {
	used, ok := processorTime(pid)
	return ok && used < time.Duration(extended+1)*wall/2 && extended < maxExtended
}

// answer is what the child said: a result, or why not.
type answer struct {
	result json.RawMessage
	err    error
}

func readAnswer(r io.Reader, limit int64, progress func(done, total int)) answer {
	var a answer
	for {
		kind, body, err := readFrame(r, limit)
		if err != nil {
			if !errors.Is(err, io.EOF) && a.err == nil && a.result == nil {
				a.err = crashed(err)
			}
			// Keep the pipe empty, so that the child can end.
			_, _ = io.Copy(io.Discard, r)
			return a
		}
		switch kind {
		case frameProgress:
			var p progressBody
			if json.Unmarshal(body, &p) == nil && progress != nil && p.Done >= 0 && p.Done <= p.Total {
				progress(p.Done, p.Total)
			}
		case frameResult:
			a = answer{result: body}
		case frameFault:
			a = answer{err: faultOf(body)}
		}
	}
}

func tooMuchMemory() *fault.Error {
	return fault.New(fault.TooLarge, CodeMemory, "reading the file takes too much memory")
}

func crashed(cause error) *fault.Error {
	return fault.New(fault.Unreadable, CodeCrashed, "the file could not be read").Because(cause)
}

func unavailable(cause error) *fault.Error {
	return fault.New(fault.Unavailable, "sandbox-unavailable", "files cannot be read now").Because(cause)
}

func stopped(ctx context.Context) *fault.Error {
	return fault.New(fault.Unavailable, CodeStopped, "reading the file was stopped").Because(context.Cause(ctx))
}

// exitFault explains a child that ended without an answer.
func exitFault(ps *os.ProcessState, err error, stderr string) error {
	switch endOf(ps) {
	case endCPU:
		return fault.New(fault.TooLarge, CodeTime, "reading the file took too long")
	case endKilled: // not by us: the system ran out of memory
		return tooMuchMemory()
	}
	return crashed(fmt.Errorf("%w: %s", errNoAnswer, firstLine(stderr, err)))
}

var errNoAnswer = errors.New("the child ended without an answer")

func firstLine(s string, err error) string {
	s, _, _ = strings.Cut(s, "\n")
	if s == "" && err != nil {
		return err.Error()
	}
	return s
}

// head keeps the first bytes written and forgets the rest.
type head struct {
	buf   bytes.Buffer
	limit int
}

func (t *head) Write(p []byte) (int, error) {
	if room := t.limit - t.buf.Len(); room > 0 {
		t.buf.Write(p[:min(room, len(p))])
	}
	return len(p), nil
}

func (t *head) String() string { return t.buf.String() }

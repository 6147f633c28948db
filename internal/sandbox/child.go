package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"
	"syscall"
	"time"

	"plumbline/internal/fault"
)

// Task is what a handler works on, inside the child.
type Task struct {
	Args   json.RawMessage
	Files  []*os.File
	Limits Limits

	reply *os.File
	last  time.Time
}

// Handler does one kind of job in the child. Its result goes back as JSON; its
// error must be a fault of kind Unreadable, TooLarge, Unsupported, Invalid,
// NotFound or Unavailable, anything else counts as a crash.
type Handler func(t *Task) (any, error)

// Decode reads the arguments of the task into v.
func (t *Task) Decode(v any) error {
	if err := json.Unmarshal(t.Args, v); err != nil {
		return fault.New(fault.Invalid, "bad-request", "the arguments are not right").Because(err)
	}
	return nil
}

// File is the i-th file of the job.
func (t *Task) File(i int) (*os.File, error) {
	if i < 0 || i >= len(t.Files) {
		return nil, fault.New(fault.Invalid, "bad-request", "a file is missing")
	}
	return t.Files[i], nil
}

// Progress tells the parent how far the job is. Calls within a tenth of a
// second of the last are dropped, unless the job is done. It must be called
// from one goroutine at a time.
func (t *Task) Progress(done, total int) {
	now := time.Now()
	if done < total && now.Sub(t.last) < 100*time.Millisecond {
		return
	}
	t.last = now
	if body, err := json.Marshal(progressBody{Done: done, Total: total}); err == nil {
		_ = writeFrame(t.reply, frameProgress, body)
	}
}

// Child is the whole of the program when it is started with ChildArg: one
// request from stdin, one answer on stdout. It returns the exit code.
func Child(handlers map[string]Handler) int {
	reply := os.Stdout
	os.Stdout = os.Stderr // a stray print must not break the frames
	kind, body, err := readFrame(os.Stdin, maxRequest)
	if err != nil || kind != frameRequest {
		fmt.Fprintln(os.Stderr, "sandbox: this argument is for internal use")
		return 2
	}
	var q request
	if err := json.Unmarshal(body, &q); err != nil {
		fmt.Fprintln(os.Stderr, "sandbox: bad request:", err)
		return 2
	}
	q.Limits = q.Limits.withDefaults()
	if err := confine(q.Limits); err != nil {
		fmt.Fprintln(os.Stderr, "sandbox: cannot limit myself:", err)
		return 1
	}
	t := &Task{Args: q.Args, Limits: q.Limits, reply: reply}
	for i := range q.Files {
		t.Files = append(t.Files, os.NewFile(uintptr(3+i), "file"+strconv.Itoa(i)))
	}
	result, err := call(handlers[q.Handler], t)
	if err == nil {
		body, err = json.Marshal(result)
	}
	if err != nil {
		if body, err = json.Marshal(bodyOf(err)); err == nil {
			err = writeFrame(reply, frameFault, body)
		}
	} else {
		err = writeFrame(reply, frameResult, body)
	}
	if err != nil {
		return 1
	}
	return 0
}

func call(h Handler, t *Task) (result any, err error) {
	if h == nil {
		return nil, fault.New(fault.Invalid, "bad-request", "there is no such handler")
	}
	defer func() {
		if p := recover(); p != nil {
			err = crashed(fmt.Errorf("panic: %v", p))
		}
	}()
	return h(t)
}

func bodyOf(err error) faultBody {
	switch {
	case errors.Is(err, syscall.EFBIG):
		return faultBody{Kind: fault.TooLarge, Code: CodeOutput, Message: "the result is too large"}
	case errors.Is(err, syscall.ENOSPC):
		return faultBody{Kind: fault.Unavailable, Code: "disk-full", Message: "there is no room left"}
	}
	var f *fault.Error
	if !errors.As(err, &f) {
		return faultBody{Cause: err.Error()}
	}
	b := faultBody{Kind: f.Kind, Code: f.Code, Message: f.Message}
	if f.Cause != nil {
		b.Cause = f.Cause.Error()
	}
	return b
}

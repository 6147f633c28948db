// Command testchild is the child of the sandbox's own tests: its handlers do
// the things a hostile file can make a parser do.
package main

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"plumbline/internal/fault"
	"plumbline/internal/sandbox"
)

func main() {
	if len(os.Args) != 2 || os.Args[1] != sandbox.ChildArg {
		os.Exit(2)
	}
	os.Exit(sandbox.Child(map[string]sandbox.Handler{
		"echo":  echo,
		"panic": func(*sandbox.Task) (any, error) { panic("index out of range") },
		"exit":  func(*sandbox.Task) (any, error) { os.Exit(7); return nil, nil },
		"error": func(*sandbox.Task) (any, error) { return nil, errors.New("something internal") },
		"fault": func(*sandbox.Task) (any, error) {
			return nil, fault.New(fault.Unreadable, "damaged", "the file is damaged")
		},
		"badcode":  func(*sandbox.Task) (any, error) { return nil, fault.New(fault.Unreadable, "No Such\nCode", "x") },
		"denied":   func(*sandbox.Task) (any, error) { return nil, fault.New(fault.Denied, "denied", "x") },
		"hang":     hang,
		"memory":   memory,
		"output":   output,
		"bigreply": func(*sandbox.Task) (any, error) { return strings.Repeat("x", 1<<20), nil },
		"print":    func(*sandbox.Task) (any, error) { fmt.Println("stray"); return "ok", nil },
		"env":      func(*sandbox.Task) (any, error) { return os.Environ(), nil },
		"crossed": func(*sandbox.Task) (any, error) {
			_, _ = os.NewFile(1, "out").WriteString("r\xff\xff\xff\xff")
			return 1, nil
		},
	}))
}

func echo(t *sandbox.Task) (any, error) {
	var in string
	if err := t.Decode(&in); err != nil {
		return nil, err
	}
	f, err := t.File(0)
	if err != nil {
		return nil, err
	}
	for i := range 5 {
		t.Progress(i+1, 5)
	}
	_, err = f.WriteString(in)
	return map[string]string{"said": in}, err
}

func hang(t *sandbox.Task) (any, error) {
	t.Progress(os.Getpid(), os.Getpid()) // tells the test that the child runs, and who it is
	for {
		time.Sleep(time.Hour)
	}
}

func memory(*sandbox.Task) (any, error) {
	var hoard [][]byte
	for {
		b := make([]byte, 8<<20)
		for i := 0; i < len(b); i += 4096 {
			b[i] = 1
		}
		hoard = append(hoard, b)
		time.Sleep(time.Duration(len(hoard)) * 10 * time.Microsecond)
	}
}

func output(t *sandbox.Task) (any, error) {
	f, err := t.File(0)
	if err != nil {
		return nil, err
	}
	b := make([]byte, 1<<16)
	for {
		if _, err := f.Write(b); err != nil {
			return nil, err
		}
	}
}

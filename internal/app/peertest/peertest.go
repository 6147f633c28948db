// Package peertest runs the real servers that tests talk to. They are built from
// modules of their own below tools/, so that nothing of them is linked into the
// program. Only tests import it.
package peertest

import (
	"bytes"
	"context"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// patience is far beyond what is promised: a slow machine is no failure.
const patience = 3 * time.Minute

// Tool builds a program of tools/MODULE, once for each version of it, and says
// where it is.
func Tool(t *testing.T, module, pkg string) string {
	t.Helper()
	dir := filepath.Join(root(t), "tools", module)
	defer alone(t)()
	// The build cache links it once and keeps what was linked.
	c := exec.CommandContext(t.Context(), "go", "tool", "-n", pkg)
	c.Dir, c.Env = dir, append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=-mod=mod", "GOWORK=off")
	var said bytes.Buffer
	c.Stderr = &said
	out, err := c.Output()
	if err != nil {
		t.Fatalf("%s cannot be built: %v\n%s", pkg, err, said.String())
	}
	return strings.TrimSpace(string(out))
}

// alone waits until no other test process links a tool: a program that is being
// written cannot be started. The function given lets the next go on.
func alone(t *testing.T) func() {
	t.Helper()
	f, err := os.OpenFile(filepath.Join(os.TempDir(), "plumbline-tools.lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err == nil {
		err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX) //nolint:gosec // a descriptor
	}
	if err != nil {
		t.Fatal(err)
	}
	return func() { _ = f.Close() } // which unlocks
}

func root(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	for err == nil {
		if _, e := os.Stat(filepath.Join(dir, "go.mod")); e == nil {
			return dir
		}
		up := filepath.Dir(dir)
		if up == dir {
			break
		}
		dir = up
	}
	t.Fatal("these tests stand in no module")
	return ""
}

// Process is a server that runs.
type Process struct {
	cmd   *exec.Cmd
	ended chan struct{}

	mu   sync.Mutex
	said bytes.Buffer
}

// Start starts a server; it ends with the test. The environment is added to.
func Start(t *testing.T, env []string, name string, args ...string) *Process {
	t.Helper()
	return StartAs(t, "", env, name, args...)
}

// StartAs starts a server as another user, where the test may; empty: as the
// one who tests.
func StartAs(t *testing.T, as string, env []string, name string, args ...string) *Process {
	t.Helper()
	p := &Process{ended: make(chan struct{})}
	p.cmd = exec.CommandContext(context.Background(), name, args...) //nolint:gosec // a test's own
	p.cmd.Env = append(os.Environ(), env...)
	p.cmd.Stdout, p.cmd.Stderr = p, p
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if as != "" && os.Getuid() == 0 {
		uid, gid := ids(t, as)
		p.cmd.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)} //nolint:gosec // of the machine
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		_ = p.cmd.Wait()
		close(p.ended)
	}()
	t.Cleanup(func() {
		p.Stop()
		if t.Failed() {
			t.Logf("%s said:\n%s", filepath.Base(name), p.Said())
		}
	})
	return p
}

func ids(t *testing.T, name string) (uid, gid int) {
	t.Helper()
	u, err := user.Lookup(name)
	if err != nil {
		t.Fatal(err)
	}
	uid, err = strconv.Atoi(u.Uid)
	gid, err2 := strconv.Atoi(u.Gid)
	if err != nil || err2 != nil {
		t.Fatal(err, err2)
	}
	return uid, gid
}

// Folder is a folder that a user can use whom a server is started as.
func Folder(t *testing.T, as string) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "peer-*") //nolint:usetesting // the folder of the test is closed to others
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if os.Getuid() == 0 {
		uid, gid := ids(t, as)
		if err := os.Chown(dir, uid, gid); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// Write takes what the server says.
func (p *Process) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.said.Write(b)
}

// Said is what the server has said until now.
func (p *Process) Said() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.said.String()
}

// Signal sends one.
func (p *Process) Signal(s os.Signal) error { return p.cmd.Process.Signal(s) }

// Ended is closed when the server has ended.
func (p *Process) Ended() <-chan struct{} { return p.ended }

// Code is what the server ended with.
func (p *Process) Code() int { return p.cmd.ProcessState.ExitCode() }

// Stop ends the server and what it started.
func (p *Process) Stop() {
	_ = syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL)
	<-p.ended
}

// Answers waits until somebody listens at an address.
func (p *Process) Answers(t *testing.T, address string) {
	t.Helper()
	Until(t, address+" answers", func() bool {
		select {
		case <-p.ended:
			t.Fatalf("it ended:\n%s", p.Said())
		default:
		}
		c, err := (&net.Dialer{Timeout: time.Second}).DialContext(t.Context(), "tcp", address)
		if err == nil {
			_ = c.Close()
		}
		return err == nil
	})
}

// Until waits for a state.
func Until(t *testing.T, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !is(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("it never came to this: %s", what)
		}
	}
}

// Port is a port of loopback that is free.
func Port(t *testing.T) string {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	_, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port
}

package app

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"plumbline/internal/db"
	"plumbline/internal/db/dbtest"
	"plumbline/internal/id"
	"plumbline/internal/sandbox"
)

// fleet is several processes of the program on one PostgreSQL, with one key
// ring and one place of files. Each listens on a socket of its own.
type fleet struct {
	t             *testing.T
	dir, database string
}

func newFleet(t *testing.T) *fleet {
	t.Helper()
	dir, err := os.MkdirTemp("", "plumbline-nodes-") //nolint:usetesting // short: a socket's path has to be
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return &fleet{t, dir, dbtest.URL(t, db.Postgres)}
}

// today is the program under test.
func today() string { return os.Getenv(sandbox.ChildEnv) }

// write writes the configuration of a node, and says where.
func (f *fleet) write(name, more string) string {
	f.t.Helper()
	shared, err := cache()
	if err != nil {
		f.t.Fatal(err)
	}
	data := filepath.Join(f.dir, name)
	if err := os.MkdirAll(data, 0o700); err != nil {
		f.t.Fatal(err)
	}
	if err := os.Symlink(shared, filepath.Join(data, "cache")); err != nil {
		f.t.Fatal(err)
	}
	path := filepath.Join(f.dir, name+".yaml")
	text := fmt.Sprintf("data: %s\ndatabase: %q\nlisten: unix:%s\npublic_url: https://plumbline.example\nring:\n  places: [%s]\n  root_key: %s\nfiles:\n  places: [%s]\n",
		data, f.database, f.socket(name), filepath.Join(f.dir, "ring"), filepath.Join(f.dir, "root", "root.key"), filepath.Join(f.dir, "files"))
	if err := os.WriteFile(path, []byte(text+more), 0o600); err != nil {
		f.t.Fatal(err)
	}
	return path
}

// socket is where a node listens.
func (f *fleet) socket(name string) string { return filepath.Join(f.dir, name+".sock") }

// running is a process of the program.
type running struct {
	*exec.Cmd
	t   *testing.T
	out *logs
}

// run starts a program; it ends with the test at the latest.
func (f *fleet) run(program, stdin string, args ...string) *running {
	f.t.Helper()
	cmd := exec.Command(program, args...) //nolint:gosec,noctx // the program under test; ended by a signal
	cmd.Stdin = strings.NewReader(stdin)
	p := &running{cmd, f.t, &logs{}}
	cmd.Stdout, cmd.Stderr = p.out, p.out
	if err := cmd.Start(); err != nil {
		f.t.Fatal(err)
	}
	f.t.Cleanup(func() {
		if cmd.ProcessState == nil {
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
		}
		if f.t.Failed() {
			f.t.Logf("%v: %s", args, p.out)
		}
	})
	return p
}

// stop asks it to leave, as systemd does.
func (p *running) stop() {
	p.t.Helper()
	if err := p.Process.Signal(syscall.SIGTERM); err != nil {
		p.t.Error(err)
	}
}

// ended waits until it has left, which it must have done well and without an
// error in its log.
func (p *running) ended() {
	p.t.Helper()
	if err := p.Wait(); err != nil {
		p.t.Errorf("%v ended with %v", p.Args[1:], err)
	}
	for _, wrong := range told(p.out.String(), []string{passphrase, "olga@delta.example", "Olga Owner"}) {
		p.t.Error(wrong)
	}
}

// at is a way to a node.
func (f *fleet) at(name string) *house {
	client := over(f.socket(name))
	f.t.Cleanup(client.CloseIdleConnections)
	return &house{t: f.t, url: "http://plumbline.example", client: client, logs: &logs{}, people: map[string]*login{}}
}

// over is a client of whoever listens on a socket. It waits to be asked for a
// body where a request says so.
func over(socket string) *http.Client {
	return &http.Client{Transport: &http.Transport{ExpectContinueTimeout: wait, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", socket)
	}}}
}

// found makes the first organisation and its owner, by the command.
func (f *fleet) found(config string) {
	f.t.Helper()
	if err := f.run(today(), passphrase+"\n", "found", "--config", config, "--organisation", "Bouwgroep Delta", "--email", "olga@delta.example", "--name", "Olga Owner").Wait(); err != nil {
		f.t.Fatal(err)
	}
}

// project signs the owner in at a node, and makes a project.
func (f *fleet) project(at *house) tenant {
	f.t.Helper()
	owner := at.signIn("olga@delta.example", passphrase)
	var me struct {
		Organisations []struct {
			ID id.Org `json:"id"`
		} `json:"organisations"`
	}
	at.must(200, owner, "GET", "/api/v1/session", nil).json(f.t, &me)
	home := tenant{org: me.Organisations[0].ID, project: id.New[id.Project](), owner: owner}
	at.must(201, owner, "PUT", home.base(), map[string]any{"org_id": home.org, "name": "Quay", "time_zone": "Europe/Brussels"})
	return home
}

package dbtest

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// ErrNoPostgres says that PostgreSQL's programs are not installed.
var ErrNoPostgres = errors.New("no PostgreSQL programs")

const role = "plumbline" // may create databases, is no superuser

// Cluster starts the private cluster if it does not answer, and gives the URL
// of its maintenance database. It listens on a unix socket alone. Its folder
// is keyed by user; a root user runs it as "postgres" or "nobody", since
// PostgreSQL refuses root. It keeps running until Stop; started says whether
// this call began it.
func Cluster() (url string, started bool, err error) {
	bin, err := programs()
	if err != nil {
		return "", false, err
	}
	dir := base("pg")
	unlock, err := lockFile(dir + ".lock")
	if err != nil {
		return "", false, err
	}
	defer unlock()
	u := clusterURL(dir)
	err = admin(u, "select 1")
	var answer *pgconn.PgError
	if err == nil || errors.As(err, &answer) { // it lives; if it is full, so be it
		return u, false, err
	}
	if err := start(bin, dir); err != nil {
		// What is there does not start: a half-made or damaged folder. It holds tests only.
		_ = control(bin, dir, "stop", "-m", "immediate")
		if err := os.RemoveAll(dir); err != nil {
			return "", false, err
		}
		if err := start(bin, dir); err != nil {
			return "", false, err
		}
	}
	return u, true, admin(u, "select 1")
}

// Stop stops the private cluster, if one runs.
func Stop() error {
	bin, err := programs()
	if err != nil {
		return err
	}
	dir := base("pg")
	unlock, err := lockFile(dir + ".lock")
	if err != nil {
		return err
	}
	defer unlock()
	if admin(clusterURL(dir), "select 1") != nil {
		return nil
	}
	return control(bin, dir, "stop", "-m", "fast")
}

func clusterURL(dir string) string {
	q := url.Values{"host": {dir}, "user": {role}, "sslmode": {"disable"}, "connect_timeout": {"5"}}
	return "postgres:///postgres?" + q.Encode()
}

func start(bin, dir string) error {
	data := filepath.Join(dir, "data")
	if _, err := os.Stat(filepath.Join(data, "PG_VERSION")); err != nil {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return err
		}
		if c := unprivileged(); c != nil {
			if err := os.Chown(dir, int(c.Uid), int(c.Gid)); err != nil {
				return err
			}
		}
		if err := command(dir, filepath.Join(bin, "initdb"), "-D", data, "-U", "super", "-A", "trust", "-E", "UTF8",
			"--no-sync", "--lc-collate=C", "--lc-ctype=C.UTF-8"); err != nil {
			return err
		}
		conf := fmt.Sprintf("listen_addresses=''\nunix_socket_directories='%s'\nfsync=off\nsynchronous_commit=off\nautovacuum=off\n"+
			"full_page_writes=off\nshared_buffers=64MB\nmax_connections=300\nwal_level=minimal\nmax_wal_senders=0\nautovacuum_naptime=5min\n", dir)
		f, err := os.OpenFile(filepath.Join(data, "postgresql.conf"), os.O_APPEND|os.O_WRONLY, 0)
		if err != nil {
			return err
		}
		_, err = f.WriteString(conf)
		if e := f.Close(); err == nil {
			err = e
		}
		if err != nil {
			return err
		}
	}
	if err := control(bin, dir, "start", "-w", "-t", "60", "-l", filepath.Join(dir, "log")); err != nil {
		return err
	}
	super := url.Values{"host": {dir}, "user": {"super"}, "sslmode": {"disable"}}
	return admin("postgres:///postgres?"+super.Encode(),
		`do $$ begin if not exists (select 1 from pg_roles where rolname = '`+role+`') then create role `+role+` login createdb; end if; end $$`)
}

func control(bin, dir string, args ...string) error {
	return command(dir, filepath.Join(bin, "pg_ctl"), append([]string{"-D", filepath.Join(dir, "data")}, args...)...)
}

// command runs one of PostgreSQL's programs. Its output goes to a file, not a
// pipe: the server inherits it, and a pipe would keep the caller waiting.
func command(dir, name string, args ...string) error {
	out, err := os.CreateTemp("", "plumbline-pg-")
	if err != nil {
		return err
	}
	defer os.Remove(out.Name()) //nolint:errcheck // a temporary file
	defer out.Close()           //nolint:errcheck // only read
	c := exec.Command(name, args...)
	c.Dir, c.Stdout, c.Stderr = dir, out, out
	c.Env = slices.DeleteFunc(os.Environ(), func(s string) bool { return len(s) > 2 && s[:2] == "PG" })
	c.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Credential: unprivileged()}
	if err := c.Run(); err != nil {
		text, _ := os.ReadFile(out.Name())
		return fmt.Errorf("%s: %w: %s", filepath.Base(name), err, bytes.TrimSpace(text))
	}
	return nil
}

// unprivileged is whom to run PostgreSQL as, or nil for ourselves.
func unprivileged() *syscall.Credential {
	if os.Getuid() != 0 {
		return nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
		gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
		if err1 == nil && err2 == nil {
			return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
		}
	}
	return nil
}

// programs finds PostgreSQL's server programs: on the path, or where Debian
// keeps them, the newest first.
func programs() (string, error) {
	if p, err := exec.LookPath("pg_ctl"); err == nil {
		if _, err := os.Stat(filepath.Join(filepath.Dir(p), "initdb")); err == nil {
			return filepath.Dir(p), nil
		}
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	version := func(p string) int {
		n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(p))))
		return n
	}
	slices.SortFunc(found, func(a, b string) int { return version(b) - version(a) })
	if len(found) == 0 {
		return "", ErrNoPostgres
	}
	return filepath.Dir(found[0]), nil
}

// lockFile holds an exclusive lock between processes. The kernel lets it go
// when a process dies.
func lockFile(path string) (unlock func(), err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	deadline := time.Now().Add(2 * time.Minute)
	for {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			return func() { _ = f.Close() }, nil
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) || time.Now().After(deadline) {
			_ = f.Close()
			return nil, fmt.Errorf("lock %s: %w", filepath.Base(path), err)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// Package dbtest gives a test a fresh, migrated database on each engine.
//
// SQLite: a copy of a template file. PostgreSQL: a copy of a template database
// on the server that PLUMBLINE_TEST_POSTGRES names (its role needs CREATEDB
// and must not be a superuser, whom row-level security does not bind), else on
// a private cluster under the temporary folder, shared by all test processes
// of this user and started by the first (see Cluster). Templates are keyed by
// the hash of all migrations, so a changed migration makes a new one.
//
// Without PostgreSQL's programs the test is skipped; with CI=true it fails.
package dbtest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/stdlib"

	"github.com/jackc/pgx/v5"

	"plumbline/internal/clock"
	"plumbline/internal/db"
	"plumbline/internal/schema"
)

// EnvPostgres names a server to test on.
const EnvPostgres = "PLUMBLINE_TEST_POSTGRES"

// Option changes how the databases are opened.
type Option func(*db.Config)

// Clock makes transactions go by c.
func Clock(c clock.Clock) Option { return func(cfg *db.Config) { cfg.Clock = c } }

// Each runs fn twice, as parallel subtests "sqlite" and "postgres", with a
// database of its own each time.
func Each(t *testing.T, fn func(t *testing.T, d *db.DB), opts ...Option) {
	t.Helper()
	for _, dialect := range []db.Dialect{db.SQLite, db.Postgres} {
		t.Run(dialect.String(), func(t *testing.T) {
			t.Parallel()
			fn(t, Open(t, dialect, opts...))
		})
	}
}

// Open gives one fresh, migrated database.
func Open(t testing.TB, dialect db.Dialect, opts ...Option) *db.DB {
	t.Helper()
	return OpenURL(t, URL(t, dialect), opts...)
}

// OpenURL opens a database that URL made: for a second handle on the same one.
func OpenURL(t testing.TB, url string, opts ...Option) *db.DB {
	t.Helper()
	cfg := db.Config{URL: url, MaxConns: 6}
	for _, o := range opts {
		o(&cfg)
	}
	d, err := db.Open(context.Background(), cfg)
	if err != nil {
		t.Fatalf("dbtest: %v", err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Errorf("dbtest: close: %v", err)
		}
	})
	return d
}

// URL makes a fresh, migrated database and tells where it is. It is removed
// when the test ends.
func URL(t testing.TB, dialect db.Dialect) string {
	t.Helper()
	if dialect == db.SQLite {
		return sqliteURL(t)
	}
	return postgresURL(t, template)
}

// EmptyURL is URL without tables, for tests of the migrations themselves.
func EmptyURL(t testing.TB, dialect db.Dialect) string {
	t.Helper()
	if dialect == db.SQLite {
		return "sqlite:" + filepath.Join(t.TempDir(), "empty.db")
	}
	return postgresURL(t, nil)
}

func base(what string) string {
	return filepath.Join(os.TempDir(), fmt.Sprintf("plumbline-test-%d-%s", os.Getuid(), what))
}

func sqliteURL(t testing.TB) string {
	t.Helper()
	path, err := sqliteTemplate()
	if err != nil {
		t.Fatalf("dbtest: sqlite template: %v", err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("dbtest: %v", err)
	}
	file := filepath.Join(t.TempDir(), "test.db")
	if err := os.WriteFile(file, b, 0o600); err != nil {
		t.Fatalf("dbtest: %v", err)
	}
	return "sqlite:" + file
}

var sqliteTemplate = sync.OnceValues(func() (string, error) {
	path := base("sqlite-" + schema.Hash() + ".db")
	unlock, err := lockFile(path + ".lock")
	if err != nil {
		return "", err
	}
	defer unlock()
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	dir, err := os.MkdirTemp("", "plumbline-template-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // a temporary folder
	file := filepath.Join(dir, "t.db")
	if err := migrate("sqlite:" + file); err != nil {
		return "", err
	}
	return path, os.Rename(file, path)
})

func migrate(url string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	d, err := db.Open(ctx, db.Config{URL: url})
	if err != nil {
		return err
	}
	err = schema.Migrate(ctx, d)
	if e := d.Close(); err == nil {
		err = e
	}
	return err
}

// server is where to make databases: the URL of a maintenance database.
var server = sync.OnceValues(func() (string, error) {
	u := os.Getenv(EnvPostgres)
	if u == "" {
		var err error
		if u, _, err = Cluster(); err != nil {
			return "", err
		}
	}
	return u, sweep(u)
})

func postgresURL(t testing.TB, tmpl func() (string, error)) string {
	t.Helper()
	u, err := server()
	if err == ErrNoPostgres { //nolint:errorlint // returned as it is
		if os.Getenv("CI") == "true" {
			t.Fatal("dbtest: PostgreSQL's programs are not installed, and CI must test on it")
		}
		t.Skip("dbtest: PostgreSQL's programs are not installed: the PostgreSQL half of this test does not run")
	}
	if err != nil {
		t.Fatalf("dbtest: postgres: %v", err)
	}
	from := "template0"
	if tmpl != nil {
		if from, err = tmpl(); err != nil {
			t.Fatalf("dbtest: postgres template: %v", err)
		}
	}
	name := fmt.Sprintf("t_%d_%s", time.Now().Unix(), strings.ToLower(rand.Text()[:12]))
	if err := createDatabase(u, name, from); err != nil {
		t.Fatalf("dbtest: %v", err)
	}
	t.Cleanup(func() {
		if err := admin(u, `drop database if exists `+name+` with (force)`); err != nil {
			t.Errorf("dbtest: drop: %v", err)
		}
	})
	return withDatabase(u, name)
}

func createDatabase(u, name, from string) error {
	return admin(u, `create database `+name+` template `+from+` encoding 'UTF8' lc_collate 'C' lc_ctype 'C.UTF-8'`)
}

var template = sync.OnceValues(func() (string, error) {
	u, err := server()
	if err != nil {
		return "", err
	}
	name := "plumbline_template_" + schema.Hash()
	unlock, err := lockFile(base("postgres.lock"))
	if err != nil {
		return "", err
	}
	defer unlock()
	var n int
	if err := query(u, &n, `select count(*) from pg_database where datname = $1`, name); err != nil || n > 0 {
		return name, err
	}
	making := name + "_making"
	if err := admin(u, `drop database if exists `+making+` with (force)`); err != nil {
		return "", err
	}
	if err := createDatabase(u, making, "template0"); err != nil {
		return "", err
	}
	if err := migrate(withDatabase(u, making)); err != nil {
		return "", err
	}
	return name, admin(u, `alter database `+making+` rename to `+name)
})

// sweep drops what killed tests of two hours ago and more left behind.
func sweep(u string) error {
	pool, err := open(u)
	if err != nil {
		return err
	}
	defer pool.Close() //nolint:errcheck // a test helper
	rows, err := pool.Query(`select datname from pg_database where datname like 't\_%'`)
	if err != nil {
		return err
	}
	defer rows.Close() //nolint:errcheck // a test helper
	var old []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return err
		}
		at, _, _ := strings.Cut(strings.TrimPrefix(name, "t_"), "_")
		if n, err := strconv.ParseInt(at, 10, 64); err == nil && time.Since(time.Unix(n, 0)) > 2*time.Hour {
			old = append(old, name)
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	for _, name := range old {
		_, _ = pool.Exec(`drop database if exists ` + name + ` with (force)`) // another process may be at it
	}
	return nil
}

func open(u string) (*sql.DB, error) {
	c, err := pgx.ParseConfig(u)
	if err != nil {
		return nil, err
	}
	return stdlib.OpenDB(*c), nil
}

func admin(u, statement string) error {
	pool, err := open(u)
	if err != nil {
		return err
	}
	defer pool.Close() //nolint:errcheck // a test helper
	_, err = pool.Exec(statement)
	return err
}

func query(u string, dst any, statement string, args ...any) error {
	pool, err := open(u)
	if err != nil {
		return err
	}
	defer pool.Close() //nolint:errcheck // a test helper
	return pool.QueryRow(statement, args...).Scan(dst)
}

func withDatabase(u, name string) string {
	p, err := url.Parse(u)
	if err != nil {
		panic("dbtest: " + err.Error()) // open has read it before
	}
	p.Path = "/" + name
	return p.String()
}

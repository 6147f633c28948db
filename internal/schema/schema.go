// Package schema brings a database to the tables that this program needs.
//
// Migrations are the embedded files migrations/NNNN_name.sql, one linear list
// for both engines, forward only, in goose's format: "-- +goose Up" and
// statements; a trigger or function stands between StatementBegin and
// StatementEnd. They only add, so that the version before goes on beside them
// (ADR 62). A file of the same name under migrations/sqlite or
// migrations/postgres is appended to the common one on that engine. A released
// file never changes: migrations/RELEASED holds their hashes.
//
// On PostgreSQL, Migrate then puts every table that has an org_id column under
// forced row-level security: a row is seen and written when plumbline.org is
// its org_id, or '*'. No setting, no rows. New tables get it by themselves.
package schema

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"plumbline/internal/db"
	"plumbline/internal/fault"
)

//go:embed migrations
var embedded embed.FS

const versionTable = "schema_version"

// Migrate applies what is missing. Several processes may call it at once on
// PostgreSQL. A database that is newer than the program is refused.
func Migrate(ctx context.Context, d *db.DB) error { return migrate(ctx, d, 0) }

// MigrateTo makes the tables of one version in an empty database, without the
// row-level policies: for a copy of that version, which is then brought up to
// date by Migrate.
func MigrateTo(ctx context.Context, d *db.DB, version int64) error {
	if version < 1 {
		return fault.New(fault.Invalid, "bad-schema-version", "there is no such version of the tables")
	}
	return migrate(ctx, d, version)
}

func migrate(ctx context.Context, d *db.DB, only int64) error {
	const op = "schema.Migrate"
	files, err := ours(d.Dialect())
	if err != nil {
		return fault.Wrap(op, err)
	}
	pool, done, err := d.Migrator()
	if err != nil {
		return fault.Wrap(op, err)
	}
	defer done()
	dialect, opts := goose.DialectSQLite3, []goose.ProviderOption{
		goose.WithTableName(versionTable), goose.WithDisableGlobalRegistry(true), goose.WithLogger(goose.NopLogger()),
	}
	if d.Dialect() == db.Postgres {
		dialect = goose.DialectPostgres
		locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 300))
		if err != nil {
			return fault.Wrap(op, err)
		}
		opts = append(opts, goose.WithSessionLocker(locker))
	}
	p, err := goose.NewProvider(dialect, pool, files, opts...)
	if err != nil {
		return fault.Wrap(op, err)
	}
	// A fresh database has no version table yet; goose makes it in Up.
	have, want, err := p.GetVersions(ctx)
	if err != nil {
		return fault.Wrap(op, err)
	}
	if have = max(have, only); have > want {
		return fault.New(fault.Unsupported, "database-newer", fmt.Sprintf("the database is at %d, this program at %d", have, want))
	}
	if only > 0 {
		_, err := p.UpTo(ctx, only)
		return fault.Wrap(op, err)
	}
	err = patiently(ctx, func() error {
		_, err := p.Up(ctx)
		return err
	})
	if err != nil || d.Dialect() != db.Postgres {
		return fault.Wrap(op, err)
	}
	return fault.Wrap(op, patiently(ctx, func() error { return fence(ctx, pool) }))
}

// patiently tries again for as long as others hold what is to be changed. In
// between it lets go: a change that waits for a table makes whoever comes after
// it wait too, and other nodes are serving.
func patiently(ctx context.Context, do func() error) error {
	for {
		err := do()
		if !db.HeldByOthers(err) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Second):
		}
	}
}

// ours are the migrations of this program.
func ours(dialect db.Dialect) (memory, error) {
	files, err := migrations(embedded, dialect)
	maps.Copy(files, next())
	return files, err
}

// Versions are those of the database and of this program; nothing is changed.
func Versions(ctx context.Context, d *db.DB) (have, want int64, err error) {
	const op = "schema.Versions"
	files, err := ours(d.Dialect())
	if err != nil {
		return 0, 0, fault.Wrap(op, err)
	}
	pool, done, err := d.Migrator()
	if err != nil {
		return 0, 0, fault.Wrap(op, err)
	}
	defer done()
	dialect := goose.DialectSQLite3
	if d.Dialect() == db.Postgres {
		dialect = goose.DialectPostgres
	}
	p, err := goose.NewProvider(dialect, pool, files, goose.WithTableName(versionTable), goose.WithDisableGlobalRegistry(true), goose.WithLogger(goose.NopLogger()))
	if err != nil {
		return 0, 0, fault.Wrap(op, err)
	}
	have, want, err = p.GetVersions(ctx)
	return have, want, fault.Wrap(op, err)
}

// Hash names the state of all migrations: it changes when any file does.
func Hash() string {
	h := sha256.New()
	_, _ = fmt.Fprintf(h, "%s\n", fenceText) // a hash takes everything
	err := fs.WalkDir(embedded, "migrations", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || path.Ext(name) != ".sql" {
			return err
		}
		b, err := embedded.ReadFile(name)
		_, _ = fmt.Fprintf(h, "%s %x\n", name, sha256.Sum256(b))
		return err
	})
	if err != nil {
		panic("schema: embedded files cannot be read: " + err.Error())
	}
	return hex.EncodeToString(h.Sum(nil))[:16]
}

// migrations is the list of one engine: common files with the engine's own
// appended.
func migrations(src fs.FS, dialect db.Dialect) (memory, error) {
	out := memory{}
	common, err := fs.Glob(src, "migrations/*.sql")
	if err != nil {
		return nil, err
	}
	for _, name := range common {
		b, err := fs.ReadFile(src, name)
		if err != nil {
			return nil, err
		}
		out[path.Base(name)] = string(b)
	}
	own, err := fs.Glob(src, "migrations/"+dialect.String()+"/*.sql")
	if err != nil {
		return nil, err
	}
	for _, name := range own {
		b, err := fs.ReadFile(src, name)
		if err != nil {
			return nil, err
		}
		base := path.Base(name)
		if _, ok := out[base]; !ok {
			return nil, fmt.Errorf("schema: %s has no common file of that name", name)
		}
		head, rest, ok := strings.Cut(string(b), "\n")
		if strings.TrimSpace(head) != "-- +goose Up" || !ok {
			return nil, fmt.Errorf("schema: %s does not begin with -- +goose Up", name)
		}
		out[base] += "\n" + rest
	}
	return out, nil
}

// memory is a flat file system of texts: what goose reads.
type memory map[string]string

func (m memory) Open(name string) (fs.File, error) {
	text, ok := m[name]
	if !ok {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return &memoryFile{Reader: strings.NewReader(text), name: name}, nil
}

func (m memory) Glob(pattern string) ([]string, error) {
	var out []string
	for name := range m {
		ok, err := path.Match(pattern, name)
		if err != nil {
			return nil, err
		}
		if ok {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out, nil
}

type memoryFile struct {
	*strings.Reader
	name string
}

func (f *memoryFile) Close() error               { return nil }
func (f *memoryFile) Stat() (fs.FileInfo, error) { return memoryInfo{f}, nil }

type memoryInfo struct{ f *memoryFile }

func (i memoryInfo) Name() string       { return i.f.name }
func (i memoryInfo) Size() int64        { return i.f.Reader.Size() }
func (i memoryInfo) Mode() fs.FileMode  { return 0o444 }
func (i memoryInfo) ModTime() time.Time { return time.Time{} }
func (i memoryInfo) IsDir() bool        { return false }
func (i memoryInfo) Sys() any           { return nil }

// checkReleased compares the files under root with a list of "hash  name"
// lines, and reports every released file that changed or is gone.
func checkReleased(src fs.FS, root, list string) error {
	var errs []error
	for line := range strings.Lines(list) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		want, name, ok := strings.Cut(line, "  ")
		if !ok {
			errs = append(errs, fmt.Errorf("a line that is not \"hash  name\": %q", line))
			continue
		}
		b, err := fs.ReadFile(src, path.Join(root, name))
		if err != nil {
			errs = append(errs, fmt.Errorf("released migration %s is gone", name))
			continue
		}
		if got := fmt.Sprintf("%x", sha256.Sum256(b)); got != want {
			errs = append(errs, fmt.Errorf("released migration %s was changed", name))
		}
	}
	return errors.Join(errs...)
}

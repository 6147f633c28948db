package db

import (
	"context"
	"database/sql"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/stdlib"

	"plumbline/internal/clock"
	"plumbline/internal/fault"
	"plumbline/internal/id"
	"plumbline/internal/trace"
)

// Dialect is the engine behind a DB.
type Dialect uint8

// The engines.
const (
	SQLite Dialect = iota
	Postgres
)

func (d Dialect) String() string {
	if d == Postgres {
		return "postgres"
	}
	return "sqlite"
}

// Config says what to open.
type Config struct {
	URL      string // "postgres://…" or "sqlite:PATH"
	Clock    clock.Clock
	Log      *slog.Logger
	MaxConns int // PostgreSQL: all connections; SQLite: readers. 0 is a default
}

// DB is an open database. It is safe for concurrent use.
type DB struct {
	dialect Dialect
	clock   clock.Clock
	log     *slog.Logger
	url     string
	write   *sql.DB // SQLite: one connection. PostgreSQL: the pool
	read    *sql.DB // SQLite: the readers. PostgreSQL: the same pool

	mu        sync.Mutex
	listeners map[int]func(topics []string)
	nextID    int
}

// Open opens the database and checks that it answers. It creates a SQLite
// file that does not exist; tables are the business of package schema.
func Open(ctx context.Context, c Config) (*DB, error) {
	d := &DB{clock: c.Clock, log: c.Log, url: c.URL}
	if d.clock == nil {
		d.clock = clock.System{}
	}
	if d.log == nil {
		d.log = slog.New(slog.DiscardHandler)
	}
	var err error
	switch {
	case strings.HasPrefix(c.URL, "sqlite:"):
		d.dialect = SQLite
		err = d.openSQLite(strings.TrimPrefix(c.URL, "sqlite:"), c.MaxConns)
	case strings.HasPrefix(c.URL, "postgres://"), strings.HasPrefix(c.URL, "postgresql://"):
		d.dialect = Postgres
		err = d.openPostgres(c.MaxConns)
	default:
		// The URL is not repeated: it may hold a password.
		return nil, fault.New(fault.Invalid, "bad-database-url", "the database URL starts with neither sqlite: nor postgres://")
	}
	if err != nil {
		return nil, fault.Wrap("db.Open", err)
	}
	if err := d.check(ctx); err != nil {
		_ = d.Close()
		return nil, fault.Wrap("db.Open", err)
	}
	return d, nil
}

// Close closes all connections.
func (d *DB) Close() error {
	err := d.write.Close()
	if d.read != d.write {
		if e := d.read.Close(); err == nil {
			err = e
		}
	}
	return fault.Wrap("db.Close", err)
}

// Dialect is the engine.
func (d *DB) Dialect() Dialect { return d.dialect }

// Clock is the time source that transactions go by.
func (d *DB) Clock() clock.Clock { return d.clock }

// Ping reports whether the database answers.
func (d *DB) Ping(ctx context.Context) error {
	return fault.Wrap("db.Ping", translate(ctx, d.read.PingContext(ctx)))
}

// OnAnnounce calls fn with the topics of each transaction that this DB commits,
// on the goroutine that committed it: fn must be quick, and must not block.
func (d *DB) OnAnnounce(fn func(topics []string)) (cancel func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.listeners == nil {
		d.listeners = map[int]func([]string){}
	}
	n := d.nextID
	d.nextID++
	d.listeners[n] = fn
	return func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		delete(d.listeners, n)
	}
}

func (d *DB) announce(t *Tx) {
	if len(t.topics) == 0 {
		return
	}
	topics := slices.Sorted(maps.Keys(t.topics))
	d.mu.Lock()
	all := slices.Collect(maps.Values(d.listeners))
	d.mu.Unlock()
	for _, fn := range all {
		fn(topics)
	}
}

// Scope is whose rows a transaction may touch. The zero Scope is refused.
type Scope struct {
	org id.Org
	why string
}

// Tenant is the scope of one organisation.
func Tenant(org id.Org) Scope { return Scope{org: org} }

// Everyone is the scope of the operator: accounts, sessions, jobs, the ring.
// why says what for, to the reader.
func Everyone(why string) Scope { return Scope{why: why} }

func (s Scope) setting() (string, error) {
	switch {
	case s.org == "*":
	case s.org != "":
		return string(s.org), nil
	case s.why != "":
		return "*", nil
	}
	return "", fault.New(fault.Other, "no-scope", "a transaction without a scope")
}

type ctxKey uint8

const (
	keyTx ctxKey = iota
	keyHook
)

type hook struct {
	fn      func(*Tx) error
	claimed atomic.Bool
}

// WithWriteHook gives a context under which the first Write that commits also
// runs fn: inside the transaction, after its BeforeCommit functions and before
// the last stage, once for each attempt.
func WithWriteHook(ctx context.Context, fn func(*Tx) error) context.Context {
	return context.WithValue(ctx, keyHook, &hook{fn: fn})
}

// Read runs fn on a consistent snapshot.
func (d *DB) Read(ctx context.Context, s Scope, fn func(*Tx) error) error {
	return d.run(ctx, s, false, nil, fn)
}

// Write runs fn in a transaction and commits it if fn returns nil. fn runs
// again when the engine asks for it.
func (d *DB) Write(ctx context.Context, s Scope, fn func(*Tx) error) error {
	h, _ := ctx.Value(keyHook).(*hook)
	if h != nil && !h.claimed.CompareAndSwap(false, true) {
		h = nil
	}
	err := d.run(ctx, s, true, h, fn)
	if err != nil && h != nil {
		h.claimed.Store(false)
	}
	return err
}

// attempts is how often a transaction is tried before it is given up as busy.
const attempts = 8

func (d *DB) run(ctx context.Context, s Scope, write bool, h *hook, fn func(*Tx) error) (err error) {
	setting, err := s.setting()
	if err != nil {
		return err
	}
	if ctx.Value(keyTx) != nil {
		return fault.New(fault.Other, "nested-transaction", "a transaction was begun inside another")
	}
	ctx, span := d.traced(ctx, write)
	defer func() { span.End(err) }()
	for n := 1; ; n++ {
		t, err := d.attempt(ctx, s, setting, write, h, fn)
		if err == nil {
			for _, f := range t.after {
				f()
			}
			d.announce(t)
			return nil
		}
		if !again(err) || n == attempts || ctx.Err() != nil {
			return err
		}
		d.log.DebugContext(ctx, "transaction tried again", "attempt", n, "code", fault.CodeOf(err))
		if err := pause(ctx, n); err != nil {
			return err
		}
	}
}

func (d *DB) attempt(ctx context.Context, s Scope, setting string, write bool, h *hook, fn func(*Tx) error) (_ *Tx, err error) {
	pool, opts := d.read, &sql.TxOptions{}
	if write {
		pool = d.write
	}
	if d.dialect == Postgres {
		opts.Isolation = sql.LevelReadCommitted
		if !write {
			opts.Isolation, opts.ReadOnly = sql.LevelRepeatableRead, true
		}
	}
	conn, err := pool.Conn(ctx)
	if err != nil {
		return nil, translate(ctx, err)
	}
	defer conn.Close() //nolint:errcheck // gives the connection back
	tx, err := conn.BeginTx(ctx, opts)
	if err != nil {
		return nil, translate(ctx, err)
	}
	t := &Tx{tx: tx, dialect: d.dialect, scope: s, now: d.clock.Now().UTC().Truncate(time.Microsecond)}
	t.ctx, t.traced = context.WithValue(ctx, keyTx, t), trace.On(ctx)
	done := false
	defer func() {
		if !done { // an error or a panic
			_ = tx.Rollback()
		}
		t.over = true
	}()
	if d.dialect == Postgres {
		if _, err := tx.ExecContext(ctx, `select set_config('plumbline.org', $1, true)`, setting); err != nil {
			return nil, translate(ctx, err)
		}
	}
	if err := fn(t); err != nil {
		return nil, t.blame(err)
	}
	if write {
		if h != nil {
			t.hook = h.fn
		}
		if err := t.finish(); err != nil {
			return nil, t.blame(err)
		}
	}
	if t.broken != nil {
		return nil, t.broken
	}
	done = true
	if err := tx.Commit(); err != nil {
		if d.dialect == SQLite {
			// A refused COMMIT leaves SQLite's transaction open on the connection.
			_, _ = conn.ExecContext(context.WithoutCancel(ctx), "rollback")
		}
		err = translate(ctx, err)
		if fault.CodeOf(err) == codeUnreachable {
			// It may have been committed: do not run it again.
			return nil, fault.New(fault.Unavailable, "commit-unknown", "the database went away during the commit").Because(err)
		}
		return nil, err
	}
	return t, nil
}

// Migrator is a pool for package schema alone, without a scope: on PostgreSQL
// it sees all rows, and gives up on a lock soon (HeldByOthers), because whoever
// asks for the same after it waits for as long as it does. done closes it.
func (d *DB) Migrator() (pool *sql.DB, done func(), err error) {
	if d.dialect == SQLite {
		return d.write, func() {}, nil
	}
	c, err := d.postgresConfig()
	if err != nil {
		return nil, nil, err
	}
	c.RuntimeParams["plumbline.org"] = "*"
	c.RuntimeParams["lock_timeout"] = "2s"
	p := stdlib.OpenDB(*c)
	return p, func() { _ = p.Close() }, nil
}

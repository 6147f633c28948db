package db

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"plumbline/internal/fault"
	"plumbline/internal/id"
)

// Tx is a transaction. It belongs to the function it was given to, on one
// goroutine.
type Tx struct {
	ctx     context.Context
	tx      *sql.Tx
	dialect Dialect
	scope   Scope
	now     time.Time
	broken  error // the first statement that failed
	over    bool
	traced  bool

	before, last []func() error
	hook         func(*Tx) error
	after        []func()
	topics       map[string]struct{}
	values       map[any]any
}

// Context is the context of the transaction. A transaction begun under it is
// refused.
func (t *Tx) Context() context.Context { return t.ctx }

// Now is the one instant of this transaction, UTC to the microsecond.
func (t *Tx) Now() time.Time { return t.now }

// Micros is Now in microseconds since 1970, as columns keep it.
func (t *Tx) Micros() int64 { return t.now.UnixMicro() }

// Org is the tenant. It panics when the scope is Everyone: such code must say
// whose rows it means.
func (t *Tx) Org() id.Org {
	if t.scope.org == "" {
		panic("db: Org of a transaction for everyone")
	}
	return t.scope.org
}

// Tenant reports the tenant, if the scope has one.
func (t *Tx) Tenant() (id.Org, bool) { return t.scope.org, t.scope.org != "" }

// Dialect is the engine.
func (t *Tx) Dialect() Dialect { return t.dialect }

// BeforeCommit runs fn at the end of the transaction, inside it, in the order
// registered. fn may register more. Functions of a Read never run.
func (t *Tx) BeforeCommit(fn func() error) { t.before = append(t.before, fn) }

// BeforeCommitLast runs fn when no BeforeCommit is left: for what must take
// its locks as late as can be, such as the numbers of the feed.
func (t *Tx) BeforeCommitLast(fn func() error) { t.last = append(t.last, fn) }

// AfterCommit runs fn once the transaction is committed, and never otherwise.
func (t *Tx) AfterCommit(fn func()) { t.after = append(t.after, fn) }

// Announce tells the listeners of OnAnnounce, once the transaction is
// committed, that something about topic changed. It is how packages of the
// platform wake one another without knowing one another.
func (t *Tx) Announce(topic string) {
	if t.topics == nil {
		t.topics = map[string]struct{}{}
	}
	t.topics[topic] = struct{}{}
}

// Value is what SetValue kept in this attempt of the transaction, or nil.
func (t *Tx) Value(key any) any { return t.values[key] }

// SetValue keeps v for the rest of this attempt.
func (t *Tx) SetValue(key, v any) {
	if t.values == nil {
		t.values = map[any]any{}
	}
	t.values[key] = v
}

func (t *Tx) finish() error {
	for {
		var fn func() error
		switch {
		case len(t.before) > 0:
			fn, t.before = t.before[0], t.before[1:]
		case t.hook != nil:
			h := t.hook
			t.hook = nil
			fn = func() error { return h(t) }
		case len(t.last) > 0:
			fn, t.last = t.last[0], t.last[1:]
		default:
			return nil
		}
		if err := fn(); err != nil {
			return err
		}
	}
}

// blame prefers the engine's wish to try again over what was made of it.
func (t *Tx) blame(err error) error {
	if t.broken != nil && again(t.broken) && !again(err) {
		return t.broken
	}
	return err
}

func (t *Tx) fail(err error) error {
	if err == nil {
		return nil
	}
	err = translate(t.ctx, err)
	if t.broken == nil {
		t.broken = err
	}
	return err
}

func (t *Tx) usable() error {
	if t.over {
		return fault.New(fault.Other, "transaction-over", "a transaction used after its end")
	}
	return t.broken
}

// Exec runs a statement and says how many rows it touched.
func (t *Tx) Exec(query string, args ...any) (rows int64, err error) {
	if err := t.prepare(args); err != nil {
		return 0, err
	}
	ended := t.statement(query)
	res, err := t.tx.ExecContext(t.ctx, query, args...)
	ended(err)
	if err != nil {
		return 0, t.fail(err)
	}
	n, err := res.RowsAffected()
	return n, t.fail(err)
}

// Query runs a query. The rows must be closed before the next statement, and
// their error is the driver's: prefer All, One and Maybe.
func (t *Tx) Query(query string, args ...any) (*sql.Rows, error) {
	if err := t.prepare(args); err != nil {
		return nil, err
	}
	ended := t.statement(query)
	rows, err := t.tx.QueryContext(t.ctx, query, args...)
	ended(err)
	if err != nil {
		return nil, t.fail(err)
	}
	return rows, nil
}

// Row is the one row of a query.
type Row struct {
	t   *Tx
	row *sql.Row
	err error
}

// Row runs a query for one row.
func (t *Tx) Row(query string, args ...any) Row {
	if err := t.prepare(args); err != nil {
		return Row{err: err}
	}
	ended := t.statement(query)
	row := t.tx.QueryRowContext(t.ctx, query, args...)
	ended(row.Err())
	return Row{t: t, row: row}
}

// Scan reads the row. No row is a fault NotFound.
func (r Row) Scan(dst ...any) error {
	if r.err != nil {
		return r.err
	}
	err := r.row.Scan(dst...)
	if errors.Is(err, sql.ErrNoRows) {
		return noRow()
	}
	return r.t.fail(err)
}

func noRow() error { return fault.New(fault.NotFound, "not-found", "there is no such row") }

// Scanner is a row being read.
type Scanner interface{ Scan(dst ...any) error }

// All reads every row of a query.
func All[T any](t *Tx, scan func(Scanner) (T, error), query string, args ...any) ([]T, error) {
	return upTo(t, 0, scan, query, args)
}

// One reads the first row of a query. No row is a fault NotFound.
func One[T any](t *Tx, scan func(Scanner) (T, error), query string, args ...any) (T, error) {
	v, ok, err := Maybe(t, scan, query, args...)
	if err == nil && !ok {
		err = noRow()
	}
	return v, err
}

// Maybe reads the first row of a query, if there is one.
func Maybe[T any](t *Tx, scan func(Scanner) (T, error), query string, args ...any) (T, bool, error) {
	all, err := upTo(t, 1, scan, query, args)
	if err != nil || len(all) == 0 {
		var zero T
		return zero, false, err
	}
	return all[0], true, nil
}

// Value1 scans a single column, for use with All, One and Maybe.
func Value1[T any](s Scanner) (T, error) {
	var v T
	err := s.Scan(&v)
	return v, err
}

func upTo[T any](t *Tx, limit int, scan func(Scanner) (T, error), query string, args []any) ([]T, error) {
	rows, err := t.Query(query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // rows.Err is looked at
	var out []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, t.fail(err)
		}
		out = append(out, v)
		if limit > 0 && len(out) == limit {
			return out, nil
		}
	}
	return out, t.fail(rows.Err())
}

// BulkInsert inserts many rows in the way that is fast on the engine.
func (t *Tx) BulkInsert(table string, columns []string, rows [][]any) error {
	for _, r := range rows {
		if len(r) != len(columns) {
			return t.fail(fault.New(fault.Other, "bulk-shape", "a row that does not have one value for each column"))
		}
	}
	if t.dialect == Postgres {
		return t.bulkValues(table, columns, rows)
	}
	if len(rows) == 0 {
		return t.usable()
	}
	if err := t.usable(); err != nil {
		return err
	}
	stmt, err := t.tx.PrepareContext(t.ctx, insertText(table, columns, 1))
	if err != nil {
		return t.fail(err)
	}
	defer stmt.Close() //nolint:errcheck // nothing is buffered
	for _, r := range rows {
		args := append([]any(nil), r...)
		if err := t.prepare(args); err != nil {
			return err
		}
		if _, err := stmt.ExecContext(t.ctx, args...); err != nil {
			return t.fail(err)
		}
	}
	return nil
}

// bulkValues sends multi-row VALUES. Chunks are powers of two, so that few
// different statements fill the server's and the driver's caches. COPY is no
// choice: PostgreSQL refuses it under row-level security.
func (t *Tx) bulkValues(table string, columns []string, rows [][]any) error {
	size := 1024
	for size > 1 && size*len(columns) > 16_384 {
		size /= 2
	}
	for len(rows) > 0 {
		for size > len(rows) {
			size /= 2
		}
		args := make([]any, 0, size*len(columns))
		for _, r := range rows[:size] {
			args = append(args, r...)
		}
		if _, err := t.Exec(insertText(table, columns, size), args...); err != nil {
			return err
		}
		rows = rows[size:]
	}
	return t.usable()
}

func insertText(table string, columns []string, rows int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "insert into %s (%s) values ", table, strings.Join(columns, ", "))
	for r := range rows {
		if r > 0 {
			b.WriteByte(',')
		}
		b.WriteString(In(len(columns), r*len(columns)+1))
	}
	return b.String()
}

// prepare makes args alike for both engines, in place, and refuses what one of
// them would silently keep.
func (t *Tx) prepare(args []any) error {
	if err := t.usable(); err != nil {
		return err
	}
	for i, a := range args {
		switch v := a.(type) {
		case time.Time, *time.Time:
			return t.fail(fault.New(fault.Other, "time-argument", "an instant goes into SQL as microseconds"))
		case json.RawMessage:
			if v == nil {
				args[i] = nil
			} else { // bytes would be kept as a blob by SQLite
				args[i] = string(v)
			}
			a = args[i]
		}
		if s, ok := a.(string); ok && t.dialect == SQLite && !cleanText(s) {
			return t.fail(badText())
		}
	}
	return nil
}

func badText() error {
	return fault.New(fault.Invalid, "bad-text", "text that is not UTF-8, or holds a NUL")
}

func cleanText(s string) bool {
	return utf8.ValidString(s) && strings.IndexByte(s, 0) < 0
}

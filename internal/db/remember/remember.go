// Package remember wraps a connection of the SQLite library so that it prepares
// a statement once and keeps it: parsing and planning one takes longer than
// running it where it asks who may see what.
//
// It promises that a statement whose rows are being read is not used twice, that
// what failed is prepared anew, that those unused longest go first, and that
// whatever is no select, insert, update or delete passes through: a pragma may
// take effect while it is prepared.
package remember

import (
	"container/list"
	"context"
	"database/sql/driver"
	"errors"
	"strings"
)

// sqliteConn is a connection of the library.
type sqliteConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

// remembering is a connection that prepares a statement once. A connection is
// used by one goroutine at a time.
type remembering struct {
	sqliteConn
	known map[string]*list.Element // of *statement, last used first
	order list.List
	most  int
}

type statement struct {
	text string
	driver.Stmt
	busy bool // its rows are being read
}

// Statements is a connection that keeps at most so many statements of c, and
// those in use.
func Statements(c driver.Conn, most int) (driver.Conn, error) {
	full, ok := c.(sqliteConn)
	if !ok {
		return nil, errors.New("remember: the SQLite library's connection has changed")
	}
	return &remembering{sqliteConn: full, known: map[string]*list.Element{}, most: most}, nil
}

// prepared gives a statement that is free, or nothing where it is none to keep.
func (c *remembering) prepared(ctx context.Context, text string) (*statement, error) {
	if e, ok := c.known[text]; ok {
		s, _ := e.Value.(*statement)
		if s.busy {
			return nil, nil
		}
		c.order.MoveToFront(e)
		return s, nil
	}
	word, _, _ := strings.Cut(strings.TrimSpace(text), " ")
	switch strings.ToLower(strings.TrimSpace(word)) {
	case "select", "with", "insert", "update", "delete":
	default:
		return nil, nil
	}
	made, err := c.PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	s := &statement{text: text, Stmt: made}
	c.known[text] = c.order.PushFront(s)
	for e := c.order.Back(); c.order.Len() > c.most && e != nil; {
		before := e.Prev()
		if old, _ := e.Value.(*statement); old != s && !old.busy {
			if err := c.drop(old); err != nil {
				return nil, err
			}
		}
		e = before
	}
	return s, nil
}

func (c *remembering) drop(s *statement) error {
	if e, ok := c.known[s.text]; ok && e.Value == s {
		delete(c.known, s.text)
		c.order.Remove(e)
	}
	return s.Close()
}

func (c *remembering) ExecContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Result, error) {
	s, err := c.prepared(ctx, text)
	if err != nil {
		return nil, err
	}
	if s == nil {
		return c.sqliteConn.ExecContext(ctx, text, args)
	}
	run, ok := s.Stmt.(driver.StmtExecContext)
	if !ok {
		return c.sqliteConn.ExecContext(ctx, text, args)
	}
	res, err := run.ExecContext(ctx, args)
	if err != nil {
		return nil, errors.Join(err, c.drop(s))
	}
	return res, nil
}

func (c *remembering) QueryContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Rows, error) {
	s, err := c.prepared(ctx, text)
	if err != nil {
		return nil, err
	}
	if s == nil {
		return c.sqliteConn.QueryContext(ctx, text, args)
	}
	run, ok := s.Stmt.(driver.StmtQueryContext)
	if !ok {
		return c.sqliteConn.QueryContext(ctx, text, args)
	}
	rows, err := run.QueryContext(ctx, args)
	if err != nil {
		return nil, errors.Join(err, c.drop(s))
	}
	s.busy = true
	return &keptRows{Rows: rows, of: c, by: s}, nil
}

// Close ends the statements first: with one left the library keeps the file open.
func (c *remembering) Close() error {
	var errs []error
	for e := c.order.Front(); e != nil; e = e.Next() {
		if s, ok := e.Value.(*statement); ok {
			errs = append(errs, s.Close())
		}
	}
	c.order.Init()
	clear(c.known)
	return errors.Join(append(errs, c.sqliteConn.Close())...)
}

// keptRows give their statement back when they are closed.
type keptRows struct {
	driver.Rows
	of *remembering
	by *statement
}

func (r *keptRows) Close() error {
	if r.by == nil {
		return nil
	}
	s := r.by
	r.by = nil
	s.busy = false
	if err := r.Rows.Close(); err != nil {
		return errors.Join(err, r.of.drop(s))
	}
	return nil
}

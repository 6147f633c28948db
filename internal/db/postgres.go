package db

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"regexp"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"

	"plumbline/internal/fault"
)

func (d *DB) openPostgres(conns int) error {
	c, err := d.postgresConfig()
	if err != nil {
		return err
	}
	if conns <= 0 {
		conns = 20
	}
	d.write = stdlib.OpenDB(*c)
	d.write.SetMaxOpenConns(conns)
	d.write.SetMaxIdleConns(conns)
	d.write.SetConnMaxIdleTime(5 * time.Minute)
	d.read = d.write
	return nil
}

func (d *DB) postgresConfig() (*pgx.ConnConfig, error) {
	c, err := pgx.ParseConfig(d.url)
	if err != nil { // the library's text repeats the URL, with its user and host
		return nil, fault.New(fault.Invalid, "bad-database-url", "the PostgreSQL URL cannot be read")
	}
	if c.ConnectTimeout == 0 {
		c.ConnectTimeout = 10 * time.Second
	}
	set := func(key, value string) {
		if _, ok := c.RuntimeParams[key]; !ok {
			c.RuntimeParams[key] = value
		}
	}
	set("application_name", "plumbline")
	set("timezone", "UTC")
	set("lock_timeout", "30s")
	set("idle_in_transaction_session_timeout", "5min")
	return c, nil
}

// check connects once, and looks at what cannot be repaired later.
func (d *DB) check(ctx context.Context) error {
	if d.dialect == SQLite {
		var mode string
		err := d.write.QueryRowContext(ctx, "pragma journal_mode").Scan(&mode)
		if err != nil {
			return translate(ctx, err)
		}
		if !strings.EqualFold(mode, "wal") {
			return fault.New(fault.Unsupported, "no-wal", "this file system does not carry a SQLite write-ahead log")
		}
		return nil
	}
	var encoding, collation, lower string
	var bypass bool
	err := d.read.QueryRowContext(ctx, `select pg_encoding_to_char(d.encoding), d.datcollate, lower('É'), r.rolsuper or r.rolbypassrls
		from pg_database d, pg_roles r where d.datname = current_database() and r.rolname = current_user`).
		Scan(&encoding, &collation, &lower, &bypass)
	if err != nil {
		return translate(ctx, err)
	}
	if encoding != "UTF8" {
		return fault.New(fault.Unsupported, "database-encoding", "the PostgreSQL database is not in UTF-8")
	}
	if bypass {
		d.log.WarnContext(ctx, "the database role bypasses row-level security: the second fence between tenants is off")
	}
	if !strings.HasPrefix(collation, "C") || lower != "é" {
		d.log.WarnContext(ctx, "create the database with lc_collate 'C' and lc_ctype 'C.UTF-8': text sorts and folds otherwise than on SQLite",
			"lc_collate", collation)
	}
	return nil
}

var channelName = regexp.MustCompile(`^[a-z_]{1,40}$`)

// Notify wakes every listener of a channel, in this and other processes. It is
// PostgreSQL's; on SQLite nobody but this process can be listening.
func (d *DB) Notify(ctx context.Context, channel, payload string) error {
	if d.dialect != Postgres {
		return fault.New(fault.Unsupported, "no-listen", "SQLite has no notifications")
	}
	_, err := d.write.ExecContext(ctx, "select pg_notify($1, $2)", channel, payload)
	return fault.Wrap("db.Notify", translate(ctx, err))
}

// Listen hears a channel on a connection of its own until ctx ends or the
// connection is lost, which is the error it returns. ready runs once it is
// listening: what was committed before that may go unheard.
func (d *DB) Listen(ctx context.Context, channel string, ready func(), heard func(payload string)) error {
	if d.dialect != Postgres {
		return fault.New(fault.Unsupported, "no-listen", "SQLite has no notifications")
	}
	if !channelName.MatchString(channel) {
		return fault.New(fault.Other, "bad-channel", "a channel has a plain name")
	}
	c, err := d.postgresConfig()
	if err != nil {
		return err
	}
	conn, err := pgx.ConnectConfig(ctx, c)
	if err != nil {
		return fault.Wrap("db.Listen", translate(ctx, err))
	}
	defer func() {
		bye, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		_ = conn.Close(bye)
	}()
	if _, err := conn.Exec(ctx, "listen "+channel); err != nil {
		return fault.Wrap("db.Listen", translate(ctx, err))
	}
	ready()
	for {
		n, err := conn.WaitForNotification(ctx)
		if err != nil {
			return fault.Wrap("db.Listen", translate(ctx, err))
		}
		heard(n.Payload)
	}
}

// HeldByOthers reports whether a statement of the Migrator failed because
// others hold a lock that it needs.
func HeldByOthers(err error) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && e.Code == "55P03"
}

// postgresFault knows SQLSTATE.
func postgresFault(err error) error {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		switch e.Code {
		case "23505":
			return exists(err)
		case "23503":
			return inUse(err)
		case "23514", "23502", "23P01", "23000":
			return constraint(err)
		case "22021", "22P05":
			return badText()
		case "40001", "40P01", "55P03", "0A000":
			if e.Code != "0A000" || strings.Contains(e.Message, "cached plan") { // the schema moved under a prepared statement
				return busy(err)
			}
			return nil
		case "53100":
			return fault.New(fault.Unavailable, "database-full", "the database's disk is full").Because(err)
		}
		switch e.Code[:2] {
		case "22":
			return badValue(err)
		case "08", "53", "57":
			return unreachable(err)
		}
		return nil
	}
	var connect *pgconn.ConnectError
	var network net.Error
	if errors.As(err, &connect) || errors.As(err, &network) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, io.EOF) || errors.Is(err, driver.ErrBadConn) || pgconn.Timeout(err) {
		return unreachable(err)
	}
	return nil
}

package db

import (
	"context"
	"hash/fnv"
	"time"

	"github.com/jackc/pgx/v5"

	"plumbline/internal/fault"
)

// Lock holds a name against every other process on the same PostgreSQL, until
// release is called or this process ends. It uses a connection of its own, so
// it may be called inside a transaction. On SQLite, which has one process, it
// holds nothing.
func (d *DB) Lock(ctx context.Context, name string) (release func(), err error) {
	if d.dialect != Postgres {
		return func() {}, nil
	}
	c, err := d.postgresConfig()
	if err != nil {
		return nil, err
	}
	conn, err := pgx.ConnectConfig(ctx, c)
	if err != nil {
		return nil, fault.New(fault.Unavailable, "database-down", "the database does not answer").Because(err)
	}
	done := func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		_ = conn.Close(ctx) // the lock goes with the connection
	}
	h := fnv.New64a()
	_, _ = h.Write([]byte("plumbline lock " + name))
	if _, err := conn.Exec(ctx, `select pg_advisory_lock($1)`, int64(h.Sum64())); err != nil { //nolint:gosec // any 64 bits will do
		done()
		return nil, fault.New(fault.Unavailable, "busy", "the lock is held by another process").Because(err)
	}
	return done, nil
}

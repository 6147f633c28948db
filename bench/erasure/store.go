package main

import (
	"context"

	"plumbline/internal/db"
)

// administer makes or drops a database on a server.
func administer(ctx context.Context, server, what, name string) error {
	d, err := db.Open(ctx, db.Config{URL: server})
	if err != nil {
		return err
	}
	defer d.Close() //nolint:errcheck // it ends here
	pool, done, err := d.Migrator()
	if err != nil {
		return err
	}
	defer done()
	statement := "create database " + name //nolint:gosec // an identifier of our own, which no parameter can stand for
	if what == "drop" {
		statement = "drop database " + name + " with (force)"
	}
	_, err = pool.ExecContext(ctx, statement)
	return err
}

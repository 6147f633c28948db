package measure

import (
	"context"
	"net/url"
	"strings"

	"plumbline/internal/db"
	"plumbline/internal/id"
)

// OwnDatabase makes an empty database on the server, whose name begins with
// prefix, and gives what removes it.
func OwnDatabase(ctx context.Context, server, prefix string) (string, func(), error) {
	admin, err := db.Open(ctx, db.Config{URL: server, MaxConns: 1})
	if err != nil {
		return "", nil, err
	}
	pool, done, err := admin.Migrator()
	if err != nil {
		return "", nil, err
	}
	name := prefix + "_" + strings.ReplaceAll(string(id.New[id.Org]()), "-", "")
	if _, err := pool.ExecContext(ctx, "create database "+name); err != nil {
		return "", nil, err
	}
	u, err := url.Parse(server)
	if err != nil {
		return "", nil, err
	}
	u.Path = "/" + name
	return u.String(), func() {
		_, _ = pool.ExecContext(ctx, "drop database "+name+" with (force)")
		done()
		_ = admin.Close()
	}, nil
}

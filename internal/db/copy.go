package db

import (
	"database/sql"
	"net/url"
)

// OpenCopy opens the file of a SQLite database that nobody writes, without
// changing anything beside it: for package dbcopy.
func OpenCopy(path string) (*sql.DB, error) {
	drv, err := sqliteDriver()
	if err != nil {
		return nil, err
	}
	dsn := (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath()}).String() + "?mode=ro&immutable=1&_query_only=1"
	p := sql.OpenDB(sqliteConnector{drv, dsn})
	p.SetMaxOpenConns(1)
	return p, nil
}

package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"net/url"
	"runtime"
	"strings"
	"sync"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"plumbline/internal/db/remember"
	"plumbline/internal/fault"
)

// sqliteDriver is a driver of our own, so that no function registered here
// reaches another user of the library in the process.
var sqliteDriver = sync.OnceValues(func() (*sqlite.Driver, error) {
	d := new(sqlite.Driver)
	err := d.RegisterDeterministicScalarFunction("plumb_lower", 1,
		func(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
			if s, ok := args[0].(string); ok {
				return Fold(s), nil
			}
			return args[0], nil
		})
	return d, err
})

// keptStatements is how many a connection keeps prepared.
const keptStatements = 200

type sqliteConnector struct {
	driver *sqlite.Driver
	dsn    string
}

func (c sqliteConnector) Connect(context.Context) (driver.Conn, error) {
	conn, err := c.driver.Open(c.dsn)
	if err != nil {
		return nil, err
	}
	return remember.Statements(conn, keptStatements)
}

func (c sqliteConnector) Driver() driver.Driver { return c.driver }

func (d *DB) openSQLite(path string, readers int) error {
	if path == "" || strings.Contains(path, ":memory:") {
		return fault.New(fault.Invalid, "bad-database-url", "SQLite needs the path of a file")
	}
	drv, err := sqliteDriver()
	if err != nil {
		return err
	}
	if readers <= 0 {
		readers = max(4, 2*runtime.GOMAXPROCS(0))
	}
	open := func(extra string, conns int) *sql.DB {
		dsn := (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath()}).String() +
			"?_dqs=0&_pragma=busy_timeout(10000)&_pragma=foreign_keys(1)&_pragma=journal_mode(wal)" +
			"&_pragma=synchronous(full)&_pragma=secure_delete(1)&_pragma=temp_store(memory)" +
			"&_pragma=cache_size(-16384)" + extra
		p := sql.OpenDB(sqliteConnector{drv, dsn})
		p.SetMaxOpenConns(conns)
		p.SetMaxIdleConns(conns)
		return p
	}
	d.write = open("&_txlock=immediate", 1)
	d.read = open("&_txlock=deferred&_query_only=1", readers)
	return nil
}

// sqliteFault knows the extended result codes.
func sqliteFault(err error) error {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return nil
	}
	switch e.Code() {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, sqlite3.SQLITE_CONSTRAINT_ROWID:
		return exists(err)
	case sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
		return inUse(err)
	case sqlite3.SQLITE_CONSTRAINT_CHECK, sqlite3.SQLITE_CONSTRAINT_NOTNULL, sqlite3.SQLITE_CONSTRAINT_TRIGGER,
		sqlite3.SQLITE_CONSTRAINT_DATATYPE:
		return constraint(err)
	case sqlite3.SQLITE_TOOBIG, sqlite3.SQLITE_MISMATCH, sqlite3.SQLITE_RANGE:
		return badValue(err)
	case sqlite3.SQLITE_FULL:
		return fault.New(fault.Unavailable, "database-full", "the database's disk is full").Because(err)
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return busy(err)
	case sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_NOTADB:
		return unreachable(err)
	}
	return nil
}
